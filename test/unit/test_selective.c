/* Thresholds with a guarantee and calibration: closed forms, edge cases, and a seeded simulation
 * that the promise is kept where the naive choice breaks it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "stats/calibration.h"
#include "stats/moments.h"
#include "stats/selective.h"
#include "stats/special.h"

static void test_bounds(void **state)
{
    (void)state;
    assert_near(cp_ucb(0, 60, 0.05), 1 - pow(0.05, 1.0 / 60), 1e-12);
    assert_near(cp_ucb(7, 7, 0.1), 1, 0);
    assert_near(cp_ucb(0, 0, 0.1), 1, 0);
    for (size_t k = 0; k < 30; k += 7) {
        double cp = cp_ucb(k, 200, 0.05), hb = hb_ucb((double)k, 200, 0.05);
        assert_near(binom_cdf(k, 200, cp), 0.05, 1e-9); /* the bound inverts the test */
        assert_true(hb >= cp - 1e-9);                   /* and the general one is wider */
        assert_near(hb_pvalue((double)k, 200, hb).p_value, 0.05, 1e-6);
    }
    assert_near(hb_ucb(50, 50, 0.05), 1, 0);
    assert_near(hb_pvalue(0, 0, 0.1).p_value, 1, 0);
    /* a sum of losses that is 3 but for rounding is 3 */
    assert_near(hb_pvalue(3 + 1e-13, 100, 0.1).p_bentkus, hb_pvalue(3, 100, 0.1).p_bentkus, 0);
    for (size_t k = 0; k <= 5; k++) { /* equal weights are no weights */
        double upper = hoeffding_ucb_weighted(2.5 * (double)k, 2.5 * 80, 2.5, 80, 0.1);
        assert_near(hb_pvalue((double)k, 80, upper).p_hoeffding, 0.1, 1e-9);
    }
    assert_near(hoeffding_ucb_weighted(0, 0, 1, 0, 0.1), 1, 0);
}

/* The smallest n by trying all. */
static size_t power_by_hand(double alpha, double delta, double risk, double power)
{
    for (size_t n = 1;; n++) {
        size_t k = 0;
        if (binom_cdf(0, n, alpha) > delta)
            continue;
        while (binom_cdf(k + 1, n, alpha) <= delta)
            k++;
        if (binom_cdf(k, n, risk) >= power)
            return n;
    }
}

static void test_labels_needed(void **state)
{
    (void)state;
    for (double alpha = 0.02; alpha < 0.3; alpha += 0.03) {
        size_t zero = n_zero_errors(alpha, 0.05);
        assert_true(pow(1 - alpha, (double)zero) <= 0.05);
        assert_true(pow(1 - alpha, (double)zero - 1) > 0.05);
        assert_int_equal(min_accept_power(alpha, 0.05, alpha / 2, 0.9).n_power,
                         power_by_hand(alpha, 0.05, alpha / 2, 0.9));
    }
    assert_int_equal(n_zero_errors(0.05, 0.05), 59);
    assert_int_equal(min_accept_power(0.1, 0.1, 0.1, 0.9).n_power, 0);
    assert_int_equal(min_accept_power(0.1, 0.1, 0, 0.9).n_power, n_zero_errors(0.1, 0.1));
}

