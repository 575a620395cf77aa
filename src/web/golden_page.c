/* Golden sets: what is in them, what the linter says, browsing by page. */
#include <string.h>

#include "golden/golden.h"
#include "golden/lint.h"
#include "text/json.h"
#include "web/handlers.h"
#include "web/page.h"

enum { GOLDEN_ROWS = 50, GOLDEN_FINDINGS = 40, GOLDEN_LINT_MAX = 20000 };

static bool chosen_feature(struct web_call *c, struct project **p, const struct feature **f)
{
    const char *name = web_query(c, "feature");
    *f = NULL;
    if (!web_project(c, p))
        return false;
    if (name)
        return project_feature(*p, name, f, &c->err);
    for (size_t i = 0; i < (*p)->n_features && !*f; i++)
        if ((*p)->features[i].golden)
            *f = &(*p)->features[i];
    return true;
}

static void findings(struct page *p, const struct lint_report *r)
{
    static const char *const tone[] = {NULL, "open", "bad"};
    static const char *const columns[] = {"Check", "#Line", "Finding", NULL};
    page_card(p, "Lint",
              r->n ? arena_printf(p->a, "%zu errors, %zu warnings, %zu notes", r->errors,
                                  r->warnings, r->notes)
                   : "Nothing found.");
    if (r->n) {
        page_table(p, "Findings", columns);
        for (size_t i = 0; i < r->n && i < GOLDEN_FINDINGS; i++) {
            const struct lint_finding *x = &r->finding[i];
            hw_open(&p->w, "tr");
            hw_open(&p->w, "td");
            page_tag(p, tone[lint_check_severity(x->check)], lint_check_name(x->check));
            hw_close(&p->w);
            page_num(p, x->line ? arena_printf(p->a, "%zu", x->line) : "–");
            hw_elem(&p->w, "td", NULL, x->message);
            hw_close(&p->w);
        }
        page_table_end(p);
    }
    hw_close(&p->w);
}

static bool items(struct page *p, const struct golden *g, const char *feature)
{
    static const char *const columns[] = {"Example", "Split", "Input", "Expected", NULL};
    struct web_call *c = p->c;
    long long number;
    if (!web_query_int(c, "page", 1, 100000000, 1, &number))
        return false;
    size_t from = (size_t)(number - 1) * GOLDEN_ROWS, to;
    from = from < g->n ? from : g->n;
    to = from + GOLDEN_ROWS < g->n ? from + GOLDEN_ROWS : g->n;
    page_card(p, "Examples", NULL);
    page_table(p, "Examples", columns);
    for (size_t i = from; i < to; i++) {
        struct item it;
        if (!golden_item(g, i, c->a, &it, &c->err))
            return false;
        hw_open(&p->w, "tr");
        hw_open(&p->w, "th");
        hw_attr(&p->w, "scope", "row");
        hw_text(&p->w, it.id);
        hw_close(&p->w);
        page_cell(p, split_name(it.split));
        hw_open_class(&p->w, "td", "wide");
        hw_text(&p->w, item_text(c->a, &it));
        hw_close(&p->w);
        hw_open(&p->w, "td");
        if (it.expected)
            hw_text(&p->w, json_display(c->a, it.expected));
        hw_close(&p->w);
        hw_close(&p->w);
    }
    page_table_end(p);
    hw_open_class(&p->w, "p", "pager");
    hw_elemf(&p->w, "span", "muted", "%s to %s of %s", page_count(p->a, from + (to > from)),
             page_count(p->a, to), page_count(p->a, g->n));
    for (int step = -1; step <= 1; step += 2) {
        const char *pairs[] = {"feature", feature, "page",
                               arena_printf(c->a, "%lld", number + step), NULL};
        if (step < 0 ? number > 1 : to < g->n)
            page_link(p, web_url(c->a, "/golden", pairs), step < 0 ? "Previous" : "Next");
    }
    hw_close(&p->w);
    hw_close(&p->w);
    return true;
}

static bool shown(struct page *p, const struct feature *f)
{
    struct web_call *c = p->c;
    struct golden *g;
    struct lint_report report = {0};
    struct lint_options o;
    lint_options_init(&o);
    o.slices = f->slices;
    o.labels = f->n_labels ? f->labels : NULL;
    o.classification = f->task == TASK_CLASSIFICATION;
    if (!golden_load(c->a, f->golden, &g, &c->err))
        return false;
    hw_elemf(&p->w, "p", "muted", "%s, version %.8s: %s examples, %zu train, %zu test, %zu anchor",
             f->name, g->version.hex, page_count(c->a, g->n), g->n_split[0], g->n_split[1],
             g->n_split[2]);
    if (g->n <= GOLDEN_LINT_MAX) {
        if (!lint_file(c->a, f->golden, &o, &g, &report, &c->err))
            return false;
        findings(p, &report);
    } else {
        page_card(p, "Lint", "This set is large: run plimsoll golden lint.");
        hw_close(&p->w);
    }
    return items(p, g, f->name);
}

bool golden_page(struct web_call *c)
{
    struct project *project;
    const struct feature *f;
    struct page p;
    if (!chosen_feature(c, &project, &f))
        return false;
    page_begin(&p, c, "Golden sets", "/golden", NULL);
    hw_elem(&p.w, "h1", NULL, "Golden sets");
    if (project->n_features > 1) {
        hw_open_class(&p.w, "ul", "pills");
        for (size_t i = 0; i < project->n_features; i++) {
            const char *pairs[] = {"feature", project->features[i].name, NULL};
            hw_open(&p.w, "li");
            hw_open(&p.w, "a");
            hw_attr(&p.w, "href", web_url(c->a, "/golden", pairs));
            if (f == &project->features[i])
                hw_attr(&p.w, "aria-current", "true");
            hw_c(&p.w, project->features[i].name);
            hw_close(&p.w);
            hw_close(&p.w);
        }
        hw_close(&p.w);
    }
    if (!f || !f->golden)
        page_empty(&p, "No golden set yet.", "plimsoll golden import makes one.");
    else if (!shown(&p, f))
        return false;
    return page_end(&p);
}

bool golden_api(struct web_call *c)
{
    struct project *p;
    struct jw w;
    if (!web_project(c, &p))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    jw_key(&w, "golden");
    jw_arr(&w);
    for (size_t i = 0; i < p->n_features; i++) {
        struct golden *g;
        if (!p->features[i].golden)
            continue;
        if (!golden_load(c->a, p->features[i].golden, &g, &c->err))
            return false;
        jw_obj(&w);
        jw_kc(&w, "feature", p->features[i].name);
        jw_kc(&w, "version", g->version.hex);
        jw_kint(&w, "n", (int64_t)g->n);
        for (int s = SPLIT_TRAIN; s <= SPLIT_ANCHOR; s++)
            jw_kint(&w, split_name((enum split)s), (int64_t)g->n_split[s]);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}
