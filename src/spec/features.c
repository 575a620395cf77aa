/* Features of the spec: golden set, variants, graders, success and gate. */
#include "spec/features.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "spec/models.h"
#include "text/json.h"

static const char *const tasks[] = {
    "classification", "extraction", "summarization", "qa", "generation", "agent", NULL};

const char *task_name(enum task t) { return tasks[t]; }

static const char *did_you_mean(struct tree *t, struct str s, const char *const *names)
{
    const char *near = str_nearest(s, names);
    return near ? arena_printf(t->a, "Did you mean \"%s\"?", near) : NULL;
}

/* --- content keys --- */

static void hash_node(struct tree *t, struct hasher *h, const char *what, const struct node *n)
{
    yyjson_val *v;
    struct err e = {0};
    hasher_add_c(h, what);
    if (n && json_parse(t->a, node_to_json(t->a, n), what, 1, &v, &e))
        hasher_add(h, json_canonical(t->a, v));
}

/* The file's bytes, or (noted at `at`) why they cannot be read. */
static void hash_file(struct tree *t, struct hasher *h, const char *path, const struct node *at)
{
    struct str text;
    struct err e = {0};
    if (t->no_files)
        return;
    if (file_read(t->a, path, BUF_MAX_BODY, &text, &e)) {
        hasher_add(h, text);
        return;
    }
    err_at(&e, at->file, at->line, at->col);
    tree_note(t, &e);
}

/* --- variants --- */

static void read_variant(struct tree *t, const struct project *p, const struct node *map,
                         struct variant_spec *v)
{
    static const char *const keys[] = {"model",   "description", "prompt", "params",
                                       "context", "guardrails",  "agent",  NULL};
    struct hasher h;
    tree_check_keys(t, map, keys);
    tree_get_str(t, map, "description", &v->description);
    if (!node_get(map, "model"))
        tree_problem(t, map, "For instance `model: builtin:majority`, the simplest baseline.",
                     "variant %s needs `model:`", v->name);
    else
        v->model = models_resolve(t, p, node_get(map, "model"));
    tree_get_path(t, map, "prompt", &v->prompt);
    v->params = tree_get_mapping(t, map, "params");
    v->context = tree_get_mapping(t, map, "context");
    v->guardrails = tree_get_mapping(t, map, "guardrails");
    v->agent = tree_get_mapping(t, map, "agent");
    hasher_init(&h);
    hasher_add_c(&h, "variant 1");
    hasher_add_c(&h, v->model ? v->model->key.hex : "");
    hash_node(t, &h, "params", v->params);
    hash_node(t, &h, "context", v->context);
    hash_node(t, &h, "guardrails", v->guardrails);
    hash_node(t, &h, "agent", v->agent);
    hasher_add_c(&h, "prompt");
    if (v->prompt)
        hash_file(t, &h, v->prompt, node_get(map, "prompt"));
    v->key = hasher_end(&h);
}

static void read_variants(struct tree *t, const struct project *p, const struct node *feature,
                          struct feature *f)
{
    const struct node *map = tree_get_mapping(t, feature, "variants"), *body;
    f->variants = ARENA_ARRAY(t->a, map ? map->n : 0, struct variant_spec);
    for (size_t i = 0; map && i < map->n; i++) {
        struct variant_spec *v = &f->variants[f->n_variants];
        const struct node *key = map->key[i];
        if (str_eq_c(key->text, "shipped"))
            tree_problem(t, key, NULL,
                         "a variant cannot be called \"shipped\": that word stands "
                         "for the last variant a gate let through");
        if (!tree_mapping(t, map->item[i], "a variant", &body))
            continue;
        *v = (struct variant_spec){.name = key->text.p, .node = body ? body : key};
        read_variant(t, p, body ? body : key, v);
        f->n_variants++;
    }
}

/* --- graders --- */

static bool reserved(struct str name)
{
    static const char *const words[] = {
        "and",           "or",         "not",          "each",       "score",
        "baseline",      "calibrated", "success_rate", "error_rate", "cost_per_success",
        "cost_per_1000", NULL};
    for (const char *const *w = words; *w; w++)
        if (str_eq_c(name, *w))
            return true;
    return false;
}

