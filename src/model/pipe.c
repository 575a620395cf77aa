/* Subprocesses that answer a line with a line, watched by the engine's loop; see pipe.h. */
#include "model/pipe.h"

#include <math.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "net/http.h"

struct pipe_worker {
    struct pipe_worker *next;
    struct child child;
};

struct pipe_call {
    struct http *http;
    struct pipe_pool *pool;
    struct pipe_worker *worker;
    struct http_watch *from, *errors, *to, *timer; /* to: only while there is something to send */
    int timer_fd;
    double sent;
    void (*done)(void *arg, const struct pipe_reply *r);
    void *arg;
};

static void worker_free(struct pipe_worker *w)
{
    child_stop(&w->child);
    mem_freep(&w);
}

void pipe_pool_release(struct pipe_pool *p)
{
    while (p->idle) {
        struct pipe_worker *w = p->idle;
        p->idle = w->next;
        worker_free(w);
    }
}

static void unwatch(struct pipe_call *c)
{
    struct http_watch **all[] = {&c->from, &c->errors, &c->to, &c->timer};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (*all[i])
            http_unwatch(c->http, *all[i]);
        *all[i] = NULL;
    }
    close(c->timer_fd);
}

void pipe_cancel(struct pipe_call *c)
{
    unwatch(c);
    worker_free(c->worker);
    mem_freep(&c);
}

/* The end of the call. The answer lies in the worker, so that is given back last. */
static void finish(struct pipe_call *c, const struct pipe_reply *r)
{
    unwatch(c);
    c->done(c->arg, r);
    if (r->ok) {
        c->worker->next = c->pool->idle;
        c->pool->idle = c->worker;
    } else {
        worker_free(c->worker);
    }
    mem_freep(&c);
}

static void fail(struct pipe_call *c, const struct err *e, bool timed_out)
{
    char text[sizeof e->msg + sizeof e->hint + 2];
    snprintf(text, sizeof text, "%s%s%s", e->msg, e->hint[0] ? "; " : "", e->hint);
    struct pipe_reply r = {.timed_out = timed_out, .error = text, .latency_ms = NAN};
    finish(c, &r);
}

static void on_ready(void *arg)
{
    struct pipe_call *c = arg;
    struct err e = {0};
    struct str line;
    bool done;
    if (!child_step(&c->worker->child, &line, &done, &e)) {
        fail(c, &e, false);
        return;
    }
    if (done) {
        struct pipe_reply r = {.ok = true, .line = line,
                               .latency_ms = (clock_mono() - c->sent) * 1000};
        finish(c, &r);
    } else if (c->to && !child_sending(&c->worker->child)) {
        http_unwatch(c->http, c->to);
        c->to = NULL;
    }
}

static void on_deadline(void *arg)
{
    struct err e = {0};
    err_set(&e, ERR_LIMIT, "the program did not answer in time");
    fail(arg, &e, true);
}

static bool take_worker(struct pipe_pool *pool, struct pipe_worker **ret, struct err *e)
{
    struct pipe_worker *w = pool->idle;
    if (w) {
        pool->idle = w->next;
    } else {
        w = mem_calloc(1, sizeof *w);
        if (!child_start(&w->child, &pool->options, e)) {
            mem_freep(&w);
            return false;
        }
    }
    *ret = w;
    return true;
}

static int deadline_fd(double timeout_s)
{
    struct itimerspec at = {0};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    timeout_s = fmax(timeout_s, 0.001);
    at.it_value.tv_sec = (time_t)timeout_s;
    at.it_value.tv_nsec = (long)(fmod(timeout_s, 1) * 1e9);
    if (fd >= 0)
        timerfd_settime(fd, 0, &at, NULL);
    return fd;
}

bool pipe_start(struct http *http, struct pipe_pool *pool, struct str line, double timeout_s,
                void (*done)(void *arg, const struct pipe_reply *r), void *arg,
                struct pipe_call **ret, struct err *e)
{
    struct pipe_worker *w;
    if (!take_worker(pool, &w, e))
        return false;
    int timer = deadline_fd(timeout_s);
    if (timer < 0 || !child_send(&w->child, line, e)) {
        if (timer < 0)
            err_errno(e, ERR_IO, "cannot make a timer");
        else
            close(timer);
        worker_free(w);
        return false;
    }
    struct pipe_call *c = mem_calloc(1, sizeof *c);
    *c = (struct pipe_call){.http = http, .pool = pool, .worker = w, .timer_fd = timer,
                            .sent = clock_mono(), .done = done, .arg = arg};
    c->from = http_watch_fd(http, w->child.from, false, on_ready, c);
    c->errors = http_watch_fd(http, w->child.errors, false, on_ready, c);
    c->to = http_watch_fd(http, w->child.to, true, on_ready, c);
    c->timer = http_watch_fd(http, timer, false, on_deadline, c);
    *ret = c;
    return true;
}
