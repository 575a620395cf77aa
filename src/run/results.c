/* Results in memory; see results.h. */
#include "run/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/outputs.h"
#include "store/runs.h"
#include "store/units.h"
#include "text/json.h"

enum { MAX_RESERVE = 20000000 }; /* rows that are made room for at once */

static void release(void *p)
{
    struct result_set *rs = p;
    vec_free(&rs->items);
    vec_free(&rs->rows);
    vec_free(&rs->grades);
    for (size_t i = 0; i < rs->tags.n; i++) {
        vec_free(&rs->tags.v[i].value);
        vec_free(&rs->tags.v[i].of_item);
        map_release(&rs->tags.v[i].index);
    }
    vec_free(&rs->tags);
    map_release(&rs->item_index);
}

struct result_set *result_set_new(struct arena *a, const char *name, const char *const *graders,
                                  size_t n_graders)
{
    struct result_set *rs = ARENA_NEW(a, struct result_set);
    rs->a = a;
    rs->name = arena_strdup(a, name);
    rs->wall_s = NAN;
    rs->n_graders = n_graders;
    rs->graders = ARENA_ARRAY(a, n_graders + 1, const char *);
    for (size_t i = 0; i < n_graders; i++)
        rs->graders[i] = arena_strdup(a, graders[i]);
    arena_defer(a, release, rs);
    return rs;
}

/* The index is made when somebody looks: a run of millions is loaded without. */
static void index_items(struct result_set *rs)
{
    for (size_t i = rs->item_index.n; i < rs->items.n; i++)
        map_put(&rs->item_index, rs->items.v[i].id, (void *)(uintptr_t)(i + 1));
}

static uint32_t append_item(struct result_set *rs, struct str id)
{
    struct result_item item = {.id = arena_str(rs->a, id), .weight = 1};
    vec_push(&rs->items, item);
    return (uint32_t)(rs->items.n - 1);
}

uint32_t result_set_item(struct result_set *rs, struct str id, bool *ret_new)
{
    index_items(rs);
    void *known = map_get(&rs->item_index, id);
    if (ret_new)
        *ret_new = !known;
    return known ? (uint32_t)((uintptr_t)known - 1) : append_item(rs, id);
}

ptrdiff_t result_set_find(struct result_set *rs, struct str id)
{
    index_items(rs);
    return (ptrdiff_t)(uintptr_t)map_get(&rs->item_index, id) - 1;
}

static struct result_tag *tag(struct result_set *rs, const char *key)
{
    for (size_t i = 0; i < rs->tags.n; i++)
        if (strcmp(rs->tags.v[i].key, key) == 0)
            return &rs->tags.v[i];
    struct result_tag t = {.key = arena_strdup(rs->a, key)};
    vec_push(&rs->tags, t);
    return &rs->tags.v[rs->tags.n - 1];
}

void result_set_tag(struct result_set *rs, uint32_t item, const char *key, struct str value)
{
    struct result_tag *t = tag(rs, key);
    uintptr_t at = (uintptr_t)map_get(&t->index, value);
    if (at == 0) {
        struct str own = arena_str(rs->a, value);
        vec_push(&t->value, own);
        at = t->value.n;
        map_put(&t->index, own, (void *)at);
    }
    while (t->of_item.n <= item)
        vec_push(&t->of_item, RESULT_NO_TAG);
    t->of_item.v[item] = (uint32_t)(at - 1);
}

struct result_row *result_set_add(struct result_set *rs, uint32_t item, int epoch)
{
    struct result_row row = {
        .item = item,
        .epoch = (uint16_t)epoch,
        .outcome = OUTCOME_ERROR,
        .score = NAN,
        .latency_ms = NAN,
        .ttft_ms = NAN,
        .cost_usd = NAN,
        .confidence = NAN,
        .tokens_input = -1,
        .tokens_output = -1,
        .tokens_cached = -1,
    };
    vec_push(&rs->rows, row);
    for (size_t i = 0; i < rs->n_graders; i++)
        vec_push(&rs->grades, (struct result_grade){.score = NAN, .outcome = RESULT_UNGRADED});
    if (epoch > rs->epochs)
        rs->epochs = epoch;
    return &rs->rows.v[rs->rows.n - 1];
}

