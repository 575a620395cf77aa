/*
 * anthropic: the Messages API, streamed and whole. Options: headers (a mapping), ca_file, version
 * (of the API, default 2023-06-01). What it has no word for (seed, logprobs, JSON without a schema)
 * is an error, not silently left out.
 */
#include <string.h>

#include "model/provider.h"
#include "model/wire.h"
#include "spec/project.h"
#include "text/json.h"

static const char default_url[] = "https://api.anthropic.com/v1";
enum { DEFAULT_MAX_TOKENS = 4096, MAX_BLOCKS = 256 };

static bool anthropic_open(struct model *m, const struct model_options *o, struct err *e)
{
    static const char *const keys[] = {"headers", "ca_file", "version", NULL};
    (void)o;
    return node_is_null(m->spec->options) || node_check_keys(m->spec->options, keys, e);
}

static bool anthropic_check(const struct model *m, const struct call_params *p, struct err *e)
{
    const char *what = p->seed >= 0     ? "seed"
                       : p->logprobs    ? "logprobs"
                       : p->json_object ? "response_format json without a schema"
                                        : NULL;
    (void)m;
    return !what || err_set(e, ERR_SPEC, "the anthropic API has no %s", what);
}

/* --- requests --- */

static void write_text(struct jw *w, struct str text)
{
    jw_obj(w);
    jw_kc(w, "type", "text");
    jw_kstr(w, "text", text);
    jw_end(w);
}

static void write_tool_uses(struct jw *w, struct str calls, struct arena *a)
{
    yyjson_val *list, *c;
    size_t i, n;
    if (!json_parse_lax(a, calls, "tool_calls", 1, &list, NULL))
        return;
    yyjson_arr_foreach(list, i, n, c)
    {
        jw_obj(w);
        jw_kc(w, "type", "tool_use");
        jw_kstr(w, "id", json_get_str(c, "id"));
        jw_kstr(w, "name", json_get_str(c, "name"));
        jw_key(w, "input");
        jw_value(w, json_get(c, "arguments"));
        jw_end(w);
    }
}

static void write_tool_result(struct jw *w, const struct message *m)
{
    jw_obj(w);
    jw_kc(w, "type", "tool_result");
    jw_kstr(w, "tool_use_id", m->tool_call_id);
    jw_kstr(w, "content", m->content);
    jw_end(w);
}

/* Turns in their form: tool results are user turns, neighbouring ones of one role are one turn. */
static void write_messages(struct jw *w, const struct call *c, struct arena *a)
{
    const char *open = NULL;
    jw_key(w, "messages");
    jw_arr(w);
    for (size_t i = 0; i < c->n_messages; i++) {
        const struct message *m = &c->messages[i];
        if (str_eq_c(m->role, "system"))
            continue;
        const char *role = str_eq_c(m->role, "assistant") ? "assistant" : "user";
        if (!open || strcmp(open, role) != 0) {
            if (open) {
                jw_end(w);
                jw_end(w);
            }
            jw_obj(w);
            jw_kc(w, "role", role);
            jw_key(w, "content");
            jw_arr(w);
            open = role;
        }
        if (str_eq_c(m->role, "tool"))
            write_tool_result(w, m);
        else if (m->content.n > 0)
            write_text(w, m->content);
        if (!str_null(m->tool_calls))
            write_tool_uses(w, m->tool_calls, a);
    }
    if (open) {
        jw_end(w);
        jw_end(w);
    }
    jw_end(w);
}

static void write_system(struct jw *w, const struct call *c, struct arena *a)
{
    struct buf *text = wire_buf(a);
    for (size_t i = 0; i < c->n_messages; i++) {
        if (!str_eq_c(c->messages[i].role, "system"))
            continue;
        if (text->n > 0)
            buf_add_c(text, "\n\n");
        buf_add_str(text, c->messages[i].content);
    }
    if (text->n > 0)
        jw_kstr(w, "system", buf_str(text));
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
        yyjson_val *f = json_get(t, "function") ? json_get(t, "function") : t;
        jw_obj(w);
        jw_kstr(w, "name", json_get_str(f, "name"));
        if (json_get(f, "description"))
            jw_kstr(w, "description", json_get_str(f, "description"));
        jw_key(w, "input_schema");
        if (json_get(f, "parameters"))
            jw_value(w, json_get(f, "parameters"));
        else
            jw_raw(w, STR("{\"type\":\"object\"}"));
        jw_end(w);
    }
    jw_end(w);
    if (str_null(p->tool_choice))
        return;
    bool word = str_eq_c(p->tool_choice, "auto") || str_eq_c(p->tool_choice, "none");
    bool any = str_eq_c(p->tool_choice, "required");
    jw_key(w, "tool_choice");
    jw_obj(w);
    jw_kstr(w, "type", any ? STR("any") : word ? p->tool_choice : STR("tool"));
    if (!any && !word)
        jw_kstr(w, "name", p->tool_choice);
    jw_end(w);
}

