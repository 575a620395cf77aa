#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * Multinomial logistic regression on sparse rows, by stochastic gradient descent with a step
 * that falls linearly to zero, L2 shrinkage and smoothed targets. One thread, one order of
 * examples per seed: the same weights every time.
 */
struct sparse_cell {
    uint32_t col;
    float value;
};

struct sparse_row {
    const struct sparse_cell *cell;
    size_t n;
};

struct softmax {
    size_t n_classes;
    size_t stride;   /* n_classes rounded up: floats a feature */
    size_t n_cols;
    float *weight;   /* n_cols * stride; padding is 0 */
};

struct softmax_options {
    int epochs;
    double step;      /* first step length */
    double shrink;    /* L2: each step keeps 1 - step * shrink of the weights */
    double smoothing; /* share of the target spread over all classes */
    uint64_t seed;
};

/* Floats a feature takes. */
size_t softmax_stride(size_t n_classes);

/* Trains on rows[pick[0 … n_pick-1]] with target[i] the class of rows[i]. Weights come from `a`. */
void softmax_train(struct arena *a, const struct sparse_row *rows, const uint32_t *target,
                   const size_t *pick, size_t n_pick, size_t n_cols, size_t n_classes,
                   const struct softmax_options *options, struct softmax *ret);

/* Scores (logits) of one row into out[0 … stride-1]. */
void softmax_scores(const struct softmax *m, struct sparse_row row, float *out);

/* Probabilities at a temperature, in place, over the first n; returns the most probable class
 * (the lower one on a tie). */
size_t softmax_normalize(float *score, size_t n, double temperature);
