/* Intervals for a pass rate of independent items; see proportion.h. */
#include "stats/proportion.h"

#include "stats/moments.h"
#include "stats/special.h"

struct interval ci_wilson(size_t k, size_t n, double conf)
{
    if (n == 0)
        return (struct interval){STAT_NAN, 0, 1};
    double nn = (double)n, p = (double)k / nn, z = norm_quantile(0.5 + conf / 2), z2 = z * z;
    double centre = (p + z2 / (2 * nn)) / (1 + z2 / nn);
    double half = z / (1 + z2 / nn) * sqrt(p * (1 - p) / nn + z2 / (4 * nn * nn));
    return (struct interval){p, k == 0 ? 0 : fmax(0, centre - half),
                             k == n ? 1 : fmin(1, centre + half)};
}

static double lower(double k, double n, double alpha)
{
    return k > 0 ? beta_quantile(alpha, k, n - k + 1) : 0;
}

static double upper(double k, double n, double alpha)
{
    return k < n ? beta_quantile(1 - alpha, k + 1, n - k) : 1;
}

struct interval clopper_pearson_real(double k, double n, double conf)
{
    double alpha = (1 - conf) / 2;
    return (struct interval){n > 0 ? k / n : STAT_NAN, lower(k, n, alpha), upper(k, n, alpha)};
}

struct interval ci_clopper_pearson(size_t k, size_t n, double conf)
{
    return clopper_pearson_real((double)k, (double)n, conf);
}

double clopper_pearson_lower(size_t k, size_t n, double conf)
{
    return lower((double)k, (double)n, 1 - conf);
}

double clopper_pearson_upper(size_t k, size_t n, double conf)
{
    return upper((double)k, (double)n, 1 - conf);
}

struct interval ci_jeffreys(size_t k, size_t n, double conf)
{
    double a = (double)k + 0.5, b = (double)(n - k) + 0.5, alpha = 1 - conf;
    if (n == 0)
        return (struct interval){STAT_NAN, 0, 1};
    return (struct interval){(double)k / (double)n, k == 0 ? 0 : beta_quantile(alpha / 2, a, b),
                             k == n ? 1 : beta_quantile(1 - alpha / 2, a, b)};
}

struct beta_posterior ci_beta_posterior(size_t k, size_t n, double conf, double prior_a,
                                        double prior_b, double target)
{
    double a = prior_a + (double)k, b = prior_b + (double)(n - k), alpha = 1 - conf;
    return (struct beta_posterior){
        .mean = a / (a + b),
        .low = beta_quantile(alpha / 2, a, b),
        .high = beta_quantile(1 - alpha / 2, a, b),
        .prob_ge_target = beta_cdf(1 - target, b, a),
    };
}

struct zero_failures n_zero_failures(double max_failure_rate, double conf)
{
    double log_miss = log1p(-conf);
    double n = ceil(log_miss / log1p(-max_failure_rate));
    /* the quotient of two rounded logarithms can lie just above a whole number */
    if (n > 1 && (n - 1) * log1p(-max_failure_rate) <= log_miss * (1 - 1e-14))
        n--;
    return (struct zero_failures){(size_t)n, -expm1(log_miss / n)};
}

/* C(top, k) / C(n, k) as a product of ratios below 1; 0 if top < k. */
static double choose_ratio(size_t top, size_t n, size_t k)
{
    if (top < k)
        return 0;
    if (k > 1000)
        return exp(log_choose((double)top, (double)k) - log_choose((double)n, (double)k));
    double r = 1;
    for (size_t i = 0; i < k; i++)
        r *= (double)(top - i) / (double)(n - i);
    return r;
}

struct pass_k pass_k(const size_t *n, const size_t *c, size_t tasks, size_t k)
{
    struct sum at = {0}, hat = {0};
    for (size_t i = 0; i < tasks; i++) {
        if (n[i] < k || c[i] > n[i])
            return (struct pass_k){STAT_NAN, STAT_NAN};
        sum_add(&at, 1 - choose_ratio(n[i] - c[i], n[i], k));
        sum_add(&hat, choose_ratio(c[i], n[i], k));
    }
    if (tasks == 0)
        return (struct pass_k){STAT_NAN, STAT_NAN};
    return (struct pass_k){sum_get(&at) / (double)tasks, sum_get(&hat) / (double)tasks};
}
