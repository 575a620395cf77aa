/*
 * `list`: the output is the expected list of things (several labels, extracted names, a ranking),
 * as a JSON list, or as text with one a line or between commas. Items are compared without regard
 * to case and white space. Score: F1 of the items as bags, or with `ordered: true` of the longest
 * run of items in the expected order.
 */
#include "base/hash.h"
#include "base/utf8.h"
#include "grade/option.h"
#include "text/bag.h"
#include "text/json.h"
#include "text/json_loose.h"
#include "text/values.h"

enum { MAX_ITEMS = 100000 };

struct list {
    struct want want;
    bool ordered, normalise;
    struct str separator; /* of a text; null: line breaks, or else commas */
};

struct items {
    struct str *v;
    uint64_t *key;
    size_t n;
};

static bool list_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct list *s = ARENA_NEW(a, struct list);
    const char *separator = NULL;
    s->normalise = true;
    g->state = s;
    if (!want_open(&s->want, options, a, e) || !node_get_bool(options, "ordered", &s->ordered, e) ||
        !node_get_bool(options, "normalise", &s->normalise, e) ||
        !node_get_str(options, "separator", &separator, e))
        return false;
    s->separator = str_c(separator);
    return !separator || s->separator.n == 1 ||
           node_err(e, node_get(options, "separator"), "separator: one character was expected");
}

/* "- ", "* ", "• ", "3. ", "3) " in front of an item. */
static struct str without_mark(struct str s)
{
    size_t n = 0;
    s = str_trim(s);
    if (str_starts_c(s, "- ") || str_starts_c(s, "* "))
        return str_trim(str_sub(s, 2, s.n));
    if (str_starts_c(s, "•"))
        return str_trim(str_sub(s, 3, s.n));
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    if (n && n < 4 && n + 1 < s.n && (s.p[n] == '.' || s.p[n] == ')') && s.p[n + 1] == ' ')
        return str_trim(str_sub(s, n + 2, s.n));
    return s;
}

static void add(const struct list *s, struct items *it, struct str text, struct arena *a)
{
    struct str norm = s->normalise ? text_normal(a, text, true) : str_trim(text);
    if (norm.n == 0 || it->n == MAX_ITEMS)
        return;
    it->v[it->n] = str_trim(text);
    it->key[it->n++] = hash64(norm.p, norm.n, 0);
}

static struct items room(struct arena *a, size_t n)
{
    n = n < MAX_ITEMS ? n : MAX_ITEMS;
    return (struct items){ARENA_ARRAY(a, n, struct str), ARENA_ARRAY(a, n, uint64_t), 0};
}

static struct items from_text(const struct list *s, struct str text, struct arena *a)
{
    char sep = str_null(s->separator) ? '\n' : s->separator.p[0];
    struct str rest = str_trim(text), part;
    size_t n = 1;
    if (str_null(s->separator) && str_find_char(rest, '\n') < 0)
        sep = ',';
    for (size_t i = 0; i < rest.n; i++)
        n += rest.p[i] == sep;
    struct items it = room(a, n);
    while (str_split(&rest, sep, &part))
        add(s, &it, without_mark(part), a);
    return it;
}

static struct items from_json(const struct list *s, yyjson_val *v, struct arena *a)
{
    struct items it = room(a, yyjson_arr_size(v));
    yyjson_arr_iter iter = yyjson_arr_iter_with(v);
    yyjson_val *x;
    while ((x = yyjson_arr_iter_next(&iter)))
        if (!yyjson_is_null(x))
            add(s, &it, json_display(a, x), a);
    return it;
}

static bool expected_items(const struct list *s, const struct grade_in *in, struct arena *a,
                           struct items *ret, struct err *e)
{
    yyjson_val *v;
    if (!want_json(&s->want, in, &v, e))
        return false;
    if (yyjson_is_arr(v))
        *ret = from_json(s, v, a);
    else if (yyjson_is_str(v))
        *ret = from_text(s, json_str(v), a);
    else
        return err_set(e, ERR_GRADER, "the expected value is %s where a list was expected",
                       json_type_name(v));
    return true;
}

/* Items of x that y lacks, as often as it lacks them. */
static void write_missing(struct jw *w, const char *key, struct arena *a, const struct items *x,
                          const struct items *y)
{
    struct bag b;
    bag_init(&b, a, y->n);
    for (size_t i = 0; i < y->n; i++)
        bag_add(&b, y->key[i]);
    jw_key(w, key);
    jw_arr(w);
    for (size_t i = 0, shown = 0; i < x->n && shown < 50; i++) {
        if (bag_take(&b, x->key[i]))
            continue;
        jw_str(w, utf8_prefix(x->v[i], 200));
        shown++;
    }
    jw_end(w);
}

static bool list_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    const struct list *s = g->state;
    struct items want, got;
    struct details d;
    yyjson_val *v;
    if (!expected_items(s, in, a, &want, e))
        return false;
    bool json = json_parse_loose(a, in->output, &v, NULL) && yyjson_is_arr(v);
    got = json ? from_json(s, v, a) : from_text(s, in->output, a);
    size_t hits = s->ordered ? lcs_length(a, want.key, want.n, got.key, got.n)
                             : bag_overlap(a, want.key, want.n, got.key, got.n);
    struct prf p = prf_of(hits, got.n, want.n);
    if (want.n == 0 && got.n == 0)
        p = (struct prf){1, 1, 1};
    graded(out, p.f, a, "%zu of %zu items right%s, %zu given", hits, want.n,
           s->ordered ? " and in order" : "", got.n);
    details_begin(&d);
    jw_knum(&d.w, "precision", p.precision);
    jw_knum(&d.w, "recall", p.recall);
    jw_knum(&d.w, "f1", p.f);
    write_missing(&d.w, "missing", a, &want, &got);
    write_missing(&d.w, "unexpected", a, &got, &want);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value", "values", "ordered", "normalise", "separator", NULL};

extern const struct grader_ops grader_list;
const struct grader_ops grader_list = {
    .name = "list",
    .summary = "the output is the expected list of items, in any order or in order (F1)",
    .keys = keys,
    .open = list_open,
    .grade = list_grade,
    .threshold = 1,
};
