/* From which confidence on outputs may skip review: risk against coverage, the guarantee. */
#include <math.h>

#include "web/charts.h"
#include "web/handlers.h"
#include "web/loaded.h"
#include "web/view.h"
#include "web/worker.h"

struct asked {
    struct run_row run;
    struct run_variant_row *variants;
    size_t n_variants, shown;
    double max_error, confidence;
    struct label *labels;
    size_t n, without; /* rows with a verdict but no confidence */
    struct threshold_answer answer;
};

static bool collect(struct web_call *c, struct asked *q)
{
    struct result_set *rs;
    const struct summary *sum;
    if (!loaded_results(c->web->loaded, c->s, &q->run, &q->variants[q->shown], &rs, &sum, &c->err))
        return false;
    q->labels = ARENA_ARRAY(c->a, rs->rows.n, struct label);
    for (size_t i = 0; i < rs->rows.n; i++) {
        const struct result_row *r = &rs->rows.v[i];
        if (r->outcome == OUTCOME_ERROR)
            continue;
        if (!(r->confidence >= 0) || r->confidence > 1)
            q->without++;
        else
            q->labels[q->n++] = (struct label){r->confidence, r->outcome == OUTCOME_PASS, 1};
    }
    return true;
}

/* *ret_found false: nothing has run. */
static bool load(struct web_call *c, struct asked *q, bool *ret_found)
{
    const char *run = web_query(c, "run"), *variant = web_query(c, "variant");
    int64_t newest = 0;
    *q = (struct asked){0};
    *ret_found = false;
    if (!web_query_num(c, "max_error", 0.001, 0.999, 0.05, &q->max_error) ||
        !web_query_num(c, "confidence", 0.5, 0.9999, 0.95, &q->confidence))
        return false;
    if (!run) {
        if (!run_newest(c->s, NULL, &newest, &c->err))
            return false;
        if (!newest)
            return true;
        run = "last";
    }
    if (!view_run(c, str_c(run), &q->run, &q->variants, &q->n_variants))
        return false;
    q->shown = q->n_variants;
    for (size_t i = 0; i < q->n_variants; i++)
        if (variant ? str_eq_c(q->variants[i].name, variant) : i + 1 == q->n_variants)
            q->shown = i;
    if (q->shown == q->n_variants)
        return err_set(&c->err, ERR_NOT_FOUND, "the run has no such variant");
    const struct threshold_options o = {.max_error = q->max_error, .confidence = q->confidence};
    *ret_found = true;
    return collect(c, q) &&
           (!q->n || threshold_choose(c->a, q->labels, q->n, &o, &q->answer, &c->err));
}

/* --- page --- */

static void form(struct page *p, const struct asked *q)
{
    const char **names = ARENA_ARRAY(p->a, q->n_variants + 1, const char *);
    for (size_t i = 0; i < q->n_variants; i++)
        names[i] = q->variants[i].name.p;
    hw_open_class(&p->w, "form", "filters");
    page_field(p, "Run", "run", arena_printf(p->a, "r%lld", (long long)q->run.id));
    page_select(p, "Variant", "variant", names, names[q->shown], NULL);
    page_field(p, "Largest error", "max_error", arena_printf(p->a, "%g", q->max_error));
    page_field(p, "Confidence", "confidence", arena_printf(p->a, "%g", q->confidence));
    page_button(p, "Show", "primary");
    hw_close(&p->w);
}

static void verdict(struct page *p, const struct asked *q)
{
    const struct threshold_answer *r = &q->answer;
    bool none = isnan(r->threshold);
    hw_open_class(&p->w, "section", none ? "card verdict" : "card verdict good");
    if (none) {
        hw_elem(&p->w, "p", "word", "No threshold");
        hw_elemf(&p->w, "p", "why", "Send everything to review: %s.", r->why);
        if (r->n_needed)
            hw_elemf(&p->w, "p", "note", "%s %zu labels would do; there are %zu.",
                     r->needed_at_least ? "At least" : "About", r->n_needed, r->n);
    } else {
        hw_elemf(&p->w, "p", "word", "Confidence %.4g or more may skip review", r->threshold);
        hw_elemf(&p->w, "p", "why",
                 "That is %s of outputs (%s). With %g%% probability, over which outputs happened "
                 "to be labelled, at most %g%% of what is accepted is wrong.",
                 page_value(p->a, r->accepted.value, PAGE_SHARE),
                 page_interval(p->a, r->accepted, PAGE_SHARE), 100 * q->confidence,
                 100 * q->max_error);
    }
    hw_close(&p->w);
}

