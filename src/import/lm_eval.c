/*
 * lm-evaluation-harness `samples_*.jsonl` (--log_samples): one row a document and filter. Rows
 * pair by doc_hash, so that two runs of one task meet on the same golden line. A multiple-choice
 * row records log-likelihoods; the chosen answer is the one with the highest.
 */
#include <math.h>
#include <string.h>

#include "golden/rows.h"
#include "import/import.h"
#include "import/record.h"
#include "text/json.h"

static struct str as_text(struct import *im, yyjson_val *v)
{
    return v && !yyjson_is_null(v) ? json_display(im->a, v) : (struct str){NULL, 0};
}

/* filtered_resps of likelihood tasks: [["-75.8", "False"], …]; the index of the best, or -1. */
static int best_choice(yyjson_val *resps)
{
    int best = -1;
    double top = -INFINITY;
    size_t i, n;
    yyjson_val *r;
    yyjson_arr_foreach(resps, i, n, r)
    {
        double ll;
        yyjson_val *v = yyjson_is_arr(r) ? yyjson_arr_get_first(r) : NULL;
        if (yyjson_is_num(v))
            ll = yyjson_get_num(v);
        else if (!yyjson_is_str(v) || yyjson_arr_size(r) != 2 || !str_double(json_str(v), &ll))
            return -1;
        if (ll > top) {
            top = ll;
            best = (int)i;
        }
    }
    return best;
}

static struct str answer(struct import *im, yyjson_val *row)
{
    yyjson_val *filtered = json_get(row, "filtered_resps"), *args = json_get(row, "arguments");
    int best = yyjson_is_arr(filtered) ? best_choice(filtered) : -1;
    if (best >= 0) {
        yyjson_val *chosen = yyjson_obj_get(args, arena_printf(im->a, "gen_args_%d", best));
        struct str text = json_get_str(chosen, "arg_1");
        import_note(im, IMPORT_APPROXIMATED,
                    "likelihood rows: the output is the choice with the highest log-likelihood");
        return text.p ? str_trim(text) : arena_strf(im->a, "%d", best);
    }
    yyjson_val *first = yyjson_is_arr(filtered) ? yyjson_arr_get_first(filtered) : filtered;
    if (yyjson_is_arr(first))
        first = yyjson_arr_get_first(first);
    return as_text(im, first);
}

static void golden_line(struct import *im, yyjson_val *row, struct str want, struct str *ret_id)
{
    struct jw w;
    yyjson_val *args = json_get(json_get(row, "arguments"), "gen_args_0");
    import_golden_begin(im, &w, want, ret_id);
    jw_key(&w, "input");
    jw_obj(&w);
    if (json_get_str(args, "arg_0").n)
        jw_kstr(&w, "prompt", json_get_str(args, "arg_0"));
    jw_key(&w, "doc");
    if (json_get(row, "doc"))
        jw_value(&w, json_get(row, "doc"));
    else
        jw_null(&w);
    jw_end(&w);
    struct str target = as_text(im, json_get(row, "target"));
    if (target.p)
        jw_kstr(&w, "expected", str_trim(target));
    import_golden_end(im, &w);
}

static bool one_row(struct import *im, void *arg, const struct row *row, struct err *e)
{
    struct map *docs = arg;
    yyjson_val *v = row->v, *metrics = json_get(v, "metrics");
    struct str hash = json_get_str(v, "doc_hash"), filter = json_get_str(v, "filter");
    yyjson_val *doc_id = json_get(v, "doc_id");
    if (!doc_id || !metrics)
        return row_err(e, row, NULL, "no doc_id and metrics: not a row of --log_samples");
    struct str key = hash.n ? hash : as_text(im, doc_id);
    struct str *id = map_get(docs, key);
    if (!id) {
        id = ARENA_NEW(im->a, struct str);
        golden_line(im, v, arena_strf(im->a, "d-%.*s", STR_ARG(as_text(im, doc_id))), id);
        map_put(docs, key, id);
    }
    struct import_variant *var = import_variant(
        im, filter.n ? arena_printf(im->a, "recorded-%.*s", STR_ARG(filter)) : "recorded");
    struct jw w;
    size_t i, n;
    yyjson_val *m;
    record_begin(var, &w, *id, 1, answer(im, v));
    jw_key(&w, "imported_scores");
    jw_obj(&w);
    yyjson_arr_foreach(metrics, i, n, m)
    {
        yyjson_val *score = yyjson_obj_getn(v, yyjson_get_str(m), yyjson_get_len(m));
        if (score) {
            jw_key_str(&w, json_str(m));
            jw_value(&w, score);
        }
    }
    jw_end(&w);
    record_end(var, &w);
    return true;
}

static bool read_samples(struct import *im, const char *path, struct err *e)
{
    CLEANUP(map_release) struct map docs = {0};
    size_t n;
    if (!import_each_row(im, path, one_row, &docs, &n, e))
        return false;
    if (n == 0)
        return rows_none(path, "`doc_id`, `doc` and `resps`", e);
    import_grader(im, "target", STR("{\"type\": \"exact\"}"));
    im->task = "qa";
    import_note(im, IMPORT_CAME, "%zu rows: %zu documents × %zu filters", n, docs.n,
                im->variants.n);
    import_note(im, IMPORT_APPROXIMATED,
                "metrics are the harness's own code: their values are kept beside each output "
                "(imported_scores), and `exact` against the target stands in");
    return true;
}

extern const struct importer_ops importer_lm_eval;
const struct importer_ops importer_lm_eval = {
    .name = "lm-eval",
    .summary = "lm-evaluation-harness samples_*.jsonl of --log_samples",
    .run = read_samples,
};
