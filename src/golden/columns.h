#pragma once

#include "golden/rows.h"

/*
 * Turns a row of some file (a CSV record, another tool's JSON line) into a golden line's object.
 * Targets are id, input, input.NAME, expected, expected.NAME, tags.NAME (or tag:NAME), split,
 * context, source, weight, notes, cluster. From CSV, a cell of input, expected or context that
 * begins with "{" or "[" and is JSON is read as that; weight is read as a number; every other
 * cell is text; an empty cell is absent.
 */
struct column {
    struct str target; /* "expected" */
    struct str source; /* column name, or dotted path into a JSON line */
};

/* "expected=answer" -> a column; checks the target. */
MUST_CHECK bool column_parse(struct str text, struct column *ret, struct err *e);

/* The object for one row. Later columns for the same target are an error of the caller. */
MUST_CHECK bool columns_apply(struct arena *a, const struct column *columns, size_t n,
                              const struct row *row, yyjson_val **ret, struct err *e);

/* The mapping for a CSV whose header already speaks golden (see golden.h): every known name maps
 * to itself, any other name to input.NAME. *ret lives in `a`. */
size_t columns_by_name(struct arena *a, const struct str *header, size_t n, struct column **ret);
