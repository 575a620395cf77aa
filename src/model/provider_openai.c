/*
 * openai: the chat completions API of OpenAI and of the many servers that speak it (base_url),
 * streamed and whole, and its embeddings. Options: headers (a mapping), ca_file, key_header (Azure:
 * api-key), path, max_tokens_field.
 */
#include <math.h>
#include <string.h>

#include "model/provider.h"
#include "model/wire.h"
#include "spec/project.h"
#include "text/json.h"

static const char default_url[] = "https://api.openai.com/v1";

struct openai {
    const char *path, *key_header, *max_tokens_field;
};

static bool openai_open(struct model *m, const struct model_options *o, struct err *e)
{
    static const char *const keys[] = {"headers", "ca_file",          "key_header",
                                       "path",    "max_tokens_field", NULL};
    (void)o;
    struct openai *s = ARENA_NEW(m->arena, struct openai);
    const char *url = m->spec->base_url;
    bool azure = url && strstr(url, ".azure.com");
    s->path = "/chat/completions";
    s->key_header = azure ? "api-key" : "Authorization";
    /* OpenAI's own newer models refuse max_tokens; most other servers know nothing else */
    s->max_tokens_field = url && !azure ? "max_tokens" : "max_completion_tokens";
    const struct node *options = m->spec->options;
    m->state = s;
    return node_is_null(options) ||
           (node_check_keys(options, keys, e) && node_get_str(options, "path", &s->path, e) &&
            node_get_str(options, "key_header", &s->key_header, e) &&
            node_get_str(options, "max_tokens_field", &s->max_tokens_field, e));
}

/* --- requests --- */

static void write_tool_calls(struct jw *w, struct str calls, struct arena *a)
{
    yyjson_val *list, *c;
    size_t i, n;
    if (!json_parse_lax(a, calls, "tool_calls", 1, &list, NULL))
        return;
    jw_key(w, "tool_calls");
    jw_arr(w);
    yyjson_arr_foreach(list, i, n, c)
    {
        yyjson_val *args = json_get(c, "arguments");
        jw_obj(w);
        jw_kstr(w, "id", json_get_str(c, "id"));
        jw_kc(w, "type", "function");
        jw_key(w, "function");
        jw_obj(w);
        jw_kstr(w, "name", json_get_str(c, "name"));
        jw_kstr(w, "arguments", yyjson_is_str(args) ? json_str(args) : json_text(a, args));
        jw_end(w);
        jw_end(w);
    }
    jw_end(w);
}

static void write_messages(struct jw *w, const struct call *c, struct arena *a)
{
    jw_key(w, "messages");
    jw_arr(w);
    for (size_t i = 0; i < c->n_messages; i++) {
        const struct message *m = &c->messages[i];
        jw_obj(w);
        jw_kstr(w, "role", m->role);
        jw_kstr(w, "content", m->content);
        if (!str_null(m->tool_calls))
            write_tool_calls(w, m->tool_calls, a);
        if (!str_null(m->tool_call_id))
            jw_kstr(w, "tool_call_id", m->tool_call_id);
        jw_end(w);
    }
    jw_end(w);
}

static void write_tools(struct jw *w, const struct call_params *p, struct arena *a)
{
    yyjson_val *list, *t;
    size_t i, n;
    if (str_null(p->tools) || !json_parse_lax(a, p->tools, "tools", 1, &list, NULL))
        return;
    jw_key(w, "tools");
    jw_arr(w);
    yyjson_arr_foreach(list, i, n, t)
    {
        if (json_get(t, "function")) { /* already in OpenAI's own form */
            jw_value(w, t);
            continue;
        }
        jw_obj(w);
        jw_kc(w, "type", "function");
        jw_key(w, "function");
        jw_value(w, t);
        jw_end(w);
    }
    jw_end(w);
    if (str_null(p->tool_choice))
        return;
    if (str_eq_c(p->tool_choice, "auto") || str_eq_c(p->tool_choice, "none") ||
        str_eq_c(p->tool_choice, "required")) {
        jw_kstr(w, "tool_choice", p->tool_choice);
        return;
    }
    jw_key(w, "tool_choice");
    jw_obj(w);
    jw_kc(w, "type", "function");
    jw_key(w, "function");
    jw_obj(w);
    jw_kstr(w, "name", p->tool_choice);
    jw_end(w);
    jw_end(w);
}