/* A scalar that can only be the name of a file. */
static bool names_file(const struct node *n)
{
    static const char *const ends[] = {".yaml", ".yml", ".json", ".jsonl", ".md",  ".txt",
                                       ".lua",  ".py",  ".sh",   ".csv",   ".tsv", ".mustache"};
    if (n->kind != NODE_SCALAR || n->text.n > 1024 || memchr(n->text.p, ' ', n->text.n))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends_c(n->text, ends[i]))
            return true;
    return false;
}

static void read_grader(struct tree *t, const struct project *p, const struct node *map,
                        struct grader_spec *g)
{
    struct hasher h;
    tree_get_str(t, map, "type", &g->type);
    if (!g->type)
        tree_problem(t, map, "For instance `type: label`; docs/graders.md lists the types.",
                     "grader %s needs `type:`", g->name);
    tree_get_num(t, map, "weight", 0, 1e9, &g->weight);
    tree_get_num(t, map, "threshold", -1e9, 1e9, &g->threshold);
    const struct node *model = node_get(map, "model");
    if (!node_is_null(model))
        g->model = models_resolve(t, p, model);
    hasher_init(&h);
    hasher_add_c(&h, "grader 1");
    hash_node(t, &h, "options", map);
    hasher_add_c(&h, g->model ? g->model->key.hex : "");
    for (size_t i = 0; i < map->n; i++) {
        const struct node *item = map->item[i];
        if (!names_file(item))
            continue;
        char *path = file_beside(t->a, item->file, arena_strndup(t->a, item->text.p, item->text.n));
        hasher_add(&h, map->key[i]->text);
        hash_file(t, &h, path, item);
    }
    g->key = hasher_end(&h);
}

static void read_graders(struct tree *t, const struct project *p, const struct node *feature,
                         struct feature *f)
{
    const struct node *map = tree_get_mapping(t, feature, "graders"), *body;
    size_t max = map ? map->n : 0;
    f->graders = ARENA_ARRAY(t->a, max, struct grader_spec);
    f->grader_names = ARENA_ARRAY(t->a, max + 1, const char *);
    for (size_t i = 0; i < max; i++) {
        const struct node *key = map->key[i];
        if (!expr_is_name(key->text))
            tree_problem(t, key, "Letters, digits, \"_\" and \"-\", beginning with a letter.",
                         "\"%s\" cannot be a grader's name", key->text.p);
        else if (reserved(key->text))
            tree_problem(t, key, NULL,
                         "\"%s\" cannot be a grader's name: it means something else "
                         "in `success:` or `require:`",
                         key->text.p);
        if (!tree_mapping(t, map->item[i], "a grader", &body))
            continue;
        if (!body) {
            tree_problem(t, key, NULL, "grader %s: nothing where a mapping was expected",
                         key->text.p);
            continue;
        }
        struct grader_spec *g = &f->graders[f->n_graders];
        *g = (struct grader_spec){
            .name = key->text.p, .weight = 1, .threshold = (double)NAN, .node = body};
        read_grader(t, p, body, g);
        f->grader_names[f->n_graders++] = g->name;
    }
}

/* All names under graders:, those of broken ones as well, so that one mistake is one problem. */
static const char *const *declared_graders(struct tree *t, const struct node *feature,
                                           const struct feature *f)
{
    const struct node *map = node_get(feature, "graders");
    if (!map || map->kind != NODE_MAP)
        return f->grader_names;
    const char **names = ARENA_ARRAY(t->a, map->n + 1, const char *);
    for (size_t i = 0; i < map->n; i++)
        names[i] = map->key[i]->text.p;
    return names;
}

/* --- success and gate --- */

static int text_col(const struct node *n) { return n->col + (n->quoted ? 1 : 0); }

