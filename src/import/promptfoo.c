/*
 * promptfoo's configuration (YAML or JSON) as a project: prompts × providers become variants,
 * tests become golden lines that carry their own checks, metadata becomes tags.
 */
#include "import/promptfoo.h"

#include <string.h>

#include "base/file.h"
#include "import/tree.h"
#include "text/json.h"

enum { MAX_EXPANSION = 100000 };

struct config {
    struct import *im;
    const char *path;
    const struct node *root, *defaults, *templates;
    VEC(const char *) prompts; /* names of prompt files */
    struct node *tests;
};

static struct str scalar(const struct node *n)
{
    return n && n->kind == NODE_SCALAR ? n->text : (struct str){NULL, 0};
}

/* "file://x" and "x" as a path beside the configuration. */
static char *beside(struct config *c, struct str name)
{
    if (str_starts_c(name, "file://"))
        name = str_sub(name, 7, name.n);
    return file_beside(c->im->a, c->path, arena_strndup(c->im->a, name.p, name.n));
}

static bool has_ending(struct str s, const char *const *endings)
{
    for (; *endings; endings++)
        if (str_ends_c(s, *endings))
            return true;
    return false;
}

/* ---- prompts ---------------------------------------------------------------------------- */

static void add_prompt(struct config *c, const char *name, struct str text)
{
    struct import *im = c->im;
    if (str_find(text, STR("{%")) >= 0)
        import_note(im, IMPORT_APPROXIMATED,
                    "prompt %s: its {%% … %%} blocks are kept as text; write them as sections",
                    name);
    if (str_find(text, STR("|")) >= 0 && str_find(text, STR("{{")) >= 0)
        import_note(im, IMPORT_APPROXIMATED, "prompt %s: filters ({{x | f}}) are not known here",
                    name);
    const char *file = import_prompt(im, name, text);
    vec_push(&c->prompts, file);
    import_note(im, IMPORT_CAME, "prompt %s", file);
}

/* [{"role": …, "content": …}, …] as a prompt file with role sections; false if it is not that. */
static bool chat_prompt(struct config *c, const char *name, struct str text)
{
    yyjson_val *list, *m;
    size_t i, n;
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_BODY);
    text = str_trim(text);
    if (text.n == 0 || text.p[0] != '[' || !json_parse_lax(c->im->a, text, name, 1, &list, NULL) ||
        !yyjson_is_arr(list))
        return false;
    yyjson_arr_foreach(list, i, n, m)
    {
        struct str role = json_get_str(m, "role"), content = json_get_str(m, "content");
        if (str_null(role) || str_null(content))
            return false;
        buf_printf(&b, "%srole: %.*s\n\n%.*s\n", i ? "\n" : "", STR_ARG(role), STR_ARG(content));
    }
    add_prompt(c, name, buf_str(&b));
    return true;
}

static void prompt_file(struct config *c, struct str name)
{
    static const char *const code[] = {".py", ".js", ".ts", ".mjs", ".cjs", ".rb", NULL};
    struct err e = {0};
    struct str text, rest;
    struct import *im = c->im;
    for (size_t i = 0; code[i]; i++) {
        ptrdiff_t at = str_find(name, str_c(code[i]));
        size_t end = (size_t)at + strlen(code[i]);
        if (at >= 0 && (end == name.n || name.p[end] == ':')) {
            import_note(im, IMPORT_LEFT, "prompt %.*s: it is made by a program", STR_ARG(name));
            return;
        }
    }
    if (!file_read(im->a, beside(c, name), BUF_MAX_BODY, &text, &e)) {
        import_note(im, IMPORT_LEFT, "prompt %.*s: %s", STR_ARG(name), e.msg);
        return;
    }
    const char *slash = strrchr(name.p, '/');
    const char *base = slash ? slash + 1 : name.p;
    if (chat_prompt(c, base, text))
        return;
    /* one file may hold several prompts, with lines of --- between them */
    for (rest = text; rest.n;) {
        ptrdiff_t cut = str_find(rest, STR("\n---"));
        struct str one = cut < 0 ? rest : str_sub(rest, 0, (size_t)cut);
        rest = cut < 0 ? (struct str){NULL, 0} : str_sub(rest, (size_t)cut + 4, rest.n);
        one = str_trim(one);
        if (one.n)
            add_prompt(c, base, one);
    }
}

