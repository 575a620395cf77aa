#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * Fitting weights: how much each rubric criterion should count so that the score tracks users'
 * satisfaction. `x` is n rows of p criteria, row by row; `coef` holds p numbers. Standardise
 * the criteria before you compare weights. Errors are ERR_STAT.
 */
enum {
    REGRESSION_MAX_COLUMNS = 1000 /* the normal equations are p × p, dense */
};

/* Ridge regression (Hoerl & Kennard 1970), x and y centred, intercept free:
 * beta = (XᵀX + lambda I)⁻¹ Xᵀy. lambda = 0 is least squares; linearly dependent columns are then
 * refused. */
MUST_CHECK bool ridge_fit(const double *x, const double *y, size_t n, size_t p, double lambda,
                          double *intercept, double *coef, struct err *e);

/* Minimises -log likelihood + lambda/2 ‖beta‖², intercept free, y 0 or 1, by Newton's method with
 * backtracking. Separable data has a solution only with lambda > 0: refused otherwise. */
MUST_CHECK bool logistic_ridge_fit(const double *x, const double *y, size_t n, size_t p,
                                   double lambda, double *intercept, double *coef,
                                   double *penalised_nll, struct err *e);

/* min ‖y - X beta‖ with beta >= 0, no intercept (Lawson & Hanson, "Solving Least Squares
 * Problems", 1974, ch. 23). */
MUST_CHECK bool nnls_fit(const double *x, const double *y, size_t n, size_t p, double *coef,
                         double *residual_ss, struct err *e);

/*
 * The correlation that may be reported: each row predicted by a ridge fit on the other folds.
 * fold[i] is any number; rows that share it are held out together. oof_pred holds n numbers.
 * in_sample_pearson shows how much looking at one's own fit flatters.
 */
struct cv_correlation {
    double pearson, spearman, in_sample_pearson;
};
MUST_CHECK bool cv_ridge_correlation(const double *x, const double *y, const size_t *fold,
                                     size_t n, size_t p, double lambda, double *oof_pred,
                                     struct cv_correlation *ret, struct err *e);

/* intercept + coef · row */
double linear_predict(double intercept, const double *coef, const double *row, size_t p);
