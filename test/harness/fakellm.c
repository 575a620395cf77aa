/*
 * A model server for tests and benchmarks, on 127.0.0.1 and a free port.
 *
 *     fakellm SCRIPT.yaml [--port-file FILE] [-- COMMAND ARG…]
 *     fakellm --mock [--latency-ms L] [--reply TEXT] [--inject CODE:EVERY:TIMES]… [-- COMMAND …]
 *
 * With a script it gives the replies the script holds to exactly the requests it expects, and
 * says what differed otherwise (exit status 70). With a COMMAND it runs it, with the server's URL
 * in FAKELLM_URL, and ends with it, with its status; else it serves until SIGTERM.
 *
 *     exchanges:
 *       - expect: {path: /v1/chat/completions, headers: {authorization: Bearer k},
 *                  body: {…}, contains: text}         # each part may be left out
 *         times: 2                                     # default 1; 0: any number, also none
 *         replies:                                     # one after the other, the last repeats;
 *           - {status: 429, headers: {retry-after: 1}}     `reply:` for a single one
 *           - {content: hello}          # a whole chat completion (or message, by the path);
 *                                       # CHECK in it is the check word of a judge's request
 *           - {body: {…}}  {text: raw}  {sse: [{…}, "[DONE]"]}
 *           - {delay_ms: 50, chunk_ms: 5, drop: true, drop_after: 10}
 *
 * --mock answers with the last message's content after L ms. --inject makes one prompt in EVERY
 * (by its hash) fail its first TIMES tries (-1: all) with that status; status 0 drops the
 * connection.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "text/json.h"
#include "text/jsonw.h"
#include "text/node.h"

enum { MAX_CONNECTIONS = 65536, MAX_INJECT = 8, MISMATCH_STATUS = 70 };

/* What is to be sent, and when. */
struct answer {
    struct buf head, body;
    double delay_s, chunk_s;
    long long drop_after; /* bytes, then the connection is closed; -1: never */
};

struct connection {
    int fd;
    uint32_t generation;
    struct buf in;
    struct answer answer;
    size_t sent;
    bool busy, want_write;
};

struct timer {
    double due;
    int fd;
    uint32_t generation;
};

struct request {
    struct str method, path, head, body;
    yyjson_val *json; /* of the body, or NULL */
};

struct exchange {
    const struct node *expect, *reply, *replies;
    struct str body; /* canonical JSON, or null */
    long long times;
    long long seen;
    int line;
};

struct inject {
    int status;
    unsigned every;
    int times;
};

struct server {
    struct arena *arena;
    int epoll, listener, port;
    struct connection **connections; /* by descriptor */
    uint32_t generation;
    VEC(struct timer) timers; /* a heap on `due` */
    /* script */
    const char *script;
    struct exchange *exchanges;
    size_t n_exchanges;
    struct buf complaints;
    /* mock */
    bool mock;
    double latency_s;
    const char *fixed_reply;
    struct inject inject[MAX_INJECT];
    size_t n_inject;
    struct map tries;
};

static volatile sig_atomic_t stop_flag;
static void on_signal(int s) { stop_flag = s; }

/* --- timers --- */

static void timer_add(struct server *s, struct timer t)
{
    vec_push(&s->timers, t);
    size_t i = s->timers.n - 1;
    for (; i > 0 && s->timers.v[(i - 1) / 2].due > t.due; i = (i - 1) / 2)
        s->timers.v[i] = s->timers.v[(i - 1) / 2];
    s->timers.v[i] = t;
}

static struct timer timer_pop(struct server *s)
{
    struct timer *v = s->timers.v, top = v[0], last = v[--s->timers.n];
    size_t i = 0, n = s->timers.n;
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && v[child + 1].due < v[child].due)
            child++;
        if (v[child].due >= last.due)
            break;
        v[i] = v[child];
    }
    v[i] = last;
    return top;
}

/* --- replies --- */

