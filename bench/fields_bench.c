/*
 * How well `builtin:fields` learns receipts: every third row of a JSONL file with `text` and
 * `fields` is kept for the test.
 *     build/bench/fields_bench RECEIPTS.jsonl
 * prints, a field, the share found (case, spaces and punctuation do not count), and how the
 * confidence fits.
 */
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "model/baseline.h"
#include "model/extractor.h"

struct examples {
    struct baseline_example *v;
    size_t n, cap;
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_receipts(struct arena *a, const char *path, struct examples *train,
                          struct examples *test, struct err *e)
{
    CLEANUP(rows_close) struct rows rows;
    struct row row;
    bool more;
    if (!rows_open(&rows, path, e))
        return false;
    for (;;) {
        struct baseline_example x = {0};
        if (!rows_next(&rows, a, &row, &more, e))
            return false;
        if (!more)
            return true;
        if (!row_text(&row, a, "text", &x.text, e))
            return false;
        x.expected = row_get(&row, "fields");
        if (row.number % 3 == 0)
            vec_push(test, x);
        else
            vec_push(train, x);
    }
}

struct tally {
    const char *name;
    size_t n, right;
};

static bool check(yyjson_val *expected, yyjson_val *got, struct tally *tally)
{
    bool all = true;
    for (size_t f = 0; tally[f].name; f++) {
        struct str want = json_get_str(expected, tally[f].name);
        struct str have = json_get_str(got, tally[f].name);
        bool right = field_equal((struct field_value){want.n ? want : (struct str){0}, false},
                                 have);
        tally[f].n++;
        tally[f].right += right;
        all = all && right;
    }
    return all;
}

static bool run(struct examples *train, struct examples *test, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct tally tally[] = {{"company", 0, 0}, {"date", 0, 0}, {"address", 0, 0}, {"total", 0, 0},
                            {NULL, 0, 0}};
    struct baseline *m;
    double t0 = seconds(), sure = 0, sure_half[2] = {0};
    size_t all = 0, half[2] = {0}, half_right[2] = {0};
    if (!baseline_train(a, STR("fields"), train->v, train->n, NULL, 1, &m, e))
        return false;
    double t1 = seconds();
    for (size_t i = 0; i < test->n; i++) {
        struct baseline_answer r;
        yyjson_val *got;
        if (!baseline_predict(m, test->v[i].text, a, &r, e) ||
            !json_parse(a, r.output, "answer", 1, &got, e))
            return false;
        bool right = check(test->v[i].expected, got, tally);
        int upper = r.confidence > 0.7;
        all += right;
        sure += r.confidence;
        half[upper]++;
        half_right[upper] += right;
        sure_half[upper] += r.confidence;
    }
    double t2 = seconds();
    printf("%zu receipts to learn from in %.2f s, %zu to test on: %.0f a second\n", train->n,
           t1 - t0, test->n, (double)test->n / (t2 - t1));
    for (size_t f = 0; tally[f].name; f++)
        printf("%-8s %.3f\n", tally[f].name, (double)tally[f].right / (double)tally[f].n);
    printf("all four %.3f, mean confidence %.3f\n", (double)all / (double)test->n,
           sure / (double)test->n);
    for (int u = 0; u < 2; u++)
        if (half[u])
            printf("confidence %s 0.7: %zu, right %.3f, mean confidence %.3f\n",
                   u ? "above" : "up to", half[u], (double)half_right[u] / (double)half[u],
                   sure_half[u] / (double)half[u]);
    return true;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "../shared/data/sroie_receipts/receipts.jsonl";
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct examples train = {0}, test = {0};
    struct err e = {0};
    bool ok = read_receipts(a, path, &train, &test, &e) && run(&train, &test, &e);
    if (!ok)
        err_print(stderr, &e);
    vec_free(&train);
    vec_free(&test);
    return ok ? 0 : err_exit_status(e.code);
}
