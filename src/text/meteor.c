/* METEOR: greedy alignment from the end, exact words first, then stems. */
#include "text/meteor.h"

#include <math.h>
#include <stdint.h>

#include "base/hash.h"
#include "text/bag.h"
#include "text/porter.h"
#include "text/tokens.h"

/* For each word of the candidate the matching word of the reference + 1, or 0. */
struct alignment {
    size_t *to, *from;
    size_t matched;
};

static uint64_t key_of(struct str w, struct arena *a, bool stem)
{
    if (!stem)
        return hash64(w.p, w.n, 0);
    for (size_t i = 0; i < w.n; i++) /* the stemmer knows ASCII words only */
        if ((unsigned char)w.p[i] >= 0x80)
            return hash64(w.p, w.n, 0);
    char *copy = arena_strndup(a, w.p, w.n);
    return hash64(copy, porter_stem(copy, w.n), 0);
}

/* Matches free words from the last to the first, each with the last free word of the reference
 * that has the same key: chains of equal keys, from the end, make that linear. */
static void match(struct alignment *al, struct arena *a, const struct str *cand, size_t nc,
                  const struct str *ref, size_t nr, bool stem)
{
    struct bag last; /* key -> last free reference word of that key, + 1 */
    uint32_t *before = ARENA_ARRAY(a, nr, uint32_t);
    bag_init(&last, a, nr);
    for (size_t j = 0; j < nr; j++) {
        if (al->from[j])
            continue;
        uint32_t *head = bag_at(&last, key_of(ref[j], a, stem));
        before[j] = *head;
        *head = (uint32_t)j + 1;
    }
    for (size_t i = nc; i-- > 0;) {
        uint64_t key = al->to[i] ? 0 : key_of(cand[i], a, stem);
        uint32_t j = al->to[i] ? 0 : bag_count(&last, key);
        if (!j)
            continue;
        al->to[i] = j;
        al->from[j - 1] = i + 1;
        al->matched++;
        *bag_at(&last, key) = before[j - 1];
    }
}

static size_t count_chunks(const struct alignment *al, size_t nc)
{
    size_t chunks = 0, last = SIZE_MAX;
    for (size_t i = 0; i < nc; i++) {
        if (!al->to[i])
            continue;
        bool adjacent = last != SIZE_MAX && i == last + 1 && al->to[i] == al->to[last] + 1;
        chunks += !adjacent;
        last = i;
    }
    return chunks;
}

double meteor_words(struct arena *a, const struct str *cand, size_t nc, const struct str *ref,
                    size_t nr)
{
    const double alpha = 0.9, beta = 3, gamma = 0.5;
    struct alignment al = {ARENA_ARRAY(a, nc, size_t), ARENA_ARRAY(a, nr, size_t), 0};
    match(&al, a, cand, nc, ref, nr, false);
    match(&al, a, cand, nc, ref, nr, true);
    if (!al.matched)
        return 0;
    double p = (double)al.matched / (double)nc, r = (double)al.matched / (double)nr;
    double mean = p * r / (alpha * p + (1 - alpha) * r);
    double fragments = (double)count_chunks(&al, nc) / (double)al.matched;
    return (1 - gamma * pow(fragments, beta)) * mean;
}

static struct str *words(struct arena *a, struct str text, size_t *ret_n)
{
    struct tokens t = words_of(a, text, WORDS_UNICODE);
    struct str *w = ARENA_ARRAY(a, t.n, struct str);
    for (size_t i = 0; i < t.n; i++)
        w[i] = t.v[i].word;
    *ret_n = t.n;
    return w;
}

double meteor_sentence(struct arena *a, struct str candidate, const struct str *references,
                       size_t n_references)
{
    size_t nc, nr;
    double best = 0;
    const struct str *cand = words(a, candidate, &nc);
    for (size_t r = 0; r < n_references; r++) {
        const struct str *ref = words(a, references[r], &nr);
        double score = meteor_words(a, cand, nc, ref, nr);
        best = score > best ? score : best;
    }
    return best;
}