static void read_success(struct tree *t, const struct node *feature, struct feature *f)
{
    struct err e = {0};
    const struct node *n = node_get(feature, "success");
    const char *text;
    f->success = expr_all(t->a, f->grader_names);
    if (node_is_null(n))
        return;
    if (!node_str(n, &text, &e)) {
        err_wrap(&e, "success");
        tree_note(t, &e);
        return;
    }
    const char *const *names = declared_graders(t, feature, f);
    struct expr *x;
    if (!expr_parse(t->a, n->text, names, n->file, n->line, text_col(n), &x, &e))
        tree_note(t, &e);
    else
        f->success = x;
}

static void check_requirement(struct tree *t, const struct feature *f, const struct node *n,
                              const struct requirement *r)
{
    if (requirement_is_relative(r) && !f->gate.baseline)
        tree_problem(t, n, "Add `baseline: shipped` or the name of a variant to the gate.",
                     "\"%s\" compares with a baseline, and the gate names none", r->text);
    if (!r->slice)
        return;
    for (size_t i = 0; i < f->n_slices; i++)
        if (strcmp(f->slices[i], r->slice) == 0)
            return;
    const char *hint = did_you_mean(t, str_c(r->slice), f->slices);
    tree_problem(t, n, hint ? hint : "Slices are tags that golden.slices lists.",
                 "\"%s\" is not among the slices of the golden set", r->slice);
}

static void read_requirements(struct tree *t, const struct node *gate, const struct node *feature,
                              struct feature *f)
{
    struct err e = {0};
    const struct node *list = node_get(gate, "require");
    size_t max = list && list->kind == NODE_SEQ ? list->n : 1;
    const char *const *names = declared_graders(t, feature, f);
    if (node_is_null(list))
        return;
    f->gate.require = ARENA_ARRAY(t->a, max, struct requirement);
    for (size_t i = 0; i < max; i++) {
        const struct node *n = list->kind == NODE_SEQ ? list->item[i] : list;
        struct requirement *r = &f->gate.require[f->gate.n_require];
        const char *text;
        /* `- each lang: success_rate >= 0.8` is a mapping to YAML; read it as it was meant */
        if (n->kind == NODE_MAP && n->n == 1 && n->item[0]->kind == NODE_SCALAR &&
            str_starts_c(n->key[0]->text, "each ")) {
            struct node *joined = ARENA_NEW(t->a, struct node);
            *joined = *n->key[0];
            joined->text =
                arena_strf(t->a, "%.*s: %.*s", STR_ARG(n->key[0]->text), STR_ARG(n->item[0]->text));
            n = joined;
        }
        if (!node_str(n, &text, &e)) {
            err_wrap(&e, "require");
            tree_note(t, &e);
        } else if (!requirement_parse(t->a, n->text, names, n->file, n->line, text_col(n), r, &e)) {
            tree_note(t, &e);
        } else {
            check_requirement(t, f, n, r);
            f->gate.n_require++;
        }
    }
}

static void read_gate(struct tree *t, const struct node *feature, struct feature *f)
{
    static const char *const keys[] = {"baseline", "confidence", "require", NULL};
    const struct node *gate = tree_get_mapping(t, feature, "gate");
    f->gate.confidence = 0.95;
    if (!gate)
        return;
    f->gate.present = true;
    tree_check_keys(t, gate, keys);
    tree_get_str(t, gate, "baseline", &f->gate.baseline);
    tree_get_num(t, gate, "confidence", 0.5, 0.9999, &f->gate.confidence);
    const struct node *variants = node_get(feature, "variants");
    if (f->gate.baseline && strcmp(f->gate.baseline, "shipped") != 0 &&
        !node_get(variants, f->gate.baseline)) {
        const char **names = ARENA_ARRAY(t->a, f->n_variants + 2, const char *);
        for (size_t i = 0; i < f->n_variants; i++)
            names[i] = f->variants[i].name;
        names[f->n_variants] = "shipped";
        tree_problem(t, node_get(gate, "baseline"), did_you_mean(t, str_c(f->gate.baseline), names),
                     "baseline: there is no variant \"%s\"", f->gate.baseline);
    }
    if (node_is_null(node_get(gate, "require")))
        tree_problem(t, gate, "Add `require:` with lines such as `success_rate >= 0.90`.",
                     "a gate without requirements lets everything through");
    read_requirements(t, gate, feature, f);
}

