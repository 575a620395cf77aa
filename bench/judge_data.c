/*
 * Recorded judges against people on public data: how far the judge's raw rate is from the truth on
 * items that the calibration did not see, how far the corrected one, and how often its interval
 * covers. Prints the table of docs/judges.md.
 *
 *     build/bench/judge_data DATA_DIR [LABELS [SPLITS]]
 *
 * Each data set is split at random SPLITS times: LABELS items calibrate, the rest is judged.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/rng.h"
#include "judge/calibration.h"
#include "stats/mean.h"
#include "text/json.h"

struct set {
    const char *data, *judge;
    bool scores;
    VEC(double) judged;
    VEC(double) human;
};

static struct arena *a;
static VEC(struct set *) sets;

static struct set *set_for(const char *data, const char *judge, bool scores)
{
    for (size_t i = 0; i < sets.n; i++)
        if (strcmp(sets.v[i]->data, data) == 0 && strcmp(sets.v[i]->judge, judge) == 0)
            return sets.v[i];
    struct set *s = ARENA_NEW(a, struct set);
    s->data = data;
    s->judge = arena_strdup(a, judge);
    s->scores = scores;
    vec_push(&sets, s);
    return s;
}

static void add(const char *data, const char *judge, bool scores, double judged, double human)
{
    struct set *s = set_for(data, judge, scores);
    if (isnan(judged) || isnan(human))
        return;
    vec_push(&s->judged, judged);
    vec_push(&s->human, human);
}

/* 1 when s is `yes`, 0 when it is `no`, NaN for a tie, garbage or nothing. */
static double choice(struct str s, const char *yes, const char *no)
{
    return str_eq_c(s, yes) ? 1 : str_eq_c(s, no) ? 0 : (double)NAN;
}

static void judgebench(yyjson_val *r)
{
    size_t i, n;
    yyjson_val *k, *v;
    double human = choice(json_get_str(r, "label"), "A>B", "B>A");
    yyjson_obj_foreach(json_get(r, "judges"), i, n, k, v)
        add("judgebench", yyjson_get_str(k), false,
            choice(json_get_str(yyjson_arr_get_first(v), "decision"), "A>B", "B>A"), human);
}

static void llmbar(yyjson_val *r)
{
    size_t i, n;
    yyjson_val *k, *v;
    double human = json_get_num(r, "label", (double)NAN);
    yyjson_obj_foreach(json_get(r, "judges"), i, n, k, v)
    {
        yyjson_val *w = yyjson_arr_get_first(json_get(v, "w"));
        add("llmbar_processed", yyjson_get_str(k), false, choice(json_display(a, w), "1", "2"),
            human < 1.5);
    }
}

static void pandalm(yyjson_val *r)
{
    size_t i, n, count[3] = {0};
    yyjson_val *k, *v;
    yyjson_arr_foreach(json_get(r, "human"), i, n, v) count[yyjson_get_int(v) % 3]++;
    size_t best = count[1] > count[0] ? 1 : 0;
    best = count[2] > count[best] ? 2 : best;
    yyjson_obj_foreach(json_get(r, "judges"), i, n, k, v)
    {
        struct str verdict = json_display(a, json_get(v, "verdict"));
        add("pandalm", yyjson_get_str(k), false, str_eq_c(verdict, "1"), best == 1);
    }
}

static void arena_judges(yyjson_val *r)
{
    size_t i, n;
    yyjson_val *k, *v;
    double human = choice(json_get_str(r, "human_winner"), "model_a", "model_b");
    yyjson_obj_foreach(json_get(r, "judges"), i, n, k, v)
        add("arena_judges", yyjson_get_str(k), false, choice(json_str(v), "A", "B"), human);
}

static void xstest(yyjson_val *r)
{
    struct str human = json_get_str(r, "human"), gpt4 = json_get_str(r, "judge_gpt4"),
               match = json_get_str(r, "judge_strmatch");
    double truth = human.p ? (double)(str_find(human, STR("full_refusal")) >= 0) : (double)NAN;
    if (gpt4.p)
        add("xstest", "gpt-4", false, str_find(gpt4, STR("full_refusal")) >= 0, truth);
    if (match.p)
        add("xstest", "string match", false, str_find(match, STR("full_refusal")) >= 0, truth);
}

static double mean_of(yyjson_val *v)
{
    double sum = 0;
    size_t i, n;
    yyjson_val *k, *x;
    if (yyjson_is_num(v))
        return yyjson_get_num(v);
    yyjson_obj_foreach(v, i, n, k, x) sum += yyjson_get_num(x);
    return yyjson_obj_size(v) ? sum / (double)yyjson_obj_size(v) : (double)NAN;
}

static void qags(yyjson_val *r)
{
    add("qags_cnndm", "unieval", true, mean_of(json_get(r, "judge")),
        mean_of(json_get(r, "human")));
}

static void usr(yyjson_val *r)
{
    add("usr_topicalchat", "unieval overall", true,
        json_get_num(json_get(r, "judge"), "overall", (double)NAN),
        json_get_num(json_get(r, "human"), "overall", (double)NAN));
}

