/* Paired comparison: verdicts on known tables, matching, clusters, agreement with the fixtures'
 * functions, and that it does not cry wolf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "decide/compare.h"
#include "stats/paired.h"

static const struct paired_opts plain = {.confidence = 0.95, .margin = (double)NAN, .seed = 1};

/* `wins` items only b passes, `losses` only a passes, the rest pass under both. */
static struct paired table(size_t wins, size_t losses, size_t n, const struct paired_opts *o)
{
    struct arena *a = arena_new();
    double *x = ARENA_ARRAY(a, n, double), *y = ARENA_ARRAY(a, n, double);
    for (size_t i = 0; i < n; i++) {
        x[i] = i >= wins;
        y[i] = i < wins || i >= wins + losses;
    }
    struct paired r = paired_compare(a, x, y, n, NULL, o);
    arena_free(a);
    return r;
}

static void verdict_needs_test_and_interval(void **state)
{
    (void)state;
    assert_int_equal(table(20, 5, 400, &plain).verdict, VERDICT_BETTER);
    assert_int_equal(table(5, 20, 400, &plain).verdict, VERDICT_WORSE);
    assert_int_equal(table(10, 9, 400, &plain).verdict, VERDICT_INCONCLUSIVE);
    /* Four wins and no loss: Tango's interval excludes 0, the mid-p (0.0625) does not. */
    struct paired r = table(4, 0, 100, &plain);
    assert_true(r.diff.low > 0 && r.p_value > 0.05);
    assert_int_equal(r.verdict, VERDICT_INCONCLUSIVE);
}

static void no_difference_needs_a_margin_and_enough_items(void **state)
{
    struct paired_opts o = plain;
    (void)state;
    assert_int_equal(table(0, 0, 1000, &plain).verdict, VERDICT_INCONCLUSIVE);
    o.margin = 0.02;
    assert_int_equal(table(0, 0, 1000, &o).verdict, VERDICT_NO_DIFFERENCE);
    assert_int_equal(table(0, 0, 50, &o).verdict, VERDICT_INCONCLUSIVE);
    /* A proven gain is better however small the margin makes it look. */
    assert_int_equal(table(12, 0, 2000, &o).verdict, VERDICT_BETTER);
}

static void numbers_are_those_of_the_statistics(void **state)
{
    (void)state;
    struct paired r = table(20, 5, 400, &plain);
    struct interval i = ci_tango(5, 20, 400, 0.95);
    assert_true(fabs(r.diff.value - 15.0 / 400) < 1e-12);
    assert_true(fabs(r.diff.low - i.low) < 1e-12 && fabs(r.diff.high - i.high) < 1e-12);
    assert_true(fabs(r.p_value - mcnemar(5, 20).p_midp) < 1e-12);
    assert_int_equal(r.b_better, 20);
    assert_int_equal(r.a_better, 5);
    assert_int_equal(r.ties, 375);
}

static void n_needed_is_more_than_there_is(void **state)
{
    struct paired_opts o = plain;
    (void)state;
    struct paired r = table(12, 6, 400, &plain);
    assert_int_equal(r.verdict, VERDICT_INCONCLUSIVE);
    assert_true(r.n_needed > 400 && r.n_needed < 10000);
    assert_true(isnan(table(20, 5, 400, &plain).n_needed));
    assert_true(isnan(table(9, 9, 400, &plain).n_needed)); /* nothing seen, no margin: never */
    o.margin = 0.015;
    assert_true(table(9, 9, 400, &o).n_needed > 400);
}

static void equal_differences_are_no_certainty(void **state)
{
    double a[40], b[40];
    struct arena *scratch = arena_new();
    (void)state;
    for (int i = 0; i < 40; i++) {
        a[i] = 0.5;
        b[i] = 0.6;
    }
    struct paired r = paired_compare(scratch, a, b, 40, NULL, &plain);
    assert_true(isnan(r.diff.low) && isnan(r.p_value) && r.note != NULL);
    assert_int_equal(r.verdict, VERDICT_INCONCLUSIVE);
    r = paired_compare(scratch, a, b, 1, NULL, &plain);
    assert_int_equal(r.verdict, VERDICT_INCONCLUSIVE);
    arena_free(scratch);
}