static void write_format(struct jw *w, const struct call_params *p)
{
    if (!p->json_object && str_null(p->json_schema))
        return;
    jw_key(w, "response_format");
    jw_obj(w);
    jw_kc(w, "type", str_null(p->json_schema) ? "json_object" : "json_schema");
    if (!str_null(p->json_schema)) {
        jw_key(w, "json_schema");
        jw_obj(w);
        jw_kc(w, "name", "output");
        jw_key(w, "schema");
        jw_raw(w, p->json_schema);
        jw_end(w);
    }
    jw_end(w);
}

static void write_params(struct jw *w, const struct openai *s, const struct call_params *p,
                         struct arena *a)
{
    wire_sampling(w, p, s->max_tokens_field);
    if (p->seed >= 0)
        jw_kint(w, "seed", p->seed);
    wire_stop(w, p, "stop");
    if (p->logprobs)
        jw_kbool(w, "logprobs", true);
    if (p->top_logprobs > 0)
        jw_kint(w, "top_logprobs", p->top_logprobs);
    if (!str_null(p->reasoning_effort))
        jw_kstr(w, "reasoning_effort", p->reasoning_effort);
    write_format(w, p);
    write_tools(w, p, a);
    if (p->stream) {
        jw_kbool(w, "stream", true);
        jw_key(w, "stream_options");
        jw_obj(w);
        jw_kbool(w, "include_usage", true);
        jw_end(w);
    }
    wire_extra(w, p->extra);
}

static bool openai_request(const struct model *m, const struct call *c, struct http_request *req,
                           struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct openai *s = m->state;
    struct jw w;
    wire_url(m, default_url, c->embed ? "/embeddings" : s->path, &req->url);
    bool bearer = strcmp(s->key_header, "Authorization") == 0;
    if (!wire_headers(m, s->key_header, bearer ? "Bearer " : "", req, e))
        return false;
    jw_init(&w, &req->body, false);
    jw_obj(&w);
    jw_kc(&w, "model", m->spec->name);
    if (c->embed) {
        jw_key(&w, "input");
        jw_arr(&w);
        for (size_t i = 0; i < c->n_embed; i++)
            jw_str(&w, c->embed[i]);
        jw_end(&w);
        jw_kc(&w, "encoding_format", "float");
    } else {
        write_messages(&w, c, a);
    }
    if (c->params && !c->embed)
        write_params(&w, s, c->params, a);
    jw_end(&w);
    return true;
}

/* --- replies --- */

static void read_usage(yyjson_val *usage, struct reply *r)
{
    if (!yyjson_is_obj(usage))
        return;
    r->tokens_input = wire_tokens(usage, "prompt_tokens");
    r->tokens_output = wire_tokens(usage, "completion_tokens");
    r->tokens_cached = wire_tokens(json_get(usage, "prompt_tokens_details"), "cached_tokens");
    r->tokens_reasoning =
        wire_tokens(json_get(usage, "completion_tokens_details"), "reasoning_tokens");
}

/* What error bodies look like: {"error": {"message", "type", "code", …}}, {"error": "text"},
 * {"message": "text"}, {"detail": …}. */
static void read_error(int status, yyjson_val *v, struct arena *a, struct reply *r)
{
    yyjson_val *error = json_get(v, "error");
    struct str code = json_get_str(error, "code"), type = json_get_str(error, "type");
    struct str message = json_get_str(error, "message");
    struct str inner = json_get_str(json_get(error, "innererror"), "code");
    if (str_null(message))
        message = yyjson_is_str(error) ? json_str(error) : json_get_str(v, "message");
    if (str_null(message) && json_get(v, "detail"))
        message = json_display(a, json_get(v, "detail"));
    bool filtered = str_eq_c(code, "content_filter") ||
                    str_eq_c(code, "content_policy_violation") ||
                    str_eq_c(inner, "ResponsibleAIPolicyViolation");
    if (filtered) {
        r->status = REPLY_REFUSED;
        r->finish_reason = STR("content_filter");
        r->error = message;
        return;
    }
    wire_error(r, a, status, message, code.n ? code : type);
}

