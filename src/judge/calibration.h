#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "judge/verdicts.h"
#include "stats/agreement.h"
#include "stats/estimate.h"
#include "stats/judge_correction.h"

/*
 * Can the judge be trusted, and what would people have said of everything it judged? From rows
 * that people labelled and rows that only the judge saw.
 */
enum drawn { DRAWN_AT_RANDOM, DRAWN_BY_HUMAN }; /* how the labelled rows were chosen */

struct calibration_bias {
    double mean_over, mean_under; /* mean length of outputs the judge is too kind / too strict on */
    double slope, p_value;        /* correlation of length with (judge - human), and its test */
    size_t n;
};

struct calibration {
    struct estimate raw, corrected,
        humans; /* rates, or means of scores; humans: labelled rows alone */
    struct estimate sensitivity, specificity, accuracy; /* binary */
    struct estimate kappa, weighted_kappa, ac1, auc, spearman;
    struct judge_counts counts; /* binary */
    const char *method;         /* of `corrected` */
    const char *why;            /* when corrected is not estimable; else NULL */
    size_t n_labelled, n;
    struct calibration_bias length; /* n = 0: rows have no outputs */
};

/* `labelled` has human values, `rest` (may be NULL) is what the rates are about: without it they
 * are about the labelled rows. Scores in [lo, hi] stay on their scale. Both must be settled and
 * binary or scores. */
void calibrate(const struct judged *labelled, const struct judged *rest, enum drawn drawn,
               double conf, struct arena *a, struct calibration *ret);

/* Agreement of judge and people over the labels as they are (kappa, AC1), any kind. Fills the
 * fields kappa, weighted_kappa (numbers only) and ac1. */
void calibrate_agreement(const struct judged *labelled, double conf, struct arena *a,
                         struct calibration *ret);

/*
 * How many human labels, and of which items, bring the interval of the corrected rate below
 * `width`: the labels are shared among judge passes and judge fails in proportion to share times
 * standard deviation (Neyman 1934), which is never worse than drawing at random.
 */
struct calibration_plan {
    size_t random, pass, fail; /* labels at random; or split by the judge's verdict */
    bool reachable;            /* false: even labelling all n items does not do */
};
struct calibration_plan calibration_plan(double mu0, double mu1, double p, size_t n, double width,
                                         double conf);