static void one_prompt(struct config *c, const struct node *p, size_t number)
{
    static const char *const files[] = {".txt", ".json", ".yaml", ".yml", ".md", ".j2", NULL};
    const struct node *raw = p->kind == NODE_MAP ? node_get(p, "raw") : p;
    struct str text = scalar(raw), label = scalar(node_get(p, "label"));
    if (str_null(text))
        text = scalar(node_get(p, "id"));
    if (str_null(text)) {
        import_note(c->im, IMPORT_LEFT, "prompt %zu: neither text nor a file", number);
        return;
    }
    char *name = label.n ? arena_strndup(c->im->a, label.p, label.n)
                         : arena_printf(c->im->a, "prompt-%zu", number);
    bool one_line = str_find_char(text, '\n') < 0 && str_find_char(text, '{') < 0;
    bool program = one_line && str_find_char(text, ' ') < 0 &&
                   (str_find(text, STR(".py")) > 0 || str_find(text, STR(".js")) > 0 ||
                    str_find(text, STR(".ts")) > 0);
    if (str_starts_c(text, "file://") || program || (one_line && has_ending(text, files)))
        prompt_file(c, str_starts_c(text, "file://") ? str_sub(text, 7, text.n) : text);
    else if (!chat_prompt(c, name, text))
        add_prompt(c, name, text);
}

static void read_prompts(struct config *c)
{
    const struct node *list = node_get(c->root, "prompts");
    if (!list)
        return;
    if (list->kind != NODE_SEQ) {
        one_prompt(c, list, 1);
        return;
    }
    for (size_t i = 0; i < list->n; i++)
        one_prompt(c, list->item[i], i + 1);
}

/* ---- tests ------------------------------------------------------------------------------ */

static bool tests_from(struct config *c, const struct node *n, struct err *e);

static bool tests_file(struct config *c, struct str name, struct err *e)
{
    static const char *const tables[] = {".csv", ".tsv", NULL};
    static const char *const trees[] = {".yaml", ".yml", ".json", NULL};
    struct import *im = c->im;
    char *path = beside(c, name);
    struct str text, line;
    if (has_ending(name, tables))
        return promptfoo_csv(im, path, c->tests, e);
    if (has_ending(name, trees)) {
        struct node *n;
        return node_read(im->a, path, &n, e) && tests_from(c, n, e);
    }
    if (str_ends_c(name, ".jsonl")) {
        size_t number = 0;
        if (!file_read(im->a, path, BUF_MAX_FILE, &text, e))
            return false;
        while (str_split(&text, '\n', &line)) {
            yyjson_val *v;
            number++;
            if (str_trim(line).n == 0)
                continue;
            if (!json_parse(im->a, line, path, number, &v, e))
                return false;
            tree_push(im->a, c->tests, node_from_json(im->a, v, path, (int)number));
        }
        return true;
    }
    import_note(im, IMPORT_LEFT, "tests %.*s: only CSV, JSONL, JSON and YAML files can be read",
                STR_ARG(name));
    return true;
}

static bool tests_from(struct config *c, const struct node *n, struct err *e)
{
    if (node_is_null(n))
        return true;
    if (n->kind == NODE_SCALAR)
        return tests_file(c, n->text, e);
    if (n->kind == NODE_SEQ) {
        for (size_t i = 0; i < n->n; i++)
            if (!tests_from(c, n->item[i], e))
                return false;
        return true;
    }
    if (node_get(n, "path") && !node_get(n, "vars")) {
        import_note(c->im, IMPORT_LEFT, "tests made by a program (%.*s)",
                    STR_ARG(scalar(node_get(n, "path"))));
        return true;
    }
    tree_push(c->im->a, c->tests, n);
    return true;
}

/* Lists under {assert} of both, one behind the other. */
static struct node *joined(struct arena *a, const struct node *x, const struct node *y)
{
    struct node *out = tree_seq(a, y ? y : x);
    const struct node *parts[] = {x, y};
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; parts[p] && parts[p]->kind == NODE_SEQ && i < parts[p]->n; i++)
            tree_push(a, out, parts[p]->item[i]);
    return out;
}

