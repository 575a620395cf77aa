/* Rankings, time to resolution and planning: closed forms and edge cases. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "stats/moments.h"
#include "stats/planning.h"
#include "stats/ranking.h"
#include "stats/survival.h"

static void test_bradley_terry(void **state)
{
    (void)state;
    const double two[] = {0, 30, 10, 0}, never[] = {0, 5, 0, 0};
    double b[3], se[3];
    bool finite;
    struct err e = {0};
    assert_true(bradley_terry(two, 2, 0, b, se, &finite, &e));
    assert_true(finite);
    assert_near(b[0] - b[1], log(3), 1e-9); /* two players: the log of the odds */
    assert_near(b[0] + b[1], 0, 1e-12);
    assert_near(se[0], sqrt(1 / (40 * 0.75 * 0.25)) / 2, 1e-9);
    assert_near(bradley_terry_prob(b[0], b[1]), 0.75, 1e-9);
    assert_true(bradley_terry(never, 2, 0, b, se, &finite, &e));
    assert_false(finite); /* never lost: no finite strength */
    assert_true(isnan(b[0]) && isnan(se[1]));
    assert_true(bradley_terry(never, 2, 1, b, se, &finite, &e));
    assert_true(finite);
    assert_near(bradley_terry_prob(b[0], b[1]), 5.5 / 6, 1e-9);
    assert_false(bradley_terry(never, RANKING_MAX + 1, 1, b, se, &finite, &e));
    assert_true(bradley_terry(never, 0, 0, b, se, &finite, &e));
    assert_false(finite);
}

static void test_elo(void **state)
{
    (void)state;
    double a = 1000, b = 1000;
    elo(&a, &b, 1, 32, 400);
    assert_near(a, 1016, 1e-12);
    assert_near(a + b, 2000, 1e-12);
    elo(&a, &b, 0.5, 32, 400);
    assert_true(a < 1016); /* the stronger loses by a draw */
}

static void test_position(void **state)
{
    (void)state;
    const double first[] = {1, 1, 1, 1, 1, 1}, second[] = {0, 0, 0, 0, 0, 0};
    struct position_bias r = position_bias(first, second, 6, 0.95);
    assert_near(r.win_rate_a, 0.5, 0);
    assert_near(r.position_effect, 1, 0);
    assert_near(r.p_position, 2 * pow(0.5, 6), 1e-12);
    assert_near(r.consistency, 0, 0);
    r = position_bias(first, first, 1, 0.95);
    assert_true(isnan(r.se) && isnan(r.low));
    assert_true(isnan(position_bias(first, first, 0, 0.95).win_rate_a));
}

static void test_kaplan_meier(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const double time[] = {5, 1, 3, 2, 4}, all[] = {1, 1, 1, 1, 1}, none[] = {0, 0, 0, 0, 0};
    struct kaplan_meier k = kaplan_meier(time, all, 5, 0.95, a);
    for (size_t i = 0; i < 5; i++) /* nothing censored: the empirical survival */
        assert_near(k.rows[i].survival, 1 - ((double)i + 1) / 5, 1e-12);
    assert_near(k.median, 3, 0);
    assert_near(rmst(time, all, 5, 5).rmst, stat_mean(time, 5), 1e-12);
    assert_near(rmst(time, none, 5, 4).rmst, 4, 1e-12);
    assert_near(rmst(time, none, 5, 4).se, 0, 0);
    k = kaplan_meier(time, none, 5, 0.95, a);
    assert_int_equal(k.n_rows, 0);
    assert_true(isnan(k.median) && isnan(k.naive_median_closed_only));
    assert_int_equal(k.n_censored, 5);
    k = kaplan_meier(time, all, 0, 0.95, a);
    assert_true(isnan(k.median));
    assert_true(isnan(rmst(time, all, 0, 1).rmst));
    /* open tickets: the median of the closed ones is too short */
    const double age[] = {1, 2, 3, 10, 10, 10, 10}, closed[] = {1, 1, 1, 0, 0, 0, 0};
    k = kaplan_meier(age, closed, 7, 0.95, a);
    assert_true(isnan(k.median)); /* not reached */
    assert_near(k.naive_median_closed_only, 2, 0);
    /* at a tied time the resolution comes first: the censored one was still at risk */
    const double tied[] = {2, 2}, one[] = {1, 0};
    assert_int_equal(kaplan_meier(tied, one, 2, 0.95, a).rows[0].n_risk, 2);
}