static void write_params(struct jw *w, const struct call_params *p, struct arena *a)
{
    wire_sampling(w, p, NULL);
    wire_stop(w, p, "stop_sequences");
    if (!str_null(p->json_schema) || !str_null(p->reasoning_effort)) {
        jw_key(w, "output_config");
        jw_obj(w);
        if (!str_null(p->reasoning_effort))
            jw_kstr(w, "effort", p->reasoning_effort);
        if (!str_null(p->json_schema)) {
            jw_key(w, "format");
            jw_obj(w);
            jw_kc(w, "type", "json_schema");
            jw_key(w, "schema");
            jw_raw(w, p->json_schema);
            jw_end(w);
        }
        jw_end(w);
    }
    write_tools(w, p, a);
    if (p->stream)
        jw_kbool(w, "stream", true);
    wire_extra(w, p->extra);
}

static bool anthropic_request(const struct model *m, const struct call *c, struct http_request *req,
                              struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct call_params *p = c->params;
    const char *version = "2023-06-01";
    struct jw w;
    if (c->embed)
        return err_set(e, ERR_SPEC, "the anthropic API has no embeddings");
    if (p && !anthropic_check(m, p, e))
        return false;
    wire_url(m, default_url, "/messages", &req->url);
    if (!node_get_str(m->spec->options, "version", &version, e) ||
        !wire_headers(m, "x-api-key", "", req, e) ||
        !http_request_header(req, "anthropic-version", version, e))
        return false;
    jw_init(&w, &req->body, false);
    jw_obj(&w);
    jw_kc(&w, "model", m->spec->name);
    jw_kint(&w, "max_tokens", p && p->max_tokens > 0 ? p->max_tokens : DEFAULT_MAX_TOKENS);
    write_system(&w, c, a);
    write_messages(&w, c, a);
    if (p)
        write_params(&w, p, a);
    jw_end(&w);
    return true;
}

/* --- replies --- */

static void set_max(int64_t *to, int64_t v)
{
    if (v > *to)
        *to = v;
}

/* Their input_tokens leave out what was read from and written to the cache. A stream tells counts
 * twice; the later ones are no smaller. */
static void read_usage(yyjson_val *usage, struct reply *r)
{
    if (!yyjson_is_obj(usage))
        return;
    int64_t input = wire_tokens(usage, "input_tokens");
    int64_t cached = wire_tokens(usage, "cache_read_input_tokens");
    int64_t written = wire_tokens(usage, "cache_creation_input_tokens");
    set_max(&r->tokens_cached, cached);
    set_max(&r->tokens_cache_write, written);
    set_max(&r->tokens_output, wire_tokens(usage, "output_tokens"));
    if (input >= 0)
        set_max(&r->tokens_input, input + (cached > 0 ? cached : 0) + (written > 0 ? written : 0));
}

static struct str finish_word(struct str stop_reason, struct arena *a)
{
    static const struct {
        const char *theirs, *ours;
    } words[] = {{"end_turn", "stop"},
                 {"stop_sequence", "stop"},
                 {"max_tokens", "length"},
                 {"tool_use", "tool_calls"},
                 {"refusal", "content_filter"}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq_c(stop_reason, words[i].theirs))
            return str_c(words[i].ours);
    return str_null(stop_reason) ? stop_reason : arena_str(a, stop_reason);
}

