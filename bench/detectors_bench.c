/*
 * 100,000 outputs through the failure-mode graders that ask no model, on all cores:
 *     build/bench/detectors_bench [DATA_DIR] [GRADER]…      (default: refusal groundedness)
 * The outputs are real ones, over and over: BEGIN replies with their passage, XSTest replies with
 * the prompt as context, QAGS summaries with their article.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/pool.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "grade/grader.h"

enum { N_OUTPUTS = 100000, CHUNK = 100, MAX_GRADERS = 16 };

struct inputs {
    struct grade_in *v;
    size_t n, cap;
};

struct work {
    struct inputs in;
    struct grader *grader[MAX_GRADERS];
    size_t n_graders;
    size_t errors[N_OUTPUTS / CHUNK];
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool read_set(struct arena *a, const char *path, const char *output, const char *context,
                     struct inputs *ret, struct err *e)
{
    CLEANUP(rows_close) struct rows rows;
    struct row row;
    bool more = true;
    if (!rows_open(&rows, path, e))
        return false;
    for (;;) {
        struct grade_in in = {.latency_ms = NAN, .cost_usd = NAN};
        if (!rows_next(&rows, a, &row, &more, e))
            return false;
        if (!more)
            return true;
        if (!row_text(&row, a, output, &in.output, e))
            return false;
        in.context = row_get(&row, context);
        vec_push(ret, in);
    }
}

static void grade_chunk(void *arg, size_t chunk)
{
    struct work *w = arg;
    struct arena *a = arena_new();
    for (size_t i = chunk * CHUNK; i < (chunk + 1) * CHUNK; i++)
        for (size_t g = 0; g < w->n_graders; g++) {
            struct grade_out out;
            grader_grade(w->grader[g], &w->in.v[i % w->in.n], a, &out);
            w->errors[chunk] += out.outcome == OUTCOME_ERROR;
            arena_reset(a);
        }
    arena_free(a);
}

static bool run(struct work *w, struct arena *a, const char *dir, int argc, char **argv,
                struct err *e)
{
    static const char *const usual[] = {"refusal", "groundedness"};
    size_t bytes = 0, errors = 0;
    if (!read_set(a, arena_printf(a, "%s/begin/begin.jsonl", dir), "response", "knowledge", &w->in,
                  e) ||
        !read_set(a, arena_printf(a, "%s/xstest/xstest.jsonl", dir), "completion", "prompt",
                  &w->in, e) ||
        !read_set(a, arena_printf(a, "%s/qags_cnndm/qags_cnndm.jsonl", dir), "system_output",
                  "source", &w->in, e))
        return false;
    w->n_graders = argc > 2 ? (size_t)argc - 2 : ARRAY_LEN(usual);
    for (size_t g = 0; g < w->n_graders && g < MAX_GRADERS; g++)
        if (!grader_open_text(a, argc > 2 ? argv[2 + g] : usual[g], &w->grader[g], e))
            return false;
    for (size_t i = 0; i < N_OUTPUTS; i++)
        bytes += w->in.v[i % w->in.n].output.n + yyjson_get_len(w->in.v[i % w->in.n].context);
    double t0 = seconds();
    pool_for(N_OUTPUTS / CHUNK, grade_chunk, w);
    double t1 = seconds();
    for (size_t i = 0; i < N_OUTPUTS / CHUNK; i++)
        errors += w->errors[i];
    printf("%d outputs (%.0f MB with their sources) through %zu graders on %d threads: %.2f s, "
           "%zu errors\n", N_OUTPUTS, (double)bytes / 1e6, w->n_graders, pool_threads(), t1 - t0,
           errors);
    return true;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct work *w = ARENA_NEW(a, struct work);
    struct err e = {0};
    bool ok = run(w, a, argc > 1 ? argv[1] : "../shared/data", argc, argv, &e);
    if (!ok)
        err_print(stderr, &e);
    vec_free(&w->in);
    arena_free(a);
    return ok ? 0 : err_exit_status(e.code);
}
