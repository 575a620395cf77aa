/*
 * Labels and slices: counting values by their hashes, and judging whether there are enough. The
 * text of a value is read back from the first row that has it.
 */
#include "golden/balance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "golden/lint_out.h"
#include "golden/similar.h"
#include "stats/proportion.h"
#include "text/json.h"

enum {
    MAX_VALUES = 1000, /* more values than this: a tag is no slice, expected is no label */
    MIN_REPEATS = 3,   /* labels come up at least this often on average */
    SMALL_SET = 100,
};
static const double one_label_share = 0.8;

/* One value and where it occurs. */
struct value {
    uint64_t hash;
    size_t first; /* row */
    size_t n[3];
};

struct tally {
    struct value *v; /* by number, falling */
    size_t n;
    bool too_many;
};

static size_t total(const size_t n[3]) { return n[0] + n[1] + n[2]; }

static size_t measured(const size_t n[3]) { return n[SPLIT_TEST] + n[SPLIT_ANCHOR]; }

static int by_number(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    if (total(x->n) != total(y->n))
        return total(x->n) > total(y->n) ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* Open addressing on the hash itself: values are hashes already. */
static struct tally tally_hashes(struct arena *a, const struct golden *g, const uint64_t *hash,
                                 size_t max)
{
    size_t n_slots = 16;
    while (n_slots < max * 4)
        n_slots *= 2;
    struct tally t = {.v = ARENA_ARRAY(a, max + 1, struct value)};
    uint32_t *slots = mem_calloc(n_slots, sizeof *slots);
    for (size_t i = 0; i < g->n && !t.too_many; i++) {
        if (hash[i] == 0)
            continue;
        size_t s = hash[i] & (n_slots - 1);
        while (slots[s] && t.v[slots[s] - 1].hash != hash[i])
            s = (s + 1) & (n_slots - 1);
        if (slots[s] == 0) {
            t.too_many = t.n == max;
            if (t.too_many)
                break;
            t.v[t.n] = (struct value){.hash = hash[i], .first = i};
            slots[s] = (uint32_t)++t.n;
        }
        t.v[slots[s] - 1].n[g->row[i].split]++;
    }
    free(slots);
    qsort(t.v, t.n, sizeof *t.v, by_number);
    return t;
}

static const char *shown(struct arena *a, struct str s)
{
    struct str cut = utf8_cut(utf8_printable(a, s), 60);
    return arena_printf(a, "%.*s%s", STR_ARG(cut), cut.n < s.n ? "…" : "");
}

/* "±17 points": half the width of Wilson's 95% interval for a rate of 90% among n. */
static int half_width_points(size_t n)
{
    size_t k = (size_t)llround(0.9 * (double)n);
    struct interval i = ci_wilson(k, n, 0.95);
    return (int)lround(100 * (i.high - i.low) / 2);
}

/* --- labels --- */

static bool is_classification(const struct golden *g, const struct lint_rows *rows,
                              const struct lint_options *o, const struct tally *t)
{
    size_t with = 0;
    if (o->labels || o->classification)
        return true;
    for (size_t i = 0; i < g->n; i++) {
        if (rows->flags[i] & ROW_CONTAINER)
            return false;
        with += rows->expected[i] != 0;
    }
    return !t->too_many && t->n > 0 && with >= t->n * MIN_REPEATS;
}

static void unknown_labels(struct lint_out *out, const struct golden *g,
                           const struct lint_rows *rows, const struct lint_options *o)
{
    struct item it;
    for (size_t i = 0; o->labels && i < g->n; i++) {
        if (!(rows->flags[i] & ROW_LABEL_UNKNOWN))
            continue;
        struct lint_finding *f = lint_add(out, LINT_UNKNOWN_LABEL);
        if (!f || !golden_item(g, i, out->a, &it, NULL))
            continue;
        struct str label = it.expected ? json_display(out->a, it.expected) : STR("");
        const char *near = str_nearest(label, o->labels);
        f->line = it.line;
        f->id = shown(out->a, it.id);
        f->message =
            near ? arena_printf(out->a, "\"%s\" is not in the label list, nearest is \"%s\"",
                                shown(out->a, label), near)
                 : arena_printf(out->a, "\"%s\" is not in the label list", shown(out->a, label));
    }
}

/* "card_lost", "Card lost" and "card-lost" are one label that was typed three times. */
static void spellings(struct lint_out *out, const struct lint_report *report)
{
    CLEANUP(map_release) struct map seen = {0};
    for (size_t i = 0; i < report->n_label; i++) {
        const char *label = report->label[i].label;
        struct str plain = similar_plain(out->a, str_c(label));
        const char *before = map_get(&seen, plain);
        union {
            const char *in;
            char *out;
        } value = {.in = label};
        if (plain.n && before)
            lint_addf(out, LINT_LABEL_SPELLING, 0,
                      "\"%s\" (%zu) and \"%s\" differ in spelling only", label,
                      total(report->label[i].n), before);
        else
            map_put(&seen, plain, value.out);
    }
}

static void label_numbers(struct lint_out *out, const struct golden *g,
                          const struct lint_options *o, const struct lint_report *report)
{
    size_t test = g->n_split[SPLIT_TEST] + g->n_split[SPLIT_ANCHOR];
    const struct lint_label *most = NULL;
    bool trained = g->n_split[SPLIT_TRAIN] > 0;
    for (size_t i = 0; i < report->n_label; i++) {
        const struct lint_label *l = &report->label[i];
        if (!most || measured(l->n) > measured(most->n))
            most = l;
        if (trained && l->n[SPLIT_TRAIN] == 0)
            lint_addf(out, LINT_UNTRAINED_LABEL, 0,
                      "\"%s\" has %zu test example%s and none to train on", l->label,
                      measured(l->n), measured(l->n) == 1 ? "" : "s");
        if (test && measured(l->n) < o->min_label)
            lint_addf(out, LINT_RARE_LABEL, 0, "\"%s\" has %zu test example%s, fewer than %zu",
                      l->label, measured(l->n), measured(l->n) == 1 ? "" : "s", o->min_label);
    }
    if (most && report->n_label > 1 && test &&
        (double)measured(most->n) >= one_label_share * (double)test)
        lint_addf(out, LINT_IMBALANCE, 0,
                  "always answering \"%s\" is right in %.0f%% of the test examples", most->label,
                  100 * (double)measured(most->n) / (double)test);
}

void balance_labels(struct lint_out *out, const struct golden *g, const struct lint_rows *rows,
                    const struct lint_options *o, struct lint_report *report)
{
    struct tally t = tally_hashes(out->a, g, rows->expected, MAX_VALUES);
    struct item it;
    if (!is_classification(g, rows, o, &t))
        return;
    report->classified = true;
    report->label = ARENA_ARRAY(out->a, t.n, struct lint_label);
    for (size_t i = 0; i < t.n; i++) {
        if (!golden_item(g, t.v[i].first, out->a, &it, NULL) || !it.expected)
            continue;
        struct lint_label *l = &report->label[report->n_label++];
        l->label = shown(out->a, json_display(out->a, it.expected));
        memcpy(l->n, t.v[i].n, sizeof l->n);
    }
    report->n_label_all = t.n;
    unknown_labels(out, g, rows, o);
    spellings(out, report);
    if (!t.too_many)
        label_numbers(out, g, o, report);
}

/* --- slices --- */

static void missing_tag(struct lint_out *out, const struct golden *g, const char *tag,
                        const uint64_t *hash)
{
    size_t missing = 0, first = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (hash[i])
            continue;
        if (missing++ == 0)
            first = g->row[i].line;
    }
    if (missing)
        lint_addf(out, LINT_NO_TAG, first, "%zu example%s without the tag %s", missing,
                  missing == 1 ? "" : "s", tag);
}

