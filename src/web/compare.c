/* Two variants side by side: the verdict, and every item that flipped with a word diff. */
#include <math.h>
#include <string.h>

#include "decide/answer.h"
#include "decide/compare.h"
#include "report/chart.h"
#include "web/handlers.h"
#include "web/loaded.h"
#include "web/page.h"
#include "web/view.h"
#include "web/worddiff.h"
#include "web/worker.h"

enum { FLIPS_SHOWN = 20, COMPARE_RUNS = 30 };

struct side {
    struct run_row run;
    struct result_set *rs;
    const char *text; /* "r7:small" */
};

struct compared {
    struct side a, b;
    struct comparison cmp;
};

/* "r7:small", or "r7" when it has one variant. */
static bool load_side(struct web_call *c, const char *text, struct side *s)
{
    struct str rest = str_c(text), run;
    struct run_variant_row *v, *chosen = NULL;
    const struct summary *sum;
    size_t n;
    s->text = text;
    str_split(&rest, ':', &run);
    if (!view_run(c, arena_str(c->a, run), &s->run, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].name, rest) || (n == 1 && !rest.n))
            chosen = &v[i];
    if (!chosen)
        return err_set(&c->err, ERR_NOT_FOUND, "\"%.80s\" names no variant of a run (r7:NAME)",
                       text);
    return loaded_results(c->web->loaded, c->s, &s->run, chosen, &s->rs, &sum, &c->err);
}

static bool load(struct web_call *c, const char *a, const char *b, struct compared *ret)
{
    struct project *p;
    const struct feature *f = NULL;
    struct evidence_opts eo = {0};
    struct compare_opts o = {.confidence = 0.95, .margin = STAT_NAN, .seed = c->site->env->seed};
    if (!load_side(c, a, &ret->a) || !load_side(c, b, &ret->b) || !web_project(c, &p))
        return false;
    for (size_t i = 0; i < p->n_features; i++)
        if (str_eq_c(ret->a.run.feature, p->features[i].name))
            f = &p->features[i];
    eo.feature = f;
    eo.slices = f ? f->slices : NULL;
    struct evidence *ea = evidence_of_results(c->a, ret->a.rs, &eo);
    struct evidence *eb = evidence_of_results(c->a, ret->b.rs, &eo);
    ea->name = a;
    eb->name = b;
    return compare_run(c->a, ea, eb, &o, &ret->cmp, &c->err);
}

/* --- page --- */

/* "r7:small" of the newest runs, for the two lists. */
static bool choices(struct web_call *c, const char ***ret)
{
    struct run_row *runs;
    size_t n, kept = 0;
    if (!run_list(c->s, c->a, NULL, COMPARE_RUNS, &runs, &n, &c->err))
        return false;
    *ret = ARENA_ARRAY(c->a, n * 32 + 1, const char *);
    for (size_t i = 0; i < n; i++) {
        struct run_variant_row *v;
        size_t n_variants;
        if (!run_variants(c->s, c->a, runs[i].id, &v, &n_variants, &c->err))
            return false;
        for (size_t k = 0; k < n_variants && k < 32; k++)
            (*ret)[kept++] = arena_printf(c->a, "r%lld:%s", (long long)runs[i].id, v[k].name.p);
    }
    return true;
}

/* The output of an item's first row. */
static bool output_of(struct web_call *c, const struct side *s, struct str id, struct str *ret)
{
    ptrdiff_t item = result_set_find(s->rs, id);
    struct output_row out;
    *ret = STR("");
    for (size_t r = 0; item >= 0 && r < s->rs->rows.n; r++) {
        const struct result_row *row = &s->rs->rows.v[r];
        if (row->item != (uint32_t)item || !row->output)
            continue;
        if (!output_get(c->s, c->a, row->output, &out, &c->err))
            return false;
        *ret = out.status == OUTPUT_ERROR ? out.error : out.text;
        return true;
    }
    return true;
}

static void half(struct page *p, const struct side *s, bool passed, const struct worddiff *d,
                 bool after)
{
    hw_open(&p->w, "div");
    hw_open(&p->w, "h3");
    hw_textf(&p->w, "%s ", s->text);
    page_outcome(p, passed ? 0 : 1);
    hw_close(&p->w);
    hw_open_class(&p->w, "pre", "text");
    if (after)
        worddiff_write_after(d, &p->w);
    else
        worddiff_write_before(d, &p->w);
    hw_close(&p->w);
    hw_close(&p->w);
}

static bool flip(struct page *p, const struct compared *x, struct str id, bool gained)
{
    struct str before, after;
    if (!output_of(p->c, &x->a, id, &before) || !output_of(p->c, &x->b, id, &after))
        return false;
    const struct worddiff *d = worddiff_new(p->a, before, after);
    hw_open_class(&p->w, "article", "card flip");
    hw_attr(&p->w, "data-row", "");
    hw_attr(&p->w, "tabindex", "-1");
    hw_open(&p->w, "h2");
    page_link(
        p,
        arena_printf(p->a, "/runs/r%lld/items/%s", (long long)x->b.run.id, web_segment(p->a, id)),
        arena_strndup(p->a, id.p, id.n));
    hw_c(&p->w, " ");
    page_tag(p, gained ? "good" : "bad", gained ? "gained" : "lost");
    hw_close(&p->w);
    hw_open_class(&p->w, "div", "two");
    half(p, &x->a, !gained, d, false);
    half(p, &x->b, gained, d, true);
    hw_close(&p->w);
    hw_close(&p->w);
    return true;
}

