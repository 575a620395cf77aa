/* builtin:knn: the nearest training examples by BM25 vote with their scores. The confidence comes
 * from how each training example fares when it is left out of the index. */
#include <math.h>
#include <stdlib.h>

#include "base/pool.h"
#include "base/rng.h"
#include "model/baseline.h"
#include "model/baseline_labels.h"
#include "model/confidence.h"
#include "text/bm25.h"

enum { MAX_K = 200, LEFT_OUT_ENOUGH = 2000 };

struct knn {
    struct label_set labels;
    struct bm25 *index;
    const uint32_t *label_of; /* by document */
    long long k;
    struct platt platt;
    size_t most_frequent;     /* answer to a text without any known word */
};

struct vote {
    size_t label;
    double share; /* of all votes; 0: nobody voted */
};

/* The label with most votes among the k best hits, leaving out document `skip`. */
static struct vote vote_of(const struct knn *s, struct str text, size_t skip, struct arena *a)
{
    struct bm25_hit *hits = ARENA_ARRAY(a, (size_t)s->k + 1, struct bm25_hit);
    size_t n = bm25_query(s->index, a, text, (size_t)s->k + (skip != SIZE_MAX), hits), used = 0;
    struct vote best = {s->most_frequent, 0};
    double total = 0;
    for (size_t i = 0; i < n; i++)
        if (hits[i].doc != skip && used < (size_t)s->k) {
            hits[used++] = hits[i];
            total += hits[i].score;
        }
    for (size_t i = 0; i < used; i++) {
        double share = 0;
        uint32_t label = s->label_of[hits[i].doc];
        for (size_t j = 0; j < used; j++)
            if (s->label_of[hits[j].doc] == label)
                share += hits[j].score / total;
        /* On a tie the label met first: that of the nearer example. */
        if (share > best.share)
            best = (struct vote){label, share};
    }
    return best;
}

struct left_out {
    const struct knn *s;
    const struct baseline_example *examples;
    const size_t *doc_example; /* example of a document */
    const size_t *doc;         /* documents to leave out in turn */
    double *share;
    bool *right;
};

static void leave_out(void *arg, size_t i)
{
    struct left_out *t = arg;
    struct arena *a = arena_new();
    size_t doc = t->doc[i];
    struct vote v = vote_of(t->s, t->examples[t->doc_example[doc]].text, doc, a);
    t->share[i] = v.share;
    t->right[i] = v.label == t->s->label_of[doc];
    arena_free(a);
}

static void calibrate(struct knn *s, const struct baseline_example *examples,
                      const size_t *doc_example, uint64_t seed)
{
    struct arena *a = arena_new();
    size_t n = bm25_count(s->index);
    size_t *doc = ARENA_ARRAY(a, n, size_t);
    for (size_t i = 0; i < n; i++)
        doc[i] = i;
    struct rng rng;
    rng_init(&rng, seed, 0);
    rng_shuffle(&rng, doc, n);
    if (n > LEFT_OUT_ENOUGH)
        n = LEFT_OUT_ENOUGH;
    struct left_out t = {s, examples, doc_example, doc, ARENA_ARRAY(a, n, double),
                         ARENA_ARRAY(a, n, bool)};
    pool_for(n, leave_out, &t);
    s->platt = platt_of_score(t.share, t.right, n);
    arena_free(a);
}

static bool train(struct baseline *m, const struct baseline_example *examples, size_t n,
                  const struct node *options, struct err *e)
{
    struct knn *s = ARENA_NEW(m->arena, struct knn);
    double k1 = 1.2, b = 0.75;
    s->k = 10;
    if (!node_get_int(options, "k", 1, MAX_K, &s->k, e) ||
        !node_get_num(options, "k1", &k1, e) || !node_get_num(options, "b", &b, e) ||
        !label_set_build(m->arena, examples, n, &s->labels, e))
        return false;
    if (!(k1 >= 0) || !(b >= 0 && b <= 1))
        return node_err(e, options, "wants k1 >= 0 and b within [0, 1], not k1 %g, b %g", k1, b);
    m->state = s;
    s->index = bm25_new(k1, b);
    struct arena *scratch = arena_new();
    size_t *doc_example = ARENA_ARRAY(scratch, s->labels.n_labelled, size_t);
    uint32_t *label_of = ARENA_ARRAY(m->arena, s->labels.n_labelled, uint32_t);
    for (size_t i = 0; i < n; i++)
        if (s->labels.of[i] != LABEL_NONE) {
            size_t doc = bm25_add(s->index, examples[i].text);
            doc_example[doc] = i;
            label_of[doc] = s->labels.of[i];
        }
    bm25_finish(s->index);
    s->label_of = label_of;
    for (size_t l = 1; l < s->labels.n; l++)
        if (s->labels.count[l] > s->labels.count[s->most_frequent])
            s->most_frequent = l;
    calibrate(s, examples, doc_example, m->seed);
    arena_free(scratch);
    return true;
}

static bool predict(const struct baseline *m, struct str text, struct arena *a,
                    struct baseline_answer *ret, struct err *e)
{
    (void)e;
    const struct knn *s = m->state;
    struct vote v = vote_of(s, text, SIZE_MAX, a);
    double prior = (double)s->labels.count[v.label] / (double)s->labels.n_labelled;
    *ret = (struct baseline_answer){s->labels.label[v.label],
                                    v.share > 0 ? platt_predict(&s->platt, v.share) : prior};
    return true;
}

static void release(struct baseline *m)
{
    struct knn *s = m->state;
    bm25_free(s->index);
}

const struct baseline_ops baseline_knn = {
    .name = "knn",
    .summary = "votes of the nearest training examples by BM25, calibrated",
    .keys = (const char *const[]){"k", "k1", "b", NULL},
    .needs_examples = true,
    .train = train,
    .predict = predict,
    .release = release,
};
