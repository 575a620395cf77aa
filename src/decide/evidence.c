/* Evidence tables: building, indexing, item means; see evidence.h. Reading plain files is
 * evidence_file.c's part. */
#include "decide/evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void evidence_start(struct evidence_builder *b, struct arena *a, const char *name,
                    const char *const *slices, bool clustered)
{
    static struct str none;
    *b = (struct evidence_builder){.a = a, .ev = ARENA_NEW(a, struct evidence)};
    struct evidence *ev = b->ev;
    ev->name = arena_strdup(a, name);
    while (slices && slices[ev->n_slices])
        ev->n_slices++;
    ev->slice = ARENA_ARRAY(a, ev->n_slices + 1, const char *);
    for (size_t k = 0; k < ev->n_slices; k++)
        ev->slice[k] = arena_strdup(a, slices[k]);
    if (clustered)
        ev->cluster = &none; /* a mark until evidence_finish puts the array there */
}

size_t evidence_measure(struct evidence_builder *b, const char *name)
{
    struct evidence *ev = b->ev;
    ptrdiff_t known = evidence_measure_find(ev, name);
    if (known >= 0)
        return (size_t)known;
    if (ev->n_measures == EVIDENCE_MAX_MEASURES)
        BUG("more than %d measures", EVIDENCE_MAX_MEASURES);
    struct evidence_measure *bigger =
        ARENA_ARRAY(b->a, ev->n_measures + 1, struct evidence_measure);
    for (size_t i = 0; i < ev->n_measures; i++)
        bigger[i] = ev->measures[i];
    bigger[ev->n_measures] =
        (struct evidence_measure){.name = arena_strdup(b->a, name), .binary = true};
    ev->measures = bigger;
    return ev->n_measures++;
}

uint32_t evidence_item(struct evidence_builder *b, struct str id, bool *ret_new)
{
    void *known = map_get(&b->ev->index, id);
    *ret_new = !known;
    if (known)
        return (uint32_t)((intptr_t)known - 1);
    struct str own = arena_str(b->a, id), none = {NULL, 0};
    vec_push(&b->ids, own);
    map_put(&b->ev->index, own, (void *)(intptr_t)b->ids.n);
    if (b->ev->cluster)
        vec_push(&b->clusters, none);
    for (size_t k = 0; k < b->ev->n_slices; k++)
        vec_push(&b->slice_values, none);
    return (uint32_t)(b->ids.n - 1);
}

/* A copy of a tag's value, one for all the items that have it. */
static struct str shared(struct evidence_builder *b, struct str value)
{
    bool is_new;
    if (!value.p)
        return value;
    void *known = map_get(&b->values, value);
    if (known)
        return (struct str){known, value.n};
    struct str own = arena_str(b->a, value);
    map_entry(&b->values, own, &is_new)->value = (void *)(uintptr_t)own.p;
    return own;
}

void evidence_set_cluster(struct evidence_builder *b, uint32_t item, struct str cluster)
{
    b->clusters.v[item] = shared(b, cluster);
}

void evidence_set_slice(struct evidence_builder *b, uint32_t item, size_t k, struct str value)
{
    b->slice_values.v[item * b->ev->n_slices + k] = shared(b, value);
}

double *evidence_measures_new(struct evidence_builder *b)
{
    double *v = ARENA_ARRAY(b->a, b->ev->n_measures, double);
    for (size_t i = 0; i < b->ev->n_measures; i++)
        v[i] = (double)NAN;
    return v;
}

static bool zero_or_one(double v) { return !(v < 0 || v > 0) || !(v < 1 || v > 1); }

void evidence_add(struct evidence_builder *b, struct evidence_row row)
{
    for (size_t i = 0; i < row.n_measures; i++) {
        if (isnan(row.measure[i]))
            continue;
        b->ev->measures[i].n_values++;
        if (!zero_or_one(row.measure[i]))
            b->ev->measures[i].binary = false;
    }
    if (row.error)
        row.value = (double)NAN;
    b->ev->n_errors += row.error;
    vec_push(&b->rows, row);
}