static void head(struct answer *a, int status, const char *type, const char *more)
{
    buf_printf(&a->head, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n%s", status,
               status == 200 ? "OK" : "Status", type, more);
}

static void finish_head(struct answer *a, bool chunked)
{
    if (chunked)
        buf_add_c(&a->head, "Connection: close\r\n\r\n"); /* the end of the body is the end */
    else
        buf_printf(&a->head, "Content-Length: %zu\r\n\r\n", a->body.n);
}

static void chat_completion(struct jw *w, struct str model, struct str content, size_t in)
{
    jw_obj(w);
    jw_kc(w, "id", "chatcmpl-fake");
    jw_kc(w, "object", "chat.completion");
    jw_kstr(w, "model", model);
    jw_key(w, "choices");
    jw_arr(w);
    jw_obj(w);
    jw_kint(w, "index", 0);
    jw_key(w, "message");
    jw_obj(w);
    jw_kc(w, "role", "assistant");
    jw_kstr(w, "content", content);
    jw_end(w);
    jw_kc(w, "finish_reason", "stop");
    jw_end(w);
    jw_end(w);
    jw_key(w, "usage");
    jw_obj(w);
    jw_kint(w, "prompt_tokens", (int64_t)in);
    jw_kint(w, "completion_tokens", (int64_t)(content.n / 4 + 1));
    jw_end(w);
    jw_end(w);
}

static void anthropic_message(struct jw *w, struct str model, struct str content, size_t in)
{
    jw_obj(w);
    jw_kc(w, "type", "message");
    jw_kc(w, "role", "assistant");
    jw_kstr(w, "model", model);
    jw_key(w, "content");
    jw_arr(w);
    jw_obj(w);
    jw_kc(w, "type", "text");
    jw_kstr(w, "text", content);
    jw_end(w);
    jw_end(w);
    jw_kc(w, "stop_reason", "end_turn");
    jw_key(w, "usage");
    jw_obj(w);
    jw_kint(w, "input_tokens", (int64_t)in);
    jw_kint(w, "output_tokens", (int64_t)(content.n / 4 + 1));
    jw_end(w);
    jw_end(w);
}

static void whole_reply(struct answer *a, const struct request *r, struct str content)
{
    struct jw w;
    struct str model = json_get_str(r->json, "model");
    jw_init(&w, &a->body, false);
    if (str_ends_c(r->path, "/messages"))
        anthropic_message(&w, model, content, r->body.n / 4 + 1);
    else
        chat_completion(&w, model, content, r->body.n / 4 + 1);
}

static void error_reply(struct answer *a, int status, const char *more, const char *message)
{
    struct jw w;
    jw_init(&w, &a->body, false);
    jw_obj(&w);
    jw_key(&w, "error");
    jw_obj(&w);
    jw_kc(&w, "message", message);
    jw_kc(&w, "type", status == 429 ? "rate_limit_error" : "server_error");
    jw_end(&w);
    jw_end(&w);
    head(a, status, "application/json", more);
    finish_head(a, false);
}

/* --- the script --- */

static struct str header_value(struct str head_text, struct str name)
{
    struct str line;
    while (str_split(&head_text, '\n', &line)) {
        ptrdiff_t colon = str_find_char(line, ':');
        if (colon > 0 && str_ieq(str_sub(line, 0, (size_t)colon), name))
            return str_trim(str_sub(line, (size_t)colon + 1, line.n));
    }
    return (struct str){0};
}

