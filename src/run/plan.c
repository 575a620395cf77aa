/* Making the plan of a run; see plan.h. */
#include "run/plan.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "model/baseline.h"
#include "text/json.h"

enum { STREAM_SAMPLE = 0x5a17, STREAM_ORDER = 0x07de }; /* random streams */

static bool split_wanted(const char *name, enum split s)
{
    if (strcmp(name, "all") == 0)
        return true;
    if (strcmp(name, "test") == 0)
        return s != SPLIT_TRAIN;
    return strcmp(name, split_name(s)) == 0;
}

static int by_position(const void *x, const void *y)
{
    size_t a = *(const size_t *)x, b = *(const size_t *)y;
    return a < b ? -1 : a > b;
}

/* With a limit: a random sample, the same for the same set and seed, in the order of the file.
 * The first lines of a file are often all of one kind. */
static void sample(const struct env *env, struct plan *p, size_t limit)
{
    struct rng r;
    rng_init(&r, env->seed, STREAM_SAMPLE);
    rng_shuffle(&r, p->items, p->n_items);
    p->n_items = limit;
    qsort(p->items, limit, sizeof *p->items, by_position);
}

static bool choose_items(struct arena *a, struct plan *p, struct err *e)
{
    const struct run_options *o = p->options;
    const struct golden *g = p->golden;
    p->items = ARENA_ARRAY(a, g->n, size_t);
    for (size_t i = 0; i < g->n; i++)
        if (split_wanted(o->split, (enum split)g->row[i].split))
            p->items[p->n_items++] = i;
    if (p->n_items == 0) {
        err_set(e, ERR_INPUT, "%s has %zu examples, none of them in split \"%s\"", g->path, g->n,
                o->split);
        return err_hint(e, "It has %zu train, %zu test and %zu anchor examples; choose with "
                           "--split, or make splits with `plimsoll golden split`.",
                        g->n_split[SPLIT_TRAIN], g->n_split[SPLIT_TEST],
                        g->n_split[SPLIT_ANCHOR]);
    }
    if (o->limit > 0 && (size_t)o->limit < p->n_items)
        sample(p->env, p, (size_t)o->limit);
    if (o->until_decided) { /* stopping early needs an order that says nothing */
        struct rng r;
        rng_init(&r, p->env->seed, STREAM_ORDER);
        rng_shuffle(&r, p->items, p->n_items);
    }
    return true;
}

static bool open_graders(struct arena *a, struct plan *p, struct err *e)
{
    const struct feature *f = p->feature;
    p->n_graders = f->n_graders;
    p->graders = ARENA_ARRAY(a, f->n_graders, struct plan_grader);
    for (size_t i = 0; i < f->n_graders; i++) {
        struct plan_grader *g = &p->graders[i];
        struct model_options o = {.env = p->env, .seed = p->env->seed};
        g->spec = &f->graders[i];
        if (!grader_open(a, g->spec->name, g->spec->node, &g->grader, e))
            return false;
        if (g->spec->model && !model_open(a, g->spec->model, &o, &g->grader->model, e))
            return err_wrap(e, "grader %s", g->spec->name);
        p->asks = p->asks || g->grader->ops->ask;
    }
    return true;
}

/* What baselines learn from: the train items, each with its text and label. */
static bool train_examples(struct arena *a, const struct plan *p, struct model_options *o,
                           struct hasher *h, struct err *e)
{
    const struct golden *g = p->golden;
    struct baseline_example *ex = ARENA_ARRAY(a, g->n_split[SPLIT_TRAIN], struct baseline_example);
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct item item;
        if (g->row[i].split != SPLIT_TRAIN)
            continue;
        if (!golden_item(g, i, a, &item, e))
            return false;
        ex[n] = (struct baseline_example){.id = item.id,
                                          .text = baseline_text(a, item.input),
                                          .label = item_label(a, &item),
                                          .expected = item.expected};
        hasher_add(h, ex[n].text);
        hasher_add(h, item.expected ? json_text(a, item.expected) : (struct str){0});
        n++;
    }
    o->train = ex;
    o->n_train = n;
    return true;
}

/* The train items as few-shot examples: the input's members, and `expected` beside them. */
static bool train_shots(struct arena *a, const struct plan *p, struct shot **ret, size_t *ret_n,
                        struct err *e)
{
    const struct golden *g = p->golden;
    struct shot *shots = ARENA_ARRAY(a, g->n_split[SPLIT_TRAIN], struct shot);
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct item item;
        if (g->row[i].split != SPLIT_TRAIN)
            continue;
        if (!golden_item(g, i, a, &item, e))
            return false;
        shots[n++] = (struct shot){.id = item.id,
                                   .text = item_text(a, &item),
                                   .vars = shot_vars(a, item.input, item.expected)};
    }
    *ret = shots;
    *ret_n = n;
    return true;
}

static bool open_context(struct arena *a, const struct plan *p, struct plan_variant *v,
                         struct hasher *h, struct err *e)
{
    struct shot *shots;
    size_t n;
    if (!train_shots(a, p, &shots, &n, e) ||
        !assembly_open(a, v->spec->context, v->prompt, shots, n, p->env->seed, &v->context, e))
        return false;
    hasher_add_c(h, assembly_digest(v->context).hex);
    hasher_add_int(h, (long long)p->env->seed);
    return true;
}

