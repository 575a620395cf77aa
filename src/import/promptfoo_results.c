/*
 * promptfoo's results (JSON or YAML of `-o`, or JSONL of one result a line): each test becomes a
 * golden line with its checks, each prompt × provider a variant whose recorded outputs replay.
 * Repeats have no index there: a test met again for the same variant is the next epoch.
 */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "import/promptfoo.h"
#include "import/record.h"
#include "import/tree.h"
#include "text/json.h"

struct results {
    struct import *im;
    struct map tests;  /* canonical vars + description -> struct str id */
    struct map epochs; /* variant + id -> count */
    size_t judge_errors, n;
};

static double num_of(const struct node *map, const char *key)
{
    double d = NAN;
    const struct node *n = node_get(map, key);
    return n && n->kind == NODE_SCALAR && str_double(n->text, &d) ? d : (double)NAN;
}

static struct str text_of(const struct node *n)
{
    return n && n->kind == NODE_SCALAR ? n->text : (struct str){NULL, 0};
}

static struct str test_id(struct results *r, const struct node *row, const struct node *vars)
{
    struct import *im = r->im;
    const struct node *test = node_get(row, "testCase");
    struct str description = text_of(node_get(test, "description"));
    struct str key =
        arena_strf(im->a, "%.*s\n%.*s", STR_ARG(node_to_json(im->a, vars)), STR_ARG(description));
    struct str *known = map_get(&r->tests, key);
    if (known)
        return *known;
    struct jw w;
    struct str *id = ARENA_NEW(im->a, struct str);
    import_golden_begin(im, &w, arena_strf(im->a, "t-%04zu", r->tests.n + 1), id);
    jw_key(&w, "input");
    jw_raw(&w, vars && vars->kind == NODE_MAP ? node_to_json(im->a, vars) : STR("{}"));
    jw_key(&w, "expected");
    jw_obj(&w);
    jw_key(&w, "checks");
    jw_arr(&w);
    const struct node *list = node_get(test, "assert");
    for (size_t i = 0; list && list->kind == NODE_SEQ && i < list->n; i++)
        promptfoo_check(im, list->item[i], vars, NULL, &w);
    jw_end(&w);
    if (!isnan(num_of(test, "threshold")))
        jw_knum(&w, "threshold", num_of(test, "threshold"));
    jw_end(&w);
    const struct node *metadata = node_get(test, "metadata");
    if (metadata && metadata->kind == NODE_MAP && metadata->n) {
        jw_key(&w, "tags");
        jw_raw(&w, node_to_json(im->a, metadata));
    }
    if (description.n)
        jw_kstr(&w, "notes", description);
    import_golden_end(im, &w);
    map_put(&r->tests, key, id);
    return *id;
}

/* Named after the provider and, as a provider runs several prompts, the prompt's number. Results
 * of before version 2 name no provider: there the prompt's own text is the name. */
static struct import_variant *variant_of(struct results *r, const struct node *row)
{
    const struct node *provider = node_get(row, "provider"), *prompt = node_get(row, "prompt");
    struct str name = text_of(node_get(provider, "label"));
    struct str idx = text_of(node_get(row, "promptIdx"));
    if (name.n == 0)
        name =
            text_of(provider && provider->kind == NODE_MAP ? node_get(provider, "id") : provider);
    if (name.n == 0)
        name = text_of(node_get(prompt, "label"));
    if (name.n == 0)
        name = text_of(node_get(prompt, "display"));
    const char *full = idx.n ? arena_printf(r->im->a, "%.*s-p%.*s", STR_ARG(name), STR_ARG(idx))
                             : arena_strndup(r->im->a, name.p, name.n);
    return import_variant(r->im, full);
}