static void test_walk(void **state)
{
    (void)state;
    const double conf[] = {0.9, 0.9, 0.9, 0.8, 0.8, 0.5}, right[] = {1, 1, 1, 1, 1, 0};
    const double grid[] = {0.95, 0.9, 0.8, 0.5};
    double p[4];
    /* five right ones show an error of at most 0.5 at delta 0.05: 0.5^5 < 0.05, 0.5^3 is not */
    struct selected_threshold r = select_threshold(conf, right, 6, grid, 4, 0.5, 0.05,
                                                   SELECT_FIXED_SEQUENCE, 0, p);
    assert_int_equal(r.min_accept, 5);
    assert_near(r.threshold, 0.8, 0);
    assert_int_equal(r.n_accept, 5);
    assert_int_equal(r.errors, 0);
    assert_near(r.coverage, 5.0 / 6, 1e-15);
    assert_near(p[0], 1, 0); /* nothing accepted, nothing shown */
    assert_near(p[2], pow(0.5, 5), 1e-15);
    r = select_threshold(conf, right, 6, grid, 4, 0.01, 0.05, SELECT_FIXED_SEQUENCE, 0, NULL);
    assert_true(isnan(r.threshold) && isnan(r.ucb) && isnan(r.risk_hat));
    assert_int_equal(r.n_accept, 0);
    /* started too early, the walk stops at the first point that does not pass */
    r = select_threshold(conf, right, 6, grid, 4, 0.5, 0.05, SELECT_FIXED_SEQUENCE, 1, NULL);
    assert_true(isnan(r.threshold));
    r = select_threshold(conf, right, 0, grid, 4, 0.5, 0.05, SELECT_BONFERRONI, 0, NULL);
    assert_true(isnan(r.threshold));
}

/* Traffic whose error at confidence c is 0.3 (1 - c): among what is over t it is 0.15 (1 - t). */
enum { LABELS = 300, GRID = 20, REPEATS = 2000 };
static const double alpha = 0.1, delta = 0.1, slope = 0.3;

static double true_error(double t) { return slope * (1 - t) / 2; }

static void draw_labels(struct rng *rng, double *conf, double *right)
{
    for (size_t i = 0; i < LABELS; i++) {
        conf[i] = rng_uniform(rng);
        right[i] = rng_uniform(rng) < slope * (1 - conf[i]) ? 0 : 1;
    }
}

static double naive_threshold(const double *conf, const double *right, const double *grid)
{
    double lowest = (double)NAN;
    for (size_t g = 0; g < GRID; g++) {
        double n = 0, wrong = 0;
        for (size_t i = 0; i < LABELS; i++) {
            n += conf[i] >= grid[g];
            wrong += conf[i] >= grid[g] && right[i] < 0.5;
        }
        if (n > 0 && wrong / n <= alpha)
            lowest = grid[g];
    }
    return lowest;
}

static void test_promise_is_kept(void **state)
{
    (void)state;
    double conf[LABELS], right[LABELS], grid[GRID];
    size_t broken[3] = {0}, found = 0;
    struct rng rng;
    rng_init(&rng, 20, 0);
    for (size_t g = 0; g < GRID; g++)
        grid[g] = 0.95 - 0.05 * (double)g;
    for (size_t r = 0; r < REPEATS; r++) {
        draw_labels(&rng, conf, right);
        double t[3] = {
            select_threshold(conf, right, LABELS, grid, GRID, alpha, delta, SELECT_FIXED_SEQUENCE,
                             0, NULL).threshold,
            select_threshold(conf, right, LABELS, grid, GRID, alpha, delta, SELECT_BONFERRONI, 0,
                             NULL).threshold,
            naive_threshold(conf, right, grid)};
        for (size_t m = 0; m < 3; m++)
            broken[m] += !isnan(t[m]) && true_error(t[m]) > alpha;
        found += isnan(t[0]) ? 0 : 1;
    }
    double slack = 3 * sqrt(delta * (1 - delta) / REPEATS);
    assert_true((double)broken[0] / REPEATS <= delta + slack);
    assert_true((double)broken[1] / REPEATS <= delta + slack);
    assert_true((double)broken[2] / REPEATS > 3 * delta); /* the naive choice breaks its word */
    assert_true((double)found / REPEATS > 0.5);           /* and the honest one still finds one */
}

