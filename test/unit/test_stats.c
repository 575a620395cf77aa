/* The statistics' C functions where they are easy to get wrong: no data, all pass, nothing
 * discordant, one cluster, missing ratings; and identities between methods. The numbers of
 * ordinary cases are checked by the reference values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "near.h"
#include "stats/agreement.h"
#include "stats/bayes.h"
#include "stats/bootstrap.h"
#include "stats/judge_correction.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/multiplicity.h"
#include "stats/noninferiority.h"
#include "stats/power.h"
#include "stats/proportion.h"
#include "stats/sequential.h"
#include "stats/special.h"

static void rates_without_items(void **state)
{
    (void)state;
    struct interval all[] = {ci_wilson(0, 0, 0.95), ci_clopper_pearson(0, 0, 0.95),
                             ci_jeffreys(0, 0, 0.95), cs_bernoulli_mixture(0, 0, 0.05, 1, 1)};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        assert_true(isnan(all[i].est));
        assert_near(all[i].low, 0, 0);
        assert_near(all[i].high, 1, 0);
    }
    assert_true(isnan(pass_k(NULL, NULL, 0, 1).pass_at_k));
    struct estimate e = estimate_rate(0, 0, 0.95);
    assert_true(isnan(e.value) && isnan(e.low) && isnan(e.high));
}

static void all_pass_is_not_certainty(void **state)
{
    (void)state;
    for (size_t n = 1; n < 3000; n = n * 3 + 1) {
        assert_near(ci_wilson(n, n, 0.95).high, 1, 0);
        assert_true(ci_wilson(n, n, 0.95).low < 1);
        /* the exact bound has a closed form */
        assert_near(clopper_pearson_lower(n, n, 0.95), pow(0.05, 1 / (double)n), 1e-12);
        assert_near(clopper_pearson_upper(0, n, 0.95), 1 - pow(0.05, 1 / (double)n), 1e-12);
    }
}

static void zero_failures_agree_with_the_exact_bound(void **state)
{
    (void)state;
    for (double p = 0.001; p < 0.6; p *= 1.7) {
        size_t n = n_zero_failures(p, 0.95).n;
        assert_true(clopper_pearson_upper(0, n, 0.95) <= p);
        assert_true(n == 1 || clopper_pearson_upper(0, n - 1, 0.95) > p);
    }
    /* (1 - ½)^n <= 1/8 is met exactly at 3 */
    assert_int_equal(n_zero_failures(0.5, 0.875).n, 3);
}

static void means_of_few(void **state)
{
    (void)state;
    double x[] = {0.5, 0.5, 0.5};
    struct mean_ci one = ci_mean_t(x, 1, 0.95), none = ci_mean_t(x, 0, 0.95);
    assert_near(one.mean, 0.5, 0);
    assert_true(isnan(one.se) && isnan(one.low) && !one.degenerate);
    assert_true(isnan(none.mean));
    struct mean_ci flat = ci_mean_t(x, 3, 0.95);
    assert_true(flat.degenerate);
    assert_near(flat.low, 0.5, 0);
    double nan[] = {0.5, STAT_NAN};
    assert_true(isnan(ci_mean_t(nan, 2, 0.95).mean));
}

static void estimate_picks_the_method(void **state)
{
    (void)state;
    double bits[] = {1, 1, 0, 1}, scores[] = {0.2, 0.9, 0.4, 0.7}, flat[] = {0.8, 0.8, 0.8, 0.8};
    double far[] = {7, 7, 7, 7};
    size_t cluster[] = {0, 0, 1, 1}, alone[] = {0, 0, 0, 0};
    assert_string_equal(estimate_scores(bits, NULL, 4, 0.95).method, "wilson");
    assert_string_equal(estimate_scores(bits, cluster, 4, 0.95).method, "korn_graubard");
    assert_string_equal(estimate_scores(scores, NULL, 4, 0.95).method, "t");
    assert_string_equal(estimate_scores(scores, cluster, 4, 0.95).method, "cr1_t");
    struct estimate e = estimate_scores(flat, NULL, 4, 0.95);
    assert_string_equal(e.method, "betting");
    assert_true(e.low < 0.8 && e.high > 0.8); /* never without width */
    assert_true(isnan(estimate_scores(far, NULL, 4, 0.95).low));
    assert_true(isnan(estimate_scores(scores, alone, 4, 0.95).low));
    assert_true(isnan(estimate_scores(flat, cluster, 4, 0.95).low));
    assert_true(isnan(estimate_scores(bits, NULL, 0, 0.95).value));
}