static void one_result(struct results *r, const struct node *row)
{
    struct import *im = r->im;
    const struct node *vars = node_get(row, "vars"), *response = node_get(row, "response");
    const struct node *output = node_get(response, "output"),
                      *usage = node_get(response, "tokenUsage");
    if (node_is_null(vars))
        vars = node_get(node_get(row, "testCase"), "vars");
    if (!response || (!node_get(row, "provider") && !node_get(row, "prompt"))) {
        import_note(im, IMPORT_LEFT, "a result without a response, or without provider and prompt");
        return;
    }
    if (!node_get(row, "testCase"))
        import_note(im, IMPORT_APPROXIMATED,
                    "results of an old version carry no assertions: their outputs came, write the "
                    "checks into the golden set");
    struct str id = test_id(r, row, vars);
    struct import_variant *v = variant_of(r, row);
    struct str key = arena_strf(im->a, "%s\n%.*s", v->name, STR_ARG(id));
    struct map_entry *seen = map_entry(&r->epochs, key, NULL);
    size_t *epoch = seen->value ? seen->value : ARENA_NEW(im->a, size_t);
    seen->value = epoch;
    ++*epoch;
    if ((int)*epoch > im->epochs)
        im->epochs = (int)*epoch;
    struct jw w;
    struct str text = output && output->kind == NODE_SCALAR ? output->text
                      : node_is_null(output)                ? STR("")
                                                            : node_to_json(im->a, output);
    record_begin(v, &w, id, (long long)*epoch, text);
    record_numbers(&w, num_of(row, "latencyMs"), num_of(row, "cost"), num_of(usage, "prompt"),
                   num_of(usage, "completion"), num_of(usage, "cached"));
    struct str error = text_of(node_get(response, "error"));
    if (error.n == 0 && num_of(row, "failureReason") >= 2)
        error = text_of(node_get(row, "error"));
    if (error.n)
        jw_kstr(&w, "error", error);
    record_end(v, &w);
    r->n++;
}

static bool read_lines(struct results *r, const char *path, struct err *e)
{
    CLEANUP(line_reader_close) struct line_reader lines = {0};
    struct str line;
    bool more;
    if (!line_reader_open(&lines, path, BUF_MAX_LINE, e))
        return false;
    while (line_reader_next(&lines, &line, &more, e)) {
        yyjson_val *v;
        if (!more)
            return true;
        if (str_trim(line).n == 0)
            continue;
        if (!json_parse_lax(r->im->a, line, path, lines.line, &v, e))
            return false;
        one_result(r, node_from_json(r->im->a, v, path, (int)lines.line));
    }
    return false;
}

static bool read_tree(struct results *r, const char *path, struct err *e)
{
    struct node *root;
    if (!node_read(r->im->a, path, &root, e))
        return false;
    const struct node *outer = node_get(root, "results");
    const struct node *list = outer && outer->kind == NODE_SEQ ? outer : node_get(outer, "results");
    if (!list && !outer)
        list = node_get(root, "results");
    if (!list || list->kind != NODE_SEQ)
        return node_err(e, root, "no list of results in this file");
    struct str id = text_of(node_get(root, "evalId"));
    if (id.n)
        r->im->project = import_name(r->im->a, id.p);
    for (size_t i = 0; i < list->n; i++)
        one_result(r, list->item[i]);
    if (node_get(root, "config"))
        import_note(
            r->im, IMPORT_LEFT,
            "the configuration inside the results: import it with `plimsoll import promptfoo`");
    return true;
}

static bool read_results(struct import *im, const char *path, struct err *e)
{
    struct results r = {.im = im};
    bool ok = str_ends_c(str_c(path), ".jsonl") ? read_lines(&r, path, e) : read_tree(&r, path, e);
    if (ok && r.n == 0) {
        err_set(e, ERR_INPUT, "%s holds no results", path);
        ok = false;
    }
    if (ok) {
        import_note(im, IMPORT_CAME, "%zu results: %zu tests × %zu variants", r.n, r.tests.n,
                    im->variants.n);
        import_note(
            im, IMPORT_APPROXIMATED,
            "verdicts are graded anew here, so that a failed judge or a broken assertion is "
            "an error, not a failure of the model");
        import_grader(im, "checks", STR("{\"type\": \"checks\"}"));
        im->success = "checks";
    }
    map_release(&r.tests);
    map_release(&r.epochs);
    return ok;
}

extern const struct importer_ops importer_promptfoo_results;
const struct importer_ops importer_promptfoo_results = {
    .name = "promptfoo-results",
    .summary = "promptfoo results: output.json, .yaml or .jsonl",
    .run = read_results,
};
