/* Trends: symmetries, published examples, edge cases; the detectors by simulation. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "stats/trend.h"

static void test_two_rates(void **state)
{
    (void)state;
    struct two_prop_diff r = two_prop_diff(12, 40, 25, 50, 0.95);
    struct two_prop_diff back = two_prop_diff(25, 50, 12, 40, 0.95);
    assert_near(r.diff, -back.diff, 1e-15);
    assert_near(r.newcombe_low, -back.newcombe_high, 1e-12);
    assert_near(r.agresti_caffo_low, -back.agresti_caffo_high, 1e-12);
    assert_near(r.p_fisher, back.p_fisher, 1e-12);
    /* the lady who tastes tea (Fisher 1935): 3 of 4 against 1 of 4; 34 of 70 tables are as odd */
    assert_near(two_prop_diff(1, 4, 3, 4, 0.95).p_fisher, 34.0 / 70, 1e-12);
    assert_true(isnan(two_prop_diff(0, 0, 3, 4, 0.95).diff));
    r = two_prop_diff(0, 1, 1, 1, 0.95); /* as extreme as it gets stays in [-1, 1] */
    assert_true(r.agresti_caffo_high <= 1 && r.newcombe_high <= 1);
}

static void test_linear_trend(void **state)
{
    (void)state;
    const size_t k[] = {10, 20, 30}, flat[] = {20, 20, 20}, all[] = {50, 50, 50};
    const size_t n[] = {50, 50, 50};
    const double week[] = {1, 2, 3}, same[] = {2, 2, 2};
    assert_near(trend_test(k, n, week, 3).slope, 0.2, 1e-12);
    assert_near(trend_test(flat, n, week, 3).chi2, 0, 1e-12);
    assert_near(trend_test(flat, n, week, 3).p_value, 1, 1e-12);
    assert_true(isnan(trend_test(all, n, week, 3).chi2));
    assert_near(trend_test(all, n, week, 3).slope, 0, 1e-12);
    assert_true(isnan(trend_test(k, n, same, 3).slope));
}

static void test_cusum(void **state)
{
    (void)state;
    struct cusum c = cusum_start(0.5, 2);
    for (int i = 0; i < 10; i++)
        cusum_tabular(&c, i < 5 ? 0 : 1.5); /* from the sixth on, C rises by 1 */
    assert_int_equal(c.alarm_index, 8);     /* the first over 2, and it stays the first */
    assert_near(c.c_plus, 5, 1e-12);
    struct bernoulli_cusum b = bernoulli_cusum_start(0.1, 0.3, 1);
    assert_int_equal(b.alarm_index, SIZE_MAX);
    bernoulli_cusum(&b, true);
    assert_near(b.s, log(3), 1e-12);
    assert_int_equal(b.alarm_index, 1);
    /* the formula passes smoothly through its limit at drift 0 */
    assert_near(cusum_arl_siegmund(0.5 + 1e-7, 0.5, 4).upper,
                cusum_arl_siegmund(0.5, 0.5, 4).upper, 1e-3);
    struct cusum_arl arl = cusum_arl_siegmund(0, 0.5, 4);
    assert_near(arl.two_sided, 167.6838, 2); /* exact by numerical integration */
}

/* Under the null, P(alarm within t) <= alpha E[M_t] <= alpha t. */
static void test_e_detector(void **state)
{
    (void)state;
    const double lambda[] = {0.5, 1, 2}, too_large[] = {6};
    struct e_detector d;
    struct err e = {0};
    struct rng rng;
    size_t alarms = 0, caught = 0;
    rng_init(&rng, 30, 0);
    for (int run = 0; run < 1000; run++) {
        assert_true(e_detector_start(&d, E_DETECTOR_SR, 0.8, 0.002, lambda, 3, &e));
        for (int t = 0; t < 100; t++)
            e_detector(&d, rng_uniform(&rng) < 0.8 ? 1 : 0);
        alarms += d.alarm_index != SIZE_MAX;
        for (int t = 0; t < 100; t++)
            e_detector(&d, rng_uniform(&rng) < 0.4 ? 1 : 0);
        caught += d.alarm_index != SIZE_MAX;
    }
    assert_true(alarms <= 200);
    assert_true(caught > 990);
    assert_false(e_detector_start(&d, E_DETECTOR_SR, 0.8, 0.01, too_large, 1, &e));
    assert_int_equal(e.code, ERR_STAT);
    assert_false(e_detector_start(&d, E_DETECTOR_SR, 0.8, 0.01, lambda, 0, &e));
    assert_true(e_detector_start(&d, E_DETECTOR_CUSUM, 0.8, 0.05, lambda, 1, &e));
    assert_int_equal(d.alarm_index, SIZE_MAX); /* an empty stream is no alarm */
}

static void test_changepoint(void **state)
{
    (void)state;
    const size_t k[] = {90, 91, 89, 70, 71}, even[] = {45, 45, 45, 45, 45}, n[] = {100, 100, 100,
                                                                                   100, 100};
    struct changepoint c = changepoint_binomial(k, n, 5, NULL);
    assert_int_equal(c.tau, 3);
    assert_near(c.rate_before, 0.9, 1e-12);
    assert_near(c.rate_after, 0.705, 1e-12);
    assert_near(changepoint_p_value(k, n, 5, 999, 1), 0.001, 1e-9); /* none of 999 is as large */
    assert_near(changepoint_p_value(even, n, 5, 199, 1), 1, 1e-9);
    assert_near(changepoint_p_value(k, n, 5, 99, 3), changepoint_p_value(k, n, 5, 99, 3), 0);
    assert_int_equal(changepoint_binomial(k, n, 1, NULL).tau, 0);
    assert_true(isnan(changepoint_p_value(k, n, 1, 99, 1)));
}

static void test_changing_sets(void **state)
{
    (void)state;
    const double a[] = {1, 0, 1, 1}, b[] = {0, 0, 1, 0}, weight[] = {3, 1}, none[] = {0, 0};
    const double *const strata[] = {a, b};
    const size_t n[] = {4, 4}, one[] = {4, 1}, empty[] = {4, 0};
    struct poststratified r;
    struct err e = {0};
    assert_true(poststratify(weight, strata, n, 2, &r, &e));
    assert_near(r.mean, 0.75 * 0.75 + 0.25 * 0.25, 1e-12);
    assert_near(r.unweighted_mean, 0.5, 1e-12);
    assert_true(poststratify(weight, strata, one, 2, &r, &e));
    assert_true(isnan(r.se));
    assert_false(poststratify(weight, strata, empty, 2, &r, &e));
    assert_int_equal(e.code, ERR_STAT);
    assert_false(poststratify(none, strata, n, 2, &r, &e));
    struct anchor_link l = anchor_link(0.8, 0.03, b, a, 4);
    assert_near(l.level, 0.8 + 0.5, 1e-12);
    assert_near(l.level_se, hypot(0.03, l.delta_se), 1e-12);
    l = anchor_link(0.8, 0.03, b, a, 1);
    assert_true(isnan(l.level_se) && !isnan(l.level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_rates),   cmocka_unit_test(test_linear_trend),
        cmocka_unit_test(test_cusum),       cmocka_unit_test(test_e_detector),
        cmocka_unit_test(test_changepoint), cmocka_unit_test(test_changing_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