/* Labels drawn mostly where confidence is low, weighted by the inverse of that. */
static void test_weighted_promise(void **state)
{
    (void)state;
    double conf[LABELS], right[LABELS], weight[LABELS], grid[GRID];
    size_t broken = 0, found = 0;
    struct rng rng;
    rng_init(&rng, 21, 0);
    for (size_t g = 0; g < GRID; g++)
        grid[g] = 0.95 - 0.05 * (double)g;
    for (size_t r = 0; r < 1000; r++) {
        for (size_t i = 0; i < LABELS;) {
            double c = rng_uniform(&rng), chance = c > 0.5 ? 0.5 : 1;
            if (rng_uniform(&rng) >= chance)
                continue;
            conf[i] = c;
            weight[i] = 1 / chance;
            right[i++] = rng_uniform(&rng) < slope * (1 - c) ? 0 : 1;
        }
        struct selected_threshold s = select_threshold_weighted(
            conf, right, weight, LABELS, grid, GRID, alpha, delta, 60, NULL);
        found += isnan(s.threshold) ? 0 : 1;
        broken += !isnan(s.threshold) && true_error(s.threshold) > alpha;
        if (!isnan(s.threshold))
            assert_true(s.ucb <= alpha + 1e-9 && s.risk_hat <= s.ucb);
    }
    assert_true((double)broken / 1000 <= delta);
    assert_true(found > 200);
}

static void test_crc(void **state)
{
    (void)state;
    const double conf[] = {0.9, 0.8, 0.7, 0.6}, right[] = {1, 0, 1, 0};
    const double grid[] = {0.9, 0.8, 0.7, 0.6};
    double adjusted[4];
    assert_near(crc_threshold(conf, right, 4, grid, 4, 0.4, adjusted), 0.7, 0);
    assert_near(adjusted[0], 0.2, 1e-15); /* (0 + 1) / (4 + 1) */
    assert_near(adjusted[3], 0.6, 1e-15);
    assert_true(isnan(crc_threshold(conf, right, 4, grid, 4, 0.1, adjusted)));
}

static void test_calibration(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const double sure[] = {1, 0, 1, 0};
    struct calibration_metrics m = calibration_metrics(sure, sure, 4, 10, a);
    assert_near(m.brier, 0, 0);
    assert_near(m.log_loss, 0, 0);
    assert_near(m.ece_equal_width, 0, 0);
    assert_true(isnan(m.spiegelhalter_z));
    double p[500], y[500];
    struct rng rng;
    rng_init(&rng, 5, 0);
    for (size_t i = 0; i < 500; i++) {
        p[i] = (double)rng_below(&rng, 21) / 20;
        y[i] = rng_uniform(&rng) < p[i] ? 1 : 0;
    }
    m = calibration_metrics(p, y, 500, 10, a);
    assert_near(m.brier, m.reliability - m.resolution + m.uncertainty, 1e-12);
    assert_true(fabs(m.spiegelhalter_z) < 4);
    size_t n = 0;
    for (size_t b = 0; b < m.n_bins; b++)
        n += m.bins[b].n;
    assert_int_equal(n, 500);
    assert_int_equal(m.bins[m.n_bins - 1].index, 9); /* p = 1 falls into the last bin */
}

static void test_isotonic(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    double x[200], y[200], w[200], fitted = 0, given = 0;
    struct rng rng;
    rng_init(&rng, 6, 0);
    for (size_t i = 0; i < 200; i++) {
        x[i] = (double)rng_below(&rng, 50);
        y[i] = x[i] / 50 + rng_normal(&rng);
        w[i] = 0.5 + rng_uniform(&rng);
        given += w[i] * y[i];
    }
    struct isotonic m = isotonic_pava(x, y, w, 200, a);
    for (size_t i = 1; i < m.n; i++)
        assert_true(m.x[i] > m.x[i - 1] && m.fitted[i] >= m.fitted[i - 1]);
    for (size_t i = 0; i < 200; i++)
        fitted += w[i] * isotonic_predict(&m, x[i]);
    assert_near(fitted, given, 1e-9); /* pooling keeps the weighted sum */
    assert_near(isotonic_predict(&m, -5), m.fitted[0], 0);
    assert_near(isotonic_predict(&m, 99), m.fitted[m.n - 1], 0);
    assert_near(isotonic_predict(&m, (m.x[0] + m.x[1]) / 2), (m.fitted[0] + m.fitted[1]) / 2,
                1e-12);
    assert_true(isnan(isotonic_predict(&(struct isotonic){0}, 1)));
}

