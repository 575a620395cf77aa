/*
 * Summaries beside their source: `compression` (how much shorter), `coverage` and `density` (how
 * much is copied, and in how long pieces), `novel_ngrams` (how much is new), `redundancy` (how much
 * the summary repeats itself). All but novel_ngrams and redundancy are of Grusky et al. 2018;
 * details carry all the measures, whichever is graded.
 */
#include <math.h>

#include "grade/option.h"
#include "grade/source.h"
#include "text/extractive.h"
#include "text/tokens.h"

struct summary {
    enum source_kind source;
    double min, max;
    long long n; /* n-grams of novel_ngrams and redundancy */
};

struct measured {
    struct extractive x;
    double novelty, redundancy;
    size_t words, source_words;
};

static bool summary_open(struct grader *g, const struct node *options, struct arena *a, long long n,
                         struct err *e)
{
    struct summary *s = ARENA_NEW(a, struct summary);
    *s = (struct summary){.min = NAN, .max = NAN, .n = n};
    g->state = s;
    if (!source_open(options, &s->source, e) || !node_get_num(options, "min", &s->min, e) ||
        !node_get_num(options, "max", &s->max, e) || !node_get_int(options, "n", 1, 9, &s->n, e))
        return false;
    if (s->min > s->max)
        return node_err(e, node_get(options, "min"), "min: %g is over max, %g", s->min, s->max);
    if (!isnan(s->min) || !isnan(s->max))
        g->threshold = (double)NAN; /* the limits decide */
    return true;
}

static bool bigrams_open(struct grader *g, const struct node *options, struct arena *a,
                         struct err *e)
{
    return summary_open(g, options, a, 2, e);
}

static bool trigrams_open(struct grader *g, const struct node *options, struct arena *a,
                          struct err *e)
{
    return summary_open(g, options, a, 3, e);
}

static bool ranged_open(struct grader *g, const struct node *options, struct arena *a,
                        struct err *e)
{
    if (!summary_open(g, options, a, 2, e))
        return false;
    const struct summary *s = g->state;
    return !isnan(s->min) || !isnan(s->max) ||
           err_set(e, ERR_SPEC, "%s needs \"min\", \"max\" or both", g->ops->name);
}

static uint64_t *keys_of(struct arena *a, struct str text, size_t *ret_n)
{
    struct tokens t = words_of(a, text, WORDS_UNICODE);
    uint64_t *k = ARENA_ARRAY(a, t.n, uint64_t);
    for (size_t i = 0; i < t.n; i++)
        k[i] = t.v[i].hash;
    *ret_n = t.n;
    return k;
}

static bool measure(const struct summary *s, const struct grade_in *in, struct arena *a,
                    struct measured *m, struct err *e)
{
    struct str source;
    if (!source_text(s->source, in, a, &source, e))
        return false;
    const uint64_t *x = keys_of(a, source, &m->source_words);
    const uint64_t *y = keys_of(a, in->output, &m->words);
    if (!extractive_measure(a, x, m->source_words, y, m->words, &m->x, e))
        return false;
    m->novelty = ngram_novelty(a, x, m->source_words, y, m->words, (size_t)s->n);
    m->redundancy = ngram_redundancy(a, y, m->words, (size_t)s->n);
    return true;
}

static void finish(const struct summary *s, const struct measured *m, double v,
                   struct grade_out *out, struct arena *a)
{
    struct details d;
    if (!isnan(s->min) || !isnan(s->max))
        out->outcome = v < s->min || v > s->max || isnan(v) ? OUTCOME_FAIL : OUTCOME_PASS;
    details_begin(&d);
    jw_knum(&d.w, "compression", m->x.compression);
    jw_knum(&d.w, "coverage", m->x.coverage);
    jw_knum(&d.w, "density", m->x.density);
    jw_knum(&d.w, "novel_ngrams", m->novelty);
    jw_knum(&d.w, "redundancy", m->redundancy);
    jw_kint(&d.w, "words", (int64_t)m->words);
    jw_kint(&d.w, "source_words", (int64_t)m->source_words);
    details_end(&d, a, out);
}

