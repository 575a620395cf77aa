/* Inverted index with BM25 weights; see bm25.h. Each posting holds the finished weight of its
 * term in its document, so that a query is additions only. */
#include "text/bm25.h"

#include <math.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"
#include "text/tokens.h"

struct posting {
    uint32_t doc;
    float weight; /* term frequency until bm25_finish */
};

struct term {
    struct posting *v;
    size_t n, cap;
};

struct bm25 {
    double k1, b;
    struct arena *arena;    /* the keys of `terms` */
    struct map terms;       /* position in order of insertion = number of the term */
    VEC(struct term) postings;
    VEC(uint32_t) length;   /* words of a document */
    bool finished;
};

struct bm25 *bm25_new(double k1, double b)
{
    struct bm25 *x = mem_calloc(1, sizeof *x);
    x->k1 = k1;
    x->b = b;
    x->arena = arena_new();
    return x;
}

void bm25_free(struct bm25 *x)
{
    if (!x)
        return;
    for (size_t i = 0; i < x->postings.n; i++)
        vec_free(&x->postings.v[i]);
    vec_free(&x->postings);
    vec_free(&x->length);
    map_release(&x->terms);
    arena_free(x->arena);
    free(x);
}

size_t bm25_count(const struct bm25 *x) { return x->length.n; }

static struct term *term_of(struct bm25 *x, struct str word)
{
    ptrdiff_t i = map_index(&x->terms, word);
    if (i >= 0)
        return &x->postings.v[i];
    (void)map_entry(&x->terms, arena_str(x->arena, word), NULL);
    vec_push(&x->postings, (struct term){0});
    return &x->postings.v[x->postings.n - 1];
}

size_t bm25_add(struct bm25 *x, struct str text)
{
    if (x->finished)
        BUG("document added to a finished index");
    struct arena *scratch = arena_new();
    struct tokens words = words_of(scratch, text, WORDS_UNICODE);
    uint32_t doc = (uint32_t)x->length.n;
    for (size_t i = 0; i < words.n; i++) {
        struct term *t = term_of(x, words.v[i].word);
        if (t->n && t->v[t->n - 1].doc == doc)
            t->v[t->n - 1].weight += 1;
        else
            vec_push(t, (struct posting){doc, 1});
    }
    vec_push(&x->length, (uint32_t)words.n);
    arena_free(scratch);
    return doc;
}

void bm25_finish(struct bm25 *x)
{
    if (x->finished)
        BUG("index finished twice");
    x->finished = true;
    double total = 0, n = (double)x->length.n;
    for (size_t i = 0; i < x->length.n; i++)
        total += x->length.v[i];
    double mean = total > 0 ? total / n : 1;
    for (size_t i = 0; i < x->postings.n; i++) {
        struct term *t = &x->postings.v[i];
        double df = (double)t->n, idf = log1p((n - df + 0.5) / (df + 0.5));
        for (size_t j = 0; j < t->n; j++) {
            double tf = (double)t->v[j].weight;
            double norm = x->k1 * (1 - x->b + x->b * x->length.v[t->v[j].doc] / mean);
            t->v[j].weight = (float)(idf * tf * (x->k1 + 1) / (tf + norm));
        }
    }
}

static bool better(struct bm25_hit a, struct bm25_hit b)
{
    return a.score > b.score || (a.score == b.score && a.doc < b.doc);
}

/* Keeps `hits` sorted, best first, at most k. */
static void keep(struct bm25_hit *hits, size_t *n, size_t k, struct bm25_hit h)
{
    if (*n == k && !better(h, hits[k - 1]))
        return;
    size_t i = *n < k ? (*n)++ : k - 1;
    for (; i > 0 && better(h, hits[i - 1]); i--)
        hits[i] = hits[i - 1];
    hits[i] = h;
}

size_t bm25_query(const struct bm25 *x, struct arena *a, struct str text, size_t k,
                  struct bm25_hit *hits)
{
    if (!x->finished)
        BUG("query before bm25_finish");
    struct tokens words = words_of(a, text, WORDS_UNICODE);
    if (k == 0 || words.n == 0 || x->length.n == 0)
        return 0;
    double *score = mem_calloc(x->length.n, sizeof *score);
    VEC(uint32_t) touched = {0};
    for (size_t i = 0; i < words.n; i++) {
        ptrdiff_t at = map_index(&x->terms, words.v[i].word);
        if (at < 0)
            continue;
        const struct term *t = &x->postings.v[at];
        for (size_t j = 0; j < t->n; j++) {
            uint32_t doc = t->v[j].doc;
            if (score[doc] == 0)
                vec_push(&touched, doc);
            score[doc] += (double)t->v[j].weight;
        }
    }
    size_t n = 0;
    for (size_t i = 0; i < touched.n; i++)
        keep(hits, &n, k, (struct bm25_hit){touched.v[i], score[touched.v[i]]});
    vec_free(&touched);
    free(score);
    return n;
}
