/* Correlations, AUC and fitted weights: against brute force, closed forms and optimality
 * conditions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "near.h"
#include "stats/association.h"
#include "stats/linalg.h"
#include "stats/moments.h"
#include "stats/rank.h"
#include "stats/regression.h"

static void test_correlation(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4, 5}, line[] = {3, 5, 7, 9, 11}, curve[] = {1, 4, 9, 16, 25};
    const double flat[] = {2, 2, 2, 2, 2};
    struct correlation c = pearson(x, line, 5, 0.95);
    assert_near(c.r, 1, 1e-15);
    assert_true(isnan(c.low) && isnan(c.high));
    assert_near(c.p_value, 0, 0);
    assert_true(pearson(x, curve, 5, 0.95).r < 1);
    assert_near(spearman(x, curve, 5, 0.95).r, 1, 1e-15);
    assert_true(isnan(spearman(x, flat, 5, 0.95).r));
    assert_true(isnan(kendall_tau_b(x, flat, 5, 0.95).tau_b));
    for (size_t n = 0; n < 3; n++) {
        assert_true(isnan(pearson(x, line, n, 0.95).p_value));
        assert_true(isnan(spearman(x, line, n, 0.95).low));
        assert_true(isnan(kendall_tau_b(x, line, n, 0.95).low));
    }
}

static void test_midranks(void **state)
{
    (void)state;
    const double x[] = {3, 1, 3, 2, 3};
    double rank[5];
    size_t order[5];
    stat_midranks(x, 5, rank);
    assert_near(rank[0], 4, 0); /* places 3, 4, 5 */
    assert_near(rank[1], 1, 0);
    assert_near(rank[3], 2, 0);
    stat_order(x, 5, order);
    assert_int_equal(order[2], 0); /* equal values keep their order */
    assert_int_equal(order[4], 4);
}

/* tau-b by looking at all pairs. */
static double tau_by_pairs(const double *x, const double *y, size_t n)
{
    double score = 0, free_x = 0, free_y = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j];
            score += (dx > 0) - (dx < 0) ? (dx * dy > 0) - (dx * dy < 0) : 0;
            free_x += fabs(dx) > 0;
            free_y += fabs(dy) > 0;
        }
    }
    return score / sqrt(free_x * free_y);
}

static double auc_by_pairs(const double *s, const double *y, size_t n)
{
    double wins = 0, pairs = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            if (!(y[i] > y[j]))
                continue;
            pairs++;
            wins += s[i] > s[j] ? 1 : s[i] < s[j] ? 0 : 0.5;
        }
    return wins / pairs;
}

static void test_against_pairs(void **state)
{
    (void)state;
    double x[101], y[101], bits[101], minus[101];
    struct rng rng;
    rng_init(&rng, 9, 0);
    for (size_t n = 2; n <= 101; n += 9) {
        for (size_t i = 0; i < n; i++) {
            x[i] = (double)rng_below(&rng, 12);
            y[i] = x[i] + (double)rng_below(&rng, 12);
            bits[i] = i < 2 ? (double)i : (double)rng_below(&rng, 2);
            minus[i] = -x[i];
        }
        x[0] = -1; /* not all equal */
        minus[0] = 1;
        y[1] = 99;
        assert_near(kendall_tau_b(x, y, n, 0.95).tau_b, tau_by_pairs(x, y, n), 1e-12);
        struct auc r = auc_delong(x, bits, n, 0.95), back = auc_delong(minus, bits, n, 0.95);
        assert_near(r.auc, auc_by_pairs(x, bits, n), 1e-12);
        assert_near(back.auc, 1 - r.auc, 1e-12);
        if (n > 20)
            assert_near(back.se, r.se, 1e-12);
    }
    const double one[] = {1, 1, 1}, s[] = {1, 2, 3}, single[] = {0, 1, 0};
    assert_true(isnan(auc_delong(s, one, 3, 0.95).auc));
    assert_near(auc_delong(s, single, 3, 0.95).auc, 0.5, 1e-15);
    assert_true(isnan(auc_delong(s, single, 3, 0.95).se)); /* one item in a class */
}

static void test_williams(void **state)
{
    (void)state;
    struct williams a = williams_test(100, 0.5, 0.4, 0.6), b = williams_test(100, 0.4, 0.5, 0.6);
    assert_near(a.t, -b.t, 1e-12);
    assert_near(a.p_value, b.p_value, 1e-12);
    assert_true(isnan(williams_test(100, 0.9, -0.9, 0.9).t)); /* not possible together */
    assert_true(isnan(williams_test(3, 0.5, 0.4, 0.6).t));
}

static void test_cholesky(void **state)
{
    (void)state;
    const double a[] = {4, 2, 1, 2, 5, 3, 1, 3, 6};
    double l[9], b[] = {1, 2, 3}, diag[3], scratch[3];
    memcpy(l, a, sizeof l);
    assert_true(cholesky_factor(l, 3));
    cholesky_solve(l, 3, b);
    for (size_t i = 0; i < 3; i++)
        assert_near(a[3 * i] * b[0] + a[3 * i + 1] * b[1] + a[3 * i + 2] * b[2],
                    (double)i + 1, 1e-12);
    cholesky_inverse_diagonal(l, 3, diag, scratch);
    assert_near(diag[0], 21.0 / 67, 1e-12); /* minor 5·6 - 3·3 over the determinant */
    double singular[] = {1, 2, 2, 4};
    assert_false(cholesky_factor(singular, 2));
}

enum { ROWS = 80, COLS = 4 };

