/*
 * Formats that map line by line: DeepEval goldens and test runs, evalite's export, and generic
 * JSONL or CSV whose columns are found by their usual names.
 */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "golden/rows.h"
#include "import/import.h"
#include "import/record.h"
#include "text/json.h"

static yyjson_val *first_of(yyjson_val *row, const char *const *names)
{
    for (; *names; names++) {
        yyjson_val *v = json_get(row, *names);
        if (v && !yyjson_is_null(v) && !(yyjson_is_str(v) && yyjson_get_len(v) == 0))
            return v;
    }
    return NULL;
}

static void put(struct jw *w, const char *key, yyjson_val *v)
{
    if (!v)
        return;
    jw_key(w, key);
    jw_value(w, v);
}

/* A list of strings; CSV files hold it as text with '|' or ';' between. */
static void put_list(struct jw *w, const char *key, yyjson_val *v)
{
    if (!v)
        return;
    jw_key(w, key);
    if (!yyjson_is_str(v)) {
        jw_value(w, v);
        return;
    }
    struct str rest = json_str(v), part;
    jw_arr(w);
    while (str_split(&rest, '|', &part))
        jw_str(w, str_trim(part));
    jw_end(w);
}

static void put_output(struct import *im, const char *variant, struct str id, yyjson_val *output)
{
    struct jw w;
    struct import_variant *v = import_variant(im, variant);
    record_begin(v, &w, id, 1, json_display(im->a, output));
    record_end(v, &w);
}

/* ---- DeepEval ----------------------------------------------------------------------------- */

static void deepeval_row(struct import *im, yyjson_val *row)
{
    static const char *const input[] = {"input", NULL};
    static const char *const expected[] = {"expected_output", "expectedOutput", NULL};
    static const char *const actual[] = {"actual_output", "actualOutput", NULL};
    static const char *const context[] = {"retrieval_context", "retrievalContext", "context", NULL};
    static const char *const comments[] = {"comments", NULL};
    struct jw w;
    struct str id, name = json_get_str(row, "name");
    yyjson_val *in = first_of(row, input), *out = first_of(row, actual);
    if (!in) {
        import_note(im, IMPORT_LEFT, "a golden without input");
        return;
    }
    import_golden_begin(im, &w, name.n ? name : arena_strf(im->a, "g-%04zu", im->n_golden + 1),
                        &id);
    put(&w, "input", in);
    put(&w, "expected", first_of(row, expected));
    put_list(&w, "context", first_of(row, context));
    if (yyjson_is_str(first_of(row, comments)))
        put(&w, "notes", first_of(row, comments));
    import_golden_end(im, &w);
    if (out)
        put_output(im, "recorded", id, out);
    if (json_get(row, "metricsData"))
        import_note(im, IMPORT_LEFT,
                    "metricsData: judge verdicts of that run; set up a judge (docs/judges.md)");
    if (json_get(row, "expected_tools") && yyjson_arr_size(json_get(row, "expected_tools")))
        import_note(im, IMPORT_LEFT, "expected_tools: add a `tool_call` grader");
}

static bool finish(struct import *im, const char *path, const char *grader, struct err *e)
{
    if (im->n_golden == 0)
        return err_set(e, ERR_INPUT, "%s holds no examples", path);
    if (im->variants.n == 0) {
        import_variant(im, "baseline")->model = "builtin:lead";
        import_note(im, IMPORT_APPROXIMATED,
                    "no outputs in the file: variant `baseline` (builtin:lead) stands where you "
                    "name your model");
    }
    import_grader(im, "expected", str_c(grader));
    import_note(im, IMPORT_CAME, "%zu examples", im->n_golden);
    return true;
}

static bool deepeval_line(struct import *im, void *arg, const struct row *row, struct err *e)
{
    (void)arg;
    (void)e;
    deepeval_row(im, row->v);
    return true;
}

static bool read_deepeval(struct import *im, const char *path, struct err *e)
{
    static const char *const lists[] = {"testCases", "test_cases", "goldens", NULL};
    if (!str_ends_c(str_c(path), ".json")) {
        if (!import_each_row(im, path, deepeval_line, NULL, NULL, e))
            return false;
    } else {
        struct str text;
        yyjson_val *root, *row;
        size_t i, n;
        if (!file_read(im->a, path, BUF_MAX_FILE, &text, e) ||
            !json_parse_nan(im->a, text, path, 1, &root, e))
            return false;
        yyjson_val *list = yyjson_is_arr(root) ? root : first_of(root, lists);
        yyjson_arr_foreach(list, i, n, row) deepeval_row(im, row);
    }
    im->task = "qa";
    return finish(im, path, "{\"type\": \"token_f1\"}", e);
}

/* ---- evalite -------------------------------------------------------------------------------- */

