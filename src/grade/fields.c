/*
 * `fields`: extraction. The output's JSON has the expected fields, each compared by its kind
 * (text, number, money, date …). A field found and right is a true positive, found and wrong both
 * a false positive and a false negative, missing a false negative, invented a false positive; a
 * field that is empty on both sides counts nowhere. Score: F1 of the item, or with `score: share`
 * the share of expected fields that are right. Passes when all are right, unless `threshold` says
 * otherwise.
 */
#include "grade/compare.h"
#include "grade/option.h"
#include "text/json.h"
#include "text/json_loose.h"
#include "text/jsonpath.h"

static const char *const score_names[] = {"f1", "share", NULL};
enum { SCORE_F1, SCORE_SHARE };

/* Members are looked up one by one, which takes the square of their number. */
enum { MAX_MEMBERS = 10000 };

struct field {
    struct str name;
    const struct json_path *path;
    struct value_rule rule;
};

struct fields {
    struct value_rule rule; /* of fields not listed */
    struct field *field;    /* those listed; none: all fields of the expected object */
    size_t n;
    int score;
    bool invented; /* fields that nobody asked for are false positives */
};

struct tally {
    size_t right, found, expected; /* fields */
};

static bool open_listed(struct fields *s, const struct node *n, struct arena *a, struct err *e)
{
    if (node_is_null(n))
        return true;
    if (n->kind != NODE_SEQ && n->kind != NODE_MAP)
        return node_err(e, n,
                        "fields: %s where a list of names or a mapping of names to kinds "
                        "was expected",
                        node_kind_name(n));
    s->field = ARENA_ARRAY(a, n->n, struct field);
    for (size_t i = 0; i < n->n; i++) {
        const struct node *name = n->kind == NODE_MAP ? n->key[i] : n->item[i];
        struct field *f = &s->field[s->n++];
        const char *text;
        f->rule = s->rule;
        if (!node_str(name, &text, e))
            return err_wrap(e, "fields");
        f->name = str_c(text);
        if (!json_path_parse(a, f->name, &f->path, e))
            return err_at(e, name->file, name->line, name->col);
        if (n->kind == NODE_MAP && !value_rule_read(n->item[i], &f->rule, e))
            return err_wrap(e, "fields: %s", text);
    }
    return s->n > 0 || node_err(e, n, "fields: an empty list");
}

static bool fields_open(struct grader *g, const struct node *options, struct arena *a,
                        struct err *e)
{
    static const char *const orders[] = {"dmy", "mdy", "ymd", NULL};
    static const char *const decimals[] = {"auto", "point", "comma", NULL};
    struct fields *s = ARENA_NEW(a, struct fields);
    const struct node *type = node_get(options, "default");
    int order = 0, decimal = 0;
    s->rule = value_rule_default();
    s->invented = true;
    g->state = s;
    if (!option_choice(options, "date_order", orders, &order, e) ||
        !option_choice(options, "decimal", decimals, &decimal, e) ||
        !option_choice(options, "score", score_names, &s->score, e) ||
        !node_get_bool(options, "invented", &s->invented, e))
        return false;
    s->rule.date_order = (enum date_order)order;
    s->rule.decimal = (enum decimal_sign)decimal;
    return (!type || value_rule_read(type, &s->rule, e)) &&
           open_listed(s, node_get(options, "fields"), a, e);
}

static bool grade_field(const struct value_rule *rule, struct str name, yyjson_val *expected,
                        yyjson_val *got, struct tally *t, struct jw *w, struct arena *a,
                        struct err *e)
{
    bool want = !value_empty(expected), have = !value_empty(got), same = !want && !have;
    if (want && have && !value_same(rule, expected, got, a, &same, e))
        return err_wrap(e, "field \"%.*s\"", STR_ARG(name));
    t->expected += want;
    t->found += have;
    t->right += want && same;
    jw_key_str(w, name);
    jw_obj(w);
    jw_key(w, "expected");
    jw_value(w, expected);
    jw_key(w, "found");
    jw_value(w, got);
    jw_kbool(w, "match", same);
    jw_end(w);
    return true;
}

/* A model may write a key twice; the first counts, as it does when a field is looked up. */
static bool is_first(yyjson_val *obj, struct str name, yyjson_val *v)
{
    return yyjson_obj_getn(obj, name.p, name.n) == v;
}

/* All fields of the expected object, or those listed; then what the output has beyond them. */
static bool grade_all(const struct fields *s, yyjson_val *expected, yyjson_val *got,
                      struct tally *t, struct jw *w, struct arena *a, struct err *e)
{
    yyjson_val *k, *v;
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->field[i];
        if (!grade_field(&f->rule, f->name, json_path_first(f->path, expected),
                         json_path_first(f->path, got), t, w, a, e))
            return false;
    }
    if (s->n)
        return true;
    yyjson_obj_iter it = yyjson_obj_iter_with(expected);
    while ((k = yyjson_obj_iter_next(&it))) {
        struct str name = json_str(k);
        v = yyjson_obj_iter_get_val(k);
        if (is_first(expected, name, v) &&
            !grade_field(&s->rule, name, v, yyjson_obj_getn(got, name.p, name.n), t, w, a, e))
            return false;
    }
    it = yyjson_obj_iter_with(got);
    while (s->invented && (k = yyjson_obj_iter_next(&it))) {
        struct str name = json_str(k);
        v = yyjson_obj_iter_get_val(k);
        if (is_first(got, name, v) && !yyjson_obj_getn(expected, name.p, name.n) &&
            !grade_field(&s->rule, name, NULL, v, t, w, a, e))
            return false;
    }
    return true;
}

static bool fields_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    const struct fields *s = g->state;
    yyjson_val *got = NULL;
    struct tally t = {0};
    struct details d;
    struct err why = {0};
    if (!yyjson_is_obj(in->expected))
        return err_set(e, ERR_GRADER,
                       "the expected value is %s where an object of fields was "
                       "expected",
                       json_type_name(in->expected));
    bool ok = json_parse_loose(a, in->output, &got, &why) && yyjson_is_obj(got);
    if (ok && yyjson_obj_size(got) > MAX_MEMBERS)
        return err_set(e, ERR_LIMIT, "the output has %zu members where at most %d are compared",
                       yyjson_obj_size(got), MAX_MEMBERS);
    details_begin(&d);
    jw_key(&d.w, "fields");
    jw_obj(&d.w);
    if (!grade_all(s, in->expected, ok ? got : NULL, &t, &d.w, a, e)) {
        buf_release(&d.b);
        return false;
    }
    jw_end(&d.w);
    struct prf p = prf_of(t.right, t.found, t.expected);
    if (t.found == 0 && t.expected == 0)
        p = (struct prf){1, 1, 1}; /* nothing to find, nothing found */
    jw_knum(&d.w, "precision", p.precision);
    jw_knum(&d.w, "recall", p.recall);
    jw_knum(&d.w, "f1", p.f);
    if (ok)
        graded(out, s->score == SCORE_SHARE ? p.recall : p.f, a,
               "%zu of %zu fields right, %zu found", t.right, t.expected, t.found);
    else if (got)
        graded(out, 0, a, "the output is %s where an object was expected", json_type_name(got));
    else
        graded(out, 0, a, "%s", why.msg);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"fields",     "default", "score", "invented",
                                   "date_order", "decimal", NULL};

extern const struct grader_ops grader_fields;
const struct grader_ops grader_fields = {
    .name = "fields",
    .summary = "extraction: the output's JSON has the expected fields (text, number, money, date)",
    .keys = keys,
    .open = fields_open,
    .grade = fields_grade,
    .threshold = 1,
};
