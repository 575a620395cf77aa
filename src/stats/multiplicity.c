/* Adjusting p-values for several tests; see multiplicity.h. */
#include "stats/multiplicity.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct ranked {
    double p;
    size_t index;
};

static int ascending(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->p < y->p || x->p > y->p)
        return x->p < y->p ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

void p_adjust(enum p_adjust method, const double *p, size_t n, double *out)
{
    struct ranked *r = mem_alloc((n + 1) * sizeof *r);
    double total = (double)n, harmonic = 0, running = method == P_HOLM ? 0 : 1;
    for (size_t i = 0; i < n; i++) {
        r[i] = (struct ranked){p[i], i};
        harmonic += 1 / (double)(i + 1);
    }
    qsort(r, n, sizeof *r, ascending);
    for (size_t i = 0; i < n; i++) {
        size_t at = method == P_HOLM ? i : n - 1 - i;
        double rank = (double)(at + 1), v = r[at].p;
        switch (method) {
        case P_BONFERRONI: running = fmin(1, total * v); break;
        case P_HOLM: running = fmax(running, fmin(1, (total - rank + 1) * v)); break;
        case P_BH: running = fmin(running, total / rank * v); break;
        case P_BY: running = fmin(running, harmonic * total / rank * v); break;
        }
        out[r[at].index] = running;
    }
    free(r);
}
