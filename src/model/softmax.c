/* Multinomial logistic regression; see softmax.h. */
#include "model/softmax.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

/* The inner loops run over this many floats at a time, which the compiler turns into vector
 * instructions. */
enum { LANES = 8 };

size_t softmax_stride(size_t n_classes) { return (n_classes + LANES - 1) / LANES * LANES; }

/* y += f * x over n floats, n a multiple of LANES. */
static void add_scaled(float *restrict y, const float *restrict x, float f, size_t n)
{
    for (size_t i = 0; i < n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            y[i + j] += f * x[i + j];
}

void softmax_scores(const struct softmax *m, struct sparse_row row, float *out)
{
    memset(out, 0, m->stride * sizeof *out);
    for (size_t i = 0; i < row.n; i++)
        add_scaled(out, m->weight + row.cell[i].col * m->stride, row.cell[i].value, m->stride);
}

size_t softmax_normalize(float *score, size_t n, double temperature)
{
    size_t best = 0;
    for (size_t k = 1; k < n; k++)
        if (score[k] > score[best])
            best = k;
    float top = score[best], inverse = (float)(1 / temperature), sum = 0;
    for (size_t k = 0; k < n; k++) {
        score[k] = expf((score[k] - top) * inverse);
        sum += score[k];
    }
    for (size_t k = 0; k < n; k++)
        score[k] /= sum;
    return best;
}

static void scale_all(struct softmax *m, float f)
{
    for (size_t i = 0; i < m->n_cols * m->stride; i++)
        m->weight[i] *= f;
}

void softmax_train(struct arena *a, const struct sparse_row *rows, const uint32_t *target,
                   const size_t *pick, size_t n_pick, size_t n_cols, size_t n_classes,
                   const struct softmax_options *options, struct softmax *ret)
{
    size_t stride = softmax_stride(n_classes);
    struct softmax m = {n_classes, stride, n_cols, ARENA_ARRAY(a, n_cols * stride, float)};
    float *p = ARENA_ARRAY(a, stride, float);
    size_t *order = ARENA_ARRAY(a, n_pick, size_t);
    memcpy(order, pick, n_pick * sizeof *order);
    struct rng rng;
    rng_init(&rng, options->seed, 0);
    /* Shrinking every weight at every step is put off: the true weights are `kept` times the
     * stored ones. */
    double kept = 1, steps = (double)options->epochs * (double)n_pick, done = 0;
    for (int epoch = 0; epoch < options->epochs; epoch++) {
        rng_shuffle(&rng, order, n_pick);
        for (size_t t = 0; t < n_pick; t++, done++) {
            struct sparse_row row = rows[order[t]];
            double step = options->step * (1 - done / steps);
            softmax_scores(&m, row, p);
            for (size_t k = 0; k < n_classes; k++)
                p[k] *= (float)kept;
            softmax_normalize(p, n_classes, 1);
            for (size_t k = 0; k < n_classes; k++)
                p[k] -= (float)(options->smoothing / (double)n_classes);
            p[target[order[t]]] -= (float)(1 - options->smoothing);
            kept *= 1 - step * options->shrink;
            for (size_t i = 0; i < row.n; i++)
                add_scaled(m.weight + row.cell[i].col * stride, p,
                           (float)(-step / kept) * row.cell[i].value, stride);
            memset(p, 0, stride * sizeof *p);
            if (kept < 1e-3) {
                scale_all(&m, (float)kept);
                kept = 1;
            }
        }
    }
    scale_all(&m, (float)kept);
    *ret = m;
}
