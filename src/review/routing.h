#pragma once

#include "review/options.h"
#include "run/results.h"

/*
 * Which outputs of a run a person must see. Two streams go into the queue, each with the
 * probability of inclusion kept for every item:
 *
 *   routed  confidence below the threshold, no confidence at all, or a rule (a grader that does not
 *           pass, a guardrail that asks for a person);
 *   audit   a uniform random share of the rest, decided by a hash of the output, so that the same
 *           output is audited or not however often it is routed.
 *
 * `routing:` of a project or feature (the feature's wins, key by key):
 *
 *     routing: {confidence: output, threshold: fitted, rules: [grounded], audit: 0.05,
 *               max_queue: 500}
 *
 * When more is routed than the queue has room for, half the room goes to the most uncertain (one
 * example of each cluster before a second one), the other half is a random draw from what remains:
 * every routed output keeps a known chance.
 */
struct routing_options {
    const char *confidence; /* "output", "consistency", a grader's name (its score), or
                               "NAME.confidence" (of its details) */
    bool fitted;            /* use the threshold stored by `threshold FEATURE` */
    double threshold;       /* NaN: none, so everything is routed */
    const char **rules;     /* graders whose fail or error routes; n_rules */
    size_t n_rules;
    double audit;           /* share of the rest; default 0.05 */
    int64_t max_queue;      /* open items; default 1,000 */
    const struct node *node;
};
MUST_CHECK bool routing_options_read(struct arena *a, const struct project *p,
                                     const struct feature *f, struct routing_options *ret,
                                     struct err *e);

/* One output as routing sees it: the first epoch of an item. */
struct routed_output {
    uint32_t row;          /* of the result set */
    double confidence;     /* NaN: none */
    const char *rule;      /* grader or guardrail that routes it; NULL */
    struct store_key key;  /* review_dedupe */
    double draw;           /* its hash in [0, 1) */
    struct str output;
};

/*
 * Confidence, identity and draw of every output of a result set, in order of its rows; in `a`.
 * Failed calls have no output and are left out. `fingerprint` is the variant's, `seed` the
 * project's: other seeds audit other outputs.
 */
MUST_CHECK bool routing_look(struct arena *a, struct store *s, const struct result_set *rs,
                             struct str fingerprint, const struct routing_options *o,
                             uint64_t seed, struct routed_output **ret, size_t *ret_n,
                             struct err *e);

struct routing_batch {
    int64_t id;
    struct str feature, variant, fingerprint, golden_version, source;
    int64_t run, run_variant;
    double threshold;       /* NaN: none */
    double audit;
    uint64_t seed;
    int64_t n, n_absent, n_routed, n_queued, n_rest, n_audit;
    int64_t n_new, n_there; /* of what was to be queued: added, and there already */
    int64_t n_full;         /* not added: the queue is full */
    double at;
};

/* Routes a result set of run `run_variant`: fills the queue and records the batch, in one
 * transaction. */
MUST_CHECK bool routing_run(struct arena *a, struct store *s, const struct result_set *rs,
                            struct str fingerprint, const struct routing_options *o,
                            const struct review_options *r, uint64_t seed,
                            struct routing_batch *ret, struct err *e);

/* The newest batch of a feature (NULL: any) and variant (NULL: any); *ret_found false: none. */
MUST_CHECK bool routing_newest(struct store *s, struct arena *a, const char *feature,
                               const char *variant, struct routing_batch *ret, bool *ret_found,
                               struct err *e);

/*
 * Lengthens a batch's audit by `want` outputs: those of the rest with the smallest draws that are
 * not audited yet. What is audited is then a prefix of the rest in random order, whose inclusion
 * probability is its length over n_rest; that of all its items is set. *ret_added says how many
 * came; 0 when everything is audited.
 */
MUST_CHECK bool routing_lengthen(struct arena *a, struct store *s, const struct result_set *rs,
                                 const struct routing_options *o, const struct review_options *r,
                                 const struct routing_batch *b, size_t want, int64_t *ret_added,
                                 struct err *e);