static void clusters(void **state)
{
    (void)state;
    double x[] = {1, 0, 1, 1, 0, 1}, ones[] = {1, 1, 1, 1, 1, 1};
    size_t alone[] = {0, 0, 0, 0, 0, 0}, own[] = {0, 1, 2, 3, 4, 5}, two[] = {3, 3, 3, 5, 5, 5};
    struct clustered_mean one = clustered_mean(x, alone, 6, 0.95);
    assert_int_equal(one.n_clusters, 1);
    assert_true(isnan(one.se_cr1) && isnan(one.low) && isnan(one.deff));
    struct clustered_mean each = clustered_mean(x, own, 6, 0.95);
    assert_near(each.se_cr1, ci_mean_t(x, 6, 0.95).se, 1e-15);
    assert_near(each.deff, 1, 1e-12);
    assert_true(isnan(ci_proportion_clustered(x, alone, 6, 0.95).low));
    struct clustered_rate all = ci_proportion_clustered(ones, two, 6, 0.95);
    assert_near(all.n_eff, 2, 0); /* two documents are two observations */
    assert_near(all.low, ci_clopper_pearson(2, 2, 0.95).low, 1e-12);
}

static void epochs(void **state)
{
    (void)state;
    double once[] = {1, 0, 1}, mixed[] = {1, 0, 1, 0, 1};
    size_t single[] = {1, 1, 1}, runs[] = {2, 2, 1};
    struct epochs_summary a = epochs_summary(once, single, 3, 0.95);
    assert_near(a.mean, 2.0 / 3, 1e-15);
    assert_true(isnan(a.var_within_of_mean) && isnan(a.frac_noise));
    struct epochs_summary b = epochs_summary(mixed, runs, 3, 0.95);
    /* s² = ½ in both items with two runs; the single run takes ½ as well */
    assert_near(b.var_within_of_mean, (0.25 + 0.25 + 0.5) / 3, 1e-15);
}

static void paired_without_disagreement(void **state)
{
    (void)state;
    struct mcnemar m = mcnemar(0, 0);
    assert_near(m.p_exact + m.p_midp + m.p_asymptotic + m.p_asymptotic_cc, 4, 0);
    double margins[] = {0.1, 0.05, 0.03, 0.02, 0.01};
    for (size_t i = 0; i < ARRAY_LEN(margins); i++) {
        size_t n = ni_min_items(margins[i], 0.05);
        assert_true(noninferiority_paired(0, 0, n, margins[i], 0.05).noninferior);
        assert_false(noninferiority_paired(0, 0, n - 1, margins[i], 0.05).noninferior);
    }
    struct noninferiority none = noninferiority_paired(0, 0, 0, 0.05, 0.05);
    assert_false(none.noninferior || none.noninferior_bonett_price);
    assert_true(isnan(none.p_value));
    assert_true(isnan(paired_prop_diff((struct paired_table){0, 0, 0, 0}, 0.95).diff));
}

static void tango_interval_inverts_the_test(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 20, 0);
    for (int i = 0; i < 2000; i++) {
        size_t n = 1 + (size_t)rng_below(&r, 300), b = (size_t)rng_below(&r, n + 1);
        size_t c = (size_t)rng_below(&r, n - b + 1);
        double margin = 0.005 + 0.3 * rng_uniform(&r);
        struct noninferiority ni = noninferiority_paired(b, c, n, margin, 0.05);
        struct interval ci = ci_tango(b, c, n, 0.9);
        assert_true(ci.low <= ci.est && ci.est <= ci.high && ci.low >= -1 && ci.high <= 1);
        if (fabs(ni.p_value - 0.05) > 1e-9)
            assert_int_equal(ni.noninferior, ci.low > -margin);
        struct interval flipped = ci_tango(c, b, n, 0.9);
        assert_near(flipped.low, -ci.high, 1e-12);
    }
}

