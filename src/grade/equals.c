/*
 * `equals`: the output is one of the expected values, compared as text, or as JSON when the
 * expected value is an object, a list of lists or `as: json` is given. `iequals`: as text, without
 * regard to case (Unicode full case folding).
 */
#include <string.h>

#include "base/utf8.h"
#include "grade/option.h"
#include "text/json.h"
#include "text/json_loose.h"

static const char *const as_names[] = {"auto", "text", "json", NULL};
enum { AS_AUTO, AS_TEXT, AS_JSON };

struct equals {
    struct want want;
    int as;
    bool trim, fold;
};

static bool open_any(struct grader *g, const struct node *options, bool fold, struct arena *a,
                     struct err *e)
{
    struct equals *s = ARENA_NEW(a, struct equals);
    *s = (struct equals){.trim = true, .fold = fold, .as = fold ? AS_TEXT : AS_AUTO};
    g->state = s;
    return want_open(&s->want, options, a, e) && node_get_bool(options, "trim", &s->trim, e) &&
           option_choice(options, "as", as_names, &s->as, e);
}

static bool equals_open(struct grader *g, const struct node *options, struct arena *a,
                        struct err *e)
{
    return open_any(g, options, false, a, e);
}

static bool iequals_open(struct grader *g, const struct node *options, struct arena *a,
                         struct err *e)
{
    return open_any(g, options, true, a, e);
}

static struct str prepare(const struct equals *s, struct str t, struct arena *a)
{
    if (s->trim)
        t = str_trim(t);
    return s->fold ? utf8_fold(a, t) : t;
}

static bool grade_json(yyjson_val *want, const struct grade_in *in, struct arena *a,
                       struct grade_out *out)
{
    yyjson_val *got;
    struct err why;
    if (!json_parse_lax(a, str_trim(in->output), NULL, 1, &got, &why)) {
        graded_bool(out, false, a, "the output is not JSON: %s", why.msg);
        return true;
    }
    bool same = json_equal(got, want);
    graded_bool(out, same, a,
                same ? "the output is the expected JSON value"
                     : "the output is another JSON value than expected");
    return true;
}

static bool equals_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    const struct equals *s = g->state;
    struct str_list want;
    yyjson_val *json;
    if (!want_json(&s->want, in, &json, e))
        return false;
    if (s->as == AS_JSON || (s->as == AS_AUTO && yyjson_is_obj(json)))
        return grade_json(json, in, a, out);
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    struct str got = prepare(s, in->output, a);
    for (size_t i = 0; i < want.n; i++) {
        if (str_eq(got, prepare(s, want.v[i], a))) {
            graded_bool(out, true, a, "the output is %s", grade_quote(a, want.v[i]));
            return true;
        }
    }
    graded_bool(out, false, a, "the output is %s, expected %s%s", grade_quote(a, got),
                want.n > 1 ? "one of several, such as " : "", grade_quote(a, want.v[0]));
    return true;
}

static const char *const equals_keys[] = {"value", "values", "as", "trim", NULL};
static const char *const iequals_keys[] = {"value", "values", "trim", NULL};

extern const struct grader_ops grader_equals, grader_iequals;
const struct grader_ops grader_equals = {
    .name = "equals",
    .summary = "the output is the expected value (text, or JSON whatever the order of keys)",
    .keys = equals_keys,
    .open = equals_open,
    .grade = equals_grade,
};
const struct grader_ops grader_iequals = {
    .name = "iequals",
    .summary = "the output is the expected text, without regard to case",
    .keys = iequals_keys,
    .open = iequals_open,
    .grade = equals_grade,
};
