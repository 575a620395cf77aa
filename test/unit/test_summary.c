/* Result sets and what is said of them: items, epochs, errors, clusters, slices, costs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "near.h"
#include "run/summary.h"
#include "stats/bootstrap.h"
#include "stats/cost.h"
#include "stats/mean.h"

static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static struct result_set *empty(void)
{
    static const char *const graders[] = {"g", "h"};
    return result_set_new(a, "v", graders, 2);
}

static struct result_row *add(struct result_set *rs, const char *id, int epoch, enum outcome o)
{
    struct result_row *r = result_set_add(rs, result_set_item(rs, str_c(id), NULL), epoch);
    r->outcome = (uint8_t)o;
    return r;
}

static void same(struct estimate x, struct estimate y)
{
    assert_near(x.value, y.value, 1e-12);
    assert_near(x.low, y.low, 1e-12);
    assert_near(x.high, y.high, 1e-12);
    assert_int_equal(x.n, y.n);
    assert_string_equal(x.method, y.method);
}

static void rows_are_sorted_with_their_grades(void **state)
{
    (void)state;
    struct err e = {0};
    struct result_set *rs = empty();
    add(rs, "a", 2, OUTCOME_FAIL);
    result_set_grades(rs, 0)[1].score = 0.2;
    add(rs, "b", 1, OUTCOME_PASS);
    add(rs, "a", 1, OUTCOME_PASS);
    result_set_grades(rs, 2)[1].score = 0.1;
    assert_true(result_set_finish(rs, &e));
    assert_int_equal(rs->rows.v[0].epoch, 1);
    assert_near(result_set_grades(rs, 0)[1].score, 0.1, 0);
    assert_near(result_set_grades(rs, 1)[1].score, 0.2, 0);
    assert_int_equal(rs->rows.v[2].item, 1);
    assert_int_equal(result_set_find(rs, STR("b")), 1);
    assert_int_equal(result_set_find(rs, STR("c")), -1);
    add(rs, "b", 1, OUTCOME_PASS);
    assert_false(result_set_finish(rs, &e));
    assert_non_null(strstr(e.msg, "\"b\" occurs twice in epoch 1"));
}

static void a_rate_of_independent_items_is_wilson(void **state)
{
    (void)state;
    struct result_set *rs = empty();
    for (int i = 0; i < 50; i++)
        add(rs, arena_printf(a, "%d", i), 1, i < 45 ? OUTCOME_PASS : OUTCOME_FAIL);
    add(rs, "broken", 1, OUTCOME_ERROR)->failed_call = true;
    struct summary *s = summary_make(a, rs, NULL);
    same(s->success, estimate_rate(45, 50, 0.95));
    assert_int_equal(s->n, 51);
    assert_int_equal(s->errors, 1);
    assert_int_equal(s->failed_calls, 1);
    assert_int_equal(s->graders[0].n, 0); /* nobody has graded */
}

static void epochs_are_averaged_first(void **state)
{
    (void)state;
    struct result_set *rs = empty();
    double x[20];
    for (int i = 0; i < 20; i++) {
        const char *id = arena_printf(a, "%d", i);
        add(rs, id, 1, OUTCOME_PASS);
        add(rs, id, 2, i % 2 ? OUTCOME_PASS : OUTCOME_FAIL);
        add(rs, id, 3, i == 7 ? OUTCOME_ERROR : OUTCOME_FAIL);
        x[i] = i == 7 ? 1 : (i % 2 ? 2.0 : 1.0) / 3;
    }
    struct summary *s = summary_make(a, rs, NULL);
    same(s->success, estimate_scores(x, NULL, 20, 0.95));
    assert_int_equal(s->n, 20);
    assert_int_equal(s->epochs, 3);
    assert_int_equal(s->rows, 60);
}

static void clusters_widen_the_interval(void **state)
{
    (void)state;
    struct result_set *rs = empty();
    double x[40];
    size_t cluster[40];
    for (int i = 0; i < 40; i++) {
        uint32_t item = result_set_item(rs, str_c(arena_printf(a, "%d", i)), NULL);
        bool pass = (i / 4) % 3 > 0;
        rs->items.v[item].cluster = arena_strf(a, "c%d", i / 4);
        result_set_add(rs, item, 1)->outcome = pass ? OUTCOME_PASS : OUTCOME_FAIL;
        x[i] = pass;
        cluster[i] = (size_t)i / 4;
    }
    struct summary *s = summary_make(a, rs, NULL);
    same(s->success, estimate_scores(x, cluster, 40, 0.95));
    assert_string_equal(s->success.method, "korn_graubard");
}

