#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "stats/estimate.h"

/*
 * How many golden items are needed, and what a given number can show. Formulas are large-sample;
 * the exact functions enumerate the test that will really be run. Arguments: alpha and power in
 * (0, 1); psi (p_discordant) is the share of items on which the two variants disagree; a
 * difference is candidate - baseline. What cannot be reached gives n_exact STAT_NAN and n 0.
 */
struct sample_size {
    double n_exact; /* the formula's value */
    size_t n;       /* rounded up */
};

/* n = (z_{1-α} + z_power)² (ψ - d₁²)/(δ + d₁)², one-sided alpha, d₁ the true difference. The exact
 * test needs some 15 to 35 items more: ni_items_needed. */
struct sample_size sample_size_noninferiority_paired(double p_discordant, double true_diff,
                                                     double margin, double alpha, double power);
/* n = (z_{1-α/2} √ψ + z_power √(ψ - d²))²/d². Connor, Biometrics 43, 1987. */
struct sample_size sample_size_mcnemar(double p_discordant, double diff, double alpha,
                                       double power);
/* n = (z_{1-α/2} + z_power)² (ω² + σ²_A/K_A + σ²_B/K_B)/δ²: ω² is the variance over items of the
 * true difference, σ² the variance between runs of one item, K the epochs. mde_paired_mean is its
 * inverse, the least difference n items detect. Miller, arXiv 2411.00640, 2024. */
struct paired_mean_design {
    double omega2, sigma2_a, sigma2_b;
    size_t k_a, k_b;
    double alpha, power;
};
struct sample_size sample_size_paired_mean(struct paired_mean_design d, double delta);
double mde_paired_mean(struct paired_mean_design d, size_t n);
/* Items per group when the two runs share none: n = (z_{1-α/2} √((p₁+p₂)(1-(p₁+p₂)/2)) + z_power
 * √(p₁q₁+p₂q₂))²/(p₁-p₂)². Fleiss, Levin & Paik 2003. */
struct sample_size sample_size_two_prop(double p1, double p2, double alpha, double power);

/* Probability that McNemar's two-sided test rejects, over all outcomes of n pairs of which each
 * improves with p_improve and regresses with p_regress. */
struct mcnemar_power {
    double exact, midp;
};
struct mcnemar_power power_mcnemar(size_t n, double p_improve, double p_regress, double alpha);

/* Probability that noninferiority_paired passes, over all outcomes of n pairs. */
double power_noninferiority_paired(size_t n, double p_discordant, double true_diff, double margin,
                                   double alpha);

/* Beyond this many items the exact search gives way to the formula. */
enum { POWER_EXACT_MAX = 20000 };

/* The least number of items at which that power reaches `power` and stays there for the next
 * 2/margin sizes, or up to twice as many (it moves in saw teeth, and that is more than one). exact
 * is false when the formula had to answer. */
struct items_needed {
    size_t n;
    double power_at_n;
    bool exact;
};
struct items_needed ni_items_needed(double p_discordant, double true_diff, double margin,
                                    double alpha, double power);

/* "What drop can n items rule out?": the least margin at which n items pass with probability
 * `power` when nothing really changes. STAT_NAN if not even a margin of 1 - 1e-6 will do. */
double detectable_drop(size_t n, double p_discordant, double alpha, double power);
