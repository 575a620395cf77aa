/* The project file as a whole, and looking things up in a project. */
#include "spec/project.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "spec/features.h"
#include "spec/models.h"
#include "spec/tree.h"

static void read_version(struct tree *t, const struct node *root)
{
    const struct node *n = node_get(root, "version");
    if (node_is_null(n))
        tree_problem(t, root, "Begin the file with `version: 1`.", "`version:` is missing");
    else if (n->kind != NODE_SCALAR || !str_eq_c(n->text, "1"))
        tree_problem(t, n, "This program reads version 1 of the format.",
                     "version: %.*s where 1 was expected",
                     STR_ARG(n->kind == NODE_SCALAR ? n->text : str_c(node_kind_name(n))));
}

static void read_store(struct tree *t, const struct node *root, struct project *p)
{
    p->store = file_beside(t->a, p->path, ".plimsoll/plimsoll.db");
    const char *text = NULL;
    tree_get_str(t, root, "store", &text);
    if (text && strstr(text, "://"))
        p->store = text;
    else
        tree_get_path(t, root, "store", &p->store);
    const char *from_env = t->env ? env_get(t->env, "PLIMSOLL_STORE") : NULL;
    if (from_env && from_env[0])
        p->store = arena_strdup(t->a, from_env);
}

static void read_root(struct tree *t, const struct node *root, struct project *p)
{
    static const char *const keys[] = {"version",  "project", "description", "store",   "models",
                                       "features", "routing", "review",      "monitor", NULL};
    tree_check_keys(t, root, keys);
    read_version(t, root);
    p->name = "project";
    tree_get_str(t, root, "project", &p->name);
    read_store(t, root, p);
    models_read(t, tree_get_mapping(t, root, "models"), p);
    features_read(t, tree_get_mapping(t, root, "features"), p);
    if (node_is_null(node_get(root, "features")))
        tree_problem(t, root, "`plimsoll init` makes a project to start from.",
                     "`features:` is missing");
    p->routing = tree_get_mapping(t, root, "routing");
    p->review = tree_get_mapping(t, root, "review");
    p->monitor = tree_get_mapping(t, root, "monitor");
}

static bool read_project(struct tree *t, struct node *root, const char *path, struct project **ret,
                         struct spec_report *report, struct err *e)
{
    if (!node_want(root, NODE_MAP, "a project", e))
        return err_hint(e,
                        "`plimsoll init` makes a project to start from; docs/spec.md has it all.");
    struct project *p = ARENA_NEW(t->a, struct project);
    p->path = arena_strdup(t->a, path);
    p->node = root;
    read_root(t, root, p);
    spec_report_sort(&t->problems, p->path);
    *report = t->problems;
    *ret = p;
    return true;
}

bool project_load_all(struct arena *a, const struct env *env, const char *path,
                      struct project **ret, struct spec_report *report, struct err *e)
{
    CLEANUP(tree_release) struct tree t = {0};
    struct node *root;
    tree_init(&t, a, env);
    *report = (struct spec_report){.a = a};
    if (!tree_root(&t, path, &root, e)) {
        if (e->code == ERR_NOT_FOUND)
            err_hint(e, "`plimsoll init` makes a project to start from; -f names another file.");
        return false;
    }
    return read_project(&t, root, path, ret, report, e);
}

bool project_parse(struct arena *a, const struct env *env, struct str text, const char *path,
                   struct project **ret, struct spec_report *report, struct err *e)
{
    CLEANUP(tree_release) struct tree t = {0};
    struct node *root;
    tree_init(&t, a, env);
    t.no_files = true;
    *report = (struct spec_report){.a = a};
    return tree_root_text(&t, text, path, &root, e) && read_project(&t, root, path, ret, report, e);
}

bool project_load(struct arena *a, const struct env *env, const char *path, struct project **ret,
                  struct err *e)
{
    struct spec_report report;
    if (!project_load_all(a, env, path, ret, &report, e))
        return false;
    if (report.n == 0)
        return true;
    *e = report.v[0];
    if (report.n > 1 && !e->hint[0])
        err_hint(e, "`plimsoll check` lists this and %zu more problem%s.", report.n - 1,
                 report.n == 2 ? "" : "s");
    return false;
}

