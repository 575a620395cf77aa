/* Cost per success, planning of cost, quantiles of latency; see cost.h. */
#include "stats/cost.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "stats/moments.h"
#include "stats/special.h"

/* √((n-1)/n Σ (R₋ᵢ - mean)²), R₋ᵢ the ratio without item i. */
static double jackknife_se(const double *cost, const double *success, size_t n, double costs,
                           double successes)
{
    struct sum total = {0}, squares = {0};
    if (n < 2 || successes < 2)
        return STAT_NAN;
    for (size_t i = 0; i < n; i++)
        sum_add(&total, (costs - cost[i]) / (successes - success[i]));
    double mean = sum_get(&total) / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d = (costs - cost[i]) / (successes - success[i]) - mean;
        sum_add(&squares, d * d);
    }
    return sqrt((double)(n - 1) / (double)n * sum_get(&squares));
}

static void fieller(const double *cost, const double *success, size_t n, double t,
                    struct cost_per_success *r)
{
    double m = (double)n, c = r->total_cost / m, s = (double)r->successes / m;
    double square = t * t / m;
    double a = s * s - square * stat_var(success, n);
    double b = c * s - square * stat_cov(cost, success, n);
    double k = c * c - square * stat_var(cost, n);
    double root = b * b - a * k;
    if (a > 0 && root >= 0) {
        r->fieller_low = (b - sqrt(root)) / a;
        r->fieller_high = (b + sqrt(root)) / a;
    }
}

struct cost_per_success cost_per_success(const double *cost, const double *success, size_t n,
                                         double conf)
{
    struct cost_per_success r = {
        .n = n, .total_cost = stat_sum(cost, n), .successes = (size_t)stat_sum(success, n),
        .ratio = STAT_NAN, .se_delta = STAT_NAN, .delta_low = STAT_NAN, .delta_high = STAT_NAN,
        .log_low = STAT_NAN, .log_high = STAT_NAN, .fieller_low = STAT_NAN,
        .fieller_high = STAT_NAN, .jackknife_se = STAT_NAN, .mean_of_success_costs = STAT_NAN,
    };
    if (r.successes == 0)
        return r;
    double s = (double)r.successes, of_successes = 0;
    struct sum squares = {0};
    r.ratio = r.total_cost / s;
    for (size_t i = 0; i < n; i++) {
        double d = cost[i] - r.ratio * success[i];
        sum_add(&squares, d * d);
        of_successes += cost[i] * success[i];
    }
    r.mean_of_success_costs = of_successes / s;
    if (n < 2)
        return r;
    double m = (double)n, t = t_quantile(0.5 + conf / 2, m - 1);
    r.se_delta = sqrt(sum_get(&squares) / (m * (m - 1))) / (s / m);
    r.delta_low = r.ratio - t * r.se_delta;
    r.delta_high = r.ratio + t * r.se_delta;
    if (r.ratio > 0) {
        r.log_low = r.ratio * exp(-t * r.se_delta / r.ratio);
        r.log_high = r.ratio * exp(t * r.se_delta / r.ratio);
    }
    fieller(cost, success, n, t, &r);
    r.jackknife_se = jackknife_se(cost, success, n, r.total_cost, s);
    return r;
}

struct estimate cost_per_success_estimate(const struct cost_per_success *c)
{
    return (struct estimate){c->ratio, c->log_low, c->log_high, c->n, "ratio_log_t"};
}

struct cost_model cost_model(double cost_attempt, double p_success, size_t max_attempts,
                             double review_rate, double cost_review, double cost_failure)
{
    double tries = (double)max_attempts;
    double p = p_success < 1 ? -expm1(tries * log1p(-p_success)) : 1;
    double attempts = p_success > 0 ? p / p_success : tries;
    double cost = cost_attempt * attempts + review_rate * cost_review + (1 - p) * cost_failure;
    return (struct cost_model){attempts, p, cost, p > 0 ? cost / p : STAT_NAN};
}

struct quantile_ci quantile_ci_sorted(const double *sorted, size_t n, double q, double conf)
{
    if (n == 0)
        return (struct quantile_ci){0, SIZE_MAX, SIZE_MAX, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN};
    size_t l = binom_quantile(0.5 - conf / 2, n, q);
    size_t u = binom_quantile(0.5 + conf / 2, n, q) + 1;
    return (struct quantile_ci){
        .n = n, .l = l, .u = u,
        .est = stat_quantile_sorted(sorted, n, q),
        .low = l > 0 ? sorted[l - 1] : STAT_NAN,
        .high = u <= n ? sorted[u - 1] : STAT_NAN,
        .coverage = binom_cdf(u - 1, n, q) - (l > 0 ? binom_cdf(l - 1, n, q) : 0),
    };
}

struct quantile_ci quantile_ci(const double *x, size_t n, double q, double conf)
{
    CLEANUP(mem_freep) double *sorted = mem_calloc(n + 1, sizeof *sorted);
    if (n)
        memcpy(sorted, x, n * sizeof *sorted);
    stat_sort(sorted, n);
    return quantile_ci_sorted(sorted, n, q, conf);
}

struct estimate quantile_estimate(const struct quantile_ci *q)
{
    return (struct estimate){q->est, q->low, q->high, q->n, "order_statistics"};
}