static double or_zero(double v) { return isnan(v) ? 0 : v; }

static bool compression_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                              struct grade_out *out, struct err *e)
{
    const struct summary *s = g->state;
    struct measured m;
    if (!measure(s, in, a, &m, e))
        return false;
    double share = m.source_words ? (double)m.words / (double)m.source_words : 1;
    graded(out, 1 - (share > 1 ? 1 : share), a, "%zu words of %zu: %.1f times shorter", m.words,
           m.source_words, or_zero(m.x.compression));
    finish(s, &m, m.x.compression, out, a);
    return true;
}

static bool coverage_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                           struct grade_out *out, struct err *e)
{
    const struct summary *s = g->state;
    struct measured m;
    if (!measure(s, in, a, &m, e))
        return false;
    graded(out, or_zero(m.x.coverage), a, "%.0f%% of the words are from the source",
           100 * or_zero(m.x.coverage));
    finish(s, &m, m.x.coverage, out, a);
    return true;
}

static bool density_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                          struct grade_out *out, struct err *e)
{
    const struct summary *s = g->state;
    struct measured m;
    if (!measure(s, in, a, &m, e))
        return false;
    double share = m.words ? m.x.density / (double)m.words : 0;
    graded(out, share, a,
           "a word lies in a copied piece of %.1f words on average, the longest has "
           "%zu",
           or_zero(m.x.density), m.x.longest);
    finish(s, &m, m.x.density, out, a);
    return true;
}

static bool novel_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    const struct summary *s = g->state;
    struct measured m;
    if (!measure(s, in, a, &m, e))
        return false;
    graded(out, or_zero(m.novelty), a, "%.0f%% of the %lld-grams are not in the source",
           100 * or_zero(m.novelty), s->n);
    finish(s, &m, m.novelty, out, a);
    return true;
}

static bool redundancy_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                             struct grade_out *out, struct err *e)
{
    const struct summary *s = g->state;
    struct details d;
    size_t n;
    (void)e;
    const uint64_t *words = keys_of(a, in->output, &n);
    double r = ngram_redundancy(a, words, n, (size_t)s->n);
    graded(out, 1 - r, a, "%.0f%% of the %lld-grams repeat an earlier one", 100 * r, s->n);
    if (!isnan(s->min) || !isnan(s->max))
        out->outcome = r < s->min || r > s->max ? OUTCOME_FAIL : OUTCOME_PASS;
    details_begin(&d);
    jw_knum(&d.w, "redundancy", r);
    jw_kint(&d.w, "words", (int64_t)n);
    details_end(&d, a, out);
    return true;
}

static const char *const range_keys[] = {"source", "min", "max", NULL};
static const char *const gram_keys[] = {"source", "min", "max", "n", NULL};
static const char *const own_keys[] = {"min", "max", "n", NULL};

extern const struct grader_ops grader_compression, grader_coverage, grader_density,
    grader_novel_ngrams, grader_redundancy;
const struct grader_ops grader_compression = {
    .name = "compression",
    .summary = "the summary is so many times shorter than its source",
    .keys = range_keys,
    .open = ranged_open,
    .grade = compression_grade,
};
const struct grader_ops grader_coverage = {
    .name = "coverage",
    .summary = "share of the summary's words copied from its source (Grusky et al.)",
    .keys = range_keys,
    .open = bigrams_open,
    .grade = coverage_grade,
};
const struct grader_ops grader_density = {
    .name = "density",
    .summary = "average length of the copied pieces is within limits (Grusky et al.)",
    .keys = range_keys,
    .open = ranged_open,
    .grade = density_grade,
};
const struct grader_ops grader_novel_ngrams = {
    .name = "novel_ngrams",
    .summary = "share of the summary's n-grams that its source does not have",
    .keys = gram_keys,
    .open = bigrams_open,
    .grade = novel_grade,
};
const struct grader_ops grader_redundancy = {
    .name = "redundancy",
    .summary = "the output does not repeat itself (n-grams; score 1 - share repeated)",
    .keys = own_keys,
    .open = trigrams_open,
    .grade = redundancy_grade,
    .threshold = 0.8,
};
