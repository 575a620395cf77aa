/* The report page: shell, verdict, requirements; see page.h. The other sections are in sections.c
 * and detail.c. */
#include "report/page.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "decide/answer.h"
#include "report/chart.h"
#include "report/gate_files.h"
#include "report/sections.h"

void section_card(const struct section *s, const char *title, const char *lead)
{
    hw_open_class(s->w, "section", "card");
    hw_elem(s->w, "h2", NULL, title);
    if (lead)
        hw_elem(s->w, "p", "muted", lead);
}

const struct report_variant *section_candidate(const struct section *s)
{
    return &s->r->variants[s->r->candidate];
}

const char *section_usd(struct arena *a, double usd)
{
    if (isnan(usd))
        return "–";
    if (!(usd > 0))
        return "$0";
    if (usd >= 0.01)
        return arena_printf(a, usd < 100 ? "$%.2f" : "$%.0f", usd);
    return arena_printf(a, "$%.*f", (int)ceil(-log10(usd)) + 1,
                        usd); /* two digits that say something */
}

const char *section_ms(struct arena *a, double ms)
{
    if (isnan(ms))
        return "–";
    if (ms < 1)
        return "<1 ms";
    return ms < 1000 ? arena_printf(a, "%.0f ms", ms) : arena_printf(a, "%.2f s", ms / 1000);
}

static const char *range(struct arena *a, struct estimate e,
                         const char *(*show)(struct arena *, double))
{
    const char *value = show(a, e.value), *low = show(a, e.low), *high = show(a, e.high);
    if (isnan(e.value))
        return "not measured";
    if (str_eq(str_c(low), str_c(high)) && str_eq(str_c(low), str_c(value)))
        return value;
    return arena_printf(a, "%s (%s to %s)", value, low, high);
}

const char *section_usd_range(struct arena *a, struct estimate e)
{
    return range(a, e, section_usd);
}

const char *section_ms_range(struct arena *a, struct estimate e) { return range(a, e, section_ms); }

/* --- verdict --- */

/* One headline number; below it its interval, unless that would say the same again, and n. */
static void fact(const struct section *s, const char *name, const char *value, const char *low,
                 const char *high, size_t n)
{
    bool point = str_eq(str_c(low), str_c(value)) && str_eq(str_c(high), str_c(value));
    hw_open_class(s->w, "div", "fact");
    hw_elem(s->w, "dt", NULL, name);
    hw_open(s->w, "dd");
    hw_c(s->w, value);
    hw_open(s->w, "small");
    if (!point)
        hw_textf(s->w, "%s to %s (95%%), ", low, high);
    hw_textf(s->w, "n %zu", n);
    hw_close(s->w);
    hw_close(s->w);
    hw_close(s->w);
}

static const char *percent(struct arena *a, double v)
{
    return isnan(v) ? "?" : arena_printf(a, "%.1f%%", 100 * v);
}

static const char *points(struct arena *a, double v)
{
    return isnan(v) ? "?" : arena_printf(a, "%+.1f points", 100 * v);
}

static void estimate_fact(const struct section *s, const char *name, struct estimate e,
                          const char *(*show)(struct arena *, double))
{
    if (!isnan(e.value))
        fact(s, name, show(s->a, e.value), show(s->a, e.low), show(s->a, e.high), e.n);
}

static void facts(const struct section *s)
{
    const struct report_variant *c = section_candidate(s);
    hw_open_class(s->w, "dl", "facts");
    estimate_fact(s, arena_printf(s->a, "Success of %s", c->name), c->summary->success, percent);
    if (s->r->has_comparison)
        estimate_fact(s, arena_printf(s->a, "Against %s", s->r->comparison.a->name),
                      s->r->comparison.success.diff, points);
    estimate_fact(s, "Cost per success", c->summary->cost_per_success, section_usd);
    estimate_fact(s, "p95 latency", c->summary->latency_ms.p95, section_ms);
    hw_close(s->w);
}

static void answer_tag(struct hw *w, enum gate_answer answer)
{
    static const char *const cls[] = {"tag bad", "tag good", "tag open"};
    hw_elem(w, "span", cls[answer], gate_answer_word(answer));
}

static void requirement_row(const struct section *s, const struct requirement *req,
                            const struct gate_finding *f)
{
    hw_open(s->w, "tr");
    hw_open(s->w, "th");
    hw_attr(s->w, "scope", "row");
    if (f->slice.p)
        hw_textf(s->w, "%s: %.*s", req->slice, STR_ARG(f->slice));
    else
        hw_c(s->w, req->text);
    hw_close(s->w);
    hw_elem(s->w, "td", "observed", gate_observed_text(s->a, req, f->observed));
    hw_open(s->w, "td");
    answer_tag(s->w, f->answer);
    hw_close(s->w);
    hw_elem(s->w, "td", "muted", f->why);
    hw_close(s->w);
}

