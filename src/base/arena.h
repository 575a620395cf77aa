#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"

/*
 * Memory by lifetime: everything allocated from an arena goes at once, with arena_free or
 * arena_reset. Allocation never fails (out of memory aborts): sizes an outsider controls are
 * bounded before they get here. Not thread-safe: an arena belongs to one thread at a time.
 *
 * ARENA=malloc in the environment gives one malloc per object, so that valgrind and ASan see
 * every overrun.
 */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL is fine; runs the deferred calls, newest first */
void arena_reset(struct arena *a); /* as free, but the arena stays usable and keeps one block */

/* Zeroed, aligned for any type. n = 0 gives a valid unique pointer. */
void *arena_alloc(struct arena *a, size_t n);
/* Zeroed array of `n` objects of `size` bytes; the product is checked. */
void *arena_calloc(struct arena *a, size_t n, size_t size);

char *arena_strndup(struct arena *a, const char *p, size_t n); /* NUL-terminated copy */
char *arena_strdup(struct arena *a, const char *s);
struct str arena_str(struct arena *a, struct str s); /* copy, NUL-terminated behind */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
struct str arena_strf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* Calls fn(p) when the arena is reset or freed. */
void arena_defer(struct arena *a, void (*fn)(void *p), void *p);

/* For CLEANUP(arena_freep). */
void arena_freep(struct arena **a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_calloc((a), (n), sizeof(type)))
