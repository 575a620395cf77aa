#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * Ridge logistic regression (regression.h) whose coefficients keep a given sign: what is known to
 * speak for an outcome may weigh nothing, but never against it. That is what carries a small model
 * over to data of another source. By elimination: fit, drop the columns with the wrong sign, fit
 * again until none is left.
 *
 * x: n rows of p columns; sign[j] +1, -1, or 0 for either; coef gets p numbers, 0 where dropped.
 */
MUST_CHECK bool signed_logistic_fit(const double *x, const double *y, const int *sign, size_t n,
                                    size_t p, double lambda, double *intercept, double *coef,
                                    struct err *e);
