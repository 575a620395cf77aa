#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * A logistic model whose weights ship with the program: share/<…>.json holds
 * {"models": {NAME: {"intercept": b, "weights": {FEATURE: w, …}}}}, together with how it was
 * fitted. A feature without a weight has weight 0.
 */
struct logistic {
    double intercept;
    double *weight; /* n, in the caller's order of features */
    size_t n;
};

/* Reads model `name` from the embedded `asset`; feature(i) names feature i. A weight for a
 * feature that does not exist is an error: the file and the program do not belong together. */
MUST_CHECK bool logistic_shipped(struct arena *a, const char *asset, const char *name,
                                 const char *(*feature)(size_t i), size_t n,
                                 struct logistic *ret, struct err *e);

/* The probability, 1 / (1 + exp(-(intercept + weight · x))). */
double logistic_predict(const struct logistic *m, const double *x);
