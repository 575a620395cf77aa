#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "text/jsonw.h"

/*
 * What classification is summed up by, from pairs of labels. Precision, recall and F1 a class;
 * their macro mean; F1 weighted by the number of examples a class has; accuracy (which is micro
 * F1 when each example has one label). The classes are the expected labels: a prediction that is
 * none of them ("I cannot tell") is counted as `other` and makes no class of its own, so macro
 * means do not depend on how many ways a model finds to be wrong. With predictions inside the
 * classes all values are those of scikit-learn's precision_recall_fscore_support with
 * zero_division=0.
 */
struct class_score {
    struct str label;
    size_t expected, predicted, both; /* how often expected, predicted, and rightly so */
    double precision, recall, f1;     /* precision is NaN for a class that was never predicted */
};

struct confusion {
    size_t n, n_labels, n_right;
    struct class_score *score; /* n_labels of them, sorted by label */
    size_t *count; /* [expected * (n_labels + 1) + predicted]; the last column is `other` */
    size_t n_other;
    double accuracy, macro_precision, macro_recall, macro_f1, weighted_f1; /* NaN when n = 0 */
};

/* Counts n pairs. More than 2,000 classes is ERR_LIMIT. Lives in the arena; labels are borrowed. */
MUST_CHECK bool confusion_of(struct arena *a, const struct str *expected,
                             const struct str *predicted, size_t n, struct confusion *ret,
                             struct err *e);

/* Members of the open object: labels, matrix (when at most 100 classes), other, per_class,
 * macro, weighted_f1, accuracy. */
void confusion_write(struct jw *w, const struct confusion *c);