struct result_grade *result_set_grades(const struct result_set *rs, size_t r)
{
    return rs->n_graders ? &rs->grades.v[r * rs->n_graders] : NULL;
}

static int before(const struct result_row *a, const struct result_row *b)
{
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    return a->epoch < b->epoch ? -1 : a->epoch > b->epoch;
}

/* Sorting moves rows together with their grades: an index is sorted, then both are copied. */
struct place {
    const struct result_row *row;
    size_t at;
};

static int by_place(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    int c = before(a->row, b->row);
    return c ? c : a->at < b->at ? -1 : 1;
}

static void reorder(struct result_set *rs)
{
    size_t n = rs->rows.n, g = rs->n_graders;
    struct place *p = mem_calloc(n, sizeof *p);
    for (size_t i = 0; i < n; i++)
        p[i] = (struct place){&rs->rows.v[i], i};
    qsort(p, n, sizeof *p, by_place);
    struct result_row *rows = mem_calloc(n, sizeof *rows);
    struct result_grade *grades = mem_calloc(n * g + 1, sizeof *grades);
    for (size_t i = 0; i < n; i++) {
        rows[i] = *p[i].row;
        if (g)
            memcpy(&grades[i * g], &rs->grades.v[p[i].at * g], g * sizeof *grades);
    }
    free(p);
    free(rs->rows.v);
    free(rs->grades.v);
    rs->rows.v = rows;
    rs->grades.v = grades;
    rs->rows.cap = n;
    rs->grades.cap = n * g + 1;
}

bool result_set_finish(struct result_set *rs, struct err *e)
{
    bool sorted = true;
    for (size_t i = 1; i < rs->rows.n && sorted; i++)
        sorted = before(&rs->rows.v[i - 1], &rs->rows.v[i]) <= 0;
    if (!sorted)
        reorder(rs);
    for (size_t i = 1; i < rs->rows.n; i++)
        if (before(&rs->rows.v[i - 1], &rs->rows.v[i]) == 0)
            return err_set(e, ERR_INPUT, "%s: \"%.*s\" occurs twice in epoch %d", rs->name,
                           STR_ARG(rs->items.v[rs->rows.v[i].item].id), rs->rows.v[i].epoch);
    return true;
}

const struct result_tag *result_set_find_tag(const struct result_set *rs, const char *key)
{
    for (size_t i = 0; i < rs->tags.n; i++)
        if (strcmp(rs->tags.v[i].key, key) == 0)
            return &rs->tags.v[i];
    return NULL;
}

struct str result_tag_value(const struct result_tag *t, uint32_t item)
{
    if (item >= t->of_item.n || t->of_item.v[item] == RESULT_NO_TAG)
        return (struct str){0};
    return t->value.v[t->of_item.v[item]];
}

static bool add_tags(struct result_set *rs, uint32_t item, struct str json, struct arena *scratch,
                     struct err *e)
{
    yyjson_val *obj, *key, *val;
    yyjson_obj_iter it;
    if (str_null(json))
        return true;
    if (!json_parse_lax(scratch, json, NULL, 0, &obj, e))
        return err_wrap(e, "stored tags");
    yyjson_obj_iter_init(obj, &it);
    while ((key = yyjson_obj_iter_next(&it))) {
        val = yyjson_obj_iter_get_val(key);
        if (!yyjson_is_null(val))
            result_set_tag(rs, item, yyjson_get_str(key), json_display(scratch, val));
    }
    return true;
}

/* Reads one row of the store into the set. `scratch` and `g` (n_graders) are the caller's. Rows
 * come in order of item: a new one is told by its id. */
