/*
 * openai/evals: a samples JSONL ({"input": messages or text, "ideal": text or list}), optionally
 * with the registry YAML that names its class; and the JSONL export of the hosted Evals.
 */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "golden/rows.h"
#include "import/import.h"
#include "import/record.h"
#include "text/json.h"

/* ---- the repository's samples and registry ------------------------------------------------ */

static const struct {
    const char *cls, *grader, *approximation;
} classes[] = {
    {"basic.match:Match", "{\"type\": \"starts_with\"}", NULL},
    {"basic.includes:Includes", "{\"type\": \"contains\", \"mode\": \"any\"}", NULL},
    {"basic.fuzzy_match:FuzzyMatch", "{\"type\": \"token_f1\"}",
     "FuzzyMatch: either text contains the other there; token F1 here"},
    {"basic.json_match:JsonMatch", "{\"type\": \"equals\", \"as\": \"json\"}", NULL},
    {"basic.json_validator:JsonValidator", "{\"type\": \"json\"}", NULL},
};

/* The registry entry that has a class, and its args. */
static const struct node *entry_with_class(const struct node *root)
{
    for (size_t i = 0; root->kind == NODE_MAP && i < root->n; i++)
        if (node_get(root->item[i], "class"))
            return root->item[i];
    return NULL;
}

static void grader_for(struct import *im, const struct node *entry)
{
    const struct node *cls = node_get(entry, "class"), *args = node_get(entry, "args");
    bool fold =
        node_get(args, "ignore_case") && str_eq_c(node_get(args, "ignore_case")->text, "true");
    for (size_t i = 0; cls && i < ARRAY_LEN(classes); i++) {
        if (!str_ends_c(cls->text, classes[i].cls))
            continue;
        struct str g = str_c(classes[i].grader);
        if (fold && str_find(g, STR("contains")) > 0)
            g = STR("{\"type\": \"contains\", \"mode\": \"any\", \"case\": false}");
        import_grader(im, "ideal", g);
        import_note(im, IMPORT_CAME, "class %.*s", STR_ARG(cls->text));
        if (classes[i].approximation)
            import_note(im, IMPORT_APPROXIMATED, "%s", classes[i].approximation);
        return;
    }
    import_grader(im, "ideal", STR("{\"type\": \"contains\", \"mode\": \"any\"}"));
    if (cls)
        import_note(im, IMPORT_LEFT,
                    "class %.*s: a judge's prompt or code; the outputs are checked for the ideal "
                    "answer instead. Set up a judge: docs/judges.md",
                    STR_ARG(cls->text));
    else
        import_note(im, IMPORT_APPROXIMATED,
                    "no registry entry given: an output passes when it contains an ideal answer");
}

static void write_input(struct import *im, struct jw *w, yyjson_val *input)
{
    size_t i, n;
    yyjson_val *m;
    jw_key(w, "input");
    jw_obj(w);
    if (yyjson_is_str(input)) {
        jw_kstr(w, "input", json_str(input));
    } else if (yyjson_is_arr(input)) {
        CLEANUP(buf_release) struct buf system = {0}, user = {0};
        buf_init(&system, BUF_MAX_BODY);
        buf_init(&user, BUF_MAX_BODY);
        bool turns = false;
        yyjson_arr_foreach(input, i, n, m)
        {
            struct str role = json_get_str(m, "role"), content = json_get_str(m, "content");
            struct buf *to = str_eq_c(role, "system") ? &system : &user;
            turns = turns || str_eq_c(role, "assistant");
            if (to->n)
                buf_add_c(to, "\n\n");
            if (str_eq_c(role, "assistant"))
                buf_add_c(to, "Assistant: ");
            buf_add_str(to, content);
        }
        if (system.n)
            jw_kstr(w, "system", buf_str(&system));
        jw_kstr(w, "text", buf_str(&user));
        if (turns)
            import_note(im, IMPORT_APPROXIMATED,
                        "a sample with assistant turns: they stand in one text");
    }
    jw_end(w);
}

static bool read_samples(struct import *im, const char *path, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct row row;
    bool more, system = false;
    if (!rows_open(&rows, path, e))
        return false;
    while (rows_next(&rows, im->a, &row, &more, e)) {
        struct jw w;
        if (!more)
            break;
        yyjson_val *input = json_get(row.v, "input"), *ideal = json_get(row.v, "ideal");
        if (!input)
            return row_missing(&row, "input", e);
        import_golden_begin(im, &w, arena_strf(im->a, "s-%04zu", row.number), NULL);
        write_input(im, &w, input);
        system = system || yyjson_is_arr(input);
        if (ideal) {
            jw_key(&w, "expected");
            jw_value(&w, ideal);
        } else {
            import_note(im, IMPORT_LEFT,
                        "a sample without an ideal answer: its line has no expected");
        }
        import_golden_end(im, &w);
    }
    if (e && e->code)
        return false;
    if (im->n_golden == 0)
        return err_set(e, ERR_INPUT, "%s holds no samples", path);
    import_note(im, IMPORT_CAME, "%zu samples", im->n_golden);
    import_prompt(
        im, "prompt",
        system ? STR("role: system\n\n{{#system}}{{system}}{{/system}}\n\nrole: user\n\n{{text}}\n")
               : STR("{{input}}\n"));
    return true;
}

