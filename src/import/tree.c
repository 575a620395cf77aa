/* Document trees made by hand; see tree.h. */
#include "import/tree.h"

#include <string.h>

#include "base/buf.h"

static struct node *make(struct arena *a, const struct node *like, enum node_kind kind)
{
    struct node *n = ARENA_NEW(a, struct node);
    n->kind = kind;
    n->file = like ? like->file : "";
    n->line = like ? like->line : 1;
    n->col = like ? like->col : 1;
    return n;
}

struct node *tree_map(struct arena *a, const struct node *like) { return make(a, like, NODE_MAP); }
struct node *tree_seq(struct arena *a, const struct node *like) { return make(a, like, NODE_SEQ); }

struct node *tree_text(struct arena *a, const struct node *like, struct str text)
{
    struct node *n = make(a, like, NODE_SCALAR);
    n->text = arena_str(a, text);
    n->quoted = true;
    return n;
}

/* Room for one more child; sizes are powers of two, so the count tells when to grow. */
static void grow(struct arena *a, struct node *n)
{
    if (n->n && (n->n & (n->n - 1)))
        return;
    size_t cap = n->n ? n->n * 2 : 1;
    struct node **items = ARENA_ARRAY(a, cap, struct node *);
    if (n->n)
        memcpy(items, n->item, n->n * sizeof *items);
    n->item = items;
    if (n->kind != NODE_MAP)
        return;
    struct node **keys = ARENA_ARRAY(a, cap, struct node *);
    if (n->n)
        memcpy(keys, n->key, n->n * sizeof *keys);
    n->key = keys;
}

/* Trees from the parser are shared and not to be changed: children are copied shallowly. */
static struct node *copy(struct arena *a, const struct node *n)
{
    struct node *c = ARENA_NEW(a, struct node);
    if (n)
        *c = *n;
    return c;
}

void tree_push(struct arena *a, struct node *seq, const struct node *item)
{
    grow(a, seq);
    seq->item[seq->n++] = copy(a, item);
}

void tree_put(struct arena *a, struct node *map, struct str key, const struct node *value)
{
    for (size_t i = 0; i < map->n; i++) {
        if (str_eq(map->key[i]->text, key)) {
            map->item[i] = copy(a, value);
            return;
        }
    }
    grow(a, map);
    map->key[map->n] = tree_text(a, value, key);
    map->item[map->n++] = copy(a, value);
}

struct node *tree_merge(struct arena *a, const struct node *under, const struct node *over)
{
    const struct node *parts[] = {under, over};
    struct node *out = tree_map(a, over ? over : under);
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; parts[p] && parts[p]->kind == NODE_MAP && i < parts[p]->n; i++)
            tree_put(a, out, parts[p]->key[i]->text, parts[p]->item[i]);
    return out;
}

struct str tree_render(struct arena *a, struct str text, const struct node *vars,
                       struct str *ret_left)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    for (;;) {
        ptrdiff_t open = str_find(text, STR("{{"));
        ptrdiff_t close = open < 0 ? -1 : str_find(str_sub(text, (size_t)open, text.n), STR("}}"));
        if (close < 0)
            break;
        struct str name = str_trim(str_sub(text, (size_t)open + 2, (size_t)close - 2));
        struct str whole = str_sub(text, (size_t)open, (size_t)close + 2);
        const struct node *v = node_get(vars, arena_strndup(a, name.p, name.n));
        buf_add(&b, text.p, (size_t)open);
        if (v && v->kind == NODE_SCALAR)
            buf_add_str(&b, v->text);
        else if (v && v->kind != NODE_NULL)
            buf_add_str(&b, node_to_json(a, v));
        else if (!v) {
            buf_add_str(&b, whole);
            if (ret_left && str_null(*ret_left))
                *ret_left = arena_str(a, whole);
        }
        text = str_sub(text, (size_t)open + whole.n, text.n);
    }
    buf_add_str(&b, text);
    return arena_str(a, buf_str(&b));
}

struct node *tree_render_all(struct arena *a, const struct node *n, const struct node *vars,
                             struct str *ret_left)
{
    struct node *out = copy(a, n);
    if (n->kind == NODE_SCALAR) {
        out->text = tree_render(a, n->text, vars, ret_left);
        out->quoted = n->quoted || !str_eq(out->text, n->text);
    }
    out->item = ARENA_ARRAY(a, n->n, struct node *);
    for (size_t i = 0; i < n->n; i++)
        out->item[i] = tree_render_all(a, n->item[i], vars, ret_left);
    return out;
}
