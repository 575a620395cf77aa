/* The table of baselines, and what is the same for all: looking up, checking options, the text
 * of an input. Knows nothing of how any of them decides. */
#include "model/baseline.h"

#include <math.h>

#include "base/buf.h"
#include "text/json.h"

static const struct baseline_ops *const baselines[] = {
    &baseline_majority,
    &baseline_linear,
    &baseline_knn,
    &baseline_rules,
    &baseline_fields,
    &baseline_lead,
    &baseline_textrank,
};

const struct baseline_ops *baseline_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(baselines); i++)
        if (str_eq_c(name, baselines[i]->name))
            return baselines[i];
    return NULL;
}

const char *const *baseline_names(void)
{
    static const char *const names[] = {"majority", "linear", "knn",      "rules",
                                        "fields",   "lead",   "textrank", NULL};
    return names;
}

static void release(void *p)
{
    struct baseline *m = p;
    if (m->state && m->ops->release)
        m->ops->release(m);
}

bool baseline_train(struct arena *a, struct str name, const struct baseline_example *examples,
                    size_t n, const struct node *options, uint64_t seed, struct baseline **ret,
                    struct err *e)
{
    const struct baseline_ops *ops = baseline_find(name);
    if (!ops) {
        err_set(e, ERR_SPEC, "there is no built-in model \"%.*s\"", STR_ARG(name));
        const char *near = str_nearest(name, baseline_names());
        if (near)
            err_hint(e, "Did you mean builtin:%s?", near);
        return false;
    }
    if (options && options->kind != NODE_NULL && !node_check_keys(options, ops->keys, e))
        return err_wrap(e, "builtin:%s", ops->name);
    if (ops->needs_examples && n == 0) {
        err_set(e, ERR_INPUT, "builtin:%s has no examples to learn from", ops->name);
        return err_hint(e, "Give some golden examples `split: train` and an expected value.");
    }
    struct baseline *m = ARENA_NEW(a, struct baseline);
    *m = (struct baseline){.ops = ops, .arena = a, .seed = seed};
    arena_defer(a, release, m);
    if (!ops->train(m, examples, n, options, e))
        return err_wrap(e, "builtin:%s", ops->name);
    *ret = m;
    return true;
}

bool baseline_predict(const struct baseline *m, struct str text, struct arena *a,
                      struct baseline_answer *ret, struct err *e)
{
    *ret = (struct baseline_answer){.confidence = NAN};
    return m->ops->predict(m, text, a, ret, e);
}

struct str baseline_text(struct arena *a, yyjson_val *input)
{
    if (!yyjson_is_obj(input))
        return input ? json_display(a, input) : STR("");
    yyjson_val *only = json_get(input, "text");
    size_t i, max;
    yyjson_val *k, *v;
    if (yyjson_obj_size(input) == 1)
        yyjson_obj_foreach(input, i, max, k, v)
            only = v;
    if (only)
        return json_display(a, only);
    struct buf b;
    buf_init(&b, BUF_MAX_LINE);
    yyjson_obj_foreach(input, i, max, k, v) {
        if (yyjson_is_ctn(v))
            continue;
        if (b.n)
            buf_add_char(&b, '\n');
        buf_add_str(&b, json_str(k));
        buf_add_c(&b, ": ");
        buf_add_str(&b, json_display(a, v));
    }
    struct str s = arena_str(a, buf_str(&b));
    buf_release(&b);
    return s;
}
