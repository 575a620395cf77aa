/* Providers: recorded exchanges are digested, requests hold what was asked for, replay answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "model/provider.h"
#include "net/http.h"
#include "net/sse.h"
#include "spec/project.h"
#include "text/json.h"
#include <curl/curl.h>

static struct env env;

/* --- recorded exchanges --- */

static void on_event(void *arg, struct str event, struct str data)
{
    void **p = arg;
    const struct provider_ops *ops = p[0];
    ops->stream_event(p[1], event, data);
}

/* Reads the response as the engine would; the stream comes in pieces of `piece` bytes. */
static void digest(const struct provider_ops *ops, yyjson_val *response, size_t piece,
                   struct arena *a, struct reply *r)
{
    static const struct call no_call;
    struct str body = json_get_str(response, "body");
    struct str type = json_get_str(json_get(response, "headers"), "content-type");
    reply_init(r);
    if (!str_starts_c(type, "text/event-stream")) {
        ops->read(&no_call, (int)json_get_num(response, "status", 0), body, a, r);
        return;
    }
    struct stream_reader *reader = ops->stream_begin(&no_call, a);
    const void *arg[2] = {ops, reader};
    struct sse sse;
    struct err e = {0};
    sse_init(&sse, 1 << 20, on_event, arg);
    for (size_t i = 0; i < body.n; i += piece)
        assert_true(sse_feed(&sse, body.p + i, piece < body.n - i ? piece : body.n - i, &e));
    ops->stream_end(reader, r);
    sse_release(&sse);
}

/* The text of a chat completion or of its stream, put together without the provider. */
static struct str expected_text(struct arena *a, yyjson_val *response)
{
    struct str body = json_get_str(response, "body"), line;
    yyjson_val *v, *output;
    struct err e = {0};
    if (body.n && body.p[0] == '{') {
        assert_true(json_parse_lax(a, body, "body", 1, &v, &e));
        if ((output = json_get(v, "output")) != NULL)
            return json_get_str(yyjson_ptr_get(output, "/0/content/0"), "text");
        v = yyjson_arr_get_first(json_get(v, "choices"));
        return json_get_str(json_get(v, "message"), "content");
    }
    const char *text = "";
    bool any = false;
    while (str_split(&body, '\n', &line)) {
        if (!str_starts_c(line, "data: {"))
            continue;
        assert_true(json_parse_lax(a, str_sub(line, 6, line.n), "body", 1, &v, &e));
        v = yyjson_arr_get_first(json_get(v, "choices"));
        struct str piece = json_get_str(json_get(v, "delta"), "content");
        any |= !str_null(piece);
        text = arena_printf(a, "%s%.*s", text, STR_ARG(piece));
    }
    return any ? str_c(text) : (struct str){0};
}

static const struct provider_ops *provider_of(struct str id, yyjson_val *exchange)
{
    struct str uri = json_get_str(json_get(exchange, "request"), "uri");
    if (str_ends_c(uri, "/api/chat"))
        return &provider_ollama;
    if (str_ends_c(uri, "/responses"))
        return &provider_responses;
    return str_starts_c(id, "anthropic/") ? &provider_anthropic : &provider_openai;
}

static void check_good(struct arena *a, struct str id, yyjson_val *response, const struct reply *r)
{
    yyjson_val *v = NULL;
    if (r->status != REPLY_OK)
        fail_msg("%.*s: %.*s", STR_ARG(id), STR_ARG(r->error));
    assert_true(r->output.n > 0 || r->tool_calls.n > 0);
    assert_true(r->finish_reason.n > 0 && r->model.n > 0);
    if (str_find(json_get_str(response, "body"), STR("_tokens\"")) >= 0)
        assert_true(r->tokens_input > 0 && r->tokens_output > 0);
    if (r->tool_calls.n > 0) {
        assert_true(json_parse(a, r->tool_calls, "tool_calls", 1, &v, NULL));
        assert_true(yyjson_arr_size(v) > 0);
        assert_true(yyjson_is_obj(json_get(yyjson_arr_get_first(v), "arguments")));
    }
    if (str_starts_c(id, "openai/"))
        assert_true(str_eq(r->output, expected_text(a, response)));
}

