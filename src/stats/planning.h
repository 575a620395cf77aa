#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Prioritising with distributions instead of points. */

/* A 90% interval: the 5th and the 95th percentile, 0 < low <= high. */
struct range90 {
    double low, high;
};

/*
 * RICE = reach · impact · confidence^gamma / effort, the three ranges independent lognormals:
 * mu = (ln lo + ln hi)/2, sigma = (ln hi - ln lo)/(2 z₀.₉₅). gamma = 1 is the usual linear
 * discount, over 1 lets doubt weigh more. Rank by p10 or by rice_prob_better. ERR_STAT when a
 * bound is not over 0, a range is upside down or confidence is not in (0, 1].
 */
struct rice {
    double log_mean, log_sd, median, mean, p10, p90;
};
MUST_CHECK bool rice_lognormal(struct range90 reach, struct range90 impact, struct range90 effort,
                               double confidence, double gamma, struct rice *ret, struct err *e);

/* P(RICE_a > RICE_b), independent: Φ((mu_a - mu_b)/hypot(sd_a, sd_b)). */
double rice_prob_better(double log_mean_a, double log_sd_a, double log_mean_b, double log_sd_b);

/* A measured lift pulled towards what such lifts have been (winner's curse): weight =
 * tau²/(tau² + se²), mean = m + weight (x - m), sd = √weight se. prob_positive = P(lift > 0). */
struct shrunk {
    double weight, post_mean, post_sd, prob_positive;
};
struct shrunk shrink_normal(double estimate, double se, double prior_mean, double prior_sd);

/*
 * Reference-class forecast (Flyvbjerg 2006) from past actual/estimate ratios: the p-quantile
 * (type 7) as an uplift, and the lognormal predictive quantile exp(m + t_{n-1,p} s √(1 + 1/n)) for
 * small classes. p over ½ for effort and cost, under ½ for benefits. Fewer than three ratios, or
 * one that is not over 0, are ERR_STAT.
 */
struct reference_class {
    double uplift_empirical, corrected_empirical, log_mean, log_sd;
    double corrected_lognormal_predictive, median_bias;
};
MUST_CHECK bool reference_class(const double *actual_over_estimate, size_t n, double estimate,
                                double p, struct reference_class *ret, struct err *e);
