/* The first page: each feature's four metrics, run by run. */
#include <math.h>

#include "decide/threshold.h"
#include "safety/ticket.h"
#include "safety/ticket_stats.h"
#include "store/decisions.h"
#include "web/charts.h"
#include "web/handlers.h"
#include "web/loaded.h"
#include "web/worker.h"

enum { TREND_RUNS = 24 };

/* One run of a feature with its best variant. */
struct overview_run {
    struct run_row run;
    struct run_variant_row variant;
    struct headline h;
};

struct overview_feature {
    const char *name;
    struct overview_run *runs; /* newest first */
    size_t n_runs;
    struct estimate accepted; /* share that may skip review; NaN: no threshold can be promised,
                                 or (n 0) outputs carry no confidence */
    struct ticket_group tickets;
    size_t open_tickets;
    struct decision_row shipped;
    bool has_shipped;
};

/* The variant of a run with the highest success rate. */
static bool best_variant(struct web_call *c, struct overview_run *r, bool *ret_found)
{
    struct run_variant_row *v;
    struct headline h;
    size_t n;
    *ret_found = false;
    if (!run_variants(c->s, c->a, r->run.id, &v, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!loaded_headline(c->web->loaded, c->s, &r->run, &v[i], &h, &c->err))
            return false;
        if (!h.rows || (*ret_found && !(h.success.value > r->h.success.value)))
            continue;
        r->variant = v[i];
        r->h = h;
        *ret_found = true;
    }
    return true;
}

/* With the error among the accepted at most 5%, at 95% confidence. */
static bool share_accepted(struct web_call *c, struct overview_feature *f)
{
    const struct overview_run *r = &f->runs[0];
    const struct threshold_options o = {.max_error = 0.05, .confidence = 0.95};
    struct threshold_answer answer;
    struct result_set *rs;
    const struct summary *sum;
    struct label *labels;
    size_t n = 0;
    f->accepted = estimate_none("fixed_sequence");
    if (!loaded_results(c->web->loaded, c->s, &r->run, &r->variant, &rs, &sum, &c->err))
        return false;
    labels = ARENA_ARRAY(c->a, rs->rows.n, struct label);
    for (size_t i = 0; i < rs->rows.n; i++) {
        const struct result_row *row = &rs->rows.v[i];
        if (row->outcome == OUTCOME_ERROR || !(row->confidence >= 0) || row->confidence > 1)
            continue;
        labels[n++] = (struct label){row->confidence, row->outcome == OUTCOME_PASS, 1};
    }
    if (!n)
        return true;
    if (!threshold_choose(c->a, labels, n, &o, &answer, &c->err))
        return false;
    f->accepted = isnan(answer.threshold)
                      ? (struct estimate){STAT_NAN, STAT_NAN, STAT_NAN, n, "fixed_sequence"}
                      : answer.accepted;
    return true;
}

static bool gather_tickets(struct web_call *c, struct overview_feature *f)
{
    struct ticket *t;
    struct ticket_stats stats;
    size_t n, kept = 0;
    if (!ticket_list(c->s, c->a, &t, &n, &c->err))
        return false;
    struct ticket_time *times = ARENA_ARRAY(c->a, n, struct ticket_time);
    for (size_t i = 0; i < n; i++) {
        if (t[i].state == TICKET_MERGED || (t[i].feature.n && !str_eq_c(t[i].feature, f->name)))
            continue;
        if (isnan(t[i].resolved_at))
            f->open_tickets++;
        times[kept++] = (struct ticket_time){t[i].opened_at, t[i].resolved_at, t[i].kind,
                                             str_c(ticket_severities[t[i].severity - 1])};
    }
    ticket_stats(c->a, times, kept, web_now(c), STAT_NAN, 0.95, &stats);
    f->tickets = stats.all;
    return true;
}

static bool gather(struct web_call *c, const char *name, struct overview_feature *f)
{
    struct run_row *runs;
    size_t n;
    *f = (struct overview_feature){.name = name};
    if (!run_list(c->s, c->a, name, TREND_RUNS, &runs, &n, &c->err) ||
        !decision_shipped(c->s, c->a, name, &f->shipped, &f->has_shipped, &c->err))
        return false;
    f->runs = ARENA_ARRAY(c->a, n, struct overview_run);
    for (size_t i = 0; i < n; i++) {
        bool found;
        f->runs[f->n_runs].run = runs[i];
        if (!best_variant(c, &f->runs[f->n_runs], &found))
            return false;
        f->n_runs += found;
    }
    return (!f->n_runs || share_accepted(c, f)) && gather_tickets(c, f);
}

static bool gather_all(struct web_call *c, struct overview_feature **ret, size_t *ret_n)
{
    struct project *p;
    if (!web_project(c, &p))
        return false;
    *ret_n = p->n_features;
    *ret = ARENA_ARRAY(c->a, p->n_features, struct overview_feature);
    for (size_t i = 0; i < p->n_features; i++)
        if (!gather(c, p->features[i].name, &(*ret)[i]))
            return false;
    return true;
}

/* --- page --- */