/* Bytes of a file the answers depend on, without holding them all. */
static bool hash_file(struct hasher *h, const char *path, struct err *e)
{
    char block[65536];
    FILE *f = fopen(path, "rb");
    size_t n;
    if (!f)
        return err_errno(e, ERR_INPUT, "cannot open %s", path);
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        hasher_add(h, (struct str){block, n});
    bool ok = !ferror(f);
    fclose(f);
    return ok || err_set(e, ERR_IO, "cannot read %s", path);
}

/* Opens the model of a variant. Its fingerprint is the spec's content key and, for models whose
 * answers come from local data, that data. */
static bool open_variant(struct arena *a, const struct plan *p, struct plan_variant *v,
                         struct err *e)
{
    const struct model_spec *m = v->spec->model;
    struct model_options o = {.env = p->env,
                              .params = v->spec->params,
                              .variant = v->spec->name,
                              .seed = p->env->seed};
    struct hasher h;
    hasher_init(&h);
    hasher_add_c(&h, v->spec->key.hex);
    if (strcmp(m->provider, "builtin") == 0) {
        hasher_add_int(&h, (long long)p->env->seed);
        if (!train_examples(a, p, &o, &h, e))
            return false;
    }
    bool replay = strcmp(m->provider, "replay") == 0;
    v->has_keys = !replay || strcmp(m->name, "-") != 0;
    if (replay && v->has_keys && !hash_file(&h, m->name, e))
        return false;
    if (v->spec->prompt && !prompt_load(a, v->spec->prompt, &v->prompt, e))
        return err_wrap(e, "variant %s", v->spec->name);
    if (v->spec->context && !open_context(a, p, v, &h, e))
        return err_wrap(e, "variant %s", v->spec->name);
    if (v->spec->guardrails && !guards_open(a, v->spec->guardrails, &v->guards, e))
        return err_wrap(e, "variant %s", v->spec->name);
    v->fingerprint = hasher_end(&h);
    if (v->spec->params)
        v->params_json = node_to_json(a, v->spec->params);
    call_params_init(&v->params);
    if (!model_open(a, m, &o, &v->model, e))
        return err_wrap(e, "variant %s", v->spec->name);
    if (model_is_local(v->model) || (call_params_read(a, v->spec->params, &v->params, e) &&
                                     model_check_params(v->model, &v->params, e)))
        return true;
    return err_wrap(e, "variant %s", v->spec->name);
}

static bool open_variants(struct arena *a, struct plan *p, struct err *e)
{
    const struct run_options *o = p->options;
    const struct feature *f = p->feature;
    p->n_variants = o->n_variants ? o->n_variants : f->n_variants;
    p->variants = ARENA_ARRAY(a, p->n_variants, struct plan_variant);
    if (p->n_variants == 0) {
        err_set(e, ERR_SPEC, "feature \"%s\" has no variants", f->name);
        return err_hint(e, "Give it one under `variants:`, for example "
                           "`boring: {model: builtin:majority}`.");
    }
    for (size_t i = 0; i < p->n_variants; i++) {
        struct plan_variant *v = &p->variants[i];
        v->spec = &f->variants[i];
        if (o->n_variants && !feature_variant(f, o->variants[i], &v->spec, e))
            return false;
        for (size_t j = 0; j < i; j++)
            if (p->variants[j].spec == v->spec)
                return err_set(e, ERR_USAGE, "variant \"%s\" is given twice", v->spec->name);
        if (!open_variant(a, p, v, e))
            return false;
    }
    return true;
}

bool plan_make(struct arena *a, const struct env *env, const struct project *project,
               const struct feature *f, const struct run_options *o, struct plan **ret,
               struct err *e)
{
    static const char *const splits[] = {"test", "train", "anchor", "all", NULL};
    struct plan *p = ARENA_NEW(a, struct plan);
    *p = (struct plan){.env = env, .project = project, .feature = f, .options = o};
    p->epochs = o->epochs ? o->epochs : f->epochs;
    bool known = false;
    for (size_t i = 0; splits[i]; i++)
        known = known || strcmp(splits[i], o->split) == 0;
    if (!known) {
        err_set(e, ERR_USAGE, "there is no split \"%s\"", o->split);
        return err_hint(e, "It is test (with the anchors), train, anchor or all.");
    }
    if (!f->golden) {
        err_set(e, ERR_SPEC, "feature \"%s\" has no golden set", f->name);
        err_hint(e, "Name one with `golden: golden/%s.jsonl`.", f->name);
        return f->node ? err_at(e, f->node->file, f->node->line, f->node->col) : false;
    }
    if (!golden_load(a, f->golden, &p->golden, e) || !choose_items(a, p, e) ||
        !open_graders(a, p, e) || !open_variants(a, p, e))
        return false;
    *ret = p;
    return true;
}

size_t plan_units(const struct plan *p)
{
    return p->n_items * (size_t)p->epochs * p->n_variants;
}
