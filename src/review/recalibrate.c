/* Recalibration on a split of its own; see recalibrate.h. */
#include "review/recalibrate.h"

#include "base/rng.h"
#include "stats/calibration.h"

struct halves {
    double *p, *y, *w; /* n of them, shuffled: the first n_fit fit */
    size_t n, n_fit;
};

static struct halves split(struct arena *a, const struct recalibration_labels *v, uint64_t seed)
{
    size_t n = v->n;
    struct halves h = {.p = ARENA_ARRAY(a, n, double),
                       .y = ARENA_ARRAY(a, n, double),
                       .w = ARENA_ARRAY(a, n, double),
                       .n = n,
                       .n_fit = n / 2};
    size_t *order = ARENA_ARRAY(a, n, size_t);
    struct rng rng;
    rng_init(&rng, seed, 0);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    rng_shuffle(&rng, order, n);
    for (size_t i = 0; i < n; i++) {
        h.p[i] = v->confidence[order[i]];
        h.y[i] = v->right[order[i]];
        h.w[i] = v->weight[order[i]];
    }
    return h;
}

/* The test half's confidences after the map that the first half fits; NULL when there is none. */
static double *mapped(struct arena *a, const struct halves *h, const char **ret_method)
{
    size_t n = h->n - h->n_fit;
    double *q = ARENA_ARRAY(a, n, double);
    struct platt platt;
    struct err ignored = {0};
    if (h->n >= RECALIBRATE_ISOTONIC) {
        struct isotonic m = isotonic_pava(h->p, h->y, h->w, h->n_fit, a);
        for (size_t i = 0; i < n; i++)
            q[i] = isotonic_predict(&m, h->p[h->n_fit + i]);
        *ret_method = "isotonic";
        return q;
    }
    if (!platt_fit(h->p, h->y, h->n_fit, &platt, &ignored))
        return NULL;
    for (size_t i = 0; i < n; i++)
        q[i] = platt_predict(&platt, h->p[h->n_fit + i]);
    *ret_method = "platt";
    return q;
}

struct recalibration recalibrate(struct arena *a, const struct recalibration_labels *v,
                                 uint64_t seed)
{
    struct halves h = split(a, v, seed);
    struct recalibration r = {.n_fit = h.n_fit, .n_test = v->n - h.n_fit};
    if (h.n_fit < RECALIBRATE_LEAST)
        return r;
    double *q = mapped(a, &h, &r.method);
    if (!q)
        return r;
    const double *y = h.y + h.n_fit;
    struct calibration_metrics before = calibration_metrics(h.p + h.n_fit, y, r.n_test, 10, a),
                               after = calibration_metrics(q, y, r.n_test, 10, a);
    r.brier = before.brier;
    r.ece = before.ece_equal_width;
    r.brier_after = after.brier;
    r.ece_after = after.ece_equal_width;
    return r;
}
