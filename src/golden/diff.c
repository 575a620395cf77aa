/* Two versions of a golden set, example by example. */
#include "golden/diff.h"

#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/json.h"

const char *diff_kind_name(enum diff_kind k)
{
    static const char *const names[] = {"added", "removed", "changed", "renamed"};
    return names[k];
}

struct differ {
    struct arena *a;
    const struct golden *x, *y;
    struct map gone; /* digest of the content without its id -> row in x that y has no id for */
    VEC(struct diff_change) changes;
    bool *row_of_x_used;
};

/* Content without the id, notes included: a renamed example is the same in everything else. */
static struct digest content_digest(const struct item *it)
{
    struct item same = *it;
    CLEANUP(buf_release) struct buf b = {0};
    same.id = STR("-");
    buf_init(&b, BUF_MAX_FILE);
    item_write(&b, &same);
    return hash_content(buf_str(&b));
}

static const char *text_of(struct arena *a, yyjson_val *v)
{
    struct str s = v ? json_display(a, v) : STR("nothing");
    struct str cut = utf8_cut(utf8_printable(a, s), 60);
    return arena_printf(a, "%.*s%s", STR_ARG(cut), cut.n < s.n ? "…" : "");
}

static bool same(yyjson_val *a, yyjson_val *b) { return !a || !b ? a == b : json_equal(a, b); }

static void add_field(struct diff_change *c, size_t *n, const char *name)
{
    c->fields[(*n)++] = name;
}

/* Values as read, so that a spelled-out default is no difference. */
static void compare_fields(struct arena *a, const struct item *x, const struct item *y,
                           struct diff_change *c)
{
    size_t n = 0;
    c->fields = ARENA_ARRAY(a, 11, const char *);
    const struct {
        const char *name;
        yyjson_val *before, *after;
    } values[] = {{"expected", x->expected, y->expected},
                  {"input", x->input, y->input},
                  {"tags", x->tags, y->tags},
                  {"context", x->context, y->context}};
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        if (same(values[i].before, values[i].after))
            continue;
        if (n == 0) {
            c->before = text_of(a, values[i].before);
            c->after = text_of(a, values[i].after);
        }
        add_field(c, &n, values[i].name);
    }
    if (x->split != y->split) {
        if (n == 0) {
            c->before = split_name(x->split);
            c->after = split_name(y->split);
        }
        add_field(c, &n, "split");
    }
    const struct {
        const char *name;
        struct str before, after;
    } texts[] = {{"source", x->source, y->source},
                 {"notes", x->notes, y->notes},
                 {"cluster", x->cluster, y->cluster}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!str_eq(texts[i].before, texts[i].after))
            add_field(c, &n, texts[i].name);
    if (x->weight < y->weight || x->weight > y->weight)
        add_field(c, &n, "weight");
    if (n == 0)
        add_field(c, &n, "other keys");
}

/* Rows of x whose id y does not have. */
static bool find_gone(struct differ *d, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct item it;
    for (size_t i = 0; i < d->x->n; i++) {
        arena_reset(scratch);
        if (!golden_item(d->x, i, scratch, &it, e))
            return false;
        d->row_of_x_used[i] = golden_find(d->y, it.id) >= 0;
        if (d->row_of_x_used[i])
            continue;
        struct digest digest = content_digest(&it);
        size_t *row = ARENA_NEW(d->a, size_t);
        *row = i;
        map_put(&d->gone, str_c(arena_strdup(d->a, digest.hex)), row);
    }
    return true;
}

/* An example of y whose id x does not have: new, or an old one under a new name. */
static bool new_id(struct differ *d, const struct item *it, struct arena *scratch, struct err *e)
{
    struct diff_change c = {
        .kind = DIFF_ADDED, .line_b = it->line, .id = arena_strndup(d->a, it->id.p, it->id.n)};
    struct item old;
    size_t *row = map_get(&d->gone, str_c(content_digest(it).hex));
    if (row && !d->row_of_x_used[*row]) {
        if (!golden_item(d->x, *row, scratch, &old, e))
            return false;
        d->row_of_x_used[*row] = true;
        c.kind = DIFF_RENAMED;
        c.line_a = old.line;
        c.old_id = arena_strndup(d->a, old.id.p, old.id.n);
    }
    vec_push(&d->changes, c);
    return true;
}

static bool compare_row(struct differ *d, size_t i, struct arena *scratch, size_t *unchanged,
                        struct err *e)
{
    struct item x, y;
    if (!golden_item(d->y, i, scratch, &y, e))
        return false;
    ptrdiff_t before = golden_find(d->x, y.id);
    if (before < 0)
        return new_id(d, &y, scratch, e);
    if (!golden_item(d->x, (size_t)before, scratch, &x, e))
        return false;
    struct digest dx = content_digest(&x), dy = content_digest(&y);
    if (strcmp(dx.hex, dy.hex) == 0) {
        ++*unchanged;
        return true;
    }
    struct diff_change c = {.kind = DIFF_CHANGED,
                            .line_a = x.line,
                            .line_b = y.line,
                            .id = arena_strndup(d->a, y.id.p, y.id.n)};
    compare_fields(d->a, &x, &y, &c);
    vec_push(&d->changes, c);
    return true;
}

static bool add_removed(struct differ *d, struct arena *scratch, struct err *e)
{
    struct item it;
    for (size_t i = 0; i < d->x->n; i++) {
        if (d->row_of_x_used[i])
            continue;
        arena_reset(scratch);
        if (!golden_item(d->x, i, scratch, &it, e))
            return false;
        struct diff_change c = {
            .kind = DIFF_REMOVED, .line_a = it.line, .id = arena_strndup(d->a, it.id.p, it.id.n)};
        vec_push(&d->changes, c);
    }
    return true;
}

bool golden_compare(struct arena *a, const struct golden *x, const struct golden *y,
                    struct golden_diff *ret, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct differ d = {.a = a, .x = x, .y = y};
    *ret = (struct golden_diff){0};
    d.row_of_x_used = ARENA_ARRAY(a, x->n, bool);
    bool ok = find_gone(&d, e);
    for (size_t i = 0; i < y->n && ok; i++) {
        arena_reset(scratch);
        ok = compare_row(&d, i, scratch, &ret->unchanged, e);
    }
    ok = ok && add_removed(&d, scratch, e);
    if (ok) {
        ret->n = d.changes.n;
        ret->change = ARENA_ARRAY(a, ret->n, struct diff_change);
        for (size_t i = 0; i < ret->n; i++) {
            ret->change[i] = d.changes.v[i];
            ret->n_kind[ret->change[i].kind]++;
        }
    }
    vec_free(&d.changes);
    map_release(&d.gone);
    return ok;
}
