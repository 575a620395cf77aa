/* Rows of a plain file through a grader; see grade_rows.h. */
#include "cmd/grade_rows.h"

#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/pool.h"
#include "base/progress.h"
#include "text/jsonw.h"

enum { BATCH = 512, MAX_NAMES = 32 };
/* A batch also ends when its texts reach this size, so that memory stays flat. */
static const size_t batch_bytes = (size_t)16 << 20;

struct slot {
    struct arena *a;
    struct row row;
    struct graded_row graded;
};

struct reading {
    struct cmd *c;
    const struct grader *g;
    struct {
        struct str name, key;
    } renamed[MAX_NAMES];
    size_t n_renamed;
    const char *join_key;
    struct map joined; /* text of the key -> row object */
    struct slot slot[BATCH];
};

/* ---- --map and --join ---- */

static bool read_map(struct reading *r, const char *text, struct err *e)
{
    struct str rest = str_c(text), pair;
    while (str_split(&rest, ',', &pair)) {
        ptrdiff_t eq = str_find_char(pair, '=');
        if (eq <= 0 || (size_t)eq + 1 == pair.n)
            return err_set(e, ERR_USAGE, "--map: \"%.*s\" where NAME=KEY was expected",
                           STR_ARG(pair));
        if (r->n_renamed == MAX_NAMES)
            return err_set(e, ERR_USAGE, "--map: more than %d names", MAX_NAMES);
        r->renamed[r->n_renamed].name = str_sub(pair, 0, (size_t)eq);
        r->renamed[r->n_renamed++].key = str_sub(pair, (size_t)eq + 1, pair.n);
    }
    return true;
}

static bool load_join(struct reading *r, const char *path, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct row row;
    bool more;
    if (!rows_open(&rows, path, e))
        return false;
    while (rows_next(&rows, r->c->a, &row, &more, e)) {
        struct str key;
        if (!more)
            return true;
        if (!row_text(&row, r->c->a, r->join_key, &key, e))
            return false;
        if (str_null(key))
            return row_missing(&row, r->join_key, e);
        map_put(&r->joined, key, row.v);
    }
    return false;
}

static bool reading_open(struct reading *r, struct err *e)
{
    const char *map = opt_str(r->c, "map"), *join = opt_str(r->c, "join");
    r->join_key = opt_str(r->c, "key") ? opt_str(r->c, "key") : "id";
    if (opt_given(r->c, "key") && !join)
        return err_set(e, ERR_USAGE, "--key is for --join");
    return (!map || read_map(r, map, e)) && (!join || load_join(r, join, e));
}

static bool is_renamed(const struct reading *r, struct str name)
{
    for (size_t i = 0; i < r->n_renamed; i++)
        if (str_eq(r->renamed[i].name, name))
            return true;
    return false;
}

/* The row's object with the joined members, and the renamed ones in place of what had the name. */
static bool rewrite(struct reading *r, struct slot *s, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct row other = s->row;
    struct jw w;
    struct str key = {0};
    size_t i, n;
    yyjson_val *k, *v;
    if (r->joined.n && !row_text(&s->row, s->a, r->join_key, &key, e))
        return false;
    other.v = str_null(key) ? NULL : map_get(&r->joined, key);
    buf_init(&b, 2 * BUF_MAX_LINE);
    jw_init(&w, &b, false);
    jw_obj(&w);
    for (i = 0; i < r->n_renamed; i++) {
        const char *from = arena_strndup(s->a, r->renamed[i].key.p, r->renamed[i].key.n);
        v = row_get(&s->row, from);
        if (!v && other.v)
            v = row_get(&other, from);
        if (v) {
            jw_key_str(&w, r->renamed[i].name);
            jw_value(&w, v);
        }
    }
    yyjson_obj_foreach(s->row.v, i, n, k, v)
    {
        if (!is_renamed(r, json_str(k))) {
            jw_key_str(&w, json_str(k));
            jw_value(&w, v);
        }
    }
    for (yyjson_obj_iter it = yyjson_obj_iter_with(other.v); (k = yyjson_obj_iter_next(&it));) {
        v = yyjson_obj_iter_get_val(k);
        struct str name = json_str(k);
        if (!is_renamed(r, name) && !yyjson_obj_getn(s->row.v, name.p, name.n)) {
            jw_key_str(&w, name);
            jw_value(&w, v);
        }
    }
    jw_end(&w);
    return buf_ok(&b, "the row", e) &&
           json_parse_lax(s->a, buf_str(&b), s->row.path, s->row.line, &s->row.v, e);
}