static void skewed_means_get_bca(void **state)
{
    (void)state;
    struct result_set *rs = empty();
    double x[40];
    for (int i = 0; i < 40; i++) {
        x[i] = i < 36 ? 0.9 + 0.001 * i : 0.05;
        add(rs, arena_printf(a, "%d", i), 1, OUTCOME_PASS)->score = x[i];
    }
    struct summary *s = summary_make(a, rs, NULL);
    struct bootstrap b = bootstrap_mean(x, 40, 2000, 1, 0.95);
    same(s->score, bootstrap_estimate(&b));
    assert_string_equal(s->score.method, "bca");
}

static void slices_hold_their_items(void **state)
{
    (void)state;
    static const char *const tags[] = {"lang", "nosuch", NULL};
    struct result_set *rs = empty();
    for (int i = 0; i < 30; i++) {
        add(rs, arena_printf(a, "%d", i), 1, i % 3 ? OUTCOME_PASS : OUTCOME_FAIL);
        if (i < 24)
            result_set_tag(rs, (uint32_t)i, "lang", i % 2 ? STR("en") : STR("de"));
    }
    struct summary *s = summary_make(a, rs, tags);
    assert_int_equal(s->n_slices, 1);
    assert_int_equal(s->slices[0].n, 2);
    assert_true(str_eq(s->slices[0].values[0].value, STR("de")));
    same(s->slices[0].values[0].success, estimate_rate(8, 12, 0.95));
    same(s->slices[0].values[1].success, estimate_rate(8, 12, 0.95));
}

static void costs_count_failures_and_grading(void **state)
{
    (void)state;
    struct result_set *rs = empty();
    double cost[10], success[10];
    for (int i = 0; i < 10; i++) {
        struct result_row *r =
            add(rs, arena_printf(a, "%d", i), 1, i < 6 ? OUTCOME_PASS : OUTCOME_FAIL);
        r->cost_usd = 0.01 * (i + 1);
        r->grading_cost_usd = 0.005;
        cost[i] = r->cost_usd + 0.005;
        success[i] = i < 6;
    }
    struct summary *s = summary_make(a, rs, NULL);
    struct cost_per_success c = cost_per_success(cost, success, 10, 0.95);
    same(s->cost_per_success, cost_per_success_estimate(&c));
    assert_near(s->cost_usd, c.total_cost, 1e-12);
    /* a call that failed and tells no cost was not billed; an answer of unknown cost is unknown */
    add(rs, "failed", 1, OUTCOME_ERROR)->failed_call = true;
    assert_near(summary_make(a, rs, NULL)->cost_usd, c.total_cost, 1e-12);
    add(rs, "unknown", 1, OUTCOME_PASS);
    s = summary_make(a, rs, NULL);
    assert_true(isnan(s->cost_usd) && isnan(s->cost_per_success.value));
}

static void nothing_measured_is_null_not_zero(void **state)
{
    (void)state;
    struct result_set *rs = empty();
    add(rs, "x", 1, OUTCOME_ERROR)->failed_call = true;
    struct summary *s = summary_make(a, rs, NULL);
    assert_true(isnan(s->success.value) && isnan(s->score.value));
    assert_true(isnan(s->latency_ms.p95.value) && isnan(s->ttft_ms.p50.value));
    assert_true(isnan(s->cost_per_success.value));
    rs = empty();
    s = summary_make(a, rs, NULL);
    assert_true(isnan(s->success.value) && isnan(s->cost_usd));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(rows_are_sorted_with_their_grades),
        T(a_rate_of_independent_items_is_wilson),
        T(epochs_are_averaged_first),
        T(clusters_widen_the_interval),
        T(skewed_means_get_bca),
        T(slices_hold_their_items),
        T(costs_count_failures_and_grading),
        T(nothing_measured_is_null_not_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
