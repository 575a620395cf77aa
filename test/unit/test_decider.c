/* run --until-decided: how often it is wrong, that the order of answers does not matter, errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/rng.h"
#include "run/decider.h"

enum { N = 600, STREAMS = 400 };

struct world {
    struct arena *a;
    struct plan plan;
    struct feature feature;
    struct variant_spec specs[2];
    struct plan_variant variants[2];
    struct requirement require[2];
};

/* Two variants, "base" and "new"; the gate as given. */
static void make(struct world *w, const char *requirement)
{
    struct err e = {0};
    memset(w, 0, sizeof *w);
    w->a = arena_new();
    w->specs[0].name = "base";
    w->specs[1].name = "new";
    w->variants[0].spec = &w->specs[0];
    w->variants[1].spec = &w->specs[1];
    w->feature = (struct feature){.name = "f",
                                  .gate = {.baseline = "base",
                                           .confidence = 0.95,
                                           .require = w->require,
                                           .n_require = 1}};
    w->plan = (struct plan){.feature = &w->feature, .n_items = N, .epochs = 1,
                            .variants = w->variants, .n_variants = 2};
    assert_true(requirement_parse(w->a, str_c(requirement), NULL, NULL, 1, 1, &w->require[0], &e));
}

static struct decider *start(struct world *w)
{
    struct decider *d = NULL;
    struct err e = {0};
    assert_true(decider_new(w->a, &w->plan, NULL, &d, &e));
    return d;
}

static enum outcome draw(struct rng *r, double p)
{
    return rng_uniform(r) < p ? OUTCOME_PASS : OUTCOME_FAIL;
}

/* Share of streams in which the line of variant "new" is answered `which`. */
static double share(struct world *w, double p_base, double p_new, enum decided which)
{
    size_t hits = 0, n;
    for (uint64_t s = 0; s < STREAMS; s++) {
        struct rng r;
        struct decider *d = start(w);
        rng_init(&r, 7, s);
        for (size_t i = 0; i < N && !decider_done(d); i++) {
            decider_see(d, 0, i, draw(&r, p_base));
            decider_see(d, 1, i, draw(&r, p_new));
        }
        const struct decider_line *l = decider_lines(d, &n);
        hits += l[n - 1].answer == which;
    }
    return (double)hits / STREAMS;
}

/* alpha and three standard errors of a share of STREAMS. */
static double at_most(double alpha)
{
    return alpha + 3 * sqrt(alpha * (1 - alpha) / STREAMS);
}

static void a_rate_at_the_limit_rarely_passes(void **state)
{
    (void)state;
    struct world w;
    make(&w, "success_rate >= 0.85");
    assert_true(share(&w, 0.5, 0.8499, DECIDED_PASS) <= at_most(0.05));
    assert_true(share(&w, 0.5, 0.8501, DECIDED_FAIL) <= at_most(0.05));
    assert_true(share(&w, 0.5, 0.95, DECIDED_PASS) > 0.95);
    assert_true(share(&w, 0.5, 0.7, DECIDED_FAIL) > 0.95);
    arena_free(w.a);
}

/* A clear case: 0.95 against a bar of 0.90, a golden set of 2,000. */
static void most_calls_are_saved_when_it_is_clear(void **state)
{
    (void)state;
    enum { ITEMS = 2000 };
    struct world w;
    size_t seen = 0, passes = 0, n;
    make(&w, "success_rate >= 0.90");
    w.plan.n_items = ITEMS;
    for (uint64_t s = 0; s < STREAMS; s++) {
        struct rng r;
        struct decider *d = start(&w);
        rng_init(&r, 8, s);
        size_t i = 0;
        for (; i < ITEMS && !decider_done(d); i++) {
            decider_see(d, 0, i, OUTCOME_PASS);
            decider_see(d, 1, i, draw(&r, 0.95));
        }
        seen += i;
        passes += decider_lines(d, &n)[n - 1].answer == DECIDED_PASS;
    }
    double saved = 1 - (double)seen / (STREAMS * (double)ITEMS);
    print_message("# %.1f%% of the calls saved, %.1f%% of the runs passed\n", 100 * saved,
                  100 * (double)passes / STREAMS);
    assert_true(saved > 0.5);
    assert_true((double)passes / STREAMS > 0.95);
    arena_free(w.a);
}

