/* One run: its variants, slices and rows; filtered, sorted and paged here, not in the browser. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "report/chart.h"
#include "web/handlers.h"
#include "web/loaded.h"
#include "web/page.h"
#include "web/view.h"
#include "web/worker.h"

enum { PAGE_ROWS = 50, PAGE_MAX = 500 };

/* What the address asks for. */
struct view {
    struct run_row run;
    struct run_variant_row *variants;
    size_t n_variants, shown; /* shown: index of the chosen variant */
    struct result_set *rs;
    const struct summary *summary;
    const char *outcome, *tag, *value, *q, *sort;
    uint32_t *rows; /* those that pass the filter, sorted */
    size_t n_rows;
    long long page, limit;
};

bool view_run(struct web_call *c, struct str text, struct run_row *ret,
              struct run_variant_row **ret_v, size_t *ret_n)
{
    int64_t id;
    return run_resolve(c->s, text.p, NULL, &id, &c->err) && run_get(c->s, c->a, id, ret, &c->err) &&
           run_variants(c->s, c->a, id, ret_v, ret_n, &c->err);
}

/* --- filter and sort --- */

static bool row_passes(const struct view *v, const struct result_tag *tag, uint32_t r)
{
    const struct result_row *row = &v->rs->rows.v[r];
    if (v->outcome && strcmp(v->outcome, outcome_name(row->outcome)) != 0)
        return false;
    if (tag && v->value && !str_eq_c(result_tag_value(tag, row->item), v->value))
        return false;
    return !v->q || str_find(v->rs->items.v[row->item].id, str_c(v->q)) >= 0;
}

struct sort_key {
    double key;
    uint32_t row;
};

