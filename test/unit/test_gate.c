/* The gate: each kind of requirement, errors, slices, missing measurements; and by simulation that
 * what is not good enough ships with probability at most alpha, errors or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "decide/gate.h"

/* One output: value 0, 1 or -1 for an error. */
struct output {
    int value;
    double latency_s, cost_usd;
};

static struct evidence *build(struct arena *a, const struct output *o, size_t n, int epochs)
{
    static const char *const keys[] = {"lang", NULL};
    struct evidence_builder b;
    struct evidence *ev;
    bool is_new;
    evidence_start(&b, a, "v", keys, false);
    size_t hallucination = evidence_measure(&b, "hallucination");
    for (size_t i = 0; i < n; i++) {
        char id[24];
        snprintf(id, sizeof id, "t%zu", i / (size_t)epochs);
        uint32_t item = evidence_item(&b, str_c(id), &is_new);
        if (is_new)
            evidence_set_slice(&b, item, 0, item % 2 ? STR("de") : STR("en"));
        double *m = evidence_measures_new(&b);
        m[hallucination] = o[i].value < 0 ? (double)NAN : 0;
        struct evidence_row row = {
            .item = item, .epoch = (int)(i % (size_t)epochs) + 1, .error = o[i].value < 0,
            .value = o[i].value, .score = (double)NAN, .latency_s = o[i].latency_s,
            .ttft_s = (double)NAN, .cost_usd = o[i].cost_usd, .measure = m, .n_measures = 1};
        evidence_add(&b, row);
    }
    if (!evidence_finish(&b, "v", &ev, NULL))
        fail_msg("duplicate rows");
    return ev;
}

/* n outputs of which the first k succeed and the last `errors` are errors. */
static struct evidence *simple(struct arena *a, size_t k, size_t n, size_t errors)
{
    struct output *o = ARENA_ARRAY(a, n, struct output);
    for (size_t i = 0; i < n; i++)
        o[i] = (struct output){i < k ? 1 : i + errors >= n ? -1 : 0, 0.5, 0.001};
    return build(a, o, n, 1);
}

static struct gate decide(struct arena *a, struct evidence *candidate, struct evidence *baseline,
                          const char *text)
{
    struct gate g = {.candidate = candidate, .baseline = baseline, .opts = {0.95, 1}};
    struct requirement *req = ARENA_NEW(a, struct requirement);
    struct err e = {0};
    if (!requirement_parse(a, str_c(text), NULL, NULL, 1, 1, req, &e))
        fail_msg("%s: %s", text, e.msg);
    gate_decide(a, &g, req, 1);
    return g;
}

static void rates_are_decided_on_bounds(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    /* one-sided Clopper-Pearson lower bounds: 97/100 -> .925, 95/100 -> .898, 80/100 upper .863 */
    assert_int_equal(decide(a, simple(a, 97, 100, 0), NULL, "success_rate >= 0.9").verdict, GATE_SHIP);
    struct gate g = decide(a, simple(a, 95, 100, 0), NULL, "success_rate >= 0.9");
    assert_int_equal(g.verdict, GATE_INCONCLUSIVE);
    assert_true(g.n_needed > 100);
    g = decide(a, simple(a, 80, 100, 0), NULL, "success_rate >= 0.9");
    assert_int_equal(g.verdict, GATE_NO_SHIP);
    assert_true(isnan(g.n_needed));
    /* 59 clean items are the least that prove a failure rate of at most 5%. */
    assert_int_equal(decide(a, simple(a, 59, 59, 0), NULL, "success_rate >= 0.95").verdict, GATE_SHIP);
    assert_int_equal(decide(a, simple(a, 58, 58, 0), NULL, "success_rate >= 0.95").verdict,
                     GATE_INCONCLUSIVE);
    assert_true(decide(a, simple(a, 40, 40, 0), NULL, "success_rate >= 0.95").n_needed >= 59);
    arena_free(a);
}

