#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/estimate.h"

/*
 * Do raters agree beyond chance? Report raw agreement, Krippendorff's alpha (ordinal for rubric
 * scales; missing labels are fine) and Gwet's AC1 when one class has over 80%, where kappa
 * collapses. Read a judge's agreement with people against people's agreement with each other.
 */

/* Two raters, k categories: counts table[i * k + j], rater 1 chose i and rater 2 chose j. Weights
 * w_ij: identity (Cohen 1960), 1 - |i-j|/(k-1) (linear), 1 - ((i-j)/(k-1))² (quadratic; Cohen
 * 1968). κ = (p_o - p_e)/(1 - p_e); se for the interval and se0 under "no agreement" after Fleiss,
 * Cohen & Everitt, Psychological Bulletin 72, 1969; interval κ ± z·se within [-1, 1]. p_e = 1 or
 * no counts: κ and what follows are STAT_NAN. */
enum kappa_weights { KAPPA_IDENTITY, KAPPA_LINEAR, KAPPA_QUADRATIC };
struct kappa {
    double n, po, pe, kappa, se0, se, low, high;
};
struct kappa weighted_kappa(const double *table, size_t k, enum kappa_weights weights,
                            double conf);
struct kappa cohen_kappa(const double *table, size_t k, double conf);

/* Many raters, the same number m >= 2 for each unit: counts[u * k + c] raters put unit u into
 * category c. Fleiss 1971; se0 under "no agreement" after Fleiss, Nee & Landis 1979. */
struct fleiss_kappa {
    double p_bar, pe, kappa, se0, z;
};
struct fleiss_kappa fleiss_kappa(const double *counts, size_t units, size_t k);

/* ratings[r * units + u] is what rater r gave unit u, STAT_NAN where missing; with ALPHA_ORDINAL
 * only the order of the values counts. */
struct ratings {
    const double *v;
    size_t raters, units;
};
enum alpha_level { ALPHA_NOMINAL, ALPHA_ORDINAL, ALPHA_INTERVAL, ALPHA_RATIO };

/* α = 1 - D_o/D_e over units with two ratings or more: D_o = (1/n) Σ_u Σ_{i≠j} δ(x_i, x_j)/(m_u -
 * 1), D_e = Σ n_c n_k δ/(n(n-1)); δ is 1[≠], (difference of mid-ranks)², (c-k)² or ((c-k)/(c+k))².
 * D_e = 0: α is STAT_NAN. Time grows with the number of ratings; for ratio with the square of the
 * number of distinct values. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011. */
struct krippendorff {
    double alpha, d_observed, d_expected;
    size_t n_pairable;
};
struct krippendorff krippendorff_alpha(struct ratings r, enum alpha_level level);

/* Percentile interval over resampled units, undefined replicates left out and counted. Given: the
 * unit indices of n_resamples resamples, r.units each; alpha (room for n_resamples, may be NULL)
 * receives the replicates, STAT_NAN where undefined. Seeded: drawn here, over the machine's cores,
 * the same whatever the number of threads. */
struct krippendorff_bootstrap {
    double low, high;
    size_t n_undefined;
};
struct krippendorff_bootstrap krippendorff_alpha_bootstrap(struct ratings r,
                                                           enum alpha_level level,
                                                           const size_t *resample,
                                                           size_t n_resamples, double conf,
                                                           double *ret_alpha);
struct krippendorff_bootstrap krippendorff_alpha_seeded(struct ratings r, enum alpha_level level,
                                                        size_t n_resamples, uint64_t seed,
                                                        double conf);

/* AC1 = (p_a - p_e)/(1 - p_e), p_e = Σπ(1-π)/(q-1), π the mean share of each category over rated
 * units; linearised variance, t_{units-1} interval, at most 1. q is the number of categories the
 * raters could choose from, 0: those that occur. One category: ac1 = p_a, the rest STAT_NAN. Gwet,
 * British J. of Mathematical and Statistical Psychology 61, 2008; Handbook of Inter-Rater
 * Reliability, 2014. */
struct gwet_ac1 {
    double pa, pe, ac1, se, low, high;
    size_t n; /* rated units */
};
struct gwet_ac1 gwet_ac1(struct ratings r, size_t q, double conf);
