/*
 * `tool_call`: the model called the expected tools with the expected arguments. Calls come from
 * the recorded output's `tool_calls` (OpenAI's {function: {name, arguments}}, Anthropic's {name,
 * input}, or {name, arguments}), or else from JSON in the output. `arguments` says how they are
 * compared: `exact`, `subset` (those expected are there, others may be) or `ignore`. Score: F1 of
 * the calls; with `ordered: true` they have to come in the expected order.
 */
#include "grade/option.h"
#include "text/json.h"
#include "text/json_loose.h"

static const char *const argument_names[] = {"exact", "subset", "ignore", NULL};
enum { ARGUMENTS_EXACT, ARGUMENTS_SUBSET, ARGUMENTS_IGNORE };

enum { MAX_CALLS = 1000 };

struct tool_call {
    struct want want;
    int arguments;
    bool ordered;
};

struct call_seen {
    struct str name;
    yyjson_val *arguments; /* an object, or NULL for none */
};

struct calls {
    struct call_seen *v;
    size_t n;
};

static bool tool_call_open(struct grader *g, const struct node *options, struct arena *a,
                           struct err *e)
{
    struct tool_call *s = ARENA_NEW(a, struct tool_call);
    g->state = s;
    return want_open(&s->want, options, a, e) &&
           option_choice(options, "arguments", argument_names, &s->arguments, e) &&
           node_get_bool(options, "ordered", &s->ordered, e);
}

/* One call in any of the three shapes; arguments may be JSON in a string. */
static bool read_call(yyjson_val *v, struct arena *a, struct call_seen *ret)
{
    yyjson_val *f = json_get(v, "function"), *args;
    if (yyjson_is_str(v)) {
        *ret = (struct call_seen){json_str(v), NULL};
        return true;
    }
    if (!yyjson_is_obj(f))
        f = v;
    ret->name = json_get_str(f, "name");
    args = json_get(f, "arguments");
    if (!args)
        args = json_get(f, "input");
    if (yyjson_is_str(args) && !json_parse_lax(a, json_str(args), NULL, 1, &args, NULL))
        return false;
    ret->arguments = yyjson_is_null(args) ? NULL : args;
    return ret->name.n > 0 && (!ret->arguments || yyjson_is_obj(ret->arguments));
}

/* A list of calls, or one. False when an entry is none. */
static bool read_calls(yyjson_val *v, struct arena *a, struct calls *ret)
{
    yyjson_arr_iter it = yyjson_arr_iter_with(v);
    yyjson_val *x;
    size_t n = yyjson_is_arr(v) ? yyjson_arr_size(v) : 1;
    if (n > MAX_CALLS)
        return false;
    ret->v = ARENA_ARRAY(a, n, struct call_seen);
    ret->n = 0;
    if (!yyjson_is_arr(v))
        return read_call(v, a, &ret->v[ret->n++]);
    while ((x = yyjson_arr_iter_next(&it)))
        if (!read_call(x, a, &ret->v[ret->n++]))
            return false;
    return true;
}

static bool same_arguments(const struct tool_call *s, yyjson_val *want, yyjson_val *got)
{
    yyjson_val *k;
    if (s->arguments == ARGUMENTS_IGNORE)
        return true;
    if (s->arguments == ARGUMENTS_EXACT && yyjson_obj_size(want) != yyjson_obj_size(got))
        return false;
    yyjson_obj_iter it = yyjson_obj_iter_with(want);
    while ((k = yyjson_obj_iter_next(&it))) {
        yyjson_val *x = yyjson_obj_iter_get_val(k);
        yyjson_val *y = yyjson_obj_getn(got, yyjson_get_str(k), yyjson_get_len(k));
        if (!y || !json_equal(x, y))
            return false;
    }
    return true;
}

static size_t count_matches(const struct tool_call *s, const struct calls *want,
                            const struct calls *got, bool *used, size_t *ret_names)
{
    size_t hits = 0, from = 0;
    for (size_t i = 0; i < want->n; i++) {
        bool name_seen = false;
        for (size_t k = s->ordered ? from : 0; k < got->n; k++) {
            if (used[k] || !str_eq(want->v[i].name, got->v[k].name))
                continue;
            name_seen = true;
            if (!same_arguments(s, want->v[i].arguments, got->v[k].arguments))
                continue;
            used[k] = true;
            from = k + 1;
            hits++;
            break;
        }
        *ret_names += name_seen;
    }
    return hits;
}

/* The calls that were made. Without `tool_calls` on record the output may be one; text that is no
 * call means that none was made. */
static bool calls_made(const struct grade_in *in, struct arena *a, struct calls *ret, struct err *e)
{
    yyjson_val *recorded = json_get(in->record, "tool_calls"), *v;
    *ret = (struct calls){0};
    if (recorded && !yyjson_is_null(recorded))
        return read_calls(recorded, a, ret) ||
               err_set(e, ERR_GRADER, "\"tool_calls\" holds what is no tool call");
    if (json_parse_loose(a, in->output, &v, NULL) && yyjson_is_ctn(v) && !read_calls(v, a, ret))
        ret->n = 0;
    return true;
}

static void write_calls(struct jw *w, const char *key, const struct calls *c)
{
    jw_key(w, key);
    jw_arr(w);
    for (size_t i = 0; i < c->n; i++) {
        jw_obj(w);
        jw_kstr(w, "name", c->v[i].name);
        jw_key(w, "arguments");
        jw_value(w, c->v[i].arguments);
        jw_end(w);
    }
    jw_end(w);
}

static bool tool_call_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                            struct grade_out *out, struct err *e)
{
    const struct tool_call *s = g->state;
    struct calls want, got;
    struct details d;
    yyjson_val *v;
    size_t names = 0;
    if (!want_json(&s->want, in, &v, e))
        return false;
    if (!read_calls(v, a, &want))
        return err_set(e, ERR_GRADER,
                       "the expected value is no tool call {name, arguments}, nor a "
                       "list of them");
    if (!calls_made(in, a, &got, e))
        return false;
    size_t hits = count_matches(s, &want, &got, ARENA_ARRAY(a, got.n, bool), &names);
    struct prf p = prf_of(hits, got.n, want.n);
    if (want.n == 0 && got.n == 0)
        p = (struct prf){1, 1, 1};
    graded(out, p.f, a, "%zu of %zu expected calls (%zu by name), %zu made", hits, want.n, names,
           got.n);
    details_begin(&d);
    jw_knum(&d.w, "precision", p.precision);
    jw_knum(&d.w, "recall", p.recall);
    jw_knum(&d.w, "f1", p.f);
    write_calls(&d.w, "expected", &want);
    write_calls(&d.w, "found", &got);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value", "values", "arguments", "ordered", NULL};

extern const struct grader_ops grader_tool_call;
const struct grader_ops grader_tool_call = {
    .name = "tool_call",
    .summary = "the model called the expected tools with the expected arguments (F1)",
    .keys = keys,
    .open = tool_call_open,
    .grade = tool_call_grade,
    .threshold = 1,
};
