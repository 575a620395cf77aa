#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/*
 * A growing byte buffer that declares its maximum when it is made. Writing past the maximum
 * sets `overflow` and drops the bytes; the flag sticks, so a writer checks once at the end
 * (buf_ok). What buf_str and buf_cstr return is NUL-terminated and lives until the next write.
 */
struct buf {
    char *p;
    size_t n, cap, max;
    bool overflow;
};

/* The usual limits, so that they can be found in one place. */
#define BUF_MAX_LINE ((size_t)16 << 20)   /* one JSONL or CSV record */
#define BUF_MAX_BODY ((size_t)64 << 20)   /* one HTTP body or small file */
#define BUF_MAX_FILE ((size_t)1 << 30)    /* one whole file in memory, one report */

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);  /* also for CLEANUP; a zeroed buf is fine */
void buf_clear(struct buf *b);    /* empties it and keeps the memory */

void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_str(struct buf *b, struct str s);
void buf_add_c(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);

struct str buf_str(const struct buf *b);
const char *buf_cstr(const struct buf *b);

/* Error ERR_LIMIT "<what> is larger than N bytes" if anything was dropped. */
MUST_CHECK bool buf_ok(const struct buf *b, const char *what, struct err *e);
