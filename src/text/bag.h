#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * A bag (multiset) of 64-bit keys, for counting n-grams by their hashes: two different n-grams
 * share a key with probability 2^-64. Room for a stated number of distinct keys, from an arena.
 */
struct bag_slot {
    uint64_t key;
    uint32_t count, used;
};

struct bag {
    struct bag_slot *slot;
    size_t mask, total; /* total: sum of what bag_add added */
};

void bag_init(struct bag *b, struct arena *a, size_t max_keys);
/* The count of `key`, made 0 when absent; valid as long as the bag. */
uint32_t *bag_at(struct bag *b, uint64_t key);
/* The same without making room: 0 when absent. */
uint32_t bag_count(const struct bag *b, uint64_t key);
void bag_add(struct bag *b, uint64_t key);
/* Takes one out if there is one; returns whether there was. */
int bag_take(struct bag *b, uint64_t key);

/* |x ∩ y| of two bags given as lists: sum over keys of the smaller count. */
size_t bag_overlap(struct arena *a, const uint64_t *x, size_t nx, const uint64_t *y, size_t ny);

/* Where each key of a list stands: the first place of a key + 1 (0: nowhere), and for each place
 * the next of the same key + 1. */
struct key_places {
    struct bag first;
    uint32_t *next;
};
void key_places_init(struct key_places *p, struct arena *a, const uint64_t *keys, size_t n);

/* Keys of the n-grams of a list of token keys, max(0, n_tokens - n + 1) of them, in the arena;
 * *ret_count says how many. n >= 1. */
uint64_t *ngram_keys(struct arena *a, const uint64_t *tokens, size_t n_tokens, size_t n,
                     size_t *ret_count);