/* NULL when the request is what the exchange expects, else what is not. */
static const char *difference(struct server *s, const struct exchange *x, const struct request *r)
{
    const struct node *path = node_get(x->expect, "path"), *h = node_get(x->expect, "headers");
    const struct node *contains = node_get(x->expect, "contains");
    if (path && !str_eq(path->text, r->path))
        return arena_printf(s->arena, "path is %.*s, expected %.*s", STR_ARG(r->path),
                            STR_ARG(path->text));
    for (size_t i = 0; h && i < h->n; i++) {
        struct str v = header_value(r->head, h->key[i]->text);
        if (!str_eq(v, h->item[i]->text))
            return arena_printf(s->arena, "header %.*s is \"%.*s\", expected \"%.*s\"",
                                STR_ARG(h->key[i]->text), STR_ARG(v), STR_ARG(h->item[i]->text));
    }
    if (contains && str_find(r->body, contains->text) < 0)
        return arena_printf(s->arena, "body does not contain \"%.*s\"", STR_ARG(contains->text));
    if (str_null(x->body))
        return NULL;
    struct str body = r->json ? json_canonical(s->arena, r->json) : r->body;
    if (str_eq(body, x->body))
        return NULL;
    return arena_printf(s->arena, "body is\n      %.*s\n    expected\n      %.*s", STR_ARG(body),
                        STR_ARG(x->body));
}

static double milliseconds(const struct node *reply, const char *key)
{
    double ms = 0;
    if (!node_get_num(reply, key, &ms, NULL))
        ms = 0;
    return ms / 1000;
}

/* The word that a judge asks to find in its verdict stands in the request as "check":"word". */
static struct str with_check_word(struct arena *a, const struct request *r, struct str content)
{
    static const char before[] = "\\\"check\\\":\\\"";
    ptrdiff_t at = str_find(content, STR("CHECK"));
    ptrdiff_t word = str_find(r->body, str_c(before));
    if (at < 0 || word < 0)
        return content;
    struct str rest = str_sub(r->body, (size_t)word + sizeof before - 1, r->body.n);
    ptrdiff_t end = str_find_char(rest, '\\');
    return arena_strf(a, "%.*s%.*s%s", (int)at, content.p, (int)end, rest.p,
                      content.p + at + 5);
}

static void write_body(struct server *s, struct answer *a, const struct request *r,
                       const struct node *reply, bool *ret_chunked)
{
    const struct node *content = node_get(reply, "content"), *body = node_get(reply, "body");
    const struct node *text = node_get(reply, "text"), *sse = node_get(reply, "sse");
    if (content)
        whole_reply(a, r, with_check_word(s->arena, r, content->text));
    else if (body)
        buf_add_str(&a->body, node_to_json(s->arena, body));
    else if (text)
        buf_add_str(&a->body, text->text);
    for (size_t i = 0; sse && i < sse->n; i++) {
        const struct node *event = sse->item[i];
        const struct node *type = node_get(event, "type");
        if (type)
            buf_printf(&a->body, "event: %.*s\n", STR_ARG(type->text));
        struct str data = event->kind == NODE_SCALAR ? event->text : node_to_json(s->arena, event);
        buf_printf(&a->body, "data: %.*s\n\n", STR_ARG(data));
    }
    *ret_chunked = sse != NULL;
}

static void script_reply(struct server *s, struct answer *a, const struct request *r,
                         const struct node *reply)
{
    long long status = 200;
    bool drop = false, is_sse = false;
    struct buf more;
    const struct node *headers = node_get(reply, "headers");
    buf_init(&more, 65536);
    for (size_t i = 0; headers && i < headers->n; i++)
        buf_printf(&more, "%.*s: %.*s\r\n", STR_ARG(headers->key[i]->text),
                   STR_ARG(headers->item[i]->text));
    if (!node_get_int(reply, "status", 100, 599, &status, NULL) ||
        !node_get_bool(reply, "drop", &drop, NULL) ||
        !node_get_int(reply, "drop_after", 0, 1 << 30, &a->drop_after, NULL))
        status = 500;
    write_body(s, a, r, reply, &is_sse);
    head(a, (int)status, is_sse ? "text/event-stream" : "application/json", buf_cstr(&more));
    finish_head(a, is_sse);
    a->delay_s = milliseconds(reply, "delay_ms");
    a->chunk_s = milliseconds(reply, "chunk_ms");
    if (drop)
        a->drop_after = 0;
    else if (is_sse && a->drop_after < 0)
        a->drop_after = 1 << 30;
    buf_release(&more);
}

