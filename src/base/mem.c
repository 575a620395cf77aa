/* Allocation that cannot return NULL. */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *p)
{
    if (!p) {
        fputs("plimsoll: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *mem_alloc(size_t n) { return checked(malloc(n ? n : 1)); }
void *mem_calloc(size_t n, size_t size) { return checked(calloc(n ? n : 1, size ? size : 1)); }
void *mem_realloc(void *p, size_t n) { return checked(realloc(p, n ? n : 1)); }

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(mem_alloc(n), s, n);
}

void mem_freep(void *pp)
{
    void *p;
    memcpy(&p, pp, sizeof p);
    free(p);
}