static struct node *overlay(struct arena *a, const struct node *under, const struct node *over)
{
    struct node *out = tree_merge(a, under, over);
    tree_put(a, out, STR("vars"), tree_merge(a, node_get(under, "vars"), node_get(over, "vars")));
    tree_put(a, out, STR("assert"), joined(a, node_get(under, "assert"), node_get(over, "assert")));
    tree_put(a, out, STR("metadata"),
             tree_merge(a, node_get(under, "metadata"), node_get(over, "metadata")));
    return out;
}

static bool scenarios(struct config *c, struct err *e)
{
    const struct node *list = node_get(c->root, "scenarios");
    for (size_t i = 0; list && list->kind == NODE_SEQ && i < list->n; i++) {
        const struct node *s = list->item[i], *configs = node_get(s, "config");
        struct node *kept = c->tests;
        c->tests = tree_seq(c->im->a, s);
        bool ok = tests_from(c, node_get(s, "tests"), e);
        struct node *inner = c->tests;
        c->tests = kept;
        if (!ok)
            return false;
        for (size_t j = 0; configs && configs->kind == NODE_SEQ && j < configs->n; j++)
            for (size_t k = 0; k < inner->n; k++)
                tree_push(c->im->a, c->tests, overlay(c->im->a, configs->item[j], inner->item[k]));
        import_note(c->im, IMPORT_CAME, "scenario %zu: %zu configurations × %zu tests", i + 1,
                    configs ? configs->n : 0, inner->n);
    }
    return true;
}

/* ---- golden lines ----------------------------------------------------------------------- */

/* A var that names a text file is that file's content. */
static const struct node *var_value(struct config *c, const struct node *v)
{
    static const char *const texts[] = {".txt",  ".md",  ".json", ".csv",
                                        ".yaml", ".yml", ".html", NULL};
    struct str s = scalar(v), text;
    struct err e = {0};
    if (!str_starts_c(s, "file://"))
        return v;
    if (!has_ending(s, texts)) {
        import_note(c->im, IMPORT_LEFT, "var %.*s: not a text file", STR_ARG(s));
        return v;
    }
    if (!file_read(c->im->a, beside(c, s), BUF_MAX_BODY, &text, &e)) {
        import_note(c->im, IMPORT_LEFT, "var %.*s: %s", STR_ARG(s), e.msg);
        return v;
    }
    return tree_text(c->im->a, v, text);
}

static void write_tags(struct config *c, struct jw *w, const struct node *metadata)
{
    if (node_is_null(metadata) || metadata->n == 0)
        return;
    jw_key(w, "tags");
    jw_obj(w);
    for (size_t i = 0; i < metadata->n; i++) {
        const struct node *v = metadata->item[i];
        struct str key = metadata->key[i]->text;
        jw_key_str(w, key);
        if (v->kind == NODE_SCALAR)
            jw_str(w, v->text);
        else
            jw_raw(w, node_to_json(c->im->a, v));
        if (v->kind == NODE_SCALAR)
            import_slice(c->im, key.p);
    }
    jw_end(w);
}

static void write_checks(struct config *c, struct jw *w, const struct node *test,
                         const struct node *vars)
{
    const struct node *list = node_get(test, "assert"), *threshold = node_get(test, "threshold");
    double t;
    jw_key(w, "expected");
    jw_obj(w);
    jw_key(w, "checks");
    jw_arr(w);
    for (size_t i = 0; list && list->kind == NODE_SEQ && i < list->n; i++)
        promptfoo_check(c->im, list->item[i], vars, c->templates, w);
    jw_end(w);
    if (!node_is_null(threshold) && node_num(threshold, &t, NULL))
        jw_knum(w, "threshold", t);
    jw_end(w);
}

