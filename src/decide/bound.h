#pragma once

#include "decide/evidence.h"
#include "spec/requirement.h"
#include "stats/estimate.h"

/*
 * The number a requirement speaks of, with one-sided confidence bounds at both ends, from the
 * rows of some items. These are the gate's methods for absolute requirements (methods in
 * docs/gate.md); those against a baseline are in decide/relative.h.
 */
struct item_list {
    const uint32_t *item; /* indices into the candidate's items */
    size_t n;
};

/* What becomes of rows without a value: left out, or counted as the worst that could have
 * happened. */
enum missing_policy { MISSING_LEFT_OUT, MISSING_COUNTS_AGAINST };

struct bound {
    struct estimate e;   /* low and high are one-sided bounds of level 1 - alpha each */
    const char *why_not; /* why there is no estimate, or why it decides nothing; or NULL */
    size_t errors;       /* error rows among the items */
    size_t missing;      /* judged rows that lack this value */
    /* For bound_n_needed: */
    bool is_share;
    bool log_scale; /* the interval is symmetric in logarithms */
    double deff;    /* variance relative to independent rows, >= 1 */
    bool is_paired_share;
    double discordant;   /* share of the pairs that disagree */
    double share_within; /* of the rows that keep to a latency limit; NaN: does not apply */
    bool corrected;      /* for the judge's errors: more items alone need not decide it */
};

/* `scratch` holds the sentence of why_not; nothing else lives on. */
struct bound bound_absolute(struct arena *scratch, const struct evidence *ev,
                            struct item_list items, const struct requirement *req, double alpha,
                            enum missing_policy policy);

/* What the bound is held against: the requirement's value, or its margin with a sign. */
double bound_limit(const struct requirement *req);
/* Whether more is better: the low end then proves it. */
bool bound_wants_high(const struct requirement *req);
bool bound_meets(const struct requirement *req, struct estimate e);  /* proven */
bool bound_breaks(const struct requirement *req, struct estimate e); /* the opposite is proven */

/* Items in all at which `req` would be decided with power 0.8 if the value seen is the true one;
 * NaN when no number below 10 million would. */
double bound_n_needed(const struct bound *b, const struct requirement *req, double alpha);

/* Rows of one measure with what makes them dependent. */
struct sample {
    double *x;
    size_t *cluster; /* NULL: the rows are independent */
    size_t n, n_clusters;
    size_t errors, missing;
    bool early; /* only bounds that allow for early stopping apply */
};
/* Values of `which` (see evidence_row_value); rows without one are left out or get `against`.
 * In `scratch`. */
struct sample sample_collect(struct arena *scratch, const struct evidence *ev,
                             struct item_list items, int which, enum missing_policy policy,
                             double against);

/* A bound that could not be made, and why. */
struct bound bound_none(const struct sample *s, const char *why);
/* Why the measure `which` decides nothing, however good it looks; NULL: it does. */
const char *bound_unproven(const struct evidence *ev, const struct requirement *req, int which);
/* Position of the value `req` speaks of, as evidence_row_value wants it. False, with *why_not,
 * when the evidence has none. */
bool bound_which(struct arena *scratch, const struct evidence *ev, const struct requirement *req,
                 int *ret_which, const char **why_not);

/* Numbers clusters as they come: items of one cluster share a number, every other item has its
 * own. Start with {0}; release the map at the end. */
struct cluster_numbers {
    struct map seen;
    size_t n;
};
size_t cluster_number(struct cluster_numbers *z, const struct evidence *ev, uint32_t item);
