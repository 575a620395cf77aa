/* Calls, their keys, and replies as rows; see request.h. */
#include "run/request.h"

#include "spec/project.h"
#include "text/jsonw.h"

/* The messages as they are kept: evidence of what was sent. */
static bool request_text(const struct call *c, struct arena *a, struct str *ret, struct err *e)
{
    struct buf b;
    struct jw w;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_arr(&w);
    for (size_t i = 0; i < c->n_messages; i++) {
        const struct message *m = &c->messages[i];
        jw_obj(&w);
        jw_kstr(&w, "role", m->role);
        jw_kstr(&w, "content", m->content);
        if (!str_null(m->tool_calls)) {
            jw_key(&w, "tool_calls");
            jw_raw(&w, m->tool_calls);
        }
        if (!str_null(m->tool_call_id))
            jw_kstr(&w, "tool_call_id", m->tool_call_id);
        jw_end(&w);
    }
    jw_end(&w);
    bool ok = buf_ok(&b, "the messages of one request", e);
    if (ok)
        *ret = arena_str(a, buf_str(&b));
    buf_release(&b);
    return ok;
}

static void hash_num(struct hasher *h, double v)
{
    hasher_add(h, (struct str){(const char *)&v, sizeof v});
}

static void hash_params(struct hasher *h, const struct call_params *p)
{
    struct call_params unset;
    if (!p) {
        call_params_init(&unset);
        p = &unset;
    }
    hash_num(h, p->temperature);
    hash_num(h, p->top_p);
    hasher_add_int(h, p->max_tokens);
    hasher_add_int(h, p->seed);
    hasher_add_int(h, p->logprobs ? p->top_logprobs : -2);
    hasher_add_int(h, p->json_object);
    hasher_add_int(h, (long long)p->n_stop);
    for (size_t i = 0; i < p->n_stop; i++)
        hasher_add(h, p->stop[i]);
    hasher_add(h, p->reasoning_effort);
    hasher_add(h, p->json_schema);
    hasher_add(h, p->tools);
    hasher_add(h, p->tool_choice);
    hasher_add(h, p->extra);
}

/* Streaming changes how an answer comes, not which: it is not part of the key. */
bool request_describe(const struct call *c, struct arena *a, struct str *ret_text,
                      struct store_key *ret_key, struct err *e)
{
    struct hasher h;
    if (!request_text(c, a, ret_text, e))
        return false;
    hasher_init(&h);
    hasher_add_c(&h, c->model->spec->key.hex);
    hash_params(&h, c->params);
    hasher_add(&h, *ret_text);
    hasher_add_int(&h, c->epoch);
    struct digest d = hasher_end(&h);
    *ret_key = store_key(&d);
    return true;
}

/* Without a prompt the text of the input is all there is to say. */
static bool messages(const struct plan_variant *v, const struct item *it, struct arena *a,
                     struct call *c, struct str *ret_assembled, struct err *e)
{
    struct message *m;
    if (v->context) {
        struct assembled made;
        if (!assembly_render(v->context, it->id, item_text(a, it), it->input, a, &made, e))
            return false;
        m = made.messages;
        c->n_messages = made.n_messages;
        *ret_assembled = made.record;
    } else if (v->prompt) {
        if (!prompt_render(v->prompt, it->input, a, &m, &c->n_messages, e))
            return false;
    } else {
        m = ARENA_NEW(a, struct message);
        *m = (struct message){.role = STR("user"), .content = item_text(a, it)};
        c->n_messages = 1;
    }
    c->messages = m;
    return true;
}

static void write_extras(struct jw *w, const struct unit_extras *x)
{
    const struct str texts[] = {x->assembled, x->guard_input, x->guard_output};
    static const char *const keys[] = {"context", "guard_input", "guard_output"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (str_null(texts[i]))
            continue;
        jw_key(w, keys[i]);
        jw_raw(w, texts[i]);
    }
    if (x->review)
        jw_kbool(w, "review", true);
}

/* Members of a reply that only some replies have, as one JSON object. */
static struct str record_text(const struct reply *rep, const struct unit_extras *x,
                              struct arena *a)
{
    struct buf b;
    struct jw w;
    if (str_null(rep->refusal) && str_null(rep->tool_calls) && str_null(rep->logprobs) &&
        str_null(x->assembled) && str_null(x->guard_input) && str_null(x->guard_output))
        return (struct str){0};
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, false);
    jw_obj(&w);
    write_extras(&w, x);
    if (!str_null(rep->refusal))
        jw_kstr(&w, "refusal", rep->refusal);
    if (!str_null(rep->tool_calls)) {
        jw_key(&w, "tool_calls");
        jw_raw(&w, rep->tool_calls);
    }
    if (!str_null(rep->logprobs)) {
        jw_key(&w, "logprobs");
        jw_raw(&w, rep->logprobs);
    }
    jw_end(&w);
    struct str s = b.overflow ? (struct str){0} : arena_str(a, buf_str(&b));
    buf_release(&b);
    return s;
}