static void recorded(void **state)
{
    (void)state;
    CLEANUP(line_reader_close) struct line_reader lines;
    struct err e = {0};
    struct str line;
    bool more;
    int n = 0, refused = 0, errors = 0, streams = 0;
    assert_true(line_reader_open(&lines, "test/fixture/http/exchanges.jsonl", 1 << 20, &e));
    while (line_reader_next(&lines, &line, &more, &e) && more) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        yyjson_val *v;
        struct reply r, again;
        assert_true(json_parse(a, line, "exchanges.jsonl", (size_t)++n, &v, &e));
        struct str id = json_get_str(v, "id");
        yyjson_val *response = json_get(v, "response");
        const struct provider_ops *ops = provider_of(id, v);
        digest(ops, response, 7, a, &r);
        digest(ops, response, 100000, a, &again);
        assert_true(str_eq(r.output, again.output) && r.status == again.status);
        streams += str_find(json_get_str(response, "body"), STR("data: ")) == 0;
        int status = (int)json_get_num(response, "status", 0);
        refused += r.status == REPLY_REFUSED;
        errors += r.status == REPLY_ERROR;
        if (status >= 400) {
            assert_int_equal(r.status, REPLY_ERROR);
            assert_false(err_retryable(r.err_code));
            assert_true(r.error.n > 10);
        } else if (r.status == REPLY_REFUSED) {
            assert_true(str_eq_c(r.finish_reason, "content_filter"));
        } else {
            check_good(a, id, response, &r);
        }
    }
    assert_int_equal(n, 31);
    assert_int_equal(refused, 1);
    assert_int_equal(errors, 4);
    assert_int_equal(streams, 2);
}

/* --- replies that are not in the recordings --- */

static struct reply read_openai(struct arena *a, int status, const char *body)
{
    static const struct call no_call;
    struct reply r;
    reply_init(&r);
    provider_openai.read(&no_call, status, str_c(body), a, &r);
    return r;
}

static void openai_replies(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct reply r = read_openai(
        a, 200, "{\"choices\":[{\"message\":{\"content\":\"ab\"},\"finish_reason\":\"stop\","
                "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.1,\"top_logprobs\":"
                "[{\"token\":\"a\",\"logprob\":-0.1},{\"token\":\"b\",\"logprob\":-2}]},"
                "{\"token\":\"b\",\"logprob\":-0.3}]}}],\"usage\":{\"prompt_tokens\":9,"
                "\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":4}}}");
    assert_int_equal(r.status, REPLY_OK);
    assert_true(fabs(r.confidence - exp((-0.1 - 0.3) / 2)) < 1e-12);
    assert_true(str_eq_c(r.logprobs, "[{\"token\":\"a\",\"logprob\":-0.1,\"top\":[{\"token\":\"a\","
                                     "\"logprob\":-0.1},{\"token\":\"b\",\"logprob\":-2}]},"
                                     "{\"token\":\"b\",\"logprob\":-0.3}]"));
    assert_int_equal(r.tokens_cached, 4);
    assert_int_equal(r.tokens_reasoning, -1);
    r = read_openai(a, 200, "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"no\"}}]}");
    assert_int_equal(r.status, REPLY_REFUSED);
    assert_true(str_eq_c(r.refusal, "no"));
    r = read_openai(a, 200, "{\"error\":null,\"choices\":[{\"message\":{\"content\":\"ok\"}}]}");
    assert_int_equal(r.status, REPLY_OK);
    r = read_openai(a, 400, "{\"error\":{\"message\":\"blocked\",\"code\":\"content_filter\"}}");
    assert_int_equal(r.status, REPLY_REFUSED);
    r = read_openai(a, 429, "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}");
    assert_int_equal(r.err_code, ERR_DENIED);
    r = read_openai(a, 429, "{\"error\":{\"message\":\"m\",\"type\":\"requests\"}}");
    assert_int_equal(r.err_code, ERR_PROVIDER);
    assert_true(str_eq_c(r.error, "http 429: m (requests)"));
    r = read_openai(a, 502, "<html>bad gateway</html>");
    assert_true(str_eq_c(r.error, "http 502: <html>bad gateway</html>"));
    static const char *const broken[] = {"", "{", "[]", "{}", "{\"choices\":[]}", "null",
                                         "{\"choices\":[{\"message\":{}}]}", "{\"choices\":7}"};
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        r = read_openai(a, 200, broken[i]);
        assert_int_equal(r.status, REPLY_ERROR);
        assert_int_equal(r.err_code, ERR_PROVIDER);
    }
}