static void graded_noninferiority(void **state)
{
    (void)state;
    double a[40], b[40];
    size_t own[40], pairs[40];
    for (size_t i = 0; i < 40; i++) {
        a[i] = (double)(i % 7) / 10;
        b[i] = a[i] + (double)(i % 3) / 100;
        own[i] = i;
        pairs[i] = i / 2;
    }
    struct noninferiority_mean t = noninferiority_mean(a, b, NULL, 40, 0.02, 0.05);
    assert_string_equal(t.method, "t");
    assert_true(t.noninferior && t.lower_bound > 0);
    assert_near(noninferiority_mean(a, b, own, 40, 0.02, 0.05).lower_bound, t.lower_bound, 1e-12);
    assert_true(noninferiority_mean(a, b, pairs, 40, 0.02, 0.05).noninferior);
    /* no item changed: not certain, and with few items not enough */
    struct noninferiority_mean same = noninferiority_mean(a, a, NULL, 40, 0.02, 0.05);
    assert_string_equal(same.method, "betting");
    assert_true(same.lower_bound < -0.02 && !same.noninferior);
    assert_false(noninferiority_mean(a, b, NULL, 1, 0.02, 0.05).noninferior);
    assert_int_equal(ni_verdict(0.01, 0.02, 0.05), NI_BETTER);
    assert_int_equal(ni_verdict(-0.01, -0.001, 0.05), NI_NONINFERIOR);
    assert_int_equal(ni_verdict(-0.08, -0.01, 0.05), NI_WORSE);
    assert_int_equal(ni_verdict(-0.08, 0.01, 0.05), NI_INCONCLUSIVE);
    assert_int_equal(ni_verdict(STAT_NAN, STAT_NAN, 0.05), NI_INCONCLUSIVE);
}

static void paired_means_of_few(void **state)
{
    (void)state;
    double a[] = {1, 2, 3}, b[] = {2, 3, 4};
    struct paired_mean_diff d = paired_mean_diff(a, b, 3, 0.95);
    assert_near(d.diff, 1, 0);
    assert_true(isnan(d.p_value)); /* all differences equal: t says nothing */
    assert_near(d.corr, 1, 1e-15);
    assert_true(isnan(paired_mean_diff(a, b, 1, 0.95).low));
    assert_true(isnan(paired_mean_diff(a, b, 0, 0.95).diff));
}

static void sign_flips_random_and_exact_agree(void **state)
{
    (void)state;
    double d[24] = {0};
    for (size_t i = 0; i < 24; i++)
        d[i] = (double)(i % 5) - 1.5;
    struct sign_flip exact = sign_flip_test(d, 20, 1), random = sign_flip_test(d, 24, 1);
    assert_true(exact.p_two_sided > 0 && exact.p_two_sided < 1);
    /* four more differences with the same spread: near, not equal */
    assert_near(random.p_two_sided, exact.p_two_sided, 0.2);
    struct sign_flip again = sign_flip_test(d, 24, 1), other = sign_flip_test(d, 24, 2);
    assert_near(again.p_greater, random.p_greater, 0);
    assert_near(other.p_greater, random.p_greater, 0.01);
    assert_near(sign_flip_test(d, 0, 1).p_two_sided, 1, 0);
}

static void posterior_agrees_with_itself(void **state)
{
    (void)state;
    struct paired_table t = {60, 4, 9, 12}, flipped = {60, 9, 4, 12};
    struct bayes_paired p = bayes_paired(t, 0.05, 1, 0.9), q = bayes_paired(flipped, 0.05, 1, 0.9);
    assert_near(p.prob_better + q.prob_better, 1, 1e-12);
    assert_near(p.low, -q.high, 1e-10);
    assert_true(p.prob_noninferior > p.prob_better);
    assert_near(bayes_paired(t, 0, 1, 0.9).prob_noninferior, p.prob_better, 1e-10);
    struct bayes_two_beta none = bayes_two_beta(0, 0, 0, 0, 0);
    assert_near(none.prob_b_better, 0.5, 1e-11);
    /* two uniforms: P(B > A - δ) = 1 - (1-δ)²/2 */
    assert_near(bayes_two_beta(0, 0, 0, 0, 0.3).prob_b_noninferior, 1 - 0.49 / 2, 1e-11);
}