/* Appends [{"token", "logprob", "top_logprobs"}] to the open list in our words. */
static void copy_logprobs(yyjson_val *content, struct jw *w, double *sum, size_t *count)
{
    yyjson_val *t, *alternative;
    size_t i, n, k, n_alternatives;
    yyjson_arr_foreach(content, i, n, t)
    {
        double p = json_get_num(t, "logprob", NAN);
        jw_obj(w);
        jw_kstr(w, "token", json_get_str(t, "token"));
        jw_knum(w, "logprob", p);
        if (!isnan(p)) {
            *sum += p;
            ++*count;
        }
        yyjson_val *top = json_get(t, "top_logprobs");
        if (yyjson_arr_size(top) > 0) {
            jw_key(w, "top");
            jw_arr(w);
            yyjson_arr_foreach(top, k, n_alternatives, alternative)
            {
                jw_obj(w);
                jw_kstr(w, "token", json_get_str(alternative, "token"));
                jw_knum(w, "logprob", json_get_num(alternative, "logprob", NAN));
                jw_end(w);
            }
            jw_end(w);
        }
        jw_end(w);
    }
}

/* Arguments are JSON in a string; what does not parse stays a string for the grader to see. */
static void write_call(struct jw *w, struct str id, struct str name, struct str arguments,
                       struct arena *a)
{
    yyjson_val *v;
    jw_obj(w);
    jw_kstr(w, "id", id);
    jw_kstr(w, "name", name);
    jw_key(w, "arguments");
    if (arguments.n == 0)
        arguments = STR("{}");
    if (json_parse_lax(a, arguments, "arguments", 1, &v, NULL))
        jw_value(w, v);
    else
        jw_str(w, arguments);
    jw_end(w);
}

static struct str copy_tool_calls(yyjson_val *calls, struct arena *a)
{
    yyjson_val *c;
    size_t i, n;
    struct jw w;
    if (yyjson_arr_size(calls) == 0)
        return (struct str){0};
    struct buf *out = wire_buf(a);
    jw_init(&w, out, false);
    jw_arr(&w);
    yyjson_arr_foreach(calls, i, n, c)
    {
        yyjson_val *f = json_get(c, "function");
        write_call(&w, json_get_str(c, "id"), json_get_str(f, "name"), json_get_str(f, "arguments"),
                   a);
    }
    jw_end(&w);
    return buf_str(out);
}

/* A string, or a list of parts whose texts are joined. */
static struct str read_content(yyjson_val *content, struct arena *a)
{
    yyjson_val *part;
    size_t i, n;
    if (!yyjson_is_arr(content))
        return json_str(content);
    struct buf *out = wire_buf(a);
    yyjson_arr_foreach(content, i, n, part) if (str_eq_c(json_get_str(part, "type"), "text"))
        buf_add_str(out, json_get_str(part, "text"));
    return buf_str(out);
}

static void conclude(struct reply *r, struct arena *a)
{
    if (str_eq_c(r->finish_reason, "function_call"))
        r->finish_reason = STR("tool_calls");
    if (str_eq_c(r->finish_reason, "content_filter") || r->refusal.n > 0)
        r->status = REPLY_REFUSED;
    else if (str_null(r->output) && str_null(r->tool_calls))
        reply_fail(r, a, ERR_PROVIDER, "the reply has neither content nor tool calls");
}

static void read_chat(yyjson_val *v, struct arena *a, struct reply *r)
{
    yyjson_val *choice = yyjson_arr_get_first(json_get(v, "choices"));
    yyjson_val *message = json_get(choice, "message");
    yyjson_val *logprobs = json_get(json_get(choice, "logprobs"), "content");
    if (!choice) {
        reply_fail(r, a, ERR_PROVIDER, "the reply has no choices");
        return;
    }
    r->model = json_get_str(v, "model");
    r->finish_reason = json_get_str(choice, "finish_reason");
    r->output = read_content(json_get(message, "content"), a);
    r->refusal = json_get_str(message, "refusal");
    r->tool_calls = copy_tool_calls(json_get(message, "tool_calls"), a);
    if (yyjson_arr_size(logprobs) > 0) {
        struct buf *out = wire_buf(a);
        struct jw w;
        double sum = 0;
        size_t count = 0;
        jw_init(&w, out, false);
        jw_arr(&w);
        copy_logprobs(logprobs, &w, &sum, &count);
        jw_end(&w);
        r->logprobs = buf_str(out);
        r->confidence = wire_confidence(sum, count);
    }
    conclude(r, a);
}

