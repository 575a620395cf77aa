/* JUnit and Markdown of the gate; see gate_files.h. */
#include "report/gate_files.h"

#include <math.h>

#include "base/clock.h"
#include "decide/answer.h"
#include "text/html.h"
#include "text/mdw.h"

/* A number of the requirement's metric; differences carry a sign. */
static const char *number(struct arena *a, const struct requirement *req, double v)
{
    if (isnan(v))
        return "?";
    if (!requirement_is_relative(req))
        return requirement_value_text(a, req, v);
    if (req->margin_relative || req->unit == UNIT_SHARE)
        return arena_printf(a, "%+.1f", 100 * v);
    return arena_printf(a, "%s%s", v < 0 ? "-" : "+", requirement_value_text(a, req, fabs(v)));
}

const char *gate_observed_text(struct arena *a, const struct requirement *req, struct estimate e)
{
    if (isnan(e.value) && isnan(e.low) && isnan(e.high))
        return "not measured";
    const char *unit = !requirement_is_relative(req) ? ""
                       : req->margin_relative        ? "%"
                       : req->unit == UNIT_SHARE     ? " points"
                                                     : "";
    return arena_printf(a, "%s%s (%s to %s, n %zu)", number(a, req, e.value), unit,
                        number(a, req, e.low), number(a, req, e.high), e.n);
}

const char *gate_limit_text(struct arena *a, const struct requirement *req)
{
    static const char *const op[] = {">=", ">", "<=", "<"};
    if (!requirement_is_relative(req))
        return arena_printf(a, "%s %s", op[req->op], requirement_value_text(a, req, req->value));
    const char *margin = req->margin_relative      ? arena_printf(a, "%g%%", 100 * req->margin)
                         : req->unit == UNIT_SHARE ? arena_printf(a, "%g points", 100 * req->margin)
                                                   : requirement_value_text(a, req, req->margin);
    return arena_printf(a, "%s by %s", req->op == REQUIRE_NOT_WORSE ? "not worse" : "better",
                        margin);
}

/* --- JUnit --- */

static void test_case(struct hw *w, const struct gate *g, const struct requirement *req,
                      const struct gate_finding *f)
{
    hw_raw(w, "\n  ");
    hw_open(w, "testcase");
    hw_attr(w, "classname", g->variant ? g->variant : g->candidate->name);
    if (f->slice.p)
        hw_attrf(w, "name", "%s [%s=%.*s]", req->text, req->slice, STR_ARG(f->slice));
    else
        hw_attr(w, "name", req->text);
    if (f->answer != GATE_PASSES) {
        hw_open(w, f->answer == GATE_FAILS ? "failure" : "error");
        hw_attr(w, "type", f->answer == GATE_FAILS ? "no_ship" : "inconclusive");
        hw_attr(w, "message", f->why);
        hw_close(w);
    } else {
        hw_elem(w, "system-out", NULL, f->why);
    }
    hw_close(w);
}

static void count(const struct gate_finding *f, size_t *tests, size_t *failures, size_t *errors)
{
    ++*tests;
    *failures += f->answer == GATE_FAILS;
    *errors += f->answer == GATE_UNKNOWN;
}

void gate_write_junit(const struct gate *g, struct buf *b)
{
    struct hw w;
    char when[40];
    size_t tests = 0, failures = 0, errors = 0;
    for (size_t i = 0; i < g->n_lines; i++) {
        const struct gate_line *line = &g->lines[i];
        for (size_t k = 0; k < line->n_slices; k++)
            count(&line->slices[k], &tests, &failures, &errors);
        if (line->n_slices == 0)
            count(&line->all, &tests, &failures, &errors);
    }
    if (g->stale)
        tests++, errors++;
    hw_init(&w, b, HW_XML);
    hw_open(&w, "testsuites");
    hw_open(&w, "testsuite");
    hw_attrf(&w, "name", "plimsoll gate%s%s", g->feature ? " " : "", g->feature ? g->feature : "");
    hw_attrf(&w, "tests", "%zu", tests);
    hw_attrf(&w, "failures", "%zu", failures);
    hw_attrf(&w, "errors", "%zu", errors);
    hw_attr(&w, "timestamp", clock_iso(g->decided_at, when, sizeof when));
    for (size_t i = 0; i < g->n_lines; i++) {
        const struct gate_line *line = &g->lines[i];
        for (size_t k = 0; k < line->n_slices; k++)
            test_case(&w, g, line->req, &line->slices[k]);
        if (line->n_slices == 0)
            test_case(&w, g, line->req, &line->all);
    }
    if (g->stale) {
        hw_raw(&w, "\n  ");
        hw_open(&w, "testcase");
        hw_attr(&w, "classname", g->variant ? g->variant : g->candidate->name);
        hw_attr(&w, "name", "the evidence is about what would be shipped");
        hw_open(&w, "error");
        hw_attr(&w, "type", "inconclusive");
        hw_attr(&w, "message", g->stale);
    }
    hw_close_to(&w, 0);
    buf_add_char(b, '\n');
}

/* --- Markdown --- */

static void table(struct arena *a, const struct gate *g, struct buf *b)
{
    static const char *const head[] = {"requirement", "observed", "verdict", "why"};
    md_head(b, head, 4);
    for (size_t i = 0; i < g->n_lines; i++) {
        const struct gate_line *line = &g->lines[i];
        const char *row[] = {line->req->text, gate_observed_text(a, line->req, line->all.observed),
                             gate_answer_word(line->all.answer), line->all.why};
        md_row(b, row, 4);
    }
}

static void fact(struct buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_add_c(b, "- ");
    md_c(b, name);
    buf_add_c(b, ": ");
    md_c(b, value);
    buf_add_char(b, '\n');
}

void gate_write_markdown(struct arena *a, const struct gate *g, struct buf *b)
{
    static const char *const mark[] = {"✅", "⛔", "❔"};
    char when[40];
    buf_add_c(b, "### ");
    buf_add_c(b, mark[g->verdict]);
    buf_add_char(b, ' ');
    if (g->feature) {
        md_c(b, g->feature);
        buf_add_c(b, " · ");
    }
    md_c(b, g->variant ? g->variant : g->candidate->name);
    buf_add_c(b, ": ");
    md_c(b, answer_gate_sentence(a, g));
    buf_add_c(b, "\n\n");
    table(a, g, b);
    buf_add_char(b, '\n');
    for (const char **note = answer_gate_notes(a, g); *note; note++) {
        buf_add_c(b, "> ");
        md_c(b, *note);
        buf_add_c(b, "\n\n");
    }
    fact(b, "baseline", g->baseline_name);
    fact(b, "run", g->candidate->run);
    fact(b, "golden version", g->candidate->golden_version);
    fact(b, "confidence", arena_printf(a, "%g%%, one-sided", 100 * g->opts.confidence));
    fact(b, "decided", clock_iso(g->decided_at, when, sizeof when));
    fact(b, "shipped by", g->shipped_by);
}