static void bootstrap_is_the_same_on_any_number_of_threads(void **state)
{
    (void)state;
    struct rng r;
    double x[501], y[501];
    rng_init(&r, 7, 0);
    for (size_t i = 0; i < 501; i++) {
        x[i] = rng_uniform(&r) * rng_uniform(&r);
        y[i] = x[i] + 0.1 * rng_normal(&r);
    }
    setenv("PLIMSOLL_THREADS", "1", 1);
    struct bootstrap one = bootstrap_paired_mean(x, y, 501, 3001, 5, 0.95);
    struct bootstrap ratio_one = bootstrap_ratio(x, y, 501, 2000, 5, 0.95);
    setenv("PLIMSOLL_THREADS", "7", 1);
    struct bootstrap many = bootstrap_paired_mean(x, y, 501, 3001, 5, 0.95);
    struct bootstrap ratio_many = bootstrap_ratio(x, y, 501, 2000, 5, 0.95);
    unsetenv("PLIMSOLL_THREADS");
    assert_memory_equal(&one, &many, sizeof one);
    assert_memory_equal(&ratio_one, &ratio_many, sizeof ratio_one);
    /* near the t interval, which is right here */
    struct paired_mean_diff t = paired_mean_diff(x, y, 501, 0.95);
    assert_near(one.se, t.se_paired, 0.05 * t.se_paired);
    assert_near(one.low, t.low, 0.2 * t.se_paired);
    assert_near(one.high, t.high, 0.2 * t.se_paired);
}

static void bootstrap_that_sees_nothing_says_so(void **state)
{
    (void)state;
    double ones[] = {1, 1, 1, 1}, none[] = {0, 0, 0, 0}, one[] = {0, 0, 0, 1};
    struct bootstrap b = bootstrap_mean(ones, 4, 500, 1, 0.95);
    assert_true(b.degenerate && isnan(b.low));
    assert_near(b.value, 1, 0);
    assert_true(isnan(bootstrap_ratio(ones, none, 4, 500, 1, 0.95).value));
    /* one success in four: (3/4)^4 of the resamples have none */
    struct bootstrap r = bootstrap_ratio(ones, one, 4, 10000, 1, 0.95);
    assert_near((double)r.undefined / 10000, pow(0.75, 4), 0.02);
    assert_true(isnan(bootstrap_mean(ones, 1, 500, 1, 0.95).low));
    assert_true(isnan(bootstrap_mean(ones, 0, 500, 1, 0.95).value));
    double far[] = {2, 3};
    struct bca outside = bca_interval(1, far, 2, ones, 4, 0.95);
    assert_true(outside.degenerate && isnan(outside.low) && !isnan(outside.perc_low));
}

