/* Evidence from a plain JSONL or CSV file: what each key of a row means is decided here and
 * nowhere else; see evidence_read in evidence.h. */
#include <math.h>
#include <string.h>

#include "decide/evidence.h"
#include "golden/rows.h"

struct reader {
    struct evidence_builder b;
    const struct evidence_opts *opts;
    struct arena *scratch;
    struct str variant; /* of the first row that names one; null string: none did */
    uint32_t first_pass_line, first_score_line; /* first judged row with, without `pass` */
};

/* A measure may be a number, a truth value, or {"score": …} / {"outcome": "pass"}. */
static bool measure_value(yyjson_val *v, double *ret)
{
    yyjson_val *inner = json_get(v, "score");
    struct str outcome = json_get_str(v, "outcome");
    *ret = (double)NAN;
    if (!v || yyjson_is_null(v) || str_eq_c(outcome, "error"))
        return true;
    if (yyjson_is_obj(v) && !inner && outcome.p) {
        *ret = str_eq_c(outcome, "pass");
        return str_eq_c(outcome, "pass") || str_eq_c(outcome, "fail");
    }
    v = inner ? inner : v;
    if (yyjson_is_null(v))
        return true;
    if (yyjson_is_num(v)) {
        *ret = yyjson_get_num(v);
        return isfinite(*ret);
    }
    struct str s = str_trim(json_str(v));
    if (yyjson_is_bool(v) || str_ieq(s, STR("true")) || str_ieq(s, STR("false"))) {
        *ret = yyjson_is_true(v) || str_ieq(s, STR("true"));
        return true;
    }
    return (yyjson_is_str(v) && s.n == 0) || (yyjson_is_str(v) && str_double(s, ret));
}

static yyjson_val *measure_of(const struct row *row, const char *name)
{
    yyjson_val *v = json_get(json_get(row->v, "graders"), name);
    return v ? v : row_get(row, name);
}

/* Every member of `graders` is a measure, whatever row it first appears in. */
static bool find_measures(struct reader *r, const struct row *row, struct err *e)
{
    yyjson_val *graders = row_get(row, "graders"), *key;
    yyjson_obj_iter it;
    if (!graders || !yyjson_obj_iter_init(graders, &it))
        return true;
    while ((key = yyjson_obj_iter_next(&it))) {
        if (r->b.ev->n_measures == EVIDENCE_MAX_MEASURES)
            return row_err(e, row, "graders", "more than %d graders", EVIDENCE_MAX_MEASURES);
        evidence_measure(&r->b, yyjson_get_str(key));
    }
    return true;
}

static bool read_measures(struct reader *r, const struct row *row, struct evidence_row *out,
                          struct err *e)
{
    if (!find_measures(r, row, e))
        return false;
    double *v = evidence_measures_new(&r->b);
    for (size_t i = 0; i < r->b.ev->n_measures; i++) {
        const char *name = r->b.ev->measures[i].name;
        if (!measure_value(measure_of(row, name), &v[i]))
            return row_err(e, row, name, "\"%s\" must be a number, true or false, found %s", name,
                           json_type_name(measure_of(row, name)));
    }
    out->measure = v;
    out->n_measures = (uint16_t)r->b.ev->n_measures;
    return true;
}

/* Whether the row says that it is an error; an empty text, false and null do not. */
static bool says_error(const struct row *row)
{
    yyjson_val *v = row_get(row, "error");
    struct str text = str_trim(json_str(v));
    if (!v || yyjson_is_false(v) || (text.p && (text.n == 0 || str_ieq(text, STR("false")))))
        return false;
    return !(text.p && str_eq_c(text, "null"));
}

/* Success and score; an error row when neither was given a value. */
static bool read_value(struct reader *r, const struct row *row, struct evidence_row *out,
                       struct err *e)
{
    int pass;
    struct str outcome;
    if (!row_bool(row, "pass", &pass, e) || !row_num(row, "score", &out->score, e) ||
        !row_text(row, r->scratch, "outcome", &outcome, e))
        return false;
    if (outcome.p && pass < 0) {
        if (str_eq_c(outcome, "pass") || str_eq_c(outcome, "fail"))
            pass = str_eq_c(outcome, "pass");
        else if (!str_eq_c(outcome, "error"))
            return row_err(e, row, "outcome",
                           "\"outcome\" must be pass, fail or error, found \"%.*s\"",
                           STR_ARG(outcome));
    }
    out->error = says_error(row) || str_eq_c(outcome, "error");
    if (!out->error && pass < 0 && isnan(out->score)) {
        if (!json_get(row->v, "pass") && !json_get(row->v, "score"))
            return row_missing(row, "pass", e);
        out->error = true; /* the key is there and empty: nobody judged this output */
    }
    if (out->error) {
        out->score = (double)NAN;
        return true;
    }
    uint32_t *first = pass >= 0 ? &r->first_pass_line : &r->first_score_line;
    *first = *first ? *first : out->line;
    if (r->first_pass_line && r->first_score_line) {
        row_err(e, row, NULL, "this row has %s `pass`, line %u has it%s", pass >= 0 ? "a" : "no",
                pass >= 0 ? r->first_score_line : r->first_pass_line, pass >= 0 ? " not" : "");
        return err_hint(e, "Give every row a `pass`, or none: success and scores do not mix.");
    }
    out->value = pass >= 0 ? pass : out->score;
    return true;
}

