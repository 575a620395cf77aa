#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "stats/estimate.h"

/*
 * Model strategy: the same items answered by several variants; what each gets right, what a
 * success costs, how long it takes, and which of them no other beats. Outputs come from plain
 * files (model_set_read) or, row by row, from anywhere else (model_set_add).
 */
struct model_row {
    uint32_t item;                           /* index into model_set.items */
    int pass;                                /* 1, 0, or -1: an error, neither */
    double cost_usd, latency_ms, confidence; /* NaN: not measured */
    const char *path; /* where it was read, for messages; NULL: not from a file */
    uint32_t line;
};

struct model_variant {
    const char *name;
    VEC(struct model_row) rows;
    size_t n_errors;
};

struct model_set {
    struct arena *a;
    VEC(struct model_variant) variants; /* in order of appearance */
    struct map items;                   /* id -> its position */
    struct map seen;                    /* variant, id and epoch of each row */
    const char *path;                   /* the file being read */
};

enum { MODELS_MAX_VARIANTS = 1000, MODELS_MAX_ROWS = 20000000 };

void model_set_init(struct model_set *s, struct arena *a);
void model_set_release(struct model_set *s); /* also for CLEANUP; names stay in the arena */

/* Adds one output. False with ERR_CONFLICT when (variant, id, epoch) is there already. */
MUST_CHECK bool model_set_add(struct model_set *s, struct str variant, struct str id, int epoch,
                              const struct model_row *row, struct err *e);

/*
 * Adds the rows of a plain file: `id` and `pass` are required, `variant` (default: the file's
 * name without its ending), `epoch`, `cost_usd`, `latency_ms`, `confidence`, `error` are not. A
 * row with an `error` is an error row; one with neither `pass` nor `error` is refused.
 */
MUST_CHECK bool model_set_read(struct model_set *s, const char *path, struct err *e);

/* Limits a variant must keep; NaN: none. */
struct model_budget {
    double max_cost_per_success, max_p95_ms, min_success;
};
bool model_budget_given(const struct model_budget *b);

enum budget_verdict { BUDGET_NONE, BUDGET_MET, BUDGET_BROKEN, BUDGET_OPEN };

struct model_summary {
    const char *name;
    size_t n, n_items, n_errors;          /* outputs, items, error rows (in n as well) */
    bool has_epochs;                      /* some item was answered more than once */
    size_t cost_missing, latency_missing; /* outputs without the number */
    struct estimate success;              /* of outputs without an error */
    /* USD; every attempt counts. Costs that are all the same have an interval without width. A
     * success cost is bounded by Wilson's lower limit of the success rate while nothing failed. */
    struct estimate cost_per_task, cost_per_success;
    struct estimate p50, p95, p99; /* milliseconds */
    struct estimate monthly;       /* cost of `volume` tasks */
    bool on_front;
    double p_front; /* share of bootstrap draws in which nothing beats it */
    /* Each limit by the whole interval: met, broken, or open while the interval holds it. */
    enum budget_verdict cost_verdict, latency_verdict, success_verdict, budget;
};

struct models_options {
    double conf;      /* of the intervals; usually 0.95 */
    double volume;    /* tasks a month; NaN: not asked */
    size_t resamples; /* of items, jointly for all variants; 0: 2000, fewer when there are many
                         rows (at least 200) */
    uint64_t seed;
    struct model_budget budget;
};

struct models_answer {
    struct model_summary *variants; /* in order of appearance */
    size_t n, n_items, resamples;
    bool has_cost, has_latency; /* a dimension nobody measured does not take part */
    const struct model_summary *cheapest_that_meets; /* the budget; NULL: none or no budget */
};

/*
 * The front is over cost per success (less is better), p95 latency (less) and success rate (more).
 * A variant that lacks a measurement others have counts as worst there: unmeasured is never an
 * advantage. P(on front): items are drawn again with replacement, the same draw for every
 * variant, so that what they have in common (hard items) cancels. Deterministic in the seed,
 * whatever the thread count.
 */
MUST_CHECK bool models_compare(struct arena *a, const struct model_set *s,
                               const struct models_options *o, struct models_answer *ret,
                               struct err *e);