static void write_test(struct config *c, const struct node *test, const struct node *vars,
                       size_t number)
{
    struct jw w;
    struct str id, description = scalar(node_get(test, "description"));
    const struct node *output = node_get(test, "providerOutput");
    import_golden_begin(c->im, &w, arena_strf(c->im->a, "t-%04zu", number), &id);
    jw_key(&w, "input");
    jw_obj(&w);
    for (size_t i = 0; i < vars->n; i++) {
        const struct node *v = vars->item[i];
        jw_key_str(&w, vars->key[i]->text);
        if (v->kind == NODE_SCALAR)
            jw_str(&w, v->text);
        else
            jw_raw(&w, node_to_json(c->im->a, v));
    }
    jw_end(&w);
    write_checks(c, &w, test, vars);
    write_tags(c, &w, node_get(test, "metadata"));
    if (description.n)
        jw_kstr(&w, "notes", description);
    import_golden_end(c->im, &w);
    if (output) {
        struct import_variant *v = import_variant(c->im, "recorded");
        struct jw o;
        jw_init(&o, &v->outputs, false);
        jw_obj(&o);
        jw_kstr(&o, "id", id);
        jw_kstr(&o, "output",
                output->kind == NODE_SCALAR ? output->text : node_to_json(c->im->a, output));
        jw_end(&o);
        buf_add_char(&v->outputs, '\n');
    }
}

/* A var that is a list stands for one test a value; several lists for all their combinations. */
static bool expand(struct config *c, const struct node *test, struct node *vars, size_t from,
                   size_t *number, struct err *e)
{
    for (size_t i = from; i < vars->n; i++) {
        const struct node *list = vars->item[i];
        if (list->kind != NODE_SEQ)
            continue;
        for (size_t j = 0; j < list->n; j++) {
            struct node *one = tree_merge(c->im->a, vars, NULL);
            tree_put(c->im->a, one, vars->key[i]->text, list->item[j]);
            if (!expand(c, test, one, i + 1, number, e))
                return false;
        }
        return true;
    }
    if (*number >= MAX_EXPANSION)
        return node_err(e, test, "the lists under vars expand to more than %d tests",
                        MAX_EXPANSION);
    for (size_t i = 0; i < vars->n; i++)
        tree_put(c->im->a, vars, vars->key[i]->text, var_value(c, vars->item[i]));
    write_test(c, test, vars, ++*number);
    return true;
}

static void report_options(struct config *c, const struct node *test)
{
    static const char *const gone[] = {"transform", "provider", "rubricPrompt",
                                       "prefix",    "suffix",   "postprocess"};
    const struct node *options = node_get(test, "options");
    for (size_t i = 0; i < ARRAY_LEN(gone); i++)
        if (node_get(options, gone[i]))
            import_note(c->im, IMPORT_LEFT, "a test's options.%s", gone[i]);
    if (node_get(test, "assertScoringFunction"))
        import_note(c->im, IMPORT_LEFT,
                    "assertScoringFunction: it is code; the score is the weighted mean");
    if (node_get(test, "providers") || node_get(test, "prompts"))
        import_note(c->im, IMPORT_LEFT,
                    "a test's own providers: or prompts: filter; it runs with all variants");
}

static bool write_golden(struct config *c, struct err *e)
{
    struct arena *a = c->im->a;
    size_t number = 0;
    for (size_t i = 0; i < c->tests->n; i++) {
        struct node *test = overlay(a, c->defaults, c->tests->item[i]);
        const struct node *keep = node_get(node_get(test, "options"), "disableVarExpansion");
        const struct node *list = node_get(test, "vars");
        struct node *vars = tree_merge(a, list, NULL);
        bool whole = str_eq_c(scalar(keep), "true");
        report_options(c, test);
        if (!expand(c, test, vars, whole ? vars->n : 0, &number, e))
            return false;
    }
    import_note(c->im, IMPORT_CAME, "%zu tests as %zu golden lines", c->tests->n, number);
    return true;
}

/* ---- variants --------------------------------------------------------------------------- */

static void make_variants(struct config *c)
{
    const struct node *list = node_get(c->root, "providers");
    if (!list)
        list = node_get(c->root, "targets");
    size_t n = list ? (list->kind == NODE_SEQ ? list->n : 1) : 0;
    for (size_t i = 0; i < n; i++) {
        const char *label;
        struct str params;
        const struct node *p = list->kind == NODE_SEQ ? list->item[i] : list;
        const char *model = promptfoo_provider(c->im, p, &label, &params);
        for (size_t j = 0; model && j < c->prompts.n; j++) {
            const char *prompt = c->prompts.v[j];
            size_t stem = strlen(prompt) - 3;
            const char *name = c->prompts.n == 1
                                   ? label
                                   : arena_printf(c->im->a, "%s-%.*s", label, (int)stem, prompt);
            struct import_variant *v = import_variant(c->im, name);
            v->model = model;
            v->prompt = prompt;
            v->params = params;
        }
    }
}

