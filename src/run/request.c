/* From an item and a variant to a call and its key; see request.h. */
#include "run/request.h"

#include "text/json.h"
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

/* Local models answer from the item; the rest see only the messages. */
static void make_key(const struct plan *p, struct unit *u)
{
    const struct plan_variant *v = &p->variants[u->variant];
    struct hasher h;
    hasher_init(&h);
    if (str_null(u->request)) {
        hasher_add_c(&h, v->fingerprint.hex);
        hasher_add(&h, store_key_bytes(&u->item->hash));
    } else {
        hasher_add_c(&h, v->spec->model->key.hex);
        hasher_add(&h, v->params_json);
        hasher_add(&h, u->request);
    }
    hasher_add_int(&h, u->epoch);
    struct digest d = hasher_end(&h);
    u->out.key = store_key(&d);
    u->out.has_key = v->has_keys;
}

/* Without a prompt the text of the input is all there is to say. */
static bool messages(const struct plan_variant *v, const struct item *it, struct arena *a,
                     struct call *c, struct err *e)
{
    struct message *m;
    if (v->prompt) {
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

bool request_make(const struct plan *p, struct unit *u, struct arena *a, struct err *e)
{
    const struct plan_variant *v = &p->variants[u->variant];
    const struct item *it = &u->item->item;
    u->call = (struct call){.model = v->model,
                            .params = &v->params,
                            .item_id = it->id,
                            .input = it->input,
                            .epoch = u->epoch};
    if (!model_is_local(v->model) &&
        (!messages(v, it, a, &u->call, e) || !request_text(&u->call, a, &u->request, e)))
        return err_wrap(e, "example \"%.*s\"", STR_ARG(it->id));
    make_key(p, u);
    return true;
}
