/* Counting by 64-bit keys: open addressing, linear probing, at most half full. */
#include "text/bag.h"

#include "base/hash.h"

void bag_init(struct bag *b, struct arena *a, size_t max_keys)
{
    size_t n = 16;
    while (n < 2 * max_keys)
        n *= 2;
    b->slot = ARENA_ARRAY(a, n, struct bag_slot);
    b->mask = n - 1;
    b->total = 0;
}

static struct bag_slot *find(const struct bag *b, uint64_t key)
{
    /* Fibonacci hashing: keys may be packed text, whose low bits say little. */
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & b->mask;
    while (b->slot[at].used && b->slot[at].key != key)
        at = (at + 1) & b->mask;
    return &b->slot[at];
}

uint32_t *bag_at(struct bag *b, uint64_t key)
{
    struct bag_slot *s = find(b, key);
    s->key = key;
    s->used = 1;
    return &s->count;
}

uint32_t bag_count(const struct bag *b, uint64_t key)
{
    const struct bag_slot *s = find(b, key);
    return s->used ? s->count : 0;
}

void bag_add(struct bag *b, uint64_t key)
{
    ++*bag_at(b, key);
    b->total++;
}

int bag_take(struct bag *b, uint64_t key)
{
    struct bag_slot *s = find(b, key);
    if (!s->used || s->count == 0)
        return 0;
    s->count--;
    return 1;
}

size_t bag_overlap(struct arena *a, const uint64_t *x, size_t nx, const uint64_t *y, size_t ny)
{
    struct bag b;
    size_t n = 0;
    bag_init(&b, a, nx);
    for (size_t i = 0; i < nx; i++)
        bag_add(&b, x[i]);
    for (size_t i = 0; i < ny; i++)
        n += (size_t)bag_take(&b, y[i]);
    return n;
}

uint64_t *ngram_keys(struct arena *a, const uint64_t *tokens, size_t n_tokens, size_t n,
                     size_t *ret_count)
{
    size_t count = n_tokens >= n ? n_tokens - n + 1 : 0;
    uint64_t *keys = ARENA_ARRAY(a, count, uint64_t);
    for (size_t i = 0; i < count; i++)
        keys[i] = n == 1 ? tokens[i] : hash64(tokens + i, n * sizeof *tokens, n);
    *ret_count = count;
    return keys;
}

void key_places_init(struct key_places *p, struct arena *a, const uint64_t *keys, size_t n)
{
    bag_init(&p->first, a, n);
    p->next = ARENA_ARRAY(a, n, uint32_t);
    for (size_t i = n; i-- > 0;) {
        uint32_t *head = bag_at(&p->first, keys[i]);
        p->next[i] = *head;
        *head = (uint32_t)i + 1;
    }
}
