/* builtin:linear: n-grams weighted by tf-idf into multinomial logistic regression. The confidence
 * is the softmax at a temperature that was fitted on held-out parts of the training examples
 * (Guo, Pleiss, Sun & Weinberger, "On Calibration of Modern Neural Networks", ICML 2017). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "model/baseline.h"
#include "model/baseline_labels.h"
#include "model/softmax.h"
#include "model/confidence.h"
#include "text/ngrams.h"

enum {
    MAX_EXAMPLES = 100000,           /* more are sampled down to this many */
    MAX_WEIGHTS = 128 << 20,         /* floats: the rarest features go first */
    FOLDS = 5,
    HELD_OUT_ENOUGH = 2000,          /* examples; fewer folds are held out when each is large */
};

/* One feature of the vocabulary, in a table with open addressing. */
struct feature {
    uint64_t hash;   /* 0: free */
    uint32_t n_docs;
    uint32_t col;
    float idf;
};

struct vocabulary {
    struct feature *slot;
    size_t mask, n;   /* slots - 1, features in use */
};

struct linear {
    struct label_set labels;
    struct vocabulary words;
    struct softmax model;
    double temperature;
};

/* ---- vocabulary ---- */

static struct feature *slot_of(const struct vocabulary *v, uint64_t hash)
{
    size_t i = hash & v->mask;
    while (v->slot[i].hash != 0 && v->slot[i].hash != hash)
        i = (i + 1) & v->mask;
    return &v->slot[i];
}

static void vocabulary_alloc(struct vocabulary *v, size_t slots)
{
    v->slot = mem_calloc(slots, sizeof *v->slot);
    v->mask = slots - 1;
}

/* Moves the features with n_docs >= min into a table that they half fill. */
static void vocabulary_rehash(struct vocabulary *v, size_t slots, uint32_t min)
{
    struct vocabulary old = *v;
    vocabulary_alloc(v, slots);
    v->n = 0;
    for (size_t i = 0; i <= old.mask; i++)
        if (old.slot[i].hash && old.slot[i].n_docs >= min) {
            *slot_of(v, old.slot[i].hash) = old.slot[i];
            v->n++;
        }
    free(old.slot);
}

static void vocabulary_count(struct vocabulary *v, struct ngrams grams)
{
    for (size_t i = 0; i < grams.n; i++) {
        struct feature *f = slot_of(v, grams.v[i].hash);
        if (!f->hash) {
            f->hash = grams.v[i].hash;
            v->n++;
        }
        f->n_docs++;
        if (2 * v->n > v->mask)
            vocabulary_rehash(v, 2 * (v->mask + 1), 0);
    }
}

static size_t count_at_least(const struct vocabulary *v, uint32_t min)
{
    size_t n = 0;
    for (size_t i = 0; i <= v->mask; i++)
        n += v->slot[i].hash && v->slot[i].n_docs >= min;
    return n;
}

/* Drops what is too rare, numbers the rest and weighs it: idf = ln((1 + N) / (1 + df)) + 1. */
static void vocabulary_finish(struct vocabulary *v, size_t n_docs, size_t max_features)
{
    uint32_t min = n_docs >= 200 ? 2 : 1;
    while (count_at_least(v, min) > max_features)
        min++;
    size_t keep = count_at_least(v, min), slots = 64;
    while (slots < 2 * keep + 2)
        slots *= 2;
    vocabulary_rehash(v, slots, min);
    uint32_t col = 0;
    for (size_t i = 0; i <= v->mask; i++)
        if (v->slot[i].hash) {
            v->slot[i].col = col++;
            v->slot[i].idf =
                (float)(log((1.0 + (double)n_docs) / (1.0 + (double)v->slot[i].n_docs)) + 1);
        }
}

/* The row of a text: (1 + ln count) * idf, each group of features at length 1, all together at
 * length 1. Words the training never saw are left out. */
static struct sparse_row row_of(const struct vocabulary *v, struct arena *a, struct ngrams grams)
{
    struct sparse_cell *cell = ARENA_ARRAY(a, grams.n, struct sparse_cell);
    size_t n = 0, end[NGRAM_GROUPS];
    double square[NGRAM_GROUPS] = {0};
    int used = 0;
    for (size_t g = 0, i = 0; g < NGRAM_GROUPS; g++) {
        for (; i < grams.n && grams.v[i].group == g; i++) {
            const struct feature *f = slot_of(v, grams.v[i].hash);
            if (!f->hash)
                continue;
            float w = (float)(1 + log((double)grams.v[i].count)) * f->idf;
            cell[n++] = (struct sparse_cell){f->col, w};
            square[g] += (double)w * (double)w;
        }
        end[g] = n;
        used += square[g] > 0;
    }
    for (size_t g = 0, i = 0; g < NGRAM_GROUPS; g++)
        for (float f = (float)(1 / sqrt(square[g] * used)); i < end[g]; i++)
            cell[i].value *= f;
    return (struct sparse_row){cell, n};
}

/* ---- training ---- */

struct training {
    struct linear *s;
    struct arena *arena;     /* rows */
    const struct sparse_row *rows;
    const uint32_t *target;
    size_t n;
    size_t *order;           /* a permutation: fold f is every FOLDS-th from f on */
    size_t folds_held_out;
    struct softmax_options options;
    struct arena *model_arena;
    float *held_out;         /* n * stride scores of models that did not see the example */
};