static void answer_by_script(struct server *s, struct answer *a, const struct request *r)
{
    const char *nearest = "nothing more was expected";
    for (size_t i = 0; i < s->n_exchanges; i++) {
        struct exchange *x = &s->exchanges[i];
        if (x->times > 0 && x->seen >= x->times)
            continue;
        const char *why = difference(s, x, r);
        if (why) {
            nearest = arena_printf(s->arena, "%s:%d: %s", s->script, x->line, why);
            continue;
        }
        size_t at = (size_t)x->seen++;
        const struct node *reply = x->reply;
        if (x->replies && x->replies->n > 0)
            reply = x->replies->item[at < x->replies->n ? at : x->replies->n - 1];
        script_reply(s, a, r, reply);
        return;
    }
    buf_printf(&s->complaints, "fakellm: unexpected request %.*s %.*s\n  %.*s\n  nearest: %s\n",
               STR_ARG(r->method), STR_ARG(r->path), STR_ARG(r->body), nearest);
    error_reply(a, 400, "", "the script does not expect this request");
}

static void read_exchange(struct server *s, const struct node *n, struct exchange *x)
{
    static const char *const keys[] = {"expect", "times", "reply", "replies", NULL};
    static const char *const expect_keys[] = {"path", "headers", "body", "contains", NULL};
    struct err e = {0};
    const struct node *body = node_get(node_get(n, "expect"), "body");
    *x = (struct exchange){.expect = node_get(n, "expect"), .reply = node_get(n, "reply"),
                           .replies = node_get(n, "replies"), .line = n->line};
    x->times = x->replies && x->replies->n > 0 ? (long long)x->replies->n : 1;
    bool ok = node_want(n, NODE_MAP, "an exchange", &e) && node_check_keys(n, keys, &e) &&
              (!x->expect || node_check_keys(x->expect, expect_keys, &e)) &&
              node_get_int(n, "times", 0, 1 << 30, &x->times, &e);
    if (ok && body) {
        yyjson_val *v;
        ok = json_parse(s->arena, node_to_json(s->arena, body), s->script, 1, &v, &e);
        if (ok)
            x->body = json_canonical(s->arena, v);
    }
    if (!ok) {
        err_print(stderr, &e);
        exit(2);
    }
}

static void read_script(struct server *s, const char *path)
{
    struct err e = {0};
    struct node *n;
    s->script = path;
    if (!node_read(s->arena, path, &n, &e)) {
        err_print(stderr, &e);
        exit(2);
    }
    const struct node *list = node_get(n, "exchanges");
    s->n_exchanges = list ? list->n : 0;
    s->exchanges = ARENA_ARRAY(s->arena, s->n_exchanges, struct exchange);
    for (size_t i = 0; i < s->n_exchanges; i++)
        read_exchange(s, list->item[i], &s->exchanges[i]);
}

/* What was expected but did not come. True when all did. */
static bool script_is_done(struct server *s)
{
    for (size_t i = 0; i < s->n_exchanges; i++) {
        const struct exchange *x = &s->exchanges[i];
        if (x->times > 0 && x->seen < x->times)
            buf_printf(&s->complaints, "fakellm: %s:%d: %lld requests came, expected %lld\n",
                       s->script, x->line, x->seen, x->times);
    }
    fputs(buf_cstr(&s->complaints), stderr);
    return s->complaints.n == 0;
}

/* --- the mock --- */

static int *tries_of(struct server *s, uint64_t h)
{
    char name[24];
    int n = snprintf(name, sizeof name, "%016llx", (unsigned long long)h);
    bool fresh;
    struct map_entry *entry = map_entry(&s->tries, (struct str){name, (size_t)n}, &fresh);
    if (fresh) {
        entry->key = (struct str){arena_strdup(s->arena, name), (size_t)n};
        entry->value = ARENA_NEW(s->arena, int);
    }
    return entry->value;
}

