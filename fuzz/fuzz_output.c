/* What reads model output without a model, on any bytes: words, sentences, n-grams, the refusal
 * features, groundedness against itself and against a fixed source. They end, stay inside the
 * text, and every feature lies in [0, 1]. */
#include <stdint.h>

#include "base/utf8.h"
#include "grade/grounding.h"
#include "grade/refusal_features.h"
#include "text/ngrams.h"
#include "text/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_features(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(x[i] >= 0 && x[i] <= 1))
            BUG("feature %zu is %g", i, x[i]);
}

static void check_cuts(struct arena *a, struct str s)
{
    struct tokens t = words_of(a, s, WORDS_UNICODE);
    struct sentences p = sentences_of(a, s);
    size_t end = 0;
    for (size_t i = 0; i < t.n; end = t.v[i].from + t.v[i].n, i++)
        if (t.v[i].n == 0 || t.v[i].from < end || t.v[i].from + t.v[i].n > s.n)
            BUG("word %zu lies at %zu + %zu of %zu", i, t.v[i].from, t.v[i].n, s.n);
    end = 0;
    for (size_t i = 0; i < p.n; end = p.v[i].from + p.v[i].n, i++)
        if (p.v[i].n == 0 || p.v[i].from < end || p.v[i].from + p.v[i].n > s.n)
            BUG("sentence %zu lies at %zu + %zu of %zu", i, p.v[i].from, p.v[i].n, s.n);
    (void)words_of(a, s, WORDS_ASCII);
    (void)ngrams_of(a, s);
}

static void check_grounding(struct arena *a, struct str s)
{
    const struct passage passages[] = {
        {.id = STR("doc"), .text = STR("Berlin has 3,700 homes. He said \"we build\" in 1999.")},
        {.text = s},
    };
    for (size_t n = 1; n <= 2; n++) {
        struct grounding g;
        if (!grounding_of(a, s, passages, n, &g))
            continue;
        check_features(g.x, GROUNDING_N_FEATURES);
        for (size_t i = 0; i < g.n_findings; i++)
            if (g.findings[i].from + g.findings[i].n > s.n)
                BUG("finding %zu lies outside the output", i);
        /* What stands in its own source has no new word. */
        if (n == 2 && g.x[GROUNDING_novelty] > 0)
            BUG("a text is new to itself");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str s = arena_str(a, (struct str){(const char *)data, size});
    const struct refusal_patterns *p;
    double x[REFUSAL_N_FEATURES];
    struct str quote;
    struct err e = {0};
    check_cuts(a, s);
    if (utf8_check(s) >= 0)
        return 0;
    check_grounding(a, s);
    if (!refusal_patterns_open(a, &p, &e))
        BUG("%s", e.msg);
    if (refusal_features(p, s, a, x, &quote, &e))
        check_features(x, REFUSAL_N_FEATURES);
    return 0;
}
