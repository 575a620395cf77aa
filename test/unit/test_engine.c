/* The engine against the scripted server: what is retried, what is not, limits, budget, stopping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/vec.h"
#include "model/engine.h"
#include "net/http.h"
#include "spec/project.h"
#include "text/json.h"

static struct env env;
static char dir[] = "/tmp/test_engine_XXXXXX";

/* --- the server --- */

struct server {
    pid_t pid;
    char url[64];
};

/* Starts fakellm, which lies beside us in the build tree, on the script (or with these options). */
static void start_server(struct server *s, const char *script, const char *const *options)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    char self[512];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = '\0';
    *strrchr(self, '/') = '\0';
    char *program = arena_printf(a, "%s/../harness/fakellm", self);
    char *port = arena_printf(a, "%s/port", dir), *path = arena_printf(a, "%s/script.yaml", dir);
    const char *argv[16] = {program, "--port-file", port};
    size_t argc = 3;
    struct err e = {0};
    struct str text = {0};
    unlink(port);
    if (script) {
        assert_true(file_write(path, str_c(script), &e));
        argv[argc++] = path;
    }
    while (options && *options)
        argv[argc++] = *options++;
    s->pid = fork();
    if (s->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a failed test leaves no server behind */
        char *args[16] = {NULL};
        for (size_t i = 0; i < argc; i++)
            args[i] = arena_strdup(a, argv[i]);
        execv(program, args);
        _exit(127);
    }
    for (int i = 0; i < 500 && !file_exists(port); i++)
        usleep(10000);
    if (!file_read(a, port, 100, &text, &e))
        fail_msg("%s", e.msg);
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%.*s/v1", STR_ARG(str_trim(text)));
}

