#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Is it getting better or worse, week over week. STAT_NAN stands for "undefined", SIZE_MAX for
 * "no alarm". The detectors are small structures that take one observation at a time, so that
 * they can sit on live data.
 */

/*
 * Two success rates on disjoint items (the same items: compare them pairwise). diff = p2 - p1.
 * Newcombe's hybrid score interval (method 10, Statistics in Medicine 17:873, 1998) is the
 * default; Agresti & Caffo (2000), clipped to [-1, 1]; pooled z test; Fisher's exact test, both
 * sides by probability. n1 = 0 or n2 = 0: all STAT_NAN.
 */
struct two_prop_diff {
    double diff, newcombe_low, newcombe_high, agresti_caffo_low, agresti_caffo_high;
    double p_pooled_z, p_fisher;
};
struct two_prop_diff two_prop_diff(size_t k1, size_t n1, size_t k2, size_t n2, double conf);

/* Cochran-Armitage test for a linear trend of k[i]/n[i] in score[i] (R prop.trend.test), and the
 * n-weighted least-squares slope. STAT_NAN when all rates are 0 or 1 or the scores are equal. */
struct trend_test {
    double chi2, p_value, slope;
};
struct trend_test trend_test(const size_t *k, const size_t *n, const double *score, size_t weeks);

/* Two-sided tabular CUSUM of standardised scores (Page 1954): C± = max(0, C± ± z - k); the alarm
 * is the first C > h. */
struct cusum {
    double k, h;              /* usual: 0.5 and 4 to 5 */
    double c_plus, c_minus;
    size_t n, alarm_index;    /* 1-based; SIZE_MAX: none yet */
};
struct cusum cusum_start(double k, double h);
void cusum_tabular(struct cusum *c, double z);

/* Mean number of observations to an alarm when z ~ N(mu, 1): Siegmund 1985, b = h + 1.166,
 * (exp(-2Db) + 2Db - 1) / (2D²), within about 1% of the exact value. */
struct cusum_arl {
    double upper, lower, two_sided;
};
struct cusum_arl cusum_arl_siegmund(double mu, double k, double h);

/* CUSUM of the log likelihood ratio of failures, rate p1 (the one to catch) against p0 (Reynolds
 * & Stoumbos 1999); the alarm is the first s >= h. */
struct bernoulli_cusum {
    double if_failure, if_success; /* the two steps */
    double h, s;
    size_t n, alarm_index;
};
struct bernoulli_cusum bernoulli_cusum_start(double p0, double p1, double h);
void bernoulli_cusum(struct bernoulli_cusum *c, bool failure);

/*
 * e-detector for a drop of a mean in [0, 1] below m0 (Shin, Ramdas & Rinaldo, arXiv 2203.03532):
 * e = 1 + lambda (m0 - x); Shiryaev-Roberts M = e (M + 1), CUSUM M = e max(M, 1); `m` is the mean
 * over the lambdas, each in [0, 1/(1 - m0)]. The alarm is the first m >= 1/alpha: on average not
 * before 1/alpha observations while the mean is at least m0, whatever the dependence.
 */
enum { E_DETECTOR_MAX = 16 };
enum e_detector_kind { E_DETECTOR_SR, E_DETECTOR_CUSUM };
struct e_detector {
    enum e_detector_kind kind;
    double m0, alpha, m;
    double lambda[E_DETECTOR_MAX], part[E_DETECTOR_MAX];
    size_t n_lambda, n, alarm_index;
};
/* At most E_DETECTOR_MAX lambdas; a lambda over 1/(1 - m0) is ERR_STAT. */
MUST_CHECK bool e_detector_start(struct e_detector *d, enum e_detector_kind kind, double m0,
                                 double alpha, const double *lambda, size_t n_lambda,
                                 struct err *e);
void e_detector(struct e_detector *d, double x);

/*
 * The week after which a pass rate most likely changed: the largest likelihood ratio
 * 2[l(1..t) + l(t+1..T) - l(1..T)], t = 1 … T-1. lr[t-1] is filled (weeks - 1 numbers). tau is
 * 1-based, the last week before the change, the first of equals; 0 when weeks < 2.
 */
struct changepoint {
    size_t tau;
    double max_lr, rate_before, rate_after;
};
struct changepoint changepoint_binomial(const size_t *k, const size_t *n, size_t weeks,
                                        double *lr);
/* p-value of max_lr when outcomes are exchanged at random between weeks, `draws` times, by the
 * seed: (1 + #{max_lr* >= max_lr}) / (1 + draws). The chi-squared tail is too small for a
 * maximum. */
double changepoint_p_value(const size_t *k, const size_t *n, size_t weeks, size_t draws,
                           uint64_t seed);

/*
 * Mean of a population from samples of its strata: Σ W_h ȳ_h with se √Σ W_h² s_h²/n_h (Cochran
 * 1977, ch. 5A), weights normalised to 1. scores[h] holds n[h] numbers. An empty stratum is
 * ERR_STAT (merge it); one with a single item has no variance: se is STAT_NAN.
 */
struct poststratified {
    double mean, se, unweighted_mean;
};
MUST_CHECK bool poststratify(const double *weight, const double *const *scores, const size_t *n,
                             size_t strata, struct poststratified *ret, struct err *e);

/*
 * One step of the chain that keeps a level comparable when the golden set changes: the anchor
 * items scored under both versions move it by mean(curr - prev), and add var(curr - prev)/n to
 * its variance (links count as independent). One anchor only: no standard error from there on.
 */
struct anchor_link {
    double delta, delta_se, level, level_se;
};
struct anchor_link anchor_link(double level, double level_se, const double *prev,
                               const double *curr, size_t n);
