#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Near-duplicate texts among millions. Two texts are compared by the Jaccard similarity of their
 * sets of five-character shingles, after case folding and with everything but letters and digits
 * counted as one space. Pairs worth comparing are found by one-permutation MinHash (Li, Owen &
 * Zhang, NeurIPS 2012) with optimal densification (Shrivastava, ICML 2017) and banding (Leskovec,
 * Rajaraman & Ullman, "Mining of Massive Datasets", §3.4): 16 bands of 5 hashes, at least two of
 * which must agree. Of pairs with similarity 0.85 that finds 99.9%, of those with 0.9 all but one
 * in 100,000; what is reported is always the exact similarity.
 */
enum { SIMILAR_BANDS = 16, SIMILAR_ROWS = 5, SIMILAR_SHINGLE = 5 };

/* The comparable form of a text, cut after 64 KiB. */
struct str similar_plain(struct arena *a, struct str text);

/* The band keys of a plain text; all zero when it is empty. */
void similar_bands(struct arena *a, struct str plain, uint32_t out[SIMILAR_BANDS]);

/* Exact Jaccard similarity of two plain texts; 0 if one is empty. */
double similar_jaccard(struct arena *a, struct str x, struct str y);

struct similar_pair {
    uint32_t a, b; /* a < b */
    float similarity;
};

/* Gives the plain text of the i-th document, in `a`; false if it cannot. Called from several
 * threads. */
typedef bool similar_text(void *arg, size_t i, struct arena *a, struct str *ret);

/*
 * All pairs (up to the probabilities above) with similarity >= threshold, ordered by a, then b;
 * in a heap of more than 32 texts with one band key, each is compared with the four before it
 * only. `bands` is n × SIMILAR_BANDS; documents whose keys are all zero take no part. The same
 * whatever the thread count.
 */
struct similar_pair *similar_pairs(struct arena *a, const uint32_t *bands, size_t n,
                                   double threshold, similar_text *text, void *arg, size_t *ret_n);
