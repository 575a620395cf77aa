#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "grade/confusion.h"
#include "stats/estimate.h"
#include "text/jsonw.h"

/*
 * Grading the grader: how far its scores and verdicts agree with people. Collect one row an item
 * that the grader could judge, then summarise. Positive means what a person called good: human 1
 * stands against pass, 0 against fail.
 *
 * Two things are asked: does the score rank outputs as people do (AUC, Spearman: free of any
 * threshold), and does pass or fail at the grader's threshold say what they say (kappa, precision,
 * recall, F1, accuracy). The AUC of the output's length alone is the control: a grader that does
 * not beat it has learned that longer (or shorter) is better.
 */
struct judged {
    double score; /* the grader's, [0,1] */
    bool pass;
    double length;                 /* of the output, in characters */
    double human;                  /* 0/1 or any number; NaN when people gave a label */
    struct str label, human_label; /* predicted and human label; null strings without labels */
};

struct evaluation {
    size_t n, errors; /* judged; not judged */
    double threshold; /* NaN: the grader has none */
    struct estimate auc, spearman, kappa, length_auc;
    double precision, recall, f1, accuracy; /* NaN: not defined */
    bool by_label; /* the confusion is of labels, kappa and accuracy too, and
                      precision, recall and F1 are macro means */
    struct confusion labels;
    size_t tp, fp, fn, tn; /* otherwise; all 0 when human is not 0/1 */
};

/* `cut`: human >= cut is positive; NaN: human has to be 0 or 1 for what needs two classes, which
 * is left undefined otherwise. Rows all have labels or all have numbers. */
MUST_CHECK bool evaluate_grader(struct arena *a, const struct judged *row, size_t n, double cut,
                                double conf, struct evaluation *ret, struct err *e);

/* The members after "grader" of `grader eval --json`. */
void evaluation_write(struct jw *w, const struct evaluation *v);
