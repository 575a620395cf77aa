#pragma once

#include <stddef.h>

#include "run/plan.h"
#include "store/store.h"

/* What carrying out a plan would ask for and cost: `run --dry-run`. Calls nothing. */
struct variant_estimate {
    size_t units;          /* items times epochs */
    size_t stored;         /* answers the store has already */
    size_t calls;          /* that would be made */
    double input_tokens;   /* of those calls, about: four bytes a token */
    double cost_at_most;   /* USD, every call as long as it may get; NaN: the price is unknown */
};

/* One a variant, in `a`. `s` NULL: there is no store yet. Graders that ask models are not
 * included: what they ask depends on the outputs. */
MUST_CHECK bool run_estimate(struct arena *a, const struct plan *p, struct store *s,
                             struct variant_estimate **ret, struct err *e);
