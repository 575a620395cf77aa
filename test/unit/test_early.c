/* Runs that stop as soon as they are decided: the gate on such evidence says what the run said, and
 * looking after every item ships what is at its limit no more often than alpha. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "decide/early.h"
#include "decide/paired.h"
#include "stats/sequential.h"

enum { N = 400, ROUNDS = 500 };

static void coin(struct rng *rng, double p, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = rng_uniform(rng) < p;
}

/* The true rate is the limit: the interval, taken at the luckiest item, clears it in at most 5%. */
static void peeking_at_a_rate_is_paid_for(void **state)
{
    struct arena *a = arena_new();
    struct rng rng;
    double x[N];
    int ships = 0;
    (void)state;
    rng_init(&rng, 5, 0);
    for (int r = 0; r < ROUNDS; r++) {
        coin(&rng, 0.8, x, N);
        ships += early_mean(a, x, N, 0.05, 0.8).low >= 0.8;
        arena_reset(a);
    }
    assert_in_range(ships, 0, ROUNDS / 20);
    arena_free(a);
}

static void peeking_at_a_difference_is_paid_for(void **state)
{
    struct arena *a = arena_new();
    struct rng rng;
    double x[N], y[N];
    int ships = 0;
    (void)state;
    rng_init(&rng, 6, 0);
    for (int r = 0; r < ROUNDS; r++) {
        for (int i = 0; i < N; i++) { /* 10% lost, 5% gained: exactly 5 points worse */
            double u = rng_uniform(&rng);
            x[i] = u < 0.8;
            y[i] = u < 0.1 ? 0 : u >= 0.95 ? 1 : x[i];
        }
        ships += early_difference(a, x, y, N, 0.05, -0.05).low > -0.05;
        arena_reset(a);
    }
    assert_in_range(ships, 0, ROUNDS / 20);
    arena_free(a);
}

/* What the run's e-process proved, the interval at that item shows. */
static void the_interval_stops_where_the_run_does(void **state)
{
    struct arena *a = arena_new();
    struct rng rng;
    double x[N], y[N];
    struct ni_process p;
    (void)state;
    rng_init(&rng, 7, 0);
    coin(&rng, 0.9, x, N);
    for (int i = 0; i < N; i++)
        y[i] = i % 40 ? x[i] : 1;
    ni_process_init(&p, 0.05, 0.05, 0.5);
    size_t stop = 0;
    while (stop < N && !ni_process_add(&p, y[stop] - x[stop]))
        stop++;
    assert_true(stop < N);
    struct estimate e = early_difference(a, x, y, N, 0.05, -0.05);
    assert_int_equal(e.n, stop + 1);
    assert_true(e.low > -0.05 - 1e-9);
    arena_free(a);
}

static void scores_outside_the_unit_interval_have_no_bound(void **state)
{
    static const double x[] = {0.5, 3, 0.25}, y[] = {0.25, 0.5, 0.75};
    struct arena *a = arena_new();
    (void)state;
    assert_true(isnan(early_mean(a, x, 3, 0.05, 0.5).low));
    assert_true(isnan(early_difference(a, x, y, 3, 0.05, 0).low));
    assert_true(isnan(early_p_value(x, y, 3)));
    assert_true(early_mean(a, y, 3, 0.05, 0.5).low >= 0);
    arena_free(a);
}

static void comparison_uses_them(void **state)
{
    struct paired_opts o = {
        .confidence = 0.95, .margin = (double)NAN, .seed = 1, .stopped_early = true};
    struct arena *a = arena_new();
    double x[N], y[N];
    (void)state;
    for (int i = 0; i < N; i++) {
        x[i] = i % 4 != 0;
        y[i] = 1;
    }
    struct paired r = paired_compare(a, x, y, N, NULL, &o);
    assert_string_equal(r.method, "betting_mixture_p");
    assert_int_equal(r.verdict, VERDICT_BETTER);
    struct paired_opts fixed = o;
    fixed.stopped_early = false;
    struct paired plain = paired_compare(a, x, y, N, NULL, &fixed);
    assert_true(r.diff.high - r.diff.low > plain.diff.high - plain.diff.low);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peeking_at_a_rate_is_paid_for),
        cmocka_unit_test(peeking_at_a_difference_is_paid_for),
        cmocka_unit_test(the_interval_stops_where_the_run_does),
        cmocka_unit_test(scores_outside_the_unit_interval_have_no_bound),
        cmocka_unit_test(comparison_uses_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