static void test_logrank(void **state)
{
    (void)state;
    double time[60], event[60], group[60], swapped[60];
    struct rng rng;
    rng_init(&rng, 50, 0);
    for (size_t i = 0; i < 60; i++) {
        group[i] = (double)(i % 2);
        swapped[i] = 1 - group[i];
        time[i] = (1 + 2 * group[i]) * -log(1 - rng_uniform(&rng));
        event[i] = rng_uniform(&rng) < 0.8 ? 1 : 0;
    }
    struct logrank r = logrank(time, event, group, 60), s = logrank(time, event, swapped, 60);
    assert_near(r.chi2, s.chi2, 1e-9);
    assert_near(r.observed[0], s.observed[1], 0);
    assert_near(r.expected[0] + r.expected[1], r.observed[0] + r.observed[1], 1e-9);
    assert_true(r.p_value < 0.05);
    for (size_t i = 0; i < 60; i++)
        group[i] = 0;
    assert_true(isnan(logrank(time, event, group, 60).chi2)); /* one group only */
}

static void test_rice(void **state)
{
    (void)state;
    const struct range90 reach = {100, 400}, one = {1, 1}, bad = {0, 4}, back = {4, 1};
    struct rice r;
    struct err e = {0};
    assert_true(rice_lognormal(reach, one, (struct range90){2, 2}, 0.5, 1, &r, &e));
    assert_near(r.median, 200 * 0.5 / 2, 1e-9); /* the geometric mean of the bounds */
    assert_true(r.p10 < r.median && r.median < r.mean && r.mean < r.p90);
    assert_true(rice_lognormal(one, one, one, 0.5, 2, &r, &e));
    assert_near(r.median, 0.25, 1e-12);
    assert_false(rice_lognormal(bad, one, one, 0.5, 1, &r, &e));
    assert_int_equal(e.code, ERR_STAT);
    assert_false(rice_lognormal(one, back, one, 0.5, 1, &r, &e));
    assert_false(rice_lognormal(one, one, one, 0, 1, &r, &e));
    assert_false(rice_lognormal(one, one, one, 1.1, 1, &r, &e));
    assert_near(rice_prob_better(1, 2, 3, 4) + rice_prob_better(3, 4, 1, 2), 1, 1e-12);
}

static void test_outside_view(void **state)
{
    (void)state;
    const double ratio[] = {1, 2, 4}, zero[] = {1, 0, 4};
    struct reference_class r;
    struct err e = {0};
    assert_true(reference_class(ratio, 3, 10, 0.5, &r, &e));
    assert_near(r.corrected_empirical, 20, 1e-12);
    assert_near(r.corrected_lognormal_predictive, 20, 1e-9); /* the median of both */
    assert_false(reference_class(ratio, 2, 10, 0.5, &r, &e));
    assert_int_equal(e.code, ERR_STAT);
    assert_false(reference_class(zero, 3, 10, 0.5, &r, &e));
    struct shrunk s = shrink_normal(0.1, 0, 0, 0.05);
    assert_near(s.post_mean, 0.1, 0); /* measured without error */
    s = shrink_normal(0.1, 0.05, 0.02, 0);
    assert_near(s.post_mean, 0.02, 0); /* known beforehand */
    s = shrink_normal(0.1, 0.05, 0, 0.05);
    assert_near(s.post_mean, 0.05, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bradley_terry), cmocka_unit_test(test_elo),
        cmocka_unit_test(test_position),      cmocka_unit_test(test_kaplan_meier),
        cmocka_unit_test(test_logrank),       cmocka_unit_test(test_rice),
        cmocka_unit_test(test_outside_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
