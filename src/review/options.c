/* `review:` of the spec; see options.h. */
#include "review/options.h"

static const char *const keys[] = {"scale", "pass_from", "reviewers", "double", "known",
                                   "lock",  "daily",     "codes",     NULL};

static bool share(const struct node *n, const char *key, double *ret, struct err *e)
{
    const struct node *v = node_get(n, key);
    if (!node_get_num(n, key, ret, e))
        return false;
    if (!(*ret >= 0) || *ret > 1)
        return node_err(e, v, "%s: %g where a share from 0 to 1 was expected", key, *ret);
    return true;
}

static bool read_codes(struct arena *a, const struct node *n, struct review_options *o,
                       struct err *e)
{
    if (node_is_null(n))
        return true;
    if (!node_want(n, NODE_SEQ, "codes", e))
        return false;
    o->codes = ARENA_ARRAY(a, n->n, const char *);
    o->n_codes = n->n;
    for (size_t i = 0; i < n->n; i++)
        if (!node_str(n->item[i], &o->codes[i], e))
            return false;
    return true;
}

static bool read_scale(const struct node *n, struct review_scale *scale, struct err *e)
{
    long long to = scale->to, from = scale->pass_from;
    const struct node *at = node_get(n, "pass_from");
    if (!node_get_int(n, "scale", 2, 9, &to, e))
        return false;
    if (!at && to != scale->to)
        from = to / 2 + 1 + (to > 3);
    if (!node_get_int(n, "pass_from", 1, 9, &from, e))
        return false;
    if (from > to)
        return node_err(e, at ? at : n, "pass_from: %lld on a scale that ends at %lld", from, to);
    scale->to = (int)to;
    scale->pass_from = (int)from;
    return true;
}

static bool read_node(struct arena *a, const struct node *n, struct review_options *o,
                      struct err *e)
{
    if (node_is_null(n))
        return true;
    long long reviewers = o->reviewers, daily = o->daily;
    const struct node *lock = node_get(n, "lock");
    if (!node_want(n, NODE_MAP, "review", e) || !node_check_keys(n, keys, e) ||
        !read_scale(n, &o->scale, e) || !node_get_int(n, "reviewers", 1, 99, &reviewers, e) ||
        !node_get_int(n, "daily", 2, 10000, &daily, e) ||
        !share(n, "double", &o->double_share, e) || !share(n, "known", &o->known_share, e) ||
        (!node_is_null(lock) && !node_seconds(lock, &o->lock_s, e)) ||
        !read_codes(a, node_get(n, "codes"), o, e))
        return false;
    if (!(o->lock_s >= 1))
        return node_err(e, lock, "lock: %g s where at least a second was expected", o->lock_s);
    o->reviewers = (int)reviewers;
    o->daily = (int)daily;
    return true;
}

bool review_options_read(struct arena *a, const struct project *p, const struct feature *f,
                         struct review_options *ret, struct err *e)
{
    *ret = (struct review_options){.scale = {1, 5, 4}, .reviewers = 1, .lock_s = 600, .daily = 20};
    return read_node(a, p ? p->review : NULL, ret, e) && read_node(a, f ? f->review : NULL, ret, e);
}