static int by_key(const void *a, const void *b)
{
    const struct sort_key *x = a, *y = b;
    if (isnan(x->key) || isnan(y->key)) { /* unknown last */
        int d = isnan(x->key) - isnan(y->key);
        return d ? d : (x->row > y->row) - (x->row < y->row);
    }
    if (x->key < y->key || x->key > y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static const char *const sorts[] = {"score",       "-score",     "confidence",
                                    "-confidence", "latency_ms", "-latency_ms",
                                    "cost_usd",    "-cost_usd",  NULL};

static double sort_value(const struct result_row *r, const char *name)
{
    switch (name[0]) {
    case 's': return r->score;
    case 'l': return r->latency_ms;
    default: return strcmp(name, "confidence") == 0 ? r->confidence : r->cost_usd;
    }
}

static void sort_rows(struct web_call *c, struct view *v)
{
    bool known = false, falling = v->sort && v->sort[0] == '-';
    for (size_t i = 0; v->sort && sorts[i]; i++)
        known = known || strcmp(v->sort, sorts[i]) == 0;
    if (!known) {
        v->sort = NULL;
        return;
    }
    struct sort_key *k = ARENA_ARRAY(c->a, v->n_rows, struct sort_key);
    for (size_t i = 0; i < v->n_rows; i++) {
        double x = sort_value(&v->rs->rows.v[v->rows[i]], v->sort + falling);
        k[i] = (struct sort_key){falling ? -x : x, v->rows[i]};
    }
    qsort(k, v->n_rows, sizeof *k, by_key);
    for (size_t i = 0; i < v->n_rows; i++)
        v->rows[i] = k[i].row;
}

static bool choose_variant(struct web_call *c, struct view *v)
{
    const char *want = web_query(c, "variant");
    if (!v->n_variants)
        return err_set(&c->err, ERR_NOT_FOUND, "run r%lld has no variants", (long long)v->run.id);
    if (!want)
        return true;
    for (size_t i = 0; i < v->n_variants; i++) {
        if (str_eq_c(v->variants[i].name, want)) {
            v->shown = i;
            return true;
        }
    }
    return err_set(&c->err, ERR_NOT_FOUND, "run r%lld has no variant \"%.80s\"",
                   (long long)v->run.id, want);
}

static bool load(struct web_call *c, struct view *v)
{
    *v = (struct view){.outcome = web_query(c, "outcome"),
                       .tag = web_query(c, "tag"),
                       .value = web_query(c, "value"),
                       .q = web_query(c, "q"),
                       .sort = web_query(c, "sort")};
    if (!view_run(c, c->params[0], &v->run, &v->variants, &v->n_variants) ||
        !choose_variant(c, v) || !web_query_int(c, "page", 1, 100000000, 1, &v->page) ||
        !web_query_int(c, "limit", 1, PAGE_MAX, PAGE_ROWS, &v->limit) ||
        !loaded_results(c->web->loaded, c->s, &v->run, &v->variants[v->shown], &v->rs, &v->summary,
                        &c->err))
        return false;
    const struct result_tag *tag = v->tag ? result_set_find_tag(v->rs, v->tag) : NULL;
    if (v->tag && !tag)
        return err_set(&c->err, ERR_NOT_FOUND, "no item has the tag \"%.80s\"", v->tag);
    v->rows = ARENA_ARRAY(c->a, v->rs->rows.n, uint32_t);
    for (uint32_t r = 0; r < v->rs->rows.n; r++)
        if (row_passes(v, tag, r))
            v->rows[v->n_rows++] = r;
    sort_rows(c, v);
    return true;
}

/* --- page --- */

static const char *run_name(struct arena *a, int64_t id)
{
    return arena_printf(a, "r%lld", (long long)id);
}

/* The same view with one parameter changed; the page goes back to the first unless it is given. */
static const char *with(struct page *p, const struct view *v, const char *name, const char *value)
{
    const char *pairs[] = {"variant", v->variants[v->shown].name.p,
                           "outcome", v->outcome,
                           "tag",     v->tag,
                           "value",   v->value,
                           "q",       v->q,
                           "sort",    v->sort,
                           "page",    NULL,
                           NULL};
    for (size_t i = 0; pairs[i]; i += 2)
        if (strcmp(pairs[i], name) == 0)
            pairs[i + 1] = value;
    return web_url(p->a, arena_printf(p->a, "/runs/%s", run_name(p->a, v->run.id)), pairs);
}

static void variants_nav(struct page *p, const struct view *v)
{
    if (v->n_variants < 2)
        return;
    hw_open_class(&p->w, "ul", "pills");
    for (size_t i = 0; i < v->n_variants; i++) {
        const char *pairs[] = {"variant", v->variants[i].name.p, NULL};
        hw_open(&p->w, "li");
        hw_open(&p->w, "a");
        hw_attr(&p->w, "href",
                web_url(p->a, arena_printf(p->a, "/runs/%s", run_name(p->a, v->run.id)), pairs));
        if (i == v->shown)
            hw_attr(&p->w, "aria-current", "true");
        hw_c(&p->w, v->variants[i].name.p);
        hw_close(&p->w);
        hw_close(&p->w);
    }
    hw_close(&p->w);
}

static void fact(struct page *p, const char *name, struct estimate e, enum page_unit unit)
{
    if (!isnan(e.value))
        page_fact(p, name, page_value(p->a, e.value, unit), page_interval(p->a, e, unit));
}

static void facts(struct page *p, const struct view *v)
{
    const struct summary *s = v->summary;
    page_fact_open(p);
    fact(p, "Success", s->success, PAGE_SHARE);
    if (s->n_graders > 1)
        fact(p, "Score", s->score, PAGE_NUMBER);
    fact(p, "Cost per success", s->cost_per_success, PAGE_USD);
    fact(p, "Latency p50", s->latency_ms.p50, PAGE_MS);
    fact(p, "Latency p95", s->latency_ms.p95, PAGE_MS);
    page_fact(p, "Items", page_count(p->a, s->n),
              arena_printf(p->a, "%d epoch%s, %zu errors", s->epochs, s->epochs == 1 ? "" : "s",
                           s->errors));
    hw_close(&p->w);
}

static void slices(struct page *p, const struct view *v)
{
    for (size_t i = 0; i < v->summary->n_slices; i++) {
        const struct summary_slice *sl = &v->summary->slices[i];
        struct chart_row *rows = ARENA_ARRAY(p->a, sl->n, struct chart_row);
        for (size_t k = 0; k < sl->n; k++)
            rows[k] = (struct chart_row){
                .label = sl->values[k].value.p,
                .e = sl->values[k].success,
                .text = arena_printf(p->a, "%s, n %zu",
                                     page_value(p->a, sl->values[k].success.value, PAGE_SHARE),
                                     sl->values[k].success.n)};
        hw_open(&p->w, "details");
        hw_elemf(&p->w, "summary", NULL, "Success by %s (%zu values)", sl->tag, sl->n);
        chart_intervals(&p->w, sl->tag, rows, sl->n, CHART_PERCENT, v->summary->success.value,
                        "all items");
        hw_close(&p->w);
    }
}

static void filters(struct page *p, const struct view *v)
{
    static const char *const outcomes[] = {"pass", "fail", "error", NULL};
    const char **tags = ARENA_ARRAY(p->a, v->rs->tags.n + 1, const char *);
    for (size_t i = 0; i < v->rs->tags.n; i++)
        tags[i] = v->rs->tags.v[i].key;
    hw_open_class(&p->w, "form", "filters");
    page_hidden(p, "variant", v->variants[v->shown].name.p);
    page_select(p, "Outcome", "outcome", outcomes, v->outcome, "any");
    if (v->rs->tags.n) {
        page_select(p, "Tag", "tag", tags, v->tag, "any");
        page_field(p, "is", "value", v->value);
    }
    page_field(p, "Item contains", "q", v->q);
    page_select(p, "Sort", "sort", sorts, v->sort, "as run");
    page_button(p, "Show", NULL);
    hw_close(&p->w);
}

static bool row_line(struct page *p, const struct view *v, uint32_t r)
{
    const struct result_row *row = &v->rs->rows.v[r];
    const struct result_item *item = &v->rs->items.v[row->item];
    struct output_row out;
    struct web_call *c = p->c;
    const char *text = "";
    if (row->output) {
        if (!output_get(c->s, c->a, row->output, &out, &c->err))
            return false;
        struct str shown = out.status == OUTPUT_ERROR ? out.error : out.text;
        text = utf8_printable(c->a, utf8_prefix(shown, 160)).p;
    }
    hw_open(&p->w, "tr");
    hw_attr(&p->w, "data-row", "");
    page_link_cell(p,
                   arena_printf(p->a, "/runs/%s/items/%s", run_name(p->a, v->run.id),
                                web_segment(p->a, item->id)),
                   v->rs->epochs > 1 ? arena_printf(p->a, "%s #%d", item->id.p, row->epoch)
                                     : item->id.p);
    hw_open(&p->w, "td");
    page_outcome(p, (int)row->outcome);
    hw_close(&p->w);
    hw_elem(&p->w, "td", "excerpt", text);
    page_num(p, page_value(p->a, row->score, PAGE_NUMBER));
    page_num(p, page_value(p->a, row->confidence, PAGE_NUMBER));
    page_num(p, page_value(p->a, row->latency_ms, PAGE_MS));
    page_num(p, page_value(p->a, row->cost_usd, PAGE_USD));
    hw_close(&p->w);
    return true;
}

static void pager(struct page *p, const struct view *v, size_t from, size_t to)
{
    hw_open_class(&p->w, "nav", "pager");
    hw_attr(&p->w, "aria-label", "Pages of rows");
    hw_elemf(&p->w, "span", "muted", "%s to %s of %s", page_count(p->a, from + (to > from)),
             page_count(p->a, to), page_count(p->a, v->n_rows));
    if (v->page > 1) {
        hw_open(&p->w, "a");
        hw_attr(&p->w, "rel", "prev");
        hw_attr(&p->w, "href", with(p, v, "page", arena_printf(p->a, "%lld", v->page - 1)));
        hw_c(&p->w, "Previous");
        hw_close(&p->w);
    }
    if (to < v->n_rows) {
        hw_open(&p->w, "a");
        hw_attr(&p->w, "rel", "next");
        hw_attr(&p->w, "href", with(p, v, "page", arena_printf(p->a, "%lld", v->page + 1)));
        hw_c(&p->w, "Next");
        hw_close(&p->w);
    }
    hw_close(&p->w);
}

static void page_bounds(const struct view *v, size_t *from, size_t *to)
{
    *from = (size_t)(v->page - 1) * (size_t)v->limit;
    *from = *from < v->n_rows ? *from : v->n_rows;
    *to = *from + (size_t)v->limit < v->n_rows ? *from + (size_t)v->limit : v->n_rows;
}

static bool rows_card(struct page *p, const struct view *v)
{
    static const char *const columns[] = {"Item",        "Outcome",  "Output", "#Score",
                                          "#Confidence", "#Latency", "#Cost",  NULL};
    size_t from, to;
    page_bounds(v, &from, &to);
    page_card(p, "Rows", NULL);
    filters(p, v);
    page_table(p, "Rows of this variant", columns);
    for (size_t i = from; i < to; i++)
        if (!row_line(p, v, v->rows[i]))
            return false;
    page_table_end(p);
    pager(p, v, from, to);
    hw_close(&p->w);
    return true;
}

bool run_page(struct web_call *c)
{
    struct view v;
    struct page p;
    if (!load(c, &v))
        return false;
    const char *name = run_name(c->a, v.run.id);
    const char *crumbs[] = {"Runs", "/runs", name, NULL, NULL};
    page_begin(&p, c, name, "/runs", "walk.js");
    page_crumbs(&p, crumbs);
    hw_elemf(&p.w, "h1", NULL, "Run %s of %s", name, v.run.feature.p);
    hw_elemf(&p.w, "p", "muted", "Started %s on golden set %.8s. Success means: %s",
             page_time(c->a, v.run.started_at), v.run.golden_version.p, v.run.success.p);
    variants_nav(&p, &v);
    page_card(&p, v.variants[v.shown].name.p, NULL);
    facts(&p, &v);
    slices(&p, &v);
    hw_close(&p.w);
    return rows_card(&p, &v) && page_end(&p);
}

/* --- API --- */

bool run_api(struct web_call *c)
{
    struct run_row run;
    struct run_variant_row *variants;
    struct jw w;
    size_t n;
    if (!view_run(c, c->params[0], &run, &variants, &n))
        return false;
    web_json(c, &w);
    jw_obj(&w);
    jw_kc(&w, "run", run_name(c->a, run.id));
    jw_kstr(&w, "feature", run.feature);
    jw_kstr(&w, "golden_version", run.golden_version);
    jw_kstr(&w, "success", run.success);
    web_json_time(&w, "started_at", run.started_at);
    web_json_time(&w, "ended_at", run.ended_at);
    jw_key(&w, "variants");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        struct result_set *rs;
        const struct summary *sum;
        if (!loaded_results(c->web->loaded, c->s, &run, &variants[i], &rs, &sum, &c->err))
            return false;
        summary_write(&w, sum);
    }
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}

bool rows_api(struct web_call *c)
{
    struct view v;
    struct jw w;
    size_t from, to;
    if (!load(c, &v))
        return false;
    page_bounds(&v, &from, &to);
    web_json(c, &w);
    jw_obj(&w);
    jw_kstr(&w, "variant", v.variants[v.shown].name);
    jw_kint(&w, "total", (int64_t)v.n_rows);
    jw_kint(&w, "page", v.page);
    jw_key(&w, "rows");
    jw_arr(&w);
    for (size_t i = from; i < to; i++) {
        const struct result_row *r = &v.rs->rows.v[v.rows[i]];
        jw_obj(&w);
        jw_kstr(&w, "id", v.rs->items.v[r->item].id);
        jw_kint(&w, "epoch", r->epoch);
        jw_kc(&w, "outcome", outcome_name(r->outcome));
        jw_knum(&w, "score", r->score);
        jw_knum(&w, "confidence", r->confidence);
        jw_knum(&w, "latency_ms", r->latency_ms);
        jw_knum(&w, "cost_usd", r->cost_usd);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}
