/*
 * Do the intervals and tests keep their promises? Where the outcomes can be counted the coverage
 * is exact; elsewhere it is simulated with fixed seeds, and a bound allows for three standard
 * errors of the simulation.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/rng.h"
#include "stats/bootstrap.h"
#include "stats/judge_correction.h"
#include "stats/mean.h"
#include "stats/noninferiority.h"
#include "stats/paired.h"
#include "stats/power.h"
#include "stats/proportion.h"
#include "stats/sequential.h"
#include "stats/special.h"

static void within(const char *what, double got, double low, double high)
{
    if (!(got >= low && got <= high))
        print_error("%s: %.4f is not within %.4f and %.4f\n", what, got, low, high);
    assert_true(got >= low && got <= high);
}

/* Three standard errors of a simulated share. */
static double noise(double p, int reps) { return 3 * sqrt(p * (1 - p) / reps); }

static struct interval uniform_bayes(size_t k, size_t n, double conf)
{
    struct beta_posterior b = ci_beta_posterior(k, n, conf, 1, 1, 0.5);
    return (struct interval){b.mean, b.low, b.high};
}

static struct interval mixture(size_t k, size_t n, double conf)
{
    return cs_bernoulli_mixture(k, n, 1 - conf, 1, 1);
}

/* Exact coverage of rate intervals, summed over all k. Only Clopper-Pearson and the confidence
 * sequence promise 95% at every p; the others promise it on average over p and may dip near 1. */
static void rates(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct interval (*fn)(size_t k, size_t n, double conf);
        double least;
    } methods[] = {
        {"wilson", ci_wilson, 0.90},
        {"clopper_pearson", ci_clopper_pearson, 0.95},
        {"jeffreys", ci_jeffreys, 0.90},
        {"uniform_bayes", uniform_bayes, 0.90},
        {"mixture", mixture, 0.95},
    };
    size_t sizes[] = {10, 30, 100, 1000};
    double ps[] = {0.5, 0.9, 0.99};
    for (size_t m = 0; m < ARRAY_LEN(methods); m++) {
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            for (size_t j = 0; j < ARRAY_LEN(ps); j++) {
                double covered = 0;
                for (size_t k = 0; k <= sizes[i]; k++) {
                    double weight = binom_pmf(k, sizes[i], ps[j]);
                    struct interval r = {0, 0, 1};
                    if (weight > 1e-9)
                        r = methods[m].fn(k, sizes[i], 0.95);
                    if (r.low <= ps[j] && ps[j] <= r.high)
                        covered += weight;
                }
                within(methods[m].name, covered, methods[m].least, 1);
            }
        }
    }
}

/* What the gate asks of the one-sided bound: a rate at the target passes in at most 5%. */
static void one_sided_gate(void **state)
{
    (void)state;
    double targets[] = {0.5, 0.8, 0.9, 0.99};
    for (size_t n = 5; n < 700; n = n * 2 + 3) {
        for (size_t j = 0; j < ARRAY_LEN(targets); j++) {
            double passes = 0;
            for (size_t k = 0; k <= n; k++)
                if (clopper_pearson_lower(k, n, 0.95) >= targets[j])
                    passes += binom_pmf(k, n, targets[j]);
            within("one-sided exact", passes, 0, 0.05);
        }
    }
}

/* Exact coverage of the paired intervals over all (b, c). Tango's dips a little below. */
static void paired_rates(void **state)
{
    (void)state;
    size_t sizes[] = {10, 30, 100};
    double psis[] = {0.05, 0.2, 0.5}, diffs[] = {-0.04, 0, 0.04};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        for (size_t j = 0; j < ARRAY_LEN(psis); j++) {
            for (size_t k = 0; k < ARRAY_LEN(diffs); k++) {
                size_t n = sizes[i];
                double tango = 0, bonett_price = 0, up = (psis[j] + diffs[k]) / 2 / psis[j];
                for (size_t t = 0; t <= n; t++) {
                    for (size_t c = 0; c <= t; c++) {
                        double weight = binom_pmf(t, n, psis[j]) * binom_pmf(c, t, up);
                        if (weight < 1e-7)
                            continue;
                        struct interval a = ci_tango(t - c, c, n, 0.95);
                        struct interval b = ci_bonett_price(t - c, c, n, 0.95);
                        if (a.low <= diffs[k] && diffs[k] <= a.high)
                            tango += weight;
                        if (b.low <= diffs[k] && diffs[k] <= b.high)
                            bonett_price += weight;
                    }
                }
                within("tango", tango, 0.93, 1);
                within("bonett_price", bonett_price, 0.92, 1);
            }
        }
    }
}

/* Exact type I error of the ship gate when the candidate is worse by just the margin. The score
 * test is an approximation: it may exceed 5% by one point, never more on this grid. */