static void test_platt(void **state)
{
    (void)state;
    struct err e = {0};
    struct platt m;
    double s[400], y[400];
    struct rng rng;
    rng_init(&rng, 7, 0);
    for (size_t i = 0; i < 400; i++) {
        s[i] = rng_normal(&rng);
        y[i] = rng_uniform(&rng) < 1 / (1 + exp(-2 * s[i] - 0.5)) ? 1 : 0;
    }
    assert_true(platt_fit(s, y, 400, &m, &e));
    assert_near(m.A, -2, 0.7);
    assert_near(m.B, -0.5, 0.5);
    double mean = 0, target = 0, n1 = stat_sum(y, 400);
    for (size_t i = 0; i < 400; i++) {
        mean += platt_predict(&m, s[i]);
        target += y[i] > 0.5 ? (n1 + 1) / (n1 + 2) : 1 / (400 - n1 + 2);
    }
    assert_near(mean, target, 1e-6); /* the gradient in B is 0 */
    const double same[] = {1, 1, 1}, up[] = {1, 2, 3};
    assert_true(platt_fit(up, same, 3, &m, &e)); /* one class only: a constant near 1 */
    assert_near(platt_predict(&m, 2), 4.0 / 5, 1e-6);
    assert_true(platt_predict(&(struct platt){.A = -1}, 800) > 0.999);
    assert_true(platt_predict(&(struct platt){.A = -1}, -800) < 0.001);
}

static void test_temperature(void **state)
{
    (void)state;
    struct err e = {0};
    struct temperature t, twice;
    double z[300 * 3], z2[300 * 3];
    size_t label[300];
    struct rng rng;
    rng_init(&rng, 8, 0);
    for (size_t i = 0; i < 300; i++) {
        label[i] = (size_t)rng_below(&rng, 3);
        for (size_t c = 0; c < 3; c++) {
            z[i * 3 + c] = 3 * rng_normal(&rng) + (c == label[i] ? 2 : 0);
            z2[i * 3 + c] = 2 * z[i * 3 + c];
        }
    }
    assert_true(temperature_fit(z, label, 300, 3, &t, &e));
    assert_true(temperature_fit(z2, label, 300, 3, &twice, &e));
    assert_near(twice.temperature, 2 * t.temperature, 1e-9);
    assert_near(twice.nll_after, t.nll_after, 1e-12);
    assert_true(t.nll_after <= t.nll_before);
    const double sure[] = {2, 0, 0, 2}, wrong[] = {0, 2, 2, 0};
    const size_t two[] = {0, 1};
    assert_false(temperature_fit(sure, two, 2, 2, &t, &e));
    assert_int_equal(e.code, ERR_STAT);
    assert_false(temperature_fit(wrong, two, 2, 2, &t, &e));
}

static void test_aurc(void **state)
{
    (void)state;
    const double conf[] = {0.9, 0.8, 0.7, 0.6, 0.5}, right[] = {1, 1, 1, 0, 0};
    const double flat[] = {0.5, 0.5, 0.5, 0.5, 0.5};
    double curve[5];
    assert_near(aurc(conf, right, 5, curve).e_aurc, 0, 1e-15); /* the best order there is */
    assert_near(curve[4], 0.4, 1e-15);
    assert_near(aurc(flat, right, 5, curve).aurc, 0.4, 1e-15);
    assert_near(curve[0], 0.4, 1e-15);
    assert_true(isnan(aurc(conf, right, 0, NULL).aurc));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_labels_needed),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_promise_is_kept),
        cmocka_unit_test(test_weighted_promise),
        cmocka_unit_test(test_crc),
        cmocka_unit_test(test_calibration),
        cmocka_unit_test(test_isotonic),
        cmocka_unit_test(test_platt),
        cmocka_unit_test(test_temperature),
        cmocka_unit_test(test_aurc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
