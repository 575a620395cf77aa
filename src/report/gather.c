/* Reads from the store what the report shows; see gather.h. Lays nothing out. */
#include "report/gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "golden/golden.h"
#include "store/items.h"
#include "store/outputs.h"
#include "store/units.h"
#include "text/json.h"

/* --- variants --- */

static bool load_variant(struct arena *a, struct store *s, const struct feature *f,
                         const struct variant_spec *spec, int64_t run, struct report_variant *v,
                         struct err *e)
{
    struct run_variant_row *rows;
    size_t n;
    struct evidence_opts opts = {.slices = f->slices, .feature = f};
    v->name = spec->name;
    v->spec = spec;
    if (!run_get(s, a, run, &v->run, e) || !run_variants(s, a, run, &rows, &n, e) ||
        !result_set_load(a, s, run, spec->name, &v->results, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(rows[i].name, spec->name))
            v->row = rows[i];
    v->evidence = evidence_of_results(a, v->results, &opts);
    v->evidence->stopped_early = evidence_stops_early(a, &v->run);
    v->summary = summary_make(a, v->results, f->slices);
    return true;
}

static bool load_variants(struct arena *a, struct store *s, const struct feature *f,
                          struct report *r, struct err *e)
{
    r->variants = ARENA_ARRAY(a, f->n_variants, struct report_variant);
    for (size_t i = 0; i < f->n_variants; i++) {
        int64_t run;
        if (!run_newest_with(s, f->name, f->variants[i].name, &run, e))
            return false;
        if (run && !load_variant(a, s, f, &f->variants[i], run, &r->variants[r->n_variants++], e))
            return false;
    }
    if (r->n_variants)
        return true;
    err_set(e, ERR_NOT_FOUND, "no variant of %s has run yet", f->name);
    return err_hint(e, "`plimsoll run %s` runs them.", f->name);
}

static ptrdiff_t find_variant(const struct report *r, const char *name)
{
    for (size_t i = 0; name && i < r->n_variants; i++)
        if (strcmp(r->variants[i].name, name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

/* The variant with the highest success rate besides `not_this`, or -1. */
static ptrdiff_t best(const struct report *r, ptrdiff_t not_this)
{
    ptrdiff_t at = -1;
    for (size_t i = 0; i < r->n_variants; i++) {
        double rate = r->variants[i].summary->success.value;
        if ((ptrdiff_t)i != not_this && !isnan(rate) &&
            (at < 0 || rate > r->variants[at].summary->success.value))
            at = (ptrdiff_t)i;
    }
    return at;
}

static bool has_run(const struct report *r, const char *name, struct err *e)
{
    const struct variant_spec *v;
    if (!name || find_variant(r, name) >= 0)
        return true;
    if (!feature_variant(r->feature, name, &v, e))
        return false;
    err_set(e, ERR_NOT_FOUND, "%s of %s has not run yet", name, r->feature->name);
    return err_hint(e, "`plimsoll run %s -v %s` runs it.", r->feature->name, name);
}

static bool choose_sides(struct report *r, const struct report_opts *o, struct err *e)
{
    if (!has_run(r, o->candidate, e) || !has_run(r, o->baseline, e))
        return false;
    const char *gate_baseline = o->baseline ? o->baseline : r->feature->gate.baseline;
    r->baseline = find_variant(r, gate_baseline);
    ptrdiff_t candidate = o->candidate ? find_variant(r, o->candidate) : best(r, r->baseline);
    if (candidate < 0)
        candidate = 0;
    if (r->baseline == candidate)
        r->baseline = -1;
    if (r->baseline < 0)
        r->baseline = best(r, candidate);
    r->candidate = (size_t)candidate;
    return true;
}

/* --- flips --- */

static struct str cut(struct arena *a, struct str s)
{
    struct str shown = utf8_prefix(s, REPORT_TEXT);
    return shown.n < s.n ? arena_strf(a, "%.*s…", STR_ARG(shown)) : arena_str(a, s);
}

/* What variant v answered for an item, in its first epoch. */
static bool answer_of(struct arena *a, struct store *s, const struct report_variant *v,
                      struct str id, struct str *ret, struct err *e)
{
    ptrdiff_t item = evidence_find(v->evidence, id);
    struct output_row out;
    *ret = STR("");
    if (item < 0)
        return true;
    int64_t output = v->results->rows.v[v->evidence->first[item]].output;
    if (!output)
        return true;
    if (!output_get(s, a, output, &out, e))
        return false;
    *ret = cut(a, out.text.p ? out.text : STR(""));
    return true;
}

static bool load_flip(struct arena *a, struct store *s, const struct report *r, struct str id,
                      struct report_flip *ret, struct err *e)
{
    const struct report_variant *c = &r->variants[r->candidate];
    struct item_row row;
    struct item item;
    yyjson_val *body;
    int64_t item_id;
    *ret = (struct report_flip){.id = id};
    if (!item_find(s, c->row.id, id, &item_id, e))
        return false;
    if (item_id && !(item_get(s, a, item_id, &row, e) &&
                     json_parse_lax(a, row.body, "a stored item", 1, &body, e) &&
                     item_from_json(a, body, "a stored item", 1, &item, e)))
        return false;
    if (item_id) {
        ret->input = cut(a, item_text(a, &item));
        ret->expected = item.expected ? cut(a, json_display(a, item.expected)) : STR("");
    }
    return answer_of(a, s, &r->variants[r->baseline], id, &ret->was, e) &&
           answer_of(a, s, c, id, &ret->now, e);
}

static bool load_flips(struct arena *a, struct store *s, const struct report *r,
                       const struct str *id, size_t n, struct report_flip **ret, size_t *ret_n,
                       struct err *e)
{
    *ret_n = n < REPORT_FLIPS ? n : REPORT_FLIPS;
    *ret = ARENA_ARRAY(a, *ret_n, struct report_flip);
    for (size_t i = 0; i < *ret_n; i++)
        if (!load_flip(a, s, r, id[i], &(*ret)[i], e))
            return false;
    return true;
}

/* --- confusion --- */

struct pairs {
    struct map index; /* label -> position + 1 */
    VEC(const char *) labels;
    VEC(uint32_t) expected, answered;
};

static uint32_t label_number(struct arena *a, struct pairs *p, struct str label)
{
    bool is_new;
    void *known = map_get(&p->index, label);
    if (known)
        return (uint32_t)((uintptr_t)known - 1);
    struct str own = arena_str(a, label);
    vec_push(&p->labels, own.p);
    map_entry(&p->index, own, &is_new)->value = (void *)(uintptr_t)p->labels.n;
    return (uint32_t)(p->labels.n - 1);
}

static ptrdiff_t label_grader(const struct report *r)
{
    for (size_t g = 0; g < r->n_graders; g++)
        if (str_eq_c(r->graders[g].type, "label"))
            return (ptrdiff_t)g;
    return -1;
}

/* What the label grader says it saw; a list of allowed labels is shown as it stands. */
static bool collect_pairs(struct arena *a, struct store *s, const struct report *r, size_t grader,
                          struct pairs *p, struct err *e)
{
    CLEANUP(units_close) struct unit_cursor c = {0};
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct unit_read unit;
    bool more;
    if (!units_open(s, r->variants[r->candidate].row.id, &c, e))
        return false;
    for (;;) {
        arena_reset(scratch);
        struct grade_row *g = ARENA_ARRAY(scratch, r->n_graders, struct grade_row);
        yyjson_val *details;
        if (!units_next(&c, &unit, &more, e))
            return false;
        if (!more)
            return true;
        if (!grades_unpack(s, scratch, unit.grades, g, r->n_graders, e))
            return false;
        if (!g[grader].details.p || g[grader].outcome > STORE_FAIL ||
            !json_parse_lax(scratch, g[grader].details, "a grade", 1, &details, NULL))
            continue;
        struct str expected = json_display(scratch, json_get(details, "expected"));
        struct str answered = json_display(scratch, json_get(details, "predicted"));
        vec_push(&p->expected, label_number(a, p, expected));
        vec_push(&p->answered, label_number(a, p, answered));
    }
}

enum { MAX_CLASSES = 400 };

static void count_pairs(struct arena *a, const struct pairs *p, struct report_confusion *ret)
{
    size_t k = p->labels.n;
    ret->k = k;
    ret->n = p->expected.n;
    ret->labels = ARENA_ARRAY(a, k, const char *);
    ret->count = ARENA_ARRAY(a, k * k, uint32_t);
    for (size_t i = 0; i < k; i++)
        ret->labels[i] = p->labels.v[i];
    for (size_t i = 0; i < p->expected.n; i++)
        ret->count[p->expected.v[i] * k + p->answered.v[i]]++;
}

static bool load_confusion(struct arena *a, struct store *s, struct report *r, struct err *e)
{
    struct pairs p = {0};
    ptrdiff_t grader = label_grader(r);
    bool fine = grader < 0 || collect_pairs(a, s, r, (size_t)grader, &p, e);
    if (fine && p.expected.n && p.labels.n <= MAX_CLASSES)
        count_pairs(a, &p, &r->confusion);
    map_release(&p.index);
    vec_free(&p.labels);
    vec_free(&p.expected);
    vec_free(&p.answered);
    return fine;
}

bool report_gather(struct arena *a, struct store *s, const struct project *p,
                   const struct feature *f, const struct report_opts *o, struct report *ret,
                   struct err *e)
{
    struct report r = {
        .project = p, .feature = f, .public_page = o->public_page, .made_at = o->now};
    if (!load_variants(a, s, f, &r, e) || !choose_sides(&r, o, e))
        return false;
    const struct report_variant *c = &r.variants[r.candidate];
    if (!run_graders(s, a, c->run.id, &r.graders, &r.n_graders, e) || !load_confusion(a, s, &r, e))
        return false;
    struct compare_opts co = {.confidence = o->confidence, .margin = (double)NAN, .seed = o->seed};
    /* Sides without a common judged item are simply not compared. */
    r.has_comparison = r.baseline >= 0 && compare_run(a, r.variants[r.baseline].evidence,
                                                      c->evidence, &co, &r.comparison, NULL);
    if (r.has_comparison && !r.public_page &&
        !(load_flips(a, s, &r, r.comparison.gained, r.comparison.n_gained, &r.gained, &r.n_gained,
                     e) &&
          load_flips(a, s, &r, r.comparison.lost, r.comparison.n_lost, &r.lost, &r.n_lost, e)))
        return false;
    *ret = r;
    return true;
}