static void requirements(const struct section *s)
{
    const struct gate *g = &s->r->gate;
    hw_open_class(s->w, "section", "card");
    hw_elem(s->w, "h2", NULL, "Requirements");
    hw_elemf(s->w, "p", "muted",
             "Each is decided on its confidence bound (%g%%, one-sided), never on the number "
             "itself; errors count against it.",
             100 * g->opts.confidence);
    hw_open_class(s->w, "table", "stack");
    hw_raw(s->w,
           "<thead><tr><th>Requirement</th><th>Observed</th><th></th><th>Why</th></tr></thead>");
    hw_open(s->w, "tbody");
    for (size_t i = 0; i < g->n_lines; i++) {
        requirement_row(s, g->lines[i].req, &g->lines[i].all);
        for (size_t k = 0; k < g->lines[i].n_slices; k++)
            requirement_row(s, g->lines[i].req, &g->lines[i].slices[k]);
    }
    hw_close(s->w);
    hw_close(s->w);
    hw_close(s->w);
}

static void capitalised(struct hw *w, const char *element, const char *cls, const char *sentence)
{
    char first = sentence[0];
    if (first >= 'a' && first <= 'z')
        first = (char)(first - 'a' + 'A');
    hw_elemf(w, element, cls, "%c%s.", first, sentence + 1);
}

void section_verdict(const struct section *s)
{
    static const char *const word[] = {"Ship", "Do not ship", "Not enough evidence"};
    static const char *const tone[] = {"card verdict good", "card verdict bad", "card verdict"};
    static const char *const compared[] = {"card verdict good", "card verdict bad",
                                           "card verdict good", "card verdict"};
    const struct report *r = s->r;
    const char *cls = r->has_gate         ? tone[r->gate.verdict]
                      : r->has_comparison ? compared[r->comparison.success.verdict]
                                          : "card verdict";
    hw_open_class(s->w, "section", cls);
    if (r->has_gate) {
        hw_elem(s->w, "p", "word", word[r->gate.verdict]);
        const char *why = strchr(answer_gate_sentence(s->a, &r->gate), ':'); /* behind the word */
        hw_elemf(s->w, "p", "why", "Variant %s%s.", section_candidate(s)->name, why);
        for (const char **note = answer_gate_notes(s->a, &r->gate); *note; note++)
            capitalised(s->w, "p", "note", *note);
    } else if (r->has_comparison) {
        capitalised(s->w, "p", "why", answer_compare_sentence(s->a, &r->comparison));
    } else {
        capitalised(s->w, "p", "why",
                    "one variant was measured; there is nothing to compare it with");
    }
    facts(s);
    hw_close(s->w);
    if (r->has_gate)
        requirements(s);
}

/* --- shell --- */

static void head(struct hw *w, const struct report *r)
{
    hw_doctype(w);
    hw_open(w, "html");
    hw_attr(w, "lang", "en");
    hw_open(w, "head");
    hw_raw(w, "<meta charset=\"utf-8\"><meta name=\"viewport\" "
              "content=\"width=device-width, initial-scale=1\">"
              "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
              "style-src 'unsafe-inline'\"><meta name=\"generator\" content=\"plimsoll\">");
    hw_open(w, "title");
    hw_textf(w, "%s · %s", r->feature->name, r->project->name);
    hw_close(w);
    hw_open(w, "style");
    hw_asset(w, "share/report/report.css");
    hw_close(w);
    hw_close(w);
}

static void header(struct section *s)
{
    char when[40];
    const struct report *r = s->r;
    hw_open(s->w, "header");
    hw_raw(s->w, "<svg class=\"mark\" viewBox=\"0 0 44 44\" aria-hidden=\"true\">"
                 "<circle cx=\"22\" cy=\"22\" r=\"13\"/><path d=\"M2 22h40\"/></svg>");
    hw_open(s->w, "div");
    hw_elemf(s->w, "p", "eyebrow", "%s · %.10s", r->project->name,
             clock_iso(r->made_at, when, sizeof when));
    hw_elemf(s->w, "h1", NULL, "%s: good enough to ship?", r->feature->name);
    if (r->feature->description)
        hw_elem(s->w, "p", "muted", r->feature->description);
    hw_close(s->w);
    hw_close(s->w);
}

void report_write_page(struct arena *a, const struct report *r, struct buf *b)
{
    struct hw w;
    struct section s = {a, &w, r};
    hw_init(&w, b, HW_HTML);
    head(&w, r);
    hw_open(&w, "body");
    hw_open(&w, "main");
    header(&s);
    section_verdict(&s);
    section_success(&s);
    section_comparison(&s);
    section_slices(&s);
    section_flips(&s);
    section_confusion(&s);
    section_money_and_time(&s);
    section_methods(&s);
    hw_elemf(&w, "footer", NULL,
             "Made by plimsoll %s from recorded results; every number carries "
             "its interval and what it was measured on.",
             PLIMSOLL_VERSION);
    hw_close_to(&w, 0);
    buf_add_char(b, '\n');
}
