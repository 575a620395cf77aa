#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

/*
 * CSV as RFC 4180 describes it, with what spreadsheets really write: LF or CRLF, a byte order
 * mark, and comma, semicolon or tab between fields. A field that begins with a quote is quoted
 * (two quotes inside stand for one, line breaks belong to it); any other field is taken as it
 * stands. Empty lines are skipped. Refused, with line and column: a quote that is never closed,
 * text behind a closing quote, invalid UTF-8 and NUL bytes.
 */
enum {
    CSV_MAX_FIELDS = 4096 /* columns of one record */
};

struct csv_field {
    struct str text; /* unquoted content, valid until the next csv_next */
    bool quoted;
    int line, col; /* where the field begins, 1-based; columns count bytes */
};

/* Streams a file of any size; one record in memory at a time. */
struct csv_reader {
    FILE *f;
    const char *path; /* for messages */
    char sep;         /* between fields; 0 until the first record settles it */
    bool eof, started;
    size_t line, col; /* of the next byte */
    char *chunk;
    size_t at, len;   /* unread part of chunk */
    struct buf record;
    VEC(struct csv_field) fields;
    VEC(size_t) ends; /* offset behind each field in record */
};

/* Reads from `f`, which stays the caller's. `sep` 0: whichever of , ; tab is most frequent in the
 * first line. A record over `max_record` bytes is ERR_LIMIT. */
void csv_init(struct csv_reader *r, FILE *f, const char *path, char sep, size_t max_record);
void csv_release(struct csv_reader *r); /* also for CLEANUP; a zeroed reader is fine */

/* The next record: *ret_n >= 1 fields at *ret, valid until the next call. *ret_more is false at
 * the end of the file. */
MUST_CHECK bool csv_next(struct csv_reader *r, const struct csv_field **ret, size_t *ret_n,
                         bool *ret_more, struct err *e);

/*
 * Writing. A cell that a spreadsheet would run as a formula (first character = + - @, tab or CR,
 * and not a plain number) gets an apostrophe in front, as OWASP's "CSV Injection" page advises:
 * model output ends up in these files. Records end in CRLF.
 */
struct csv_writer {
    struct buf *b;
    bool in_record;
};

void csv_writer_init(struct csv_writer *w, struct buf *b);
void csv_cell(struct csv_writer *w, struct str text);
void csv_cell_c(struct csv_writer *w, const char *text); /* NULL: an empty cell */
void csv_cell_num(struct csv_writer *w, double v);       /* NaN: an empty cell */
void csv_end(struct csv_writer *w);                      /* ends the record */