static void read_error(int status, yyjson_val *v, struct arena *a, struct reply *r)
{
    yyjson_val *error = json_get(v, "error");
    struct str type = json_get_str(error, "type");
    wire_error(r, a, status, json_get_str(error, "message"), type);
    if (str_eq_c(type, "authentication_error") || str_eq_c(type, "permission_error") ||
        str_eq_c(type, "billing_error"))
        r->err_code = ERR_DENIED;
    else if (status < 300)
        r->err_code = str_eq_c(type, "invalid_request_error") ? ERR_INPUT : ERR_PROVIDER;
}

static void conclude(struct reply *r, struct arena *a)
{
    if (str_eq_c(r->finish_reason, "content_filter"))
        r->status = REPLY_REFUSED;
    else if (str_null(r->output) && str_null(r->tool_calls))
        reply_fail(r, a, ERR_PROVIDER, "the reply has neither text nor tool calls");
}

static void write_use(struct jw *w, struct str id, struct str name, yyjson_val *input)
{
    jw_obj(w);
    jw_kstr(w, "id", id);
    jw_kstr(w, "name", name);
    jw_key(w, "arguments");
    if (input)
        jw_value(w, input);
    else
        jw_raw(w, STR("{}"));
    jw_end(w);
}

static void read_message(yyjson_val *v, struct arena *a, struct reply *r)
{
    struct buf *text = wire_buf(a), *calls = wire_buf(a);
    yyjson_val *content = json_get(v, "content"), *block;
    size_t i, n, n_calls = 0;
    bool has_text = false;
    struct jw w;
    jw_init(&w, calls, false);
    jw_arr(&w);
    yyjson_arr_foreach(content, i, n, block)
    {
        struct str type = json_get_str(block, "type");
        if (str_eq_c(type, "text")) {
            has_text = true;
            buf_add_str(text, json_get_str(block, "text"));
        } else if (str_eq_c(type, "tool_use")) {
            n_calls++;
            write_use(&w, json_get_str(block, "id"), json_get_str(block, "name"),
                      json_get(block, "input"));
        }
    }
    jw_end(&w);
    r->model = json_get_str(v, "model");
    r->finish_reason = finish_word(json_get_str(v, "stop_reason"), a);
    read_usage(json_get(v, "usage"), r);
    if (has_text)
        r->output = buf_str(text);
    if (n_calls > 0)
        r->tool_calls = buf_str(calls);
    /* an empty answer that ended of itself is an answer */
    if (str_null(r->output) && str_null(r->tool_calls) && yyjson_is_arr(content) &&
        !str_null(r->finish_reason))
        r->output = STR("");
    conclude(r, a);
}

static void anthropic_read(const struct call *c, int status, struct str body, struct arena *a,
                           struct reply *r)
{
    yyjson_val *v;
    (void)c;
    if (!wire_parse(status, body, a, &v, r))
        return;
    if (!wire_good(status) || wire_member(v, "error"))
        read_error(status, v, a, r);
    else
        read_message(v, a, r);
}

/* --- streams --- */

struct block {
    bool is_tool;
    struct str id, name;
    struct buf *json;
};

struct stream_reader {
    struct arena *arena, *scratch;
    struct buf *text;
    struct block blocks[MAX_BLOCKS];
    size_t n_blocks;
    bool has_text, ended;
    struct reply partial;
};

static void free_arena(void *p) { arena_free(p); }

static struct stream_reader *anthropic_stream_begin(const struct call *c, struct arena *a)
{
    (void)c;
    struct stream_reader *s = ARENA_NEW(a, struct stream_reader);
    s->arena = a;
    s->scratch = arena_new();
    arena_defer(a, free_arena, s->scratch);
    s->text = wire_buf(a);
    reply_init(&s->partial);
    return s;
}

static struct block *stream_block(struct stream_reader *s, yyjson_val *v)
{
    double at = json_get_num(v, "index", -1);
    if (!(at >= 0 && at < MAX_BLOCKS))
        return NULL;
    if ((size_t)at >= s->n_blocks)
        s->n_blocks = (size_t)at + 1;
    return &s->blocks[(size_t)at];
}

