#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/estimate.h"

/*
 * The bootstrap with bias correction and acceleration (BCa). Efron & Tibshirani, An Introduction
 * to the Bootstrap, 1993, chapter 14. It cannot see failures that never occurred: when all
 * replicates are equal the result is `degenerate` and an exact interval must take its place.
 */

/* The interval from given replicates of a statistic whose value on the data is t0, and its n_jack
 * jackknife values: z0 = Φ⁻¹((#{t* < t0} + ½ #{t* = t0})/B); accel = Σd³/(6 (Σd²)^{3/2}), d =
 * mean(J) - J; α = Φ(z0 + (z0+z)/(1 - accel (z0+z))); ends are type-7 quantiles. perc_ is the plain
 * percentile interval. z0 infinite: all but perc_ is STAT_NAN and degenerate is set, also when all
 * replicates are equal. Sorts `replicates`. */
struct bca {
    double z0, accel, alpha_low, alpha_high, low, high, perc_low, perc_high;
    bool degenerate;
};
struct bca bca_interval(double t0, double *replicates, size_t n, const double *jackknife,
                        size_t n_jack, double conf);

/*
 * Seeded bootstrap of a mean or a ratio of sums over the machine's cores: same seed, same result
 * whatever the number of threads (each block of replicates has a random stream of its own). Use
 * at least 2,000 resamples, 10,000 for a gate. For clusters pass one pair of sums a cluster.
 */
struct bootstrap {
    double value, low, high; /* BCa */
    double se;               /* standard deviation of the replicates */
    struct bca bca;
    size_t n, resamples;
    size_t undefined; /* replicates whose denominator was 0: left out */
    bool degenerate;  /* no width or no defined interval */
};
struct bootstrap bootstrap_mean(const double *x, size_t n, size_t resamples, uint64_t seed,
                                double conf);
/* Mean of b[i] - a[i]. */
struct bootstrap bootstrap_paired_mean(const double *a, const double *b, size_t n,
                                       size_t resamples, uint64_t seed, double conf);
/* Σ num / Σ den, resampling items: cost per success, cluster means, precision, … */
struct bootstrap bootstrap_ratio(const double *num, const double *den, size_t n, size_t resamples,
                                 uint64_t seed, double conf);

/* The E object: method "bca". */
struct estimate bootstrap_estimate(const struct bootstrap *b);
