/* A run as JSONL or CSV; see export.h. */
#include "run/export.h"

#include <math.h>
#include <string.h>

#include "grade/grader.h"
#include "store/items.h"
#include "store/outputs.h"
#include "store/runs.h"
#include "store/units.h"
#include "text/csv.h"
#include "text/json.h"
#include "text/jsonw.h"

struct exporter {
    struct store *store;
    struct arena *a;             /* texts of the run */
    enum export_what what;
    bool csv;
    FILE *f;
    struct run_grader_row *graders;
    size_t n_graders;
    struct buf b;                /* the line being made */
    struct csv_writer cells;
    const struct run_variant_row *variant;
    struct grade_row *grades;
};

static bool put_line(struct exporter *x, struct err *e)
{
    if (!buf_ok(&x->b, "one exported line", e))
        return false;
    if (fwrite(x->b.p, 1, x->b.n, x->f) != x->b.n)
        return err_errno(e, ERR_IO, "cannot write the export");
    buf_clear(&x->b);
    return true;
}

/* --- outputs --- */

static void count(struct jw *w, const char *key, int64_t n)
{
    if (n >= 0)
        jw_kint(w, key, n);
}

static void known(struct jw *w, const char *key, double v)
{
    if (!isnan(v))
        jw_knum(w, key, v);
}

static bool output_json(struct exporter *x, const struct unit_read *u,
                        const struct output_row *o, struct arena *a, struct err *e)
{
    struct jw w;
    yyjson_val *record = NULL, *key, *val;
    size_t i, n;
    if (!str_null(o->record) && !json_parse_lax(a, o->record, NULL, 1, &record, e))
        return err_wrap(e, "stored record");
    jw_init(&w, &x->b, false);
    jw_obj(&w);
    jw_kstr(&w, "id", u->item_name);
    jw_kstr(&w, "output", o->status == OUTPUT_ERROR ? (struct str){0} : o->text);
    jw_kstr(&w, "variant", x->variant->name);
    jw_kint(&w, "epoch", u->epoch);
    known(&w, "confidence", o->confidence);
    if (o->tokens_input >= 0 || o->tokens_output >= 0) {
        jw_key(&w, "tokens");
        jw_obj(&w);
        count(&w, "input", o->tokens_input);
        count(&w, "output", o->tokens_output);
        count(&w, "cached", o->tokens_cached);
        jw_end(&w);
    }
    known(&w, "latency_ms", o->latency_ms);
    known(&w, "ttft_ms", o->ttft_ms);
    known(&w, "cost_usd", o->cost_usd);
    jw_kstr(&w, "error", o->error);
    if (!str_null(o->model))
        jw_kstr(&w, "model", o->model);
    if (!str_null(o->finish_reason))
        jw_kstr(&w, "finish_reason", o->finish_reason);
    yyjson_obj_foreach(record, i, n, key, val) {
        jw_key(&w, yyjson_get_str(key));
        jw_value(&w, val);
    }
    jw_end(&w);
    buf_add_char(&x->b, '\n');
    return true;
}

static void cell_count(struct csv_writer *w, int64_t n)
{
    csv_cell_num(w, n < 0 ? (double)NAN : (double)n);
}

static void output_csv(struct exporter *x, const struct unit_read *u, const struct output_row *o)
{
    struct csv_writer *w = &x->cells;
    csv_cell(w, u->item_name);
    csv_cell(w, o->status == OUTPUT_ERROR ? (struct str){0} : o->text);
    csv_cell(w, x->variant->name);
    csv_cell_num(w, u->epoch);
    csv_cell_num(w, o->confidence);
    cell_count(w, o->tokens_input);
    cell_count(w, o->tokens_output);
    cell_count(w, o->tokens_cached);
    csv_cell_num(w, o->latency_ms);
    csv_cell_num(w, o->ttft_ms);
    csv_cell_num(w, o->cost_usd);
    csv_cell(w, o->error);
    csv_end(w);
}

static bool put_output(struct exporter *x, const struct unit_read *u, struct arena *a,
                       struct err *e)
{
    struct output_row o;
    if (!output_get(x->store, a, u->output, &o, e))
        return false;
    if (x->csv)
        output_csv(x, u, &o);
    else if (!output_json(x, u, &o, a, e))
        return false;
    return put_line(x, e);
}

/* --- results --- */

static const char *outcome_text(int outcome)
{
    return outcome == STORE_UNGRADED ? NULL : outcome_name((enum outcome)outcome);
}

static void result_json(struct exporter *x, const struct unit_read *u)
{
    struct jw w;
    jw_init(&w, &x->b, false);
    jw_obj(&w);
    jw_kstr(&w, "id", u->item_name);
    jw_kstr(&w, "variant", x->variant->name);
    jw_kint(&w, "epoch", u->epoch);
    jw_kc(&w, "outcome", outcome_text(u->outcome));
    jw_key(&w, "pass");
    if (u->outcome == OUTCOME_ERROR)
        jw_null(&w);
    else
        jw_bool(&w, u->outcome == OUTCOME_PASS);
    jw_knum(&w, "score", u->score);
    jw_key(&w, "graders");
    jw_obj(&w);
    for (size_t g = 0; g < x->n_graders; g++) {
        jw_key_str(&w, x->graders[g].name);
        jw_obj(&w);
        jw_kc(&w, "outcome", outcome_text(x->grades[g].outcome));
        jw_knum(&w, "score", x->grades[g].score);
        if (!str_null(x->grades[g].reason))
            jw_kstr(&w, "reason", x->grades[g].reason);
        jw_end(&w);
    }
    jw_end(&w);
    if (!str_null(u->tags)) {
        jw_key(&w, "tags");
        jw_raw(&w, u->tags);
    }
    if (!str_null(u->cluster))
        jw_kstr(&w, "cluster", u->cluster);
    known(&w, "confidence", u->confidence);
    known(&w, "latency_ms", u->latency_ms);
    known(&w, "ttft_ms", u->ttft_ms);
    known(&w, "cost_usd", u->cost_usd);
    if (u->grading_cost_usd != 0)
        jw_knum(&w, "grading_cost_usd", u->grading_cost_usd);
    if (!str_null(u->error_kind))
        jw_kstr(&w, "error_kind", u->error_kind);
    jw_end(&w);
    buf_add_char(&x->b, '\n');
}

