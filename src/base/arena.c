/* Block allocator by lifetime; see arena.h. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_SIZE = 32 * 1024, ALIGN = 16 };

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGN) unsigned char data[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *p);
    void *p;
};

struct arena {
    struct block *blocks; /* newest first; only the first has room */
    struct deferred *deferred;
    bool one_by_one; /* ARENA=malloc */
};

struct arena *arena_new(void)
{
    struct arena *a = mem_calloc(1, sizeof *a);
    const char *mode = getenv("ARENA");
    a->one_by_one = mode && strcmp(mode, "malloc") == 0;
    return a;
}

static void run_deferred(struct arena *a)
{
    struct deferred *d = a->deferred;
    a->deferred = NULL;
    for (; d; d = d->next)
        d->fn(d->p);
}

static void free_blocks(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_deferred(a);
    free_blocks(a->blocks);
    free(a);
}

void arena_freep(struct arena **a)
{
    arena_free(*a);
    *a = NULL;
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    struct block *keep = a->blocks;
    if (!keep)
        return;
    if (a->one_by_one || keep->size > BLOCK_SIZE) {
        free_blocks(keep);
        a->blocks = NULL;
        return;
    }
    free_blocks(keep->next);
    keep->next = NULL;
    keep->used = 0;
}

static void add_block(struct arena *a, size_t need)
{
    size_t size = a->one_by_one || need > BLOCK_SIZE ? need : BLOCK_SIZE;
    struct block *b = mem_alloc(sizeof *b + size);
    b->used = 0;
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
}

void *arena_alloc(struct arena *a, size_t n)
{
    if (n > SIZE_MAX / 2)
        BUG("arena_alloc of %zu bytes", n);
    size_t need = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (need == 0)
        need = ALIGN;
    if (a->one_by_one || !a->blocks || a->blocks->size - a->blocks->used < need)
        add_block(a, a->one_by_one ? (n ? n : 1) : need);
    struct block *b = a->blocks;
    void *p = b->data + b->used;
    b->used += a->one_by_one ? b->size : need;
    memset(p, 0, n);
    return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / 2 / size)
        BUG("arena_calloc of %zu x %zu bytes", n, size);
    return arena_alloc(a, n * size);
}

char *arena_strndup(struct arena *a, const char *p, size_t n)
{
    char *s = arena_alloc(a, n + 1);
    if (n)
        memcpy(s, p, n);
    return s;
}

char *arena_strdup(struct arena *a, const char *s) { return arena_strndup(a, s, strlen(s)); }

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){arena_strndup(a, s.p, s.n), s.n};
}

static char *vformat(struct arena *a, const char *fmt, va_list ap, size_t *ret_n) PRINTF(2, 0);

static char *vformat(struct arena *a, const char *fmt, va_list ap, size_t *ret_n)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0)
        BUG("bad format %s", fmt);
    char *s = arena_alloc(a, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    *ret_n = (size_t)n;
    return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = vformat(a, fmt, ap, &(size_t){0});
    va_end(ap);
    return s;
}

struct str arena_strf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct str r;
    r.p = vformat(a, fmt, ap, &r.n);
    va_end(ap);
    return r;
}

void arena_defer(struct arena *a, void (*fn)(void *p), void *p)
{
    struct deferred *d = ARENA_NEW(a, struct deferred);
    d->fn = fn;
    d->p = p;
    d->next = a->deferred;
    a->deferred = d;
}
