#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Hash map from strings to pointers (open addressing, XXH3). The map does not copy keys or own
 * values: both must outlive it. Iteration is in order of insertion, so that output that follows
 * a map is the same every time. There is no removal.
 */
struct map_entry {
    struct str key;
    void *value;
    uint64_t hash;
};

struct map {
    struct map_entry *entries; /* n of them, in order of insertion */
    size_t n, cap;
    uint32_t *slots; /* entry index + 1; 0: free */
    size_t n_slots;
};

void map_init(struct map *m); /* the zero value is an empty map as well */
void map_release(struct map *m);

void *map_get(const struct map *m, struct str key); /* NULL if absent */
bool map_has(const struct map *m, struct str key);
/* Sets the value; returns the one it replaced, or NULL. */
void *map_put(struct map *m, struct str key, void *value);
/* The entry for `key`, made with value NULL if absent (*ret_new tells; may be NULL).
 * Valid until the next insertion. */
struct map_entry *map_entry(struct map *m, struct str key, bool *ret_new);
/* Position of `key` in order of insertion, or -1. */
ptrdiff_t map_index(const struct map *m, struct str key);
