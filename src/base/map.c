/* String map; see map.h. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

void map_init(struct map *m) { *m = (struct map){0}; }

void map_release(struct map *m)
{
    free(m->entries);
    free(m->slots);
    *m = (struct map){0};
}

static size_t find_slot(const struct map *m, struct str key, uint64_t hash)
{
    size_t mask = m->n_slots - 1, i = hash & mask;
    while (m->slots[i]) {
        const struct map_entry *en = &m->entries[m->slots[i] - 1];
        if (en->hash == hash && str_eq(en->key, key))
            break;
        i = (i + 1) & mask;
    }
    return i;
}

static void grow(struct map *m)
{
    size_t n_slots = m->n_slots ? m->n_slots * 2 : 16;
    free(m->slots);
    m->slots = mem_calloc(n_slots, sizeof *m->slots);
    m->n_slots = n_slots;
    for (size_t i = 0; i < m->n; i++)
        m->slots[find_slot(m, m->entries[i].key, m->entries[i].hash)] = (uint32_t)(i + 1);
}

ptrdiff_t map_index(const struct map *m, struct str key)
{
    if (m->n == 0)
        return -1;
    size_t slot = find_slot(m, key, hash64(key.p, key.n, 0));
    return (ptrdiff_t)m->slots[slot] - 1;
}

void *map_get(const struct map *m, struct str key)
{
    ptrdiff_t i = map_index(m, key);
    return i < 0 ? NULL : m->entries[i].value;
}

bool map_has(const struct map *m, struct str key) { return map_index(m, key) >= 0; }

struct map_entry *map_entry(struct map *m, struct str key, bool *ret_new)
{
    if ((m->n + 1) * 4 > m->n_slots * 3)
        grow(m);
    uint64_t hash = hash64(key.p, key.n, 0);
    size_t slot = find_slot(m, key, hash);
    bool is_new = m->slots[slot] == 0;
    if (ret_new)
        *ret_new = is_new;
    if (is_new) {
        if (m->n == m->cap) {
            m->cap = m->cap ? m->cap * 2 : 8;
            m->entries = mem_realloc(m->entries, m->cap * sizeof *m->entries);
        }
        m->entries[m->n] = (struct map_entry){.key = key, .hash = hash};
        m->slots[slot] = (uint32_t)++m->n;
    }
    return &m->entries[m->slots[slot] - 1];
}

void *map_put(struct map *m, struct str key, void *value)
{
    struct map_entry *en = map_entry(m, key, NULL);
    void *old = en->value;
    en->value = value;
    return old;
}