static bool read(const char *dir, const char *file, void (*row)(yyjson_val *r))
{
    struct line_reader lines;
    struct str line;
    struct err e = {0};
    bool more, ok = line_reader_open(&lines, arena_printf(a, "%s/%s", dir, file), BUF_MAX_LINE, &e);
    while (ok && (ok = line_reader_next(&lines, &line, &more, &e)) && more) {
        yyjson_val *v;
        ok = json_parse_lax(a, line, file, lines.line, &v, &e);
        if (ok)
            row(v);
    }
    if (!ok)
        err_print(stderr, &e);
    else
        line_reader_close(&lines);
    return ok;
}

struct tally {
    double raw_error, corrected_error, width, naive_width;
    int covered, naive_covered, n, refused;
};

static void fill(const struct set *s, const size_t *order, size_t from, size_t to, struct judged *j)
{
    j->kind = s->scores ? VERDICTS_SCORES : VERDICTS_BINARY;
    j->rows.n = 0;
    for (size_t i = from; i < to; i++) {
        struct judged_row row = {
            .judge = s->judged.v[order[i]], .human = s->human.v[order[i]], .length = (double)NAN};
        vec_push(&j->rows, row);
    }
}

static double truth_of(const struct judged *j)
{
    double sum = 0;
    for (size_t i = 0; i < j->rows.n; i++)
        sum += j->rows.v[i].human;
    return sum / (double)j->rows.n;
}

static struct tally evaluate(const struct set *s, size_t labels, int splits)
{
    struct tally t = {0};
    struct judged labelled = {0}, rest = {0};
    size_t n = s->human.n, *order = ARENA_ARRAY(a, n, size_t);
    struct rng rng;
    rng_init(&rng, 1, 0);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (int k = 0; k < splits; k++) {
        struct calibration c;
        CLEANUP(arena_freep) struct arena *scratch = arena_new();
        rng_shuffle(&rng, order, n);
        fill(s, order, 0, labels, &labelled);
        fill(s, order, labels, n, &rest);
        double truth = truth_of(&rest);
        calibrate(&labelled, &rest, DRAWN_AT_RANDOM, 0.95, scratch, &c);
        if (isnan(c.corrected.value)) {
            t.refused++;
            continue;
        }
        t.n++;
        t.raw_error += fabs(c.raw.value - truth);
        t.corrected_error += fabs(c.corrected.value - truth);
        t.covered += c.corrected.low <= truth && truth <= c.corrected.high;
        t.naive_covered += c.raw.low <= truth && truth <= c.raw.high;
        t.width += c.corrected.high - c.corrected.low;
        t.naive_width += c.raw.high - c.raw.low;
    }
    vec_free(&labelled.rows);
    vec_free(&rest.rows);
    return t;
}

static void print_set(const struct set *s, size_t labels, int splits)
{
    struct judged all = {0};
    struct calibration c = {0};
    size_t n = s->human.n, *order = ARENA_ARRAY(a, n, size_t);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    if (n < 2 * labels) {
        printf("| %s | %s | %zu | too few rows for %zu labels |\n", s->data, s->judge, n, labels);
        return;
    }
    fill(s, order, 0, n, &all);
    calibrate_agreement(&all, 0.95, a, &c);
    struct tally t = evaluate(s, labels, splits);
    double m = t.n;
    double humans = truth_of(&all), raw = 0;
    for (size_t i = 0; i < n; i++)
        raw += s->judged.v[i] / (double)n;
    printf("| %s | %s | %zu | %.3f | %.3f | %s%.2f | %.3f | %.3f | %.1f%% | %.1f%% | %.3f |\n",
           s->data, s->judge, n, humans, raw, isnan(c.kappa.value) ? "– " : "",
           isnan(c.kappa.value) ? 0 : c.kappa.value, t.raw_error / m, t.corrected_error / m,
           100 * t.naive_covered / m, 100 * t.covered / m, t.width / m);
    vec_free(&all.rows);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: judge_data DATA_DIR [LABELS [SPLITS]]\n");
        return 2;
    }
    size_t labels = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 100;
    int splits = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 500;
    a = arena_new();
    if (!read(argv[1], "judgebench/judgebench.jsonl", judgebench) ||
        !read(argv[1], "llmbar_processed/llmbar_processed.jsonl", llmbar) ||
        !read(argv[1], "pandalm/pandalm.jsonl", pandalm) ||
        !read(argv[1], "arena_judges/arena_judges.jsonl", arena_judges) ||
        !read(argv[1], "xstest/xstest.jsonl", xstest) ||
        !read(argv[1], "qags_cnndm/qags_cnndm.jsonl", qags) ||
        !read(argv[1], "usr_topicalchat/usr_topicalchat.jsonl", usr))
        return 1;
    printf("%zu labels calibrate, the rest is judged; means over %d random splits\n\n", labels,
           splits);
    printf("| data | judge | n | people | raw | kappa | off, raw | off, corrected | raw covers | "
           "corrected covers | width |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sets.n; i++)
        print_set(sets.v[i], labels, splits);
    for (size_t i = 0; i < sets.n; i++) {
        vec_free(&sets.v[i]->judged);
        vec_free(&sets.v[i]->human);
    }
    vec_free(&sets);
    arena_free(a);
    return 0;
}
