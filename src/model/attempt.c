/* One HTTP request to a model: builds it, reads the reply, streamed or whole, and judges whether
 * another try makes sense. Knows nothing of queues and budgets; see attempt.h. */
#include "model/attempt.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "model/pipe.h"
#include "net/http.h"
#include "net/sse.h"
#include "spec/project.h"

enum { MAX_REPLY = 16 << 20 };

struct attempt {
    struct http *http;
    struct http_transfer *transfer; /* under way over HTTP … */
    struct pipe_call *pipe;         /* … or in a subprocess; NULL: not */
    struct http_request request;
    struct arena *arena;
    const struct call *call;
    const struct provider_ops *ops;
    attempt_done *done;
    void *arg;
    struct attempt_result result;
    double timeout_s;
    /* streaming */
    bool is_sse;
    size_t streamed; /* bytes */
    struct sse sse;
    struct buf body; /* a reply that was to be streamed but came as a whole */
    struct stream_reader *reader;
    struct err stream_error;
    double event_ms, ttft_ms;
};

static void on_event(void *arg, struct str event, struct str data)
{
    struct attempt *at = arg;
    if (at->ops->stream_event(at->reader, event, data) && isnan(at->ttft_ms))
        at->ttft_ms = at->event_ms;
}

static void on_header(void *arg, struct str name, struct str value)
{
    struct attempt *at = arg;
    limit_headers_add(&at->result.limits, name, value, clock_wall());
    if (str_ieq(name, STR("content-type")))
        at->is_sse = str_ieq(str_sub(value, 0, strlen("text/event-stream")),
                             STR("text/event-stream"));
}

static bool on_data(void *arg, int status, struct str bytes, double ms)
{
    struct attempt *at = arg;
    at->event_ms = ms;
    at->streamed += bytes.n;
    if (at->streamed > MAX_REPLY)
        return err_set(&at->stream_error, ERR_LIMIT, "the reply is larger than %d bytes",
                       MAX_REPLY);
    if (!at->is_sse || status < 200 || status > 299) {
        buf_add_str(&at->body, bytes);
        return !at->body.overflow;
    }
    if (!at->reader)
        at->reader = at->ops->stream_begin(at->call, at->arena);
    return sse_feed(&at->sse, bytes.p, bytes.n, &at->stream_error);
}

struct attempt *attempt_new(struct http *http)
{
    struct attempt *at = mem_calloc(1, sizeof *at);
    at->http = http;
    at->arena = arena_new();
    http_request_init(&at->request);
    sse_init(&at->sse, BUF_MAX_LINE, on_event, at);
    buf_init(&at->body, MAX_REPLY);
    return at;
}

void attempt_free(struct attempt *at)
{
    if (!at)
        return;
    attempt_cancel(at);
    http_request_release(&at->request);
    sse_release(&at->sse);
    buf_release(&at->body);
    arena_free(at->arena);
    mem_freep(&at);
}

void attempt_cancel(struct attempt *at)
{
    if (at->transfer)
        http_cancel(at->http, at->transfer);
    if (at->pipe)
        pipe_cancel(at->pipe);
    at->transfer = NULL;
    at->pipe = NULL;
}

struct arena *attempt_arena(struct attempt *at) { return at->arena; }
size_t attempt_bytes(const struct attempt *at) { return at->request.body.n; }

/* --- judging --- */

/* The transfer itself failed. */
static void judge_broken(struct attempt *at, const struct http_reply *h)
{
    struct attempt_result *r = &at->result;
    r->verdict = ATTEMPT_FAILED;
    r->timed_out = h->timed_out;
    r->maybe_billed = h->began;
    if (h->stopped) {
        r->verdict = ATTEMPT_FINAL;
        reply_fail(&r->reply, at->arena, ERR_LIMIT, "%s",
                   at->stream_error.msg[0] ? at->stream_error.msg : "the reply is too large");
    } else if (h->timed_out) {
        reply_fail(&r->reply, at->arena, ERR_NET, "no complete reply within %g s", at->timeout_s);
    } else {
        r->verdict = h->hopeless ? ATTEMPT_FINAL : ATTEMPT_FAILED;
        reply_fail(&r->reply, at->arena, ERR_NET, "%s", h->error);
    }
}

