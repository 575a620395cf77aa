#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "text/csv.h"
#include "text/json.h"

/*
 * Rows of a plain file, as the verbs that work without a project read them: JSONL (one object a
 * line) or CSV with a header. The file is streamed, one row in memory at a time. A CSV row
 * becomes an object whose values are all strings; the typed readers below take "0.93" and "true"
 * for what they say. Names ending in .jsonl, .ndjson or .json are JSONL, .csv and .tsv are CSV;
 * any other name (and "-", standard input) is JSONL when its first character is "{".
 *
 *     CLEANUP(rows_close) struct rows rows = {0};
 *     struct row row;
 *     bool more;
 *     if (!rows_open(&rows, path, e)) …
 *     while (rows_next(&rows, arena, &row, &more, e) && more) …
 */
struct rows {
    const char *path;
    FILE *file;
    bool owns_file, is_csv;
    struct line_reader lines;
    struct csv_reader csv;
    struct arena *header_arena; /* the names of the CSV columns */
    struct str *header;
    size_t n_columns;
    size_t n_rows; /* rows given out so far */
};

/* One row. `v` belongs to the arena given to rows_next; the rest lasts until the next call. */
struct row {
    yyjson_val *v; /* an object */
    const char *path;
    size_t line;   /* where the row begins */
    size_t number; /* 1-based, counts rows */
    struct str text;                /* JSONL: the line */
    const struct rows *rows;        /* CSV: for the position of a cell */
    const struct csv_field *fields; /* CSV: the cells; NULL for JSONL */
};

/* Opens `path` ("-": standard input). Rows of more than BUF_MAX_LINE bytes are ERR_LIMIT. */
MUST_CHECK bool rows_open(struct rows *r, const char *path, struct err *e);
/* The same on an open file that stays the caller's; `path` is for messages and the format. */
MUST_CHECK bool rows_open_file(struct rows *r, FILE *f, const char *path, struct err *e);
void rows_close(struct rows *r); /* also for CLEANUP after a rows_open, successful or not */

/* Next row; *ret_more false at the end. Errors carry file, line and column: broken JSON, a line
 * that is no object, a CSV row with more or fewer fields than the header, a header that names
 * a column twice or not at all. */
MUST_CHECK bool rows_next(struct rows *r, struct arena *a, struct row *ret, bool *ret_more,
                          struct err *e);

/* Member `key`, else the member that a dotted key leads to ("tags.lang"), else NULL. Null
 * values and empty CSV cells count as absent. */
yyjson_val *row_get(const struct row *row, const char *key);
/* row_get of `key`, else of "tags.<key>": how --slice KEY and --cluster KEY find their value. */
yyjson_val *row_tag(const struct row *row, const char *key);

/* A finite number; NaN when absent. A JSON number, or a string that is one (CSV). */
MUST_CHECK bool row_num(const struct row *row, const char *key, double *ret, struct err *e);
/* 0 or 1; -1 when absent. true/false, 0/1, and those words as strings whatever the case. */
MUST_CHECK bool row_bool(const struct row *row, const char *key, int *ret, struct err *e);
/* Text of a scalar as people would write it, in `a`; the null string when absent. Containers
 * are an error. */
MUST_CHECK bool row_text(const struct row *row, struct arena *a, const char *key, struct str *ret,
                         struct err *e);

/* The error of a file without rows; `wanted` says what each should have ("id and score"). False. */
bool rows_none(const char *path, const char *wanted, struct err *e);
/* The error "row without `key`", with the position and a hint naming the keys that are there. */
bool row_missing(const struct row *row, const char *key, struct err *e);
/* An ERR_INPUT error at the position of `key` (of the row when the key is absent or NULL);
 * returns false. */
bool row_err(struct err *e, const struct row *row, const char *key, const char *fmt, ...)
    PRINTF(4, 5);