static void result_csv(struct exporter *x, const struct unit_read *u)
{
    struct csv_writer *w = &x->cells;
    csv_cell(w, u->item_name);
    csv_cell(w, x->variant->name);
    csv_cell_num(w, u->epoch);
    csv_cell_c(w, outcome_text(u->outcome));
    csv_cell_c(w, u->outcome == OUTCOME_ERROR ? NULL
                  : u->outcome == OUTCOME_PASS ? "true"
                                               : "false");
    csv_cell_num(w, u->score);
    csv_cell_num(w, u->confidence);
    csv_cell_num(w, u->latency_ms);
    csv_cell_num(w, u->ttft_ms);
    csv_cell_num(w, u->cost_usd);
    csv_cell(w, u->error_kind);
    for (size_t g = 0; g < x->n_graders; g++) {
        csv_cell_c(w, outcome_text(x->grades[g].outcome));
        csv_cell_num(w, x->grades[g].score);
    }
    csv_end(w);
}

static bool put_result(struct exporter *x, const struct unit_read *u, struct arena *a,
                       struct err *e)
{
    if (!grades_unpack(x->store, a, u->grades, x->grades, x->n_graders, e))
        return false;
    if (x->csv)
        result_csv(x, u);
    else
        result_json(x, u);
    return put_line(x, e);
}

/* --- golden --- */

static bool put_golden(struct exporter *x, const struct unit_read *u, struct arena *a,
                       struct err *e)
{
    struct item_row item;
    if (u->epoch != 1)
        return true;
    if (!item_get(x->store, a, u->item, &item, e))
        return false;
    buf_add_str(&x->b, item.body);
    buf_add_char(&x->b, '\n');
    return put_line(x, e);
}

/* --- the walk --- */

static bool put_header(struct exporter *x, struct err *e)
{
    static const char *const outputs[] = {"id", "output", "variant", "epoch", "confidence",
                                          "tokens.input", "tokens.output", "tokens.cached",
                                          "latency_ms", "ttft_ms", "cost_usd", "error", NULL};
    static const char *const results[] = {"id", "variant", "epoch", "outcome", "pass", "score",
                                          "confidence", "latency_ms", "ttft_ms", "cost_usd",
                                          "error_kind", NULL};
    const char *const *names = x->what == EXPORT_OUTPUTS ? outputs : results;
    for (; *names; names++)
        csv_cell_c(&x->cells, *names);
    for (size_t g = 0; x->what == EXPORT_RESULTS && g < x->n_graders; g++) {
        csv_cell_c(&x->cells, x->graders[g].name.p);
        csv_cell_c(&x->cells, arena_printf(x->a, "%s.score", x->graders[g].name.p));
    }
    csv_end(&x->cells);
    return put_line(x, e);
}

static bool put_variant(struct exporter *x, struct err *e)
{
    CLEANUP(units_close) struct unit_cursor c = {0};
    CLEANUP(arena_freep) struct arena *a = arena_new();
    if (!units_open(x->store, x->variant->id, &c, e))
        return false;
    for (;;) {
        struct unit_read u;
        bool more, ok = true;
        if (!units_next(&c, &u, &more, e))
            return false;
        if (!more)
            return true;
        switch (x->what) {
        case EXPORT_OUTPUTS: ok = put_output(x, &u, a, e); break;
        case EXPORT_RESULTS: ok = put_result(x, &u, a, e); break;
        case EXPORT_GOLDEN: ok = put_golden(x, &u, a, e); break;
        }
        if (!ok)
            return false;
        arena_reset(a);
    }
}

static bool put_variants(struct exporter *x, int64_t run, const char *only, struct err *e)
{
    struct run_variant_row *v;
    size_t n, found = 0;
    if (!run_variants(x->store, x->a, run, &v, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (only && !str_eq_c(v[i].name, only))
            continue;
        x->variant = &v[i];
        if ((x->what != EXPORT_GOLDEN || found == 0) && !put_variant(x, e))
            return false;
        found++;
    }
    if (only && !found)
        return err_set(e, ERR_NOT_FOUND, "run r%lld has no variant \"%s\"", (long long)run, only);
    return true;
}

bool export_run(struct store *s, int64_t run, const char *variant, enum export_what what, bool csv,
                FILE *f, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct exporter x = {.store = s, .a = a, .what = what, .csv = csv, .f = f};
    if (csv && what == EXPORT_GOLDEN)
        return err_set(e, ERR_USAGE, "golden lines are nested; they are exported as JSONL only");
    if (!run_graders(s, a, run, &x.graders, &x.n_graders, e))
        return false;
    x.grades = ARENA_ARRAY(a, x.n_graders, struct grade_row);
    buf_init(&x.b, BUF_MAX_BODY * 2);
    csv_writer_init(&x.cells, &x.b);
    bool ok = (!csv || put_header(&x, e)) && put_variants(&x, run, variant, e);
    buf_release(&x.b);
    return ok;
}
