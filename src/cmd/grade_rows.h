#pragma once

#include "cmd/cmd.h"
#include "golden/rows.h"
#include "grade/grader.h"

/*
 * Rows for the verbs that grade plain files: `--map NAME=KEY,…` renames their members, `--join
 * FILE --key KEY` adds the members of another file's row with the same KEY. Rows are graded in
 * batches over all cores and given out in the order of the file.
 */
/* clang-format off */
#define GRADE_ROWS_OPTS \
    {0, "map", OPT_STRING, "NAME=KEY,…", "read NAME (output, expected, human …) from member KEY"}, \
    {0, "join", OPT_STRING, "FILE", "add the members of FILE's row with the same --key"}, \
    {0, "key", OPT_STRING, "KEY", "the member that --join matches by (default: id)"}
/* clang-format on */

struct graded_row {
    struct str id;      /* the row's id, or its number when it has none */
    struct grade_in in; /* valid when `readable` */
    struct grade_out out;
    bool readable;         /* false: out is an error that says what the row lacks */
    yyjson_val *v;         /* the row with its mapped and joined members */
    const struct row *row; /* for the position */
};

/* Grades every row of `path` and calls each(arg, row) in order; a false stops with its error. */
MUST_CHECK bool grade_rows(struct cmd *c, const struct grader *g, const char *path,
                           bool (*each)(void *arg, const struct graded_row *row, struct err *e),
                           void *arg, struct err *e);