static void judge_status(struct attempt *at, int status)
{
    struct attempt_result *r = &at->result;
    bool final = r->reply.status == REPLY_REFUSED || r->limits.do_not_retry ||
                 (r->reply.status == REPLY_ERROR && !err_retryable(r->reply.err_code));
    r->verdict = ATTEMPT_FINAL;
    if (final || r->reply.status == REPLY_OK)
        return;
    if (status == 429 || status == 503 || status == 529)
        r->verdict = ATTEMPT_THROTTLED;
    else if (status == 408 || status == 409 || status == 425 || status >= 500)
        r->verdict = ATTEMPT_FAILED;
    else if (status >= 200 && status < 300) {
        r->verdict = ATTEMPT_FAILED; /* an unreadable or broken-off reply */
        r->maybe_billed = true;
    }
}

static void on_done(void *arg, const struct http_reply *h)
{
    struct attempt *at = arg;
    struct reply *r = &at->result.reply;
    at->transfer = NULL;
    if (h->ok) {
        struct str body = at->body.n ? buf_str(&at->body) : h->body;
        if (at->reader)
            at->ops->stream_end(at->reader, r);
        else
            at->ops->read(at->call, h->status, body, at->arena, r);
        judge_status(at, h->status);
    } else {
        judge_broken(at, h);
    }
    r->http_status = h->status;
    r->latency_ms = h->latency_ms;
    r->ttft_ms = at->ttft_ms;
    at->done(at->arg, at, &at->result);
}

/* What a program answers is final, also when it says that it failed; only one that died or was
 * too slow is asked again. */
static void on_line(void *arg, const struct pipe_reply *p)
{
    struct attempt *at = arg;
    struct reply *r = &at->result.reply;
    at->pipe = NULL;
    if (p->ok) {
        at->ops->read(at->call, 0, p->line, at->arena, r);
        at->result.verdict = ATTEMPT_FINAL;
    } else {
        reply_fail(r, at->arena, ERR_PROVIDER, "%s", p->error);
        at->result.verdict = ATTEMPT_FAILED;
        at->result.timed_out = p->timed_out;
    }
    if (isnan(r->latency_ms))
        r->latency_ms = p->latency_ms;
    at->done(at->arg, at, &at->result);
}

static bool start_pipe(struct attempt *at, const struct call *c, struct err *e)
{
    struct buf *line = &at->request.body;
    return at->ops->line(c->model, c, line, e) && buf_ok(line, "the request", e) &&
           pipe_start(at->http, c->model->state, buf_str(line), at->timeout_s, on_line, at,
                      &at->pipe, e);
}

bool attempt_start(struct attempt *at, const struct call *c, double timeout_s, attempt_done *done,
                   void *arg, struct err *e)
{
    static const struct http_handlers whole = {.header = on_header, .done = on_done};
    static const struct http_handlers streamed = {
        .header = on_header, .data = on_data, .done = on_done};
    arena_reset(at->arena);
    http_request_clear(&at->request);
    sse_reset(&at->sse);
    buf_clear(&at->body);
    at->reader = NULL;
    at->is_sse = false;
    at->streamed = 0;
    at->ttft_ms = NAN;
    at->call = c;
    at->ops = c->model->ops;
    at->done = done;
    at->arg = arg;
    at->timeout_s = timeout_s;
    at->request.timeout_s = timeout_s;
    at->request.max_reply = MAX_REPLY;
    err_clear(&at->stream_error);
    at->result = (struct attempt_result){0};
    reply_init(&at->result.reply);
    limit_headers_init(&at->result.limits);
    if (at->ops->kind == PROVIDER_PIPE)
        return start_pipe(at, c, e);
    if (!at->ops->request(c->model, c, &at->request, e) ||
        !buf_ok(&at->request.body, "the request", e) || !buf_ok(&at->request.url, "the URL", e))
        return false;
    bool stream = c->params && c->params->stream && !c->embed && at->ops->stream_begin;
    at->transfer = http_start(at->http, &at->request, stream ? &streamed : &whole, at);
    return true;
}
