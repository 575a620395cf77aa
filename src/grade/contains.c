/*
 * `contains`: the output contains any or all of the expected texts; `icontains` without regard to
 * case. `starts_with`: the output begins with one of them.
 */
#include "base/utf8.h"
#include "grade/option.h"

static const char *const mode_names[] = {"all", "any", NULL};
enum { MODE_ALL, MODE_ANY };

struct contains {
    struct want want;
    int mode;
    bool fold;
};

static bool contains_open(struct grader *g, const struct node *options, struct arena *a,
                          struct err *e)
{
    struct contains *s = ARENA_NEW(a, struct contains);
    bool keep_case = true;
    g->state = s;
    if (!want_open(&s->want, options, a, e) ||
        !option_choice(options, "mode", mode_names, &s->mode, e) ||
        !node_get_bool(options, "case", &keep_case, e))
        return false;
    s->fold = !keep_case;
    return true;
}

static bool contains_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                           struct grade_out *out, struct err *e)
{
    const struct contains *s = g->state;
    struct str_list want;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    struct str text = s->fold ? utf8_fold(a, in->output) : in->output;
    struct str missing = {0}, found = {0};
    size_t hits = 0;
    for (size_t i = 0; i < want.n; i++) {
        if (str_find(text, s->fold ? utf8_fold(a, want.v[i]) : want.v[i]) >= 0) {
            found = want.v[i];
            hits++;
        } else if (str_null(missing)) {
            missing = want.v[i];
        }
    }
    bool pass = s->mode == MODE_ANY ? hits > 0 : hits == want.n;
    if (pass && hits == 1)
        graded_bool(out, true, a, "the output contains %s", grade_quote(a, found));
    else if (want.n == 1)
        graded_bool(out, pass, a, "the output does not contain %s", grade_quote(a, missing));
    else
        graded_bool(out, pass, a, "the output contains %zu of %zu texts%s%s", hits, want.n,
                    pass ? "" : ", but not ", pass ? "" : grade_quote(a, missing));
    return true;
}

static bool starts_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    const struct contains *s = g->state;
    struct str_list want;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    struct str text = s->fold ? utf8_fold(a, in->output) : in->output;
    for (size_t i = 0; i < want.n; i++) {
        if (str_starts(text, s->fold ? utf8_fold(a, want.v[i]) : want.v[i])) {
            graded_bool(out, true, a, "the output starts with %s", grade_quote(a, want.v[i]));
            return true;
        }
    }
    graded_bool(out, false, a, "the output starts with %s, expected %s%s",
                grade_quote(a, utf8_prefix(in->output, 40)),
                want.n > 1 ? "one of several, such as " : "", grade_quote(a, want.v[0]));
    return true;
}

static const char *const contains_keys[] = {"value", "values", "mode", "case", NULL};
static const char *const starts_keys[] = {"value", "values", "case", NULL};

extern const struct grader_ops grader_contains, grader_starts_with;
const struct grader_ops grader_contains = {
    .name = "contains",
    .summary = "the output contains all (or any) of the expected texts",
    .keys = contains_keys,
    .open = contains_open,
    .grade = contains_grade,
};
const struct grader_ops grader_starts_with = {
    .name = "starts_with",
    .summary = "the output starts with one of the expected texts",
    .keys = starts_keys,
    .open = contains_open,
    .grade = starts_grade,
};
