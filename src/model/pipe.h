#pragma once

#include <stdbool.h>

#include "base/child.h"
#include "base/err.h"
#include "base/str.h"

/*
 * One question to one subprocess in the event loop of net/http.h. Programs are kept running
 * between questions in a pool that the model owns: a call takes an idle one, or starts one, and
 * gives it back unless it failed.
 */
struct http;

struct pipe_pool {
    struct child_options options;
    struct pipe_worker *idle;
};

void pipe_pool_release(struct pipe_pool *p); /* stops the idle programs */

struct pipe_call;

struct pipe_reply {
    bool ok, timed_out;
    struct str line;  /* valid until the callback returns */
    double latency_ms;
    const char *error; /* !ok */
};

/* Sends `line`; done(arg) comes from http_wait, also when the program did not answer within
 * timeout_s (it is then stopped). False: the program cannot be started. */
MUST_CHECK bool pipe_start(struct http *http, struct pipe_pool *pool, struct str line,
                           double timeout_s,
                           void (*done)(void *arg, const struct pipe_reply *r), void *arg,
                           struct pipe_call **ret, struct err *e);
/* Stops the program; done is not called. */
void pipe_cancel(struct pipe_call *c);
