/* Choosing a threshold from labels: the grid, the reasons when there is none, weights; and that
 * the promise holds through the whole choice, grid and all. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "decide/threshold.h"
#include "near.h"

static void draw(struct rng *rng, struct label *l, size_t n, double slope, double levels)
{
    for (size_t i = 0; i < n; i++) {
        double c = floor(rng_uniform(rng) * levels) / levels;
        l[i] = (struct label){c, rng_uniform(rng) >= slope * (1 - c), 1};
    }
}

static void test_finds(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct label l[1000];
    struct threshold_options o = {.max_error = 0.05, .confidence = 0.95};
    struct threshold_answer r;
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 1, 0);
    draw(&rng, l, 1000, 0.2, 1000); /* 0.1 (1 - t) is wrong over t: half may be accepted */
    assert_true(threshold_choose(a, l, 1000, &o, &r, &e));
    assert_true(r.threshold > 0.4 && r.threshold < 0.95);
    assert_true(r.error_upper <= 0.05);
    assert_near(r.accepted.value, (double)r.n_accept / 1000, 1e-12);
    assert_true(threshold_naive(&r, 0.05) <= r.threshold);
    for (size_t i = 1; i < r.n_points; i++) {
        assert_true(r.points[i].threshold < r.points[i - 1].threshold);
        assert_true(r.points[i].n > r.points[i - 1].n);
    }
    assert_near(r.points[r.n_points - 1].coverage, 1, 1e-12);
    struct threshold_answer weighted;
    for (size_t i = 0; i < 1000; i++)
        l[i].weight = 3; /* all the same: no weights at all */
    assert_true(threshold_choose(a, l, 1000, &o, &weighted, &e));
    assert_near(weighted.threshold, r.threshold, 0);
    assert_string_equal(weighted.method, "fixed_sequence");
}

static void test_says_why_not(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct label l[500];
    struct threshold_options o = {.max_error = 0.05, .confidence = 0.95};
    struct threshold_answer r;
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 2, 0);
    for (size_t i = 0; i < 500; i++)
        l[i] = (struct label){(double)(i % 10) / 10, true, 1};
    assert_true(threshold_choose(a, l, 30, &o, &r, &e));
    assert_true(isnan(r.threshold) && isnan(r.error_upper));
    assert_non_null(strstr(r.why, "too few"));
    assert_true(r.n_needed >= 59);
    assert_near(r.accepted.value, 0, 0);
    for (size_t i = 0; i < 500; i++)
        l[i].correct = rng_uniform(&rng) < 0.6;
    assert_true(threshold_choose(a, l, 500, &o, &r, &e));
    assert_true(isnan(r.threshold));
    assert_non_null(strstr(r.why, "are wrong in"));
    assert_int_equal(r.n_needed, 0);
    for (size_t i = 0; i < 500; i++) /* one confidence for all, 3% wrong: needs more labels */
        l[i] = (struct label){0.9, i % 33 != 0, 1};
    assert_true(threshold_choose(a, l, 200, &o, &r, &e));
    assert_true(isnan(r.threshold));
    assert_int_equal(r.n_points, 1); /* equal confidences are accepted together */
    assert_true(r.n_needed > 200 && r.n_needed < 5000);
    assert_false(threshold_choose(a, l, 0, &o, &r, &e));
    o.max_error = 0;
    assert_false(threshold_choose(a, l, 200, &o, &r, &e));
    o = (struct threshold_options){.max_error = 0.05, .confidence = 1};
    assert_false(threshold_choose(a, l, 200, &o, &r, &e));
}

/* The error over t is slope (1 - t)/2 on a fine scale: what the choice promises, checked against
 * the truth. Few distinct confidences (`levels`) are accepted in lumps. */
static size_t broken(size_t n, double slope, double levels, size_t *ret_naive)
{
    struct threshold_options o = {.max_error = 0.1, .confidence = 0.9};
    size_t bad = 0;
    struct label l[600];
    struct err e = {0};
    *ret_naive = 0;
    for (size_t run = 0; run < 500; run++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        struct threshold_answer r;
        struct rng rng;
        rng_init(&rng, 3, run);
        draw(&rng, l, n, slope, levels);
        assert_true(threshold_choose(a, l, n, &o, &r, &e));
        double t[2] = {r.threshold, threshold_naive(&r, 0.1)};
        for (int k = 0; k < 2; k++) {
            /* a level c stands for [c, c + 1/levels): mean error over t of the lumps */
            double top = 1 - 1 / levels, error = slope * (1 - (t[k] + top) / 2);
            bool wrong = !isnan(t[k]) && error > 0.1;
            bad += k == 0 && wrong;
            *ret_naive += k == 1 && wrong;
        }
    }
    return bad;
}

static void test_keeps_promise(void **state)
{
    (void)state;
    size_t naive;
    const double slopes[] = {0.3, 0.6}, levels[] = {1000, 20};
    for (size_t s = 0; s < 2; s++) {
        for (size_t k = 0; k < 2; k++) {
            assert_true(broken(600, slopes[s], levels[k], &naive) <= 50 + 20); /* + 3 σ */
            assert_true(naive > 100);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds),
        cmocka_unit_test(test_says_why_not),
        cmocka_unit_test(test_keeps_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
