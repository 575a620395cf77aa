#pragma once

#include <stdint.h>

#include "model/baseline.h"

/* The labels of a training set: distinct ones in bytewise order (so that nothing depends on the
 * order of lines), how often each occurs, and the label number of every example. */
static const uint32_t LABEL_NONE = UINT32_MAX;

struct label_set {
    struct str *label;  /* n of them, sorted */
    size_t *count;
    size_t n;
    uint32_t *of;       /* label number of example i, or LABEL_NONE */
    size_t n_labelled;
};

/* Copies labels into `a`. Error ERR_INPUT when no example has one. */
MUST_CHECK bool label_set_build(struct arena *a, const struct baseline_example *examples, size_t n,
                                struct label_set *ret, struct err *e);
