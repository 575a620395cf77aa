/* Adjusting p-values for several tests; see multiplicity.h. */
#include "stats/multiplicity.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/rank.h"

void p_adjust(enum p_adjust method, const double *p, size_t n, double *out)
{
    size_t *order = mem_alloc((n + 1) * sizeof *order);
    double total = (double)n, harmonic = 0, running = method == P_HOLM ? 0 : 1;
    for (size_t i = 0; i < n; i++)
        harmonic += 1 / (double)(i + 1);
    stat_order(p, n, order);
    for (size_t i = 0; i < n; i++) {
        size_t at = method == P_HOLM ? i : n - 1 - i;
        double rank = (double)(at + 1), v = p[order[at]];
        switch (method) {
        case P_BONFERRONI: running = fmin(1, total * v); break;
        case P_HOLM: running = fmax(running, fmin(1, (total - rank + 1) * v)); break;
        case P_BH: running = fmin(running, total / rank * v); break;
        case P_BY: running = fmin(running, harmonic * total / rank * v); break;
        }
        out[order[at]] = running;
    }
    free(order);
}
