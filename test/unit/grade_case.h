#pragma once

/* For unit tests of graders: one call opens a grader from its command-line form, grades one
 * output against an expected value written as JSON, and compares. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "grade/grader.h"
#include "text/json.h"

static inline struct grade_out grade_case(struct arena *a, const char *grader, const char *output,
                                          const char *expected)
{
    struct grader *g;
    struct err e = {0};
    struct grade_out out;
    struct grade_in in = {.output = str_c(output), .latency_ms = NAN, .cost_usd = NAN};
    if (!grader_open_text(a, grader, &g, &e))
        fail_msg("%s does not open: %s", grader, e.msg);
    if (expected && !json_parse(a, str_c(expected), "expected", 1, &in.expected, &e))
        fail_msg("expected %s: %s", expected, e.msg);
    grader_grade(g, &in, a, &out);
    return out;
}

static inline void check_grade(const char *grader, const char *output, const char *expected,
                               enum outcome want)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grade_out out = grade_case(a, grader, output, expected);
    if (out.outcome != want)
        fail_msg("%s on \"%.60s\": %s (%.*s), expected %s", grader, output,
                 outcome_name(out.outcome), STR_ARG(out.reason), outcome_name(want));
}

static inline void check_score(const char *grader, const char *output, const char *expected,
                               double want, double tolerance)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grade_out out = grade_case(a, grader, output, expected);
    if (!(fabs(out.score - want) <= tolerance))
        fail_msg("%s on \"%.60s\": score %.17g (%.*s), expected %.17g", grader, output, out.score,
                 STR_ARG(out.reason), want);
}

/* The options are refused, with a message that contains `why`. */
static inline void check_refused(const char *grader, const char *why)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grader *g;
    struct err e = {0};
    if (grader_open_text(a, grader, &g, &e))
        fail_msg("%s was opened", grader);
    if (!strstr(e.msg, why) && !strstr(e.hint, why))
        fail_msg("%s: \"%s\" does not say \"%s\"", grader, e.msg, why);
}

#define PASSES(g, out, want) check_grade((g), (out), (want), OUTCOME_PASS)
#define FAILS(g, out, want) check_grade((g), (out), (want), OUTCOME_FAIL)
#define ERRORS(g, out, want) check_grade((g), (out), (want), OUTCOME_ERROR)
