#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * How much of a summary is copied from its source: the extractive fragments of Grusky, Naaman &
 * Artzi, "Newsroom: A Dataset of 1.3 Million Summaries", 2018 (section 3: greedy longest runs of
 * shared words, from the front). Texts are lists of word keys.
 *
 *   coverage    = Σ|f| / |S|      share of the summary's words that lie in a fragment
 *   density     = Σ|f|² / |S|     average length of the fragment a word lies in
 *   compression = |A| / |S|       words of the source per word of the summary
 *
 * NaN when the summary has no words.
 */
struct extractive {
    double coverage, density, compression;
    size_t fragments, longest;
};

/* Refused (ERR_LIMIT) when either text has more than 50,000 words, or when the search takes more
 * than 200 million steps (a source of one word repeated). */
MUST_CHECK bool extractive_measure(struct arena *a, const uint64_t *source, size_t n_source,
                                   const uint64_t *summary, size_t n_summary,
                                   struct extractive *ret, struct err *e);

/* Share of the summary's distinct n-grams that the source does not have; NaN when it has none. */
double ngram_novelty(struct arena *a, const uint64_t *source, size_t n_source,
                     const uint64_t *summary, size_t n_summary, size_t n);

/* Share of n-grams that repeat an earlier one: 1 - distinct / all; 0 for a text without any. */
double ngram_redundancy(struct arena *a, const uint64_t *words, size_t n_words, size_t n);
