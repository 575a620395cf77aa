#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "decide/threshold.h"

/* Labels for a threshold, as a plain file holds them. */
struct label_set {
    struct label *labels;
    size_t n;
    size_t n_errors;     /* rows with an `error`: no output, so neither accepted nor wrong */
    const char **slices; /* names in order of appearance; NULL without a slice key */
    size_t *slice;       /* slices[slice[i]] is where label i belongs */
    size_t n_slices;
};

/*
 * Reads rows with `confidence` in [0, 1], `correct` (0/1, true/false) and an optional `weight`
 * over 0. A row without a confidence or a label, or with one that cannot be, is an error with
 * its position: an output of unknown confidence must not slip through. `slice_key` may be NULL;
 * rows without it go to the slice "(none)".
 */
MUST_CHECK bool labels_read(struct arena *a, const char *path, const char *slice_key,
                            struct label_set *ret, struct err *e);
