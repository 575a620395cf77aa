/*
 * `json`: the output is one valid JSON value. `json_path`: the value at a path in it exists, or is
 * the expected one.
 */
#include "text/json.h"

#include "grade/option.h"
#include "text/json_loose.h"
#include "text/jsonpath.h"

static const char *const kind_names[] = {"any", "object", "list", NULL};
enum { KIND_ANY, KIND_OBJECT, KIND_LIST };

struct json_grader {
    bool tolerant;
    int kind;
};

static bool json_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct json_grader *s = ARENA_NEW(a, struct json_grader);
    g->state = s;
    return node_get_bool(options, "tolerant", &s->tolerant, e) &&
           option_choice(options, "kind", kind_names, &s->kind, e);
}

static bool json_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    const struct json_grader *s = g->state;
    yyjson_val *v;
    struct err why = {0};
    (void)e;
    bool ok = s->tolerant ? json_parse_loose(a, in->output, &v, &why)
                          : json_parse(a, str_trim(in->output), NULL, 1, &v, &why);
    if (!ok)
        graded_bool(out, false, a, "%s (line %d, column %d)", why.msg, why.line, why.col);
    else if ((s->kind == KIND_OBJECT && !yyjson_is_obj(v)) ||
             (s->kind == KIND_LIST && !yyjson_is_arr(v)))
        graded_bool(out, false, a, "the output is %s where %s was expected", json_type_name(v),
                    s->kind == KIND_OBJECT ? "an object" : "a list");
    else
        graded_bool(out, true, a, "the output is valid JSON (%s)", json_type_name(v));
    return true;
}

static const char *const match_names[] = {"any", "all", "exists", NULL};
enum { MATCH_ANY, MATCH_ALL, MATCH_EXISTS };

enum { MAX_VALUES = 10000 };

struct path_grader {
    struct want want;
    const struct json_path *path;
    int match;
    bool tolerant;
};

static bool path_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct path_grader *s = ARENA_NEW(a, struct path_grader);
    const struct node *n = node_get(options, "path");
    const char *path = NULL;
    s->tolerant = true;
    g->state = s;
    if (!node_get_str(options, "path", &path, e) || !want_open(&s->want, options, a, e) ||
        !option_choice(options, "match", match_names, &s->match, e) ||
        !node_get_bool(options, "tolerant", &s->tolerant, e))
        return false;
    if (!path)
        return err_set(e, ERR_SPEC, "json_path needs \"path\", such as $.items[0].price");
    return json_path_parse(a, str_c(path), &s->path, e) || err_at(e, n->file, n->line, n->col);
}

/* A wanted text also equals a number or boolean written that way: YAML and CSV have only text. */
static bool same_value(struct arena *a, yyjson_val *got, yyjson_val *want)
{
    if (json_equal(got, want))
        return true;
    return yyjson_is_str(want) && (yyjson_is_num(got) || yyjson_is_bool(got)) &&
           str_eq(json_display(a, got), json_str(want));
}

static bool path_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    const struct path_grader *s = g->state;
    struct str path = json_path_text(s->path);
    yyjson_val *want = NULL, *root, **found;
    struct err why = {0};
    if (s->match != MATCH_EXISTS && !want_json(&s->want, in, &want, e))
        return false;
    bool ok = s->tolerant ? json_parse_loose(a, in->output, &root, &why)
                          : json_parse_lax(a, str_trim(in->output), NULL, 1, &root, &why);
    if (!ok) {
        graded_bool(out, false, a, "%s", why.msg);
        return true;
    }
    size_t n = json_path_find(s->path, root, NULL, 0), same = 0;
    if (n > MAX_VALUES)
        return err_set(e, ERR_LIMIT, "%zu values at %.*s where at most %d are looked at", n,
                       STR_ARG(path), MAX_VALUES);
    found = ARENA_ARRAY(a, n, yyjson_val *);
    json_path_find(s->path, root, found, n);
    for (size_t i = 0; want && i < n; i++)
        same += same_value(a, found[i], want);
    if (n == 0)
        graded_bool(out, false, a, "nothing at %.*s", STR_ARG(path));
    else if (!want)
        graded_bool(out, true, a, "%zu value%s at %.*s", n, n == 1 ? "" : "s", STR_ARG(path));
    else
        graded_bool(out, s->match == MATCH_ALL ? same == n : same > 0, a, "%.*s is %s, expected %s",
                    STR_ARG(path), grade_quote(a, json_display(a, found[0])),
                    grade_quote(a, json_display(a, want)));
    return true;
}

static const char *const json_keys[] = {"tolerant", "kind", NULL};
static const char *const path_keys[] = {"path", "value", "match", "tolerant", NULL};

extern const struct grader_ops grader_json, grader_json_path;
const struct grader_ops grader_json = {
    .name = "json",
    .summary = "the output is valid JSON; tolerant: true allows text and code fences around it",
    .keys = json_keys,
    .open = json_open,
    .grade = json_grade,
};
const struct grader_ops grader_json_path = {
    .name = "json_path",
    .summary = "the value at a path in the output's JSON exists or is the expected one",
    .keys = path_keys,
    .open = path_open,
    .grade = path_grade,
};
