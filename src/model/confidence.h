#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/calibration.h"

/*
 * Turning scores into probabilities that hold, fitted on examples the scorer has not learned from.
 *
 * One temperature for a softmax: the T > 0 that makes held-out labels most likely under
 * softmax(scores / T) (Guo, Pleiss, Sun & Weinberger, ICML 2017).
 */
struct temperature_fit {
    size_t n_classes, stride; /* scores of example i: scores[row[i] * stride … + n_classes] */
    const float *scores;
    const uint32_t *target;   /* by row */
    size_t *row, n;
};

/* 1 when there is nothing to fit; kept within [0.05, 20]. */
double temperature_of(const struct temperature_fit *f);

/*
 * Probability that an answer is right from one score of it, by Platt scaling. n = 0 gives 0.5 for
 * every score; where the chance would fall as the score rises, it is a constant instead.
 * platt_predict reads the result.
 */
struct platt platt_of_score(const double *score, const bool *right, size_t n);
