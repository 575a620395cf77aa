#pragma once

#include <stdbool.h>

#include "model/limit_headers.h"
#include "model/provider.h"

/*
 * One request to a remote model and what became of it. An attempt object is reused: its memory
 * is that of the last request, so a reply lives until the next attempt_start.
 */
struct http;
struct attempt;

enum attempt_verdict {
    ATTEMPT_FINAL,     /* the reply is what there is to say, be it an output or an error */
    ATTEMPT_THROTTLED, /* the provider is too busy for us: try later */
    ATTEMPT_FAILED,    /* broken on the way, or the provider's own failure: try again */
};

struct attempt_result {
    enum attempt_verdict verdict;
    bool timed_out;
    bool maybe_billed; /* failed, but the provider may have done the work */
    struct reply reply; /* for THROTTLED and FAILED: the error to give if nobody tries again */
    struct limit_headers limits;
};

typedef void attempt_done(void *arg, struct attempt *at, const struct attempt_result *r);

struct attempt *attempt_new(struct http *http);
void attempt_free(struct attempt *at); /* NULL is fine; a request under way is broken off */

/* Sends the call; done(arg) is called from http_wait when it has ended. False when there is no
 * request to send (bad parameters, no API key): *e says why, and trying again is no use. */
MUST_CHECK bool attempt_start(struct attempt *at, const struct call *c, double timeout_s,
                              attempt_done *done, void *arg, struct err *e);
void attempt_cancel(struct attempt *at);

/* For texts that live as long as the reply. */
struct arena *attempt_arena(struct attempt *at);
/* The request's size in bytes. */
size_t attempt_bytes(const struct attempt *at);