static void fact(struct page *p, const char *name, struct estimate e, enum page_unit unit,
                 const char *unmeasured)
{
    if (isnan(e.value)) {
        page_fact(p, name, "not measured", unmeasured);
        return;
    }
    const char *range = page_interval(p->a, e, unit);
    page_fact(p, name, page_value(p->a, e.value, unit),
              range[0] ? arena_printf(p->a, "%s (95%%), n %s", range, page_count(p->a, e.n))
                       : arena_printf(p->a, "n %s", page_count(p->a, e.n)));
}

static void resolution(struct page *p, const struct overview_feature *f)
{
    const struct ticket_group *g = &f->tickets;
    if (!g->n)
        page_fact(p, "Time to resolution", "no tickets", "Open one with plimsoll ticket open.");
    else if (isnan(g->median_h.value))
        page_fact(p, "Time to resolution", "median not reached",
                  arena_printf(p->a, "%zu open of %zu tickets", f->open_tickets, g->n));
    else
        page_fact(p, "Time to resolution", arena_printf(p->a, "%.1f h", g->median_h.value),
                  arena_printf(p->a, "median with open ones counted; %zu open of %zu",
                               f->open_tickets, g->n));
}

static void trend(struct page *p, const struct overview_feature *f)
{
    struct trend_point *v = ARENA_ARRAY(p->a, f->n_runs, struct trend_point);
    double lo = 1;
    for (size_t i = 0; i < f->n_runs; i++) { /* oldest first */
        const struct overview_run *r = &f->runs[f->n_runs - 1 - i];
        v[i] = (struct trend_point){arena_printf(p->a, "r%lld", (long long)r->run.id), NULL,
                                    r->h.success};
        if (r->h.success.low < lo)
            lo = r->h.success.low;
    }
    chart_trend(p, "Success by run, best variant (95% intervals)", v, f->n_runs, lo > 0.5 ? 0.5 : 0,
                1, PAGE_SHARE);
}

static void feature_section(struct page *p, const struct overview_feature *f)
{
    const struct overview_run *r = f->runs;
    page_card(p, f->name, NULL);
    if (!f->n_runs) {
        hw_elemf(&p->w, "p", "muted", "Nothing has run yet: plimsoll run %s does.", f->name);
        hw_close(&p->w);
        return;
    }
    hw_open_class(&p->w, "p", "muted");
    hw_c(&p->w, "Newest run ");
    page_link(p, arena_printf(p->a, "/runs/r%lld", (long long)r->run.id),
              arena_printf(p->a, "r%lld", (long long)r->run.id));
    hw_textf(&p->w, " of %s, variant %s. ", page_time(p->a, r->run.started_at), r->variant.name.p);
    if (f->has_shipped)
        hw_textf(&p->w, "Shipped: %s since %s.", f->shipped.variant.p,
                 page_time(p->a, f->shipped.decided_at));
    else
        hw_c(&p->w, "Nothing is marked as shipped.");
    hw_close(&p->w);
    page_fact_open(p);
    fact(p, "Success on the golden set", r->h.success, PAGE_SHARE, "No output could be judged.");
    if (f->accepted.n && isnan(f->accepted.value))
        page_fact(
            p, "May skip review (error ≤ 5%)", "none proven",
            arena_printf(p->a, "no threshold holds on n %s", page_count(p->a, f->accepted.n)));
    else
        fact(p, "May skip review (error ≤ 5%)", f->accepted, PAGE_SHARE,
             "The outputs carry no confidence.");
    fact(p, "Cost per success", r->h.cost_per_success, PAGE_USD, "No cost is known.");
    resolution(p, f);
    hw_close(&p->w);
    trend(p, f);
    hw_close(&p->w);
}

bool overview_page(struct web_call *c)
{
    struct overview_feature *f;
    struct page p;
    size_t n;
    if (!gather_all(c, &f, &n))
        return false;
    page_begin(&p, c, "Overview", "/", NULL);
    hw_elem(&p.w, "h1", NULL, "Overview");
    for (size_t i = 0; i < n; i++)
        feature_section(&p, &f[i]);
    if (!n)
        page_empty(&p, "This project has no features yet.",
                   "Describe one under features: in plimsoll.yaml.");
    return page_end(&p);
}

/* --- API --- */

bool overview_api(struct web_call *c)
{
    struct overview_feature *f;
    struct jw w;
    size_t n;
    if (!gather_all(c, &f, &n))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    jw_key(&w, "features");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        jw_kc(&w, "feature", f[i].name);
        jw_kstr(&w, "shipped", f[i].shipped.variant);
        estimate_write(&w, "accepted", f[i].accepted);
        estimate_write(&w, "time_to_resolution_h", f[i].tickets.median_h);
        jw_kint(&w, "open_tickets", (int64_t)f[i].open_tickets);
        jw_key(&w, "runs");
        jw_arr(&w);
        for (size_t k = 0; k < f[i].n_runs; k++) {
            const struct overview_run *r = &f[i].runs[k];
            jw_obj(&w);
            jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)r->run.id));
            web_json_time(&w, "started_at", r->run.started_at);
            jw_kstr(&w, "variant", r->variant.name);
            estimate_write(&w, "success_rate", r->h.success);
            estimate_write(&w, "cost_per_success", r->h.cost_per_success);
            jw_end(&w);
        }
        jw_end(&w);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}
