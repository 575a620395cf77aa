/* The table of providers, opening models, and what all replies have in common; see provider.h. */
#include "model/provider.h"

#include <math.h>
#include <stdarg.h>

#include "base/buf.h"
#include "spec/project.h"

static const struct provider_ops *const providers[] = {
    &provider_openai,
    &provider_responses,
    &provider_anthropic,
    &provider_ollama,
    &provider_exec,
    &provider_replay,
    &provider_builtin,
};

const struct provider_ops *provider_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(providers); i++)
        if (str_eq_c(name, providers[i]->name))
            return providers[i];
    return NULL;
}

const char *const *provider_names(void)
{
    static const char *names[ARRAY_LEN(providers) + 1];
    for (size_t i = 0; i < ARRAY_LEN(providers); i++)
        names[i] = providers[i]->name;
    return names;
}

static void close_model(void *p)
{
    struct model *m = p;
    if (m->ops->close && m->state)
        m->ops->close(m);
}

bool model_open(struct arena *a, const struct model_spec *spec, const struct model_options *o,
                struct model **ret, struct err *e)
{
    const struct provider_ops *ops = provider_find(str_c(spec->provider));
    if (!ops) {
        const char *near = str_nearest(str_c(spec->provider), provider_names());
        err_set(e, ERR_SPEC, "model \"%s\": there is no provider \"%s\"", spec->alias,
                spec->provider);
        if (near)
            err_hint(e, "Did you mean \"%s\"?", near);
        return spec->node ? err_at(e, spec->node->file, spec->node->line, spec->node->col) : false;
    }
    struct model *m = ARENA_NEW(a, struct model);
    *m = (struct model){.ops = ops, .spec = spec, .env = o->env, .arena = a};
    arena_defer(a, close_model, m); /* also for what a failing open leaves */
    if (ops->open && !ops->open(m, o, e)) {
        err_wrap(e, "model \"%s\"", spec->alias);
        return spec->node ? err_at(e, spec->node->file, spec->node->line, spec->node->col) : false;
    }
    *ret = m;
    return true;
}

bool model_check_params(const struct model *m, const struct call_params *p, struct err *e)
{
    return !m->ops->check || m->ops->check(m, p, e) ||
           err_wrap(e, "model \"%s\"", m->spec->alias);
}

const char *model_key(const struct model *m)
{
    const char *name = m->spec->key_env ? m->spec->key_env : m->ops->key_env;
    return name && m->env ? env_get(m->env, name) : NULL;
}

bool model_is_local(const struct model *m) { return m->ops->kind == PROVIDER_LOCAL; }

const char *reply_status_name(enum reply_status s)
{
    static const char *const names[] = {"ok", "refused", "error", "skipped"};
    return names[s];
}

void reply_init(struct reply *r)
{
    *r = (struct reply){
        .tokens_input = -1, .tokens_output = -1, .tokens_cached = -1, .tokens_cache_write = -1,
        .tokens_reasoning = -1, .cost_usd = NAN, .confidence = NAN, .latency_ms = NAN,
        .ttft_ms = NAN, .queued_ms = NAN, .retry_wait_ms = NAN,
    };
}

bool reply_fail(struct reply *r, struct arena *a, enum err_code code, const char *fmt, ...)
{
    struct buf text;
    va_list ap;
    buf_init(&text, 4096);
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    r->status = REPLY_ERROR;
    r->err_code = code;
    r->error = arena_str(a, buf_str(&text));
    buf_release(&text);
    return false;
}
