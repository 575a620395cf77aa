/*
 * ollama: the native chat API of a local Ollama server (it also speaks the openai one, but only
 * this one takes a JSON Schema in every version and tells its own finish reasons). Replies come
 * whole. Options: headers (a mapping), ca_file.
 */

#include "model/provider.h"
#include "model/wire.h"
#include "spec/project.h"
#include "text/json.h"

static const char default_url[] = "http://127.0.0.1:11434";

static bool ollama_open(struct model *m, const struct model_options *o, struct err *e)
{
    static const char *const keys[] = {"headers", "ca_file", NULL};
    (void)o;
    return node_is_null(m->spec->options) || node_check_keys(m->spec->options, keys, e);
}

static bool ollama_check(const struct model *m, const struct call_params *p, struct err *e)
{
    const char *what = p->logprobs                     ? "logprobs"
                       : p->stream                     ? "streaming here"
                       : !str_null(p->tools)           ? "tools here"
                       : !str_null(p->reasoning_effort) ? "reasoning_effort"
                                                       : NULL;
    (void)m;
    if (!what)
        return true;
    err_set(e, ERR_SPEC, "the ollama API has no %s", what);
    return err_hint(e, "Use `provider: openai` with `base_url: http://127.0.0.1:11434/v1`.");
}

static void write_options(struct jw *w, const struct call_params *p)
{
    jw_key(w, "options");
    jw_obj(w);
    wire_sampling(w, p, "num_predict");
    if (p->seed >= 0)
        jw_kint(w, "seed", p->seed);
    wire_stop(w, p, "stop");
    jw_end(w);
    if (!str_null(p->json_schema)) {
        jw_key(w, "format");
        jw_raw(w, p->json_schema);
    } else if (p->json_object) {
        jw_kc(w, "format", "json");
    }
    wire_extra(w, p->extra);
}

static bool ollama_request(const struct model *m, const struct call *c, struct http_request *req,
                           struct err *e)
{
    struct jw w;
    if (c->embed)
        return err_set(e, ERR_SPEC, "embeddings of Ollama come by `provider: openai`");
    if (c->params && !ollama_check(m, c->params, e))
        return false;
    wire_url(m, default_url, "/api/chat", &req->url);
    if (!wire_headers(m, "Authorization", "Bearer ", req, e))
        return false;
    jw_init(&w, &req->body, false);
    jw_obj(&w);
    jw_kc(&w, "model", m->spec->name);
    jw_kbool(&w, "stream", false);
    wire_messages(&w, c, "messages");
    if (c->params)
        write_options(&w, c->params);
    jw_end(&w);
    return true;
}

static void ollama_read(const struct call *c, int status, struct str body, struct arena *a,
                        struct reply *r)
{
    yyjson_val *v;
    (void)c;
    if (!wire_parse(status, body, a, &v, r))
        return;
    if (!wire_good(status) || wire_member(v, "error")) {
        wire_error(r, a, status, json_get_str(v, "error"), (struct str){0});
        return;
    }
    r->model = json_get_str(v, "model");
    r->finish_reason = json_get_str(v, "done_reason");
    r->output = json_get_str(json_get(v, "message"), "content");
    r->tokens_input = wire_tokens(v, "prompt_eval_count");
    r->tokens_output = wire_tokens(v, "eval_count");
    if (str_null(r->output))
        reply_fail(r, a, ERR_PROVIDER, "the reply has no message");
    else if (yyjson_is_false(json_get(v, "done")))
        reply_fail(r, a, ERR_PROVIDER, "the reply broke off before its end");
}

const struct provider_ops provider_ollama = {
    .name = "ollama",
    .summary = "the native chat API of an Ollama server",
    .kind = PROVIDER_HTTP,
    .open = ollama_open,
    .check = ollama_check,
    .request = ollama_request,
    .read = ollama_read,
};
