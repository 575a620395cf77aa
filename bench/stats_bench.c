/*
 * What the statistics cost against a plain C loop that does only the unavoidable work:
 *   BCa bootstrap of 10,000 pairs with 10,000 resamples, one thread and all cores, against a loop
 *   that draws indices and sums (no bias correction, no jackknife, single precision);
 *   Krippendorff's alpha of 100,000 units by 3 raters, and at twice the size.
 * Prints the best of fifteen, taken in turn (the machine may be busy), and their ratios. numpy's bootstrap is timed as well where it is
 * installed.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/pool.h"
#include "base/rng.h"
#include "stats/agreement.h"
#include "stats/bootstrap.h"
#include "stats/moments.h"

enum { PAIRS = 10000, RESAMPLES = 10000, UNITS = 100000, RATERS = 3, RUNS = 15 };

static volatile double sink;

/* Paired bootstrap as a plain loop: 32-bit indices, four sums, then a sort. */
static void floor_bootstrap(const void *arg)
{
    const double *d = arg;
    static float x[PAIRS];
    static double mean[RESAMPLES];
    struct rng r;
    uint64_t s0, s1, s2, s3;
    for (size_t i = 0; i < PAIRS; i++)
        x[i] = (float)d[i];
    rng_init(&r, 1, 0);
    s0 = r.s[0], s1 = r.s[1], s2 = r.s[2], s3 = r.s[3];
    for (size_t k = 0; k < RESAMPLES; k++) {
        float a = 0, b = 0, c = 0, e = 0;
        for (size_t i = 0; i < PAIRS; i += 4) {
            uint64_t w[2];
            for (int j = 0; j < 2; j++) { /* xoshiro256++ */
                uint64_t sum = s0 + s3, t = s1 << 17;
                w[j] = ((sum << 23) | (sum >> 41)) + s0;
                s2 ^= s0, s3 ^= s1, s1 ^= s2, s0 ^= s3, s2 ^= t;
                s3 = (s3 << 45) | (s3 >> 19);
            }
            a += x[((w[0] & UINT32_MAX) * PAIRS) >> 32];
            b += x[((w[0] >> 32) * PAIRS) >> 32];
            c += x[((w[1] & UINT32_MAX) * PAIRS) >> 32];
            e += x[((w[1] >> 32) * PAIRS) >> 32];
        }
        mean[k] = ((double)a + (double)b + (double)c + (double)e) / PAIRS;
    }
    stat_sort(mean, RESAMPLES);
    sink = mean[RESAMPLES / 40] + mean[RESAMPLES - RESAMPLES / 40];
}

static void our_bootstrap(const void *arg)
{
    struct bootstrap b = bootstrap_mean(arg, PAIRS, RESAMPLES, 1, 0.95);
    sink = b.low + b.high;
}

static void alpha_of(const void *arg)
{
    const struct ratings *r = arg;
    sink = krippendorff_alpha(*r, ALPHA_ORDINAL).alpha;
}

static double seconds(void (*fn)(const void *arg), const void *arg)
{
    double start = clock_mono();
    fn(arg);
    return clock_mono() - start;
}

static void bench_bootstrap(void)
{
    static double d[PAIRS];
    double loop = (double)INFINITY, one = loop, all = loop;
    struct rng r;
    rng_init(&r, 2, 0);
    for (size_t i = 0; i < PAIRS; i++)
        d[i] = rng_uniform(&r) - 0.49;
    /* in turn, so that a busy moment hits all three alike */
    for (int i = 0; i < RUNS; i++) {
        loop = fmin(loop, seconds(floor_bootstrap, d));
        setenv("PLIMSOLL_THREADS", "1", 1);
        one = fmin(one, seconds(our_bootstrap, d));
        unsetenv("PLIMSOLL_THREADS");
        all = fmin(all, seconds(our_bootstrap, d));
    }
    printf("bootstrap %d pairs x %d: plain loop %.3f s; BCa, 1 thread %.3f s (%.2f of the loop); "
           "%d threads %.3f s (%.2f)\n",
           PAIRS, RESAMPLES, loop, one, one / loop, pool_threads(), all, all / loop);
}

static void bench_alpha(void)
{
    double best[2] = {(double)INFINITY, (double)INFINITY};
    struct rng r;
    double *v = malloc((size_t)2 * UNITS * RATERS * sizeof *v);
    if (!v)
        abort();
    rng_init(&r, 3, 0);
    for (size_t i = 0; i < (size_t)2 * UNITS * RATERS; i++)
        v[i] = rng_uniform(&r) < 0.05 ? (double)NAN : 1 + (double)rng_below(&r, 5);
    for (int i = 0; i < RUNS; i++) {
        for (size_t k = 0; k < 2; k++) {
            struct ratings ratings = {v, RATERS, UNITS * (k + 1)};
            best[k] = fmin(best[k], seconds(alpha_of, &ratings));
        }
    }
    printf("Krippendorff's alpha, ordinal, %d x %d: %.4f s; twice the units: %.4f s (%.2f times)\n",
           UNITS, RATERS, best[0], best[1], best[1] / best[0]);
    free(v);
}

static void bench_numpy(void)
{
    static const char script[] =
        "python3 -c 'import numpy, time\n"
        "g = numpy.random.default_rng(1); d = g.random(10000) - 0.49; t = time.time()\n"
        "m = [d[g.integers(0, 10000, 10000)].mean() for _ in range(10000)]\n"
        "numpy.quantile(m, [0.025, 0.975]); print(\"numpy, the same: %.3f s\" % "
        "(time.time() - t))' 2>/dev/null";
    fflush(stdout);
    if (system(script) != 0)
        puts("numpy: not installed, skipped");
}

int main(void)
{
    bench_bootstrap();
    bench_alpha();
    bench_numpy();
    return 0;
}
