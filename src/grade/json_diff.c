/*
 * `json_diff`: the output's JSON against the expected JSON, leaf by leaf. Score: leaves that are
 * the same, of all leaves on either side. Lists are compared item by item, or as bags with
 * `unordered: true`; `ignore` names members, at any depth, that do not count. details: the first
 * differences with their places.
 */
#include "base/map.h"
#include "grade/compare.h"
#include "grade/option.h"
#include "text/json.h"
#include "text/json_loose.h"

/* Members are looked up one by one, which takes the square of their number. */
enum { MAX_SHOWN = 20, MAX_MEMBERS = 10000 };

struct json_diff {
    struct want want;
    struct value_rule rule;
    struct str_list ignore;
    bool unordered;
};

struct diff {
    const struct json_diff *s;
    struct arena *a;
    struct jw *w;
    struct err *e;
    size_t same, different, shown;
};

static bool json_diff_open(struct grader *g, const struct node *options, struct arena *a,
                           struct err *e)
{
    struct json_diff *s = ARENA_NEW(a, struct json_diff);
    const struct node *rule = node_get(options, "values_as");
    s->rule = value_rule_default();
    s->rule.kind = VALUE_JSON;
    g->state = s;
    return want_open(&s->want, options, a, e) &&
           option_texts(options, "ignore", a, &s->ignore, e) &&
           node_get_bool(options, "unordered", &s->unordered, e) &&
           (!rule || value_rule_read(rule, &s->rule, e));
}

static bool ignored(const struct json_diff *s, struct str name)
{
    for (size_t i = 0; i < s->ignore.n; i++)
        if (str_eq(s->ignore.v[i], name))
            return true;
    return false;
}

/* Leaves of a value; an empty container is one. */
static size_t leaves(const struct json_diff *s, yyjson_val *v)
{
    yyjson_val *k, *x;
    size_t n = 0;
    if (yyjson_is_arr(v)) {
        yyjson_arr_iter it = yyjson_arr_iter_with(v);
        while ((x = yyjson_arr_iter_next(&it)))
            n += leaves(s, x);
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_iter it = yyjson_obj_iter_with(v);
        while ((k = yyjson_obj_iter_next(&it)))
            n += ignored(s, json_str(k)) ? 0 : leaves(s, yyjson_obj_iter_get_val(k));
    }
    return n ? n : 1;
}

/* The path to a value as a list of steps, for details. */
static struct str below(struct arena *a, struct str at, struct str name)
{
    return arena_strf(a, "%.*s.%.*s", STR_ARG(at), STR_ARG(name));
}

static struct str item_of(struct arena *a, struct str at, size_t i)
{
    return arena_strf(a, "%.*s[%zu]", STR_ARG(at), i);
}

static void differs(struct diff *d, struct str at, yyjson_val *expected, yyjson_val *got)
{
    size_t x = expected ? leaves(d->s, expected) : 0, y = got ? leaves(d->s, got) : 0;
    d->different += x > y ? x : y;
    if (d->shown++ >= MAX_SHOWN)
        return;
    jw_obj(d->w);
    jw_kstr(d->w, "at", at);
    if (expected) {
        jw_key(d->w, "expected");
        jw_value(d->w, expected);
    }
    if (got) {
        jw_key(d->w, "found");
        jw_value(d->w, got);
    }
    jw_end(d->w);
}

static bool walk(struct diff *d, struct str at, yyjson_val *expected, yyjson_val *got);

static bool walk_objects(struct diff *d, struct str at, yyjson_val *expected, yyjson_val *got)
{
    yyjson_val *k;
    if (yyjson_obj_size(expected) > MAX_MEMBERS || yyjson_obj_size(got) > MAX_MEMBERS)
        return err_set(d->e, ERR_LIMIT, "an object of more than %d members at %.*s", MAX_MEMBERS,
                       STR_ARG(at));
    yyjson_obj_iter it = yyjson_obj_iter_with(expected);
    while ((k = yyjson_obj_iter_next(&it))) {
        struct str name = json_str(k);
        yyjson_val *x = yyjson_obj_iter_get_val(k), *y = yyjson_obj_getn(got, name.p, name.n);
        if (ignored(d->s, name))
            continue;
        if (!y)
            differs(d, below(d->a, at, name), x, NULL);
        else if (!walk(d, below(d->a, at, name), x, y))
            return false;
    }
    it = yyjson_obj_iter_with(got);
    while ((k = yyjson_obj_iter_next(&it))) {
        struct str name = json_str(k);
        if (!ignored(d->s, name) && !yyjson_obj_getn(expected, name.p, name.n))
            differs(d, below(d->a, at, name), NULL, yyjson_obj_iter_get_val(k));
    }
    return true;
}