/* Lost items first: they are what a reader must see. */
static bool flips(struct page *p, const struct compared *x)
{
    const struct comparison *cmp = &x->cmp;
    size_t n = cmp->n_lost + cmp->n_gained, at, to;
    long long number;
    if (!web_query_int(p->c, "page", 1, 1000000, 1, &number))
        return false;
    at = (size_t)(number - 1) * FLIPS_SHOWN;
    at = at < n ? at : n;
    to = at + FLIPS_SHOWN < n ? at + FLIPS_SHOWN : n;
    hw_elemf(&p->w, "h2", "above", "%zu item%s flipped", n, n == 1 ? "" : "s");
    if (n)
        hw_raw(&p->w, "<p class=\"muted\">Walk with <kbd>j</kbd> and <kbd>k</kbd>; words only one "
                      "side has are marked.</p>");
    for (size_t i = at; i < to; i++) {
        bool lost = i < cmp->n_lost;
        if (!flip(p, x, lost ? cmp->lost[i] : cmp->gained[i - cmp->n_lost], !lost))
            return false;
    }
    const char *next[] = {
        "a", x->a.text, "b", x->b.text, "page", arena_printf(p->a, "%lld", number + 1), NULL};
    if (to < n) {
        hw_open_class(&p->w, "p", "pager");
        hw_open(&p->w, "a");
        hw_attr(&p->w, "rel", "next");
        hw_attr(&p->w, "href", web_url(p->a, "/compare", next));
        hw_c(&p->w, "Next");
        hw_close(&p->w);
        hw_close(&p->w);
    }
    return true;
}

static void verdict(struct page *p, const struct compared *x)
{
    static const char *const tone[] = {"card verdict good", "card verdict bad", "card verdict good",
                                       "card verdict"};
    static const char *const word[] = {"Better", "Worse", "No difference", "Inconclusive"};
    const struct comparison *cmp = &x->cmp;
    const struct chart_part parts[] = {{"pass in both", "part-both", cmp->pass_both},
                                       {"gained", "part-gained", cmp->n_gained},
                                       {"lost", "part-lost", cmp->n_lost},
                                       {"fail in both", "part-none", cmp->fail_both}};
    hw_open_class(&p->w, "section", tone[cmp->success.verdict]);
    hw_elem(&p->w, "p", "word", word[cmp->success.verdict]);
    hw_elemf(&p->w, "p", "why", "%s.", answer_compare_sentence(p->a, cmp));
    for (const char **note = answer_compare_notes(p->a, cmp); *note; note++)
        hw_elemf(&p->w, "p", "note", "%s.", *note);
    chart_parts(&p->w, "Items", parts, 4);
    hw_close(&p->w);
}

static void parts_table(struct page *p, const char *title, const struct compare_part *v, size_t n)
{
    static const char *const columns[] = {"Part",        "#Items",    "#A", "#B",
                                          "#Difference", "#p (Holm)", NULL};
    if (!n)
        return;
    page_card(p, title, NULL);
    page_table(p, title, columns);
    for (size_t i = 0; i < n; i++) {
        hw_open(&p->w, "tr");
        page_cell(p, v[i].key ? arena_printf(p->a, "%s: %.*s", v[i].key, STR_ARG(v[i].name))
                              : v[i].name.p);
        page_num(p, page_count(p->a, v[i].r.n));
        page_num(p, page_value(p->a, v[i].r.a.value, PAGE_SHARE));
        page_num(p, page_value(p->a, v[i].r.b.value, PAGE_SHARE));
        page_estimate(p, v[i].r.diff, PAGE_SHARE, -0.5, 0.5);
        page_num(p, answer_p(p->a, v[i].p_adjusted));
        hw_close(&p->w);
    }
    page_table_end(p);
    hw_close(&p->w);
}

bool compare_page(struct web_call *c)
{
    const char *a = web_query(c, "a"), *b = web_query(c, "b"), **sides;
    struct compared x;
    struct page p;
    if (!choices(c, &sides) || (a && b && !load(c, a, b, &x)))
        return false;
    page_begin(&p, c, "Compare", "/compare", "walk.js");
    hw_elem(&p.w, "h1", NULL, "Compare");
    hw_open_class(&p.w, "form", "filters");
    page_select(&p, "Before (A)", "a", sides, a, NULL);
    page_select(&p, "After (B)", "b", sides, b, NULL);
    page_button(&p, "Compare", "primary");
    hw_close(&p.w);
    if (a && b) {
        verdict(&p, &x);
        parts_table(&p, "By slice", x.cmp.slices, x.cmp.n_slices);
        parts_table(&p, "By grader", x.cmp.graders, x.cmp.n_graders);
        if (!flips(&p, &x))
            return false;
    } else if (!sides[0]) {
        page_empty(&p, "Nothing to compare yet.", "plimsoll run makes runs.");
    } else {
        hw_elem(&p.w, "p", "muted", "Choose two variants; items are matched by their id.");
    }
    return page_end(&p);
}

bool compare_api(struct web_call *c)
{
    const char *a = web_query(c, "a"), *b = web_query(c, "b");
    struct compared x;
    struct jw w;
    if (!a || !b)
        return err_set(&c->err, ERR_USAGE, "a and b are needed, each RUN:VARIANT");
    if (!load(c, a, b, &x))
        return false;
    web_json(c, &w);
    answer_compare_json(&x.cmp, &w);
    return web_json_end(c, &w);
}
