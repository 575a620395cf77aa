#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * A text as hashed features: words, pairs of neighbouring words (with marks for the first and
 * the last place), and runs of 2 to 5 characters inside words (with the word's edges). Case is
 * folded; order beyond pairs is lost. Only the first NGRAMS_MAX_BYTES of a text count.
 */
enum { NGRAMS_MAX_BYTES = 64 * 1024 };
enum ngram_group { NGRAM_WORD, NGRAM_CHAR, NGRAM_GROUPS };

struct ngram {
    uint64_t hash;   /* never 0 */
    uint32_t count;
    uint32_t group;  /* enum ngram_group */
};

struct ngrams {
    struct ngram *v; /* distinct, in order of first occurrence */
    size_t n;
};

struct ngrams ngrams_of(struct arena *a, struct str text);
