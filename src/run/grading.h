#pragma once

#include "run/plan.h"
#include "run/unit.h"

/*
 * Grading of finished units: every grader of the plan that needs no model looks at every output,
 * on all cores. The results live in `a` and in the units; they do not depend on the thread count.
 */
void grading_run(const struct plan *p, struct unit *const *units, size_t n, struct arena *a);

/* What a grader sees of a unit. The record is parsed into `a`. */
void grading_input(const struct unit *u, struct arena *a, struct grade_in *ret);

/* Outcome of the success expression and weighted score from u->grades. Graders that have not
 * looked, and units without an output, make it an error. */
void grading_conclude(const struct plan *p, struct unit *u);
