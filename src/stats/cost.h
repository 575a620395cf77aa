#pragma once

#include <stddef.h>

#include "stats/estimate.h"

/* What a success costs, and how long things take. STAT_NAN: undefined, or unbounded. */

/*
 * Cost per successful task R = Σ cost / Σ success over ALL tasks, failures and retries included.
 * d = cost - R success, se = √(Σd²/(n(n-1))) / mean success, t with n - 1 degrees of freedom.
 *   log_*     R exp(± t se/R), the default: covers best on few items and stays over 0
 *   delta_*   R ± t se
 *   fieller_* Fieller (1954); none when the successes are too few to bound the cost
 * No success: no ratio. mean_of_success_costs, which forgets what the failures cost, is given
 * for contrast only.
 */
struct cost_per_success {
    size_t n, successes;
    double total_cost, ratio, se_delta;
    double delta_low, delta_high, log_low, log_high, fieller_low, fieller_high;
    double jackknife_se; /* none when one task holds the only success */
    double mean_of_success_costs;
};
/* `success` holds 0 and 1. */
struct cost_per_success cost_per_success(const double *cost, const double *success, size_t n,
                                         double conf);
/* Its ratio with the log interval as an estimate; method "ratio_log_t". */
struct estimate cost_per_success_estimate(const struct cost_per_success *c);

/*
 * Planning in closed form, attempts independent with success probability p, at most R of them:
 * E[attempts] = (1 - (1-p)^R)/p, P(resolved) = 1 - (1-p)^R, cost per task = attempts · cost +
 * review share · cost + unresolved share · cost. Real retries resemble each other: prefer logs.
 * cost_per_success is STAT_NAN for p = 0.
 */
struct cost_model {
    double expected_attempts, p_resolved, cost_per_task, cost_per_success;
};
struct cost_model cost_model(double cost_attempt, double p_success, size_t max_attempts,
                             double review_rate, double cost_review, double cost_failure);

/*
 * A quantile with a distribution-free interval of order statistics (Hahn & Meeker, "Statistical
 * Intervals", 1991, ch. 5): l = qbinom(alpha/2, n, q), u = qbinom(1 - alpha/2, n, q) + 1, 1-based.
 * l = 0 and u = n + 1 stand for an end that the data does not bound (STAT_NAN): a p99 has an
 * upper end from about 370 observations on. est is type 7; coverage the exact probability.
 * n = 0: l = u = SIZE_MAX.
 */
struct quantile_ci {
    size_t n, l, u;
    double est, low, high, coverage;
};
struct quantile_ci quantile_ci(const double *x, size_t n, double q, double conf);
struct quantile_ci quantile_ci_sorted(const double *sorted, size_t n, double q, double conf);
/* method "order_statistics" */
struct estimate quantile_estimate(const struct quantile_ci *q);
