/* Cholesky decomposition of small dense matrices; see linalg.h. */
#include "stats/linalg.h"

#include <math.h>
#include <string.h>

bool cholesky_factor(double *a, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double diagonal = a[j * n + j], pivot = diagonal;
        for (size_t k = 0; k < j; k++)
            pivot -= a[j * n + k] * a[j * n + k];
        if (!(pivot > 1e-12 * diagonal))
            return false;
        double root = sqrt(pivot);
        a[j * n + j] = root;
        for (size_t i = j + 1; i < n; i++) {
            double x = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                x -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = x / root;
        }
    }
    return true;
}

void cholesky_solve(const double *l, size_t n, double *b)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= l[i * n + k] * b[k];
        b[i] /= l[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= l[k * n + i] * b[k];
        b[i] /= l[i * n + i];
    }
}

void cholesky_inverse_diagonal(const double *l, size_t n, double *diag, double *scratch)
{
    for (size_t j = 0; j < n; j++) {
        memset(scratch, 0, n * sizeof *scratch);
        scratch[j] = 1;
        cholesky_solve(l, n, scratch);
        diag[j] = scratch[j];
    }
}
