/*
 * `slots`: names with values, as dialogue systems fill them. Expected and found are objects
 * {name: value}, where a value may be {"value"} or {"text"}, or lists of {"name", "value"}; a name
 * may occur several times in a list. Score: F1 of the (name, value) pairs; values are compared by
 * `values_as` (default: text, without regard to case).
 */
#include "grade/compare.h"
#include "grade/option.h"
#include "text/json.h"
#include "text/json_loose.h"

enum { MAX_SLOTS = 1000 };

struct slots_grader {
    struct want want;
    struct value_rule rule;
};

struct slot_seen {
    struct str name;
    yyjson_val *value;
    bool used;
};

struct slot_list {
    struct slot_seen *v;
    size_t n;
};

static bool slots_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct slots_grader *s = ARENA_NEW(a, struct slots_grader);
    const struct node *rule = node_get(options, "values_as");
    s->rule = value_rule_default();
    g->state = s;
    return want_open(&s->want, options, a, e) && (!rule || value_rule_read(rule, &s->rule, e));
}

static yyjson_val *value_of(yyjson_val *v)
{
    yyjson_val *inner = json_get(v, "value");
    if (!inner)
        inner = json_get(v, "text");
    return inner ? inner : v;
}

static void add(struct slot_list *l, struct str name, yyjson_val *value)
{
    if (!value_empty(value))
        l->v[l->n++] = (struct slot_seen){name, value, false};
}

static bool read_slots(yyjson_val *v, struct arena *a, struct slot_list *ret)
{
    yyjson_val *x;
    size_t n = yyjson_is_ctn(v) ? yyjson_get_len(v) : 0;
    if (!yyjson_is_ctn(v) || n > MAX_SLOTS)
        return false;
    *ret = (struct slot_list){ARENA_ARRAY(a, n, struct slot_seen), 0};
    if (yyjson_is_obj(v)) {
        yyjson_obj_iter it = yyjson_obj_iter_with(v);
        while ((x = yyjson_obj_iter_next(&it)))
            add(ret, json_str(x), value_of(yyjson_obj_iter_get_val(x)));
        return true;
    }
    yyjson_arr_iter it = yyjson_arr_iter_with(v);
    while ((x = yyjson_arr_iter_next(&it))) {
        struct str name = json_get_str(x, "name");
        if (str_null(name) || value_of(x) == x)
            return false;
        add(ret, name, value_of(x));
    }
    return true;
}

static bool count_hits(const struct slots_grader *s, struct slot_list *want, struct slot_list *got,
                       struct arena *a, size_t *ret, struct err *e)
{
    for (size_t i = 0; i < want->n; i++) {
        struct slot_seen *x = &want->v[i];
        for (size_t k = 0; k < got->n && !x->used; k++) {
            struct slot_seen *y = &got->v[k];
            bool same = false;
            if (y->used || !str_eq(x->name, y->name))
                continue;
            if (!value_same(&s->rule, x->value, y->value, a, &same, e))
                return err_wrap(e, "slot \"%.*s\"", STR_ARG(x->name));
            if (same)
                x->used = y->used = true;
        }
        *ret += x->used;
    }
    return true;
}

static void write_unused(struct jw *w, const char *key, const struct slot_list *l)
{
    jw_key(w, key);
    jw_arr(w);
    for (size_t i = 0; i < l->n; i++) {
        if (l->v[i].used)
            continue;
        jw_obj(w);
        jw_kstr(w, "name", l->v[i].name);
        jw_key(w, "value");
        jw_value(w, l->v[i].value);
        jw_end(w);
    }
    jw_end(w);
}

static bool slots_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    const struct slots_grader *s = g->state;
    struct slot_list want, got = {0};
    struct details d;
    yyjson_val *v;
    size_t hits = 0;
    if (!want_json(&s->want, in, &v, e))
        return false;
    if (!read_slots(v, a, &want))
        return err_set(e, ERR_GRADER,
                       "the expected value is no object of slots, nor a list of "
                       "{name, value}");
    bool readable = json_parse_loose(a, in->output, &v, NULL) && read_slots(v, a, &got);
    if (!readable)
        got.n = 0;
    if (!count_hits(s, &want, &got, a, &hits, e))
        return false;
    struct prf p = prf_of(hits, got.n, want.n);
    if (want.n == 0 && got.n == 0 && readable)
        p = (struct prf){1, 1, 1};
    if (readable)
        graded(out, p.f, a, "%zu of %zu slots right, %zu found", hits, want.n, got.n);
    else
        graded(out, 0, a, "the output is no JSON of slots");
    details_begin(&d);
    jw_kint(&d.w, "expected", (int64_t)want.n);
    jw_kint(&d.w, "found", (int64_t)got.n);
    jw_kint(&d.w, "right", (int64_t)hits);
    jw_knum(&d.w, "f1", p.f);
    write_unused(&d.w, "missing", &want);
    write_unused(&d.w, "unexpected", &got);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value", "values", "values_as", NULL};

extern const struct grader_ops grader_slots;
const struct grader_ops grader_slots = {
    .name = "slots",
    .summary = "dialogue slots: F1 of the expected names with their values",
    .keys = keys,
    .open = slots_open,
    .grade = slots_grade,
    .threshold = 1,
};
