/* Collecting recorded outputs of several variants; see models.h. */
#include "decide/models.h"

#include <math.h>
#include <string.h>

#include "golden/rows.h"

void model_set_init(struct model_set *s, struct arena *a) { *s = (struct model_set){.a = a}; }

void model_set_release(struct model_set *s)
{
    for (size_t i = 0; i < s->variants.n; i++)
        vec_free(&s->variants.v[i].rows);
    vec_free(&s->variants);
    map_release(&s->items);
    map_release(&s->seen);
}

static struct model_variant *variant_named(struct model_set *s, struct str name, struct err *e)
{
    /* few variants, and rows of one come together: the last one first */
    for (size_t i = s->variants.n; i-- > 0;)
        if (str_eq_c(name, s->variants.v[i].name))
            return &s->variants.v[i];
    if (s->variants.n == MODELS_MAX_VARIANTS) {
        err_set(e, ERR_LIMIT, "more than %d variants", MODELS_MAX_VARIANTS);
        return NULL;
    }
    struct model_variant v = {.name = arena_strndup(s->a, name.p ? name.p : "", name.n)};
    vec_push(&s->variants, v);
    return &s->variants.v[s->variants.n - 1];
}

static uint32_t item_of(struct model_set *s, struct str id)
{
    if (!map_has(&s->items, id))
        map_entry(&s->items, arena_str(s->a, id), NULL);
    return (uint32_t)map_index(&s->items, id);
}

bool model_set_add(struct model_set *s, struct str variant, struct str id, int epoch,
                   const struct model_row *row, struct err *e)
{
    bool is_new;
    struct model_variant *v = variant_named(s, variant, e);
    if (!v)
        return false;
    if (s->seen.n >= MODELS_MAX_ROWS)
        return err_set(e, ERR_LIMIT, "more than %d outputs", MODELS_MAX_ROWS);
    struct model_row r = *row;
    r.item = item_of(s, id);
    struct str key = arena_strf(s->a, "%zu %u %d", (size_t)(v - s->variants.v), r.item, epoch);
    map_entry(&s->seen, key, &is_new);
    if (!is_new)
        return err_set(e, ERR_CONFLICT, "\"%.*s\" epoch %d stands twice under %s", STR_ARG(id),
                       epoch, v->name);
    v->n_errors += r.pass < 0;
    vec_push(&v->rows, r);
    return true;
}

/* "outputs/small-v3.jsonl" -> "small-v3" */
static struct str base_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path;
    const char *dot = strrchr(from, '.');
    return (struct str){from, dot && dot > from ? (size_t)(dot - from) : strlen(from)};
}

static bool not_negative(const struct row *row, const char *key, double *ret, struct err *e)
{
    if (!row_num(row, key, ret, e))
        return false;
    return !(*ret < 0) || row_err(e, row, key, "a \"%s\" of %g, expected 0 or more", key, *ret);
}

static bool read_row(struct model_set *s, const struct row *row, struct arena *scratch,
                     struct err *e)
{
    struct model_row r = {.path = s->path, .line = (uint32_t)row->line};
    struct str id, variant;
    double epoch;
    if (!row_text(row, scratch, "id", &id, e) || !row_text(row, scratch, "variant", &variant, e) ||
        !row_num(row, "epoch", &epoch, e) || !row_bool(row, "pass", &r.pass, e) ||
        !not_negative(row, "cost_usd", &r.cost_usd, e) ||
        !not_negative(row, "latency_ms", &r.latency_ms, e) ||
        !row_num(row, "confidence", &r.confidence, e))
        return false;
    if (str_null(id))
        return row_missing(row, "id", e);
    if (row_get(row, "error"))
        r.pass = -1;
    else if (r.pass < 0)
        return row_missing(row, "pass", e);
    if (!isnan(epoch) && !(epoch >= 1 && epoch <= 1e6 && epoch <= floor(epoch)))
        return row_err(e, row, "epoch", "an epoch of %g, expected a whole number from 1", epoch);
    if (str_null(variant))
        variant = base_name(row->path);
    if (model_set_add(s, variant, id, isnan(epoch) ? 1 : (int)epoch, &r, e))
        return true;
    err_at(e, row->path, (int)row->line, 1);
    return err_hint(e, "Repeated outputs of an item carry an \"epoch\" of 1, 2, …; different "
                       "variants a \"variant\".");
}

bool model_set_read(struct model_set *s, const char *path, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct row row;
    bool more;
    s->path = arena_strdup(s->a, path);
    if (!rows_open(&rows, path, e))
        return false;
    while (rows_next(&rows, scratch, &row, &more, e)) {
        if (!more)
            return rows.n_rows > 0 || rows_none(path, "`pass`, `cost_usd` and `latency_ms`", e);
        if (!read_row(s, &row, scratch, e))
            return false;
        arena_reset(scratch);
    }
    return false;
}