static void read_embeddings(const struct call *c, yyjson_val *v, struct arena *a, struct reply *r)
{
    yyjson_val *data = json_get(v, "data"), *row, *x;
    size_t i, n, k, dims = yyjson_arr_size(json_get(yyjson_arr_get_first(data), "embedding"));
    if (yyjson_arr_size(data) != c->n_embed || dims == 0 || dims > 65536) {
        reply_fail(r, a, ERR_PROVIDER, "the reply has %zu embeddings of %zu numbers for %zu texts",
                   yyjson_arr_size(data), dims, c->n_embed);
        return;
    }
    float *vectors = ARENA_ARRAY(a, c->n_embed * dims, float);
    yyjson_arr_foreach(data, i, n, row)
    {
        yyjson_val *embedding = json_get(row, "embedding");
        double at = json_get_num(row, "index", (double)i);
        if (yyjson_arr_size(embedding) != dims || !(at >= 0 && at < (double)c->n_embed)) {
            reply_fail(r, a, ERR_PROVIDER, "embedding %zu does not fit the others", i);
            return;
        }
        float *to = vectors + (size_t)at * dims;
        size_t n_dims;
        yyjson_arr_foreach(embedding, k, n_dims, x) to[k] = (float)yyjson_get_num(x);
    }
    r->vectors = vectors;
    r->n_vectors = c->n_embed;
    r->dims = dims;
    r->model = json_get_str(v, "model");
}

static void openai_read(const struct call *c, int status, struct str body, struct arena *a,
                        struct reply *r)
{
    yyjson_val *v;
    if (!wire_parse(status, body, a, &v, r))
        return;
    read_usage(json_get(v, "usage"), r);
    if (!wire_good(status) || wire_member(v, "error"))
        read_error(status, v, a, r);
    else if (c->embed)
        read_embeddings(c, v, a, r);
    else
        read_chat(v, a, r);
}

/* --- streams --- */

enum { MAX_TOOL_CALLS = 128 };

struct stream_call {
    struct str id, name;
    struct buf *arguments;
};

struct stream_reader {
    struct arena *arena, *scratch;
    struct buf *content, *refusal, *logprobs;
    struct jw logprobs_writer;
    struct stream_call calls[MAX_TOOL_CALLS];
    size_t n_calls, n_logprobs;
    double sum_logprobs;
    bool has_content, ended;
    struct reply partial; /* usage, model, finish_reason, error */
};

static void free_arena(void *p) { arena_free(p); }

static struct stream_reader *openai_stream_begin(const struct call *c, struct arena *a)
{
    (void)c;
    struct stream_reader *s = ARENA_NEW(a, struct stream_reader);
    s->arena = a;
    s->scratch = arena_new();
    arena_defer(a, free_arena, s->scratch);
    s->content = wire_buf(a);
    s->refusal = wire_buf(a);
    s->logprobs = wire_buf(a);
    jw_init(&s->logprobs_writer, s->logprobs, false);
    jw_arr(&s->logprobs_writer);
    reply_init(&s->partial);
    return s;
}

static void stream_tool_calls(struct stream_reader *s, yyjson_val *calls)
{
    yyjson_val *c;
    size_t i, n;
    yyjson_arr_foreach(calls, i, n, c)
    {
        yyjson_val *f = json_get(c, "function");
        double at = json_get_num(c, "index", (double)i);
        if (!(at >= 0 && at < MAX_TOOL_CALLS))
            continue;
        struct stream_call *t = &s->calls[(size_t)at];
        if ((size_t)at >= s->n_calls)
            s->n_calls = (size_t)at + 1;
        if (!t->arguments)
            t->arguments = wire_buf(s->arena);
        if (json_get_str(c, "id").n > 0)
            t->id = arena_str(s->arena, json_get_str(c, "id"));
        if (json_get_str(f, "name").n > 0)
            t->name = arena_str(s->arena, json_get_str(f, "name"));
        buf_add_str(t->arguments, json_get_str(f, "arguments"));
    }
}