static int by_item_and_epoch(const void *x, const void *y)
{
    const struct evidence_row *a = x, *b = y;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    if (a->epoch != b->epoch)
        return a->epoch < b->epoch ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Files mostly come sorted; then there is nothing to do. */
static bool in_order(const struct evidence *ev)
{
    for (size_t i = 1; i < ev->n_rows; i++)
        if (by_item_and_epoch(&ev->rows[i - 1], &ev->rows[i]) > 0)
            return false;
    return true;
}

static bool check_duplicates(const struct evidence *ev, const char *path, struct err *e)
{
    for (size_t i = 1; i < ev->n_rows; i++) {
        const struct evidence_row *r = &ev->rows[i], *before = r - 1;
        if (r->item != before->item || r->epoch != before->epoch)
            continue;
        err_set(e, ERR_INPUT, "id \"%.*s\" with epoch %d stands twice, first in line %u",
                STR_ARG(ev->id[r->item]), r->epoch, before->line);
        err_hint(e, "Repeats of an item need an `epoch` of their own; otherwise remove one row.");
        return err_at(e, path, (int)r->line, 1);
    }
    return true;
}

static void index_rows(struct arena *a, struct evidence *ev)
{
    ev->first = ARENA_ARRAY(a, ev->n_items + 1, size_t);
    size_t at = 0;
    for (size_t i = 0; i < ev->n_items; i++) {
        ev->first[i] = at;
        while (at < ev->n_rows && ev->rows[at].item == i)
            at++;
        int epochs = (int)(at - ev->first[i]);
        ev->max_epochs = epochs > ev->max_epochs ? epochs : ev->max_epochs;
    }
    ev->first[ev->n_items] = at;
}

static void free_memory(void *p) { free(p); }

/* Hands the memory of a list over to the arena, without what was reserved beyond its end. */
static void *keep(struct arena *a, void *v, size_t n, size_t size)
{
    if (n == 0) {
        free(v);
        return ARENA_ARRAY(a, 1, char);
    }
    v = mem_realloc(v, n * size);
    arena_defer(a, free_memory, v);
    return v;
}

static void free_index(void *p) { map_release(p); }

bool evidence_finish(struct evidence_builder *b, const char *path, struct evidence **ret,
                     struct err *e)
{
    struct evidence *ev = b->ev;
    ev->n_items = b->ids.n;
    ev->n_rows = b->rows.n;
    ev->id = keep(b->a, b->ids.v, b->ids.n, sizeof *b->ids.v);
    ev->slice_value = keep(b->a, b->slice_values.v, b->slice_values.n, sizeof *b->slice_values.v);
    struct str *clusters = keep(b->a, b->clusters.v, b->clusters.n, sizeof *b->clusters.v);
    ev->cluster = ev->cluster ? clusters : NULL;
    ev->rows = keep(b->a, b->rows.v, b->rows.n, sizeof *b->rows.v);
    if (ev->n_rows && !in_order(ev))
        qsort(ev->rows, ev->n_rows, sizeof *ev->rows, by_item_and_epoch);
    map_release(&b->values);
    arena_defer(b->a, free_index, &ev->index);
    index_rows(b->a, ev);
    *ret = ev;
    return check_duplicates(ev, path, e);
}

ptrdiff_t evidence_find(const struct evidence *ev, struct str id)
{
    return (intptr_t)map_get(&ev->index, id) - 1;
}

ptrdiff_t evidence_measure_find(const struct evidence *ev, const char *name)
{
    for (size_t i = 0; i < ev->n_measures; i++)
        if (strcmp(ev->measures[i].name, name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

double evidence_row_value(const struct evidence_row *row, int which)
{
    switch (which) {
    case EVIDENCE_LATENCY: return row->latency_s;
    case EVIDENCE_TTFT: return row->ttft_s;
    case EVIDENCE_COST: return row->cost_usd;
    case EVIDENCE_IS_ERROR: return row->error;
    default: break;
    }
    if (row->error)
        return (double)NAN;
    if (which == EVIDENCE_VALUE)
        return row->value;
    if (which == EVIDENCE_SCORE)
        return row->score;
    return which < row->n_measures ? row->measure[which] : (double)NAN;
}

double *evidence_item_means(struct arena *a, const struct evidence *ev, int which)
{
    double *mean = ARENA_ARRAY(a, ev->n_items, double);
    for (size_t i = 0; i < ev->n_items; i++) {
        double sum = 0;
        size_t n = 0;
        for (size_t j = ev->first[i]; j < ev->first[i + 1]; j++) {
            double v = evidence_row_value(&ev->rows[j], which);
            if (isnan(v))
                continue;
            sum += v;
            n++;
        }
        mean[i] = n ? sum / (double)n : (double)NAN;
    }
    return mean;
}