/* A project needs a variant: with nothing to call, the outputs are to be recorded. */
static void variant_to_name(struct config *c)
{
    if (c->im->variants.n)
        return;
    struct import_variant *v = import_variant(c->im, "yours");
    struct import_model *m = import_model(c->im, "yours");
    m->provider = "openai";
    m->name = "your-model";
    m->base_url = "http://127.0.0.1:8080/v1";
    v->model = m->alias;
    v->prompt = c->prompts.n ? c->prompts.v[0] : NULL;
    import_note(
        c->im, IMPORT_APPROXIMATED,
        "no provider or prompt came over: variant `yours` stands where you name your model");
}

static void report_root(struct config *c)
{
    static const struct {
        const char *key, *why;
    } gone[] = {
        {"derivedMetrics", "computed metrics"},
        {"redteam", "generated attacks; `plimsoll suite list` has frozen ones"},
        {"env", "environment values are never copied; set them where you run"},
        {"extensions", "hooks in code"},
        {"nunjucksFilters", "filters in code"},
        {"outputPath", "name the output when you run"},
        {"sharing", "nothing is shared"},
        {"tracing", "traces come with `plimsoll ingest`"},
        {"commandLineOptions", "give them when you run"},
    };
    for (size_t i = 0; i < ARRAY_LEN(gone); i++)
        if (node_get(c->root, gone[i].key))
            import_note(c->im, IMPORT_LEFT, "%s: %s", gone[i].key, gone[i].why);
    long long repeat = 1;
    if (node_get_int(node_get(c->root, "evaluateOptions"), "repeat", 1, 1000, &repeat, NULL) &&
        repeat > 1) {
        c->im->epochs = (int)repeat;
        import_note(c->im, IMPORT_CAME, "evaluateOptions.repeat as %lld epochs", repeat);
    }
}

static bool load_defaults(struct config *c, struct err *e)
{
    c->defaults = node_get(c->root, "defaultTest");
    if (!c->defaults || c->defaults->kind != NODE_SCALAR)
        return true;
    struct node *n;
    if (!node_read(c->im->a, beside(c, c->defaults->text), &n, e))
        return err_wrap(e, "defaultTest");
    c->defaults = n;
    return true;
}

static bool read_config(struct import *im, const char *path, struct err *e)
{
    struct node *root;
    if (!node_read(im->a, path, &root, e))
        return false;
    if (root->kind != NODE_MAP)
        return node_err(e, root, "%s where a promptfoo configuration was expected",
                        node_kind_name(root));
    if (node_get(root, "results") && node_get(root, "evalId"))
        return err_hint(e, "Use `plimsoll import promptfoo-results` for a file of results.") ||
               node_err(e, root, "these are promptfoo results, not a configuration");
    if (!node_get(root, "tests") && !node_get(root, "prompts") && !node_get(root, "scenarios"))
        return node_err(e, root, "no prompts:, tests: or scenarios: in this file");
    struct config c = {.im = im,
                       .path = path,
                       .root = root,
                       .tests = tree_seq(im->a, root),
                       .templates = node_get(root, "assertionTemplates")};
    const struct node *description = node_get(root, "description");
    if (scalar(description).n)
        im->project = import_name(im->a, description->text.p);
    read_prompts(&c);
    bool ok = load_defaults(&c, e) && tests_from(&c, node_get(root, "tests"), e) &&
              scenarios(&c, e) && write_golden(&c, e);
    if (ok) {
        make_variants(&c);
        variant_to_name(&c);
        report_root(&c);
        import_grader(im, "checks", STR("{\"type\": \"checks\"}"));
        im->success = "checks";
    }
    vec_free(&c.prompts);
    return ok;
}

extern const struct importer_ops importer_promptfoo;
const struct importer_ops importer_promptfoo = {
    .name = "promptfoo",
    .summary = "a promptfooconfig.yaml (or .json) with the files it names",
    .run = read_config,
};
