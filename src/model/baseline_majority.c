/* builtin:majority: answers the most frequent training label, with its share as confidence. */
#include "model/baseline.h"
#include "model/baseline_labels.h"

struct majority {
    struct str label;
    double share;
};

static bool train(struct baseline *m, const struct baseline_example *examples, size_t n,
                  const struct node *options, struct err *e)
{
    (void)options;
    struct label_set labels;
    if (!label_set_build(m->arena, examples, n, &labels, e))
        return false;
    size_t best = 0; /* on a tie the label that sorts first */
    for (size_t k = 1; k < labels.n; k++)
        if (labels.count[k] > labels.count[best])
            best = k;
    struct majority *s = ARENA_NEW(m->arena, struct majority);
    s->label = labels.label[best];
    /* Laplace's rule: one example of one label is no certainty. */
    s->share = ((double)labels.count[best] + 1) / ((double)labels.n_labelled + 2);
    m->state = s;
    return true;
}

static bool predict(const struct baseline *m, struct str text, struct arena *a,
                    struct baseline_answer *ret, struct err *e)
{
    (void)text, (void)a, (void)e;
    const struct majority *s = m->state;
    *ret = (struct baseline_answer){s->label, s->share};
    return true;
}

const struct baseline_ops baseline_majority = {
    .name = "majority",
    .summary = "answers the most frequent label of the training examples",
    .keys = (const char *const[]){NULL},
    .needs_examples = true,
    .train = train,
    .predict = predict,
};
