#pragma once

#include "judge/agreement_rows.h"
#include "review/routing.h"

/*
 * What reviews say. Rates of the routed and of the audit stream are kept apart: the first is about
 * what people see anyway, the second about what passes unseen. Only together, each weighted by the
 * inverse of its inclusion probability, do they speak for all outputs.
 */
struct review_rates {
    struct estimate routed;  /* share wrong among the routed */
    struct estimate audit;   /* among what passes unseen */
    struct estimate overall; /* among all outputs; not estimable until every routed item is done */
    struct estimate unseen;  /* share of outputs above the threshold and not routed by a rule */
    int64_t routed_items, routed_done, audit_items, audit_done;
};
MUST_CHECK bool review_rates_of(struct store *s, const struct routing_batch *b,
                                struct review_rates *ret, struct err *e);

/*
 * Share wrong from strata of a population, each a simple random sample of known size: the sum of
 * N_h/N · k_h/n_h. The interval adds up exact (Clopper-Pearson) ones at confidence 1 - α/H of the
 * H strata that are not complete: it is never narrower than promised, also with no failure at all.
 */
struct review_stratum {
    size_t population, seen, wrong;
};
struct estimate review_overall(const struct review_stratum *v, size_t n, double conf);

struct review_reviewer {
    struct str name;
    int64_t verdicts, pass;
    double seconds;             /* median from shown to verdict; NaN: never told */
    int64_t pairs, same;        /* verdicts beside another reviewer's on the same item */
    int64_t known, known_right; /* seeded items */
};
MUST_CHECK bool review_reviewers(struct store *s, struct arena *a, const char *feature,
                                 struct review_reviewer **ret, size_t *ret_n, struct err *e);

/* Agreement on the verdict and on each criterion, over items with two reviewers or more. */
struct review_agreement {
    const char *criterion; /* "verdict", "score", or a criterion's name */
    struct agreement of;
};
MUST_CHECK bool review_agreements(struct store *s, struct arena *a, const char *feature,
                                  uint64_t seed, struct review_agreement **ret, size_t *ret_n,
                                  struct err *e);

/* How often each failure code was given (merges applied), most first. */
struct review_code_count {
    struct str code, title; /* title or null */
    int64_t n;
};
MUST_CHECK bool review_codes(struct store *s, struct arena *a, const char *feature,
                             const char *variant, double since, struct review_code_count **ret,
                             size_t *ret_n, struct err *e);
/* Names a code, gives it a title, or (with `into`) merges it into another: from then on its items
 * count there. Merging into itself or in a circle is refused. */
MUST_CHECK bool review_code_put(struct store *s, const char *name, const char *title,
                                const char *into, const char *who, struct err *e);