static void anthropic_replies(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    static const struct call no_call;
    static const struct {
        int status;
        const char *body;
        enum reply_status want;
        const char *finish;
    } cases[] = {
        {200, "{\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"stop_reason\":\"max_tokens\"}",
         REPLY_OK, "length"},
        {200, "{\"content\":[],\"stop_reason\":\"end_turn\"}", REPLY_OK, "stop"},
        {200, "{\"content\":[],\"stop_reason\":\"refusal\"}", REPLY_REFUSED, "content_filter"},
        {200, "{\"content\":[]}", REPLY_ERROR, NULL},
        {529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}",
         REPLY_ERROR, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply r;
        reply_init(&r);
        provider_anthropic.read(&no_call, cases[i].status, str_c(cases[i].body), a, &r);
        assert_int_equal(r.status, cases[i].want);
        if (cases[i].finish)
            assert_true(str_eq_c(r.finish_reason, cases[i].finish));
    }
    struct reply r;
    reply_init(&r);
    provider_anthropic.read(&no_call, 200, STR(
        "{\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"stop_reason\":\"end_turn\",\"usage\":{"
        "\"input_tokens\":10,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":30,"
        "\"output_tokens\":5}}"), a, &r);
    assert_int_equal(r.tokens_input, 140);
    assert_int_equal(r.tokens_cached, 100);
    assert_int_equal(r.tokens_cache_write, 30);
}

static void broken_streams(void **state)
{
    (void)state;
    static const struct {
        const struct provider_ops *ops;
        const char *events; /* separated by | */
    } cases[] = {
        {&provider_openai, "{\"choices\":[{\"delta\":{\"content\":\"half\"}}]}"},
        {&provider_openai, "{\"choices\":[{\"delta\":{\"content\":\"half\"}}]}|{broken|[DONE]"},
        {&provider_openai, "{\"error\":{\"message\":\"gone\"}}|[DONE]"},
        {&provider_anthropic, "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
                              "\"text_delta\",\"text\":\"half\"}}"},
        {&provider_anthropic, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        static const struct call no_call;
        struct stream_reader *s = cases[i].ops->stream_begin(&no_call, a);
        struct str rest = str_c(cases[i].events), event;
        struct reply r;
        while (str_split(&rest, '|', &event))
            cases[i].ops->stream_event(s, (struct str){0}, event);
        cases[i].ops->stream_end(s, &r);
        assert_int_equal(r.status, REPLY_ERROR);
        assert_int_equal(r.err_code, ERR_PROVIDER);
    }
}

/* --- requests --- */

static struct model *open_model(struct arena *a, struct model_spec *spec)
{
    struct model_options o = {.env = &env, .variant = "v", .seed = 1};
    struct model *m;
    struct err e = {0};
    if (!model_open(a, spec, &o, &m, &e))
        fail_msg("%s", e.msg);
    return m;
}

static const char *request_of(struct arena *a, const struct model *m, const struct call *c,
                              const char **ret_url)
{
    struct http_request req;
    struct err e = {0};
    http_request_init(&req);
    if (!m->ops->request(m, c, &req, &e))
        fail_msg("%s", e.msg);
    const char *body = arena_strdup(a, buf_cstr(&req.body));
    *ret_url = arena_strdup(a, buf_cstr(&req.url));
    for (const struct curl_slist *l = req.headers; l; l = l->next)
        *ret_url = arena_printf(a, "%s|%s", *ret_url, l->data);
    http_request_release(&req);
    return body;
}

static void requests(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct node *n;
    struct err e = {0};
    struct call_params p;
    const char *url;
    assert_true(node_parse(a, STR("temperature: 0\nmax_tokens: 16\nstop: END\nstream: true\n"
                                  "response_format: {schema: {type: object}}\n"
                                  "tools: [{name: f, description: d, parameters: {type: object}}]\n"
                                  "tool_choice: f\nextra: {user: u}\n"), "p.yaml", &n, &e));
    assert_true(call_params_read(a, n, &p, &e));
    struct message m[] = {
        {.role = STR("system"), .content = STR("S")},
        {.role = STR("user"), .content = STR("U\n\"")},
        {.role = STR("assistant"), .tool_calls = STR("[{\"id\":\"1\",\"name\":\"f\",\"arguments\":{\"x\":2}}]")},
        {.role = STR("tool"), .content = STR("T"), .tool_call_id = STR("1")},
    };
    struct model_spec openai = {.alias = "o", .provider = "openai", .name = "gpt-x",
                                .base_url = "http://h/v1/?api-version=2"};
    struct model_spec anthropic = {.alias = "a", .provider = "anthropic", .name = "claude-x",
                                   .base_url = "http://h/v1", .key_env = "TEST_MODEL_KEY"};
    struct call c = {.model = open_model(a, &openai), .params = &p, .messages = m, .n_messages = 4};
    assert_string_equal(request_of(a, c.model, &c, &url),
        "{\"model\":\"gpt-x\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\","
        "\"content\":\"U\\n\\\"\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":"
        "\"1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":2}\"}}]},"
        "{\"role\":\"tool\",\"content\":\"T\",\"tool_call_id\":\"1\"}],\"temperature\":0,"
        "\"max_tokens\":16,\"stop\":[\"END\"],\"response_format\":{\"type\":\"json_schema\","
        "\"json_schema\":{\"name\":\"output\",\"schema\":{\"type\":\"object\"}}},\"tools\":[{\"type\":"
        "\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":"
        "\"object\"}}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
        "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"user\":\"u\"}");
    assert_string_equal(url, "http://h/v1/chat/completions?api-version=2|"
                             "Content-Type: application/json|Expect: ");
    c.model = open_model(a, &anthropic);
    setenv("TEST_MODEL_KEY", "k-123", 1);
    assert_string_equal(request_of(a, c.model, &c, &url),
        "{\"model\":\"claude-x\",\"max_tokens\":16,\"system\":\"S\",\"messages\":[{\"role\":\"user\","
        "\"content\":[{\"type\":\"text\",\"text\":\"U\\n\\\"\"}]},{\"role\":\"assistant\",\"content\":"
        "[{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"f\",\"input\":{\"x\":2}}]},{\"role\":\"user\","
        "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"1\",\"content\":\"T\"}]}],"
        "\"temperature\":0,\"stop_sequences\":[\"END\"],\"output_config\":{\"format\":{\"type\":"
        "\"json_schema\",\"schema\":{\"type\":\"object\"}}},\"tools\":[{\"name\":\"f\",\"description\":"
        "\"d\",\"input_schema\":{\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"tool\",\"name\":"
        "\"f\"},\"stream\":true,\"user\":\"u\"}");
    assert_string_equal(url, "http://h/v1/messages|Content-Type: application/json|Expect: |"
                             "x-api-key: k-123|anthropic-version: 2023-06-01");
    p.seed = 1;
    assert_false(model_check_params(c.model, &p, &e));
    assert_non_null(strstr(e.msg, "seed"));
    unsetenv("TEST_MODEL_KEY");
    struct http_request req;
    http_request_init(&req);
    p.seed = -1;
    assert_false(c.model->ops->request(c.model, &c, &req, &e));
    assert_int_equal(e.code, ERR_DENIED);
    assert_non_null(strstr(e.msg, "TEST_MODEL_KEY"));
    http_request_release(&req);
}

