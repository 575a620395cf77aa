#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/attr.h"

/*
 * The one error type. A function that can fail returns bool, is MUST_CHECK and takes a
 * `struct err *` last; on failure it fills it and returns false. The object has a fixed size so
 * that reporting an error never allocates. Each layer may put what it was doing in front
 * (err_wrap), so the user reads a chain from the file down to the cause.
 *
 * Messages: lower case, no full stop, what was found and what was expected. Hints are whole
 * sentences that say what to do next.
 */

/* code, name in JSON, exit status of the program, HTTP status of the server, may be retried */
#define ERR_CODES(X)                                                                               \
    X(ERR_NONE, "none", 0, 200, false)                                                             \
    X(ERR_USAGE, "usage", 2, 400, false)                                                           \
    X(ERR_INPUT, "input", 2, 400, false)                                                           \
    X(ERR_SPEC, "spec", 2, 400, false)                                                             \
    X(ERR_LIMIT, "limit", 2, 413, false)                                                           \
    X(ERR_STAT, "stat", 2, 400, false)                                                             \
    X(ERR_NOT_FOUND, "not_found", 2, 404, false)                                                   \
    X(ERR_DENIED, "denied", 2, 403, false)                                                         \
    X(ERR_CONFLICT, "conflict", 2, 409, false)                                                     \
    X(ERR_GRADER, "grader", 4, 500, false)                                                         \
    X(ERR_IO, "io", 4, 500, false)                                                                 \
    X(ERR_STORE, "store", 4, 500, true)                                                            \
    X(ERR_NET, "net", 4, 502, true)                                                                \
    X(ERR_PROVIDER, "provider", 4, 502, true)                                                      \
    X(ERR_INTERRUPTED, "interrupted", 4, 503, false)

enum err_code {
#define X(code, name, exit_status, http, retry) code,
    ERR_CODES(X)
#undef X
};

struct err {
    enum err_code code;
    int line, col;   /* position in the user's file, 1-based; 0: none */
    char file[256];  /* the user's file, or "" */
    char msg[1024];  /* the chain, outermost first */
    char hint[512];  /* what to do, or "" */
};

/* Sets the error and returns false, so that callers write `return err_set(e, …)`. `e` may be
 * NULL when the caller does not care why. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF(3, 4);

/* Puts "…: " in front of the message; returns false. */
bool err_wrap(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Adds the position in the user's file unless one is already known; returns false. */
bool err_at(struct err *e, const char *file, int line, int col);

/* Sets the hint; returns false. */
bool err_hint(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* err_set with the text of errno behind it: "cannot open x: No such file or directory". */
bool err_errno(struct err *e, enum err_code code, const char *fmt, ...) PRINTF(3, 4);

void err_clear(struct err *e);

const char *err_name(enum err_code code);
int err_exit_status(enum err_code code);
int err_http_status(enum err_code code);
bool err_retryable(enum err_code code);

/* "error: file:3:7: message" and "hint: …" on `f`; terminal control characters are replaced. */
void err_print(FILE *f, const struct err *e);