static void gate_type_one_error(void **state)
{
    (void)state;
    size_t sizes[] = {30, 50, 100, 200, 400, 1000};
    double margins[] = {0.02, 0.03, 0.05, 0.1}, psis[] = {1, 1.5, 2, 4};
    double worst = 0;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (size_t j = 0; j < ARRAY_LEN(margins); j++)
            for (size_t k = 0; k < ARRAY_LEN(psis); k++)
                worst = fmax(worst, power_noninferiority_paired(sizes[i], psis[k] * margins[j],
                                                                -margins[j], margins[j], 0.05));
    within("gate type I", worst, 0.02, 0.06);
}

/* One pair of outcomes: -1 regression, 1 improvement, 0 neither. */
static int draw_pair(struct rng *r, double psi, double diff)
{
    double u = rng_uniform(r);
    return u < (psi + diff) / 2 ? 1 : u < psi ? -1 : 0;
}

/* The same by drawing pairs, so that the test does not rest on the enumeration alone. */
static void gate_type_one_error_simulated(void **state)
{
    (void)state;
    int reps = 20000, shipped = 0;
    struct rng r;
    rng_init(&r, 1, 0);
    for (int i = 0; i < reps; i++) {
        size_t b = 0, c = 0, n = 200;
        for (size_t j = 0; j < n; j++) {
            int d = draw_pair(&r, 0.12, -0.05);
            b += d < 0;
            c += d > 0;
        }
        shipped += noninferiority_paired(b, c, n, 0.05, 0.05).noninferior;
    }
    double exact = power_noninferiority_paired(200, 0.12, -0.05, 0.05, 0.05);
    within("gate type I, simulated", (double)shipped / reps, exact - noise(exact, reps),
           exact + noise(exact, reps));
}

/* Looking after every item. Each process is at its null hypothesis; the share of streams that ever
 * raise the alarm must not exceed alpha. McNemar's fixed-sample test, looked at every 20 items, is
 * there to show what the processes are for. */
static void peeking_at_every_item(void **state)
{
    (void)state;
    enum { REPS = 2000, ITEMS = 500 };
    int shipped = 0, declared = 0, left = 0, naive = 0;
    struct rng r;
    for (int i = 0; i < REPS; i++) {
        struct ni_process ni;
        struct mcnemar_process mc;
        size_t b = 0, c = 0, k = 0;
        bool naive_alarm = false, outside = false;
        rng_init(&r, 77, (uint64_t)i);
        ni_process_init(&ni, 0.05, 0.05, 0.5);
        mcnemar_process_init(&mc, 1, 1, 0.05);
        for (size_t t = 1; t <= ITEMS; t++) {
            ni_process_add(&ni, draw_pair(&r, 0.15, -0.05));
            int d = draw_pair(&r, 0.3, 0);
            if (d)
                mcnemar_process_add(&mc, d > 0);
            b += d < 0;
            c += d > 0;
            naive_alarm = naive_alarm || (t % 20 == 0 && mcnemar(b, c).p_midp < 0.05);
            k += rng_uniform(&r) < 0.9;
            outside = outside || bernoulli_mixture_log_e(k, t, 1, 1, 0.9) >= log(20);
        }
        shipped += ni.stop_index != 0;
        declared += mc.stop_index != 0;
        naive += naive_alarm;
        left += outside;
    }
    double limit = 0.05 + noise(0.05, REPS);
    within("non-inferiority process", (double)shipped / REPS, 0, limit);
    within("McNemar process", (double)declared / REPS, 0, limit);
    within("mixture sequence", (double)left / REPS, 0, limit);
    within("fixed test with peeking", (double)naive / REPS, 0.1, 1);
}

/* Both betting sequences contain the mean of skewed scores at all times. */
static void bounded_scores_at_every_look(void **state)
{
    (void)state;
    enum { REPS = 400, ITEMS = 120 };
    int left_eb = 0, left_hedged = 0;
    double x[ITEMS], lo[ITEMS], hi[ITEMS];
    struct rng r;
    for (int i = 0; i < REPS; i++) {
        rng_init(&r, 5, (uint64_t)i);
        for (size_t t = 0; t < ITEMS; t++) /* mean 3/4 */
            x[t] = 1 - rng_uniform(&r) * rng_uniform(&r);
        struct running eb = cs_predmix_eb(x, ITEMS, 0.05, 0.5, lo, hi);
        left_eb += eb.low > 0.75 || eb.high < 0.75;
        struct running hedged = cs_betting_hedged(x, ITEMS, 0.05, 0.5, lo, hi);
        left_hedged += hedged.low > 0.75 || hedged.high < 0.75;
    }
    within("empirical Bernstein", (double)left_eb / REPS, 0, 0.05 + noise(0.05, REPS));
    within("hedged betting", (double)left_hedged / REPS, 0, 0.05 + noise(0.05, REPS));
}