/* The slider walks through the tested points; without JavaScript the table says the same. */
static void slider(struct page *p, const struct asked *q)
{
    const struct threshold_answer *r = &q->answer;
    size_t at = 0;
    for (size_t i = 0; i < r->n_points; i++)
        if (r->points[i].threshold >= r->threshold)
            at = i;
    hw_open_class(&p->w, "div", "slide");
    hw_flag(&p->w, "hidden");
    hw_open(&p->w, "label");
    hw_elem(&p->w, "span", NULL, "Accept from this confidence on (more to the right)");
    hw_open(&p->w, "input");
    hw_attr(&p->w, "type", "range");
    hw_attr(&p->w, "id", "slider");
    hw_attr(&p->w, "min", "0");
    hw_attrf(&p->w, "max", "%zu", r->n_points - 1);
    hw_attrf(&p->w, "value", "%zu", at);
    hw_close(&p->w);
    hw_close(&p->w);
    hw_raw(&p->w, "<p id=\"slide-text\" class=\"muted\" aria-live=\"polite\"></p>");
    hw_close(&p->w);
}

static void points(struct page *p, const struct asked *q)
{
    static const char *const columns[] = {"#Confidence from", "#Accepted", "#Labels", "#Wrong",
                                          "#Error",           "#At most",  "",        NULL};
    const struct threshold_answer *r = &q->answer;
    double naive = threshold_naive(r, q->max_error);
    page_table(p, "Tested thresholds", columns);
    for (size_t i = 0; i < r->n_points; i++) {
        const struct threshold_point *t = &r->points[i];
        bool chosen = t->threshold <= r->threshold && t->threshold >= r->threshold;
        bool tempting = t->threshold <= naive && t->threshold >= naive;
        hw_open(&p->w, "tr");
        hw_attrf(&p->w, "data-point", "%zu", i);
        page_num(p, arena_printf(p->a, "%.4g", t->threshold));
        page_num(p, page_value(p->a, t->coverage, PAGE_SHARE));
        page_num(p, page_count(p->a, t->n));
        page_num(p, page_count(p->a, t->errors));
        page_num(p, page_value(p->a, t->error, PAGE_SHARE));
        page_num(p, page_value(p->a, t->error_upper, PAGE_SHARE));
        hw_open(&p->w, "td");
        if (chosen)
            page_tag(p, "good", "the threshold");
        else if (tempting)
            page_tag(p, "open", "looks good enough, is not proven");
        hw_close(&p->w);
        hw_close(&p->w);
    }
    page_table_end(p);
}

bool threshold_page(struct web_call *c)
{
    struct asked q;
    struct page p;
    bool found;
    if (!load(c, &q, &found))
        return false;
    page_begin(&p, c, "Threshold", "/threshold", "threshold.js");
    hw_elem(&p.w, "h1", NULL, "Threshold");
    if (!found) {
        page_empty(&p, "Nothing has run yet.", "plimsoll run makes a run.");
        return page_end(&p);
    }
    form(&p, &q);
    if (!q.n) {
        page_empty(&p, "These outputs carry no confidence.",
                   "Choose a variant whose outputs do; a baseline has one.");
        return page_end(&p);
    }
    verdict(&p, &q);
    page_card(&p, "Risk and coverage",
              q.without ? arena_printf(c->a,
                                       "%zu outputs without a confidence are left out and "
                                       "always go to review.",
                                       q.without)
                        : NULL);
    chart_risk(&p, &q.answer, q.max_error);
    slider(&p, &q);
    points(&p, &q);
    hw_close(&p.w);
    return page_end(&p);
}

bool threshold_api(struct web_call *c)
{
    struct asked q;
    struct jw w;
    bool found;
    if (!load(c, &q, &found))
        return false;
    if (!found || !q.n)
        return err_set(&c->err, ERR_NOT_FOUND, "there are no outputs with a confidence");
    web_json(c, &w);
    jw_obj(&w);
    jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)q.run.id));
    jw_kstr(&w, "variant", q.variants[q.shown].name);
    jw_knum(&w, "threshold", q.answer.threshold);
    estimate_write(&w, "accepted", q.answer.accepted);
    jw_knum(&w, "error_upper", q.answer.error_upper);
    jw_kint(&w, "n", (int64_t)q.answer.n);
    jw_kc(&w, "method", q.answer.method);
    jw_kc(&w, "why", q.answer.why);
    jw_end(&w);
    return web_json_end(c, &w);
}