static void make_design(struct rng *rng, double *x, double *y, const double *beta)
{
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = 0.7;
        for (size_t j = 0; j < COLS; j++) {
            x[i * COLS + j] = rng_normal(rng);
            y[i] += beta[j] * x[i * COLS + j];
        }
    }
}

static void test_ridge(void **state)
{
    (void)state;
    const double beta[COLS] = {1, -2, 0.5, 0};
    double x[ROWS * COLS], y[ROWS], coef[COLS], intercept;
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 10, 0);
    make_design(&rng, x, y, beta);
    assert_true(ridge_fit(x, y, ROWS, COLS, 0, &intercept, coef, &e));
    assert_near(intercept, 0.7, 1e-10);
    for (size_t j = 0; j < COLS; j++)
        assert_near(coef[j], beta[j], 1e-10);
    assert_true(ridge_fit(x, y, ROWS, COLS, 1e12, &intercept, coef, &e));
    assert_near(coef[1], 0, 1e-8);
    assert_near(intercept, stat_mean(y, ROWS), 1e-8);
    for (size_t i = 0; i < ROWS; i++)
        x[i * COLS + 3] = 2 * x[i * COLS]; /* dependent */
    assert_false(ridge_fit(x, y, ROWS, COLS, 0, &intercept, coef, &e));
    assert_int_equal(e.code, ERR_STAT);
    assert_true(ridge_fit(x, y, ROWS, COLS, 0.1, &intercept, coef, &e));
    assert_false(ridge_fit(x, y, 0, COLS, 1, &intercept, coef, &e));
    assert_false(ridge_fit(x, y, 1, REGRESSION_MAX_COLUMNS + 1, 1, &intercept, coef, &e));
}

static void test_logistic(void **state)
{
    (void)state;
    const double beta[COLS] = {1, -2, 0.5, 0};
    double x[ROWS * COLS], y[ROWS], coef[COLS], intercept, nll;
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 11, 0);
    make_design(&rng, x, y, beta);
    for (size_t i = 0; i < ROWS; i++)
        y[i] = rng_uniform(&rng) < 1 / (1 + exp(-y[i])) ? 1 : 0;
    assert_true(logistic_ridge_fit(x, y, ROWS, COLS, 0.5, &intercept, coef, &nll, &e));
    for (size_t j = 0; j <= COLS; j++) { /* the gradient is 0 at the solution */
        double g = j < COLS ? 0.5 * coef[j] : 0;
        for (size_t i = 0; i < ROWS; i++) {
            double p = 1 / (1 + exp(-linear_predict(intercept, coef, x + i * COLS, COLS)));
            g += (p - y[i]) * (j < COLS ? x[i * COLS + j] : 1);
        }
        assert_near(g, 0, 1e-6);
    }
    const double line[] = {-2, -1, 1, 2}, split[] = {0, 0, 1, 1}, same[] = {1, 1, 1, 1};
    assert_false(logistic_ridge_fit(line, split, 4, 1, 0, &intercept, coef, &nll, &e));
    assert_int_equal(e.code, ERR_STAT);
    assert_true(logistic_ridge_fit(line, split, 4, 1, 0.1, &intercept, coef, &nll, &e));
    assert_false(logistic_ridge_fit(line, same, 4, 1, 1, &intercept, coef, &nll, &e));
}

static void test_nnls(void **state)
{
    (void)state;
    const double beta[COLS] = {1, -2, 0.5, 0.1};
    double x[ROWS * COLS], y[ROWS], coef[COLS], rss;
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 12, 0);
    for (int round = 0; round < 20; round++) {
        make_design(&rng, x, y, beta);
        for (size_t i = 0; i < ROWS; i++)
            y[i] += rng_normal(&rng);
        assert_true(nnls_fit(x, y, ROWS, COLS, coef, &rss, &e));
        for (size_t j = 0; j < COLS; j++) { /* Karush-Kuhn-Tucker */
            double descent = 0;
            for (size_t i = 0; i < ROWS; i++)
                descent += x[i * COLS + j] *
                           (y[i] - linear_predict(0, coef, x + i * COLS, COLS));
            assert_true(coef[j] >= 0);
            if (coef[j] > 0)
                assert_near(descent, 0, 1e-8);
            else
                assert_true(descent <= 1e-8);
        }
    }
    const double zero[] = {0, 0};
    assert_true(nnls_fit(zero, zero, 2, 1, coef, &rss, &e)); /* nothing to explain */
    assert_near(coef[0], 0, 0);
}

static void test_cross_validation(void **state)
{
    (void)state;
    const double none[COLS] = {0};
    double x[ROWS * COLS], y[ROWS], oof[ROWS];
    size_t fold[ROWS];
    struct cv_correlation r;
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 13, 0);
    make_design(&rng, x, y, none);
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = rng_normal(&rng);
        fold[i] = 7 + 100 * (i % 5); /* any numbers name the folds */
    }
    assert_true(cv_ridge_correlation(x, y, fold, ROWS, COLS, 1, oof, &r, &e));
    /* noise: looking at one's own fit flatters, held-out rows do not */
    assert_true(r.in_sample_pearson > 0.1);
    assert_true(r.pearson < r.in_sample_pearson - 0.1);
    for (size_t i = 0; i < ROWS; i++)
        assert_true(!isnan(oof[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_correlation), cmocka_unit_test(test_midranks),
        cmocka_unit_test(test_against_pairs), cmocka_unit_test(test_williams),
        cmocka_unit_test(test_cholesky), cmocka_unit_test(test_ridge),
        cmocka_unit_test(test_logistic), cmocka_unit_test(test_nnls),
        cmocka_unit_test(test_cross_validation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