static void train_part(void *arg, size_t part)
{
    struct training *t = arg;
    /* Part 0 is the model itself; part f + 1 leaves fold f out and scores it. */
    struct arena *scratch = arena_new();
    size_t *pick = ARENA_ARRAY(scratch, t->n, size_t), n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (part == 0 || i % FOLDS != part - 1)
            pick[n++] = t->order[i];
    size_t n_classes = t->s->labels.n;
    struct softmax m;
    softmax_train(part == 0 ? t->model_arena : scratch, t->rows, t->target, pick, n,
                  t->s->words.n, n_classes, &t->options, &m);
    if (part == 0)
        t->s->model = m;
    else
        for (size_t i = part - 1; i < t->n; i += FOLDS)
            softmax_scores(&m, t->rows[t->order[i]], t->held_out + t->order[i] * m.stride);
    arena_free(scratch);
}

/* How many of the FOLDS folds to hold out in turn. */
static size_t folds_needed(size_t n)
{
    if (n < 2 * FOLDS)
        return 0;
    size_t each = n / FOLDS, want = (HELD_OUT_ENOUGH + each - 1) / each;
    return want < FOLDS ? want : FOLDS;
}

static void fit(struct training *t)
{
    struct linear *s = t->s;
    size_t stride = softmax_stride(s->labels.n);
    t->folds_held_out = folds_needed(t->n);
    t->held_out = ARENA_ARRAY(t->arena, t->n * stride, float);
    /* Small sets need more passes to take as many steps. */
    double epochs = 100000.0 / (double)t->n;
    t->options.epochs = epochs < 10 ? 10 : epochs > 100 ? 100 : (int)epochs;
    t->options.step = 5;
    t->options.shrink = 1e-5;
    t->options.smoothing = 0.1;
    t->order = ARENA_ARRAY(t->arena, t->n, size_t);
    for (size_t i = 0; i < t->n; i++)
        t->order[i] = i;
    struct rng rng;
    rng_init(&rng, t->options.seed, 1);
    rng_shuffle(&rng, t->order, t->n);
    pool_for(1 + t->folds_held_out, train_part, t);

    struct temperature_fit f = {.n_classes = s->labels.n, .stride = stride,
                                .scores = t->held_out, .target = t->target};
    f.row = ARENA_ARRAY(t->arena, t->n, size_t);
    for (size_t i = 0; i < t->n; i++)
        if (i % FOLDS < t->folds_held_out)
            f.row[f.n++] = t->order[i];
    s->temperature = temperature_of(&f);
}

/* The labelled examples to learn from: all, or a sample in the order of the examples. */
static size_t choose(struct arena *a, const struct label_set *labels, size_t n, uint64_t seed,
                     size_t **ret)
{
    size_t *pick = ARENA_ARRAY(a, n, size_t), count = 0;
    for (size_t i = 0; i < n; i++)
        if (labels->of[i] != LABEL_NONE)
            pick[count++] = i;
    if (count > MAX_EXAMPLES) {
        struct rng rng;
        rng_init(&rng, seed, 2);
        rng_shuffle(&rng, pick, count);
        count = MAX_EXAMPLES;
    }
    *ret = pick;
    return count;
}

static void build_rows(struct training *t, const struct baseline_example *examples,
                       const size_t *pick)
{
    struct linear *s = t->s;
    struct ngrams *grams = ARENA_ARRAY(t->arena, t->n, struct ngrams);
    vocabulary_alloc(&s->words, 1 << 16);
    struct arena *scratch = arena_new();
    for (size_t i = 0; i < t->n; i++) {
        struct ngrams g = ngrams_of(scratch, examples[pick[i]].text);
        grams[i] = (struct ngrams){ARENA_ARRAY(t->arena, g.n, struct ngram), g.n};
        if (g.n)
            memcpy(grams[i].v, g.v, g.n * sizeof *g.v);
        vocabulary_count(&s->words, g);
        arena_reset(scratch);
    }
    arena_free(scratch);
    vocabulary_finish(&s->words, t->n, MAX_WEIGHTS / softmax_stride(s->labels.n));
    struct sparse_row *rows = ARENA_ARRAY(t->arena, t->n, struct sparse_row);
    uint32_t *target = ARENA_ARRAY(t->arena, t->n, uint32_t);
    for (size_t i = 0; i < t->n; i++) {
        rows[i] = row_of(&s->words, t->arena, grams[i]);
        target[i] = s->labels.of[pick[i]];
    }
    t->rows = rows;
    t->target = target;
}

static bool train(struct baseline *m, const struct baseline_example *examples, size_t n,
                  const struct node *options, struct err *e)
{
    (void)options;
    struct linear *s = ARENA_NEW(m->arena, struct linear);
    if (!label_set_build(m->arena, examples, n, &s->labels, e))
        return false;
    m->state = s;
    struct training t = {.s = s, .arena = arena_new(), .model_arena = m->arena,
                         .options.seed = m->seed};
    size_t *pick;
    t.n = choose(t.arena, &s->labels, n, m->seed, &pick);
    build_rows(&t, examples, pick);
    fit(&t);
    arena_free(t.arena);
    return true;
}

static bool predict(const struct baseline *m, struct str text, struct arena *a,
                    struct baseline_answer *ret, struct err *e)
{
    (void)e;
    const struct linear *s = m->state;
    struct sparse_row row = row_of(&s->words, a, ngrams_of(a, text));
    float *score = ARENA_ARRAY(a, s->model.stride, float);
    softmax_scores(&s->model, row, score);
    size_t best = softmax_normalize(score, s->labels.n, s->temperature);
    *ret = (struct baseline_answer){s->labels.label[best], (double)score[best]};
    return true;
}

static void release(struct baseline *m)
{
    struct linear *s = m->state;
    free(s->words.slot);
}

const struct baseline_ops baseline_linear = {
    .name = "linear",
    .summary = "logistic regression on word and character n-grams, calibrated",
    .keys = (const char *const[]){NULL},
    .needs_examples = true,
    .train = train,
    .predict = predict,
    .release = release,
};
