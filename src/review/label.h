#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "review/queue.h"

/*
 * Verdicts of reviewers. Rows are only ever added (the database refuses anything else): an edit is
 * a new row that supersedes the reviewer's last one, an undo a row that retracts it. Which verdict
 * stands is the last row of each reviewer.
 *
 * An item is done when as many reviewers as it wants have judged it and they agree; when they do
 * not, it is disputed until an adjudicating verdict settles it.
 */
enum review_kind { REVIEW_LABEL, REVIEW_SKIP, REVIEW_DECLINE, REVIEW_RETRACT };

struct review_verdict {
    int64_t id;           /* filled in */
    int64_t item;
    struct str reviewer;  /* not empty */
    double at;            /* filled in */
    enum review_kind kind;
    int pass;             /* REVIEW_LABEL: 0 fail, 1 pass; else -1 */
    double score;         /* as given (1 … 9, or what the scale says); NaN: none */
    struct str criteria;  /* JSON object criterion -> number, or null */
    struct str corrected; /* the output as it should have been, or null */
    struct str codes;     /* JSON list of failure codes, or null */
    struct str comment;   /* or null; required for skip and decline */
    struct str seen;      /* review_text.seen of what was looked at, or null */
    double seconds;       /* from being shown to the verdict; NaN: unknown */
    struct str key;       /* idempotency key of the submission; null: a fresh one is made */
    int64_t supersedes;   /* filled in; 0: the reviewer's first */
    bool adjudicates;     /* settles a disagreement */
};

/* kind REVIEW_LABEL, pass -1, numbers NaN. */
void review_verdict_init(struct review_verdict *v);

/*
 * Records a verdict and releases the reviewer's lock, in one transaction of its own. The same key
 * again is the same submission: nothing is written, *ret_new is false, and *v becomes what was
 * written the first time (texts in `a`). A verdict that comes after the lock expired is kept as
 * well. Refused: a label without pass or fail, a reason that is missing, `seen` of another output
 * than the item's (ERR_CONFLICT), codes or criteria that are not such JSON, adjudicating an item
 * that is not disputed, or one's own disagreement.
 */
MUST_CHECK bool review_label(struct store *s, struct arena *a, struct review_verdict *v,
                             bool *ret_new, struct err *e);

/* Takes back the reviewer's last standing verdict (on `item`, 0: on any): appends a retracting
 * row, and the item is open again and locked for them for `lock_s`. *ret_item 0: there was nothing
 * to undo. */
MUST_CHECK bool review_undo(struct store *s, struct arena *a, const char *reviewer, int64_t item,
                            double lock_s, int64_t *ret_item, struct err *e);

/* All rows of an item, oldest first. While the item is pending, a `viewer` sees only their own
 * (double review is blind); NULL sees all: for export and administration. */
MUST_CHECK bool review_verdicts(struct store *s, struct arena *a, int64_t item, const char *viewer,
                                struct review_verdict **ret, size_t *ret_n, struct err *e);
MUST_CHECK bool review_verdict_get(struct store *s, struct arena *a, int64_t id,
                                   struct review_verdict *ret, struct err *e);

/* Whether a score passes: `pass_from` or more. */
struct review_scale {
    int from, to, pass_from; /* 1, 5, 4 unless the spec says otherwise */
};
