#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * HTTP client: many transfers at once on one thread, by libcurl's multi interface and epoll.
 * Transfers start at once; how many there may be is the caller's business (http_limits only
 * bounds the connections). The same loop watches other descriptors (pipes to subprocesses).
 *
 * Latency is measured on the wire: from the moment the request is about to be written on an open
 * connection to the kernel's own time stamp of the last bytes received, so that a busy reader
 * does not count its own delay as the server's.
 */
struct http;
struct http_transfer;
struct curl_slist;

/* A request being built; release it after http_start. The URL and the body are copied. */
struct http_request {
    struct buf url, body;
    struct curl_slist *headers;
    bool get;          /* GET without a body; else POST */
    struct buf ca_file; /* certificates to trust instead of the system's; empty: the system's */
    double timeout_s;  /* for the whole transfer; 0: none */
    size_t max_reply;  /* bytes of the reply; 0: BUF_MAX_BODY */
};

void http_request_init(struct http_request *r);
void http_request_release(struct http_request *r); /* also for CLEANUP */
void http_request_clear(struct http_request *r);   /* for the next one; keeps the memory */
/* "Name: value". A value with a line break is ERR_INPUT. */
MUST_CHECK bool http_request_header(struct http_request *r, const char *name, const char *value,
                                    struct err *e);

struct http_reply {
    bool ok;          /* a whole reply came in, whatever its status */
    int status;
    struct str body;  /* empty when `data` took it */
    bool timed_out, stopped; /* !ok: the time limit; `data` returned false, or max_reply */
    bool began;       /* !ok: at least a part of the request may have reached the server */
    bool hopeless;    /* !ok: trying again is no use: a bad address, a certificate not trusted */
    const char *error;       /* !ok: why, in lower case */
    double latency_ms, ttfb_ms; /* see above; NaN when nothing was sent or came back */
};

struct http_handlers {
    /* One header of the final reply. NULL: not wanted. */
    void (*header)(void *arg, struct str name, struct str value);
    /* Part of the body as it comes in, `ms` after the request was sent. Returns false to break
     * off. NULL: collect it in reply.body. */
    bool (*data)(void *arg, int status, struct str bytes, double ms);
    /* Once for each transfer; `r` lives until it returns. May start the next. */
    void (*done)(void *arg, const struct http_reply *r);
};

struct http *http_new(void);
void http_free(struct http *h); /* breaks off all transfers, without their callbacks */

/* Connections kept to one host, for the concurrency wanted (default 16). */
void http_limits(struct http *h, int concurrency);

/* Starts a transfer. `handlers` and `arg` must live until done. */
struct http_transfer *http_start(struct http *h, const struct http_request *r,
                                 const struct http_handlers *handlers, void *arg);
/* Breaks off a transfer; its done is not called. */
void http_cancel(struct http *h, struct http_transfer *t);
size_t http_in_flight(const struct http *h);

/* Calls ready(arg) from http_wait whenever `fd` is readable (or writable, with for_write) or hung
 * up. One watch a descriptor. */
struct http_watch;
struct http_watch *http_watch_fd(struct http *h, int fd, bool for_write, void (*ready)(void *arg),
                                 void *arg);
void http_unwatch(struct http *h, struct http_watch *w);

/* Moves everything on: waits at most timeout_s for something to happen (0: does not wait), then
 * handles it and runs the callbacks. */
void http_wait(struct http *h, double timeout_s);

/* Ends a http_wait early. Safe in signal handlers and from other threads. */
void http_wake(struct http *h);
