#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Labels: confidence in [0, 1], right (0 or 1), weight over 0; n of each. */
struct recalibration_labels {
    const double *confidence, *right, *weight;
    size_t n;
};

/*
 * Does the confidence mean what it says, and would a recalibration make it so? A random half of the
 * labels (seeded) fits the map, isotonic from 500 labels on, else Platt; the other half measures
 * both. The map is monotone: it changes what a confidence says, not which outputs pass.
 */
struct recalibration {
    const char *method;      /* "isotonic" or "platt"; NULL: too few labels, or one outcome only */
    size_t n_fit, n_test;
    double brier, ece;       /* as stated, on the test half */
    double brier_after, ece_after;
};
enum { RECALIBRATE_LEAST = 20 /* labels a half */, RECALIBRATE_ISOTONIC = 500 };

struct recalibration recalibrate(struct arena *a, const struct recalibration_labels *v,
                                 uint64_t seed);
