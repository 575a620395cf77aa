#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * A program of the user's that runs beside us and answers one line for each line it is sent: a
 * grader, a provider, a tool. No shell is involved. Every wait has a deadline, every answer a
 * maximum size; the child is a process group of its own and dies as a whole. Of what it writes to
 * its standard error the last kilobyte is kept, for the message when it fails.
 */
struct child_options {
    const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *env;  /* names of variables it gets besides PATH, HOME, LANG, TMPDIR and
                                TZ; NULL: none */
    const char *dir;         /* working folder; NULL: ours */
    size_t max_line;         /* longest answer in bytes */
    /* Called in the child before exec, to confine it; async-signal-safe. False ends the child. */
    bool (*confine)(void *arg);
    void *confine_arg;
};

struct child {
    pid_t pid; /* 0: not running */
    int to, from, errors;
    size_t max_line;
    struct buf out;     /* the question, `sent` bytes of it written */
    size_t sent;
    struct buf pending; /* read but not yet given out */
    size_t given;       /* how much of it was given out by the last child_line */
    char last_words[1024];
    size_t n_last_words;
};

MUST_CHECK bool child_start(struct child *c, const struct child_options *o, struct err *e);

/* Sends `line` and a line break, then waits for one line, until `deadline` on clock_mono (also
 * while it does not read what we send). The answer is valid until the next call. On failure the
 * child is stopped: ERR_LIMIT (too slow, or too long an answer) or ERR_IO (it ended). */
MUST_CHECK bool child_ask(struct child *c, struct str line, double deadline, struct str *ret,
                          struct err *e);

/* The same without waiting, for event loops: child_send begins, child_step does what can be done
 * now (*ret_done: the answer is there, valid until the next child_send). Call it when `from` or
 * `errors` is readable, and while child_sending when `to` is writable. Failures as child_ask; the
 * deadline is the caller's. */
MUST_CHECK bool child_send(struct child *c, struct str line, struct err *e);
MUST_CHECK bool child_step(struct child *c, struct str *ret, bool *ret_done, struct err *e);
bool child_sending(const struct child *c);

/* Kills and reaps it; one that is not running is fine. */
void child_stop(struct child *c);