static void errors_never_ship(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct gate g = decide(a, simple(a, 98, 100, 1), NULL, "success_rate >= 0.9");
    assert_int_equal(g.verdict, GATE_SHIP); /* one error more would not change it */
    g = decide(a, simple(a, 95, 100, 5), NULL, "success_rate >= 0.9");
    assert_int_equal(g.lines[0].all.observed.n, 95); /* all that was judged passed */
    assert_int_equal(g.verdict, GATE_INCONCLUSIVE);
    assert_non_null(strstr(g.lines[0].all.why, "5 errors"));
    g = decide(a, simple(a, 0, 100, 100), NULL, "success_rate >= 0.1");
    assert_int_equal(g.verdict, GATE_INCONCLUSIVE);
    g = decide(a, simple(a, 95, 100, 5), simple(a, 100, 100, 0),
               "success_rate not_worse_than baseline by 0.04");
    assert_int_equal(g.verdict, GATE_INCONCLUSIVE);
    arena_free(a);
}

static void what_was_not_measured_stays_open(void **state)
{
    static const char *const texts[] = {
        "p95_ttft <= 1s", "polite >= 0.5", "polite_rate >= 0.5", "score >= 0.1",
        "injection_rate <= 0.5", "success_rate >= 0.1 calibrated",
        "success_rate not_worse_than baseline by 0.5", "each region: success_rate >= 0.1"};
    struct arena *a = arena_new();
    struct evidence *ev = simple(a, 100, 100, 0);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct gate g = decide(a, ev, NULL, texts[i]);
        if (g.verdict != GATE_INCONCLUSIVE || !g.lines[0].all.why)
            fail_msg("%s: %s", texts[i], gate_verdict_name(g.verdict));
    }
    assert_int_equal(decide(a, ev, NULL, "hallucination_rate <= 0.05").verdict, GATE_SHIP);
    ev->measures[0].detector = true;
    struct gate g = decide(a, ev, NULL, "hallucination_rate <= 0.05");
    assert_int_equal(g.verdict, GATE_INCONCLUSIVE);
    assert_non_null(strstr(g.lines[0].all.why, "detector only"));
    struct gate none = {.candidate = ev, .opts = {0.95, 1}};
    gate_decide(a, &none, NULL, 0);
    assert_int_equal(none.verdict, GATE_INCONCLUSIVE); /* no requirement is no proof */
    arena_free(a);
}

static void latency_and_cost(void **state)
{
    enum { N = 200 };
    struct output o[N];
    struct arena *a = arena_new();
    (void)state;
    for (int i = 0; i < N; i++)
        o[i] = (struct output){i % 10 != 0, 0.010 * (i + 1), 0.001 + 0.000001 * i};
    struct evidence *ev = build(a, o, N, 1);
    /* p95 of 0.01 … 2.00 s: type 7 gives 1.9005, the upper order statistic is 1.96 */
    struct gate g = decide(a, ev, NULL, "p95_latency <= 2s");
    assert_int_equal(g.verdict, GATE_SHIP);
    assert_true(fabs(g.lines[0].all.observed.value - 1.9005) < 1e-9);
    assert_int_equal(decide(a, ev, NULL, "p95_latency <= 1.92s").verdict, GATE_INCONCLUSIVE);
    assert_int_equal(decide(a, ev, NULL, "p95_latency <= 1.5s").verdict, GATE_NO_SHIP);
    assert_int_equal(decide(a, ev, NULL, "p99_latency <= 10s").verdict, GATE_INCONCLUSIVE);
    assert_int_equal(decide(a, ev, NULL, "cost_per_success <= 0.0015").verdict, GATE_SHIP);
    assert_int_equal(decide(a, ev, NULL, "cost_per_success <= 0.001").verdict, GATE_NO_SHIP);
    assert_int_equal(decide(a, ev, NULL, "cost_per_1000 <= 1.5").verdict, GATE_SHIP);
    /* a faster and cheaper self is not worse; the same self is not better */
    struct output *p = ARENA_ARRAY(a, N, struct output);
    for (int i = 0; i < N; i++)
        p[i] = (struct output){o[i].value, o[i].latency_s / 2, o[i].cost_usd / 2};
    struct evidence *half = build(a, p, N, 1);
    assert_int_equal(decide(a, half, ev, "p95_latency not_worse_than baseline by 5%").verdict,
                     GATE_SHIP);
    assert_int_equal(decide(a, half, ev, "cost_per_success better_than baseline by 20%").verdict,
                     GATE_SHIP);
    assert_int_equal(decide(a, ev, half, "cost_per_success not_worse_than baseline by 20%").verdict,
                     GATE_NO_SHIP);
    o[3].cost_usd = (double)NAN;
    g = decide(a, build(a, o, N, 1), NULL, "cost_per_success <= 0.0015");
    assert_int_equal(g.verdict, GATE_INCONCLUSIVE);
    /* ten outputs that never said how long they took may have taken for ever */
    for (int i = 0; i < 10; i++)
        o[i].latency_s = (double)NAN;
    assert_int_equal(decide(a, build(a, o, N, 1), NULL, "p95_latency <= 2s").verdict,
                     GATE_INCONCLUSIVE);
    arena_free(a);
}