static bool tag_text(const struct row *row, struct arena *a, const char *key, struct str *ret,
                     struct err *e)
{
    yyjson_val *v = row_tag(row, key);
    *ret = (struct str){NULL, 0};
    if (v && yyjson_is_ctn(v))
        return row_err(e, row, key, "\"%s\" must be one value, found %s", key, json_type_name(v));
    if (v)
        *ret = json_display(a, v);
    return true;
}

static bool read_tags(struct reader *r, const struct row *row, uint32_t item, struct err *e)
{
    struct str text;
    for (size_t k = 0; k < r->b.ev->n_slices; k++) {
        if (!tag_text(row, r->scratch, r->b.ev->slice[k], &text, e))
            return false;
        evidence_set_slice(&r->b, item, k, text);
    }
    if (!r->opts->cluster)
        return true;
    if (!tag_text(row, r->scratch, r->opts->cluster, &text, e))
        return false;
    if (!text.p)
        return row_missing(row, r->opts->cluster, e);
    evidence_set_cluster(&r->b, item, text);
    return true;
}

/* Whether the row is of the variant that is asked for; without one they must all be of the same. */
static bool wanted(struct reader *r, const struct row *row, bool *ret, struct err *e)
{
    struct str variant;
    *ret = true;
    if (!row_text(row, r->scratch, "variant", &variant, e))
        return false;
    if (r->opts->variant) {
        *ret = str_eq_c(variant, r->opts->variant);
        return true;
    }
    if (!r->variant.p && variant.p)
        r->variant = arena_str(r->b.a, variant);
    if (!variant.p || str_eq(variant, r->variant))
        return true;
    row_err(e, row, "variant", "rows of \"%.*s\" and of \"%.*s\" in one file", STR_ARG(r->variant),
            STR_ARG(variant));
    return err_hint(e, "Say which one is meant: %s:%.*s", row->path, STR_ARG(variant));
}

static bool read_row(struct reader *r, const struct row *row, struct err *e)
{
    struct evidence_row out = {.line = (uint32_t)row->line, .epoch = 1};
    struct str id;
    double epoch, latency_ms, ttft_ms;
    bool is_new;
    if (!row_text(row, r->scratch, "id", &id, e) || !row_num(row, "epoch", &epoch, e) ||
        !row_num(row, "latency_ms", &latency_ms, e) || !row_num(row, "ttft_ms", &ttft_ms, e) ||
        !row_num(row, "cost_usd", &out.cost_usd, e))
        return false;
    if (!id.p)
        return row_missing(row, "id", e);
    if (!isnan(epoch)) {
        if (epoch < 0 || epoch > 1e6 || epoch < floor(epoch) || epoch > floor(epoch))
            return row_err(e, row, "epoch", "\"epoch\" must be a whole number, found %g", epoch);
        out.epoch = (int)epoch;
    }
    if (latency_ms < 0 || ttft_ms < 0 || out.cost_usd < 0)
        return row_err(e, row,
                       out.cost_usd < 0 ? "cost_usd"
                       : latency_ms < 0 ? "latency_ms"
                                        : "ttft_ms",
                       "a cost or latency below 0");
    out.latency_s = latency_ms / 1000;
    out.ttft_s = ttft_ms / 1000;
    if (!read_value(r, row, &out, e) || !read_measures(r, row, &out, e))
        return false;
    out.item = evidence_item(&r->b, id, &is_new);
    if (is_new && !read_tags(r, row, out.item, e))
        return false;
    evidence_add(&r->b, out);
    return true;
}

static bool read_all(struct reader *r, struct rows *rows, struct err *e)
{
    struct row row;
    bool more;
    for (;;) {
        arena_reset(r->scratch);
        if (!rows_next(rows, r->scratch, &row, &more, e))
            return false;
        if (!more)
            return true;
        if (row.number > EVIDENCE_MAX_ROWS)
            return err_set(e, ERR_LIMIT, "%s has more than %d rows", rows->path, EVIDENCE_MAX_ROWS);
        bool take;
        if (!wanted(r, &row, &take, e) || (take && !read_row(r, &row, e)))
            return false;
    }
}

/* All rows of an opened file; `opened` false: *e already says why not. */
static bool read_rows(struct arena *a, struct rows *rows, bool opened, const char *path,
                      const struct evidence_opts *opts, struct evidence **ret, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct reader r = {.opts = opts, .scratch = scratch};
    struct err why = {0};
    if (!opened)
        return false;
    evidence_start(&r.b, a, path, opts->slices, opts->cluster != NULL);
    for (const char *const *m = opts->measures; m && *m; m++)
        evidence_measure(&r.b, *m);
    bool fine = read_all(&r, rows, &why);
    bool finished = evidence_finish(&r.b, path, ret, fine ? &why : NULL);
    if (!fine || !finished) {
        if (e)
            *e = why;
        return false;
    }
    (*ret)->scores_only = r.first_score_line != 0;
    if ((*ret)->n_rows == 0)
        return opts->variant
                   ? err_set(e, ERR_INPUT, "%s has no rows of variant \"%s\"", path, opts->variant)
                   : rows_none(path, "`id`, and `pass` or `score`", e);
    return true;
}

bool evidence_read(struct arena *a, const char *path, const struct evidence_opts *opts,
                   struct evidence **ret, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    return read_rows(a, &rows, rows_open(&rows, path, e), path, opts, ret, e);
}

bool evidence_read_file(struct arena *a, FILE *f, const char *path,
                        const struct evidence_opts *opts, struct evidence **ret, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    return read_rows(a, &rows, rows_open_file(&rows, f, path, e), path, opts, ret, e);
}
