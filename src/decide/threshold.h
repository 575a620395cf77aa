#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "stats/estimate.h"
#include "stats/selective.h"

/*
 * From which confidence on may outputs skip human review, so that the error among them is bounded
 * with a stated probability? Labels must be a random sample of ALL traffic, what was accepted
 * included, or carry the inverse of their sampling probability as a weight.
 */
struct label {
    double confidence; /* in [0, 1] */
    bool correct;
    double weight; /* over 0; 1 for a plain random sample */
};

struct threshold_options {
    double max_error;          /* E: tolerated error among accepted outputs, in (0, 1) */
    double confidence;         /* C: probability that the promise holds, in (0, 1) */
    enum select_method method; /* weights that differ allow the fixed sequence only */
    size_t min_accept;         /* least accepted labels at a tested threshold; 0: the default */
};

/* One tested threshold: accepting everything from `threshold` on. */
struct threshold_point {
    double threshold;
    size_t n, errors;       /* accepted labels, wrong ones among them */
    double coverage, error; /* shares; weighted when labels are */
    double error_upper;     /* one-sided limit at confidence C for this point alone */
    double p_value;
    bool tested; /* false: fewer than min_accept labels, skipped by design */
};

struct threshold_answer {
    double threshold;         /* NaN: nothing may skip review */
    struct estimate accepted; /* share of traffic accepted, 95% interval */
    struct estimate error;    /* error among accepted labels; none without a threshold */
    double error_upper;       /* NaN without a threshold */
    size_t n, n_accept, errors, min_accept;
    size_t n_needed;                /* labels that would probably do, 0: none can be named */
    bool needed_at_least;           /* n_needed is only what any threshold takes */
    const char *method;             /* "fixed_sequence", "bonferroni", "fixed_sequence_weighted" */
    const char *why;                /* one sentence, in the arena */
    struct threshold_point *points; /* the grid, thresholds falling */
    size_t n_points;
};

/*
 * The grid is fixed by coverage before a correct/wrong is looked at: the confidences that let
 * through 1/40, 2/40, … of the labels, each distinct confidence once (outputs of equal confidence
 * are accepted together). The thresholds are tested from the top (stats/selective.h). When
 * min_accept is 0 the walk begins at a tenth of the labels, or where an error of max_error/2 would
 * pass with probability 0.9 (min_accept_power) if that is less, and never below the count that
 * can pass at all, n_zero_errors: a first test on very few labels stops at one unlucky error, one
 * on very many never sees that only the top of the traffic is good.
 * No labels, or bad options, is an error.
 */
MUST_CHECK bool threshold_choose(struct arena *a, const struct label *labels, size_t n,
                                 const struct threshold_options *o, struct threshold_answer *ret,
                                 struct err *e);

/* The threshold that only looks at the observed error: the lowest grid point whose accepted
 * labels have an error of at most max_error. NaN when none has. Shown beside the real one to say
 * what it would cost; it breaks its promise about every other time the target binds. */
double threshold_naive(const struct threshold_answer *answer, double max_error);