static void every_slice_must_pass(void **state)
{
    enum { N = 400 };
    struct output o[N];
    struct arena *a = arena_new();
    (void)state;
    for (int i = 0; i < N; i++) /* "de" is the odd half: 5 of 6 pass there, all of "en" */
        o[i] = (struct output){i % 2 == 0 || i % 12 != 1, 1, 1};
    struct evidence *ev = build(a, o, N, 1);
    assert_int_equal(decide(a, ev, NULL, "success_rate >= 0.88").verdict, GATE_SHIP);
    struct gate g = decide(a, ev, NULL, "each lang: success_rate >= 0.88");
    assert_int_equal(g.verdict, GATE_NO_SHIP);
    assert_int_equal(g.lines[0].n_slices, 2);
    assert_int_equal(g.lines[0].slices[0].answer, GATE_PASSES);
    assert_int_equal(g.lines[0].slices[1].answer, GATE_FAILS);
    assert_non_null(strstr(g.lines[0].all.why, "de"));
    assert_int_equal(decide(a, ev, NULL, "each lang: success_rate >= 0.75").verdict, GATE_SHIP);
    arena_free(a);
}

static void stale_evidence_ships_nothing(void **state)
{
    struct arena *a = arena_new();
    struct requirement req;
    (void)state;
    struct gate g = {.candidate = simple(a, 100, 100, 0), .opts = {0.95, 1},
                     .stale = "the golden set changed"};
    assert_true(requirement_parse(a, STR("success_rate >= 0.5"), NULL, NULL, 1, 1, &req, NULL));
    gate_decide(a, &g, &req, 1);
    assert_int_equal(g.lines[0].all.answer, GATE_PASSES);
    assert_int_equal(g.verdict, GATE_INCONCLUSIVE);
    arena_free(a);
}

/* --- false ships --- */

/* A candidate whose true rate is exactly the limit, or exactly the margin below the baseline; a
 * share of its outputs, the hard ones first, end as errors. */
struct world {
    double base, loss, win; /* rates of the baseline and of the two kinds of disagreement */
    double error_rate;      /* errors hit failures three times as often as successes */
    int epochs;
};

static void draw(struct rng *rng, const struct world *world, struct output *b, struct output *c,
                 size_t items)
{
    for (size_t i = 0; i < items; i++) {
        double u = rng_uniform(rng);
        int base = u < world->base, cand = base;
        if (base && rng_uniform(rng) < world->loss / world->base)
            cand = 0;
        else if (!base && rng_uniform(rng) < world->win / (1 - world->base))
            cand = 1;
        for (int k = 0; k < world->epochs; k++) {
            size_t at = i * (size_t)world->epochs + (size_t)k;
            /* one epoch in ten differs from the item's usual outcome, on both sides alike */
            int noise = world->epochs > 1 && rng_uniform(rng) < 0.1;
            int noise_b = world->epochs > 1 && rng_uniform(rng) < 0.1;
            b[at] = (struct output){noise_b ? !base : base, 1, 1};
            c[at] = (struct output){noise ? !cand : cand, 1, 1};
            double p = c[at].value ? world->error_rate / 3 : world->error_rate;
            if (rng_uniform(rng) < p)
                c[at].value = -1;
        }
    }
}

