/*
 * Does the threshold keep its promise on real data? Labels are drawn at random, a threshold is
 * chosen from them, and the labels that were left over play the traffic: how often is their
 * accepted share wrong more often than E allows? The naive choice (lowest threshold whose observed
 * error is at most E) runs beside it. Prints one row of the table in docs/threshold.md.
 *
 *   build/bench/threshold_splits [DATA_DIR [SPLITS]]
 *
 * The recorded data has labels but no confidences, so each gets one that a team could compute:
 *   mmlu_pro_matrix   an answer's confidence is the share of the other models that gave it
 *   begin             "the reply is attributable": share of its words that the source contains
 *   halueval_general  "no hallucination": share of the answer's words that the question lacks
 * A constant, tied or useless confidence is allowed to give nothing; it is not allowed to lie.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/rng.h"
#include "base/vec.h"
#include "decide/threshold.h"
#include "golden/rows.h"
#include "text/tokens.h"

struct labels {
    VEC(struct label) l;
};

static void die(const struct err *e)
{
    err_print(stderr, e);
    exit(2);
}

static void must(bool ok, const struct err *e)
{
    if (!ok)
        die(e);
}

static void add(struct labels *out, double confidence, bool correct)
{
    vec_push(&out->l, (struct label){confidence, correct, 1});
}

/* Share of the words of `part` that `whole` contains. */
static double contained(struct arena *a, struct str part, struct str whole)
{
    struct tokens p = words_of(a, part, WORDS_ASCII), w = words_of(a, whole, WORDS_ASCII);
    CLEANUP(map_release) struct map words = {0};
    size_t hits = 0;
    for (size_t i = 0; i < w.n; i++)
        map_entry(&words, w.v[i].word, NULL);
    for (size_t i = 0; i < p.n; i++)
        hits += map_has(&words, p.v[i].word);
    return p.n ? (double)hits / (double)p.n : 0;
}

/* Agreement of one model's letter with the other columns of the row. */
static double agreement(yyjson_val *row, const char *model, struct str mine)
{
    size_t i, n, same = 0, others = 0;
    yyjson_val *k, *v;
    yyjson_obj_foreach(row, i, n, k, v) {
        struct str letter = json_str(v);
        if (str_eq_c(json_str(k), model) || str_eq_c(json_str(k), "question_id") ||
            str_eq_c(json_str(k), "answer") || letter.n == 0 || str_eq_c(letter, "-"))
            continue;
        others++;
        same += str_eq(letter, mine);
    }
    return others && mine.n ? (double)same / (double)others : 0;
}

static void load_mmlu(const char *dir, const char *model, struct labels *out)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(rows_close) struct rows rows = {0};
    struct err e = {0};
    struct row row;
    bool more;
    must(rows_open(&rows, arena_printf(a, "%s/mmlu_pro_matrix/preds.csv", dir), &e), &e);
    for (;;) {
        CLEANUP(arena_freep) struct arena *b = arena_new();
        must(rows_next(&rows, b, &row, &more, &e), &e);
        if (!more)
            break;
        struct str mine = json_get_str(row.v, model);
        if (!str_eq_c(mine, "-"))
            add(out, agreement(row.v, model, mine), str_eq(mine, json_get_str(row.v, "answer")));
    }
}

static void load_texts(const char *dir, const char *set, struct labels *out)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(rows_close) struct rows rows = {0};
    struct err e = {0};
    struct row row;
    bool more, begin = strcmp(set, "begin") == 0;
    must(rows_open(&rows, arena_printf(a, "%s/%s/%s.jsonl", dir, set, set), &e), &e);
    for (;;) {
        CLEANUP(arena_freep) struct arena *b = arena_new();
        must(rows_next(&rows, b, &row, &more, &e), &e);
        if (!more)
            break;
        struct str response = json_get_str(row.v, "response");
        if (begin)
            add(out, contained(b, response, json_get_str(row.v, "knowledge")),
                str_eq_c(json_get_str(row.v, "label"), "Fully attributable"));
        else
            add(out, 1 - contained(b, response, json_get_str(row.v, "query")),
                str_eq_c(json_get_str(row.v, "hallucination"), "no"));
    }
}

struct tally {
    size_t chosen, broken;
    double coverage;
};

/* What the threshold does to the labels it has not seen. */
static void judge(struct tally *t, double threshold, const struct label *rest, size_t n, double E)
{
    size_t accepted = 0, wrong = 0;
    if (isnan(threshold))
        return;
    for (size_t i = 0; i < n; i++) {
        bool in = rest[i].confidence >= threshold;
        accepted += in;
        wrong += in && !rest[i].correct;
    }
    t->chosen++;
    t->coverage += (double)accepted / (double)n;
    t->broken += accepted && (double)wrong / (double)accepted > E;
}

static void run(const char *name, const struct labels *l, size_t m, double E, double C,
                size_t splits)
{
    struct threshold_options o = {.max_error = E, .confidence = C};
    struct tally kept = {0}, naive = {0};
    size_t n = l->l.n, *order = mem_calloc(n, sizeof *order);
    struct label *mixed = mem_calloc(n, sizeof *mixed);
    struct err e = {0};
    for (size_t s = 0; s < splits; s++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        struct threshold_answer r;
        struct rng rng;
        rng_init(&rng, 1, s);
        for (size_t i = 0; i < n; i++)
            order[i] = i;
        rng_shuffle(&rng, order, n);
        for (size_t i = 0; i < n; i++)
            mixed[i] = l->l.v[order[i]];
        must(threshold_choose(a, mixed, m, &o, &r, &e), &e);
        judge(&kept, r.threshold, mixed + m, n - m, E);
        judge(&naive, threshold_naive(&r, E), mixed + m, n - m, E);
    }
    double all = (double)splits;
    printf("| %s | %.0f%% | %.0f%% | %.1f%% | %.1f%% | %.1f%% | %.1f%% | %.1f%% |\n", name, 100 * E,
           100 * C, 100 * (1 - (double)kept.broken / all),
           100 * (double)kept.chosen / all,
           kept.chosen ? 100 * kept.coverage / (double)kept.chosen : 0,
           100 * (1 - (double)naive.broken / all),
           naive.chosen ? 100 * naive.coverage / (double)naive.chosen : 0);
    free(order);
    free(mixed);
}

int main(int argc, char **argv)
{
    static const char *const models[] = {"gemini-1.5-pro-002", "Meta-Llama-3_1-70B",
                                         "Mixtral-8x7B-Instruct-v0.1"};
    const char *dir = argc > 1 ? argv[1] : "../shared/data";
    size_t splits = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 500;
    printf("| data | E | C | promise kept | threshold found | accepted then | naive: kept | accepted "
           "then |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < ARRAY_LEN(models); i++) {
        struct labels l = {0};
        char name[64];
        load_mmlu(dir, models[i], &l);
        snprintf(name, sizeof name, "mmlu_pro_matrix %s", models[i]);
        run(name, &l, 500, 0.10, 0.95, splits);
        run(name, &l, 500, 0.15, 0.95, splits);
        run(name, &l, 500, 0.20, 0.90, splits);
        vec_free(&l.l);
    }
    static const char *const sets[] = {"begin", "halueval_general"};
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        struct labels l = {0};
        load_texts(dir, sets[i], &l);
        run(sets[i], &l, 500, i ? 0.15 : 0.05, 0.95, splits);
        run(sets[i], &l, 500, i ? 0.18 : 0.10, 0.95, splits);
        run(sets[i], &l, 500, i ? 0.20 : 0.15, 0.90, splits);
        vec_free(&l.l);
    }
    return 0;
}
