#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "golden/columns.h"
#include "golden/golden.h"

/*
 * Other files (CSV, TSV, JSONL with any keys) -> golden lines. Which column becomes what is said
 * by a mapping or, without one, guessed from the names: text, question, query, prompt … become
 * the input, label, category, answer, reference … the expected value. A row without an id gets
 * one from its number.
 */
struct import_options {
    const struct column *columns; /* NULL: guess */
    size_t n_columns;
    const char *id_prefix;        /* "t": t-0001, t-0002, … */
    bool set_split;               /* put every example into `split` */
    enum split split;
    const char *source;           /* `source` of every example that says none; or NULL */
    size_t limit;                 /* at most so many rows; 0: all */
};

struct import_report {
    size_t n;                     /* examples written */
    size_t made_ids;              /* of them with an id made here */
    struct column *columns;       /* the mapping used */
    size_t n_columns;
    const char **unused;          /* columns of the file that went nowhere, NULL-terminated */
};

/* Reads `path` and hands each golden line (canonical, without line break) to `line`. Duplicate ids
 * are an error, as is a row without input. */
MUST_CHECK bool import_rows(struct arena *a, const char *path, const struct import_options *o,
                            bool (*line)(void *arg, struct str text, struct err *e), void *arg,
                            struct import_report *ret, struct err *e);
