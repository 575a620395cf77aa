#pragma once

#include "golden/lint.h"

/* Collects findings, at most LINT_KEEP of each check; for use inside golden/. */
struct lint_out {
    struct arena *a;
    struct lint_report *report;
    struct lint_finding *kept[LINT_N_CHECKS];
    size_t n_kept[LINT_N_CHECKS], cap[LINT_N_CHECKS];
};

/* Counts a finding of `check`; the object to fill in (check and NaN similarity are set), or NULL
 * when enough of them are kept. */
struct lint_finding *lint_add(struct lint_out *out, enum lint_check check);

/* A finding about the whole set, or (line > 0) about one line. */
void lint_addf(struct lint_out *out, enum lint_check check, size_t line, const char *fmt, ...)
    PRINTF(4, 5);

/* Moves all findings into the report, in the order of the checks. */
void lint_out_finish(struct lint_out *out);
