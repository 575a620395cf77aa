#pragma once

#include <stddef.h>

#include "stats/estimate.h"

/*
 * A judge (a model, a rule) has graded all items, people a few of them: what would people have
 * said of all? How the human-labelled items were drawn decides the method.
 *   at random, or by the judge's verdict          judge_eif_binary (pass/fail), ppi_mean (scores)
 *   by the human verdict, or from other traffic   rogan_gladen_ci, if sensitivity and specificity
 *                                                 are believed to carry over
 */

/* Calibration items by human verdict (first digit) and judge's verdict (second): n10 is human
 * pass, judge fail. */
struct judge_counts {
    size_t n11, n10, n01, n00;
};

/* Post-stratified (efficient influence function) estimate of the human pass rate: with `smooth`
 * added to each cell, μ_j = P(human pass | judge j), p the judge's pass rate on all n items, θ =
 * (1-p)μ₀ + pμ₁, variance (μ₁-μ₀)²p(1-p)/n + (1-p)²μ₀(1-μ₀)/m₀ + p²μ₁(1-μ₁)/m₁, interval on the
 * logit scale. Smooth 0.5 is the default; 0 gives the paper's form. A judge verdict without
 * calibration items, or n = 0: all STAT_NAN. Chen, Lu, Li, Guo & Li, arXiv 2601.05420, 2026. */
struct judge_eif {
    double mu0, mu1, p, theta, se, low, high;
};
struct judge_eif judge_eif_binary(struct judge_counts c, size_t judge_pass, size_t n, double conf,
                                  double smooth);

/* θ = (p + q₀ - 1)/(q₀ + q₁ - 1) clipped to [0, 1], p = k_pass/n, specificity q₀ = tn/m0,
 * sensitivity q₁ = tp/m1; interval with p~ = (k + z²/2)/(n + z²), q~ = (x + 1)/(m + 2), shifted by
 * 2z²(θ q₁(1-q₁)/m₁ - (1-θ) q₀(1-q₀)/m₀). A judge no better than chance (q₀ + q₁ <= 1) or an empty
 * group: STAT_NAN. Below q₀ + q₁ - 1 = 0.2 the answer is of no use and should be refused. Rogan &
 * Gladen 1978; Lang & Reiczigel, Preventive Veterinary Medicine 113, 2014; Lee et al., arXiv
 * 2511.21140, 2025. */
struct interval rogan_gladen_ci(size_t k_pass, size_t n, size_t tn, size_t m0, size_t tp, size_t m1,
                                double conf);

/*
 * Prediction-powered inference for a mean: y[i] human and f[i] judge on the same n items, u the
 * judge on n_u others. ppi: mean(U) + mean(Y - F). ppi_pp: λ mean(U) + mean(Y - λF) with λ =
 * cov₀(Y, F)/((1 + n/N) var₁(F ∪ U)) clipped to [0, 1], se² = λ² var₀(U)/N + var₀(Y - λF)/n;
 * intervals est ± z_{1-alpha/2}·se. Variances divide by the count, as in the authors' code. With
 * fewer than 100 labels the interval covers too little. n or n_u = 0: STAT_NAN. Angelopoulos,
 * Duchi & Zrnic, arXiv 2311.01453, 2023.
 */
struct ppi_mean {
    double classical_est, classical_se, naive_judge_mean;
    struct interval ppi;
    double lambda, ppi_pp_se;
    struct interval ppi_pp;
};
struct ppi_mean ppi_mean(const double *y, const double *f, size_t n, const double *u, size_t n_u,
                         double alpha);

/* What the judge is worth in human labels: n(n+N)/(n + (1-ρ²)N), ρ the correlation of judge and
 * people, N the further judged items. Broska, Howes & van Loon 2024. */
double ppi_effective_n(double corr, size_t n, size_t n_more);

/* How to split m calibration items between human-fail (m0) and human-pass (m1) for the Rogan-Gladen
 * interval, after a pilot of m_pilot each: κ = (m_p(1-q₀) + 1)/(m_p(1-q₁) + 1), m1 = round(m/(1 +
 * (1/p - 1)√κ)) (half to even), both at least m_pilot; needs m >= 2 m_pilot. Lee et al. 2025. */
struct calibration_allocation {
    size_t m0, m1;
};
struct calibration_allocation calibration_allocation(size_t m, double p, double q0_pilot,
                                                     double q1_pilot, size_t m_pilot);