/* --- lookups --- */

/* "a, b, c" for a message; the list is cut after 20 names. */
static const char *listing(char *out, size_t size, const char *const *names)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; names[i] && i < 20 && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", names[i]);
    return out;
}

static bool no_such(struct err *e, const char *what, const char *name, const char *const *names,
                    const char *where)
{
    char all[400];
    const char *near = str_nearest(str_c(name), names);
    err_set(e, ERR_NOT_FOUND, "there is no %s \"%s\" in %s", what, name, where);
    if (near)
        return err_hint(e, "Did you mean \"%s\"?", near);
    return names[0] ? err_hint(e, "There are: %s.", listing(all, sizeof all, names))
                    : err_hint(e, "There are none.");
}

bool project_feature(const struct project *p, const char *name, const struct feature **ret,
                     struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    char all[400];
    const char **names = ARENA_ARRAY(a, p->n_features + 1, const char *);
    for (size_t i = 0; i < p->n_features; i++) {
        names[i] = p->features[i].name;
        if (name ? strcmp(name, names[i]) == 0 : p->n_features == 1) {
            *ret = &p->features[i];
            return true;
        }
    }
    if (name)
        return no_such(e, "feature", name, names, p->path);
    err_set(e, ERR_USAGE, "%s has %zu features, which one is meant?", p->path, p->n_features);
    return err_hint(e, "Name one of %s.", listing(all, sizeof all, names));
}

bool feature_variant(const struct feature *f, const char *name, const struct variant_spec **ret,
                     struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const char **names = ARENA_ARRAY(a, f->n_variants + 1, const char *);
    for (size_t i = 0; i < f->n_variants; i++) {
        names[i] = f->variants[i].name;
        if (strcmp(name, names[i]) == 0) {
            *ret = &f->variants[i];
            return true;
        }
    }
    return no_such(e, "variant", name, names, arena_printf(a, "feature %s", f->name));
}

ptrdiff_t feature_grader(const struct feature *f, const char *name)
{
    for (size_t i = 0; i < f->n_graders; i++)
        if (strcmp(f->graders[i].name, name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

bool model_resolve(struct arena *a, const struct project *p, const struct node *n,
                   const struct model_spec **ret, struct err *e)
{
    CLEANUP(tree_release) struct tree t = {0};
    tree_init(&t, a, NULL);
    *ret = models_resolve(&t, p, n);
    if (*ret && t.problems.n == 0)
        return true;
    if (t.problems.n)
        *e = t.problems.v[0];
    else
        node_err(e, n, "the model's own mapping is broken");
    return false;
}

bool model_resolve_text(struct arena *a, const struct project *p, const char *text,
                        const struct model_spec **ret, struct err *e)
{
    struct node *n = ARENA_NEW(a, struct node);
    *n = (struct node){.kind = NODE_SCALAR, .text = str_c(arena_strdup(a, text))};
    return model_resolve(a, p, n, ret, e);
}

bool spec_mapping(struct arena *a, const struct env *env, const struct node *n, const char *what,
                  const struct node **ret, struct err *e)
{
    CLEANUP(tree_release) struct tree t = {0};
    tree_init(&t, a, env);
    bool ok = tree_mapping(&t, n, what, ret);
    if (ok && t.problems.n == 0)
        return *ret || node_want(n, NODE_MAP, what, e);
    *e = t.problems.v[0];
    return false;
}

const char *spec_path(struct arena *a, const struct node *n)
{
    char *name = arena_strndup(a, n->text.p, n->text.n);
    return n->file ? file_beside(a, n->file, name) : name;
}

const char *project_store_label(struct arena *a, const char *store)
{
    const char *scheme = strstr(store, "://");
    if (!scheme)
        return store;
    const char *rest = scheme + 3, *end = rest + strcspn(rest, "/?#");
    const char *at = NULL;
    for (const char *c = rest; c < end; c++)
        if (*c == '@')
            at = c;
    const char *host = at ? at + 1 : rest;
    const char *stop = strpbrk(host, "?#"); /* parameters may hold a password as well */
    return arena_printf(a, "%.*s://%.*s", (int)(scheme - store), store,
                        (int)(stop ? (size_t)(stop - host) : strlen(host)), host);
}