static struct str keep(struct arena *a, struct str s) { return str_null(s) ? s : arena_str(a, s); }

void request_to_row(const struct reply *rep, double now, const struct unit_extras *x,
                    struct arena *a, struct output_row *o)
{
    o->status = rep->status == REPLY_OK        ? OUTPUT_OK
                : rep->status == REPLY_REFUSED ? OUTPUT_REFUSED
                                               : OUTPUT_ERROR;
    o->text = keep(a, rep->output);
    o->record = record_text(rep, x, a);
    o->model = keep(a, rep->model);
    o->finish_reason = keep(a, rep->finish_reason);
    if (rep->status == REPLY_ERROR) {
        o->error_kind = str_c(err_name(rep->err_code));
        o->error = keep(a, rep->error);
    }
    o->latency_ms = rep->latency_ms;
    o->ttft_ms = rep->ttft_ms;
    o->queued_ms = rep->queued_ms;
    o->retry_wait_ms = rep->retry_wait_ms;
    o->cost_usd = rep->cost_usd;
    o->confidence = rep->confidence;
    o->tokens_input = rep->tokens_input;
    o->tokens_output = rep->tokens_output;
    o->tokens_cached = rep->tokens_cached;
    o->attempts = rep->attempts;
    o->created_at = now;
}

/* What guardrails change is part of what an answer is found by. */
static void guard_key(const struct plan_variant *v, struct unit *u)
{
    struct hasher h;
    hasher_init(&h);
    hasher_add_c(&h, v->spec->key.hex);
    hasher_add(&h, store_key_bytes(&u->out.key));
    struct digest d = hasher_end(&h);
    u->out.key = store_key(&d);
}

/* The input's guardrails: the item may not be asked at all. */
static void guard_input(const struct plan_variant *v, struct unit *u, struct arena *a,
                        bool *ret_redact)
{
    struct guarded g;
    guards_input(v->guards, &u->item->item, a, &g);
    u->extras.guard_input = g.record;
    u->extras.review = g.review;
    u->blocked = g.blocked;
    *ret_redact = g.changed;
    if (!g.blocked)
        return;
    u->out.status = OUTPUT_REFUSED;
    u->out.text = g.text;
    u->out.finish_reason = STR("guardrail");
    u->out.record = record_text(&(struct reply){0}, &u->extras, a);
}

static void redact_messages(struct call *c, struct arena *a)
{
    struct message *m = ARENA_ARRAY(a, c->n_messages, struct message);
    for (size_t i = 0; i < c->n_messages; i++) {
        m[i] = c->messages[i];
        if (str_eq_c(m[i].role, "user"))
            m[i].content = guards_redact(a, m[i].content);
    }
    c->messages = m;
}

bool request_make(const struct plan *p, struct unit *u, struct arena *a, struct err *e)
{
    bool redact = false;
    const struct plan_variant *v = &p->variants[u->variant];
    const struct item *it = &u->item->item;
    u->call = (struct call){.model = v->model,
                            .params = &v->params,
                            .item_id = it->id,
                            .input = it->input,
                            .epoch = u->epoch};
    u->out.has_key = v->has_keys;
    if (v->guards)
        guard_input(v, u, a, &redact);
    if (model_is_local(v->model))
        return true;
    if (!messages(v, it, a, &u->call, &u->extras.assembled, e))
        return err_wrap(e, "example \"%.*s\"", STR_ARG(it->id));
    if (redact)
        redact_messages(&u->call, a);
    if (!request_describe(&u->call, a, &u->request, &u->out.key, e))
        return err_wrap(e, "example \"%.*s\"", STR_ARG(it->id));
    if (v->guards)
        guard_key(v, u);
    return true;
}

void request_from_row(const struct output_row *o, struct reply *r)
{
    reply_init(r);
    r->status = o->status == OUTPUT_OK        ? REPLY_OK
                : o->status == OUTPUT_REFUSED ? REPLY_REFUSED
                                              : REPLY_ERROR;
    r->output = o->text;
    r->finish_reason = o->finish_reason;
    r->model = o->model;
    r->error = o->error;
    r->tokens_input = o->tokens_input;
    r->tokens_output = o->tokens_output;
    r->tokens_cached = o->tokens_cached;
    r->cost_usd = o->cost_usd;
    r->confidence = o->confidence;
    r->latency_ms = o->latency_ms;
    r->ttft_ms = o->ttft_ms;
}