static bool injected(struct server *s, struct answer *a, struct str content)
{
    if (s->n_inject == 0)
        return false;
    uint64_t h = hash64(content.p, content.n, 1);
    int tries = (*tries_of(s, h))++;
    for (size_t i = 0; i < s->n_inject; i++) {
        const struct inject *in = &s->inject[i];
        if (hash64(&h, sizeof h, i + 2) % in->every != 0 || (in->times >= 0 && tries >= in->times))
            continue;
        if (in->status == 0) {
            a->drop_after = 0;
            return true;
        }
        error_reply(a, in->status, "", "injected");
        return true;
    }
    return false;
}

static void answer_by_mock(struct server *s, struct answer *a, const struct request *r)
{
    yyjson_val *last = yyjson_arr_get_last(json_get(r->json, "messages"));
    struct str content = json_get_str(last, "content");
    a->delay_s = s->latency_s;
    if (injected(s, a, content))
        return;
    whole_reply(a, r, s->fixed_reply ? str_c(s->fixed_reply) : content);
    head(a, 200, "application/json", "");
    finish_head(a, false);
}

/* --- connections --- */

static void close_connection(struct server *s, struct connection *c)
{
    close(c->fd);
    s->connections[c->fd] = NULL;
    buf_release(&c->in);
    buf_release(&c->answer.head);
    buf_release(&c->answer.body);
    mem_freep(&c);
}

static void watch(struct server *s, struct connection *c, bool for_write)
{
    if (c->want_write == for_write)
        return;
    struct epoll_event ev = {.events = EPOLLIN | (for_write ? EPOLLOUT : 0), .data = {.fd = c->fd}};
    epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &ev);
    c->want_write = for_write;
}

/* The next piece to send: with chunk_ms one byte range between blank lines at a time. */
static struct str next_piece(struct connection *c)
{
    struct answer *a = &c->answer;
    size_t total = a->head.n + a->body.n, limit = total;
    if (a->drop_after >= 0 && a->head.n + (size_t)a->drop_after < limit)
        limit = a->drop_after == 0 ? 0 : a->head.n + (size_t)a->drop_after;
    if (c->sent >= limit)
        return (struct str){0};
    if (c->sent < a->head.n)
        return str_sub(buf_str(&a->head), c->sent, a->head.n);
    struct str rest = str_sub(buf_str(&a->body), c->sent - a->head.n, limit - c->sent);
    ptrdiff_t end = a->chunk_s > 0 ? str_find(rest, STR("\n\n")) : -1;
    return end < 0 ? rest : str_sub(rest, 0, (size_t)end + 2);
}

static void serve(struct server *s, struct connection *c);

static void wait_for(struct server *s, struct connection *c, double seconds)
{
    timer_add(s, (struct timer){clock_mono() + seconds, c->fd, c->generation});
}

static void send_some(struct server *s, struct connection *c)
{
    for (;;) {
        struct str piece = next_piece(c);
        if (piece.n == 0)
            break;
        bool last = c->sent + piece.n >= c->answer.head.n + c->answer.body.n;
        ssize_t n = send(c->fd, piece.p, piece.n, MSG_NOSIGNAL | (last ? 0 : MSG_MORE));
        if (n < 0 && errno == EAGAIN) {
            watch(s, c, true);
            return;
        }
        if (n < 0) {
            close_connection(s, c);
            return;
        }
        bool in_body = c->sent >= c->answer.head.n;
        c->sent += (size_t)n;
        if (in_body && c->answer.chunk_s > 0 && (size_t)n == piece.n && next_piece(c).n > 0) {
            wait_for(s, c, c->answer.chunk_s);
            return;
        }
    }
    watch(s, c, false);
    c->busy = false;
    if (c->answer.drop_after >= 0) {
        close_connection(s, c);
        return;
    }
    serve(s, c);
}

