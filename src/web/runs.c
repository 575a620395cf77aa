/* What ran, newest first. */
#include <math.h>

#include "store/runs.h"
#include "web/handlers.h"
#include "web/loaded.h"
#include "web/page.h"
#include "web/worker.h"

enum { RUNS_SHOWN = 50, RUNS_MAX = 200 };

static void variant_row(struct page *p, const struct run_row *r, const struct run_variant_row *v,
                        const struct headline *h)
{
    const char *id = arena_printf(p->a, "r%lld", (long long)r->id);
    const char *pairs[] = {"variant", v->name.p, NULL};
    hw_open(&p->w, "tr");
    page_link_cell(p, web_url(p->a, arena_printf(p->a, "/runs/%s", id), pairs),
                   arena_printf(p->a, "%s %s", id, v->name.p));
    page_cell(p, r->feature.p);
    page_estimate(p, h->success, PAGE_SHARE, 0, 1);
    page_num(p, page_count(p->a, h->n));
    page_num(p, page_count(p->a, h->errors));
    page_num(p, page_value(p->a, h->cost_per_success.value, PAGE_USD));
    page_num(p, page_value(p->a, h->p95_ms.value, PAGE_MS));
    hw_open(&p->w, "td");
    hw_c(&p->w, page_time(p->a, r->started_at));
    hw_c(&p->w, " ");
    if (isnan(r->ended_at))
        page_tag(p, "open", "not finished");
    else if (r->ended_why.p)
        page_tag(p, NULL, r->ended_why.p);
    hw_close(&p->w);
    hw_close(&p->w);
}

static bool table(struct page *p, const struct run_row *runs, size_t n)
{
    static const char *const columns[] = {
        "Run and variant",   "Feature", "#Success", "#Items", "#Errors",
        "#Cost per success", "#p95",    "Started",  NULL};
    struct web_call *c = p->c;
    page_card(p, NULL, NULL);
    page_table(p, "Runs and their variants", columns);
    for (size_t i = 0; i < n; i++) {
        struct run_variant_row *v;
        size_t n_variants;
        if (!run_variants(c->s, c->a, runs[i].id, &v, &n_variants, &c->err))
            return false;
        for (size_t k = 0; k < n_variants; k++) {
            struct headline h;
            if (!loaded_headline(c->web->loaded, c->s, &runs[i], &v[k], &h, &c->err))
                return false;
            variant_row(p, &runs[i], &v[k], &h);
        }
    }
    page_table_end(p);
    hw_close(&p->w);
    return true;
}

static void feature_filter(struct page *p, const struct project *project, const char *chosen)
{
    const char **names = ARENA_ARRAY(p->a, project->n_features + 1, const char *);
    for (size_t i = 0; i < project->n_features; i++)
        names[i] = project->features[i].name;
    hw_open_class(&p->w, "form", "filters");
    page_select(p, "Feature", "feature", names, chosen, "all");
    page_button(p, "Show", NULL);
    hw_close(&p->w);
}

bool runs_page(struct web_call *c)
{
    struct project *project;
    struct run_row *runs;
    struct page p;
    size_t n;
    const char *feature = web_query(c, "feature");
    if (!web_project(c, &project) || !run_list(c->s, c->a, feature, RUNS_SHOWN, &runs, &n, &c->err))
        return false;
    page_begin(&p, c, "Runs", "/runs", NULL);
    hw_elem(&p.w, "h1", NULL, "Runs");
    if (project->n_features > 1)
        feature_filter(&p, project, feature);
    if (!n)
        page_empty(&p, "No runs yet.", "plimsoll run makes one.");
    else if (!table(&p, runs, n))
        return false;
    return page_end(&p);
}

bool runs_api(struct web_call *c)
{
    struct run_row *runs;
    struct jw w;
    long long limit;
    size_t n;
    if (!web_query_int(c, "limit", 1, RUNS_MAX, RUNS_SHOWN, &limit) ||
        !run_list(c->s, c->a, web_query(c, "feature"), (size_t)limit, &runs, &n, &c->err))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    jw_key(&w, "runs");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        struct run_variant_row *v;
        size_t n_variants;
        if (!run_variants(c->s, c->a, runs[i].id, &v, &n_variants, &c->err))
            return false;
        jw_obj(&w);
        jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)runs[i].id));
        jw_kstr(&w, "feature", runs[i].feature);
        web_json_time(&w, "started_at", runs[i].started_at);
        web_json_time(&w, "ended_at", runs[i].ended_at);
        jw_kstr(&w, "ended_why", runs[i].ended_why);
        jw_key(&w, "variants");
        jw_arr(&w);
        for (size_t k = 0; k < n_variants; k++)
            jw_str(&w, v[k].name);
        jw_end(&w);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}
