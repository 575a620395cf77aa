/*
 * `numeric`: a number in the output is the expected number, within an absolute or a relative
 * tolerance. By default it is the last number of the text, where worked answers end.
 */
#include <math.h>

#include "grade/option.h"
#include "text/json.h"
#include "text/values.h"

static const char *const find_names[] = {"last", "first", "whole", NULL};
enum { FIND_LAST, FIND_FIRST, FIND_WHOLE };
static const char *const decimal_names[] = {"auto", "point", "comma", NULL};

struct numeric {
    struct want want;
    double tolerance, relative;
    int find, decimal;
};

static bool numeric_open(struct grader *g, const struct node *options, struct arena *a,
                         struct err *e)
{
    struct numeric *s = ARENA_NEW(a, struct numeric);
    s->relative = 1e-9; /* 0.1 + 0.2 is 0.3 */
    g->state = s;
    if (!want_open(&s->want, options, a, e) ||
        !node_get_num(options, "tolerance", &s->tolerance, e) ||
        !node_get_num(options, "relative", &s->relative, e) ||
        !option_choice(options, "find", find_names, &s->find, e) ||
        !option_choice(options, "decimal", decimal_names, &s->decimal, e))
        return false;
    if (s->tolerance < 0 || s->relative < 0)
        return node_err(e, options, "a tolerance below 0");
    return true;
}

static bool read_number(const struct numeric *s, struct str text, int find, double *ret)
{
    enum decimal_sign sign = (enum decimal_sign)s->decimal;
    if (find == FIND_WHOLE)
        return number_of(text, sign, ret);
    return number_find(text, find == FIND_LAST, sign, ret);
}

static bool numeric_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                          struct grade_out *out, struct err *e)
{
    const struct numeric *s = g->state;
    struct str_list want;
    struct details d;
    double got = NAN, x = NAN;
    bool same = false;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    bool found = read_number(s, in->output, s->find, &got);
    for (size_t i = 0; i < want.n && !same; i++) {
        if (!number_of(want.v[i], (enum decimal_sign)s->decimal, &x))
            return err_set(e, ERR_GRADER, "the expected value %s is not a number",
                           grade_quote(a, want.v[i]));
        same = found && fabs(got - x) <= s->tolerance + s->relative * fabs(x);
    }
    if (found)
        graded_bool(out, same, a, "found %.15g, expected %.15g", got, x);
    else
        graded_bool(out, false, a, "no number in the output, expected %.15g", x);
    details_begin(&d);
    jw_knum(&d.w, "expected", x);
    jw_knum(&d.w, "found", got);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value", "values",  "tolerance", "relative",
                                   "find",  "decimal", NULL};

extern const struct grader_ops grader_numeric;
const struct grader_ops grader_numeric = {
    .name = "numeric",
    .summary = "a number in the output is the expected one, within a tolerance",
    .keys = keys,
    .open = numeric_open,
    .grade = numeric_grade,
};
