/*
 * Trains the built-in classifiers on one CSV and tests them on another, on one core:
 *     build/bench/linear_bench [TRAIN.csv TEST.csv]      (default: share/demo/banking77)
 * prints accuracy, expected calibration error (10 bins of equal width), seconds to train and
 * texts a second.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "model/baseline.h"

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

static bool read_examples(struct arena *a, const char *path, struct examples *ret, struct err *e)
{
    CLEANUP(rows_close) struct rows rows;
    struct row row;
    bool more = true;
    if (!rows_open(&rows, path, e))
        return false;
    while (more) {
        if (!rows_next(&rows, a, &row, &more, e))
            return false;
        struct baseline_example x = {0};
        if (!more)
            break;
        if (!row_text(&row, a, "text", &x.text, e) || !row_text(&row, a, "category", &x.label, e))
            return false;
        vec_push(ret, x);
    }
    return true;
}

/* Expected calibration error, and the share that is right. */
struct score {
    double right, ece;
};

static bool test_on(const struct baseline *m, const struct examples *test, struct arena *a,
                    struct score *ret, struct err *e)
{
    double hits[10] = {0}, sure[10] = {0};
    *ret = (struct score){0};
    for (size_t i = 0; i < test->n; i++) {
        struct baseline_answer answer;
        if (!baseline_predict(m, test->v[i].text, a, &answer, e))
            return false;
        double hit = str_eq(answer.output, test->v[i].label);
        int bin = answer.confidence >= 1 ? 9 : (int)(answer.confidence * 10);
        hits[bin] += hit;
        sure[bin] += answer.confidence;
        ret->right += hit / (double)test->n;
        arena_reset(a);
    }
    for (int b = 0; b < 10; b++)
        ret->ece += fabs(hits[b] - sure[b]) / (double)test->n;
    return true;
}

static bool bench(const char *name, const struct examples *train, const struct examples *test,
                  struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct baseline *m;
    struct score score;
    double t0 = seconds();
    if (!baseline_train(a, str_c(name), train->v, train->n, NULL, 1, &m, e))
        return false;
    double t1 = seconds();
    int repeats = 0;
    double t2;
    do {
        if (!test_on(m, test, scratch, &score, e))
            return false;
        repeats++;
        t2 = seconds();
    } while (t2 - t1 < 1);
    printf("%-10s accuracy %.4f  calibration error %.4f  trained in %6.2f s  %9.0f texts/s\n", name,
           score.right, score.ece, t1 - t0, repeats * (double)test->n / (t2 - t1));
    return true;
}

int main(int argc, char **argv)
{
    setenv("PLIMSOLL_THREADS", "1", 0);
    const char *train_path = argc > 2 ? argv[1] : "share/demo/banking77/train.csv";
    const char *test_path = argc > 2 ? argv[2] : "share/demo/banking77/test_a.csv";
    static const char *const names[] = {"majority", "knn", "linear"};
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct examples train = {0}, test = {0};
    struct err e = {0};
    bool ok = read_examples(a, train_path, &train, &e) && read_examples(a, test_path, &test, &e);
    if (ok)
        printf("%zu examples to train on, %zu to test on, %s thread(s)\n", train.n, test.n,
               getenv("PLIMSOLL_THREADS"));
    for (size_t i = 0; ok && i < ARRAY_LEN(names); i++)
        ok = !baseline_find(str_c(names[i])) || bench(names[i], &train, &test, &e);
    if (!ok)
        err_print(stderr, &e);
    vec_free(&train);
    vec_free(&test);
    return ok ? 0 : err_exit_status(e.code);
}
