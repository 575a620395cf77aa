/* Cost, latency, histograms and trade-offs: closed forms, guarantees, merging. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "stats/cost.h"
#include "stats/histogram.h"
#include "stats/moments.h"
#include "stats/pareto.h"

static void test_cost_per_success(void **state)
{
    (void)state;
    const double cost[] = {2, 3, 5, 2, 4}, some[] = {1, 0, 1, 1, 0}, none[] = {0, 0, 0, 0, 0};
    double dear[5];
    struct cost_per_success r = cost_per_success(cost, some, 5, 0.95);
    assert_near(r.ratio, 16.0 / 3, 1e-12);
    assert_true(r.log_low > 0 && r.log_low < r.ratio && r.ratio < r.log_high);
    assert_true(r.mean_of_success_costs < r.ratio); /* it forgets what failures cost */
    for (size_t i = 0; i < 5; i++)
        dear[i] = 100 * cost[i];
    struct cost_per_success r100 = cost_per_success(dear, some, 5, 0.95);
    assert_near(r100.log_low, 100 * r.log_low, 1e-9);
    assert_near(r100.jackknife_se, 100 * r.jackknife_se, 1e-9);
    r = cost_per_success(cost, none, 5, 0.95);
    assert_true(isnan(r.ratio) && isnan(r.log_high) && isnan(r.mean_of_success_costs));
    assert_near(r.total_cost, 16, 1e-12);
    r = cost_per_success(cost, some, 1, 0.95); /* one task: a ratio, no interval */
    assert_near(r.ratio, 2, 0);
    assert_true(isnan(r.log_low) && isnan(r.fieller_low) && isnan(r.jackknife_se));
    assert_true(isnan(cost_per_success(cost, some, 0, 0.95).ratio));
}

/* The log interval covers the true ratio about as often as it says (30 tasks, success 0.4). */
static void test_cost_coverage(void **state)
{
    (void)state;
    double cost[30], success[30];
    size_t covered = 0;
    struct rng rng;
    rng_init(&rng, 40, 0);
    for (int run = 0; run < 2000; run++) {
        for (size_t i = 0; i < 30; i++) {
            success[i] = rng_uniform(&rng) < 0.4 ? 1 : 0;
            cost[i] = 0.5 + rng_uniform(&rng); /* mean 1 */
        }
        struct cost_per_success r = cost_per_success(cost, success, 30, 0.95);
        covered += r.log_low <= 2.5 && 2.5 <= r.log_high;
    }
    assert_true(covered > 1860); /* 0.95 less three standard errors, less the small-sample bias */
}

static void test_cost_model(void **state)
{
    (void)state;
    struct cost_model m = cost_model(1, 0.5, 2, 0.2, 10, 100);
    assert_near(m.expected_attempts, 1.5, 1e-12);
    assert_near(m.p_resolved, 0.75, 1e-12);
    assert_near(m.cost_per_task, 1.5 + 2 + 25, 1e-12);
    assert_near(cost_model(1, 1, 5, 0, 0, 9).cost_per_success, 1, 0);
    assert_true(isnan(cost_model(1, 0, 5, 0, 0, 9).cost_per_success));
}

static void test_quantiles(void **state)
{
    (void)state;
    double x[368];
    size_t covered = 0;
    struct rng rng;
    rng_init(&rng, 41, 0);
    for (size_t i = 0; i < 368; i++)
        x[i] = (double)i;
    /* 0.99^n <= 0.025 from n = 368 on: only then has a p99 an upper end */
    assert_true(isnan(quantile_ci(x, 367, 0.99, 0.95).high));
    assert_true(!isnan(quantile_ci(x, 368, 0.99, 0.95).high));
    for (int run = 0; run < 1000; run++) {
        for (size_t i = 0; i < 60; i++)
            x[i] = -log(1 - rng_uniform(&rng));
        struct quantile_ci q = quantile_ci(x, 60, 0.9, 0.95);
        assert_true(q.coverage >= 0.95);
        covered += q.low <= log(10) && (isnan(q.high) || log(10) <= q.high);
    }
    assert_true(covered >= 930);
    assert_int_equal(quantile_ci(x, 0, 0.5, 0.95).l, SIZE_MAX);
}

