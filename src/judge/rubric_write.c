/* Writing weights back into a rubric by its source positions. */
#include "judge/rubric_write.h"

#include <string.h>

#include "base/buf.h"

struct edit {
    size_t at, cut; /* bytes from, bytes taken out */
    struct str put;
};

static bool offset_of(struct str text, const struct node *n, size_t *ret)
{
    size_t at = 0;
    for (int line = 1; line < n->line; line++) {
        ptrdiff_t nl = str_find_char(str_sub(text, at, text.n), '\n');
        if (nl < 0)
            return false;
        at += (size_t)nl + 1;
    }
    /* columns count characters; in the lines of a rubric's keys and numbers that is bytes, unless
     * something wide stands before */
    size_t col = 1;
    while (col < (size_t)n->col && at < text.n && text.p[at] != '\n') {
        at++;
        while (at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80)
            at++;
        col++;
    }
    *ret = at;
    return at < text.n;
}

static const struct node *key_node(const struct node *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++)
        if (str_eq_c(map->key[i]->text, key))
            return map->key[i];
    return NULL;
}

static bool make_edit(struct arena *a, const struct criterion *c, struct str text, double weight,
                      struct edit *ret, struct err *e)
{
    const struct node *old = node_get(c->node, "weight"), *name = key_node(c->node, "name");
    struct str number = arena_strf(a, "%.4g", weight);
    if (old) {
        if (!offset_of(text, old, &ret->at))
            return node_err(e, old, "the weight of criterion %s is not where it was read", c->name);
        ret->cut = old->text.n;
        ret->put = number;
        return str_eq(str_sub(text, ret->at, ret->cut), old->text) ||
               node_err(e, old,
                        "the weight of criterion %s is written in a way that cannot be replaced",
                        c->name);
    }
    if (!name || !offset_of(text, name, &ret->at))
        return node_err(e, c->node, "the name of criterion %s is not where it was read", c->name);
    bool flow = ret->at > 0 && (text.p[ret->at - 1] == '{' || text.p[ret->at - 1] == ',');
    ret->cut = 0;
    ret->put = flow ? arena_strf(a, "weight: %.*s, ", STR_ARG(number))
                    : arena_strf(a, "weight: %.*s\n%*s", STR_ARG(number), name->col - 1, "");
    return true;
}

bool rubric_with_weights(struct arena *a, const struct rubric *r, struct str text,
                         const double *weight, struct str *ret, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    size_t from = 0;
    buf_init(&b, BUF_MAX_BODY);
    for (size_t i = 0; i < r->n; i++) {
        struct edit edit;
        if (!make_edit(a, &r->criteria[i], text, weight[i], &edit, e))
            return false;
        if (edit.at < from)
            return node_err(e, r->criteria[i].node,
                            "criteria that share their text (an alias) cannot "
                            "get weights of their own");
        buf_add(&b, text.p + from, edit.at - from);
        buf_add_str(&b, edit.put);
        from = edit.at + edit.cut;
    }
    buf_add(&b, text.p + from, text.n - from);
    *ret = arena_str(a, buf_str(&b));
    return true;
}
