#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * ROUGE as the rouge-score package defines it (C.-Y. Lin, "ROUGE: A Package for Automatic
 * Evaluation of Summaries", 2004; Google's rouge_scorer.py): the same words, the same counts, the
 * same quotients, so the scores are equal to the last bit.
 */
struct prf {
    double precision, recall, f;
};

/* hits / n_candidate, hits / n_reference and their harmonic mean; 0 where a denominator is 0. */
struct prf prf_of(size_t hits, size_t n_candidate, size_t n_reference);

enum rouge_kind { ROUGE_N, ROUGE_L, ROUGE_LSUM };

struct rouge_options {
    enum rouge_kind kind;
    int n;     /* ROUGE_N: 1 … 9 */
    bool stem; /* words of more than three letters are Porter-stemmed */
};

/* ROUGE_L and ROUGE_LSUM refuse (ERR_LIMIT) a text of more than 100,000 words. */
MUST_CHECK bool rouge(const struct rouge_options *o, struct str reference, struct str candidate,
                      struct arena *a, struct prf *ret, struct err *e);

/* Keys of the words of a text as ROUGE cuts them: [a-z0-9]+ of the lower-case text. */
struct word_keys {
    uint64_t *v;
    size_t n;
};
struct word_keys rouge_words(struct arena *a, struct str text, bool stem);

/* Length of the longest common subsequence of two lists of keys, in O(nx * ny / 64). */
size_t lcs_length(struct arena *a, const uint64_t *x, size_t nx, const uint64_t *y, size_t ny);
