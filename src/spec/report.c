/* The list of a spec's problems. */
#include "spec/report.h"

#include <stdlib.h>
#include <string.h>

void spec_report_add(struct spec_report *r, const struct err *e)
{
    if (!r->v)
        r->v = ARENA_ARRAY(r->a, SPEC_REPORT_MAX, struct err);
    if (r->n < SPEC_REPORT_MAX)
        r->v[r->n++] = *e;
}

struct placed {
    struct err e;
    size_t file, order; /* rank of the file; when it was noted */
};

static int by_place(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->e.line != b->e.line)
        return a->e.line < b->e.line ? -1 : 1;
    if (a->e.col != b->e.col)
        return a->e.col < b->e.col ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static bool same_problem(const struct err *a, const struct err *b)
{
    return a->line == b->line && a->col == b->col && strcmp(a->file, b->file) == 0 &&
           strcmp(a->msg, b->msg) == 0;
}

void spec_report_sort(struct spec_report *r, const char *root)
{
    struct placed *v = ARENA_ARRAY(r->a, r->n, struct placed);
    size_t kept = 0;
    for (size_t i = 0; i < r->n; i++) {
        bool in_root = strcmp(r->v[i].file, root) == 0;
        v[i] = (struct placed){r->v[i], in_root ? 0 : i + 1, i};
        for (size_t j = 0; j < i && !in_root && v[i].file == i + 1; j++)
            if (strcmp(v[j].e.file, v[i].e.file) == 0)
                v[i].file = v[j].file;
    }
    qsort(v, r->n, sizeof *v, by_place);
    for (size_t i = 0; i < r->n; i++)
        if (kept == 0 || !same_problem(&v[i].e, &r->v[kept - 1]))
            r->v[kept++] = v[i].e;
    r->n = kept;
}