static int false_ships(const struct world *world, const char *text, size_t items, int rounds,
                       uint64_t seed)
{
    struct rng rng;
    int ships = 0;
    size_t n = items * (size_t)world->epochs;
    rng_init(&rng, seed, 0);
    for (int r = 0; r < rounds; r++) {
        struct arena *a = arena_new();
        struct output *b = ARENA_ARRAY(a, n, struct output), *c = ARENA_ARRAY(a, n, struct output);
        draw(&rng, world, b, c, items);
        struct gate g = decide(a, build(a, c, n, world->epochs), build(a, b, n, world->epochs), text);
        ships += g.verdict == GATE_SHIP;
        arena_free(a);
    }
    return ships;
}

/* More ships than chance explains when the true probability is alpha = 5%: the 99.9% quantile of
 * Binomial(rounds, 0.05). */
static int allowed(int rounds)
{
    return (int)ceil(0.05 * rounds + 3.1 * sqrt(0.05 * 0.95 * rounds));
}

static void at_the_limit_few_ship(void **state)
{
    static const struct {
        struct world world;
        const char *text;
        size_t items;
    } cases[] = {
        {{0.90, 0, 0, 0, 1}, "success_rate >= 0.9", 300},
        {{0.90, 0, 0, 0.05, 1}, "success_rate >= 0.9", 300},
        {{0.90, 0, 0, 0.3, 1}, "success_rate >= 0.9", 300},
        {{0.90, 0.07, 0.03, 0, 1}, "success_rate not_worse_than baseline by 0.04", 300},
        {{0.90, 0.07, 0.03, 0.05, 1}, "success_rate not_worse_than baseline by 0.04", 300},
        {{0.95, 0.03, 0.00, 0, 1}, "success_rate not_worse_than baseline by 0.03", 200},
        {{0.80, 0.05, 0.05, 0, 1}, "success_rate better_than baseline", 250},
        /* epochs: noise moves both rates by 0.1 (1 - 2 rate), and differences shrink to 0.8 */
        {{0.80, 0.08, 0.03, 0, 3}, "success_rate not_worse_than baseline by 0.04", 200},
        {{0.95, 0.03, 0.00, 0, 3}, "success_rate not_worse_than baseline by 0.024", 100},
        {{0.90, 0, 0, 0.05, 3}, "success_rate >= 0.82", 150},
    };
    enum { ROUNDS = 1000 };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int ships = false_ships(&cases[i].world, cases[i].text, cases[i].items, ROUNDS, 40 + i);
        print_message("%s, errors %.2f, %d epochs: %d of %d shipped\n", cases[i].text,
                      cases[i].world.error_rate, cases[i].world.epochs, ships, ROUNDS);
        assert_in_range(ships, 0, allowed(ROUNDS));
    }
}

/* And what is good enough does ship. */
static void good_candidates_ship(void **state)
{
    struct world good = {0.95, 0.01, 0.03, 0, 1};
    (void)state;
    assert_true(false_ships(&good, "success_rate >= 0.9", 400, 200, 9) > 180);
    assert_true(false_ships(&good, "success_rate not_worse_than baseline by 0.02", 400, 200, 9) > 180);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_decided_on_bounds),
        cmocka_unit_test(errors_never_ship),
        cmocka_unit_test(what_was_not_measured_stays_open),
        cmocka_unit_test(latency_and_cost),
        cmocka_unit_test(every_slice_must_pass),
        cmocka_unit_test(stale_evidence_ships_nothing),
        cmocka_unit_test(at_the_limit_few_ship),
        cmocka_unit_test(good_candidates_ship),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
