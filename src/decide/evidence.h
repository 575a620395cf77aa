#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "stats/judge_correction.h"

/*
 * What one variant did, output by output: the numbers that compare and gate decide on, whether
 * they come from a plain file (evidence_read) or from a run (evidence_of_results). One row is
 * one (item, epoch). An output that could not be produced or judged is an error row: it has no
 * value and counts neither as a success nor as a failure.
 */
struct evidence_row {
    uint32_t item; /* index into ids */
    uint32_t line; /* in the file it came from; 0: none */
    int epoch;     /* 1-based */
    bool error;
    uint16_t n_measures; /* of `measure`: rows before a measure was first seen have fewer */
    double value;        /* success 0 or 1, or the score when there are only scores; NaN: error */
    double score;        /* NaN: none */
    double latency_s, ttft_s, cost_usd; /* NaN: not measured */
    const double *measure;              /* in the order of evidence.measures; NaN: not judged */
};

/* A grader or a failure mode that rows carry a value of. */
struct evidence_measure {
    const char *name;
    bool binary;     /* every value is 0 or 1 */
    size_t n_values; /* rows that carry a value */
    bool detector;   /* an automatic detector or uncalibrated judge of a failure mode gave the
                        values: it opens tickets, it does not measure a rate */
    bool calibrated; /* people's labels say how far the judge behind it can be trusted */
    struct judge_counts measured; /* if so: people's verdicts and the judge's, "pass" meaning 1 */
    const char *only; /* of a failure mode: the one grader that looks for it, NULL: several do */
    bool is_rate;     /* passes of another measure, for its NAME_rate; not compared by itself */
};

struct evidence {
    const char *name; /* of the file, run or variant: for people */
    bool scores_only; /* `value` is a mean score: there was no pass or fail */
    size_t n_items;
    struct str *id;      /* n_items, in order of first appearance */
    struct map index;    /* id -> position + 1 as an intptr_t */
    struct str *cluster; /* n_items, or NULL when not clustered; null string: its own cluster */
    size_t n_slices;
    const char **slice;      /* the keys */
    struct str *slice_value; /* [item * n_slices + k]; null string: the item has no such tag */
    size_t n_measures;
    struct evidence_measure *measures;
    size_t n_rows;
    struct evidence_row *rows; /* sorted by item, then epoch */
    size_t *first;             /* n_items + 1: rows of item i are first[i] … first[i+1]-1 */
    int max_epochs;            /* the most rows an item has */
    size_t n_errors;           /* error rows */
    bool stopped_early;        /* the run ended as soon as it was decided; items are in the order
                                  they ran: only methods that allow for that apply */
    const char *golden_version, *run, *feature; /* NULL: not known */
};

struct feature;
struct evidence_opts {
    const char *const *slices;     /* keys; NULL-terminated, or NULL */
    const char *cluster;           /* key, or NULL */
    const char *variant;           /* of a plain file: only the rows of this `variant`; NULL: all */
    const struct feature *feature; /* says what its graders detect; NULL for a plain file */
    const char *const
        *measures; /* graders and failure modes to look for in rows; NULL-terminated */
};

/*
 * Reads a plain file: rows with `id` and `pass` (or `outcome`: pass, fail, error) or `score`,
 * optional `epoch`, `error`, `latency_ms`, `ttft_ms`, `cost_usd`, `graders` (an object of numbers,
 * truth values or {"score": …}). A measure is a member of `graders` or of the row. A row with an
 * `error`, or whose pass and score are null or empty, is an error row. The same (id, epoch)
 * twice, a row that has neither key, rows of several `variant`s at once, and a mix of rows with and
 * without `pass` are input errors with their position. At most EVIDENCE_MAX_ROWS rows. Everything
 * lives in `a`.
 */
enum { EVIDENCE_MAX_ROWS = 50000000 };
MUST_CHECK bool evidence_read(struct arena *a, const char *path, const struct evidence_opts *opts,
                              struct evidence **ret, struct err *e);
/* The same from an open file that stays the caller's; `path` is for messages and the format. */
MUST_CHECK bool evidence_read_file(struct arena *a, FILE *f, const char *path,
                                   const struct evidence_opts *opts, struct evidence **ret,
                                   struct err *e);

struct result_set;
/* The same from a variant of a run. Each grader gives two measures: NAME, its score, and
 * NAME_rate, whether it passed. Cost includes what grading an output cost. Failure modes become
 * measures called "failure:MODE", 1 where an output shows it: a grader named like the mode failed,
 * or one whose type looks for it (see failure_graders.h). */
struct evidence *evidence_of_results(struct arena *a, const struct result_set *rs,
                                     const struct evidence_opts *opts);

/* The judge behind the grader `name` was measured against people: its rate, and that of a failure
 * mode which no other grader looks for, will be corrected. */
void evidence_calibrate(struct evidence *ev, const char *name, struct judge_counts measured);

struct run_row;
/* Whether a run was started with --until-decided: for evidence.stopped_early, whether it really
 * stopped or only could have. */
bool evidence_stops_early(struct arena *a, const struct run_row *run);

/*
 * Building by hand. Strings are copied; values are not checked. Call evidence_finish once at the
 * end: it sorts the rows, finds duplicates and fills the counts.
 */
struct evidence_builder {
    struct arena *a;
    struct evidence *ev;
    VEC(struct evidence_row) rows;
    VEC(struct str) ids, clusters, slice_values;
    struct map values; /* texts of tags -> the one copy there is */
};
void evidence_start(struct evidence_builder *b, struct arena *a, const char *name,
                    const char *const *slices, bool clustered);
/* Index of the measure `name`, made when it is new; at most EVIDENCE_MAX_MEASURES. */
enum { EVIDENCE_MAX_MEASURES = 200 };
size_t evidence_measure(struct evidence_builder *b, const char *name);
/* Index of the item `id`, made when it is new (*ret_new): then the caller sets its tags. */
uint32_t evidence_item(struct evidence_builder *b, struct str id, bool *ret_new);
void evidence_set_cluster(struct evidence_builder *b, uint32_t item, struct str cluster);
void evidence_set_slice(struct evidence_builder *b, uint32_t item, size_t k, struct str value);
/* Values for a row's `measure`, one for each measure known by now, all NaN. */
double *evidence_measures_new(struct evidence_builder *b);
void evidence_add(struct evidence_builder *b, struct evidence_row row);
/* Frees the builder, successful or not. `path` is for messages about duplicates. */
MUST_CHECK bool evidence_finish(struct evidence_builder *b, const char *path, struct evidence **ret,
                                struct err *e);

/* Position of the item called `id`, or -1. */
ptrdiff_t evidence_find(const struct evidence *ev, struct str id);
/* Position of the measure, or -1. */
ptrdiff_t evidence_measure_find(const struct evidence *ev, const char *name);

/*
 * Item means of one measure over the epochs that were judged. `which` is the index of a measure
 * or one of these. NaN where every epoch is an error or has no value. Latencies, costs and
 * EVIDENCE_IS_ERROR (0 or 1) exist for error rows too.
 */
enum {
    EVIDENCE_VALUE = -1,
    EVIDENCE_SCORE = -2,
    EVIDENCE_LATENCY = -3,
    EVIDENCE_TTFT = -4,
    EVIDENCE_COST = -5,
    EVIDENCE_IS_ERROR = -6,
};
double *evidence_item_means(struct arena *a, const struct evidence *ev, int which);
/* The value of one row in that sense. */
double evidence_row_value(const struct evidence_row *row, int which);