/* Student's interval for normal scores is exact; BCa for skewed ones comes near from n = 30. */
static void means(void **state)
{
    (void)state;
    enum { MOST = 100 };
    size_t sizes[] = {10, 30, MOST};
    double x[MOST];
    struct rng r;
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
        int reps = 4000, covered = 0;
        rng_init(&r, 9, s);
        for (int i = 0; i < reps; i++) {
            for (size_t j = 0; j < sizes[s]; j++)
                x[j] = 0.7 + 0.2 * rng_normal(&r);
            struct mean_ci t = ci_mean_t(x, sizes[s], 0.95);
            covered += t.low <= 0.7 && 0.7 <= t.high;
        }
        within("t", (double)covered / reps, 0.95 - noise(0.95, reps), 0.95 + noise(0.95, reps));
    }
    int reps = 400, covered = 0;
    for (int i = 0; i < reps; i++) {
        for (size_t j = 0; j < MOST; j++)
            x[j] = -log1p(-rng_uniform(&r)); /* exponential, mean 1 */
        struct bootstrap b = bootstrap_mean(x, MOST, 1000, (uint64_t)i, 0.95);
        covered += b.low <= 1 && 1 <= b.high;
    }
    within("BCa of exponential scores", (double)covered / reps, 0.94 - noise(0.94, reps), 0.98);
}

/* Items that share a document: CR1 and Korn-Graubard hold, ignoring the documents does not. */
static void clustered_items(void **state)
{
    (void)state;
    enum { DOCS = 40, EACH = 8, N = DOCS * EACH, REPS = 1500 };
    int cr1 = 0, rate = 0, naive = 0;
    double x[N];
    size_t doc[N];
    struct rng r;
    rng_init(&r, 31, 0);
    for (int i = 0; i < REPS; i++) {
        for (size_t d = 0; d < DOCS; d++) {
            double p = rng_uniform(&r) < 0.5 ? 0.95 : 0.65; /* easy or hard, mean 0.8 */
            for (size_t j = 0; j < EACH; j++) {
                x[d * EACH + j] = rng_uniform(&r) < p;
                doc[d * EACH + j] = d;
            }
        }
        struct clustered_mean m = clustered_mean(x, doc, N, 0.95);
        struct clustered_rate k = ci_proportion_clustered(x, doc, N, 0.95);
        struct estimate flat = estimate_scores(x, NULL, N, 0.95);
        cr1 += m.low <= 0.8 && 0.8 <= m.high;
        rate += k.low <= 0.8 && 0.8 <= k.high;
        naive += flat.low <= 0.8 && 0.8 <= flat.high;
    }
    within("CR1", (double)cr1 / REPS, 0.94 - noise(0.94, REPS), 0.97);
    within("Korn-Graubard", (double)rate / REPS, 0.95 - noise(0.95, REPS), 1);
    within("clusters ignored", (double)naive / REPS, 0, 0.92);
}

/* A judge with sensitivity .95 and specificity .80 at a true pass rate of .85, 100 human labels
 * from the same traffic: the corrected interval holds, the judge's own rate is far off. With labels
 * balanced by the human verdict it is the other way round: Rogan-Gladen holds. */
static void judge_corrections(void **state)
{
    (void)state;
    enum { REPS = 1500, ITEMS = 1000, LABELS = 100 };
    int eif = 0, rogan = 0, naive = 0;
    struct rng r;
    rng_init(&r, 12, 0);
    for (int i = 0; i < REPS; i++) {
        size_t judged = 0, tp = 0, tn = 0;
        struct judge_counts c = {0, 0, 0, 0};
        for (size_t j = 0; j < ITEMS; j++) {
            bool human = rng_uniform(&r) < 0.85, judge = rng_uniform(&r) < (human ? 0.95 : 0.2);
            judged += judge;
            if (j < LABELS) {
                c.n11 += human && judge;
                c.n10 += human && !judge;
                c.n01 += !human && judge;
                c.n00 += !human && !judge;
            }
        }
        for (size_t j = 0; j < LABELS / 2; j++) {
            tp += rng_uniform(&r) < 0.95;
            tn += rng_uniform(&r) < 0.8;
        }
        struct judge_eif a = judge_eif_binary(c, judged, ITEMS, 0.95, 0.5);
        struct interval b = rogan_gladen_ci(judged, ITEMS, tn, LABELS / 2, tp, LABELS / 2, 0.95);
        struct interval n = ci_wilson(judged, ITEMS, 0.95);
        eif += a.low <= 0.85 && 0.85 <= a.high;
        rogan += b.low <= 0.85 && 0.85 <= b.high;
        naive += n.low <= 0.85 && 0.85 <= n.high;
    }
    within("EIF", (double)eif / REPS, 0.95 - noise(0.95, REPS), 0.985);
    within("Rogan-Gladen", (double)rogan / REPS, 0.95 - noise(0.95, REPS), 0.995);
    within("uncorrected judge", (double)naive / REPS, 0, 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates),
        cmocka_unit_test(one_sided_gate),
        cmocka_unit_test(paired_rates),
        cmocka_unit_test(gate_type_one_error),
        cmocka_unit_test(gate_type_one_error_simulated),
        cmocka_unit_test(peeking_at_every_item),
        cmocka_unit_test(bounded_scores_at_every_look),
        cmocka_unit_test(means),
        cmocka_unit_test(clustered_items),
        cmocka_unit_test(judge_corrections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
