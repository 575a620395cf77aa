/* Sign-constrained logistic regression by elimination; see signed_logistic.h. */
#include "stats/signed_logistic.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/regression.h"

/* Drops the columns of `keep` whose coefficient has the wrong sign; returns how many stay. */
static size_t drop_wrong(const int *sign, const double *fitted, size_t *keep, size_t n)
{
    size_t stay = 0;
    for (size_t k = 0; k < n; k++)
        if (fitted[k] * sign[keep[k]] >= 0)
            keep[stay++] = keep[k];
    return stay;
}

bool signed_logistic_fit(const double *x, const double *y, const int *sign, size_t n, size_t p,
                         double lambda, double *intercept, double *coef, struct err *e)
{
    size_t *keep = mem_calloc(p + 1, sizeof *keep), n_keep = p;
    double *fitted = mem_calloc(p + 1, sizeof *fitted), *part = mem_calloc(n * p + 1, sizeof *part);
    double nll;
    bool ok = true;
    for (size_t j = 0; j < p; j++)
        keep[j] = j;
    while (ok) {
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n_keep; k++)
                part[i * n_keep + k] = x[i * p + keep[k]];
        ok = logistic_ridge_fit(part, y, n, n_keep, lambda, intercept, fitted, &nll, e);
        size_t stay = ok ? drop_wrong(sign, fitted, keep, n_keep) : 0;
        if (stay == n_keep)
            break;
        n_keep = stay;
    }
    memset(coef, 0, p * sizeof *coef);
    for (size_t k = 0; ok && k < n_keep; k++)
        coef[keep[k]] = fitted[k];
    free(keep);
    free(fitted);
    free(part);
    return ok;
}