static void a_loss_of_the_margin_rarely_passes(void **state)
{
    (void)state;
    struct world w;
    make(&w, "success_rate not_worse_than baseline by 0.05");
    assert_true(share(&w, 0.8, 0.75, DECIDED_PASS) <= at_most(0.05));
    assert_true(share(&w, 0.8, 0.75, DECIDED_FAIL) <= at_most(0.05));
    assert_true(share(&w, 0.6, 0.9, DECIDED_PASS) > 0.95);
    assert_true(share(&w, 0.9, 0.5, DECIDED_FAIL) > 0.95);
    arena_free(w.a);
}

/* The prefix in the plan's order decides, whatever comes back first. */
static void the_order_of_answers_does_not_matter(void **state)
{
    (void)state;
    struct world w;
    size_t n, decided_at = 0;
    make(&w, "success_rate >= 0.5");
    struct decider *forward = start(&w), *backward = start(&w);
    for (size_t i = 0; i < 60; i++)
        decider_see(forward, 1, i, i % 5 ? OUTCOME_PASS : OUTCOME_FAIL);
    for (size_t i = 60; i-- > 0;) {
        const struct decider_line *l = decider_lines(backward, &n);
        if (i > 0)
            assert_int_equal(l[n - 1].n, 0);
        decider_see(backward, 1, i, i % 5 ? OUTCOME_PASS : OUTCOME_FAIL);
    }
    const struct decider_line *f = decider_lines(forward, &n), *b = decider_lines(backward, &n);
    decided_at = f[n - 1].n;
    assert_true(decided_at > 0 && decided_at < 60);
    assert_int_equal(f[n - 1].answer, DECIDED_PASS);
    assert_int_equal(b[n - 1].answer, DECIDED_PASS);
    assert_int_equal(b[n - 1].n, decided_at);
    assert_true(decider_variant_done(forward, 1));
    assert_false(decider_done(forward)); /* the other variant has not begun */
    arena_free(w.a);
}

static void errors_prove_nothing(void **state)
{
    (void)state;
    struct world w;
    size_t n;
    make(&w, "success_rate >= 0.5");
    struct decider *d = start(&w);
    for (size_t i = 0; i < N; i++)
        decider_see(d, 1, i, OUTCOME_ERROR);
    const struct decider_line *l = decider_lines(d, &n);
    assert_int_equal(l[n - 1].answer, DECIDED_NOT_YET);
    assert_int_equal(l[n - 1].n, N);
    arena_free(w.a);
}

static void several_epochs_count_as_one_item(void **state)
{
    (void)state;
    struct world w;
    size_t n;
    make(&w, "success_rate >= 0.3");
    w.plan.epochs = 2;
    struct decider *d = start(&w);
    for (size_t i = 0; i < 100; i++) {
        decider_see(d, 1, i, OUTCOME_PASS);
        assert_int_equal(decider_lines(d, &n)[1].n, i); /* the second epoch is still out */
        decider_see(d, 1, i, i % 2 ? OUTCOME_PASS : OUTCOME_FAIL);
        if (decider_variant_done(d, 1))
            break;
    }
    assert_int_equal(decider_lines(d, &n)[1].answer, DECIDED_PASS);
    arena_free(w.a);
}

static void a_gate_without_success_rate_is_refused(void **state)
{
    (void)state;
    struct world w;
    struct decider *d;
    struct err e = {0};
    make(&w, "p95_latency <= 2s");
    assert_false(decider_new(w.a, &w.plan, NULL, &d, &e));
    assert_int_equal(e.code, ERR_SPEC);
    arena_free(w.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_at_the_limit_rarely_passes),
        cmocka_unit_test(most_calls_are_saved_when_it_is_clear),
        cmocka_unit_test(a_loss_of_the_margin_rarely_passes),
        cmocka_unit_test(the_order_of_answers_does_not_matter),
        cmocka_unit_test(errors_prove_nothing),
        cmocka_unit_test(several_epochs_count_as_one_item),
        cmocka_unit_test(a_gate_without_success_rate_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
