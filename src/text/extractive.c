/* Extractive fragments, novelty and repetition; see extractive.h. */
#include "text/extractive.h"

#include <math.h>

#include "text/bag.h"

enum { MAX_WORDS = 50000, MAX_STEPS = 200000000 };

bool extractive_measure(struct arena *a, const uint64_t *source, size_t n_source,
                        const uint64_t *summary, size_t n_summary, struct extractive *ret,
                        struct err *e)
{
    struct key_places p;
    size_t steps = 0;
    double sum = 0, squares = 0;
    *ret = (struct extractive){NAN, NAN, NAN, 0, 0};
    if (n_source > MAX_WORDS || n_summary > MAX_WORDS)
        return err_set(e, ERR_LIMIT, "a text of more than %d words", MAX_WORDS);
    key_places_init(&p, a, source, n_source);
    for (size_t i = 0; i < n_summary;) {
        size_t best = 0;
        for (uint32_t j = bag_count(&p.first, summary[i]); j; j = p.next[j - 1]) {
            size_t k = 0;
            while (i + k < n_summary && j - 1 + k < n_source && summary[i + k] == source[j - 1 + k])
                k++;
            best = k > best ? k : best;
            steps += k;
            if (steps > MAX_STEPS)
                return err_set(e, ERR_LIMIT, "source and summary repeat too much to compare");
        }
        sum += (double)best;
        squares += (double)best * (double)best;
        ret->fragments += best > 0;
        ret->longest = best > ret->longest ? best : ret->longest;
        i += best ? best : 1;
    }
    if (n_summary) {
        ret->coverage = sum / (double)n_summary;
        ret->density = squares / (double)n_summary;
        ret->compression = (double)n_source / (double)n_summary;
    }
    return true;
}

double ngram_novelty(struct arena *a, const uint64_t *source, size_t n_source,
                     const uint64_t *summary, size_t n_summary, size_t n)
{
    struct bag in_source, seen;
    size_t nx, ny, all = 0, novel = 0;
    const uint64_t *x = ngram_keys(a, source, n_source, n, &nx);
    const uint64_t *y = ngram_keys(a, summary, n_summary, n, &ny);
    bag_init(&in_source, a, nx);
    bag_init(&seen, a, ny);
    for (size_t i = 0; i < nx; i++)
        bag_add(&in_source, x[i]);
    for (size_t i = 0; i < ny; i++) {
        uint32_t *count = bag_at(&seen, y[i]);
        if (++*count > 1)
            continue;
        all++;
        novel += bag_count(&in_source, y[i]) == 0;
    }
    return all ? (double)novel / (double)all : (double)NAN;
}

double ngram_redundancy(struct arena *a, const uint64_t *words, size_t n_words, size_t n)
{
    struct bag seen;
    size_t all, distinct = 0;
    const uint64_t *x = ngram_keys(a, words, n_words, n, &all);
    bag_init(&seen, a, all);
    for (size_t i = 0; i < all; i++) {
        uint32_t *count = bag_at(&seen, x[i]);
        distinct += ++*count == 1;
    }
    return all ? 1 - (double)distinct / (double)all : 0;
}
