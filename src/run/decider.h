#pragma once

#include "grade/grader.h"
#include "run/plan.h"
#include "store/store.h"

/*
 * `run --until-decided`: watches the gate's requirements on success_rate while results come in and
 * says when each is decided, with tests that stay valid however often one looks (a confidence
 * sequence for a limit, a betting e-process against a baseline; see stats/sequential.h). Items
 * count in the plan's order, which is random and fixed beforehand, not in the order of the
 * answers: slow answers may be worse ones. An item whose outcome is an error counts against
 * whatever is to be proven.
 *
 * A variant is decided when one of its requirements fails or all of them pass. Slices and other
 * metrics are left to the gate.
 */
enum decided { DECIDED_NOT_YET, DECIDED_PASS, DECIDED_FAIL };

struct decider_line {
    size_t variant;                   /* in the plan */
    const struct requirement *req;
    enum decided answer;
    size_t n;                         /* items looked at until it was decided, or so far */
    double low, high;                 /* confidence sequence of a rate; NaN for a baseline */
    double e_pass, e_fail;            /* e-values against the opposite; NaN for a rate */
};

struct decider;

/* ERR_SPEC when the feature's gate has no requirement on success_rate that can be followed. A
 * baseline that is not among the plan's variants comes from the store (its newest results). */
MUST_CHECK bool decider_new(struct arena *a, const struct plan *p, struct store *s,
                            struct decider **ret, struct err *e);

/* The outcome of one unit: the item at position `pos` of the plan's order. Once a unit. */
void decider_see(struct decider *d, size_t variant, size_t pos, enum outcome o);

/* No more results of this variant are needed. */
bool decider_variant_done(const struct decider *d, size_t variant);
bool decider_done(const struct decider *d);

/* One a variant and requirement, with their bounds as of now. */
const struct decider_line *decider_lines(struct decider *d, size_t *ret_n);
