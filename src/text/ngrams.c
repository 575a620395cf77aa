/* Hashed word and character n-grams; see ngrams.h. */
#include "text/ngrams.h"

#include <string.h>

#include "base/utf8.h"
#include "text/tokens.h"

enum { CHAR_MIN = 2, CHAR_MAX = 5 };

/* Distinct features by open addressing; `slot` holds the place in v + 1. */
struct bag {
    struct ngram *v;
    size_t n;
    uint32_t *slot;
    size_t mask;
};

/* A 64-bit finaliser (the one of splitmix64). */
static uint64_t mix(uint64_t h)
{
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

static void add(struct bag *b, uint64_t hash, enum ngram_group group)
{
    hash += hash == 0;
    for (size_t i = hash & b->mask;; i = (i + 1) & b->mask) {
        uint32_t at = b->slot[i];
        if (at == 0) {
            b->v[b->n++] = (struct ngram){hash, 1, group};
            b->slot[i] = (uint32_t)b->n;
            return;
        }
        if (b->v[at - 1].hash == hash) {
            b->v[at - 1].count++;
            return;
        }
    }
}

static void add_chars(struct bag *b, struct str word)
{
    uint32_t cp[64]; /* the word between spaces; what is behind the 62nd character does not count */
    size_t n = 1, at = 0;
    cp[0] = ' ';
    while (n < 63 && utf8_next(word, &at, &cp[n]))
        n++;
    cp[n++] = ' ';
    for (size_t i = 0; i + CHAR_MIN <= n; i++) {
        uint64_t h = 0x51ed270b;
        for (size_t k = 0; k < CHAR_MAX && i + k < n; k++) {
            h = (h ^ cp[i + k]) * 0x100000001b3u;
            if (k + 1 >= CHAR_MIN)
                add(b, mix(h + k), NGRAM_CHAR);
        }
    }
}

static uint64_t pair(uint64_t left, uint64_t right) { return mix(left * 31 + right + 2); }

struct ngrams ngrams_of(struct arena *a, struct str text)
{
    struct tokens words = words_of(a, utf8_prefix(text, NGRAMS_MAX_BYTES), WORDS_UNICODE);
    size_t most = 2 * words.n + 1;
    for (size_t i = 0; i < words.n; i++)
        most += (words.v[i].word.n + 2) * (CHAR_MAX - CHAR_MIN + 1);
    size_t slots = 64;
    while (slots < 2 * most)
        slots *= 2;
    struct bag b = {.v = ARENA_ARRAY(a, most, struct ngram),
                    .slot = ARENA_ARRAY(a, slots, uint32_t),
                    .mask = slots - 1};
    const uint64_t edge = 0x9e3779b97f4a7c15u; /* stands for "before the first" and "behind" */
    for (size_t i = 0; i < words.n; i++) {
        uint64_t before = i ? words.v[i - 1].hash : edge;
        add(&b, mix(words.v[i].hash + 1), NGRAM_WORD);
        add(&b, pair(before, words.v[i].hash), NGRAM_WORD);
    }
    if (words.n)
        add(&b, pair(words.v[words.n - 1].hash, edge), NGRAM_WORD);
    for (size_t i = 0; i < words.n; i++)
        add_chars(&b, words.v[i].word);
    return (struct ngrams){b.v, b.n};
}