/* True when a whole request is in c->in; *ret_size is its length. */
static bool read_request(struct connection *c, struct request *r, size_t *ret_size)
{
    struct str in = buf_str(&c->in);
    ptrdiff_t end = str_find(in, STR("\r\n\r\n"));
    if (end < 0)
        return false;
    r->head = str_sub(in, 0, (size_t)end);
    struct str line = r->head;
    ptrdiff_t eol = str_find(r->head, STR("\r\n"));
    if (eol >= 0)
        line = str_sub(line, 0, (size_t)eol);
    long long length = 0;
    struct str value = header_value(r->head, STR("content-length"));
    if (!str_null(value) && !str_long(value, &length))
        length = 0;
    *ret_size = (size_t)end + 4 + (size_t)length;
    if (length < 0 || in.n < *ret_size)
        return false;
    str_split(&line, ' ', &r->method);
    str_split(&line, ' ', &r->path);
    r->body = str_sub(in, (size_t)end + 4, (size_t)length);
    return true;
}

static void answer_request(struct server *s, struct connection *c, struct request *r)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    if (r->body.n > 0 && !json_parse_lax(a, r->body, "request", 1, &r->json, NULL))
        r->json = NULL;
    buf_clear(&c->answer.head);
    buf_clear(&c->answer.body);
    c->answer.delay_s = c->answer.chunk_s = 0;
    c->answer.drop_after = -1;
    if (s->mock)
        answer_by_mock(s, &c->answer, r);
    else
        answer_by_script(s, &c->answer, r);
}

static void serve(struct server *s, struct connection *c)
{
    struct request r = {0};
    size_t size;
    if (c->busy || !read_request(c, &r, &size))
        return;
    answer_request(s, c, &r);
    memmove(c->in.p, c->in.p + size, c->in.n - size);
    c->in.n -= size;
    c->busy = true;
    c->sent = 0;
    if (c->answer.delay_s > 0)
        wait_for(s, c, c->answer.delay_s);
    else
        send_some(s, c);
}

static void on_readable(struct server *s, struct connection *c)
{
    char chunk[65536];
    for (;;) {
        ssize_t n = recv(c->fd, chunk, sizeof chunk, 0);
        if (n < 0 && errno == EAGAIN)
            break;
        if (n <= 0) {
            close_connection(s, c);
            return;
        }
        buf_add(&c->in, chunk, (size_t)n);
        if ((size_t)n < sizeof chunk)
            break;
    }
    serve(s, c);
}

static void accept_all(struct server *s)
{
    int fd, on = 1;
    while ((fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= MAX_CONNECTIONS) {
            close(fd);
            return;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = mem_calloc(1, sizeof *c);
        c->fd = fd;
        c->generation = ++s->generation;
        buf_init(&c->in, BUF_MAX_BODY);
        buf_init(&c->answer.head, 1 << 20);
        buf_init(&c->answer.body, BUF_MAX_BODY);
        s->connections[fd] = c;
        struct epoll_event ev = {.events = EPOLLIN, .data = {.fd = fd}};
        epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev);
    }
}

static void run_timers(struct server *s)
{
    double now = clock_mono();
    while (s->timers.n > 0 && s->timers.v[0].due <= now) {
        struct timer t = timer_pop(s);
        struct connection *c = s->connections[t.fd];
        if (!c || c->generation != t.generation)
            continue;
        send_some(s, c);
    }
}