static void add_variant(struct import *im)
{
    struct import_model *m = import_model(im, "yours");
    m->provider = "openai";
    m->name = "your-model";
    m->base_url = "http://127.0.0.1:8080/v1";
    struct import_variant *v = import_variant(im, "yours");
    v->model = m->alias;
    v->prompt = im->prompts.v[0].name;
    import_note(
        im, IMPORT_APPROXIMATED,
        "the completion function is not in these files: variant `yours` stands where you name "
        "your model");
}

/* Where the repository keeps it (registry/evals/x.yaml -> registry/data/…), or beside the YAML. */
static const char *find_samples(struct import *im, const char *path, const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *places[] = {name, arena_printf(im->a, "../data/%s", name),
                            slash ? slash + 1 : name};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *file = file_beside(im->a, path, places[i]);
        if (file_exists(file))
            return file;
    }
    return NULL;
}

static bool read_repo(struct import *im, const char *path, struct err *e)
{
    if (!str_ends_c(str_c(path), ".yaml") && !str_ends_c(str_c(path), ".yml")) {
        grader_for(im, NULL);
        if (!read_samples(im, path, e))
            return false;
        add_variant(im);
        return true;
    }
    struct node *root;
    if (!node_read(im->a, path, &root, e))
        return false;
    const struct node *entry = entry_with_class(root);
    const struct node *samples = node_get(node_get(entry, "args"), "samples_jsonl");
    if (!entry || !samples || samples->kind != NODE_SCALAR)
        return node_err(e, root,
                        "no registry entry with a class and args.samples_jsonl in this file");
    grader_for(im, entry);
    const char *data = im->samples ? im->samples : find_samples(im, path, samples->text.p);
    if (!data) {
        node_err(e, samples, "the samples file %.*s is not beside the registry",
                 STR_ARG(samples->text));
        return err_hint(e, "Name it with --samples FILE.");
    }
    if (!read_samples(im, data, e))
        return false;
    add_variant(im);
    return true;
}

/* ---- the hosted Evals' export --------------------------------------------------------------- */

static bool one_export(struct import *im, void *arg, const struct row *row, struct err *e)
{
    struct map *items = arg;
    yyjson_val *item = json_get(row->v, "item"), *sample = json_get(row->v, "sample");
    if (!yyjson_is_obj(item) || !yyjson_is_obj(sample))
        return row_err(e, row, NULL, "no item and sample in this line of a hosted-Evals export");
    struct str key = json_canonical(im->a, item);
    struct str *id = map_get(items, key);
    if (!id) {
        struct jw w;
        id = ARENA_NEW(im->a, struct str);
        double idx = json_get_num(row->v, "data_source_idx", (double)items->n);
        import_golden_begin(im, &w, arena_strf(im->a, "i-%04.0f", idx), id);
        jw_key(&w, "input");
        jw_value(&w, item);
        static const char *const answers[] = {"expected", "ideal", "answer", "reference", "label"};
        for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
            if (json_get(item, answers[i])) {
                jw_key(&w, "expected");
                jw_value(&w, json_get(item, answers[i]));
                break;
            }
        }
        import_golden_end(im, &w);
        map_put(items, key, id);
    }
    struct str run = json_get_str(row->v, "run_id");
    struct import_variant *v =
        import_variant(im, run.n ? arena_strndup(im->a, run.p, run.n) : "run");
    yyjson_val *outputs = json_get(sample, "outputs"), *usage = json_get(sample, "token_usage");
    yyjson_val *first = yyjson_is_arr(outputs) ? yyjson_arr_get_first(outputs) : NULL;
    struct jw w;
    record_begin(v, &w, *id, 1, json_get_str(first, "content"));
    record_numbers(&w, (double)NAN, NAN, json_get_num(usage, "prompt_tokens", (double)NAN),
                   json_get_num(usage, "completion_tokens", (double)NAN), (double)NAN);
    if (json_get_str(sample, "finish_reason").n)
        jw_kstr(&w, "finish_reason", json_get_str(sample, "finish_reason"));
    yyjson_val *error = json_get(sample, "error");
    if (error && !yyjson_is_null(error))
        jw_kstr(&w, "error", json_display(im->a, error));
    yyjson_val *grades = json_get(row->v, "grades"), *passes = json_get(row->v, "passes");
    if (grades) {
        jw_key(&w, "imported_grades");
        jw_value(&w, grades);
    }
    if (passes) {
        jw_key(&w, "imported_passes");
        jw_value(&w, passes);
    }
    record_end(v, &w);
    return true;
}

static bool read_export(struct import *im, const char *path, struct err *e)
{
    CLEANUP(map_release) struct map items = {0};
    size_t n;
    if (!import_each_row(im, path, one_export, &items, &n, e))
        return false;
    if (n == 0)
        return rows_none(path, "`item` and `sample`, as the hosted Evals export them", e);
    import_grader(im, "expected", STR("{\"type\": \"contains\", \"mode\": \"any\"}"));
    import_note(im, IMPORT_CAME, "%zu output items over %zu data-source items", n, items.n);
    import_note(
        im, IMPORT_APPROXIMATED,
        "graders of the hosted Evals are not in the export: their grades are kept beside each "
        "output (imported_grades, imported_passes), and `contains` stands in");
    return true;
}

extern const struct importer_ops importer_openai_evals, importer_openai_evals_export;
const struct importer_ops importer_openai_evals = {
    .name = "openai-evals",
    .summary = "openai/evals: a samples JSONL, or a registry YAML beside its samples",
    .run = read_repo,
};
const struct importer_ops importer_openai_evals_export = {
    .name = "openai-evals-export",
    .summary = "the hosted OpenAI Evals' JSONL export (one output item a line)",
    .run = read_export,
};
