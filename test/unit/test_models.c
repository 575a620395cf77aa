/* Comparing variants: the numbers of a small set by hand, what is missing, budgets, cascades. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "decide/cascade.h"
#include "decide/models.h"
#include "near.h"

static const double none = (double)NAN;

static void add(struct model_set *s, const char *variant, int id, int epoch, int pass, double cost,
                double ms, double confidence)
{
    struct err e = {0};
    char name[16];
    struct model_row r = {.pass = pass, .cost_usd = cost, .latency_ms = ms,
                          .confidence = confidence};
    snprintf(name, sizeof name, "%d", id);
    assert_true(model_set_add(s, str_c(variant), str_c(name), epoch, &r, &e));
}

static struct models_options plain(void)
{
    return (struct models_options){.conf = 0.95, .volume = none, .seed = 1,
                                   .budget = {none, none, none}};
}

static void test_by_hand(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(model_set_release) struct model_set s;
    struct models_options o = plain();
    struct models_answer r;
    struct err e = {0};
    model_set_init(&s, a);
    for (int i = 0; i < 200; i++) {
        add(&s, "good", i, 1, i % 4 != 0, 2, 100, none);
        add(&s, "same but dear", i, 1, i % 4 != 0, 3, 100, none);
        add(&s, "quick", i, 1, i % 2, 1 + i % 2, 10, none);
    }
    o.volume = 1000;
    o.budget = (struct model_budget){5, 50, 0.2};
    assert_true(models_compare(a, &s, &o, &r, &e));
    assert_int_equal(r.n, 3);
    assert_near(r.variants[0].success.value, 0.75, 1e-12);
    assert_near(r.variants[0].cost_per_success.value, 2 / 0.75, 1e-12);
    assert_near(r.variants[0].monthly.value, 2000, 1e-9);
    assert_true(r.variants[0].on_front && r.variants[2].on_front);
    assert_false(r.variants[1].on_front); /* never better, dearer */
    assert_near(r.variants[1].p_front, 0, 0);
    assert_int_equal(r.variants[0].budget, BUDGET_BROKEN); /* too slow */
    assert_int_equal(r.variants[2].budget, BUDGET_MET);
    assert_ptr_equal(r.cheapest_that_meets, &r.variants[2]);
    struct model_row again = {.pass = 1};
    assert_false(model_set_add(&s, STR("good"), STR("3"), 1, &again, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
}

static void test_what_is_missing(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(model_set_release) struct model_set s;
    struct models_options o = plain();
    struct models_answer r;
    struct err e = {0};
    model_set_init(&s, a);
    assert_false(models_compare(a, &s, &o, &r, &e));
    for (int i = 0; i < 20; i++) {
        add(&s, "priced", i, 1, i % 2, 1, none, none);
        add(&s, "unpriced", i, 1, i % 2, i ? 0.1 : none, none, none);
        add(&s, "broken", i, 1, -1, none, none, none);
    }
    assert_true(models_compare(a, &s, &o, &r, &e));
    assert_true(r.has_cost && !r.has_latency);
    assert_true(r.variants[0].on_front);
    assert_false(r.variants[1].on_front); /* one cost missing: not known, so the worst */
    assert_true(isnan(r.variants[1].cost_per_success.value));
    assert_int_equal(r.variants[1].cost_missing, 1);
    assert_true(isnan(r.variants[2].success.value)); /* errors are neither */
    assert_int_equal(r.variants[2].n_errors, 20);
    assert_false(r.variants[2].on_front);
    assert_true(isnan(r.variants[0].p95.value));
}

static void test_epochs(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(model_set_release) struct model_set s;
    struct models_options o = plain();
    struct models_answer r;
    struct err e = {0};
    model_set_init(&s, a);
    for (int i = 0; i < 30; i++)
        for (int epoch = 1; epoch <= 10; epoch++) {
            add(&s, "repeats itself", i, epoch, i % 2, 1, none, none);
            add(&s, "tosses a coin", i, epoch, (i + epoch) % 2, 1, none, none);
        }
    assert_true(models_compare(a, &s, &o, &r, &e));
    assert_true(r.variants[0].has_epochs);
    assert_int_equal(r.variants[0].n_items, 30);
    /* the same 300 outputs, but ten copies of 30 verdicts say no more than 30 */
    double wide = r.variants[0].success.high - r.variants[0].success.low;
    assert_true(wide > 0.3);
    assert_true(r.variants[0].success.n == 300);
}

static void test_cascades(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(model_set_release) struct model_set s;
    struct cascade_options o = {.conf = 0.95, .margin = 0.02, .seed = 1};
    struct cascade_answer k;
    struct err e = {0};
    struct rng rng;
    rng_init(&rng, 60, 0);
    model_set_init(&s, a);
    for (int i = 0; i < 2000; i++) {
        double hard = rng_uniform(&rng);
        add(&s, "small", i, 1, hard < 0.7, 1, 100, 1 - hard); /* knows what it does not know */
        add(&s, "large", i, 1, hard < 0.9, 10, 900, none);
        add(&s, "blind", i, 1, hard < 0.7, 1, 100, rng_uniform(&rng));
    }
    assert_true(cascade_choose(a, &s, "small", "large", &o, &k, &e));
    assert_int_equal(k.n_choose, 1000);
    assert_int_equal(k.n_verify, 1000);
    assert_near(k.threshold, 0.3, 0.05);
    assert_int_equal(k.verdict, NI_NONINFERIOR);
    assert_true(k.saving > 0.5);
    assert_near(k.cost_per_task.value, 1 + 10 * k.escalated.value, 1e-9);
    assert_true(cascade_choose(a, &s, "blind", "large", &o, &k, &e));
    assert_true(k.saving < 0.1); /* a confidence that knows nothing saves nothing */
    assert_false(cascade_choose(a, &s, "large", "small", &o, &k, &e));
    assert_int_equal(e.code, ERR_INPUT); /* large has no confidence */
    assert_false(cascade_choose(a, &s, "smal", "large", &o, &k, &e));
    assert_false(cascade_choose(a, &s, "small", "small", &o, &k, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_what_is_missing),
        cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_cascades),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
