#pragma once

#include <stddef.h>

/* Order and ranks of a list of numbers without NaN. */

/* Fills `index` with 0 … n-1 ordered by ascending x; equal values keep their order. */
void stat_order(const double *x, size_t n, size_t *index);

/* rank[i] = 1-based rank of x[i]; equal values share the mean of their ranks. */
void stat_midranks(const double *x, size_t n, double *rank);
