#pragma once

#include "golden/lint_rows.h"

/*
 * Labels and slices of a golden set: how many there are of each, and which are too few. For use
 * inside golden/. Findings go to `add`.
 */
struct lint_out;

void balance_labels(struct lint_out *out, const struct golden *g, const struct lint_rows *rows,
                    const struct lint_options *o, struct lint_report *report);
void balance_slices(struct lint_out *out, const struct golden *g, const struct lint_rows *rows,
                    const struct lint_options *o, struct lint_report *report);
