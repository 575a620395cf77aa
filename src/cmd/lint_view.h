#pragma once

#include "cmd/cmd.h"
#include "golden/lint.h"
#include "text/jsonw.h"

/* How findings about a golden set are shown; for `golden lint` and `check`. */

/* The set, its findings (at most `most` of each check; 0: all that are kept) and, when `tables`,
 * its labels and slices, on standard output. */
void lint_view_print(struct cmd *c, const struct golden *g, const struct lint_report *r,
                     size_t most, bool tables);

/* The same as an object. */
void lint_view_json(struct jw *w, const struct golden *g, const struct lint_report *r);

/* "2 errors, 14 warnings, 1 note" */
const char *lint_view_totals(struct arena *a, size_t errors, size_t warnings, size_t notes);
