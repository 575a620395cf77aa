#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "run/results.h"
#include "stats/estimate.h"
#include "text/jsonw.h"

/*
 * What is said of one variant: rates, scores, latencies and costs, each with its interval, all
 * computed from rows. The unit of analysis is the item: several epochs of an item are averaged
 * first, and items that share a cluster are treated as dependent. Rows whose outcome is error
 * count neither as success nor as failure; `errors` says how many there are. Intervals are at
 * 95 %, two-sided.
 */
struct summary_value {
    struct str value;         /* of the tag */
    struct estimate success;
};

struct summary_slice {
    const char *tag;
    size_t n;
    struct summary_value *values; /* in order of value */
};

struct summary_quantiles {
    struct estimate p50, p95, p99;
};

struct summary {
    const char *name;
    size_t n;                 /* items that have rows */
    size_t rows;              /* units: items times epochs */
    int epochs;
    size_t errors;            /* rows without an outcome */
    size_t failed_calls;      /* of these, without an output */
    size_t refused;
    struct estimate success;  /* share of successes among the judged */
    struct estimate score;    /* mean of the weighted score */
    size_t n_graders;
    const char *const *grader_names;
    struct estimate *graders; /* mean score of each */
    size_t *grader_errors;    /* rows it could not judge */
    size_t n_slices;
    struct summary_slice *slices;
    struct summary_quantiles latency_ms, ttft_ms;
    double cost_usd;          /* of all rows, grading included; NaN when one is unknown */
    struct estimate cost_per_success; /* Σ cost / Σ successes */
    double tokens_input, tokens_output, tokens_cached; /* sums; NaN when one is unknown */
    double wall_s;
};

/* `tags`: the slices to show (NULL-terminated), or NULL for every tag with 2 to 50 values. The
 * summary lives in `a`; the set may go. */
struct summary *summary_make(struct arena *a, const struct result_set *rs,
                             const char *const *tags);

/* Per-item values, for who compares variants: the mean over an item's judged epochs, NaN when
 * there are none. `out` has room for rs->items.n. */
void summary_item_success(const struct result_set *rs, double *out);
void summary_item_score(const struct result_set *rs, double *out);
void summary_item_grader(const struct result_set *rs, size_t grader, double *out);
/* Cost of an item over all its epochs, errors and grading included; NaN when one is unknown. */
void summary_item_cost(const struct result_set *rs, double *out);

/* The cluster of each item as a number below rs->items.n, or NULL when no item names one. */
const size_t *summary_clusters(struct arena *a, const struct result_set *rs);

/* The variant's object of `run --json`, as an element of the open array; or only its members,
 * into the open object. */
void summary_write(struct jw *w, const struct summary *s);
void summary_write_members(struct jw *w, const struct summary *s);
