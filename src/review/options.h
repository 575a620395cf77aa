#pragma once

#include "review/label.h"
#include "spec/project.h"

/*
 * `review:` of a project or feature (the feature's wins, key by key):
 *
 *     review: {scale: 5, pass_from: 4, reviewers: 1, double: 0.1, known: 0.05, lock: 10m,
 *              daily: 20, codes: [too_long, wrong_label]}
 */
struct review_options {
    struct review_scale scale;
    int reviewers;       /* that each item wants */
    double double_share; /* share of items that want one more, blind */
    double known_share;  /* share of deals that are seeded items */
    double lock_s;       /* how long an item is kept for a reviewer */
    int daily;           /* outputs a day */
    const char **codes;  /* failure codes to begin with; n_codes */
    size_t n_codes;
};

/* Either may be NULL; so may `f`. Errors have the position in the spec. */
MUST_CHECK bool review_options_read(struct arena *a, const struct project *p,
                                    const struct feature *f, struct review_options *ret,
                                    struct err *e);