/* ---- grading ---- */

/* CSV has only texts: measurements become numbers, and an expected value that is written as a
 * JSON object or list becomes one. */
static bool type_csv(struct slot *s, struct grade_in *in, struct err *e)
{
    struct str text = json_str(in->expected);
    yyjson_val *v;
    if (yyjson_is_str(in->expected) && text.n == 0)
        in->expected = NULL; /* an empty cell */
    if (!row_num(&s->row, "latency_ms", &in->latency_ms, e) ||
        !row_num(&s->row, "ttft_ms", &in->ttft_ms, e) ||
        !row_num(&s->row, "cost_usd", &in->cost_usd, e) ||
        !row_num(&s->row, "confidence", &in->confidence, e))
        return false;
    if (text.n && (text.p[0] == '{' || text.p[0] == '[') &&
        json_parse_lax(s->a, text, NULL, 1, &v, NULL))
        in->expected = v;
    return true;
}

static void grade_slot(void *arg, size_t i)
{
    struct reading *r = arg;
    struct slot *s = &r->slot[i];
    struct graded_row *gr = &s->graded;
    struct err e = {0};
    *gr = (struct graded_row){.row = &s->row};
    gr->readable = ((!r->n_renamed && !r->joined.n) || rewrite(r, s, &e)) &&
                   grade_in_from_json(s->a, s->row.v, &gr->in, &e) &&
                   (!s->row.fields || type_csv(s, &gr->in, &e));
    gr->v = s->row.v;
    s->row.fields = NULL; /* they last only until the next row is read */
    s->row.rows = NULL;
    s->row.text = (struct str){0};
    gr->id = str_null(gr->in.id) ? arena_strf(s->a, "%zu", s->row.number) : gr->in.id;
    if (gr->readable) {
        grader_grade(r->g, &gr->in, s->a, &gr->out);
    } else {
        gr->out = (struct grade_out){.outcome = OUTCOME_ERROR, .score = NAN};
        gr->out.reason = arena_strf(s->a, "%s", e.msg);
    }
}

static bool read_batch(struct reading *r, struct rows *rows, size_t *ret_n, bool *ret_more,
                       struct err *e)
{
    size_t bytes = 0;
    *ret_n = 0;
    *ret_more = true;
    while (*ret_n < BATCH && bytes < batch_bytes) {
        struct slot *s = &r->slot[*ret_n];
        if (s->a)
            arena_reset(s->a);
        else
            s->a = arena_new();
        if (!rows_next(rows, s->a, &s->row, ret_more, e))
            return false;
        if (!*ret_more)
            return true;
        bytes += s->row.text.n;
        ++*ret_n;
    }
    return true;
}

static bool run(struct reading *r, const char *path,
                bool (*each)(void *arg, const struct graded_row *row, struct err *e), void *arg,
                struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct progress p;
    size_t n, done = 0, errors = 0;
    bool more = true, ok = true;
    if (!reading_open(r, e) || !rows_open(&rows, path, e))
        return false;
    progress_start(&p, r->c->env, "grading", 0);
    while (ok && more) {
        struct err why; /* what comes before a broken row is graded all the same */
        ok = read_batch(r, &rows, &n, &more, &why);
        if (!ok)
            *e = why;
        pool_for(n, grade_slot, r);
        for (size_t i = 0; i < n; i++) {
            errors += r->slot[i].graded.out.outcome == OUTCOME_ERROR;
            if (!each(arg, &r->slot[i].graded, ok ? e : &why)) {
                ok = false;
                break;
            }
        }
        progress_update(&p, done += n, errors, 0);
    }
    progress_end(&p);
    return ok;
}

bool grade_rows(struct cmd *c, const struct grader *g, const char *path,
                bool (*each)(void *arg, const struct graded_row *row, struct err *e), void *arg,
                struct err *e)
{
    struct reading *r = ARENA_NEW(c->a, struct reading);
    r->c = c;
    r->g = g;
    bool ok = run(r, path, each, arg, e);
    for (size_t i = 0; i < BATCH; i++)
        arena_free(r->slot[i].a);
    map_release(&r->joined);
    return ok;
}