/* Lists as bags: items that are equal as JSON pair off first, the rest in their order. */
static size_t pair_equal(struct diff *d, yyjson_val *expected, yyjson_val **rest, size_t *n_rest,
                         yyjson_val *got, yyjson_val **left, size_t *n_left)
{
    CLEANUP(map_release) struct map texts = {0}; /* text -> chain of unused expected items, + 1 */
    size_t n = yyjson_arr_size(expected), i = 0, same = 0;
    size_t *next = ARENA_ARRAY(d->a, n, size_t);
    yyjson_val **items = ARENA_ARRAY(d->a, n, yyjson_val *), *x;
    bool *used = ARENA_ARRAY(d->a, n, bool);
    size_t *head = ARENA_ARRAY(d->a, n, size_t);
    yyjson_arr_iter it = yyjson_arr_iter_with(expected);
    while ((x = yyjson_arr_iter_next(&it))) {
        struct map_entry *en = map_entry(&texts, json_canonical(d->a, x), NULL);
        if (!en->value)
            en->value = &head[i];
        items[i] = x;
        size_t *chain = en->value;
        next[i] = *chain;
        *chain = ++i;
    }
    it = yyjson_arr_iter_with(got);
    while ((x = yyjson_arr_iter_next(&it))) {
        size_t *chain = map_get(&texts, json_canonical(d->a, x));
        if (!chain || !*chain) {
            left[(*n_left)++] = x;
            continue;
        }
        used[*chain - 1] = true;
        same += leaves(d->s, x);
        *chain = next[*chain - 1];
    }
    for (i = 0; i < n; i++)
        if (!used[i])
            rest[(*n_rest)++] = items[i];
    return same;
}

static bool walk_lists(struct diff *d, struct str at, yyjson_val *expected, yyjson_val *got)
{
    size_t nx = yyjson_arr_size(expected), ny = yyjson_arr_size(got), n_rest = 0, n_left = 0;
    yyjson_val **rest = ARENA_ARRAY(d->a, nx, yyjson_val *),
               **left = ARENA_ARRAY(d->a, ny, yyjson_val *);
    yyjson_val *x;
    if (d->s->unordered) {
        d->same += pair_equal(d, expected, rest, &n_rest, got, left, &n_left);
    } else {
        yyjson_arr_iter it = yyjson_arr_iter_with(expected);
        while ((x = yyjson_arr_iter_next(&it)))
            rest[n_rest++] = x;
        it = yyjson_arr_iter_with(got);
        while ((x = yyjson_arr_iter_next(&it)))
            left[n_left++] = x;
    }
    for (size_t i = 0; i < n_rest || i < n_left; i++) {
        struct str place = item_of(d->a, at, i);
        if (i < n_rest && i < n_left) {
            if (!walk(d, place, rest[i], left[i]))
                return false;
        } else {
            differs(d, place, i < n_rest ? rest[i] : NULL, i < n_left ? left[i] : NULL);
        }
    }
    return true;
}

static bool walk(struct diff *d, struct str at, yyjson_val *expected, yyjson_val *got)
{
    bool same = false;
    if (yyjson_is_obj(expected) && yyjson_is_obj(got) && yyjson_obj_size(expected) &&
        yyjson_obj_size(got))
        return walk_objects(d, at, expected, got);
    if (yyjson_is_arr(expected) && yyjson_is_arr(got) && yyjson_arr_size(expected) &&
        yyjson_arr_size(got))
        return walk_lists(d, at, expected, got);
    if (yyjson_is_ctn(expected) || yyjson_is_ctn(got) || yyjson_is_null(expected))
        same = json_equal(expected, got);
    else if (!value_same(&d->s->rule, expected, got, d->a, &same, d->e))
        return err_wrap(d->e, "at %.*s", STR_ARG(at));
    if (same)
        d->same++;
    else
        differs(d, at, expected, got);
    return true;
}

static bool json_diff_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                            struct grade_out *out, struct err *e)
{
    const struct json_diff *s = g->state;
    struct err why = {0};
    struct details d;
    yyjson_val *want, *got;
    if (!want_json(&s->want, in, &want, e))
        return false;
    if (!json_parse_loose(a, in->output, &got, &why)) {
        graded(out, 0, a, "%s", why.msg);
        return true;
    }
    details_begin(&d);
    jw_key(&d.w, "differences");
    jw_arr(&d.w);
    struct diff diff = {.s = s, .a = a, .w = &d.w, .e = e};
    if (!walk(&diff, STR("$"), want, got)) {
        buf_release(&d.b);
        return false;
    }
    jw_end(&d.w);
    jw_kint(&d.w, "same", (int64_t)diff.same);
    jw_kint(&d.w, "different", (int64_t)diff.different);
    size_t all = diff.same + diff.different;
    graded(out, all ? (double)diff.same / (double)all : 1, a, "%zu of %zu values are the same",
           diff.same, all);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value", "values", "ignore", "unordered", "values_as", NULL};

extern const struct grader_ops grader_json_diff;
const struct grader_ops grader_json_diff = {
    .name = "json_diff",
    .summary = "share of the values in the output's JSON that are those of the expected JSON",
    .keys = keys,
    .open = json_diff_open,
    .grade = json_diff_grade,
    .threshold = 1,
};
