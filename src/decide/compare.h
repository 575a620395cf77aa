#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "decide/evidence.h"
#include "decide/paired.h"

/*
 * "Did this change make it better or worse?": two variants on the same items, success first,
 * then each grader, each slice and what flipped. Items are matched by id; an item whose every
 * epoch is an error on either side is left out of both, and so are ids only one side has.
 */
struct compare_opts {
    double confidence; /* two-sided */
    double margin;     /* NaN: none */
    uint64_t seed;
};

/* One slice or grader beside the whole. */
struct compare_part {
    const char *key; /* the slice's tag; NULL for graders */
    struct str name; /* its value; the grader's name */
    struct paired r;
    double p_adjusted; /* Holm (1979) over all slices, or over all graders; NaN: no test */
};

struct comparison {
    const struct evidence *a, *b;
    struct compare_opts opts;
    struct paired success; /* or the score, when the rows only have scores */
    struct compare_part *graders, *slices;
    size_t n_graders, n_slices;
    struct str *gained, *lost; /* ids: failed under a and passes under b; the reverse */
    size_t n_gained, n_lost;
    size_t pass_both, fail_both; /* items that did not flip */
    size_t only_a, only_b;       /* ids without a partner */
    size_t errors_a, errors_b; /* common items left out because a, because b could not be judged */
    struct str *pair_id;       /* the items compared, success.n of them */
    const double *mean_a, *mean_b; /* their values */
};

/* ERR_INPUT when the sides have no item in common, or one has passes and the other scores. What
 * *ret points to lives in `a`; the evidence must outlive it. */
MUST_CHECK bool compare_run(struct arena *a, const struct evidence *ea, const struct evidence *eb,
                            const struct compare_opts *opts, struct comparison *ret, struct err *e);

/* Whether a grader says the same of every item as success does, so that showing it repeats it. */
bool compare_repeats_success(const struct comparison *c, size_t grader);