static void test_ddsketch(void **state)
{
    (void)state;
    CLEANUP(ddsketch_release) struct ddsketch all = {0}, half = {0};
    CLEANUP(ddsketch_release) struct ddsketch other = {0}, coarse = {0};
    double x[5000];
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 42, 0);
    ddsketch_init(&all, 0.01);
    ddsketch_init(&half, 0.01);
    ddsketch_init(&other, 0.01);
    ddsketch_init(&coarse, 0.05);
    assert_true(isnan(ddsketch_quantile(&all, 0.5)));
    for (size_t i = 0; i < 5000; i++) {
        x[i] = i % 50 ? exp(4 * rng_normal(&rng)) : 0;
        assert_true(ddsketch_add(&all, x[i]));
        assert_true(ddsketch_add(i % 2 ? &half : &other, x[i]));
    }
    assert_true(ddsketch_merge(&half, &other, &e));
    stat_sort(x, 5000);
    for (size_t i = 0; i < 5000; i += 7) { /* within 1% of the order statistic, everywhere */
        double q = fmin(1, ((double)i + 1e-6) / 4999), got = ddsketch_quantile(&all, q);
        assert_near(got, x[i], 0.01 * x[i] + 1e-15);
        assert_near(ddsketch_quantile(&half, q), got, 0);
    }
    assert_int_equal(half.count, 5000);
    assert_near(half.max, all.max, 0);
    assert_false(ddsketch_add(&all, -1));
    assert_false(ddsketch_add(&all, (double)NAN));
    assert_false(ddsketch_add(&all, (double)INFINITY));
    assert_int_equal(all.count, 5000);
    assert_false(ddsketch_merge(&all, &coarse, &e));
    assert_int_equal(e.code, ERR_STAT);
}

static void test_hdr_histogram(void **state)
{
    (void)state;
    CLEANUP(hdr_histogram_release) struct hdr_histogram h = {0}, other = {0}, odd = {0};
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 43, 0);
    assert_true(hdr_histogram_init(&h, 1, 1000000, 3, &e));
    assert_true(hdr_histogram_init(&other, 1, 1000000, 3, &e));
    assert_int_equal(hdr_histogram_percentile(&h, 50), 0);
    assert_true(isnan(hdr_histogram_mean(&h)));
    for (int64_t v = 1; v < 1000000; v = v * 5 / 4 + 1) { /* three digits are kept */
        int64_t top = hdr_histogram_highest_equivalent(&h, v);
        assert_true(top >= v && (double)(top - v) <= (double)v / 1000);
        assert_true(hdr_histogram_record(&h, v));
        assert_true(hdr_histogram_record(&other, v));
    }
    int64_t half = hdr_histogram_percentile(&h, 50), n = h.total;
    assert_true(hdr_histogram_merge(&h, &other, &e));
    assert_int_equal(h.total, 2 * n);
    assert_int_equal(hdr_histogram_percentile(&h, 50), half);
    assert_false(hdr_histogram_record(&h, -1));
    assert_false(hdr_histogram_record(&h, 100000000));
    assert_int_equal(h.total, 2 * n);
    assert_true(hdr_histogram_init(&odd, 1, 1000, 2, &e));
    assert_false(hdr_histogram_merge(&h, &odd, &e));
    struct hdr_histogram bad = {0};
    assert_false(hdr_histogram_init(&bad, 0, 1000, 3, &e));
    assert_false(hdr_histogram_init(&bad, 10, 15, 3, &e));
    assert_false(hdr_histogram_init(&bad, 1, 1000, 6, &e));
    assert_false(hdr_histogram_init(&bad, INT64_MAX / 4, INT64_MAX, 5, &e));
}

static void test_front(void **state)
{
    (void)state;
    const struct tradeoff p[] = {{1, 10, 0.8}, {2, 10, 0.8}, {1, 10, 0.8}, {2, 5, 0.7},
                                 {(double)INFINITY, 1, 0.9}};
    bool front[5];
    pareto_front(p, 5, front);
    assert_true(front[0] && front[2]); /* equal points both stay */
    assert_false(front[1]);
    assert_true(front[3]);
    assert_true(front[4]); /* unknown cost, but the best quality */
    const struct tradeoff zero = {0, 0, 0}, se = {0.5, 3, 0.05};
    struct prob_dominates a = prob_dominates(&p[0], &se, &p[3], &se);
    struct prob_dominates b = prob_dominates(&p[3], &se, &p[0], &se);
    assert_near(a.p_cheaper + b.p_cheaper, 1, 1e-12);
    assert_near(a.p_better + b.p_better, 1, 1e-12);
    assert_near(prob_dominates(&p[0], &zero, &p[0], &zero).p_dominates, 0.125, 1e-12);
}

static void test_cascade(void **state)
{
    (void)state;
    const double conf[] = {0.9, 0.6, 0.3}, cheap[] = {1, 0, 0}, dear[] = {1, 1, 0};
    const double t[] = {0, 0.5, 0.8, 1};
    struct cascade_point p[4];
    struct cascade c = cascade_eval(conf, cheap, dear, 3, 1, 10, t, 4, 0.6, p);
    assert_near(p[0].cost, 1, 0);  /* never */
    assert_near(p[3].cost, 11, 0); /* always: both are paid */
    assert_near(p[3].accuracy, c.always_expensive_accuracy, 1e-15);
    assert_int_equal(c.chosen_index, 2);
    assert_int_equal(cascade_eval(conf, cheap, dear, 3, 1, 10, t, 4, 0.9, p).chosen_index,
                     SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cost_per_success), cmocka_unit_test(test_cost_coverage),
        cmocka_unit_test(test_cost_model),       cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_ddsketch),         cmocka_unit_test(test_hdr_histogram),
        cmocka_unit_test(test_front),            cmocka_unit_test(test_cascade),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