/* Long lists take the other way of drawing indices. */
static void bootstrap_of_many(void **state)
{
    (void)state;
    size_t n = 70000;
    double *x = malloc(n * sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (double)(i % 100);
    struct bootstrap b = bootstrap_mean(x, n, 400, 3, 0.95);
    assert_near(b.value, 49.5, 1e-9);
    assert_near(b.se, sqrt(stat_var(x, n) / (double)n), 0.15 * b.se);
    free(x);
}

static void power_formulas_and_enumeration(void **state)
{
    (void)state;
    /* the design note's own figures: the formula's 248 items have power .774, 263 have .80 */
    size_t n = sample_size_noninferiority_paired(0.1, 0, 0.05, 0.05, 0.8).n;
    double at_n = power_noninferiority_paired(n, 0.1, 0, 0.05, 0.05);
    assert_true(at_n < 0.8 && at_n > 0.75);
    struct items_needed need = ni_items_needed(0.1, 0, 0.05, 0.05, 0.8);
    assert_true(need.exact && need.n > n && need.n < n + 40 && need.power_at_n >= 0.8);
    assert_near(power_noninferiority_paired(need.n, 0.1, 0, 0.05, 0.05), need.power_at_n, 0);
    /* what n items detect, they detect */
    double drop = detectable_drop(100, 0.1, 0.05, 0.8);
    assert_true(power_noninferiority_paired(100, 0.1, 0, drop, 0.05) >= 0.8);
    assert_true(power_noninferiority_paired(100, 0.1, 0, drop - 0.002, 0.05) < 0.8);
    /* at the margin itself the power is the type I error */
    assert_true(power_noninferiority_paired(300, 0.1, -0.05, 0.05, 0.05) < 0.06);
    assert_int_equal(sample_size_noninferiority_paired(0.1, -0.05, 0.05, 0.05, 0.8).n, 0);
    assert_false(ni_items_needed(0.1, -0.05, 0.05, 0.05, 0.8).exact);
    struct items_needed far = ni_items_needed(0.5, 0, 0.001, 0.05, 0.8);
    assert_false(far.exact);
    assert_true(far.n > POWER_EXACT_MAX);
    assert_true(isnan(sample_size_two_prop(0.5, 0.5, 0.05, 0.8).n_exact));
    assert_true(isnan(sample_size_mcnemar(0.1, 0, 0.05, 0.8).n_exact));
    struct paired_mean_design d = {0.1, 0.1, 0.1, 2, 3, 0.05, 0.8};
    size_t m = sample_size_paired_mean(d, 0.03).n;
    assert_true(mde_paired_mean(d, m) <= 0.03 && mde_paired_mean(d, m - 1) > 0.03);
    assert_true(isnan(mde_paired_mean(d, 0)));
}

/* Brute force over the trinomial, which power_mcnemar folds into two binomials. */
static void power_mcnemar_by_brute_force(void **state)
{
    (void)state;
    size_t n = 23;
    double up = 0.2, down = 0.1, want = 0;
    for (size_t c = 0; c <= n; c++)
        for (size_t b = 0; b + c <= n; b++)
            if (mcnemar(b, c).p_midp <= 0.05)
                want += binom_pmf(b + c, n, up + down) * binom_pmf(c, b + c, up / (up + down));
    assert_near(power_mcnemar(n, up, down, 0.05).midp, want, 1e-12);
    assert_near(power_mcnemar(n, 0, 0, 0.05).midp, 0, 0);
    assert_near(power_mcnemar(0, 0.2, 0.1, 0.05).exact, 0, 0);
}

static void adjusted_p_values(void **state)
{
    (void)state;
    double p[] = {0.04, 0.001, 0.9, 0.02}, out[4];
    p_adjust(P_HOLM, p, 4, out);
    assert_near(out[1], 0.004, 1e-15);
    assert_near(out[3], 0.06, 1e-15);
    assert_near(out[0], 0.08, 1e-15);
    p_adjust(P_BH, NULL, 0, out); /* nothing to adjust is fine */
}

static void streams_item_by_item(void **state)
{
    (void)state;
    struct ni_process p;
    struct mcnemar_process m;
    ni_process_init(&p, 0.1, 0.05, 0.5);
    mcnemar_process_init(&m, 1, 1, 0.05);
    assert_near(mcnemar_process_p(&m), 1, 0);
    for (int i = 0; i < 200; i++) {
        bool before = p.stop_index != 0;
        bool stopped = ni_process_add(&p, 0);
        assert_true(stopped || !before); /* a decision stays */
    }
    assert_true(p.stop_index > 0 && p.stop_index < 200);
    while (!mcnemar_process_add(&m, true))
        continue;
    assert_true(mcnemar_process_p(&m) <= 0.05);
    assert_true(isnan(cs_betting_hedged_at(NULL, 0, 0.05, 0.5).est));
    size_t rejected[1];
    assert_int_equal(e_bh(NULL, 0, 0.05, rejected), 0);
    assert_true(isnan(cs_asymptotic_mean(0, 0, 1, 0.05, 10).low));
}

static void hedged_limits_are_where_the_capital_says(void **state)
{
    (void)state;
    struct rng r;
    double x[120], plus[120], minus[120], hedged[120], lo[120], hi[120];
    rng_init(&r, 3, 0);
    for (size_t i = 0; i < 120; i++)
        x[i] = sqrt(rng_uniform(&r));
    cs_betting_hedged(x, 120, 0.05, 0.5, lo, hi);
    struct interval last = cs_betting_hedged_at(x, 120, 0.05, 0.5);
    assert_near(last.low, lo[119], 1e-12);
    assert_near(last.high, hi[119], 1e-12);
    for (size_t t = 20; t < 120; t += 9) {
        betting_capital(x, t + 1, lo[t], 0.05, 0.5, plus, minus, hedged);
        assert_near(plus[t], 40, 1e-8);
        betting_capital(x, t + 1, hi[t], 0.05, 0.5, plus, minus, hedged);
        assert_near(minus[t], 40, 1e-8);
    }
}

static void judge_corrections_at_the_edges(void **state)
{
    (void)state;
    struct judge_counts none = {0, 0, 0, 0};
    assert_true(isnan(judge_eif_binary(none, 5, 10, 0.95, 0).theta));
    /* no labels, smoothed: the judge knows nothing, and the interval says so */
    struct judge_eif flat = judge_eif_binary(none, 5, 10, 0.95, 0.5);
    assert_near(flat.theta, 0.5, 1e-15);
    assert_true(flat.low < 0.2 && flat.high > 0.8);
    assert_true(isnan(judge_eif_binary((struct judge_counts){9, 1, 1, 9}, 0, 0, 0.95, 0.5).theta));
    assert_true(isnan(rogan_gladen_ci(5, 10, 0, 0, 4, 5, 0.95).est));
    assert_true(isnan(rogan_gladen_ci(5, 10, 1, 5, 4, 5, 0.95).est)); /* q0 + q1 = 1 */
    double one[] = {1};
    assert_true(isnan(ppi_mean(one, one, 1, one, 0, 0.05).ppi.est));
    assert_near(ppi_mean(one, one, 1, one, 1, 0.05).lambda, 0, 0);
    assert_near(ppi_effective_n(0.9, 0, 100), 0, 0);
    /* a perfect judge is worth as many labels as it judged */
    assert_near(ppi_effective_n(1, 100, 900), 1000, 1e-9);
}

static void agreement_at_the_edges(void **state)
{
    (void)state;
    double nothing[4] = {0}, only[] = {5, 0, 0, 0};
    assert_true(isnan(cohen_kappa(nothing, 2, 0.95).po));
    assert_true(isnan(cohen_kappa(only, 2, 0.95).kappa));
    assert_true(isnan(fleiss_kappa(nothing, 2, 2).kappa));
    double v[] = {1, STAT_NAN, 2, STAT_NAN, 1, STAT_NAN};
    struct ratings sparse = {v, 2, 3}; /* no unit has two ratings */
    struct krippendorff k = krippendorff_alpha(sparse, ALPHA_NOMINAL);
    assert_true(isnan(k.alpha) && k.n_pairable == 0);
    assert_true(isnan(gwet_ac1(sparse, 0, 0.95).ac1));
    double zeros[] = {0.0, 1, -0.0, 1};
    struct ratings same = {zeros, 2, 2}; /* 0 and -0 are one value */
    assert_near(krippendorff_alpha(same, ALPHA_NOMINAL).alpha, 1, 1e-15);
    struct krippendorff_bootstrap b = krippendorff_alpha_seeded(same, ALPHA_NOMINAL, 1000, 1, 0.95);
    assert_true(b.n_undefined > 400 && b.n_undefined < 600); /* both units alike: half the time */
}

/* α straight from the definition: every pair of ratings within a unit and overall. */
static double alpha_by_pairs(struct ratings r, bool interval)
{
    double observed = 0, expected = 0, n = 0;
    for (size_t u = 0; u < r.units; u++) {
        double pairs = 0, m = 0;
        for (size_t i = 0; i < r.raters; i++) {
            double x = r.v[i * r.units + u];
            m += !isnan(x);
            for (size_t j = 0; j < r.raters; j++) {
                double d = x - r.v[j * r.units + u];
                if (!isnan(d))
                    pairs += interval ? d * d : fabs(d) > 0;
            }
        }
        if (m < 2)
            return STAT_NAN; /* the test data have none */
        observed += pairs / (m - 1);
        n += m;
    }
    for (size_t i = 0; i < r.raters * r.units; i++) {
        for (size_t j = 0; j < r.raters * r.units; j++) {
            double d = r.v[i] - r.v[j];
            if (!isnan(d))
                expected += interval ? d * d : fabs(d) > 0;
        }
    }
    return 1 - (observed / n) / (expected / (n * (n - 1)));
}

static void alpha_by_counting_is_alpha_by_pairs(void **state)
{
    (void)state;
    struct rng r;
    double v[5 * 40];
    rng_init(&r, 11, 0);
    for (size_t i = 0; i < ARRAY_LEN(v); i++)
        v[i] = i >= 80 && rng_uniform(&r) < 0.3 ? STAT_NAN : (double)rng_below(&r, 4) - 1.5;
    struct ratings ratings = {v, 5, 40};
    assert_near(krippendorff_alpha(ratings, ALPHA_NOMINAL).alpha, alpha_by_pairs(ratings, false),
                1e-12);
    assert_near(krippendorff_alpha(ratings, ALPHA_INTERVAL).alpha, alpha_by_pairs(ratings, true),
                1e-12);
    /* only the order counts for ordinal */
    double before = krippendorff_alpha(ratings, ALPHA_ORDINAL).alpha;
    for (size_t i = 0; i < ARRAY_LEN(v); i++)
        v[i] = exp(3 * v[i]);
    assert_near(krippendorff_alpha(ratings, ALPHA_ORDINAL).alpha, before, 1e-12);
    struct krippendorff_bootstrap a =
        krippendorff_alpha_seeded(ratings, ALPHA_ORDINAL, 300, 4, 0.9);
    setenv("PLIMSOLL_THREADS", "1", 1);
    struct krippendorff_bootstrap b =
        krippendorff_alpha_seeded(ratings, ALPHA_ORDINAL, 300, 4, 0.9);
    unsetenv("PLIMSOLL_THREADS");
    assert_near(a.low, b.low, 0);
    assert_true(a.low < before && before < a.high);
}

static void estimates_are_written_with_nulls(void **state)
{
    (void)state;
    struct buf b;
    struct jw w;
    buf_init(&b, 1000);
    jw_init(&w, &b, false);
    jw_obj(&w);
    estimate_write(&w, "rate", (struct estimate){0.5, STAT_NAN, 1, 3, "wilson"});
    estimate_write(&w, "cost", estimate_none("log_delta"));
    jw_end(&w);
    assert_string_equal(buf_cstr(&b),
                        "{\"rate\":{\"value\":0.5,\"low\":null,\"high\":1,\"n\":3,\"method\":"
                        "\"wilson\"},\"cost\":{\"value\":null,\"low\":null,\"high\":null,\"n\":0,"
                        "\"method\":\"log_delta\"}}");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_without_items),
        cmocka_unit_test(all_pass_is_not_certainty),
        cmocka_unit_test(zero_failures_agree_with_the_exact_bound),
        cmocka_unit_test(means_of_few),
        cmocka_unit_test(estimate_picks_the_method),
        cmocka_unit_test(clusters),
        cmocka_unit_test(epochs),
        cmocka_unit_test(paired_without_disagreement),
        cmocka_unit_test(tango_interval_inverts_the_test),
        cmocka_unit_test(graded_noninferiority),
        cmocka_unit_test(paired_means_of_few),
        cmocka_unit_test(sign_flips_random_and_exact_agree),
        cmocka_unit_test(posterior_agrees_with_itself),
        cmocka_unit_test(bootstrap_is_the_same_on_any_number_of_threads),
        cmocka_unit_test(bootstrap_that_sees_nothing_says_so),
        cmocka_unit_test(bootstrap_of_many),
        cmocka_unit_test(power_formulas_and_enumeration),
        cmocka_unit_test(power_mcnemar_by_brute_force),
        cmocka_unit_test(adjusted_p_values),
        cmocka_unit_test(streams_item_by_item),
        cmocka_unit_test(hedged_limits_are_where_the_capital_says),
        cmocka_unit_test(judge_corrections_at_the_edges),
        cmocka_unit_test(agreement_at_the_edges),
        cmocka_unit_test(alpha_by_counting_is_alpha_by_pairs),
        cmocka_unit_test(estimates_are_written_with_nulls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