/* --- features --- */

static void read_golden(struct tree *t, const struct node *feature, struct feature *f)
{
    static const char *const keys[] = {"path", "slices", "labels", NULL};
    const struct node *golden = node_get(feature, "golden"), *map = NULL;
    bool is_path = golden && golden->kind == NODE_SCALAR &&
                   (str_ends_c(golden->text, ".jsonl") || str_ends_c(golden->text, ".csv") ||
                    str_ends_c(golden->text, ".tsv") || str_ends_c(golden->text, ".ndjson"));
    if (is_path) {
        f->golden_node = golden;
        tree_get_path(t, feature, "golden", &f->golden);
    } else {
        map = tree_get_mapping(t, feature, "golden");
        tree_check_keys(t, map, keys);
        f->golden_node = node_get(map, "path");
        tree_get_path(t, map, "path", &f->golden);
        if (map && !f->golden_node)
            tree_problem(t, map, NULL, "golden: `path:` is missing");
    }
    tree_get_strings(t, map, "slices", &f->slices, &f->n_slices);
    tree_get_strings(t, map, "labels", &f->labels, &f->n_labels);
}

static void read_task(struct tree *t, const struct node *map, struct feature *f)
{
    const char *task = NULL;
    f->task = TASK_GENERATION;
    tree_get_str(t, map, "task", &task);
    if (!task) {
        if (!node_get(map, "task"))
            tree_problem(t, map,
                         "One of classification, extraction, summarization, qa, generation, "
                         "agent.",
                         "feature %s needs `task:`", f->name);
        return;
    }
    for (size_t i = 0; tasks[i]; i++) {
        if (strcmp(task, tasks[i]) != 0)
            continue;
        f->task = (enum task)i;
        return;
    }
    const char *hint = did_you_mean(t, str_c(task), tasks);
    tree_problem(t, node_get(map, "task"),
                 hint ? hint
                      : "One of classification, extraction, summarization, qa, generation, "
                        "agent.",
                 "unknown task \"%s\"", task);
}

static void read_feature(struct tree *t, const struct project *p, const struct node *map,
                         struct feature *f)
{
    static const char *const keys[] = {"task",    "description", "golden", "variants", "graders",
                                       "success", "gate",        "epochs", "volume",   "suites",
                                       "routing", "review",      "agent",  NULL};
    tree_check_keys(t, map, keys);
    tree_get_str(t, map, "description", &f->description);
    read_task(t, map, f);
    read_golden(t, map, f);
    tree_get_int(t, map, "epochs", 1, 10000, &f->epochs);
    tree_get_num(t, map, "volume", 0, 1e15, &f->volume);
    read_variants(t, p, map, f);
    read_graders(t, p, map, f);
    read_success(t, map, f);
    read_gate(t, map, f);
    f->suites = node_is_null(node_get(map, "suites")) ? NULL : node_get(map, "suites");
    f->routing = tree_get_mapping(t, map, "routing");
    f->review = tree_get_mapping(t, map, "review");
    f->agent = tree_get_mapping(t, map, "agent");
}

void features_read(struct tree *t, const struct node *features, struct project *p)
{
    p->features = ARENA_ARRAY(t->a, features ? features->n : 0, struct feature);
    for (size_t i = 0; features && i < features->n; i++) {
        const struct node *key = features->key[i], *map;
        if (!tree_mapping(t, features->item[i], "a feature", &map))
            continue;
        if (!map) {
            tree_problem(t, key, NULL, "feature %s: nothing where a mapping was expected",
                         key->text.p);
            continue;
        }
        struct feature *f = &p->features[p->n_features++];
        *f = (struct feature){.name = key->text.p, .epochs = 1, .volume = (double)NAN, .node = map};
        read_feature(t, p, map, f);
    }
}