/* Ends the server; its script must have been followed to the letter. */
static void stop_server(struct server *s)
{
    int status = 0;
    kill(s->pid, SIGTERM);
    assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* --- calls --- */

struct got {
    enum reply_status status;
    enum err_code code;
    int attempts, http_status;
    char text[512]; /* output, or the error */
    double latency, ttft, queued, retry_wait, cost;
};

struct rig {
    struct arena *a;
    struct model *m;
    struct engine *e;
    struct call_params params;
    VEC(struct got) got;
};

static void rig_open(struct rig *r, struct model_spec *spec, struct engine_options *o)
{
    struct model_options mo = {.env = &env};
    struct err e = {0};
    *r = (struct rig){.a = arena_new()};
    call_params_init(&r->params);
    o->env = &env;
    if (!model_open(r->a, spec, &mo, &r->m, &e))
        fail_msg("%s", e.msg);
    r->e = engine_new(o);
}

static void rig_close(struct rig *r)
{
    engine_free(r->e);
    arena_free(r->a);
    vec_free(&r->got);
}

static void keep(void *arg, const struct call *c, const struct reply *r)
{
    struct rig *rig = arg;
    struct got g = {.status = r->status, .code = r->err_code, .attempts = r->attempts,
                    .http_status = r->http_status, .latency = r->latency_ms, .ttft = r->ttft_ms,
                    .queued = r->queued_ms, .retry_wait = r->retry_wait_ms, .cost = r->cost_usd};
    struct str text = r->status == REPLY_OK ? r->output : r->error;
    (void)c;
    snprintf(g.text, sizeof g.text, "%.*s", STR_ARG(text));
    vec_push(&rig->got, g);
}

static struct call *ask(struct rig *r, const char *text)
{
    struct message *m = ARENA_NEW(r->a, struct message);
    struct call *c = ARENA_NEW(r->a, struct call);
    *m = (struct message){.role = STR("user"), .content = str_c(text)};
    *c = (struct call){.model = r->m, .params = &r->params, .messages = m, .n_messages = 1};
    return c;
}

static struct got one(struct rig *r, const char *text)
{
    r->got.n = 0;
    engine_submit(r->e, ask(r, text), keep, r);
    engine_run(r->e);
    assert_int_equal(r->got.n, 1);
    return r->got.v[0];
}

static struct model_spec spec_for(const char *url)
{
    return (struct model_spec){.alias = "m", .provider = "openai", .name = "test-model",
                               .base_url = url, .key = {"k"}};
}

static const char script[] =
    "exchanges:\n"
    "- {expect: {path: /v1/chat/completions, body: {model: test-model, messages: [{role: user, "
    "content: exact}]}}, reply: {content: yes}}\n"
    "- {expect: {contains: throttled}, replies: [{status: 429, headers: {retry-after-ms: 20}, "
    "body: {error: {message: slow}}}, {content: later}]}\n"
    "- {expect: {contains: failing}, replies: [{status: 500, text: oops}, {drop: true}, "
    "{drop_after: 10, content: cut short}, {text: \"{broken\"}, {content: at last}]}\n"
    "- {expect: {contains: forbidden, headers: {authorization: Bearer sk-test-123}}, reply: {status: "
    "401, body: {error: {message: 'bad key sk-test-123 given'}}}}\n"
    "- {expect: {contains: filtered}, reply: {status: 400, body: {error: {message: no, code: "
    "content_filter}}}}\n"
    "- {expect: {contains: wrong}, reply: {status: 400, body: {error: {message: wrong}}}}\n"
    "- {expect: {contains: patience}, reply: {status: 429, headers: {retry-after: 3600}, body: "
    "{error: {message: come back}}}}\n"
    "- {expect: {contains: slow}, times: 2, reply: {content: late, delay_ms: 2000}}\n";

static void replies_and_retries(void **state)
{
    (void)state;
    struct server s;
    struct rig r;
    start_server(&s, script, NULL);
    struct model_spec spec = spec_for(s.url);
    struct engine_options o = {0};
    setenv("TEST_ENGINE_KEY", "sk-test-123", 1);
    spec.key_env = "TEST_ENGINE_KEY";
    rig_open(&r, &spec, &o);
    struct got g = one(&r, "exact");
    assert_int_equal(g.status, REPLY_OK);
    assert_string_equal(g.text, "yes");
    assert_true(g.attempts == 1 && g.http_status == 200 && g.latency >= 0 && g.retry_wait == 0);
    assert_true(isnan(g.cost)); /* no price known */
    g = one(&r, "throttled");
    assert_string_equal(g.text, "later");
    assert_true(g.attempts == 2 && g.retry_wait >= 20);
    g = one(&r, "failing");
    assert_string_equal(g.text, "at last");
    assert_int_equal(g.attempts, 5);
    g = one(&r, "forbidden");
    assert_true(g.status == REPLY_ERROR && g.code == ERR_DENIED && g.attempts == 1);
    assert_string_equal(g.text, "http 401: bad key [redacted] given");
    g = one(&r, "filtered");
    assert_true(g.status == REPLY_REFUSED && g.attempts == 1);
    g = one(&r, "wrong");
    assert_true(g.status == REPLY_ERROR && g.code == ERR_INPUT && g.attempts == 1);
    g = one(&r, "patience"); /* asked to wait longer than we may */
    assert_true(g.status == REPLY_ERROR && g.attempts == 1);
    assert_non_null(strstr(g.text, "come back"));
    struct call *c = ask(&r, "slow");
    c->timeout_s = 0.1;
    r.got.n = 0;
    engine_submit(r.e, c, keep, &r);
    engine_run(r.e);
    assert_int_equal(r.got.v[0].status, REPLY_ERROR);
    assert_int_equal(r.got.v[0].attempts, 2); /* a second try, no third */
    assert_non_null(strstr(r.got.v[0].text, "no complete reply within 0.1 s"));
    struct engine_totals t;
    engine_totals(r.e, &t);
    assert_true(t.submitted == 8 && t.ok == 3 && t.refused == 1 && t.errors == 4);
    assert_true(t.retries == 6 && t.throttled == 2);
    rig_close(&r);
    stop_server(&s);
}

static void streams(void **state)
{
    (void)state;
    static const char streamed[] =
        "exchanges:\n"
        "- {expect: {contains: good}, reply: {chunk_ms: 1, sse: [{choices: [{delta: {content: ''}}]}, "
        "{choices: [{delta: {content: Hel}}]}, {choices: [{delta: {content: lo}, finish_reason: stop}]}, "
        "{choices: [], usage: {prompt_tokens: 5, completion_tokens: 2}}, '[DONE]']}}\n"
        "- {expect: {contains: broken}, replies: [{sse: [{choices: [{delta: {content: Hel}}]}]}, {sse: "
        "['{nonsense']}, {sse: [{error: {message: gone}}]}, {content: whole after all}]}\n";
    struct server s;
    struct rig r;
    start_server(&s, streamed, NULL);
    struct model_spec spec = spec_for(s.url);
    spec.price = (struct model_price){.known = true, .input = 1, .output = 2, .cached = 1};
    struct engine_options o = {0};
    rig_open(&r, &spec, &o);
    r.params.stream = true;
    struct got g = one(&r, "good");
    assert_string_equal(g.text, "Hello");
    assert_true(g.ttft > 0 && g.ttft <= g.latency);
    assert_true(fabs(g.cost - (5 * 1 + 2 * 2) / 1e6) < 1e-15);
    g = one(&r, "broken");
    assert_string_equal(g.text, "whole after all");
    assert_int_equal(g.attempts, 4);
    rig_close(&r);
    stop_server(&s);
}

/* Every request is refused for ever: all calls end as errors that say so. */
static void permanently_throttled(void **state)
{
    (void)state;
    static const char *const options[] = {"--mock", "--inject", "429:1:-1", NULL};
    struct server s;
    struct rig r;
    start_server(&s, NULL, options);
    struct model_spec spec = spec_for(s.url);
    struct engine_options o = {.max_retry_s = 0.3, .max_attempts = 50};
    rig_open(&r, &spec, &o);
    for (int i = 0; i < 100; i++)
        engine_submit(r.e, ask(&r, arena_printf(r.a, "number %d", i)), keep, &r);
    engine_run(r.e);
    assert_int_equal(r.got.n, 100);
    for (size_t i = 0; i < r.got.n; i++) {
        assert_int_equal(r.got.v[i].status, REPLY_ERROR);
        assert_non_null(strstr(r.got.v[i].text, "http 429: injected"));
    }
    rig_close(&r);
    stop_server(&s);
}

static void some_fail_once(void **state)
{
    (void)state;
    static const char *const options[] = {"--mock", "--inject", "429:4:1", "--inject", "500:4:2",
                                          "--inject", "0:4:1", NULL};
    struct server s;
    struct rig r;
    start_server(&s, NULL, options);
    struct model_spec spec = spec_for(s.url);
    struct engine_options o = {0};
    rig_open(&r, &spec, &o);
    for (int i = 0; i < 200; i++)
        engine_submit(r.e, ask(&r, arena_printf(r.a, "number %d", i)), keep, &r);
    engine_run(r.e);
    struct engine_totals t;
    engine_totals(r.e, &t);
    assert_int_equal(t.ok, 200);
    assert_true(t.retries > 50 && t.throttled > 20);
    assert_int_equal(t.attempts, 200 + t.retries);
    rig_close(&r);
    stop_server(&s);
}

static void nobody_there(void **state)
{
    (void)state;
    struct rig r;
    struct model_spec spec = spec_for("http://127.0.0.1:1/v1");
    struct engine_options o = {.max_attempts = 2};
    rig_open(&r, &spec, &o);
    struct got g = one(&r, "hello?");
    assert_true(g.status == REPLY_ERROR && g.code == ERR_NET && g.attempts == 2);
    assert_non_null(strstr(g.text, "gave up after 2 attempts"));
    rig_close(&r);
}

/* The limit holds whatever comes back: nothing is sent that could pass it. */
static void spending_limit(void **state)
{
    (void)state;
    static const char *const options[] = {"--mock", "--latency-ms", "2", NULL};
    struct server s;
    struct rig r;
    start_server(&s, NULL, options);
    struct model_spec spec = spec_for(s.url);
    struct engine_options o = {.max_cost_usd = 0.02};
    spec.price = (struct model_price){.known = true, .input = 10, .output = 10, .cached = 10};
    rig_open(&r, &spec, &o);
    r.params.max_tokens = 100;
    for (int i = 0; i < 200; i++)
        engine_submit(r.e, ask(&r, "twenty characters or"), keep, &r);
    engine_run(r.e);
    struct engine_totals t;
    engine_totals(r.e, &t);
    assert_int_equal(r.got.n, 200);
    assert_true(t.cost_stopped && t.ok > 20 && t.skipped > 20 && t.ok + t.skipped == 200);
    assert_true(t.cost_usd > 0.018 && t.cost_usd <= 0.02);
    rig_close(&r);
    spec.price.known = false;
    rig_open(&r, &spec, &o);
    struct got g = one(&r, "no price");
    assert_true(g.status == REPLY_ERROR && g.code == ERR_SPEC && g.attempts == 0);
    rig_close(&r);
    stop_server(&s);
}

static void drain_after_five(void *arg, const struct call *c, const struct reply *r)
{
    struct rig *rig = arg;
    keep(arg, c, r);
    if (rig->got.n == 5)
        engine_drain(rig->e);
}

static void stop_after_five(void *arg, const struct call *c, const struct reply *r)
{
    struct rig *rig = arg;
    keep(arg, c, r);
    if (rig->got.n == 5)
        engine_stop(rig->e);
}

static void stopping(void **state)
{
    (void)state;
    static const char *const options[] = {"--mock", "--latency-ms", "20", NULL};
    struct server s;
    start_server(&s, NULL, options);
    for (int hard = 0; hard < 2; hard++) {
        struct rig r;
        struct model_spec spec = spec_for(s.url);
        spec.limits.concurrency = 4;
        struct engine_options o = {0};
        rig_open(&r, &spec, &o);
        for (int i = 0; i < 50; i++)
            engine_submit(r.e, ask(&r, "x"), hard ? stop_after_five : drain_after_five, &r);
        engine_run(r.e);
        struct engine_totals t;
        engine_totals(r.e, &t);
        assert_int_equal(r.got.n, 50);
        assert_true(t.ok >= 5 && t.ok <= 12 && t.ok + t.skipped == 50 && t.in_flight == 0);
        for (size_t i = 0; i < r.got.n; i++)
            if (r.got.v[i].status == REPLY_SKIPPED)
                assert_int_equal(r.got.v[i].code, ERR_INTERRUPTED);
        rig_close(&r);
    }
    stop_server(&s);
}

/* Calls that callbacks and the feeder submit are run too; limits on connections hold. */
struct feeding {
    struct rig *r;
    int left;
};

static void ask_again(void *arg, const struct call *c, const struct reply *r)
{
    struct rig *rig = arg;
    keep(arg, c, r);
    engine_submit(rig->e, ask(rig, "a second opinion"), keep, rig);
}

static bool feed(void *arg, struct engine *e)
{
    struct feeding *f = arg;
    if (f->left == 0)
        return false;
    f->left--;
    engine_submit(e, ask(f->r, arena_printf(f->r->a, "number %d", f->left)), ask_again, f->r);
    return true;
}

static void fed(void **state)
{
    (void)state;
    static const char *const options[] = {"--mock", "--latency-ms", "3", NULL};
    struct server s;
    struct rig r;
    start_server(&s, NULL, options);
    struct model_spec spec = spec_for(s.url);
    spec.limits.concurrency = 8;
    struct engine_options o = {.queue_target = 5};
    rig_open(&r, &spec, &o);
    struct feeding f = {&r, 300};
    engine_feed(r.e, feed, &f);
    engine_run(r.e);
    assert_int_equal(r.got.n, 600);
    for (size_t i = 0; i < r.got.n; i++) {
        assert_int_equal(r.got.v[i].status, REPLY_OK);
        assert_true(r.got.v[i].latency > 0 && r.got.v[i].queued >= 0);
    }
    rig_close(&r);
    stop_server(&s);
}

static void embeddings(void **state)
{
    (void)state;
    static const char embed[] =
        "exchanges:\n"
        "- {expect: {path: /v1/embeddings, body: {model: test-model, input: [a, b], encoding_format: "
        "float}}, reply: {body: {data: [{index: 1, embedding: [3, 4]}, {index: 0, embedding: [1, "
        "2]}], usage: {prompt_tokens: 2}}}}\n"
        "- {expect: {path: /v1/embeddings}, reply: {body: {data: [{index: 0, embedding: [1]}]}}}\n";
    struct server s;
    struct rig r;
    start_server(&s, embed, NULL);
    struct model_spec spec = spec_for(s.url);
    struct engine_options o = {.max_attempts = 1};
    rig_open(&r, &spec, &o);
    const struct str texts[] = {STR("a"), STR("b")};
    struct call c = {.model = r.m, .embed = texts, .n_embed = 2};
    engine_submit(r.e, &c, keep, &r);
    engine_run(r.e);
    assert_int_equal(r.got.v[0].status, REPLY_OK);
    engine_submit(r.e, &c, keep, &r);
    engine_run(r.e);
    assert_int_equal(r.got.v[1].status, REPLY_ERROR);
    assert_non_null(strstr(r.got.v[1].text, "1 embeddings of 1 numbers for 2 texts"));
    rig_close(&r);
    stop_server(&s);
}

static void too_large(void *arg, const struct http_reply *r)
{
    assert_true(!r->ok && r->stopped);
    assert_string_equal(r->error, "the reply is larger than allowed");
    *(bool *)arg = true;
}

static void bounded(void **state)
{
    (void)state;
    static const char *const options[] = {"--mock", "--reply", "more than ten bytes", NULL};
    static const struct http_handlers handlers = {.done = too_large};
    struct server s;
    struct http_request req;
    bool done = false;
    start_server(&s, NULL, options);
    struct http *http = http_new();
    http_request_init(&req);
    req.max_reply = 10;
    buf_printf(&req.url, "%s/chat/completions", s.url);
    buf_add_c(&req.body, "{}");
    http_start(http, &req, &handlers, &done);
    while (http_in_flight(http) > 0)
        http_wait(http, 1);
    assert_true(done);
    http_request_release(&req);
    http_free(http);
    stop_server(&s);
}

/* --- local models and programs --- */

static void in_order(void *arg, const struct call *c, const struct reply *r)
{
    struct rig *rig = arg;
    assert_int_equal(c->epoch, (int)rig->got.n);
    keep(arg, c, r);
}

static void local_models(void **state)
{
    (void)state;
    struct rig r;
    struct model_spec spec = {.alias = "e", .provider = "builtin", .name = "echo", .key = {"e"}};
    struct engine_options o = {0};
    rig_open(&r, &spec, &o);
    enum { N = 10000 };
    struct call *calls = ARENA_ARRAY(r.a, N, struct call);
    for (int i = 0; i < N; i++) {
        struct err e = {0};
        calls[i] = (struct call){.model = r.m, .epoch = i};
        assert_true(json_parse(r.a, arena_strf(r.a, "{\"text\":\"item %d\"}", i), "x", 1,
                               &calls[i].input, &e));
        engine_submit(r.e, &calls[i], in_order, &r);
    }
    engine_run(r.e);
    assert_int_equal(r.got.n, N);
    assert_string_equal(r.got.v[4321].text, "item 4321");
    assert_true(r.got.v[0].cost == 0);
    rig_close(&r);
}

static void programs(void **state)
{
    (void)state;
    struct rig r;
    struct err e = {0};
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/model.sh", dir);
    assert_true(file_write(path, STR("#!/bin/sh\nwhile read -r line; do\n case $line in\n"
                                     " *crash*) echo dying >&2; exit 3;;\n *sleep*) sleep 5;;\n"
                                     " *nonsense*) echo nonsense;;\n"
                                     " *) echo '{\"output\": \"fine\", \"confidence\": 0.5}';;\n"
                                     " esac\ndone\n"), &e));
    chmod(path, 0755);
    struct model_spec spec = {.alias = "p", .provider = "exec", .name = path, .key = {"p"}};
    struct engine_options o = {.max_attempts = 2, .timeout_s = 10};
    rig_open(&r, &spec, &o);
    assert_string_equal(one(&r, "hello").text, "fine");
    struct got g = one(&r, "crash");
    assert_true(g.status == REPLY_ERROR && g.attempts == 2);
    assert_non_null(strstr(g.text, "status 3"));
    assert_non_null(strstr(g.text, "dying"));
    g = one(&r, "nonsense");
    assert_true(g.status == REPLY_ERROR && g.attempts == 1);
    struct call *c = ask(&r, "sleep");
    c->timeout_s = 0.1;
    r.got.n = 0;
    engine_submit(r.e, c, keep, &r);
    engine_run(r.e);
    assert_non_null(strstr(r.got.v[0].text, "did not answer in time"));
    assert_string_equal(one(&r, "hello again").text, "fine");
    for (int i = 0; i < 200; i++)
        engine_submit(r.e, ask(&r, "many"), keep, &r);
    r.got.n = 0;
    engine_run(r.e);
    for (size_t i = 0; i < 200; i++)
        assert_string_equal(r.got.v[i].text, "fine");
    rig_close(&r);
    spec.name = "/no/such/program --x";
    rig_open(&r, &spec, &o);
    g = one(&r, "hello");
    assert_true(g.status == REPLY_ERROR && g.code == ERR_NOT_FOUND);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_and_retries), cmocka_unit_test(streams),
        cmocka_unit_test(permanently_throttled), cmocka_unit_test(some_fail_once),
        cmocka_unit_test(nobody_there), cmocka_unit_test(spending_limit),
        cmocka_unit_test(stopping), cmocka_unit_test(fed), cmocka_unit_test(embeddings),
        cmocka_unit_test(bounded),
        cmocka_unit_test(local_models), cmocka_unit_test(programs),
    };
    env_init(&env);
    if (!mkdtemp(dir))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    static const char *const files[] = {"port", "script.yaml", "model.sh"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        unlink(path);
    }
    rmdir(dir);
    return failed;
}
