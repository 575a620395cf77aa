/* Distribution functions against closed forms, identities and round trips. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "stats/estimate.h"
#include "stats/moments.h"
#include "stats/solve.h"
#include "stats/special.h"

static void near(double got, double want, double rel)
{
    assert_near(got, want, rel * fabs(want) + 1e-300);
}

static void test_normal(void **state)
{
    (void)state;
    for (double p = 1e-300; p < 1e-3; p *= 37)
        near(norm_cdf(norm_quantile(p)), p, 1e-12);
    for (double p = 0.001; p < 1; p += 0.0007)
        near(norm_cdf(norm_quantile(p)), p, 1e-14);
    assert_true(isnan(norm_quantile(-0.1)) && isnan(norm_quantile(STAT_NAN)));
    assert_true(isinf(norm_quantile(0)) && norm_quantile(0) < 0);
    near(chi2_1_sf(3.7), 2 * (1 - norm_cdf(sqrt(3.7))), 1e-14);
}

static void test_log_beta(void **state)
{
    (void)state;
    double at[] = {0.01, 0.5, 1, 3.25, 15.9, 16.1, 40, 250};
    for (size_t i = 0; i < ARRAY_LEN(at); i++)
        for (size_t j = 0; j < ARRAY_LEN(at); j++)
            near(log_beta(at[i], at[j]),
                 log_gamma(at[i]) + log_gamma(at[j]) - log_gamma(at[i] + at[j]), 1e-12);
    /* B(a + 1, b) = B(a, b) a / (a + b), where the plain difference has lost its digits */
    near(log_beta(1e7 + 1, 3e6) - log_beta(1e7, 3e6), log(1e7 / 1.3e7), 1e-7);
    near(exp(log_choose(52, 5)), 2598960, 1e-12);
    assert_true(fabs(log_choose(9, 0)) <= 0 && fabs(log_choose(9, 9)) <= 0);
    assert_true(isnan(log_choose(3, 4)) && isnan(log_beta(0, 1)));
}

static void test_beta_closed_forms(void **state)
{
    (void)state;
    for (double x = 0.001; x < 1; x += 0.0499) {
        for (double a = 0.25; a < 2000; a *= 3) {
            near(beta_cdf(x, a, 1), pow(x, a), 1e-11);
            near(beta_cdf(x, 1, a), -expm1(a * log1p(-x)), 1e-12);
            near(beta_cdf(x, a, 2.5) + beta_cdf(1 - x, 2.5, a), 1, 1e-13);
        }
        near(beta_cdf(x, 0.5, 0.5), 2 / acos(-1) * asin(sqrt(x)), 1e-13);
    }
    near(beta_cdf(0.5, 1e9, 1e9), 0.5, 1e-7);
    assert_true(isnan(beta_cdf(0.5, -1, 1)));
}

static void test_beta_quantile(void **state)
{
    (void)state;
    double shape[] = {0.02, 0.5, 1, 7, 133.5, 1e4, 1e7};
    double at[] = {1e-12, 0.001, 0.025, 0.3, 0.5, 0.9, 0.999};
    for (size_t i = 0; i < ARRAY_LEN(shape); i++) {
        for (size_t j = 0; j < ARRAY_LEN(shape); j++) {
            for (size_t k = 0; k < ARRAY_LEN(at); k++) {
                double x = beta_quantile(at[k], shape[i], shape[j]);
                /* within a rounding of x, the cdf moves by density times x */
                if (x > 0 && x < 1 - 1e-15)
                    assert_near(beta_cdf(x, shape[i], shape[j]), at[k],
                                1e-11 * at[k] + 4e-16 * beta_pdf(x, shape[i], shape[j]));
            }
        }
    }
    near(beta_quantile(1e-250, 0.5, 1), 0, 1e-300);
    near(beta_quantile(0.01, 0.1, 1), pow(0.01, 10), 1e-12);
    near(beta_quantile(0.975, 3, 1), cbrt(0.975), 1e-14);
}

static void test_student(void **state)
{
    (void)state;
    for (double t = -30; t < 30; t += 0.37) {
        near(t_cdf(t, 1), 0.5 + atan(t) / acos(-1), 1e-12);
        near(t_cdf(t, 2), 0.5 + t / (2 * sqrt(2 + t * t)), t < -5 ? 1e-11 : 1e-13);
        near(t_cdf(t, 1e16), norm_cdf(t), 1e-13);
    }
    near(t_cdf(-2.5, 1e9), norm_cdf(-2.5), 1e-7);
    double df[] = {1, 2, 3.5, 9, 99, 1e4, 1e8};
    for (size_t i = 0; i < ARRAY_LEN(df); i++)
        for (double p = 1e-6; p < 1; p = p < 0.01 ? p * 3 : p + 0.049)
            near(t_cdf(t_quantile(p, df[i]), df[i]), p, 1e-9);
    near(t_quantile(0.975, 1), tan(acos(-1) * 0.475), 1e-13);
}

static void test_binomial(void **state)
{
    (void)state;
    size_t sizes[] = {1, 2, 7, 40, 333};
    double ps[] = {0.001, 0.2, 0.5, 0.93};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        for (size_t j = 0; j < ARRAY_LEN(ps); j++) {
            double total = 0;
            for (size_t k = 0; k <= sizes[i]; k++) {
                total += binom_pmf(k, sizes[i], ps[j]);
                near(binom_cdf(k, sizes[i], ps[j]), total, 1e-12);
                size_t q = binom_quantile(total - 1e-9 * total, sizes[i], ps[j]);
                assert_true(q == k || binom_pmf(k, sizes[i], ps[j]) < 1e-8);
            }
            near(total, 1, 1e-13);
        }
    }
    near(binom_pmf(0, 10, 0), 1, 0);
    near(binom_pmf(10, 10, 1), 1, 0);
    near(binom_pmf(3, 2, 0.5), 0, 0);
}

static double cube_plus(const void *arg, double x) { return x * x * x + *(const double *)arg; }
static double decreasing(const void *arg, double x) { return *(const double *)arg - x; }

static void test_solve(void **state)
{
    (void)state;
    double minus2 = -2, third = 1.0 / 3;
    near(solve_root(cube_plus, &minus2, 0, 5), cbrt(2), 1e-15);
    near(solve_root(decreasing, &third, 0, 1), third, 1e-15);
    assert_true(isnan(solve_root(cube_plus, &minus2, 2, 5)));
    near(solve_integral(cube_plus, &third, -1, 3, 1e-12), 20 + 4 * third, 1e-13);
}

static void test_moments(void **state)
{
    (void)state;
    /* 1 and 1e100 and -1e100: a plain sum loses the one */
    double hard[] = {1, 1e100, 1, -1e100};
    near(stat_sum(hard, 4), 2, 0);
    double x[] = {4, 1, 3, 2};
    stat_sort(x, 4);
    near(stat_quantile_sorted(x, 4, 0), 1, 0);
    near(stat_quantile_sorted(x, 4, 0.5), 2.5, 1e-15);
    near(stat_quantile_sorted(x, 4, 1), 4, 0);
    near(stat_var(x, 4), 5.0 / 3, 1e-15);
    assert_true(isnan(stat_mean(x, 0)) && isnan(stat_var(x, 1)) &&
                isnan(stat_quantile_sorted(x, 0, 0.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_log_beta),
        cmocka_unit_test(test_beta_closed_forms),
        cmocka_unit_test(test_beta_quantile),
        cmocka_unit_test(test_student),
        cmocka_unit_test(test_binomial),
        cmocka_unit_test(test_solve),
        cmocka_unit_test(test_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
