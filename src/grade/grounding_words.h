#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * A text as the words that grounding compares: stems and values by hash, with what each word is.
 * Only grounding.c uses this.
 */
struct gword {
    uint64_t key;   /* of the stem; of the value for a number */
    uint64_t raw;   /* of the lower-case word as it stands */
    size_t from, n; /* bytes in the text */
    uint32_t sentence;
    double value;   /* of a number */
    char unit;      /* of a number: '%', a currency's first byte, or 0 */
    bool content, number, name, negates, first_person;
};

struct gtext {
    struct str text;
    struct gword *v;
    size_t n;
    struct gsentence {
        size_t from, n;        /* bytes */
        size_t word, n_words;
        bool negates, first_person, asks;
    } *sentence;
    size_t n_sentences;
};

struct gtext gtext_of(struct arena *a, struct str text);

/* Numbers that tokenised text writes with spaces ("235 , 000", "98 . 7 per cent"), which
 * gtext_of reads as several; only key, value and unit of the word count. */
void gtext_spaced_numbers(struct str text, void (*each)(void *arg, const struct gword *w),
                          void *arg);

/* Key of a number together with its unit. */
uint64_t gword_unit_key(const struct gword *w);
