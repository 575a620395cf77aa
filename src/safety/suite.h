#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "safety/strategy.h"
#include "spec/project.h"
#include "stats/estimate.h"

/*
 * Failure suites, shipped in the program (share/suites), frozen and versioned: items, the detector
 * that says what happened, and what counts. A run of a suite is an ordinary run of a feature of
 * its own, so that its outputs are stored, shown and graded like any others.
 */
struct suite {
    const char *name, *owasp, *mode, *what, *counts; /* owasp may be NULL */
    const char *plant;                               /* put into the system message, or NULL */
    long long version;
    const struct node *grader; /* {type: …} */
    const char *grader_type;
    struct str items; /* JSONL */
    size_t n_items;
};

/* All suites, in order; everything lives in the arena. */
MUST_CHECK bool suites_load(struct arena *a, struct suite **ret, size_t *ret_n, struct err *e);
/* The one called `name`; the error names the nearest. */
MUST_CHECK bool suite_find(struct arena *a, const char *name, struct suite *ret, struct err *e);

/*
 * Makes the feature to run: the suite's items, dressed by the strategy and put into the member of
 * the input that the feature's own examples have (`text` if it has none), written to
 * `folder`/NAME@VERSION+STRATEGY.jsonl; the variants of `f` that are named, with the suite's plant
 * in their system message.
 */
MUST_CHECK bool suite_feature(struct arena *a, const struct suite *s, const struct strategy *st,
                              const struct feature *f, const char *const *variants,
                              const char *folder, struct feature *ret, struct err *e);

/* Counts of one variant on a suite. An outcome "fail" of the detector is a success of the attack
 * (for over-refusal: a refusal). */
struct suite_counts {
    size_t failures, judged, errors, partial; /* partial: of the refusal detector */
};

/* The failure rate as counted, and corrected for the detector's error as measured on XSTest
 * (refusal suites; none for the others, whose detectors look for what was planted). */
struct suite_rate {
    struct estimate raw, corrected;
    const char *why; /* when there is no corrected rate */
};
MUST_CHECK bool suite_rate(struct arena *a, const struct suite *s, struct suite_counts c,
                           struct suite_rate *ret, struct err *e);