static bool block_start(struct stream_reader *s, yyjson_val *v)
{
    struct block *b = stream_block(s, v);
    yyjson_val *block = json_get(v, "content_block");
    struct str type = json_get_str(block, "type"), text = json_get_str(block, "text");
    if (b && str_eq_c(type, "tool_use")) {
        b->is_tool = true;
        b->id = arena_str(s->arena, json_get_str(block, "id"));
        b->name = arena_str(s->arena, json_get_str(block, "name"));
        b->json = wire_buf(s->arena);
        return true;
    }
    if (str_eq_c(type, "text")) {
        s->has_text = true;
        buf_add_str(s->text, text);
    }
    return text.n > 0;
}

static bool block_delta(struct stream_reader *s, yyjson_val *v)
{
    struct block *b = stream_block(s, v);
    yyjson_val *delta = json_get(v, "delta");
    struct str text = json_get_str(delta, "text"), json = json_get_str(delta, "partial_json");
    if (b && b->is_tool)
        buf_add_str(b->json, json);
    if (str_eq_c(json_get_str(delta, "type"), "text_delta")) {
        s->has_text = true;
        buf_add_str(s->text, text);
        return text.n > 0;
    }
    return false;
}

static bool stream_take(struct stream_reader *s, struct str type, yyjson_val *v)
{
    if (str_eq_c(type, "message_start")) {
        yyjson_val *message = json_get(v, "message");
        s->partial.model = arena_str(s->arena, json_get_str(message, "model"));
        read_usage(json_get(message, "usage"), &s->partial);
    } else if (str_eq_c(type, "content_block_start")) {
        return block_start(s, v);
    } else if (str_eq_c(type, "content_block_delta")) {
        return block_delta(s, v);
    } else if (str_eq_c(type, "message_delta")) {
        s->partial.finish_reason =
            finish_word(json_get_str(json_get(v, "delta"), "stop_reason"), s->arena);
        read_usage(json_get(v, "usage"), &s->partial);
    } else if (str_eq_c(type, "message_stop")) {
        s->ended = true;
    } else if (str_eq_c(type, "error")) {
        read_error(200, v, s->arena, &s->partial);
    }
    return false;
}

static bool anthropic_stream_event(struct stream_reader *s, struct str event, struct str data)
{
    yyjson_val *v;
    (void)event; /* the data says its type too */
    arena_reset(s->scratch);
    if (!json_parse_lax(s->scratch, data, "the stream", 0, &v, NULL)) {
        if (s->partial.status == REPLY_OK)
            reply_fail(&s->partial, s->arena, ERR_PROVIDER, "an event of the stream is not JSON");
        return false;
    }
    return stream_take(s, json_get_str(v, "type"), v);
}

static void anthropic_stream_end(struct stream_reader *s, struct reply *r)
{
    struct buf *calls = wire_buf(s->arena);
    size_t n_calls = 0;
    struct jw w;
    jw_init(&w, calls, false);
    jw_arr(&w);
    for (size_t i = 0; i < s->n_blocks; i++) {
        yyjson_val *input = NULL;
        if (!s->blocks[i].is_tool)
            continue;
        n_calls++;
        if (s->blocks[i].json->n > 0 &&
            !json_parse_lax(s->arena, buf_str(s->blocks[i].json), "arguments", 1, &input, NULL) &&
            s->ended)
            reply_fail(&s->partial, s->arena, ERR_PROVIDER, "a tool's arguments are not JSON");
        write_use(&w, s->blocks[i].id, s->blocks[i].name, input);
    }
    jw_end(&w);
    *r = s->partial;
    if (s->has_text || (s->ended && n_calls == 0))
        r->output = buf_str(s->text);
    if (n_calls > 0)
        r->tool_calls = buf_str(calls);
    if (r->status == REPLY_ERROR)
        return;
    if (!s->ended)
        reply_fail(r, s->arena, ERR_PROVIDER, "the stream broke off before its end");
    else
        conclude(r, s->arena);
}

const struct provider_ops provider_anthropic = {
    .name = "anthropic",
    .summary = "Anthropic's Messages API",
    .kind = PROVIDER_HTTP,
    .key_env = "ANTHROPIC_API_KEY",
    .open = anthropic_open,
    .check = anthropic_check,
    .request = anthropic_request,
    .read = anthropic_read,
    .stream_begin = anthropic_stream_begin,
    .stream_event = anthropic_stream_event,
    .stream_end = anthropic_stream_end,
};