static void loop(struct server *s, pid_t child, int *ret_status)
{
    struct epoll_event ev[256];
    double next_look = 0; /* at the child */
    for (;;) {
        int status;
        double wait_s = child ? 0.02 : 0.2;
        if (stop_flag == SIGTERM || stop_flag == SIGINT)
            return;
        if (child && clock_mono() >= next_look) {
            next_look = clock_mono() + 0.02;
            if (waitpid(child, &status, WNOHANG) == child) {
                *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
                return;
            }
        }
        if (s->timers.n > 0) {
            double left = s->timers.v[0].due - clock_mono();
            wait_s = left < 0 ? 0 : left < wait_s ? left : wait_s;
        }
        struct timespec wait = {.tv_nsec = (long)(wait_s * 1e9)};
        int n = epoll_pwait2(s->epoll, ev, 256, &wait, NULL);
        for (int i = 0; i < n; i++) {
            if (ev[i].data.fd == s->listener) {
                accept_all(s);
                continue;
            }
            struct connection *c = s->connections[ev[i].data.fd];
            if (c && (ev[i].events & EPOLLOUT))
                send_some(s, c);
            else if (c)
                on_readable(s, c);
        }
        run_timers(s);
    }
}

/* --- main --- */

static void open_listener(struct server *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&at, size) < 0 ||
        listen(s->listener, 4096) < 0 ||
        getsockname(s->listener, (struct sockaddr *)&at, &size) < 0) {
        perror("fakellm");
        exit(2);
    }
    s->port = ntohs(at.sin_port);
    struct epoll_event ev = {.events = EPOLLIN, .data = {.fd = s->listener}};
    epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &ev);
}

static pid_t start_command(struct server *s, char **argv)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", s->port);
    pid_t child = fork();
    if (child == 0) {
        setenv("FAKELLM_URL", url, 1);
        execvp(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    return child;
}

static void take_option(struct server *s, const char *name, const char *value, const char **port)
{
    struct inject in;
    if (strcmp(name, "--port-file") == 0)
        *port = value;
    else if (strcmp(name, "--reply") == 0)
        s->fixed_reply = value;
    else if (strcmp(name, "--latency-ms") == 0)
        s->latency_s = strtod(value, NULL) / 1000;
    else if (strcmp(name, "--inject") == 0 && s->n_inject < MAX_INJECT &&
             sscanf(value, "%d:%u:%d", &in.status, &in.every, &in.times) == 3 && in.every > 0)
        s->inject[s->n_inject++] = in;
    else {
        fprintf(stderr, "fakellm: bad option %s %s\n", name, value);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct server s = {.arena = arena_new()};
    const char *port_file = NULL;
    int i = 1, status = 0;
    struct rlimit files;
    buf_init(&s.complaints, 1 << 20);
    s.connections = mem_calloc(MAX_CONNECTIONS, sizeof(struct connection *));
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--mock") == 0)
            s.mock = true;
        else if (argv[i][0] != '-')
            read_script(&s, argv[i]);
        else if (i + 1 < argc)
            take_option(&s, argv[i], argv[i + 1], &port_file), i++;
    }
    if (!s.mock && !s.script) {
        fputs("usage: fakellm SCRIPT | --mock [OPTIONS] [-- COMMAND]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_signal);
    signal(SIGINT, on_signal);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    open_listener(&s);
    if (port_file) {
        struct err e;
        if (!file_write(port_file, arena_strf(s.arena, "%d\n", s.port), &e)) {
            err_print(stderr, &e);
            return 2;
        }
    }
    pid_t child = i + 1 < argc ? start_command(&s, argv + i + 1) : 0;
    if (!child && !port_file) {
        printf("http://127.0.0.1:%d\n", s.port);
        fflush(stdout);
    }
    loop(&s, child, &status);
    if (!s.mock && !script_is_done(&s))
        status = MISMATCH_STATUS;
    for (int fd = 0; fd < MAX_CONNECTIONS; fd++)
        if (s.connections[fd])
            close_connection(&s, s.connections[fd]);
    vec_free(&s.timers);
    map_release(&s.tries);
    buf_release(&s.complaints);
    mem_freep(&s.connections);
    arena_free(s.arena);
    return status;
}
