/* The error object: filling, chaining, printing. Knows nothing of what went wrong. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int exit_status, http;
    bool retry;
} codes[] = {
#define X(code, name, exit_status, http, retry) {name, exit_status, http, retry},
    ERR_CODES(X)
#undef X
};

void bug_at(const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    fprintf(stderr, "plimsoll: bug at %s:%d: ", file, line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    abort();
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list ap;
    if (!e)
        return false;
    err_clear(e);
    e->code = code;
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    return false;
}

bool err_errno(struct err *e, enum err_code code, const char *fmt, ...)
{
    int saved = errno;
    va_list ap;
    if (!e)
        return false;
    err_clear(e);
    e->code = code;
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    size_t n = strlen(e->msg);
    snprintf(e->msg + n, sizeof e->msg - n, ": %s", strerror(saved));
    return false;
}

bool err_wrap(struct err *e, const char *fmt, ...)
{
    char head[512], tail[sizeof e->msg];
    va_list ap;
    if (!e)
        return false;
    va_start(ap, fmt);
    vsnprintf(head, sizeof head, fmt, ap);
    va_end(ap);
    memcpy(tail, e->msg, sizeof tail);
    int room = (int)(sizeof e->msg - strlen(head) - 3);
    snprintf(e->msg, sizeof e->msg, "%s: %.*s", head, room, tail);
    return false;
}

bool err_at(struct err *e, const char *file, int line, int col)
{
    if (!e || e->line)
        return false;
    if (!e->file[0] && file)
        snprintf(e->file, sizeof e->file, "%s", file);
    e->line = line;
    e->col = col;
    return false;
}

bool err_hint(struct err *e, const char *fmt, ...)
{
    va_list ap;
    if (!e)
        return false;
    va_start(ap, fmt);
    vsnprintf(e->hint, sizeof e->hint, fmt, ap);
    va_end(ap);
    return false;
}

void err_clear(struct err *e)
{
    e->code = ERR_NONE;
    e->line = e->col = 0;
    e->file[0] = e->msg[0] = e->hint[0] = '\0';
}

const char *err_name(enum err_code code) { return codes[code].name; }
int err_exit_status(enum err_code code) { return codes[code].exit_status; }
int err_http_status(enum err_code code) { return codes[code].http; }
bool err_retryable(enum err_code code) { return codes[code].retry; }

/* Messages may quote outside bytes; a terminal must not act on them. */
static void put_plain(FILE *f, const char *s)
{
    for (; *s; s++)
        fputc(((unsigned char)*s < 0x20 && *s != '\n' && *s != '\t') || *s == 0x7f ? '?' : *s, f);
}

void err_print(FILE *f, const struct err *e)
{
    fputs("error: ", f);
    if (e->file[0])
        put_plain(f, e->file);
    if (e->line)
        fprintf(f, ":%d:%d", e->line, e->col);
    if (e->file[0])
        fputs(": ", f);
    put_plain(f, e->msg);
    fputc('\n', f);
    if (e->hint[0]) {
        fputs("hint: ", f);
        put_plain(f, e->hint);
        fputc('\n', f);
    }
}
