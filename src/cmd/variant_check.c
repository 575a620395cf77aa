/* Checks of a variant before anything is called; see variant_check.h. */
#include "cmd/variant_check.h"

#include "model/provider.h"
#include "prompt/prompt.h"

enum { MAX_EXAMPLES = 5000 };

static bool check_prompt(const struct prompt *p, const struct golden *set, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    for (size_t i = 0; i < set->n && i < MAX_EXAMPLES; i++) {
        struct item it;
        if (!golden_item(set, i, a, &it, e))
            return false;
        if (!prompt_check(p, it.input, e))
            return err_wrap(e, "example \"%.*s\"", STR_ARG(it.id));
        arena_reset(a);
    }
    return true;
}

bool variant_check(struct arena *a, const struct env *env, const struct variant_spec *v,
                   const struct golden *set, struct err *e)
{
    const struct provider_ops *ops = provider_find(str_c(v->model->provider));
    struct model_options o = {.env = env};
    struct call_params params;
    struct model *m;
    struct prompt *p;
    if (!ops || ops->kind == PROVIDER_LOCAL)
        return true;
    if (!call_params_read(a, v->params, &params, e) || !model_open(a, v->model, &o, &m, e))
        return false;
    if (!model_check_params(m, &params, e))
        return v->params ? err_at(e, v->params->file, v->params->line, v->params->col) : false;
    if (!v->prompt)
        return true;
    /* a context has variables of its own */
    return prompt_load(a, v->prompt, &p, e) && (v->context || !set || check_prompt(p, set, e));
}
