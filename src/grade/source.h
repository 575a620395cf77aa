#pragma once

#include "grade/grader.h"

/*
 * The text an output was made from, for graders that compare with it: `source: context` (the
 * passages, the default), `input` or `expected`.
 */
enum source_kind { SOURCE_CONTEXT, SOURCE_INPUT, SOURCE_EXPECTED };

MUST_CHECK bool source_open(const struct node *options, enum source_kind *ret, struct err *e);

/* All texts of it, joined by line breaks; an item without one is an error. */
MUST_CHECK bool source_text(enum source_kind kind, const struct grade_in *in, struct arena *a,
                            struct str *ret, struct err *e);