/* 40 clusters of 10 items that stand or fall together: as independent items the difference looks
 * certain, as clusters it does not. */
static void clusters_widen_the_interval(void **state)
{
    enum { N = 400 };
    double a[N], b[N];
    size_t of[N];
    struct arena *scratch = arena_new();
    (void)state;
    for (size_t i = 0; i < N; i++) {
        of[i] = i / 10;
        a[i] = of[i] >= 6 && of[i] < 36;
        b[i] = of[i] >= 4 && of[i] < 36;
    }
    struct paired_clusters clusters = {of, 40};
    struct paired loose = paired_compare(scratch, a, b, N, NULL, &plain);
    struct paired tight = paired_compare(scratch, a, b, N, &clusters, &plain);
    assert_int_equal(loose.verdict, VERDICT_BETTER);
    assert_int_equal(tight.verdict, VERDICT_INCONCLUSIVE);
    assert_true(tight.diff.high - tight.diff.low > 2 * (loose.diff.high - loose.diff.low));
    clusters.n = 4;
    for (size_t i = 0; i < N; i++)
        of[i] = i / 100;
    tight = paired_compare(scratch, a, b, N, &clusters, &plain);
    assert_true(isnan(tight.diff.low));
    arena_free(scratch);
}

static void skewed_scores_get_the_bootstrap(void **state)
{
    enum { N = 60 };
    double a[N] = {0}, b[N];
    struct arena *scratch = arena_new();
    struct rng rng;
    (void)state;
    rng_init(&rng, 7, 0);
    for (int i = 0; i < N; i++)
        b[i] = exp(2 * rng_normal(&rng));
    struct paired r = paired_compare(scratch, a, b, N, NULL, &plain);
    assert_string_equal(r.method, "bca_sign_flip");
    struct paired again = paired_compare(scratch, a, b, N, NULL, &plain);
    assert_true(r.diff.low <= again.diff.low && r.diff.low >= again.diff.low);
    for (int i = 0; i < N; i++)
        b[i] = rng_normal(&rng);
    r = paired_compare(scratch, a, b, N, NULL, &plain);
    assert_string_equal(r.method, "paired_t");
    arena_free(scratch);
}

/* Two variants with the same true rate: called better or worse in 5% of 2,000 draws or less, up to
 * the 99.9% quantile of Binomial(2000, 0.05). */
static void same_variants_are_seldom_called_different(void **state)
{
    enum { N = 150, ROUNDS = 2000 };
    struct rng rng;
    int wrong = 0;
    (void)state;
    rng_init(&rng, 20, 0);
    for (int round = 0; round < ROUNDS; round++) {
        size_t wins = 0, losses = 0;
        for (int i = 0; i < N; i++) {
            double u = rng_uniform(&rng);
            wins += u < 0.06;
            losses += u >= 0.06 && u < 0.12;
        }
        enum verdict v = table(wins, losses, N, &plain).verdict;
        wrong += v == VERDICT_BETTER || v == VERDICT_WORSE;
    }
    assert_in_range(wrong, 1, 130);
}

/* --- whole comparisons --- */

