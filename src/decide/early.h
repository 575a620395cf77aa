#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "stats/estimate.h"

/*
 * Intervals for runs that stopped as soon as they were decided. A stop that depends on the results
 * makes the usual intervals too narrow; confidence sequences hold at any stopping time
 * (docs/sequential.md). Values are in the order the items ran.
 */

/* Mean of values in [0, 1], one an item, with one-sided bounds of level 1 - alpha: the mixture
 * sequence for 0/1 values ("bernoulli_mixture"), the betting sequence otherwise ("betting"). It is
 * taken at the first item at which it leaves `limit` on one side (n says which), as --until-decided
 * does, else (or with limit NaN) at the last. Values outside [0, 1] have no such bounds: STAT_NAN.
 */
struct estimate early_mean(struct arena *scratch, const double *x, size_t n, double alpha,
                           double limit);

/* Mean of b[i] - a[i] for values in [0, 1], the same way. */
struct estimate early_difference(struct arena *scratch, const double *a, const double *b, size_t n,
                                 double alpha, double limit);

/* p-value of "neither is better", valid at any stop, from items 0/1 under both (Robbins' mixture
 * over the items that differ); STAT_NAN for other values. */
double early_p_value(const double *a, const double *b, size_t n);
