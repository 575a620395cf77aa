/*
 * How close the call engine comes to the ideal against a server of known latency:
 *
 *     build/harness/fakellm --mock --latency-ms 50 -- build/bench/throughput [LATENCY_MS [URL]]
 *
 * For each concurrency: wall clock, efficiency (ideal / wall, ideal = requests / concurrency ×
 * latency), processor time a request, and the median latency the replies report.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/env.h"
#include "model/engine.h"
#include "spec/project.h"

enum { MAX_REQUESTS = 20000 };

struct bench {
    struct call call[MAX_REQUESTS];
    struct message message[MAX_REQUESTS];
    char text[MAX_REQUESTS][48];
    double latency[MAX_REQUESTS];
    size_t n_ok, n_failed;
};

static void done(void *arg, const struct call *c, const struct reply *r)
{
    struct bench *b = arg;
    (void)c;
    if (r->status == REPLY_OK)
        b->latency[b->n_ok++] = r->latency_ms;
    else if (b->n_failed++ == 0)
        fprintf(stderr, "%.*s\n", STR_ARG(r->error));
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double cpu_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void measure(struct bench *b, const char *url, int concurrency, size_t n, double latency_ms,
                    const struct env *env)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct model_spec spec = {.alias = "mock", .provider = "openai", .name = "mock",
                              .base_url = url, .limits = {.concurrency = concurrency},
                              .timeout_s = NAN};
    struct model_options mo = {.env = env};
    struct engine_options eo = {.env = env};
    struct model *m;
    struct err e = {0};
    if (!model_open(a, &spec, &mo, &m, &e)) {
        err_print(stderr, &e);
        exit(2);
    }
    double wall = clock_mono(), cpu = cpu_seconds();
    struct engine *engine = engine_new(&eo);
    b->n_ok = b->n_failed = 0;
    for (size_t i = 0; i < n; i++) {
        int len = snprintf(b->text[i], sizeof b->text[i], "request number %zu", i);
        b->message[i] = (struct message){.role = STR("user"), .content = {b->text[i], (size_t)len}};
        b->call[i] = (struct call){.model = m, .messages = &b->message[i], .n_messages = 1};
        engine_submit(engine, &b->call[i], done, b);
    }
    engine_run(engine);
    engine_free(engine);
    wall = clock_mono() - wall;
    cpu = cpu_seconds() - cpu;
    qsort(b->latency, b->n_ok, sizeof *b->latency, by_value);
    double p50 = b->n_ok ? b->latency[b->n_ok / 2] : (double)NAN;
    double ideal = (double)n / concurrency * latency_ms / 1000;
    printf("%11d %8zu %8.3f s %10.3f %9.1f us %8.2f ms %+7.1f%% %7zu\n", concurrency, n, wall,
           ideal / wall, cpu / (double)n * 1e6, p50, (p50 / latency_ms - 1) * 100, b->n_failed);
}

int main(int argc, char **argv)
{
    static const struct {
        int concurrency;
        size_t n;
    } levels[] = {{4, 400}, {32, 3200}, {128, 10240}, {512, MAX_REQUESTS}};
    static struct bench b;
    struct env env;
    char url[256];
    env_init(&env);
    double latency_ms = argc > 1 ? strtod(argv[1], NULL) : 50;
    const char *base = argc > 2 ? argv[2] : env_get(&env, "FAKELLM_URL");
    if (!base) {
        fputs("throughput: run it under fakellm --mock, see its source\n", stderr);
        return 2;
    }
    snprintf(url, sizeof url, "%s/v1", base);
    puts("concurrency requests       wall  efficiency  processor      p50   error  failed");
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        measure(&b, url, levels[i].concurrency, levels[i].n, latency_ms, &env);
    return 0;
}
