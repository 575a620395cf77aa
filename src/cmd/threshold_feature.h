#pragma once

#include "cmd/cmd.h"
#include "decide/labels.h"
#include "store/runs.h"

/* What a stored threshold is fitted on. */
struct threshold_source {
    struct run_row run;
    struct run_variant_row variant;
    const char *confidence; /* where it came from: routing's `confidence` */
    bool review;            /* labels are people's verdicts; else outcomes on the golden set */
};

/* Labels of the feature c->argv[0] from the store; c->err says why not. */
MUST_CHECK bool threshold_feature_labels(struct cmd *c, struct threshold_source *from,
                                         struct label_set *ret);
/* Stores the answer, a "no threshold" too: it makes everything go to review. */
MUST_CHECK bool threshold_feature_store(struct cmd *c, const struct threshold_source *from,
                                        const struct threshold_answer *answer,
                                        const struct threshold_options *o);