/* One chunk; true when it held output. */
static bool stream_chunk(struct stream_reader *s, yyjson_val *v)
{
    yyjson_val *choice = yyjson_arr_get_first(json_get(v, "choices"));
    yyjson_val *delta = json_get(choice, "delta");
    struct str content = json_get_str(delta, "content"), refusal = json_get_str(delta, "refusal");
    yyjson_val *calls = json_get(delta, "tool_calls");
    struct str finish = json_get_str(choice, "finish_reason");
    if (wire_member(v, "error")) {
        read_error(200, v, s->arena, &s->partial);
        s->partial.err_code = s->partial.status == REPLY_ERROR ? ERR_PROVIDER : ERR_NONE;
        s->partial.error = arena_str(s->arena, s->partial.error);
        s->ended = true;
        return false;
    }
    if (str_null(s->partial.model) && json_get_str(v, "model").n > 0)
        s->partial.model = arena_str(s->arena, json_get_str(v, "model"));
    read_usage(json_get(v, "usage"), &s->partial);
    s->has_content |= !str_null(content);
    buf_add_str(s->content, content);
    buf_add_str(s->refusal, refusal);
    stream_tool_calls(s, calls);
    copy_logprobs(json_get(json_get(choice, "logprobs"), "content"), &s->logprobs_writer,
                  &s->sum_logprobs, &s->n_logprobs);
    if (finish.n > 0) {
        s->partial.finish_reason = arena_str(s->arena, finish);
        s->ended = true;
    }
    return content.n > 0 || refusal.n > 0 || yyjson_arr_size(calls) > 0;
}

static bool openai_stream_event(struct stream_reader *s, struct str event, struct str data)
{
    (void)event;
    yyjson_val *v;
    if (str_eq_c(str_trim(data), "[DONE]")) {
        s->ended = true;
        return false;
    }
    arena_reset(s->scratch);
    if (!json_parse_lax(s->scratch, data, "the stream", 0, &v, NULL)) {
        if (s->partial.status == REPLY_OK)
            reply_fail(&s->partial, s->arena, ERR_PROVIDER, "an event of the stream is not JSON");
        return false;
    }
    return stream_chunk(s, v);
}

static void openai_stream_end(struct stream_reader *s, struct reply *r)
{
    struct jw w;
    *r = s->partial;
    if (s->has_content)
        r->output = buf_str(s->content);
    if (s->refusal->n > 0)
        r->refusal = buf_str(s->refusal);
    if (s->n_calls > 0) {
        struct buf *out = wire_buf(s->arena);
        jw_init(&w, out, false);
        jw_arr(&w);
        for (size_t i = 0; i < s->n_calls; i++)
            if (s->calls[i].arguments)
                write_call(&w, s->calls[i].id, s->calls[i].name, buf_str(s->calls[i].arguments),
                           s->arena);
        jw_end(&w);
        r->tool_calls = buf_str(out);
    }
    jw_end(&s->logprobs_writer);
    if (s->n_logprobs > 0) {
        r->logprobs = buf_str(s->logprobs);
        r->confidence = wire_confidence(s->sum_logprobs, s->n_logprobs);
    }
    if (r->status != REPLY_OK)
        return;
    if (!s->ended)
        reply_fail(r, s->arena, ERR_PROVIDER, "the stream broke off before its end");
    else
        conclude(r, s->arena);
}

const struct provider_ops provider_openai = {
    .name = "openai",
    .summary = "OpenAI's chat completions API, or any server that speaks it (base_url)",
    .kind = PROVIDER_HTTP,
    .key_env = "OPENAI_API_KEY",
    .open = openai_open,
    .request = openai_request,
    .read = openai_read,
    .stream_begin = openai_stream_begin,
    .stream_event = openai_stream_event,
    .stream_end = openai_stream_end,
};
