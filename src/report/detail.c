/* Sections of the report about errors, money, time and methods; see sections.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "decide/answer.h"
#include "report/chart.h"
#include "report/sections.h"
#include "stats/mean.h"
#include "stats/pareto.h"

/* --- confusion --- */

struct mistake {
    uint32_t count, row_total;
    size_t expected, answered;
};

static int most_first(const void *x, const void *y)
{
    const struct mistake *a = x, *b = y;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    if (a->expected != b->expected)
        return a->expected < b->expected ? -1 : 1;
    return a->answered < b->answered ? -1 : 1;
}

static size_t mistakes(struct arena *a, const struct report_confusion *c, struct mistake **ret)
{
    size_t n = 0;
    *ret = ARENA_ARRAY(a, c->k * c->k, struct mistake);
    for (size_t i = 0; i < c->k; i++) {
        uint32_t total = 0;
        for (size_t j = 0; j < c->k; j++)
            total += c->count[i * c->k + j];
        for (size_t j = 0; j < c->k; j++)
            if (i != j && c->count[i * c->k + j])
                (*ret)[n++] = (struct mistake){c->count[i * c->k + j], total, i, j};
    }
    qsort(*ret, n, sizeof **ret, most_first);
    return n;
}

static void top_mistakes(const struct section *s)
{
    enum { TOP = 12 };
    const struct report_confusion *c = &s->r->confusion;
    struct mistake *m;
    size_t n = mistakes(s->a, c, &m);
    if (n == 0)
        return;
    hw_open_class(s->w, "ul", c->k > 12 ? "ids" : "ids two");
    for (size_t i = 0; i < n && i < TOP; i++) {
        struct estimate e = estimate_rate(m[i].count, m[i].row_total, 0.95);
        hw_open(s->w, "li");
        hw_elemf(s->w, "div", NULL, "%s → %s", c->labels[m[i].expected], c->labels[m[i].answered]);
        hw_elemf(s->w, "div", "was", "%u of %u: %s", m[i].count, m[i].row_total,
                 answer_share(s->a, e));
        hw_close(s->w);
    }
    hw_close(s->w);
    if (n > TOP)
        hw_elemf(s->w, "p", "note", "The %d most frequent of %zu kinds of confusion.", (int)TOP, n);
}

void section_confusion(const struct section *s)
{
    const struct report_confusion *c = &s->r->confusion;
    if (!c->k)
        return;
    section_card(s, "What is taken for what", NULL);
    hw_elemf(s->w, "p", "muted", "%zu outputs of %s over %zu classes.", c->n,
             section_candidate(s)->name, c->k);
    hw_open_class(s->w, "div", c->k > 12 ? "cols" : NULL);
    chart_confusion(s->w,
                    "Rows: what was expected. Columns: what was answered. The diagonal is right; "
                    "anything beside it is a confusion, the darker the more of its class.",
                    c->labels, c->k, c->count);
    hw_open(s->w, "div");
    hw_elem(s->w, "h3", "first", "Most frequent confusions: expected → answered");
    top_mistakes(s);
    hw_close(s->w);
    hw_close(s->w);
    hw_close(s->w);
}

/* --- money and time --- */

/* A cell that names its column where the table is stacked. */
static void cell(const struct section *s, const char *name, const char *text)
{
    hw_open(s->w, "td");
    hw_attr(s->w, "data-name", name);
    hw_c(s->w, text);
    hw_close(s->w);
}

static void variant_row(const struct section *s, const struct report_variant *v)
{
    const struct summary *m = v->summary;
    hw_open(s->w, "tr");
    hw_open(s->w, "th");
    hw_attr(s->w, "scope", "row");
    hw_c(s->w, v->name);
    hw_close(s->w);
    cell(s, "success", answer_share(s->a, m->success));
    cell(s, "cost per success", section_usd_range(s->a, m->cost_per_success));
    cell(s, "p50", section_ms_range(s->a, m->latency_ms.p50));
    cell(s, "p95", section_ms_range(s->a, m->latency_ms.p95));
    cell(s, "n", arena_printf(s->a, "%zu", m->rows));
    hw_close(s->w);
}

/* Cost where anything costs something, else latency. */
static bool costs_differ(const struct report *r)
{
    for (size_t i = 0; i < r->n_variants; i++)
        if (r->variants[i].summary->cost_per_success.value > 0)
            return true;
    return false;
}