static void small_slices(struct lint_out *out, const struct lint_options *o,
                         const struct lint_slice *slice, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t m = measured(slice[i].n);
        if (m >= o->min_slice)
            continue;
        if (m == 0)
            lint_addf(out, LINT_SMALL_SLICE, 0, "%s = %s has no test example", slice[i].tag,
                      slice[i].value);
        else
            lint_addf(out, LINT_SMALL_SLICE, 0,
                      "%s = %s has %zu test example%s: a rate of 90%% would be known to ±%d points",
                      slice[i].tag, slice[i].value, m, m == 1 ? "" : "s", half_width_points(m));
    }
}

void balance_slices(struct lint_out *out, const struct golden *g, const struct lint_rows *rows,
                    const struct lint_options *o, struct lint_report *report)
{
    struct item it;
    size_t test = g->n_split[SPLIT_TEST] + g->n_split[SPLIT_ANCHOR];
    report->slice = ARENA_ARRAY(out->a, rows->n_slices * MAX_VALUES, struct lint_slice);
    for (size_t s = 0; s < rows->n_slices; s++) {
        const uint64_t *hash = rows->slice + s * rows->n;
        struct tally t = tally_hashes(out->a, g, hash, MAX_VALUES);
        struct lint_slice *first = report->slice + report->n_slice;
        missing_tag(out, g, o->slices[s], hash);
        if (t.too_many) {
            lint_addf(out, LINT_SMALL_SLICE, 0, "%s has more than %d values: it cannot be a slice",
                      o->slices[s], (int)MAX_VALUES);
            continue;
        }
        for (size_t i = 0; i < t.n; i++) {
            if (!golden_item(g, t.v[i].first, out->a, &it, NULL))
                continue;
            struct lint_slice *x = &report->slice[report->n_slice++];
            x->tag = o->slices[s];
            x->value = shown(out->a, item_tag(out->a, &it, x->tag));
            memcpy(x->n, t.v[i].n, sizeof x->n);
        }
        small_slices(out, o, first, (size_t)(report->slice + report->n_slice - first));
    }
    if (test == 0)
        lint_addf(out, LINT_NO_TEST, 0, "no test examples: nothing can be measured");
    else if (test < SMALL_SET)
        lint_addf(out, LINT_SMALL_SET, 0,
                  "%zu test example%s: a rate of 90%% would be known to ±%d points", test,
                  test == 1 ? "" : "s", half_width_points(test));
}
