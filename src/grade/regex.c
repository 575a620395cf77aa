/*
 * `regex`: the output matches a pattern (PCRE2 syntax, Unicode). With `group`, what the group
 * captured has to be the expected value. A pattern that gives up on a text is a grader error, not
 * a failure of the model.
 */
#include "text/regex.h"

#include "grade/option.h"
#include "text/json.h"

enum { MAX_GROUP = 63 };

struct regex_grader {
    const struct regex *re; /* NULL: the item's expected is the pattern */
    unsigned flags;
    struct want want;
    size_t group; /* 0: matching is enough */
};

static bool open_group(struct regex_grader *s, const struct node *options, struct err *e)
{
    const struct node *n = node_get(options, "group");
    const char *name;
    long long number;
    if (node_is_null(n))
        return true;
    if (!s->re)
        return node_err(e, n, "group: needs a \"pattern\"");
    if (n->kind == NODE_SCALAR && str_long(n->text, &number)) {
        if (number < 1 || number > MAX_GROUP || (size_t)number > regex_groups(s->re))
            return node_err(e, n, "group: %lld where the pattern has %zu (at most %d)", number,
                            regex_groups(s->re), MAX_GROUP);
        s->group = (size_t)number;
        return true;
    }
    if (!node_str(n, &name, e))
        return err_wrap(e, "group");
    s->group = regex_group_named(s->re, name);
    return (s->group && s->group <= MAX_GROUP) ||
           node_err(e, n, "group: the pattern has no group named \"%s\"", name);
}

static bool regex_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct regex_grader *s = ARENA_NEW(a, struct regex_grader);
    const struct node *n = node_get(options, "pattern");
    const char *pattern = NULL;
    bool icase = false, multiline = false, dotall = false, full = false;
    g->state = s;
    if (!node_get_str(options, "pattern", &pattern, e) ||
        !node_get_bool(options, "icase", &icase, e) ||
        !node_get_bool(options, "multiline", &multiline, e) ||
        !node_get_bool(options, "dotall", &dotall, e) ||
        !node_get_bool(options, "full", &full, e) || !want_open(&s->want, options, a, e))
        return false;
    s->flags = (icase ? REGEX_ICASE : 0u) | (multiline ? REGEX_MULTILINE : 0u) |
               (dotall ? REGEX_DOTALL : 0u) | (full ? REGEX_ANCHORED : 0u);
    if (pattern && !regex_compile(a, str_c(pattern), s->flags, &s->re, e))
        return err_at(e, n->file, n->line, n->col);
    return open_group(s, options, e);
}

static bool grade_group(const struct regex_grader *s, struct str got, const struct grade_in *in,
                        struct arena *a, struct grade_out *out, struct err *e)
{
    struct str_list want;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    bool same = false;
    for (size_t i = 0; i < want.n && !same; i++)
        same = str_eq(str_trim(got), str_trim(want.v[i]));
    graded_bool(out, same, a, "the pattern captured %s, expected %s", grade_quote(a, got),
                grade_quote(a, want.v[0]));
    return true;
}

static bool regex_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    const struct regex_grader *s = g->state;
    const struct regex *re = s->re;
    struct str groups[MAX_GROUP + 1] = {0};
    struct str_list pattern;
    bool hit;
    if (!re && (!want_texts(&s->want, in, a, &pattern, e) ||
                !regex_compile(a, pattern.v[0], s->flags, &re, e)))
        return false;
    if (!regex_match(re, in->output, 0, groups, s->group + 1, &hit, e))
        return false;
    if (!hit)
        graded_bool(out, false, a, "the pattern does not match");
    else if (s->group)
        return grade_group(s, groups[s->group], in, a, out, e);
    else
        graded_bool(out, true, a, "the pattern matches %s", grade_quote(a, groups[0]));
    return true;
}

static const char *const keys[] = {"pattern", "icase", "multiline", "dotall", "full",
                                   "group",   "value", "values",    NULL};

extern const struct grader_ops grader_regex;
const struct grader_ops grader_regex = {
    .name = "regex",
    .summary = "the output matches a regular expression; a captured group is the expected value",
    .keys = keys,
    .open = regex_open,
    .grade = regex_grade,
};
