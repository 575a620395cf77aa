/* JSONPath subset: a list of steps, walked depth first. */
#include "text/jsonpath.h"

#include <stdbool.h>

enum { MAX_STEPS = 64 };
enum step_kind { STEP_NAME, STEP_INDEX, STEP_ANY };

struct step {
    enum step_kind kind;
    struct str name;
    long long index;
};

struct json_path {
    struct str text;
    size_t n;
    struct step step[MAX_STEPS];
};

struct reader {
    struct str s;
    size_t at;
    struct json_path *path;
    struct err *e;
};

static bool bad(struct reader *r, const char *what)
{
    return err_set(r->e, ERR_SPEC, "\"%.*s\" is not a JSON path: %s at column %zu", STR_ARG(r->s),
                   what, r->at + 1);
}

static bool add(struct reader *r, struct step step)
{
    if (r->path->n == MAX_STEPS)
        return bad(r, "more than 64 steps");
    r->path->step[r->path->n++] = step;
    return true;
}

static bool ends_name(char c) { return c == '.' || c == '[' || c == ']'; }

static bool read_name(struct reader *r)
{
    size_t from = r->at;
    while (r->at < r->s.n && !ends_name(r->s.p[r->at]))
        r->at++;
    struct str name = str_sub(r->s, from, r->at - from);
    if (name.n == 0)
        return bad(r, "a name is missing");
    if (str_eq_c(name, "*"))
        return add(r, (struct step){.kind = STEP_ANY});
    return add(r, (struct step){.kind = STEP_NAME, .name = name});
}

static bool read_bracket(struct reader *r)
{
    struct str rest = str_sub(r->s, r->at + 1, r->s.n);
    struct step step = {.kind = STEP_ANY};
    char quote = rest.n ? rest.p[0] : '\0';
    if (quote == '\'' || quote == '"') {
        ptrdiff_t end = str_find_char(str_sub(rest, 1, rest.n), quote);
        if (end < 0 || (size_t)end + 2 >= rest.n || rest.p[end + 2] != ']')
            return bad(r, "a quoted name is not closed by a quote and ]");
        step = (struct step){.kind = STEP_NAME, .name = str_sub(rest, 1, (size_t)end)};
        r->at += (size_t)end + 4;
        return add(r, step);
    }
    ptrdiff_t end = str_find_char(rest, ']');
    if (end < 0)
        return bad(r, "[ is not closed");
    struct str inside = str_sub(rest, 0, (size_t)end);
    if (str_long(inside, &step.index))
        step.kind = STEP_INDEX;
    else if (!str_eq_c(inside, "*"))
        return bad(r, "a number, a quoted name or * was expected inside [ ]");
    r->at += (size_t)end + 2;
    return add(r, step);
}

bool json_path_parse(struct arena *a, struct str text, const struct json_path **ret, struct err *e)
{
    struct json_path *path = ARENA_NEW(a, struct json_path);
    path->text = text = arena_str(a, text);
    struct reader r = {.s = text, .path = path, .e = e};
    if (text.n == 0)
        return bad(&r, "it is empty");
    if (text.p[0] == '$')
        r.at = 1;
    else if (text.p[0] != '[' && !read_name(&r))
        return false;
    while (r.at < text.n) {
        bool ok;
        if (text.p[r.at] == '[') {
            ok = read_bracket(&r);
        } else if (text.p[r.at] == '.') {
            r.at++;
            ok = read_name(&r);
        } else {
            ok = bad(&r, ". or [ was expected");
        }
        if (!ok)
            return false;
    }
    *ret = path;
    return true;
}

struct str json_path_text(const struct json_path *p) { return p->text; }

struct finder {
    const struct json_path *path;
    yyjson_val **out;
    size_t max, n;
};

static void walk(struct finder *f, yyjson_val *v, size_t step);

static void walk_all(struct finder *f, yyjson_val *v, size_t step)
{
    size_t i, n;
    yyjson_val *k, *x;
    if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, x) walk(f, x, step);
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, n, k, x) walk(f, x, step);
    }
}

static void walk(struct finder *f, yyjson_val *v, size_t step)
{
    if (!v)
        return;
    if (step == f->path->n) {
        if (f->n < f->max)
            f->out[f->n] = v;
        f->n++;
        return;
    }
    const struct step *s = &f->path->step[step];
    long long at = s->index, size = (long long)yyjson_arr_size(v);
    switch (s->kind) {
    case STEP_NAME: walk(f, yyjson_obj_getn(v, s->name.p, s->name.n), step + 1); break;
    case STEP_ANY: walk_all(f, v, step + 1); break;
    case STEP_INDEX:
        if (at < 0)
            at += size;
        if (at >= 0 && at < size)
            walk(f, yyjson_arr_get(v, (size_t)at), step + 1);
        break;
    }
}

size_t json_path_find(const struct json_path *p, yyjson_val *root, yyjson_val **out, size_t max)
{
    struct finder f = {.path = p, .out = out, .max = max};
    walk(&f, root, 0);
    return f.n;
}

yyjson_val *json_path_first(const struct json_path *p, yyjson_val *root)
{
    yyjson_val *v = NULL;
    json_path_find(p, root, &v, 1);
    return v;
}
