#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * BM25 over an inverted index in memory (Robertson & Zaragoza, "The Probabilistic Relevance
 * Framework: BM25 and Beyond", 2009; idf = ln(1 + (N - df + 0.5) / (df + 0.5)), which is never
 * negative). Add all documents, then bm25_finish, then query; queries are thread-safe.
 */
struct bm25;

struct bm25_hit {
    size_t doc;    /* number of the document in the order they were added, from 0 */
    double score;
};

/* k1: saturation of term frequency (usual 1.2); b: length normalisation (usual 0.75). */
struct bm25 *bm25_new(double k1, double b);
void bm25_free(struct bm25 *x); /* NULL is fine */

/* Adds one document; returns its number. Words as WORDS_UNICODE cuts them. */
size_t bm25_add(struct bm25 *x, struct str text);
void bm25_finish(struct bm25 *x);
size_t bm25_count(const struct bm25 *x);

/* The `k` best documents with a score above 0, best first, ties by lower number; returns how
 * many, into hits[0 … k-1]. Scratch memory comes from `a`. */
size_t bm25_query(const struct bm25 *x, struct arena *a, struct str text, size_t k,
                  struct bm25_hit *hits);