static bool add_unit(struct result_set *rs, struct store *s, const struct unit_read *u,
                     bool new_item, struct arena *scratch, struct grade_row *g, struct err *e)
{
    uint32_t item = (uint32_t)rs->items.n - 1;
    if (new_item) {
        item = append_item(rs, u->item_name);
        rs->items.v[item].weight = u->weight;
        if (!str_null(u->cluster))
            rs->items.v[item].cluster = arena_str(rs->a, u->cluster);
        if (!add_tags(rs, item, u->tags, scratch, e))
            return false;
    }
    if (!grades_unpack(s, NULL, u->grades, g, rs->n_graders, e))
        return false;
    struct result_row *row = result_set_add(rs, item, u->epoch);
    row->outcome = (uint8_t)u->outcome;
    row->refused = u->status == OUTPUT_REFUSED;
    row->failed_call = u->status == OUTPUT_ERROR;
    row->score = u->score;
    row->latency_ms = u->latency_ms;
    row->ttft_ms = u->ttft_ms;
    row->cost_usd = u->cost_usd;
    row->confidence = u->confidence;
    row->grading_cost_usd = u->grading_cost_usd;
    row->tokens_input = (int32_t)u->tokens_input;
    row->tokens_output = (int32_t)u->tokens_output;
    row->tokens_cached = (int32_t)u->tokens_cached;
    row->output = u->output;
    struct result_grade *grades = result_set_grades(rs, rs->rows.n - 1);
    for (size_t i = 0; i < rs->n_graders; i++)
        grades[i] = (struct result_grade){g[i].score, (uint8_t)g[i].outcome};
    return true;
}

/* `planned` rows are expected; there may be fewer. */
static bool load_units(struct result_set *rs, struct store *s, int64_t planned, struct err *e)
{
    CLEANUP(units_close) struct unit_cursor c = {0};
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct grade_row *g = ARENA_ARRAY(rs->a, rs->n_graders, struct grade_row);
    struct unit_read u;
    int64_t item = 0;
    size_t room = planned > 0 && planned < MAX_RESERVE ? (size_t)planned : 0;
    if (!units_open(s, rs->variant, &c, e))
        return false;
    vec_reserve(&rs->rows, room);
    vec_reserve(&rs->grades, room * rs->n_graders);
    for (;;) {
        bool more;
        if (!units_next(&c, &u, &more, e))
            return false;
        if (!more)
            return result_set_finish(rs, e);
        if (!add_unit(rs, s, &u, u.item != item, scratch, g, e))
            return false;
        item = u.item;
        arena_reset(scratch);
    }
}

static bool find_variant(struct arena *a, struct store *s, int64_t run, const char *name,
                         struct run_variant_row *ret, struct err *e)
{
    struct run_variant_row *v;
    size_t n;
    const char *names = "";
    if (!run_variants(s, a, run, &v, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (str_eq_c(v[i].name, name)) {
            *ret = v[i];
            return true;
        }
        names = arena_printf(a, "%s%s%.*s", names, i ? ", " : "", STR_ARG(v[i].name));
    }
    err_set(e, ERR_NOT_FOUND, "run r%lld has no variant \"%s\"", (long long)run, name);
    return err_hint(e, "It has: %s.", names);
}

bool result_set_load(struct arena *a, struct store *s, int64_t run, const char *variant,
                     struct result_set **ret, struct err *e)
{
    struct run_row r = {0};
    struct run_variant_row v = {0};
    struct run_grader_row *g;
    size_t n;
    if (!run_get(s, a, run, &r, e) || !find_variant(a, s, run, variant, &v, e) ||
        !run_graders(s, a, run, &g, &n, e))
        return false;
    const char **names = ARENA_ARRAY(a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        names[i] = g[i].name.p;
    struct result_set *rs = result_set_new(a, variant, names, n);
    rs->feature = r.feature.p;
    rs->run = run;
    rs->variant = v.id;
    rs->golden_version = r.golden_version.p;
    rs->wall_s = v.wall_s;
    if (!load_units(rs, s, v.planned, e))
        return err_wrap(e, "run r%lld, variant %s", (long long)run, variant);
    *ret = rs;
    return true;
}