static void pareto(const struct section *s)
{
    const struct report *r = s->r;
    bool money = costs_differ(r);
    struct chart_point *point = ARENA_ARRAY(s->a, r->n_variants, struct chart_point);
    struct tradeoff *t = ARENA_ARRAY(s->a, r->n_variants, struct tradeoff);
    bool *front = ARENA_ARRAY(s->a, r->n_variants, bool);
    size_t n = 0;
    for (size_t i = 0; i < r->n_variants; i++) {
        const struct summary *m = r->variants[i].summary;
        struct estimate x = money ? m->cost_per_success : m->latency_ms.p50;
        double scale = money ? 1000 : 1;
        if (isnan(x.value) || isnan(m->success.value))
            continue;
        x = (struct estimate){x.value * scale, x.low * scale, x.high * scale, x.n, x.method};
        point[n] = (struct chart_point){.label = r->variants[i].name, .x = x, .y = m->success};
        t[n++] = (struct tradeoff){.cost = x.value, .quality = m->success.value};
    }
    if (n < 2)
        return;
    pareto_front(t, n, front);
    for (size_t i = 0; i < n; i++)
        point[i].on_front = front[i];
    chart_scatter(s->w,
                  money
                      ? "Quality against price. Filled: nothing is both better and cheaper (the "
                        "Pareto front). Bars: 95% intervals."
                      : "Quality against time, since nothing costs money. Filled: nothing is both "
                        "better and faster (the Pareto front). Bars: 95% intervals.",
                  money ? "USD per 1,000 successes" : "median latency, ms", "success", point, n);
}

void section_money_and_time(const struct section *s)
{
    section_card(s, "What it costs and how long it takes", NULL);
    hw_elem(s->w, "p", "muted",
            "Cost per success is everything spent, failures and grading included, over the "
            "successes. 95% intervals in brackets.");
    hw_open_class(s->w, "div", "scroll");
    hw_open_class(s->w, "table", "stack money");
    hw_raw(s->w, "<thead><tr><th>Variant</th><th>Success</th><th>Cost per success</th><th>p50 "
                 "latency</th><th>p95 latency</th><th>n</th></tr></thead>");
    hw_open(s->w, "tbody");
    for (size_t i = 0; i < s->r->n_variants; i++)
        variant_row(s, &s->r->variants[i]);
    hw_close(s->w);
    hw_close(s->w);
    hw_close(s->w);
    pareto(s);
    hw_close(s->w);
}

/* --- methods and evidence --- */

static void item(const struct section *s, const char *name, struct str value)
{
    if (value.n == 0)
        return;
    hw_elem(s->w, "dt", NULL, name);
    hw_open(s->w, "dd");
    hw_text(s->w, value);
    hw_close(s->w);
}

static void evidence(const struct section *s)
{
    const struct report *r = s->r;
    const struct report_variant *c = section_candidate(s);
    char when[40];
    hw_open_class(s->w, "dl", "evidence");
    item(s, "Golden set", c->run.golden_version);
    item(s, "Examples", arena_strf(s->a, "%zu", c->summary->n));
    item(s, "Success means", c->run.success);
    for (size_t i = 0; i < r->n_graders; i++)
        item(s, i ? "" : "Graders",
             arena_strf(s->a, "%.*s (%.*s), %.*s", STR_ARG(r->graders[i].name),
                        STR_ARG(r->graders[i].type), STR_ARG(r->graders[i].hash)));
    for (size_t i = 0; i < r->n_variants; i++) {
        const struct report_variant *v = &r->variants[i];
        item(s, v->name,
             arena_strf(s->a, "run r%lld of %s, model %.*s, fingerprint %.*s%s%.*s",
                        (long long)v->run.id, clock_iso(v->run.started_at, when, sizeof when),
                        STR_ARG(v->row.model), STR_ARG(v->row.fingerprint),
                        v->row.prompt_hash.n ? ", prompt " : "", STR_ARG(v->row.prompt_hash)));
    }
    item(s, "Seed", arena_strf(s->a, "%llu", (unsigned long long)c->run.seed));
    item(s, "Prices", c->run.price_date);
    item(s, "Program",
         arena_strf(s->a, "plimsoll %.*s, %.*s, Unicode %.*s", STR_ARG(c->run.program),
                    STR_ARG(c->run.libraries), STR_ARG(c->run.unicode)));
    hw_close(s->w);
}

void section_methods(const struct section *s)
{
    section_card(s, "How this was measured", NULL);
    hw_raw(s->w,
           "<p>An output succeeds, fails, or is an error; errors are neither, and are said. Rates "
           "carry Wilson intervals, the difference of two variants is tested on the examples they "
           "disagree about (exact McNemar with mid-p, interval of Tango), scores by paired t or "
           "bootstrap. Repeats of one example are averaged before anything else, and examples that "
           "belong together are treated as one piece of evidence.</p>");
    evidence(s);
    hw_close(s->w);
}