static void bad_params(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "temperature: 3", "temprature: 1", "max_tokens: 0", "max_tokens: many", "top_p: 2",
        "response_format: {type: xml}", "response_format: schema.txt", "tools: {a: 1}",
        "extra: [1]", "extra: {model: other}", "stop: [a, {b: c}]",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        struct node *n;
        struct err e = {0};
        struct call_params p;
        assert_true(node_parse(a, str_c(bad[i]), "p.yaml", &n, &e));
        assert_false(call_params_read(a, n, &p, &e));
        assert_int_equal(e.line, 1);
        assert_string_equal(e.file, "p.yaml");
    }
}

/* --- replay and builtin --- */

static struct reply replayed(struct arena *a, const struct model *m, const char *id, int epoch)
{
    struct call c = {.item_id = str_c(id), .epoch = epoch};
    struct reply r;
    reply_init(&r);
    m->ops->answer(m, &c, a, &r);
    return r;
}

static void remove_with_folder(void *p)
{
    char *path = p;
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
}

static const char *write_file(struct arena *a, const char *ending, const char *text)
{
    char dir[] = "/tmp/test_provider_XXXXXX";
    struct err e = {0};
    assert_non_null(mkdtemp(dir));
    const char *path = arena_printf(a, "%s/outputs%s", dir, ending);
    assert_true(file_write(path, str_c(text), &e));
    arena_defer(a, remove_with_folder, arena_strdup(a, path));
    return path;
}

