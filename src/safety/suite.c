/* Failure suites; see suite.h. */
#include "safety/suite.h"

#include <string.h>

#include "base/asset.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "golden/golden.h"
#include "spec/expr.h"
#include "stats/judge_correction.h"
#include "stats/mean.h"
#include "stats/proportion.h"
#include "text/json.h"
#include "text/jsonw.h"
#include "text/node.h"

static size_t count_lines(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static bool read_suite(struct arena *a, const struct node *n, struct suite *s, struct err *e)
{
    *s = (struct suite){.grader = node_get(n, "grader")};
    if (!node_get_str(n, "name", &s->name, e) || !node_get_str(n, "owasp", &s->owasp, e) ||
        !node_get_str(n, "mode", &s->mode, e) || !node_get_str(n, "what", &s->what, e) ||
        !node_get_str(n, "counts", &s->counts, e) || !node_get_str(n, "plant", &s->plant, e) ||
        !node_get_int(n, "version", 1, 1000000, &s->version, e) ||
        !node_get_str(s->grader, "type", &s->grader_type, e))
        return false;
    if (!asset_get(arena_printf(a, "share/suites/%s.jsonl", s->name), &s->items))
        BUG("suite %s has no items", s->name);
    s->n_items = count_lines(s->items);
    return true;
}

bool suites_load(struct arena *a, struct suite **ret, size_t *ret_n, struct err *e)
{
    struct str text;
    struct node *root;
    if (!asset_get("share/suites/index.yaml", &text))
        BUG("no index of suites");
    if (!node_parse(a, text, "share/suites/index.yaml", &root, e))
        return false;
    const struct node *list = node_get(root, "suites");
    *ret = ARENA_ARRAY(a, list->n, struct suite);
    for (size_t i = 0; i < list->n; i++)
        if (!read_suite(a, list->item[i], &(*ret)[i], e))
            return false;
    *ret_n = list->n;
    return true;
}

bool suite_find(struct arena *a, const char *name, struct suite *ret, struct err *e)
{
    struct suite *s;
    size_t n;
    if (!suites_load(a, &s, &n, e))
        return false;
    const char **names = ARENA_ARRAY(a, n + 1, const char *);
    for (size_t i = 0; i < n; i++) {
        names[i] = s[i].name;
        if (strcmp(s[i].name, name) == 0) {
            *ret = s[i];
            return true;
        }
    }
    const char *near = str_nearest(str_c(name), names);
    err_set(e, ERR_USAGE, "there is no suite \"%s\"", name);
    return near ? err_hint(e, "Did you mean %s? `plimsoll suite list` names them.", near)
                : err_hint(e, "`plimsoll suite list` names them.");
}

/* ---- the feature to run
 * -------------------------------------------------------------------------- */

/* The member of the input that holds the text: the first text of the feature's first example. */
static const char *text_member(struct arena *a, const struct feature *f)
{
    struct golden *g;
    struct item it;
    size_t i, n;
    yyjson_val *k, *v;
    if (!f->golden || !golden_load(a, f->golden, &g, NULL) || g->n == 0 ||
        !golden_item(g, 0, a, &it, NULL))
        return "text";
    yyjson_obj_foreach(it.input, i, n, k, v)
    {
        if (yyjson_is_str(v))
            return arena_strdup(a, yyjson_get_str(k));
    }
    return "text";
}

static void write_item(struct jw *w, yyjson_val *item, const char *member, struct str text)
{
    size_t i, n;
    yyjson_val *k, *v;
    jw_obj(w);
    yyjson_obj_foreach(item, i, n, k, v)
    {
        if (str_eq_c(json_str(k), "input")) {
            jw_key(w, "input");
            jw_obj(w);
            jw_kstr(w, member, text);
            jw_end(w);
        } else {
            jw_key_str(w, json_str(k));
            jw_value(w, v);
        }
    }
    jw_end(w);
}

static bool write_items(struct arena *a, const struct suite *s, const struct strategy *st,
                        const char *member, const char *path, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct str rest = s->items, line;
    buf_init(&b, BUF_MAX_BODY);
    while (str_split(&rest, '\n', &line)) {
        yyjson_val *item;
        struct jw w;
        if (str_trim(line).n == 0)
            continue;
        if (!json_parse(a, line, s->name, 1, &item, e))
            return false;
        struct str text = json_get_str(json_get(item, "input"), "text");
        jw_init(&w, &b, false);
        write_item(&w, item, member, strategy_apply(st, a, text));
        buf_add_char(&b, '\n');
    }
    return file_write(path, buf_str(&b), e);
}

/* The variant's context with a system part in front; a variant without one gets a context of that
 * part and what it sends anyway. */
static bool plant(struct arena *a, const struct suite *s, const char *member,
                  struct variant_spec *v, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    struct node *made;
    struct hasher h;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_obj(&w);
    jw_key(&w, "parts");
    jw_arr(&w);
    jw_obj(&w);
    jw_kc(&w, "system", s->plant);
    jw_end(&w);
    if (!v->context) {
        jw_obj(&w);
        jw_kc(&w, "input", v->prompt ? "prompt" : arena_printf(a, "{{%s}}", member));
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    if (!node_parse(a, arena_str(a, buf_str(&b)), "suite", &made, e))
        return false;
    if (v->context) {
        const struct node *parts = node_get(v->context, "parts");
        struct node *list = made->item[0], *copy = ARENA_NEW(a, struct node);
        struct node **items = ARENA_ARRAY(a, (parts ? parts->n : 0) + 1, struct node *);
        items[0] = list->item[0];
        for (size_t i = 0; parts && i < parts->n; i++)
            items[i + 1] = parts->item[i];
        list->item = items;
        list->n = (parts ? parts->n : 0) + 1;
        *copy = *v->context;
        copy->item = ARENA_ARRAY(a, copy->n, struct node *);
        for (size_t i = 0; i < copy->n; i++)
            copy->item[i] = str_eq_c(copy->key[i]->text, "parts") ? list : v->context->item[i];
        v->context = copy;
    } else {
        v->context = made;
    }
    hasher_init(&h);
    hasher_add_c(&h, v->key.hex);
    hasher_add_c(&h, s->plant);
    v->key = hasher_end(&h);
    return true;
}

static bool set_grader(struct arena *a, const struct suite *s, struct feature *f, struct err *e)
{
    struct hasher h;
    struct grader_spec *g = ARENA_NEW(a, struct grader_spec);
    hasher_init(&h);
    hasher_add(&h, node_to_json(a, s->grader));
    *g = (struct grader_spec){.name = s->mode,
                              .type = s->grader_type,
                              .weight = 1,
                              .threshold = STAT_NAN,
                              .node = s->grader,
                              .key = hasher_end(&h)};
    f->graders = g;
    f->n_graders = 1;
    f->grader_names = ARENA_ARRAY(a, 2, const char *);
    f->grader_names[0] = s->mode;
    return expr_parse(a, str_c(s->mode), f->grader_names, "suite", 1, 1, &f->success, e);
}

bool suite_feature(struct arena *a, const struct suite *s, const struct strategy *st,
                   const struct feature *f, const char *const *variants, const char *folder,
                   struct feature *ret, struct err *e)
{
    const char *member = text_member(a, f);
    const char *path =
        arena_printf(a, "%s/%s@%lld+%s.jsonl", folder, s->name, s->version, st->name);
    size_t n = 0;
    while (variants[n])
        n++;
    *ret = *f;
    ret->name = arena_printf(a, "%s/%s", f->name, s->name);
    ret->golden = path;
    ret->n_slices = 0;
    ret->epochs = 1;
    ret->gate = (struct gate_spec){0};
    ret->variants = ARENA_ARRAY(a, n, struct variant_spec);
    ret->n_variants = n;
    for (size_t i = 0; i < n; i++) {
        const struct variant_spec *v;
        if (!feature_variant(f, variants[i], &v, e))
            return false;
        ret->variants[i] = *v;
        if (s->plant && !plant(a, s, member, &ret->variants[i], e))
            return false;
    }
    return file_mkdirs(folder, e) && write_items(a, s, st, member, path, e) &&
           set_grader(a, s, ret, e);
}

/* ---- rates
 * ------------------------------------------------------------------------------------------ */

struct table3 {
    double n[3][3]; /* people × detector: comply, partial, refuse */
};

static bool read_measured(struct arena *a, struct table3 *t, struct err *e)
{
    static const char *const labels[] = {"comply", "partial", "refuse"};
    struct str text;
    yyjson_val *root;
    if (!asset_get("share/refusal/measured.json", &text))
        BUG("no measured error of the refusal detector");
    if (!json_parse(a, text, "share/refusal/measured.json", 1, &root, e))
        return false;
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++)
            t->n[i][k] =
                json_get_num(json_get(json_get(root, "people_by_grader"), labels[i]), labels[k], 0);
    return true;
}

/* What the suite counts as failing, as a set of labels. */
static void failing(const struct suite *s, bool out[3])
{
    const struct node *want = node_get(s->grader, "want"),
                      *partial = node_get(s->grader, "partial_counts");
    bool wants_refusal = want && str_eq_c(want->text, "refuse");
    bool partial_refuses = partial && str_eq_c(partial->text, "refuse");
    out[0] = wants_refusal;
    out[1] = wants_refusal != partial_refuses;
    out[2] = !wants_refusal;
}

bool suite_rate(struct arena *a, const struct suite *s, struct suite_counts c,
                struct suite_rate *ret, struct err *e)
{
    struct table3 t;
    bool fails[3];
    double m1 = 0, m0 = 0, tp = 0, tn = 0;
    *ret = (struct suite_rate){.raw = estimate_rate(c.failures, c.judged, 0.95),
                               .corrected = estimate_none("rogan_gladen")};
    if (strcmp(s->grader_type, "refusal") != 0) {
        ret->why = "the detector looks for what was planted or is a form: it has no measured error";
        return true;
    }
    if (!read_measured(a, &t, e))
        return false;
    failing(s, fails);
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            *(fails[i] ? &m1 : &m0) += t.n[i][k];
            if (fails[i] && fails[k])
                tp += t.n[i][k];
            if (!fails[i] && !fails[k])
                tn += t.n[i][k];
        }
    }
    if (c.judged == 0)
        ret->why = "nothing was judged";
    else
        ret->corrected = estimate_of(rogan_gladen_ci(c.failures, c.judged, (size_t)tn, (size_t)m0,
                                                     (size_t)tp, (size_t)m1, 0.95),
                                     c.judged, "rogan_gladen");
    return true;
}
