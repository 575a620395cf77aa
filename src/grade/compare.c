/* Comparing extracted values; see compare.h. */
#include "grade/compare.h"

#include <math.h>

#include "grade/option.h"
#include "text/edit.h"
#include "text/json.h"

static const char *const kind_names[] = {"auto",  "exact", "text",  "words", "number",
                                         "money", "date",  "fuzzy", "json",  NULL};
static const char *const order_names[] = {"dmy", "mdy", "ymd", NULL};
static const char *const decimal_names[] = {"auto", "point", "comma", NULL};
static const char *const rule_keys[] = {"type",       "tolerance", "similarity",
                                        "date_order", "decimal",   NULL};

struct value_rule value_rule_default(void)
{
    return (struct value_rule){.kind = VALUE_AUTO, .similarity = 0.85};
}

static bool read_kind(const struct node *n, struct value_rule *ret, struct err *e)
{
    const char *text;
    if (!node_str(n, &text, e))
        return false;
    for (int i = 0; kind_names[i]; i++) {
        if (str_eq_c(str_c(text), kind_names[i])) {
            ret->kind = (enum value_kind)i;
            return true;
        }
    }
    const char *near = str_nearest(str_c(text), kind_names);
    node_err(e, n, "\"%s\" is no kind of value", text);
    return err_hint(e,
                    "%s%s%sThe kinds are auto, exact, text, words, number, money, date, fuzzy "
                    "and json.",
                    near ? "Did you mean \"" : "", near ? near : "", near ? "\"? " : "");
}

bool value_rule_read(const struct node *n, struct value_rule *ret, struct err *e)
{
    int order = (int)ret->date_order, decimal = (int)ret->decimal;
    if (n->kind == NODE_SCALAR)
        return read_kind(n, ret, e);
    if (!node_want(n, NODE_MAP, "a kind of value", e) || !node_check_keys(n, rule_keys, e))
        return false;
    const struct node *kind = node_get(n, "type");
    if ((kind && !read_kind(kind, ret, e)) || !node_get_num(n, "tolerance", &ret->tolerance, e) ||
        !node_get_num(n, "similarity", &ret->similarity, e) ||
        !option_choice(n, "date_order", order_names, &order, e) ||
        !option_choice(n, "decimal", decimal_names, &decimal, e))
        return false;
    ret->date_order = (enum date_order)order;
    ret->decimal = (enum decimal_sign)decimal;
    return (ret->tolerance >= 0 && ret->similarity >= 0 && ret->similarity <= 1) ||
           node_err(e, n, "a tolerance below 0 or a similarity outside 0 to 1");
}

bool value_empty(yyjson_val *v)
{
    return !v || yyjson_is_null(v) || (yyjson_is_str(v) && str_trim(json_str(v)).n == 0);
}

static bool read_number(yyjson_val *v, enum decimal_sign decimal, double *ret)
{
    if (yyjson_is_num(v)) {
        *ret = yyjson_get_num(v);
        return true;
    }
    return yyjson_is_str(v) && number_of(json_str(v), decimal, ret);
}

static bool unreadable(yyjson_val *v, const char *what, struct arena *a, struct err *e)
{
    return err_set(e, ERR_GRADER, "the expected value %s does not read as %s",
                   grade_quote(a, json_display(a, v)), what);
}

static bool same_number(const struct value_rule *r, double tolerance, yyjson_val *expected,
                        yyjson_val *got, struct arena *a, bool *ret, struct err *e)
{
    double x, y;
    if (!read_number(expected, r->decimal, &x))
        return unreadable(expected, "a number", a, e);
    *ret = read_number(got, r->decimal, &y) && fabs(x - y) <= tolerance + 1e-9 * fabs(x);
    return true;
}

static bool same_date(const struct value_rule *r, yyjson_val *expected, yyjson_val *got,
                      struct arena *a, bool *ret, struct err *e)
{
    struct date x, y;
    if (!date_find(json_display(a, expected), r->date_order, &x))
        return unreadable(expected, "a date", a, e);
    *ret = date_find(json_display(a, got), r->date_order, &y) && x.year == y.year &&
           x.month == y.month && x.day == y.day;
    return true;
}

bool value_same(const struct value_rule *r, yyjson_val *expected, yyjson_val *got, struct arena *a,
                bool *ret, struct err *e)
{
    enum value_kind kind = r->kind;
    if (kind == VALUE_AUTO)
        kind = yyjson_is_str(expected)   ? VALUE_TEXT
               : yyjson_is_num(expected) ? VALUE_NUMBER
                                         : VALUE_JSON;
    struct str x = json_display(a, expected), y = json_display(a, got);
    double similarity;
    size_t distance;
    switch (kind) {
    case VALUE_NUMBER: return same_number(r, r->tolerance, expected, got, a, ret, e);
    case VALUE_MONEY:
        return same_number(r, r->tolerance > 0 ? r->tolerance : 0.005, expected, got, a, ret, e);
    case VALUE_DATE: return same_date(r, expected, got, a, ret, e);
    case VALUE_EXACT: *ret = str_eq(x, y); return true;
    case VALUE_WORDS:
        *ret = str_eq(text_normal(a, x, false), text_normal(a, y, false));
        return true;
    case VALUE_FUZZY:
        if (!levenshtein_ratio(a, text_normal(a, x, true), text_normal(a, y, true), &distance,
                               &similarity, e))
            return false;
        *ret = similarity >= r->similarity;
        return true;
    case VALUE_JSON: *ret = json_equal(expected, got); return true;
    default: *ret = str_eq(text_normal(a, x, true), text_normal(a, y, true)); return true;
    }
}