static struct evidence *build(struct arena *a, const char *name, const int *pass, int n,
                              int first_id, int epochs)
{
    static const char *const keys[] = {"lang", NULL};
    struct evidence_builder b;
    struct evidence *ev;
    bool is_new;
    evidence_start(&b, a, name, keys, false);
    for (int i = 0; i < n; i++) {
        char id[16];
        snprintf(id, sizeof id, "t%d", first_id + i);
        uint32_t item = evidence_item(&b, str_c(id), &is_new);
        evidence_set_slice(&b, item, 0, i % 2 ? STR("de") : STR("en"));
        for (int e = 1; e <= epochs; e++) {
            struct evidence_row row = {.item = item, .epoch = e, .error = pass[i] < 0,
                                       .value = pass[i], .score = (double)NAN,
                                       .latency_s = (double)NAN, .ttft_s = (double)NAN,
                                       .cost_usd = (double)NAN};
            evidence_add(&b, row);
        }
    }
    if (!evidence_finish(&b, name, &ev, NULL))
        fail_msg("duplicate rows");
    return ev;
}

static void errors_and_strangers_are_left_out_and_counted(void **state)
{
    static const int pass_a[] = {1, 1, 1, -1, 0, 1}, pass_b[] = {1, 0, 1, 1, -1, 1};
    struct compare_opts o = {.confidence = 0.95, .margin = (double)NAN, .seed = 1};
    struct arena *a = arena_new();
    struct comparison c;
    struct err e = {0};
    (void)state;
    struct evidence *ea = build(a, "a", pass_a, 6, 0, 1), *eb = build(a, "b", pass_b, 6, 1, 1);
    assert_true(compare_run(a, ea, eb, &o, &c, &e));
    /* common ids t1 … t5; t3 is an error of a, t5 one of b */
    assert_int_equal(c.success.n, 3);
    assert_int_equal(c.errors_a, 1);
    assert_int_equal(c.errors_b, 1);
    assert_int_equal(c.only_a, 1);
    assert_int_equal(c.only_b, 1);
    assert_int_equal(c.n_gained, 1);
    assert_true(str_eq_c(c.gained[0], "t4"));
    assert_int_equal(c.n_lost, 1);
    assert_true(str_eq_c(c.lost[0], "t2"));
    assert_int_equal(c.n_slices, 2);
    assert_int_equal(c.slices[0].r.n + c.slices[1].r.n, 3);
    struct evidence *far = build(a, "far", pass_b, 6, 100, 1);
    assert_false(compare_run(a, ea, far, &o, &c, &e));
    assert_int_equal(e.code, ERR_INPUT);
    arena_free(a);
}

/* Repeating every output changes neither n nor the difference: the unit is the item. */
static void epochs_do_not_multiply_the_evidence(void **state)
{
    enum { N = 60 };
    int pass_a[N], pass_b[N];
    struct compare_opts o = {.confidence = 0.95, .margin = (double)NAN, .seed = 1};
    struct arena *a = arena_new();
    struct comparison once, thrice;
    (void)state;
    for (int i = 0; i < N; i++) {
        pass_a[i] = i % 3 != 0;
        pass_b[i] = i % 4 != 0;
    }
    assert_true(compare_run(a, build(a, "a", pass_a, N, 0, 1), build(a, "b", pass_b, N, 0, 1), &o,
                            &once, NULL));
    assert_true(compare_run(a, build(a, "a", pass_a, N, 0, 3), build(a, "b", pass_b, N, 0, 3), &o,
                            &thrice, NULL));
    assert_int_equal(thrice.success.n, N);
    assert_true(fabs(once.success.p_value - thrice.success.p_value) < 1e-12);
    assert_true(fabs(once.success.diff.low - thrice.success.diff.low) < 1e-12);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdict_needs_test_and_interval),
        cmocka_unit_test(no_difference_needs_a_margin_and_enough_items),
        cmocka_unit_test(numbers_are_those_of_the_statistics),
        cmocka_unit_test(n_needed_is_more_than_there_is),
        cmocka_unit_test(equal_differences_are_no_certainty),
        cmocka_unit_test(clusters_widen_the_interval),
        cmocka_unit_test(skewed_scores_get_the_bootstrap),
        cmocka_unit_test(same_variants_are_seldom_called_different),
        cmocka_unit_test(errors_and_strangers_are_left_out_and_counted),
        cmocka_unit_test(epochs_do_not_multiply_the_evidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
