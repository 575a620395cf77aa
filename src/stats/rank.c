/* Stable order and mid-ranks; see rank.h. */
#include "stats/rank.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"

struct keyed {
    double x;
    size_t i;
};

static int by_value_then_index(const void *a, const void *b)
{
    const struct keyed *p = a, *q = b;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return (p->i > q->i) - (p->i < q->i);
}

void stat_order(const double *x, size_t n, size_t *index)
{
    if (n == 0)
        return;
    CLEANUP(mem_freep) struct keyed *k = mem_calloc(n, sizeof *k);
    for (size_t i = 0; i < n; i++)
        k[i] = (struct keyed){x[i], i};
    qsort(k, n, sizeof *k, by_value_then_index);
    for (size_t i = 0; i < n; i++)
        index[i] = k[i].i;
}

void stat_midranks(const double *x, size_t n, double *rank)
{
    if (n == 0)
        return;
    CLEANUP(mem_freep) size_t *order = mem_calloc(n, sizeof *order);
    stat_order(x, n, order);
    for (size_t i = 0, j; i < n; i = j) {
        j = i + 1;
        while (j < n && x[order[j]] <= x[order[i]])
            j++;
        for (size_t k = i; k < j; k++)
            rank[order[k]] = 0.5 * (double)(i + j + 1);
    }
}
