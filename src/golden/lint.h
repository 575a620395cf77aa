#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "golden/golden.h"

/*
 * What can be wrong with a golden set, found before it misleads. Each finding belongs to a check;
 * errors make measurements wrong, warnings make them weaker, notes are worth knowing.
 */
enum lint_severity { LINT_NOTE, LINT_WARNING, LINT_ERROR };

/* check, name, severity, what it looks for */
#define LINT_CHECKS(X)                                                                             \
    X(LINT_BAD_LINE, "bad-line", LINT_ERROR, "lines that are no golden lines")                     \
    X(LINT_DUPLICATE_ID, "duplicate-id", LINT_ERROR, "two examples with one id")                   \
    X(LINT_CONFLICT, "conflict", LINT_ERROR, "one input, two different expected answers")          \
    X(LINT_LEAKAGE, "leakage", LINT_ERROR, "a test input that is in the training split")           \
    X(LINT_UNKNOWN_LABEL, "unknown-label", LINT_ERROR, "labels that are not in the label list")    \
    X(LINT_NEAR_LEAKAGE, "near-leakage", LINT_WARNING, "a test input nearly that of training")  \
    X(LINT_DUPLICATE, "duplicate", LINT_WARNING, "one input several times in a split")             \
    X(LINT_NEAR_DUPLICATE, "near-duplicate", LINT_WARNING, "inputs that are nearly the same")      \
    X(LINT_EMPTY, "empty-field", LINT_WARNING, "empty texts where there should be some")           \
    X(LINT_NO_EXPECTED, "no-expected", LINT_WARNING, "examples without an expected answer")        \
    X(LINT_UNKNOWN_KEY, "unknown-key", LINT_WARNING, "keys that look like misspelt ones")          \
    X(LINT_GARBLED, "garbled-text", LINT_WARNING, "text that was decoded wrongly")                 \
    X(LINT_LABEL_SPELLING, "label-spelling", LINT_WARNING, "labels that differ in spelling only")  \
    X(LINT_UNTRAINED_LABEL, "untrained-label", LINT_WARNING, "test labels without training data")  \
    X(LINT_RARE_LABEL, "rare-label", LINT_WARNING, "labels with too few test examples")            \
    X(LINT_IMBALANCE, "imbalance", LINT_WARNING, "one label for nearly everything")                \
    X(LINT_NO_TAG, "no-tag", LINT_WARNING, "examples without the tag of a slice")                  \
    X(LINT_SMALL_SLICE, "small-slice", LINT_WARNING, "slices too small to judge")                  \
    X(LINT_NO_TEST, "no-test", LINT_WARNING, "a set without test examples")                        \
    X(LINT_SMALL_SET, "small-set", LINT_NOTE, "a set too small to tell versions apart")

enum lint_check {
#define X(check, name, severity, summary) check,
    LINT_CHECKS(X)
#undef X
    LINT_N_CHECKS
};

const char *lint_check_name(enum lint_check c);
const char *lint_check_summary(enum lint_check c);
enum lint_severity lint_check_severity(enum lint_check c);
const char *lint_severity_name(enum lint_severity s); /* "error" */

struct lint_options {
    const char *const *slices; /* tags to look at; NULL or NULL-terminated */
    const char *const *labels; /* the allowed labels, NULL-terminated; NULL: any */
    bool classification;       /* expected is a label; without it that is guessed: scalars that
                                  repeat */
    double similarity;         /* near-duplicates from here on; 0: do not look for them */
    size_t min_slice;          /* fewer test examples in a slice: small-slice */
    size_t min_label;          /* fewer test examples of a label: rare-label */
    const struct golden *train; /* another set that is training data; or NULL */
};

/* similarity 0.85, min_slice 30, min_label 5. */
void lint_options_init(struct lint_options *o);

enum { LINT_KEEP = 1000 }; /* findings kept of each check; all are counted */

struct lint_finding {
    enum lint_check check;
    size_t line, col;          /* 0: about the whole set */
    size_t other_line;         /* the other one of a pair; 0: none */
    bool other_in_train;       /* other_line is in options->train */
    double similarity;         /* of a pair; NaN: no pair */
    const char *id, *other_id; /* or NULL */
    const char *message;       /* one sentence without full stop; fit for a terminal */
};

struct lint_label {
    const char *label;
    size_t n[3]; /* by split */
};

struct lint_slice {
    const char *tag, *value;
    size_t n[3];
};

struct lint_report {
    struct lint_finding *finding; /* in the order of the checks, then of lines */
    size_t n;
    size_t count[LINT_N_CHECKS];  /* all findings, kept or not */
    size_t errors, warnings, notes;
    bool classified;              /* expected was taken for labels */
    struct lint_label *label;     /* by number, falling; at most LINT_KEEP */
    size_t n_label, n_label_all;
    struct lint_slice *slice;     /* by tag as in the options, then by number */
    size_t n_slice;
};

/* Loads the set leniently and checks it. Fails only when the file cannot be read at all. */
MUST_CHECK bool lint_file(struct arena *a, const char *path, const struct lint_options *o,
                          struct golden **ret_set, struct lint_report *ret, struct err *e);
