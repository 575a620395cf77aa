#pragma once

#include "review/routing.h"
#include "store/runs.h"

/*
 * Thresholds that `threshold FEATURE` fitted, with what they were fitted on. The guarantee holds
 * for that model, prompt and golden set only: when any of them changes the threshold is stale and
 * is refused.
 */
struct fitted {
    int64_t id;
    struct str feature, variant, model, fingerprint;
    struct str prompt_hash;     /* or null */
    struct str golden_version;
    struct str source;          /* of the confidence: routing_options.confidence */
    double threshold;           /* NaN: none could be promised, everything is routed */
    double max_error, confidence;
    int64_t n;                  /* labels */
    struct str answer;          /* JSON: what `threshold --json` printed */
    struct str who;             /* or null */
    double at;
};

MUST_CHECK bool fitted_put(struct store *s, struct fitted *f, struct err *e);
MUST_CHECK bool fitted_newest(struct store *s, struct arena *a, struct str feature,
                              struct str variant, struct fitted *ret, bool *ret_found,
                              struct err *e);

/* ERR_CONFLICT when the threshold was fitted on something else than variant `v` as it ran on
 * `golden_version`, with confidence from `source`; the message names what changed. */
MUST_CHECK bool fitted_check(const struct fitted *f, const struct run_variant_row *v,
                             struct str golden_version, const char *source, struct err *e);

/* Puts the stored threshold into `o` when it says `fitted`; fails when there is none or it is
 * stale. */
MUST_CHECK bool fitted_apply(struct store *s, struct arena *a, const char *feature,
                             const struct run_variant_row *v, struct str golden_version,
                             struct routing_options *o, struct err *e);
