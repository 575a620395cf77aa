/*
 * Any grader on anything: the first line is a grader as on the command line, the second the
 * expected value as JSON, the rest the output. Programs are not started.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "grade/grader.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str rest = {(const char *)data, size}, spec, expected;
    struct grade_in in = {.latency_ms = 12, .ttft_ms = NAN, .cost_usd = 0.01, .confidence = NAN};
    struct grade_out out;
    struct grader *g;
    struct err e = {0};
    if (size > 20000 || !str_split(&rest, '\n', &spec) || !str_split(&rest, '\n', &expected) ||
        utf8_check(rest) >= 0 || str_find(spec, STR("exec")) >= 0)
        return 0;
    const char *text = arena_strndup(a, spec.p, spec.n);
    if (!grader_open_text(a, text, &g, &e)) {
        if (!e.msg[0])
            BUG("refused without a word");
        return 0;
    }
    if (expected.n && !json_parse_lax(a, expected, NULL, 1, &in.expected, NULL))
        return 0;
    in.output = rest;
    in.context = in.expected;
    if (g->ops->ask)
        return 0;
    grader_grade(g, &in, a, &out);
    bool error = out.outcome == OUTCOME_ERROR;
    if (error != isnan(out.score) || (!error && !(out.score >= 0 && out.score <= 1)))
        BUG("outcome %s with score %g", outcome_name(out.outcome), out.score);
    if (out.reason.n == 0)
        BUG("no reason");
    yyjson_val *v;
    if (!str_null(out.details) && !json_parse_lax(a, out.details, NULL, 1, &v, NULL))
        BUG("details are no JSON: %.*s", STR_ARG(out.details));
    return 0;
}