static void evalite_result(struct import *im, const char *variant, yyjson_val *r)
{
    struct jw w;
    struct str id;
    struct arena *a = im->a;
    yyjson_val *input = json_get(r, "input"), *expected = json_get(r, "expected");
    struct digest d = hash_content(json_canonical(a, input));
    struct str key = arena_strf(a, "e-%.8s", d.hex);
    if (map_has(&im->ids, key)) {
        id = key;
    } else {
        import_golden_begin(im, &w, key, &id);
        put(&w, "input", input);
        if (expected && !yyjson_is_null(expected))
            put(&w, "expected", expected);
        import_golden_end(im, &w);
    }
    struct import_variant *v = import_variant(im, variant);
    yyjson_val *output = json_get(r, "output"), *scores = json_get(r, "scores"), *s;
    size_t i, n;
    record_begin(v, &w, id, 1, output ? json_display(a, output) : STR(""));
    record_numbers(&w, json_get_num(r, "duration", (double)NAN), (double)NAN, NAN, (double)NAN,
                   (double)NAN);
    struct str status = json_get_str(r, "status");
    if (status.n && !str_eq_c(status, "success"))
        jw_kstr(&w, "error", status);
    jw_key(&w, "imported_scores");
    jw_obj(&w);
    yyjson_arr_foreach(scores, i, n, s) put(&w, json_get_str(s, "name").p, json_get(s, "score"));
    jw_end(&w);
    record_end(v, &w);
}

static bool read_evalite(struct import *im, const char *path, struct err *e)
{
    struct str text;
    yyjson_val *root, *ev, *r;
    size_t i, n, j, m;
    if (!file_read(im->a, path, BUF_MAX_FILE, &text, e) ||
        !json_parse_nan(im->a, text, path, 1, &root, e))
        return false;
    yyjson_arr_foreach(json_get(root, "evals"), i, n, ev)
    {
        struct str name = json_get_str(ev, "variantName");
        if (name.n == 0)
            name = json_get_str(ev, "name");
        const char *variant = name.n ? arena_strndup(im->a, name.p, name.n) : "recorded";
        yyjson_arr_foreach(json_get(ev, "results"), j, m, r) evalite_result(im, variant, r);
    }
    import_note(im, IMPORT_APPROXIMATED,
                "scorers are code: their values are kept beside each output (imported_scores), and "
                "`equals` stands in");
    return finish(im, path, "{\"type\": \"equals\"}", e);
}

/* ---- generic rows ---------------------------------------------------------------------------- */

static const char *const id_names[] = {"id", "ID", "uid", "key", NULL};
static const char *const expected_names[] = {"expected",  "expected_output", "ideal",
                                             "answer",    "target",          "label",
                                             "reference", "output_expected", NULL};
static const char *const output_names[] = {"output",     "actual_output", "response",
                                           "completion", "prediction",    NULL};
static const char *const context_names[] = {"context", "contexts", "passage", "source", NULL};

static bool one_of(struct str key, const char *const *names)
{
    for (; *names; names++)
        if (str_eq_c(key, *names))
            return true;
    return false;
}

static bool generic_row(struct import *im, void *arg, const struct row *line, struct err *e)
{
    yyjson_val *row = line->v;
    struct jw w;
    (void)arg;
    (void)e;
    struct str id;
    size_t i, n;
    yyjson_val *k, *v, *given = first_of(row, id_names), *out = first_of(row, output_names);
    struct str want = given ? arena_str(im->a, json_display(im->a, given))
                            : arena_strf(im->a, "r-%04zu", im->n_golden + 1);
    import_golden_begin(im, &w, want, &id);
    jw_key(&w, "input");
    if (json_get(row, "input")) {
        jw_value(&w, json_get(row, "input"));
    } else {
        jw_obj(&w);
        yyjson_obj_foreach(row, i, n, k, v)
        {
            struct str key = json_str(k);
            if (one_of(key, id_names) || one_of(key, expected_names) || one_of(key, output_names) ||
                one_of(key, context_names) || str_eq_c(key, "tags"))
                continue;
            jw_key_str(&w, key);
            jw_value(&w, v);
        }
        jw_end(&w);
    }
    put(&w, "expected", first_of(row, expected_names));
    put_list(&w, "context", first_of(row, context_names));
    if (yyjson_is_obj(json_get(row, "tags")))
        put(&w, "tags", json_get(row, "tags"));
    import_golden_end(im, &w);
    if (out)
        put_output(im, "recorded", id, out);
    return true;
}

static bool read_rows(struct import *im, const char *path, struct err *e)
{
    if (!import_each_row(im, path, generic_row, NULL, NULL, e))
        return false;
    import_note(im, IMPORT_APPROXIMATED,
                "columns were recognised by their names; `golden import --map` lets you say which "
                "is which");
    return finish(im, path, "{\"type\": \"equals\"}", e);
}

extern const struct importer_ops importer_deepeval, importer_evalite, importer_rows;
const struct importer_ops importer_deepeval = {
    .name = "deepeval",
    .summary = "DeepEval goldens (JSON, JSONL, CSV) or a test_run_*.json",
    .run = read_deepeval,
};
const struct importer_ops importer_evalite = {
    .name = "evalite",
    .summary = "evalite's JSON export",
    .run = read_evalite,
};
const struct importer_ops importer_rows = {
    .name = "rows",
    .summary = "any JSONL or CSV: id, input, expected, output, context by their usual names",
    .run = read_rows,
};
