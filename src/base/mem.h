#pragma once

#include <stddef.h>

/* malloc that aborts when memory runs out: sizes an outsider controls are bounded before. */
void *mem_alloc(size_t n);
void *mem_calloc(size_t n, size_t size);
void *mem_realloc(void *p, size_t n);
char *mem_strdup(const char *s);

/* For CLEANUP(mem_freep) on any pointer from the functions above. */
void mem_freep(void *pp);