static void replay(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    static const char jsonl[] =
        "\xEF\xBB\xBF{\"id\":\"a\",\"output\":\"one\",\"confidence\":0.5,\"tokens\":{\"input\":3,"
        "\"output\":1,\"cached\":2},\"latency_ms\":12,\"cost_usd\":0.25}\r\n\n"
        "{\"id\":\"a\",\"output\":\"two\"}\n{\"id\":\"b\",\"epoch\":2,\"output\":{\"k\":[1]}}\n"
        "{\"id\":\"b\",\"output\":null,\"error\":{\"message\":\"broke\"}}\n"
        "{\"id\":7,\"output\":\"\",\"refusal\":\"no\"}";
    struct model_spec spec = {.alias = "r", .provider = "replay",
                              .name = write_file(a, ".jsonl", jsonl)};
    const struct model *m = open_model(a, &spec);
    struct reply r = replayed(a, m, "a", 1);
    assert_true(str_eq_c(r.output, "one") && r.confidence == 0.5 && r.latency_ms == 12);
    assert_true(r.tokens_input == 3 && r.tokens_cached == 2 && r.cost_usd == 0.25);
    assert_true(str_eq_c(replayed(a, m, "a", 2).output, "two"));
    assert_true(str_eq_c(replayed(a, m, "b", 2).output, "{\"k\":[1]}"));
    r = replayed(a, m, "b", 1);
    assert_true(r.status == REPLY_ERROR && str_eq_c(r.error, "broke"));
    assert_int_equal(replayed(a, m, "7", 1).status, REPLY_REFUSED);
    assert_int_equal(replayed(a, m, "a", 3).err_code, ERR_NOT_FOUND);
    assert_int_equal(replayed(a, m, "c", 1).err_code, ERR_NOT_FOUND);
    struct model_spec csv = {.alias = "r", .provider = "replay", .name = write_file(a, ".csv",
        "id,output,latency_ms,tokens.input,error\na,\"x,\ny\",5.5,7,\nb,,,,broke\n")};
    m = open_model(a, &csv);
    r = replayed(a, m, "a", 1);
    assert_true(str_eq_c(r.output, "x,\ny") && r.latency_ms == 5.5 && r.tokens_input == 7);
    assert_int_equal(replayed(a, m, "b", 1).status, REPLY_ERROR);
}

static void replay_variants(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct model_options o = {.env = &env, .variant = "v2"};
    struct model *m;
    struct err e = {0};
    struct model_spec spec = {.alias = "r", .provider = "replay", .name = write_file(a, ".jsonl",
        "{\"id\":\"a\",\"output\":\"1\",\"variant\":\"v1\"}\n"
        "{\"id\":\"a\",\"output\":\"2\",\"variant\":\"v2\"}\n")};
    assert_true(model_open(a, &spec, &o, &m, &e));
    assert_true(str_eq_c(replayed(a, m, "a", 1).output, "2"));
    o.variant = "other";
    assert_false(model_open(a, &spec, &o, &m, &e));
    assert_non_null(strstr(e.msg, "2 variants: v1, v2"));
    struct node *options;
    assert_true(node_parse(a, STR("variant: v1"), "p.yaml", &options, &e));
    spec.options = options;
    assert_true(model_open(a, &spec, &o, &m, &e));
    assert_true(str_eq_c(replayed(a, m, "a", 1).output, "1"));
    spec.options = NULL;
    spec.name = write_file(a, ".jsonl", "{\"id\":\"a\",\"epoch\":1,\"output\":\"1\"}\n"
                                        "{\"id\":\"a\",\"epoch\":1,\"output\":\"2\"}\n");
    assert_false(model_open(a, &spec, &o, &m, &e));
    assert_non_null(strstr(e.msg, "there twice, first in line 1"));
}

static void names(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct model_spec spec = {.alias = "x", .provider = "opnai", .name = "m"};
    struct model_options o = {.env = &env};
    struct model *m;
    struct err e = {0};
    assert_false(model_open(a, &spec, &o, &m, &e));
    assert_string_equal(e.hint, "Did you mean \"openai\"?");
    for (const char *const *name = provider_names(); *name; name++) {
        const struct provider_ops *ops = provider_find(str_c(*name));
        assert_non_null(ops);
        assert_non_null(ops->summary);
        assert_true((ops->kind == PROVIDER_HTTP) == (ops->request != NULL));
        assert_true((ops->kind == PROVIDER_PIPE) == (ops->line != NULL));
        assert_true((ops->kind == PROVIDER_LOCAL) == (ops->answer != NULL));
        assert_true((ops->read != NULL) == (ops->kind != PROVIDER_LOCAL));
        assert_true(!ops->stream_begin == !ops->stream_event && !ops->stream_end == !ops->stream_begin);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded),        cmocka_unit_test(openai_replies),
        cmocka_unit_test(anthropic_replies), cmocka_unit_test(broken_streams),
        cmocka_unit_test(requests),        cmocka_unit_test(bad_params),
        cmocka_unit_test(replay),          cmocka_unit_test(replay_variants),
        cmocka_unit_test(names),
    };
    env_init(&env);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
