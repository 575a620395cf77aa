#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "spec/project.h"

/*
 * Ablation of a variant's context: the same variant with one part left out, and with parts in
 * another order, as variants of a feature of their own, to be run and compared with the whole.
 */
struct ablation {
    struct feature feature; /* a copy whose variants are the whole one and the others */
    const char **label;     /* one a variant: "all parts", "without examples", "order …" */
};

enum { ABLATION_MAX_ORDERS = 24 };

/* Makes them: the whole first, then one without each part but `input`, then up to `orders`
 * orders in which two neighbouring parts change places. ERR_SPEC when the variant has no context
 * with at least two parts. Everything lives in the arena. */
MUST_CHECK bool ablation_make(struct arena *a, const struct feature *f,
                              const struct variant_spec *v, size_t orders, struct ablation *ret,
                              struct err *e);
