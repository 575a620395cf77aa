#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/*
 * Units: one row a unit of work (item, variant, epoch) of a run. The rows are the truth; every
 * total is computed from them. Outcomes are the numbers of `enum outcome` (grade/grader.h):
 * 0 pass, 1 fail, 2 error.
 */
enum { STORE_PASS, STORE_FAIL, STORE_ERROR, STORE_UNGRADED };

struct grade_row {
    int outcome;          /* STORE_UNGRADED: this grader has not looked yet */
    double score;         /* NaN when unknown */
    struct str reason;    /* or null */
    struct str details;   /* JSON object, or null */
};

struct unit_write {
    int64_t variant, item, output;
    int epoch;
    int outcome;          /* of the success expression */
    double score;         /* weighted mean of the graders' scores; NaN when unknown */
    double grading_cost_usd; /* of graders that ask models: 0 when none did, NaN when unknown */
    const struct grade_row *grades; /* one a grader, in order of the run's graders */
    size_t n_grades;
};

/* Writes or replaces a row; inside a transaction. */
MUST_CHECK bool unit_put(struct store *s, const struct unit_write *r, struct err *e);

/* One row with the numbers of its output, as a cursor gives it. Texts live until the next row. */
struct unit_read {
    int64_t item, output;
    int epoch, outcome;
    double score, grading_cost_usd;
    struct str grades;    /* packed; see grades_unpack */
    struct str item_name;
    struct str tags;      /* JSON object, or null */
    struct str cluster;   /* or null */
    double weight;        /* of the item */
    int status;           /* enum output_status */
    struct str error_kind;
    double latency_ms, ttft_ms, cost_usd, confidence;
    int64_t tokens_input, tokens_output, tokens_cached; /* -1: not told */
    int64_t model;        /* phrase, 0: not told */
};

/* All rows of a variant in order of item (as first stored) and epoch. */
struct unit_cursor {
    struct db_stmt *st;
};
MUST_CHECK bool units_open(struct store *s, int64_t variant, struct unit_cursor *ret,
                           struct err *e);
MUST_CHECK bool units_next(struct unit_cursor *c, struct unit_read *ret, bool *ret_more,
                           struct err *e);
void units_close(struct unit_cursor *c); /* also for CLEANUP */

/* One row; *ret_found false when there is none. Texts live until the next unit_get. */
MUST_CHECK bool unit_get(struct store *s, int64_t variant, int64_t item, int epoch,
                         struct unit_read *ret, bool *ret_found, struct err *e);

/* How many rows a variant has, and how many of their outputs are errors. */
MUST_CHECK bool units_count(struct store *s, int64_t variant, int64_t *ret_rows,
                              int64_t *ret_errors, struct err *e);

/* One call a grader made about a unit; inside a transaction. Replaces the call of that number. */
MUST_CHECK bool unit_call_put(struct store *s, const struct unit_write *u, int grader, int seq,
                              int64_t output, struct err *e);
struct unit_call {
    int grader, seq;
    int64_t output;
};
/* The calls of a unit, by grader and number; in the arena. */
MUST_CHECK bool unit_calls(struct store *s, struct arena *a, int64_t variant, int64_t item,
                           int epoch, struct unit_call **ret, size_t *ret_n, struct err *e);

/* Which models answered a variant, as the provider names them; in the arena. */
MUST_CHECK bool units_models(struct store *s, struct arena *a, int64_t variant, struct str **ret,
                             size_t *ret_n, struct err *e);

/* Outcomes and scores of a packed grades column into `g` (room for n); reasons and details too
 * when `a` is not NULL (then they live there). Graders the row does not have: STORE_UNGRADED. */
MUST_CHECK bool grades_unpack(struct store *s, struct arena *a, struct str packed,
                              struct grade_row *g, size_t n, struct err *e);
