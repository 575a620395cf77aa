#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"

/*
 * A judge's verdicts beside people's, read from a plain file: rows with `id`, `judge` and `human`.
 * What the values are decides the method: 0/1 (or true/false, yes/no, pass/fail) are binary,
 * other numbers scores, other texts labels.
 */
enum verdict_kind { VERDICTS_BINARY, VERDICTS_SCORES, VERDICTS_LABELS };
const char *verdict_kind_name(enum verdict_kind k); /* "binary", "scores", "labels" */

struct judged_row {
    struct str id;
    struct str judge_text, human_text; /* as written; null string: the row has none */
    double judge, human; /* numbers (binary: 0 or 1); labels: index into labels; NaN: none */
    double length;       /* characters of `output`, NaN if the row has none */
};

struct judged {
    enum verdict_kind kind;
    VEC(struct judged_row) rows;
    struct map labels; /* VERDICTS_LABELS: the texts, in order of appearance */
    size_t n_no_judge; /* rows without a verdict of the judge: errors, counted and left out */
    size_t n_no_human; /* rows without a human value */
};

/* Reads `path`; `judge_key` and `human_key` name the columns. Rows without a judge's verdict are
 * left out and counted; rows without a human one are kept with NaN when `human_key` is NULL or
 * `optional`, and left out and counted otherwise. Texts and rows live in the arena. */
MUST_CHECK bool judged_read(struct arena *a, const char *path, const char *judge_key,
                            const char *human_key, struct judged **ret, struct err *e);

/* Settles the kind of all the sets together (the labelled and the unlabelled one have the same),
 * and fills the numbers. NULL entries are skipped. */
MUST_CHECK bool judged_settle(struct judged *const *sets, size_t n, struct err *e);

/* Makes labels binary: `positive` becomes 1, every other label 0. Error when no row has it. */
MUST_CHECK bool judged_binary(struct judged *const *sets, size_t n, struct str positive,
                              struct err *e);
