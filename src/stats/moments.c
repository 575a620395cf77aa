/* Sums, moments and quantiles of lists; see moments.h. */
#include "stats/moments.h"

#include <math.h>

#include <stdlib.h>

#include "stats/estimate.h"

void sum_add(struct sum *t, double x)
{
    double next = t->s + x;
    t->c += fabs(t->s) >= fabs(x) ? (t->s - next) + x : (x - next) + t->s;
    t->s = next;
}

double sum_get(const struct sum *t) { return t->s + t->c; }

double stat_sum(const double *x, size_t n)
{
    struct sum t = {0};
    for (size_t i = 0; i < n; i++)
        sum_add(&t, x[i]);
    return sum_get(&t);
}

double stat_mean(const double *x, size_t n) { return n ? stat_sum(x, n) / (double)n : STAT_NAN; }

double stat_skewness(const double *x, size_t n)
{
    double mean = stat_mean(x, n);
    struct sum square = {0}, cube = {0};
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - mean;
        sum_add(&square, d * d);
        sum_add(&cube, d * d * d);
    }
    double m2 = sum_get(&square) / (double)n, m3 = sum_get(&cube) / (double)n;
    return m2 > 0 ? m3 / pow(m2, 1.5) : STAT_NAN;
}

double stat_cov(const double *x, const double *y, size_t n)
{
    struct sum t = {0};
    if (n < 2)
        return STAT_NAN;
    double mx = stat_mean(x, n), my = stat_mean(y, n);
    for (size_t i = 0; i < n; i++)
        sum_add(&t, (x[i] - mx) * (y[i] - my));
    return sum_get(&t) / (double)(n - 1);
}

double stat_var(const double *x, size_t n) { return stat_cov(x, x, n); }

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stat_sort(double *x, size_t n)
{
    if (n > 1)
        qsort(x, n, sizeof *x, ascending);
}

double stat_quantile_sorted(const double *sorted, size_t n, double q)
{
    if (n == 0 || !(q >= 0 && q <= 1))
        return STAT_NAN;
    double h = (double)(n - 1) * q;
    size_t i = (size_t)h;
    if (i + 1 >= n)
        return sorted[n - 1];
    return sorted[i] + (h - (double)i) * (sorted[i + 1] - sorted[i]);
}
