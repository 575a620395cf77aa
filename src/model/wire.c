/* Common parts of the HTTP providers; see wire.h. */
#include "model/wire.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "spec/project.h"
#include "text/json.h"

void wire_url(const struct model *m, const char *otherwise, const char *path, struct buf *out)
{
    struct str base = str_c(m->spec->base_url ? m->spec->base_url : otherwise);
    ptrdiff_t query = str_find_char(base, '?');
    struct str front = query < 0 ? base : str_sub(base, 0, (size_t)query);
    while (str_ends_c(front, "/"))
        front.n--;
    buf_add_str(out, front);
    buf_add_c(out, path);
    if (query >= 0)
        buf_add_str(out, str_sub(base, (size_t)query, base.n));
}

static bool add_key(const struct model *m, const char *header, const char *prefix,
                    struct http_request *req, struct err *e)
{
    const char *key = model_key(m);
    const char *name = m->spec->key_env ? m->spec->key_env : m->ops->key_env;
    if (!key || !*key) {
        if (!name || (m->spec->base_url && !m->spec->key_env))
            return true;
        err_set(e, ERR_DENIED, "no API key: the environment variable %s is not set", name);
        return err_hint(e, "Set %s, or name another variable with key_env.", name);
    }
    struct buf value;
    buf_init(&value, 16384);
    buf_add_c(&value, prefix);
    buf_add_c(&value, key);
    bool ok = buf_ok(&value, "the API key", e) &&
              http_request_header(req, header, buf_cstr(&value), e);
    buf_release(&value);
    return ok;
}

/* A file named in the spec lies beside it. */
static void add_ca_file(const struct model *m, const char *name, struct http_request *req)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    bool known = m->spec->node && m->spec->node->file;
    buf_add_c(&req->ca_file, known ? file_beside(a, m->spec->node->file, name) : name);
}

bool wire_headers(const struct model *m, const char *header, const char *prefix,
                  struct http_request *req, struct err *e)
{
    const struct node *more = node_get(m->spec->options, "headers");
    const char *ca_file = NULL;
    if (!node_get_str(m->spec->options, "ca_file", &ca_file, e))
        return false;
    if (ca_file)
        add_ca_file(m, ca_file, req);
    if (!http_request_header(req, "Content-Type", "application/json", e) ||
        /* no wait for "100 Continue" before a long body */
        !http_request_header(req, "Expect", "", e) || !add_key(m, header, prefix, req, e))
        return false;
    for (size_t i = 0; more && more->kind == NODE_MAP && i < more->n; i++) {
        const char *value, *name;
        if (!node_str(more->key[i], &name, e) || !node_str(more->item[i], &value, e) ||
            !http_request_header(req, name, value, e))
            return false;
    }
    return true;
}

void wire_extra(struct jw *w, struct str extra)
{
    CLEANUP(arena_freep) struct arena *a = NULL;
    yyjson_val *v, *key;
    if (extra.n == 0)
        return;
    a = arena_new();
    if (!json_parse_lax(a, extra, "extra", 1, &v, NULL))
        return; /* it was made by our own writer */
    yyjson_obj_iter it = yyjson_obj_iter_with(v);
    while ((key = yyjson_obj_iter_next(&it))) {
        jw_key_str(w, json_str(key));
        jw_value(w, yyjson_obj_iter_get_val(key));
    }
}

void wire_sampling(struct jw *w, const struct call_params *p, const char *max_tokens)
{
    if (!isnan(p->temperature))
        jw_knum(w, "temperature", p->temperature);
    if (!isnan(p->top_p))
        jw_knum(w, "top_p", p->top_p);
    if (p->max_tokens > 0 && max_tokens)
        jw_kint(w, max_tokens, p->max_tokens);
}

void wire_stop(struct jw *w, const struct call_params *p, const char *key)
{
    if (p->n_stop == 0)
        return;
    jw_key(w, key);
    jw_arr(w);
    for (size_t i = 0; i < p->n_stop; i++)
        jw_str(w, p->stop[i]);
    jw_end(w);
}

void wire_messages(struct jw *w, const struct call *c, const char *key)
{
    jw_key(w, key);
    jw_arr(w);
    for (size_t i = 0; i < c->n_messages; i++) {
        jw_obj(w);
        jw_kstr(w, "role", c->messages[i].role);
        jw_kstr(w, "content", c->messages[i].content);
        jw_end(w);
    }
    jw_end(w);
}

bool wire_good(int status) { return status >= 200 && status < 300; }

bool wire_parse(int status, struct str body, struct arena *a, yyjson_val **ret, struct reply *r)
{
    struct err e = {0};
    if (!json_parse_lax(a, body, "the reply", 0, ret, &e)) {
        if (!wire_good(status))
            wire_error(r, a, status, str_sub(str_trim(body), 0, 200), (struct str){0});
        else
            reply_fail(r, a, ERR_PROVIDER, "the reply is not JSON: %s", e.msg);
        return false;
    }
    if (wire_good(status) && !yyjson_is_obj(*ret))
        return reply_fail(r, a, ERR_PROVIDER, "the reply is %s, expected an object",
                          json_type_name(*ret));
    return true;
}

static enum err_code status_code(int status)
{
    switch (status) {
    case 401: case 402: case 403:
        return ERR_DENIED;
    case 404:
        return ERR_NOT_FOUND;
    case 413:
        return ERR_LIMIT;
    case 408: case 409: case 425: case 429:
        return ERR_PROVIDER;
    default:
        return status >= 400 && status < 500 ? ERR_INPUT : ERR_PROVIDER;
    }
}

void wire_error(struct reply *r, struct arena *a, int status, struct str message, struct str type)
{
    enum err_code code = status_code(status);
    if (str_eq_c(type, "insufficient_quota"))
        code = ERR_DENIED; /* a 429 that no waiting will cure */
    if (message.n == 0)
        message = STR("no reason given");
    char prefix[32] = "";
    if (status >= 300)
        snprintf(prefix, sizeof prefix, "http %d: ", status);
    if (type.n)
        reply_fail(r, a, code, "%s%.*s (%.*s)", prefix, STR_ARG(message), STR_ARG(type));
    else
        reply_fail(r, a, code, "%s%.*s", prefix, STR_ARG(message));
}

yyjson_val *wire_member(yyjson_val *obj, const char *key)
{
    yyjson_val *v = json_get(obj, key);
    return yyjson_is_null(v) ? NULL : v;
}

int64_t wire_tokens(yyjson_val *usage, const char *key)
{
    yyjson_val *v = json_get(usage, key);
    double n = yyjson_is_num(v) ? yyjson_get_num(v) : -1;
    return n >= 0 && n < 9e15 ? (int64_t)n : -1;
}

double wire_confidence(double sum, size_t n)
{
    return n == 0 ? (double)NAN : fmin(1, exp(sum / (double)n));
}

static void release_buf(void *p) { buf_release(p); }

struct buf *wire_buf(struct arena *a)
{
    struct buf *b = ARENA_NEW(a, struct buf);
    buf_init(b, BUF_MAX_BODY);
    arena_defer(a, release_buf, b);
    return b;
}
