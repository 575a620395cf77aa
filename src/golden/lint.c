/* Golden lint: runs the checks over a set; see lint.h. Balance and similarity have own files. */
#include "golden/lint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "golden/balance.h"
#include "golden/lint_out.h"
#include "golden/lint_rows.h"

void lint_options_init(struct lint_options *o)
{
    *o = (struct lint_options){.similarity = 0.85, .min_slice = 30, .min_label = 5};
}

/* --- lines that are none --- */

static void bad_line(void *arg, const struct err *why)
{
    struct lint_out *out = arg;
    struct lint_finding *f =
        lint_add(out, why->code == ERR_CONFLICT ? LINT_DUPLICATE_ID : LINT_BAD_LINE);
    if (!f)
        return;
    const char *hint = why->hint[0] ? arena_printf(out->a, "; %s", why->hint) : "";
    struct str msg = utf8_printable(out->a, arena_strf(out->a, "%s%s", why->msg, hint));
    f->line = (size_t)why->line;
    f->col = (size_t)why->col;
    f->message = arena_strndup(out->a, msg.p, msg.n);
}

/* --- single rows --- */

static void row_findings(struct lint_out *out, const struct golden *g, const struct lint_rows *rows)
{
    static const struct {
        enum row_flag flag;
        enum lint_check check;
        const char *(*message)(struct arena *a, const struct item *it);
    } kinds[] = {{ROW_EMPTY, LINT_EMPTY, lint_empty_fields},
                 {ROW_UNKNOWN_KEY, LINT_UNKNOWN_KEY, lint_unknown_key},
                 {ROW_GARBLED, LINT_GARBLED, lint_garbled},
                 {ROW_NO_EXPECTED, LINT_NO_EXPECTED, NULL}};
    size_t without = 0;
    for (size_t i = 0; i < g->n; i++)
        without += (rows->flags[i] & ROW_NO_EXPECTED) != 0;
    for (size_t i = 0; i < g->n; i++) {
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            struct item it;
            if (!(rows->flags[i] & kinds[k].flag))
                continue;
            /* a set without any expected answers is for graders that need none */
            if (kinds[k].flag == ROW_NO_EXPECTED && without == g->n)
                continue;
            struct lint_finding *f = lint_add(out, kinds[k].check);
            if (!f || !golden_item(g, i, out->a, &it, NULL))
                continue;
            f->line = it.line;
            f->id = arena_strndup(out->a, it.id.p, it.id.n);
            f->message = kinds[k].message ? kinds[k].message(out->a, &it) : "no expected answer";
        }
    }
}

/* --- pairs --- */

static const char *id_of(struct lint_out *out, const struct golden *g, size_t row)
{
    struct item it;
    if (!golden_item(g, row, out->a, &it, NULL))
        return NULL;
    return arena_strndup(out->a, it.id.p, it.id.n);
}

static void add_pair(struct lint_out *out, enum lint_check check, const struct golden *g,
                     size_t row, const struct golden *other, size_t other_row, double similarity,
                     const char *what)
{
    struct lint_finding *f = lint_add(out, check);
    if (!f)
        return;
    f->line = g->row[row].line;
    f->other_line = other->row[other_row].line;
    f->other_in_train = other != g;
    f->id = id_of(out, g, row);
    f->other_id = id_of(out, other, other_row);
    f->similarity = similarity;
    const char *file = f->other_in_train ? arena_printf(out->a, " of %s", other->path) : "";
    f->message = arena_printf(out->a, "%s line %zu%s", what, f->other_line, file);
}

