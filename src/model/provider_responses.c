/*
 * openai-responses: OpenAI's Responses API, for models that are offered only there. Replies come
 * whole; nothing is stored at the provider (store: false). Tools and streaming are the business of
 * the openai provider. Options: headers (a mapping), ca_file.
 */

#include "model/provider.h"
#include "model/wire.h"
#include "spec/project.h"
#include "text/json.h"

static const char default_url[] = "https://api.openai.com/v1";

static bool responses_open(struct model *m, const struct model_options *o, struct err *e)
{
    static const char *const keys[] = {"headers", "ca_file", NULL};
    (void)o;
    return node_is_null(m->spec->options) || node_check_keys(m->spec->options, keys, e);
}

static bool responses_check(const struct model *m, const struct call_params *p, struct err *e)
{
    const char *what = p->seed >= 0           ? "seed"
                       : p->n_stop > 0        ? "stop"
                       : p->logprobs          ? "logprobs here"
                       : p->stream            ? "streaming here"
                       : !str_null(p->tools)  ? "tools here"
                                              : NULL;
    (void)m;
    if (!what)
        return true;
    err_set(e, ERR_SPEC, "the Responses API has no %s", what);
    return err_hint(e, "Use `provider: openai`.");
}

static void write_format(struct jw *w, const struct call_params *p)
{
    if (!p->json_object && str_null(p->json_schema))
        return;
    jw_key(w, "text");
    jw_obj(w);
    jw_key(w, "format");
    jw_obj(w);
    jw_kc(w, "type", str_null(p->json_schema) ? "json_object" : "json_schema");
    if (!str_null(p->json_schema)) {
        jw_kc(w, "name", "output");
        jw_key(w, "schema");
        jw_raw(w, p->json_schema);
    }
    jw_end(w);
    jw_end(w);
}

static void write_params(struct jw *w, const struct call_params *p)
{
    wire_sampling(w, p, "max_output_tokens");
    if (!str_null(p->reasoning_effort)) {
        jw_key(w, "reasoning");
        jw_obj(w);
        jw_kstr(w, "effort", p->reasoning_effort);
        jw_end(w);
    }
    write_format(w, p);
    wire_extra(w, p->extra);
}

static bool responses_request(const struct model *m, const struct call *c,
                              struct http_request *req, struct err *e)
{
    struct jw w;
    if (c->embed)
        return err_set(e, ERR_SPEC, "the Responses API has no embeddings");
    if (c->params && !responses_check(m, c->params, e))
        return false;
    wire_url(m, default_url, "/responses", &req->url);
    if (!wire_headers(m, "Authorization", "Bearer ", req, e))
        return false;
    jw_init(&w, &req->body, false);
    jw_obj(&w);
    jw_kc(&w, "model", m->spec->name);
    jw_kbool(&w, "store", false);
    wire_messages(&w, c, "input");
    if (c->params)
        write_params(&w, c->params);
    jw_end(&w);
    return true;
}

/* The texts and refusals of the message items, joined. */
static void read_output(yyjson_val *output, struct arena *a, struct reply *r)
{
    yyjson_val *item, *part;
    size_t i, n, k, n_parts;
    struct buf *text = wire_buf(a), *refusal = wire_buf(a);
    bool has_text = false;
    yyjson_arr_foreach(output, i, n, item) {
        yyjson_val *content = json_get(item, "content");
        yyjson_arr_foreach(content, k, n_parts, part) {
            struct str type = json_get_str(part, "type");
            if (str_eq_c(type, "output_text")) {
                has_text = true;
                buf_add_str(text, json_get_str(part, "text"));
            } else if (str_eq_c(type, "refusal")) {
                buf_add_str(refusal, json_get_str(part, "refusal"));
            }
        }
    }
    if (has_text)
        r->output = buf_str(text);
    if (refusal->n > 0)
        r->refusal = buf_str(refusal);
}

static struct str finish_word(yyjson_val *v)
{
    struct str why = json_get_str(json_get(v, "incomplete_details"), "reason");
    if (str_eq_c(why, "max_output_tokens"))
        return STR("length");
    return str_null(why) ? STR("stop") : why;
}

static void responses_read(const struct call *c, int status, struct str body, struct arena *a,
                           struct reply *r)
{
    yyjson_val *v;
    (void)c;
    if (!wire_parse(status, body, a, &v, r))
        return;
    yyjson_val *usage = json_get(v, "usage"), *error = wire_member(v, "error");
    r->tokens_input = wire_tokens(usage, "input_tokens");
    r->tokens_output = wire_tokens(usage, "output_tokens");
    r->tokens_cached = wire_tokens(json_get(usage, "input_tokens_details"), "cached_tokens");
    r->tokens_reasoning = wire_tokens(json_get(usage, "output_tokens_details"), "reasoning_tokens");
    if (!wire_good(status) || error) {
        wire_error(r, a, status, json_get_str(error, "message"), json_get_str(error, "code"));
        return;
    }
    r->model = json_get_str(v, "model");
    r->finish_reason = finish_word(v);
    read_output(json_get(v, "output"), a, r);
    if (str_eq_c(r->finish_reason, "content_filter") || !str_null(r->refusal))
        r->status = REPLY_REFUSED;
    else if (str_null(r->output))
        reply_fail(r, a, ERR_PROVIDER, "the reply has no output text");
}

const struct provider_ops provider_responses = {
    .name = "openai-responses",
    .summary = "OpenAI's Responses API",
    .kind = PROVIDER_HTTP,
    .key_env = "OPENAI_API_KEY",
    .open = responses_open,
    .check = responses_check,
    .request = responses_request,
    .read = responses_read,
};
