/* Strict reading of a statistic's inputs from JSON; see input.h. */
#include "stats/input.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "stats/estimate.h"
#include "text/json.h"
#include "text/jsonw.h"


bool in_err(struct err *e, const char *fmt, ...)
{
    char msg[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    return err_set(e, ERR_STAT, "%s", msg);
}

/* "a string", or for numbers the number itself. */
static const char *found(yyjson_val *v, char out[40])
{
    if (!yyjson_is_num(v))
        return v ? json_type_name(v) : "nothing";
    json_number(yyjson_get_num(v), out);
    return out;
}

static bool wrong(struct err *e, const char *key, yyjson_val *v, const char *expected)
{
    char text[40];
    return in_err(e, "\"%s\": found %s, expected %s", key, found(v, text), expected);
}

static bool wrong_at(struct err *e, const char *key, size_t i, yyjson_val *v, const char *expected)
{
    char text[40];
    return in_err(e, "\"%s\"[%zu]: found %s, expected %s", key, i, found(v, text), expected);
}

static yyjson_val *member(yyjson_val *in, const char *key)
{
    yyjson_val *v = json_get(in, key);
    return yyjson_is_null(v) ? NULL : v;
}

/* A number in [lo, hi], the ends included or not; `expected` describes it. */
static bool number(yyjson_val *in, const char *key, const char *expected, double lo, double hi,
                   bool open, double *ret, struct err *e)
{
    yyjson_val *v = json_get(in, key);
    double x = yyjson_is_num(v) ? yyjson_get_num(v) : STAT_NAN;
    if (!isfinite(x) || x < lo || x > hi || (open && (x <= lo || x >= hi)))
        return wrong(e, key, v, expected);
    *ret = x;
    return true;
}

bool in_num(yyjson_val *in, const char *key, double *ret, struct err *e)
{
    return number(in, key, "a number", -INFINITY, INFINITY, false, ret, e);
}

bool in_num_or(yyjson_val *in, const char *key, double otherwise, double *ret, struct err *e)
{
    *ret = otherwise;
    return !member(in, key) || in_num(in, key, ret, e);
}

bool in_range(yyjson_val *in, const char *key, double lo, double hi, double *ret, struct err *e)
{
    char expected[96];
    snprintf(expected, sizeof expected, "a number from %g to %g", lo, hi);
    return number(in, key, expected, lo, hi, false, ret, e);
}

bool in_range_or(yyjson_val *in, const char *key, double lo, double hi, double otherwise,
                 double *ret, struct err *e)
{
    *ret = otherwise;
    return !member(in, key) || in_range(in, key, lo, hi, ret, e);
}

bool in_positive(yyjson_val *in, const char *key, double *ret, struct err *e)
{
    return number(in, key, "a number over 0", 0, INFINITY, true, ret, e);
}

bool in_positive_or(yyjson_val *in, const char *key, double otherwise, double *ret, struct err *e)
{
    *ret = otherwise;
    return !member(in, key) || in_positive(in, key, ret, e);
}

bool in_prob(yyjson_val *in, const char *key, double *ret, struct err *e)
{
    return number(in, key, "a number between 0 and 1", 0, 1, true, ret, e);
}

bool in_prob_or(yyjson_val *in, const char *key, double otherwise, double *ret, struct err *e)
{
    *ret = otherwise;
    return !member(in, key) || in_prob(in, key, ret, e);
}

static bool as_count(yyjson_val *v, size_t min, size_t max, size_t *ret)
{
    double x = yyjson_is_num(v) ? yyjson_get_num(v) : STAT_NAN;
    if (!(x >= 0 && x <= (double)IN_MAX_COUNT) || x > floor(x))
        return false;
    if ((size_t)x < min || (size_t)x > max)
        return false;
    *ret = (size_t)x;
    return true;
}

static void describe_count(size_t min, size_t max, char out[96])
{
    if (max >= IN_MAX_COUNT)
        snprintf(out, 96, "a whole number, %zu or more", min);
    else
        snprintf(out, 96, "a whole number from %zu to %zu", min, max);
}

bool in_count_between(yyjson_val *in, const char *key, size_t min, size_t max, size_t *ret,
                      struct err *e)
{
    char expected[96];
    yyjson_val *v = json_get(in, key);
    describe_count(min, max, expected);
    return as_count(v, min, max, ret) || wrong(e, key, v, expected);
}

bool in_count(yyjson_val *in, const char *key, size_t *ret, struct err *e)
{
    return in_count_between(in, key, 0, IN_MAX_COUNT, ret, e);
}

bool in_count_or(yyjson_val *in, const char *key, size_t min, size_t max, size_t otherwise,
                 size_t *ret, struct err *e)
{
    *ret = otherwise;
    return !member(in, key) || in_count_between(in, key, min, max, ret, e);
}

bool in_k_of_n(yyjson_val *in, const char *key_k, const char *key_n, size_t *ret_k, size_t *ret_n,
               struct err *e)
{
    size_t k, n;
    if (!in_count(in, key_k, &k, e) || !in_count(in, key_n, &n, e))
        return false;
    if (k > n)
        return in_err(e, "\"%s\": found %zu, expected at most \"%s\", which is %zu", key_k, k,
                      key_n, n);
    *ret_k = k;
    *ret_n = n;
    return true;
}

bool in_bool_or(yyjson_val *in, const char *key, bool otherwise, bool *ret, struct err *e)
{
    yyjson_val *v = member(in, key);
    if (v && !yyjson_is_bool(v))
        return wrong(e, key, v, "true or false");
    *ret = v ? yyjson_get_bool(v) : otherwise;
    return true;
}

bool in_str(yyjson_val *in, const char *key, const char **ret, struct err *e)
{
    yyjson_val *v = json_get(in, key);
    if (!yyjson_is_str(v))
        return wrong(e, key, v, "a string");
    *ret = yyjson_get_str(v);
    return true;
}

bool in_choice(yyjson_val *in, const char *key, const char *const *names, size_t *ret,
               struct err *e)
{
    const char *s;
    char expected[256] = "";
    size_t n = 0;
    if (!in_str(in, key, &s, e))
        return false;
    for (size_t i = 0; names[i]; i++) {
        if (strcmp(names[i], s) == 0) {
            *ret = i;
            return true;
        }
        int put = snprintf(expected + n, sizeof expected - n, "%s%s", i ? ", " : "", names[i]);
        n = put < 0 || (size_t)put >= sizeof expected - n ? sizeof expected - 1 : n + (size_t)put;
    }
    return in_err(e, "\"%s\": found \"%.60s\", expected one of %s", key, s, expected);
}

/* The list at `key`, at least `min` and at most IN_MAX_LIST long. */
static bool list(yyjson_val *in, const char *key, size_t min, yyjson_val **ret, struct err *e)
{
    yyjson_val *v = json_get(in, key);
    if (!yyjson_is_arr(v))
        return wrong(e, key, v, "a list");
    size_t n = yyjson_arr_size(v);
    if (n < min)
        return in_err(e, "\"%s\": found a list of %zu, expected at least %zu", key, n, min);
    if (n > IN_MAX_LIST)
        return in_err(e, "\"%s\": found a list of %zu, the limit is %d", key, n, IN_MAX_LIST);
    *ret = v;
    return true;
}

struct element_rule {
    double lo, hi;
    bool null_ok, whole;
    const char *expected;
};

static bool elements(yyjson_val *arr, const char *key, struct element_rule rule, double *out,
                     struct err *e)
{
    size_t i, n;
    yyjson_val *v;
    yyjson_arr_foreach(arr, i, n, v) {
        if (rule.null_ok && yyjson_is_null(v)) {
            out[i] = STAT_NAN;
            continue;
        }
        double x = yyjson_is_num(v)    ? yyjson_get_num(v)
                   : yyjson_is_bool(v) ? (yyjson_get_bool(v) ? 1 : 0)
                                       : STAT_NAN;
        if (!isfinite(x) || x < rule.lo || x > rule.hi || (rule.whole && x > floor(x)))
            return wrong_at(e, key, i, v, rule.expected);
        out[i] = x;
    }
    return true;
}

static bool numbers(yyjson_val *in, const char *key, size_t min, struct element_rule rule,
                    struct arena *a, struct nums *ret, struct err *e)
{
    yyjson_val *arr;
    if (!list(in, key, min, &arr, e))
        return false;
    struct nums r = {ARENA_ARRAY(a, yyjson_arr_size(arr), double), yyjson_arr_size(arr)};
    if (!elements(arr, key, rule, r.v, e))
        return false;
    *ret = r;
    return true;
}

bool in_nums(yyjson_val *in, const char *key, size_t min, struct arena *a, struct nums *ret,
             struct err *e)
{
    struct element_rule rule = {-INFINITY, INFINITY, false, false, "a number"};
    return numbers(in, key, min, rule, a, ret, e);
}

bool in_nums_range(yyjson_val *in, const char *key, size_t min, double lo, double hi,
                   struct arena *a, struct nums *ret, struct err *e)
{
    char expected[96];
    snprintf(expected, sizeof expected, "a number from %g to %g", lo, hi);
    struct element_rule rule = {lo, hi, false, false, expected};
    return numbers(in, key, min, rule, a, ret, e);
}

bool in_nums_null(yyjson_val *in, const char *key, size_t min, struct arena *a, struct nums *ret,
                  struct err *e)
{
    struct element_rule rule = {-INFINITY, INFINITY, true, false, "a number or null"};
    return numbers(in, key, min, rule, a, ret, e);
}

bool in_bits(yyjson_val *in, const char *key, size_t min, struct arena *a, struct nums *ret,
             struct err *e)
{
    struct element_rule rule = {0, 1, false, true, "0 or 1"};
    return numbers(in, key, min, rule, a, ret, e);
}

bool in_counts(yyjson_val *in, const char *key, size_t min, size_t max, struct arena *a,
               size_t **ret, size_t *ret_n, struct err *e)
{
    yyjson_val *arr, *v;
    char expected[96];
    size_t i, n;
    if (!list(in, key, min, &arr, e))
        return false;
    size_t *out = ARENA_ARRAY(a, yyjson_arr_size(arr), size_t);
    describe_count(0, max, expected);
    yyjson_arr_foreach(arr, i, n, v) {
        if (!as_count(v, 0, max, &out[i]))
            return wrong_at(e, key, i, v, expected);
    }
    *ret = out;
    *ret_n = n;
    return true;
}

static void release_map(void *p) { map_release(p); }

bool in_groups(yyjson_val *in, const char *key, struct arena *a, struct groups *ret, struct err *e)
{
    yyjson_val *arr, *v;
    size_t i, n;
    if (!list(in, key, 0, &arr, e))
        return false;
    struct groups g = {ARENA_ARRAY(a, yyjson_arr_size(arr), size_t), yyjson_arr_size(arr), 0};
    struct map *seen = ARENA_NEW(a, struct map);
    map_init(seen);
    arena_defer(a, release_map, seen);
    yyjson_arr_foreach(arr, i, n, v) {
        if (!yyjson_is_num(v) && !yyjson_is_str(v))
            return wrong_at(e, key, i, v, "a number or a string");
        /* 1, 1.0 and "1" are the same label: json_display writes numbers in shortest form */
        struct str label = json_display(a, v);
        map_entry(seen, label, NULL);
        g.id[i] = (size_t)map_index(seen, label);
    }
    g.n_groups = seen->n;
    *ret = g;
    return true;
}

bool in_same_length(const char *key_a, size_t n_a, const char *key_b, size_t n_b, struct err *e)
{
    return n_a == n_b || in_err(e, "\"%s\" has %zu elements and \"%s\" %zu, expected equally many",
                                key_a, n_a, key_b, n_b);
}

static bool rows(yyjson_val *in, const char *key, size_t min, yyjson_val **ret, size_t *ret_total,
                 struct err *e)
{
    yyjson_val *arr, *row;
    size_t i, n, total = 0;
    if (!list(in, key, min, &arr, e))
        return false;
    yyjson_arr_foreach(arr, i, n, row) {
        if (!yyjson_is_arr(row))
            return wrong_at(e, key, i, row, "a list");
        total += yyjson_arr_size(row);
    }
    if (total > IN_MAX_LIST)
        return in_err(e, "\"%s\": found %zu numbers, the limit is %d", key, total, IN_MAX_LIST);
    *ret = arr;
    *ret_total = total;
    return true;
}

static bool table(yyjson_val *in, const char *key, struct element_rule rule, struct arena *a,
                  struct num_table *ret, struct err *e)
{
    yyjson_val *arr, *row;
    size_t i, n, total;
    char at[80];
    if (!rows(in, key, 1, &arr, &total, e))
        return false;
    struct num_table t = {ARENA_ARRAY(a, total, double), yyjson_arr_size(arr),
                          yyjson_arr_size(yyjson_arr_get_first(arr))};
    if (t.cols == 0)
        return in_err(e, "\"%s\"[0]: found an empty list, expected numbers", key);
    yyjson_arr_foreach(arr, i, n, row) {
        if (yyjson_arr_size(row) != t.cols)
            return in_err(e, "\"%s\"[%zu]: found a list of %zu, expected %zu as in the first", key,
                          i, yyjson_arr_size(row), t.cols);
        snprintf(at, sizeof at, "%.50s[%zu]", key, i);
        if (!elements(row, at, rule, t.v + i * t.cols, e))
            return false;
    }
    *ret = t;
    return true;
}

bool in_table(yyjson_val *in, const char *key, struct arena *a, struct num_table *ret,
              struct err *e)
{
    struct element_rule rule = {-INFINITY, INFINITY, false, false, "a number"};
    return table(in, key, rule, a, ret, e);
}

bool in_table_null(yyjson_val *in, const char *key, struct arena *a, struct num_table *ret,
                   struct err *e)
{
    struct element_rule rule = {-INFINITY, INFINITY, true, false, "a number or null"};
    return table(in, key, rule, a, ret, e);
}

bool in_lists(yyjson_val *in, const char *key, size_t min, struct arena *a, struct nums **ret,
              size_t *ret_n, struct err *e)
{
    yyjson_val *arr, *row;
    size_t i, n, total;
    char at[80];
    if (!rows(in, key, min, &arr, &total, e))
        return false;
    struct element_rule rule = {-INFINITY, INFINITY, false, false, "a number"};
    struct nums *out = ARENA_ARRAY(a, yyjson_arr_size(arr), struct nums);
    yyjson_arr_foreach(arr, i, n, row) {
        out[i] = (struct nums){ARENA_ARRAY(a, yyjson_arr_size(row), double), yyjson_arr_size(row)};
        snprintf(at, sizeof at, "%.50s[%zu]", key, i);
        if (!elements(row, at, rule, out[i].v, e))
            return false;
    }
    *ret = out;
    *ret_n = n;
    return true;
}
