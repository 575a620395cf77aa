#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "judge/rubric.h"

/*
 * The judge's verdict: exactly this JSON object, alone, in a code fence or amid prose,
 *
 *     {"check": "<word>", "criteria": {"tone": {"reason": "…", "verdict": "3"}, …}}
 *
 * with the check word of this request, every criterion once and nothing else in `criteria`. The
 * check word keeps a verdict that stands in the graded text, and that the judge quotes, from
 * being taken for the judge's own.
 *
 * Whatever is missing, doubled, contradictory or out of range is an error: nothing fails open.
 */
struct verdict_level {
    const struct level *level;
    struct str reason; /* may be empty */
};

struct verdict {
    struct verdict_level *v; /* one a criterion, in the rubric's order */
};

/* Reads a reply. Errors (ERR_GRADER) say what is wrong with it, in words that can be sent back to
 * the judge as what to mend. */
MUST_CHECK bool verdict_parse(struct arena *a, const struct rubric *r, struct str reply,
                              struct str check, struct verdict *ret, struct err *e);

/* Weighted mean of the levels' scores; weights all 0 count as equal. */
double verdict_score(const struct rubric *r, const struct verdict *v);
/* False when a must-pass criterion does not pass; *ret_which names it. */
bool verdict_must_pass(const struct rubric *r, const struct verdict *v, const char **ret_which);

/* JSON Schema of the verdict, for providers that can hold a model to one. */
struct str verdict_schema(struct arena *a, const struct rubric *r, struct str check);
