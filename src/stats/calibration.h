#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Is a stated confidence of 0.9 right nine times in ten, and what to do when it is not. `p` holds
 * forecasts in [0, 1], `y` outcomes 0 and 1. NaN stands for "undefined".
 */

/* One bar of the reliability diagram: the items with ⌊p n_bins⌋ = index. */
struct calibration_bin {
    size_t index, n;
    double mean_p, mean_y;
};

struct calibration_metrics {
    double brier;     /* mean (p - y)²; Brier 1950 */
    double log_loss;  /* mean -log of the probability given to what happened, at least 1e-15 */
    double ece_equal_width; /* Σ n_b/n |mean p - mean y| over the bins */
    double mce;             /* the largest |mean p - mean y| of a bin */
    double ece_equal_mass;  /* as the first, over n_bins groups of equal size in order of p */
    /* Murphy 1973, over the distinct forecasts: brier = reliability - resolution + uncertainty. */
    double reliability, resolution, uncertainty;
    /* Spiegelhalter 1986: Σ(y-p)(1-2p) / √Σ(1-2p)² p(1-p), two-sided p; NaN when all p are 0, ½
     * or 1. */
    double spiegelhalter_z, spiegelhalter_p;
    struct calibration_bin *bins; /* those with items, by index; in the arena */
    size_t n_bins;
};

/* `n` and `n_bins` at least 1. ECE is biased upward when n is small: never gate on it alone. */
struct calibration_metrics calibration_metrics(const double *p, const double *y, size_t n,
                                               size_t n_bins, struct arena *a);

/*
 * Isotonic regression of y on x with weights w > 0 by pooling adjacent violators (Ayer et al.
 * 1955); equal x are merged first. fitted[i] belongs to x[i], both in the arena.
 */
struct isotonic {
    double *x, *fitted; /* x ascending and distinct */
    size_t n;
};
struct isotonic isotonic_pava(const double *x, const double *y, const double *w, size_t n,
                              struct arena *a);
/* Linear between the fitted points, constant outside. NaN when there are none. */
double isotonic_predict(const struct isotonic *m, double x);

/*
 * Platt scaling p = 1 / (1 + exp(A s + B)), with the targets (N₊+1)/(N₊+2) and 1/(N₋+2) instead of
 * 1 and 0 (Platt 1999), by Newton's method with backtracking (Lin, Lin & Weng, Machine Learning
 * 68, 2007). `nll` is the cross entropy against those targets. Better than isotonic regression
 * below about 500 labels.
 */
struct platt {
    double A, B, nll;
};
MUST_CHECK bool platt_fit(const double *score, const double *y, size_t n, struct platt *ret,
                          struct err *e);
double platt_predict(const struct platt *m, double score);

/*
 * Temperature scaling (Guo et al. 2017): T that minimises the mean softmax cross entropy of
 * logits / T. `logits` is n × n_classes, row by row; label[i] < n_classes. Refused when no finite
 * T is best: every label has its row's largest logit already (T -> 0), or the logits are no better
 * than chance (T -> infinity).
 */
struct temperature {
    double temperature, nll_before, nll_after;
};
MUST_CHECK bool temperature_fit(const double *logits, const size_t *label, size_t n,
                                size_t n_classes, struct temperature *ret, struct err *e);

/*
 * The risk-coverage curve: risk_at_coverage[i] is the error among the i + 1 most confident; ties
 * count with their group's mean. aurc is the mean of the curve, e_aurc what it exceeds that of an
 * oracle ordering by (Geifman et al. 2019), augrc the mean of errors_i / n (Traub et al. 2024).
 * The curve (n numbers) is the caller's and may be NULL. n = 0 gives NaN.
 */
struct aurc {
    double aurc, e_aurc, augrc;
};
struct aurc aurc(const double *conf, const double *correct, size_t n, double *risk_at_coverage);
