#pragma once

#include <stddef.h>

/*
 * Sums and moments of lists, with compensated summation (Neumaier 1974), so that a result does
 * not depend on how long the list is. An empty list has sum 0 and mean STAT_NAN; a variance needs
 * two values, otherwise STAT_NAN.
 */
struct sum {
    double s, c; /* running sum and its correction; start with {0} */
};
void sum_add(struct sum *t, double x);
double sum_get(const struct sum *t);

double stat_sum(const double *x, size_t n);
double stat_mean(const double *x, size_t n);
double stat_var(const double *x, size_t n);                       /* divides by n - 1 */
/* m₃/m₂^{3/2} with central moments that divide by n; STAT_NAN without spread. */
double stat_skewness(const double *x, size_t n);
double stat_cov(const double *x, const double *y, size_t n);      /* divides by n - 1 */

void stat_sort(double *x, size_t n); /* ascending; no NaN */

/* The q-quantile of a sorted list, type 7 of Hyndman & Fan 1996 (the default of R and numpy):
 * linear between the order statistics around (n - 1) q. STAT_NAN for an empty list. */
double stat_quantile_sorted(const double *sorted, size_t n, double q);
