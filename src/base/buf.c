/* Bounded growing buffer; see buf.h. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *b, size_t max) { *b = (struct buf){.max = max}; }

void buf_release(struct buf *b)
{
    free(b->p);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->overflow = false;
    if (b->p)
        b->p[0] = '\0';
}

static bool make_room(struct buf *b, size_t n)
{
    if (b->overflow || n > b->max || b->n > b->max - n) {
        b->overflow = true;
        return false;
    }
    size_t need = b->n + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    b->p = mem_realloc(b->p, cap);
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0 || !make_room(b, n))
        return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_add_str(struct buf *b, struct str s) { buf_add(b, s.p, s.n); }
void buf_add_c(struct buf *b, const char *s) { buf_add(b, s, strlen(s)); }
void buf_add_char(struct buf *b, char c) { buf_add(b, &c, 1); }

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n > 0 && make_room(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

struct str buf_str(const struct buf *b) { return (struct str){buf_cstr(b), b->n}; }
const char *buf_cstr(const struct buf *b) { return b->p ? b->p : ""; }

bool buf_ok(const struct buf *b, const char *what, struct err *e)
{
    if (!b->overflow)
        return true;
    return err_set(e, ERR_LIMIT, "%s is larger than %zu bytes", what, b->max);
}
