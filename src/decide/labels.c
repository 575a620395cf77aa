/* Reading labels from JSONL or CSV; see labels.h. */
#include "decide/labels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "golden/rows.h"

/* What is being collected; vectors first, the arena gets the result. */
struct reader {
    struct arena *a; /* keeps slice names */
    const char *slice_key;
    VEC(struct label) labels;
    VEC(size_t) slice;
    struct map slices; /* the name of each slice; its position is its number */
    size_t n_errors;
};

static bool read_label(const struct row *row, struct label *l, struct err *e)
{
    int correct;
    *l = (struct label){.weight = 1};
    if (!row_num(row, "confidence", &l->confidence, e) || !row_bool(row, "correct", &correct, e))
        return false;
    if (isnan(l->confidence)) {
        row_missing(row, "confidence", e);
        return err_hint(e, "An output without a confidence cannot be accepted unseen: give it one, "
                           "or leave it out and send it to review always.");
    }
    if (!(l->confidence >= 0 && l->confidence <= 1)) {
        row_err(e, row, "confidence", "a confidence of %g, expected 0 to 1", l->confidence);
        return err_hint(e, "Only the order matters to the threshold, but another scale is more "
                           "often a mistake: divide percentages by 100.");
    }
    if (correct < 0)
        return row_missing(row, "correct", e);
    l->correct = correct == 1;
    double weight;
    if (!row_num(row, "weight", &weight, e))
        return false;
    if (weight <= 0)
        return row_err(e, row, "weight", "a weight of %g, expected more than 0", weight);
    l->weight = isnan(weight) ? 1 : weight;
    return true;
}

static bool slice_of(struct reader *r, const struct row *row, struct arena *scratch, size_t *ret,
                     struct err *e)
{
    struct str name = STR("(none)");
    yyjson_val *v = row_tag(row, r->slice_key);
    bool is_new;
    if (v && yyjson_is_ctn(v))
        return row_err(e, row, r->slice_key, "\"%s\" is %s, expected one value", r->slice_key,
                       json_type_name(v));
    if (v)
        name = json_display(scratch, v);
    if (!map_has(&r->slices, name))
        name = arena_str(r->a, name);
    map_entry(&r->slices, name, &is_new);
    *ret = (size_t)map_index(&r->slices, name);
    return true;
}

static bool read_rows(struct reader *r, const char *path, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct row row;
    bool more;
    if (!rows_open(&rows, path, e))
        return false;
    while (rows_next(&rows, scratch, &row, &more, e)) {
        struct label l;
        size_t slice = 0;
        if (!more)
            return true;
        if (row_get(&row, "error")) {
            r->n_errors++;
        } else {
            if (!read_label(&row, &l, e) ||
                (r->slice_key && !slice_of(r, &row, scratch, &slice, e)))
                return false;
            vec_push(&r->labels, l);
            vec_push(&r->slice, slice);
        }
        arena_reset(scratch);
    }
    return false;
}

static void keep(struct reader *r, struct label_set *ret)
{
    *ret = (struct label_set){.labels = ARENA_ARRAY(r->a, r->labels.n, struct label),
                              .n = r->labels.n,
                              .n_errors = r->n_errors};
    if (ret->n)
        memcpy(ret->labels, r->labels.v, ret->n * sizeof *ret->labels);
    if (!r->slice_key)
        return;
    ret->n_slices = r->slices.n;
    ret->slice = ARENA_ARRAY(r->a, ret->n, size_t);
    if (ret->n)
        memcpy(ret->slice, r->slice.v, ret->n * sizeof *ret->slice);
    ret->slices = ARENA_ARRAY(r->a, ret->n_slices, const char *);
    for (size_t i = 0; i < ret->n_slices; i++)
        ret->slices[i] = r->slices.entries[i].key.p;
}

bool labels_read(struct arena *a, const char *path, const char *slice_key, struct label_set *ret,
                 struct err *e)
{
    struct reader r = {.a = a, .slice_key = slice_key};
    bool ok = read_rows(&r, path, e);
    if (ok && r.labels.n == 0) {
        ok = err_set(e, ERR_INPUT, "%s has no labelled rows", path);
        err_hint(e, "Expected rows with \"confidence\" and \"correct\", one object a line, or CSV "
                    "with a header.");
    }
    if (ok)
        keep(&r, ret);
    vec_free(&r.labels);
    vec_free(&r.slice);
    map_release(&r.slices);
    return ok;
}
