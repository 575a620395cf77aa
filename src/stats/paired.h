#pragma once

#include <stddef.h>
#include <stdint.h>

#include "stats/estimate.h"

/*
 * Baseline and candidate on the same items. A pass/fail pair falls into one of four cells; the
 * difference is always candidate - baseline.
 */
struct paired_table {
    size_t a; /* both pass */
    size_t b; /* baseline passes, candidate fails: a regression */
    size_t c; /* baseline fails, candidate passes: an improvement */
    size_t d; /* both fail */
};

/* Tests of "no difference" on the discordant pairs. p_midp is the one to report: 2 P(X <= min) -
 * P(X = min) with X ~ Bin(b+c, ½), 1 - ½ P(X = b) when b = c (Fagerland, Lydersen & Laake, BMC
 * Medical Research Methodology 13, 2013). Exact is the binomial test, chi2 = (b-c)²/(b+c) McNemar
 * 1947, _cc with Edwards' correction. b + c = 0: every p is 1. */
struct mcnemar {
    double p_exact, p_midp, chi2, p_asymptotic, chi2_cc, p_asymptotic_cc;
};
struct mcnemar mcnemar(size_t b, size_t c);

/* Tango's score statistic for "difference = lambda": T = (c - b - nλ)/√(n(2q + λ(1-λ))), q =
 * (√(B² - 4AC) - B)/2A, A = 2n, B = -c - b + (2n - c + b)λ, C = -bλ(1-λ). Falls as λ grows;
 * ±infinite where the variance vanishes. Tango, Statistics in Medicine 17, 1998. */
double tango_score(size_t b, size_t c, size_t n, double lambda);
/* The λ with T = z and T = -z. An end is -1 or 1 when the difference itself is. */
struct interval ci_tango(size_t b, size_t c, size_t n, double conf);
/* Adjusted Wald: one imaginary pair in each discordant cell, n + 2 pairs; clipped to [-1, 1].
 * Bonett & Price, J. Educational and Behavioral Statistics 37, 2012. */
struct interval ci_bonett_price(size_t b, size_t c, size_t n, double conf);

/* The difference of paired pass rates with four intervals: Tango is the default; Newcombe's
 * square-and-add (method 10 of Statistics in Medicine 17, 1998) and Bonett-Price are closed
 * forms; Wald is for contrast only, it has no width when nothing changes. n = 0: STAT_NAN. */
struct paired_prop_diff {
    size_t n;
    double p_baseline, p_candidate, diff;
    struct interval wald, bonett_price, newcombe, tango;
};
struct paired_prop_diff paired_prop_diff(struct paired_table t, double conf);

/* Student's t on the differences b[i] - a[i] (a baseline, b candidate). corr and se_unpaired show
 * what pairing bought. p_value is two-sided, STAT_NAN when all differences are equal; n < 2: se,
 * low, high, p_value are STAT_NAN. Miller, arXiv 2411.00640, 2024. */
struct paired_mean_diff {
    size_t n;
    double mean_a, mean_b, diff, se_paired, se_unpaired, corr, low, high, p_value;
};
struct paired_mean_diff paired_mean_diff(const double *a, const double *b, size_t n, double conf);

/* Randomisation test of "the differences are symmetric about 0": all 2^n sign flips up to n = 20,
 * beyond that SIGN_FLIPS random ones from `seed` and p = (1 + #)/(1 + SIGN_FLIPS). Sums within
 * 1e-9 of the total size count as ties. Fisher, The Design of Experiments, 1935. */
enum { SIGN_FLIPS = 100000, SIGN_FLIP_EXACT = 20 };
struct sign_flip {
    double mean_diff, p_two_sided, p_greater;
};
struct sign_flip sign_flip_test(const double *d, size_t n, uint64_t seed);
