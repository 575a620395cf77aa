#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "stats/estimate.h"
#include "stats/paired.h"

/*
 * The ship gate: the candidate may be worse than the baseline by less than `margin`, which is
 * fixed before the run. H0: candidate - baseline <= -margin. Wald intervals and t on 0/1 data
 * reject a true H0 far too often and are not offered here.
 */

/* Tango's score test on pass/fail pairs: z = T(-margin), p = 1 - Φ(z); lower_bound is the lower
 * end of the 100(1 - 2 alpha)% Tango interval, and noninferior means lower_bound > -margin, the
 * same as p < alpha. Zero discordant pairs are no proof: see ni_min_items. n = 0: STAT_NAN and
 * false. */
struct noninferiority {
    double diff, z, p_value, lower_bound, lower_bound_bonett_price;
    bool noninferior, noninferior_bonett_price;
};
struct noninferiority noninferiority_paired(size_t b, size_t c, size_t n, double margin,
                                            double alpha);

/* Graded scores or item means: lower end of the 100(1 - 2 alpha)% t interval of b[i] - a[i];
 * cluster may be NULL, otherwise CR1 errors on the differences. When all differences are equal
 * that interval has no width, and the betting confidence sequence for differences in [-1, 1]
 * stands in, on clusters where there are any. Bounds are STAT_NAN, and noninferior false, for
 * fewer than two items or clusters, equal differences outside [-1, 1], and clusters with equal
 * means. */
struct noninferiority_mean {
    double diff, lower_bound, upper_bound;
    bool noninferior;
    const char *method; /* "t", "cr1_t" or "betting" */
};
struct noninferiority_mean noninferiority_mean(const double *a, const double *b,
                                               const size_t *cluster, size_t n, double margin,
                                               double alpha);

/* The fewest items that can pass the test when nothing changes at all: n >= z²_{1-α}(1-δ)/δ. */
size_t ni_min_items(double margin, double alpha);

/* What an interval of the difference says, in this order: better (low > 0), non-inferior (low >
 * -margin), worse (high < 0: a proven regression that may exceed the margin), else inconclusive;
 * also when a limit is not estimable. */
enum ni_verdict { NI_BETTER, NI_NONINFERIOR, NI_WORSE, NI_INCONCLUSIVE };
enum ni_verdict ni_verdict(double low, double high, double margin);
