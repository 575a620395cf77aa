/* Summaries made of the text's own sentences. builtin:lead takes the first ones, which is hard to
 * beat on news; builtin:textrank those most like all the others, in the order of the text
 * (Mihalcea & Tarau, "TextRank: Bringing Order into Texts", EMNLP 2004): sentences are joined by
 * edges of weight |shared words| / (ln |A| + ln |B|), ranked as PageRank ranks pages. */
#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "model/baseline.h"
#include "text/tokens.h"

enum { MAX_SENTENCES = 500, MAX_ROUNDS = 100 };
static const double DAMPING = 0.85, ENOUGH = 1e-6;

static bool train(struct baseline *m, const struct baseline_example *examples, size_t n,
                  const struct node *options, struct err *e)
{
    (void)examples, (void)n;
    long long *sentences = ARENA_NEW(m->arena, long long);
    *sentences = 3;
    m->state = sentences;
    return node_get_int(options, "sentences", 1, 1000, sentences, e);
}

static bool predict_lead(const struct baseline *m, struct str text, struct arena *a,
                         struct baseline_answer *ret, struct err *e)
{
    (void)e;
    const long long *sentences = m->state;
    struct sentences s = sentences_of(a, text);
    size_t n = s.n < (size_t)*sentences ? s.n : (size_t)*sentences;
    *ret = (struct baseline_answer){.output = STR(""), .confidence = NAN};
    if (n > 0)
        ret->output = str_sub(text, s.v[0].from, s.v[n - 1].from + s.v[n - 1].n - s.v[0].from);
    return true;
}

/* ---- textrank ---- */

struct graph {
    size_t n;
    double *weight;  /* n * n, symmetric, zero diagonal */
    double *degree;  /* row sums */
};

/* The sentences a word occurs in. */
struct places {
    size_t *v;
    size_t n, cap;
};

/* Counts into shared[i * n + j] how many distinct content words sentences i and j share. */
static void count_shared(struct arena *a, struct str text, struct sentences s, double *shared,
                         size_t *n_words)
{
    struct map where; /* word -> struct places */
    map_init(&where);
    struct places *list;
    for (size_t i = 0; i < s.n; i++) {
        struct tokens t = words_of(a, str_sub(text, s.v[i].from, s.v[i].n), WORDS_UNICODE);
        for (size_t k = 0; k < t.n; k++) {
            if (word_is_stop(t.v[k].word))
                continue;
            struct map_entry *entry = map_entry(&where, t.v[k].word, NULL);
            if (!entry->value)
                entry->value = ARENA_NEW(a, struct places);
            list = entry->value;
            if (list->n && list->v[list->n - 1] == i)
                continue;
            n_words[i]++;
            for (size_t j = 0; j < list->n; j++) {
                shared[i * s.n + list->v[j]] += 1;
                shared[list->v[j] * s.n + i] += 1;
            }
            vec_push(list, i);
        }
    }
    for (size_t k = 0; k < where.n; k++) {
        list = where.entries[k].value;
        vec_free(list);
    }
    map_release(&where);
}

static struct graph graph_of(struct arena *a, struct str text, struct sentences s)
{
    struct graph g = {s.n, ARENA_ARRAY(a, s.n * s.n, double), ARENA_ARRAY(a, s.n, double)};
    size_t *n_words = ARENA_ARRAY(a, s.n, size_t);
    count_shared(a, text, s, g.weight, n_words);
    for (size_t i = 0; i < s.n; i++)
        for (size_t j = 0; j < s.n; j++) {
            /* 1 + n, so that two sentences of one word do not divide by zero. */
            double length = log1p((double)n_words[i]) + log1p((double)n_words[j]);
            if (length > 0)
                g.weight[i * s.n + j] /= length;
            g.degree[i] += g.weight[i * s.n + j];
        }
    return g;
}

static void rank_sentences(struct arena *a, struct graph g, double *rank)
{
    double *next = ARENA_ARRAY(a, g.n, double);
    for (size_t i = 0; i < g.n; i++)
        rank[i] = 1;
    for (int round = 0; round < MAX_ROUNDS; round++) {
        double change = 0;
        for (size_t i = 0; i < g.n; i++) {
            double in = 0;
            for (size_t j = 0; j < g.n; j++)
                if (g.degree[j] > 0)
                    in += g.weight[j * g.n + i] / g.degree[j] * rank[j];
            next[i] = 1 - DAMPING + DAMPING * in;
            change = fmax(change, fabs(next[i] - rank[i]));
        }
        memcpy(rank, next, g.n * sizeof *rank);
        if (change < ENOUGH)
            return;
    }
}

static bool predict_textrank(const struct baseline *m, struct str text, struct arena *a,
                             struct baseline_answer *ret, struct err *e)
{
    (void)e;
    const long long *wanted = m->state;
    struct sentences s = sentences_of(a, text);
    if (s.n > MAX_SENTENCES) /* the graph grows with the square */
        s.n = MAX_SENTENCES;
    double *rank = ARENA_ARRAY(a, s.n, double);
    bool *chosen = ARENA_ARRAY(a, s.n, bool);
    rank_sentences(a, graph_of(a, text, s), rank);
    for (long long k = 0; k < *wanted && k < (long long)s.n; k++) {
        size_t best = SIZE_MAX; /* the earlier sentence on a tie */
        for (size_t i = 0; i < s.n; i++)
            if (!chosen[i] && (best == SIZE_MAX || rank[i] > rank[best] + 1e-9))
                best = i;
        chosen[best] = true;
    }
    struct buf b;
    buf_init(&b, BUF_MAX_BODY);
    for (size_t i = 0; i < s.n; i++)
        if (chosen[i]) {
            if (b.n)
                buf_add_char(&b, ' ');
            buf_add_str(&b, str_sub(text, s.v[i].from, s.v[i].n));
        }
    *ret = (struct baseline_answer){arena_str(a, buf_str(&b)), NAN};
    buf_release(&b);
    return true;
}

const struct baseline_ops baseline_lead = {
    .name = "lead",
    .summary = "the first sentences of the text (3)",
    .keys = (const char *const[]){"sentences", NULL},
    .train = train,
    .predict = predict_lead,
};

const struct baseline_ops baseline_textrank = {
    .name = "textrank",
    .summary = "the sentences most like all the others (3), in the order of the text",
    .keys = (const char *const[]){"sentences", NULL},
    .train = train,
    .predict = predict_textrank,
};