struct keyed {
    uint64_t key;
    uint32_t row;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static struct keyed *sorted_keys(const uint64_t *key, size_t n)
{
    struct keyed *v = mem_calloc(n ? n : 1, sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = (struct keyed){key[i], (uint32_t)i};
    qsort(v, n, sizeof *v, by_key);
    return v;
}

struct pair {
    uint32_t row, other;
    enum lint_check check;
};

static int by_row(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool in_train(const struct golden *g, size_t row)
{
    return g->row[row].split == SPLIT_TRAIN;
}

/* One group of rows with the same input: what each row but the first is, seen from a row before
 * it that matters most. */
static void same_input(const struct golden *g, const struct lint_rows *rows, const struct keyed *v,
                       size_t n, struct pair *pairs, size_t *n_pairs)
{
    size_t first_train = n;
    for (size_t i = n; i-- > 0;)
        if (in_train(g, v[i].row))
            first_train = i;
    for (size_t i = 0; i < n; i++) {
        uint32_t row = v[i].row, other = v[0].row;
        bool conflict = i > 0 && rows->expected[row] != rows->expected[other];
        if (conflict)
            pairs[(*n_pairs)++] = (struct pair){row, other, LINT_CONFLICT};
        if (!in_train(g, row) && first_train < n)
            pairs[(*n_pairs)++] = (struct pair){row, v[first_train].row, LINT_LEAKAGE};
        else if (i > 0 && !conflict && in_train(g, row) == in_train(g, other))
            pairs[(*n_pairs)++] = (struct pair){row, other, LINT_DUPLICATE};
    }
}

/* Exact duplicates; of each group only the first row stays in the search for near ones. */
static void exact_pairs(struct lint_out *out, const struct golden *g, struct lint_rows *rows)
{
    struct keyed *v = sorted_keys(rows->input, rows->n);
    struct pair *pairs = mem_calloc(rows->n * 2 + 1, sizeof *pairs);
    size_t n = 0;
    for (size_t from = 0, to; from < rows->n; from = to) {
        for (to = from + 1; to < rows->n && v[to].key == v[from].key;)
            to++;
        if (to - from == 1 || (rows->flags[v[from].row] & ROW_BAD))
            continue;
        same_input(g, rows, v + from, to - from, pairs, &n);
        for (size_t i = from + 1; rows->bands && i < to; i++)
            memset(rows->bands + (size_t)v[i].row * SIMILAR_BANDS, 0,
                   SIMILAR_BANDS * sizeof *rows->bands);
    }
    qsort(pairs, n, sizeof *pairs, by_row);
    for (size_t i = 0; i < n; i++) {
        static const char *const what[] = {[LINT_CONFLICT] = "another expected answer than",
                                           [LINT_LEAKAGE] = "the input of training",
                                           [LINT_DUPLICATE] = "the input of"};
        add_pair(out, pairs[i].check, g, pairs[i].row, g, pairs[i].other, 1, what[pairs[i].check]);
    }
    free(pairs);
    free(v);
}

static bool plain_text(void *arg, size_t i, struct arena *a, struct str *ret)
{
    struct item it;
    if (!golden_item(arg, i, a, &it, NULL))
        return false;
    *ret = similar_plain(a, item_text(a, &it));
    return true;
}

static void near_pairs(struct lint_out *out, struct golden *g, const struct lint_rows *rows,
                       double threshold)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    size_t n;
    const struct similar_pair *p =
        similar_pairs(a, rows->bands, rows->n, threshold, plain_text, g, &n);
    for (size_t i = 0; i < n; i++) {
        size_t row = p[i].b, other = p[i].a;
        bool leak = in_train(g, row) != in_train(g, other);
        if (leak && in_train(g, row)) {
            row = p[i].a;
            other = p[i].b;
        }
        bool differs = rows->expected[row] != rows->expected[other];
        const char *what = leak      ? "nearly the input of training"
                           : differs ? "another expected answer for nearly the input of"
                                     : "nearly the input of";
        add_pair(out, leak ? LINT_NEAR_LEAKAGE : LINT_NEAR_DUPLICATE, g, row, g, other,
                 (double)p[i].similarity, what);
    }
}

/* --- another file as training data --- */

struct two_sets {
    const struct golden *g, *train;
};

static bool plain_text_of_two(void *arg, size_t i, struct arena *a, struct str *ret)
{
    const struct two_sets *two = arg;
    struct item it;
    bool first = i < two->g->n;
    if (!golden_item(first ? two->g : two->train, first ? i : i - two->g->n, a, &it, NULL))
        return false;
    *ret = similar_plain(a, item_text(a, &it));
    return true;
}

static void leakage_exact(struct lint_out *out, const struct golden *g, struct lint_rows *rows,
                          const struct golden *train, const struct lint_rows *train_rows)
{
    struct keyed *v = sorted_keys(train_rows->input, train_rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        size_t lo = 0, hi = train_rows->n;
        while (lo < hi) {
            size_t mid = (lo + hi) / 2;
            if (v[mid].key < rows->input[i])
                lo = mid + 1;
            else
                hi = mid;
        }
        if (lo == train_rows->n || v[lo].key != rows->input[i] || in_train(g, i))
            continue;
        add_pair(out, LINT_LEAKAGE, g, i, train, v[lo].row, 1, "the input of training");
        if (rows->bands)
            memset(rows->bands + i * SIMILAR_BANDS, 0, SIMILAR_BANDS * sizeof *rows->bands);
    }
    free(v);
}

static void leakage_near(struct lint_out *out, const struct golden *g, const struct lint_rows *rows,
                         const struct golden *train, const struct lint_rows *train_rows,
                         double threshold)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct two_sets two = {g, train};
    size_t n, bytes = SIMILAR_BANDS * sizeof *rows->bands;
    uint32_t *bands = mem_calloc(rows->n + train_rows->n + 1, bytes);
    if (rows->n)
        memcpy(bands, rows->bands, rows->n * bytes);
    if (train_rows->n)
        memcpy(bands + rows->n * SIMILAR_BANDS, train_rows->bands, train_rows->n * bytes);
    for (size_t i = 0; i < rows->n; i++)
        if (in_train(g, i))
            memset(bands + i * SIMILAR_BANDS, 0, bytes);
    const struct similar_pair *p =
        similar_pairs(a, bands, rows->n + train_rows->n, threshold, plain_text_of_two, &two, &n);
    for (size_t i = 0; i < n; i++)
        if (p[i].a < rows->n && p[i].b >= rows->n)
            add_pair(out, LINT_NEAR_LEAKAGE, g, p[i].a, train, p[i].b - rows->n,
                     (double)p[i].similarity, "nearly the input of training");
    free(bands);
}

static void leakage_from(struct lint_out *out, const struct golden *g, struct lint_rows *rows,
                         const struct lint_options *o)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct lint_options plain = *o;
    struct lint_rows train_rows;
    plain.slices = plain.labels = NULL;
    lint_rows_gather(a, o->train, &plain, &train_rows);
    leakage_exact(out, g, rows, o->train, &train_rows);
    if (o->similarity > 0)
        leakage_near(out, g, rows, o->train, &train_rows, o->similarity);
}

/* --- the whole --- */

bool lint_file(struct arena *a, const char *path, const struct lint_options *o,
               struct golden **ret_set, struct lint_report *ret, struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct lint_out out = {.a = a, .report = ret};
    struct lint_rows rows;
    *ret = (struct lint_report){0};
    if (!golden_load_lenient(a, path, bad_line, &out, ret_set, e))
        return false;
    lint_rows_gather(scratch, *ret_set, o, &rows);
    row_findings(&out, *ret_set, &rows);
    if (o->train)
        leakage_from(&out, *ret_set, &rows, o);
    exact_pairs(&out, *ret_set, &rows);
    if (rows.bands)
        near_pairs(&out, *ret_set, &rows, o->similarity);
    balance_labels(&out, *ret_set, &rows, o, ret);
    balance_slices(&out, *ret_set, &rows, o, ret);
    lint_out_finish(&out);
    return true;
}
