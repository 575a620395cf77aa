#pragma once

#include <stddef.h>

#include "stats/estimate.h"
#include "stats/paired.h"

/*
 * Posterior probabilities, for saying "the candidate is better with probability …". The interval
 * methods gate; these communicate.
 */

/* Pairs with a Dirichlet(prior) on the four cells: diff = s(2r - 1), s ~ Beta(b+c+2κ, a+d+2κ) the
 * share of discordant pairs, r ~ Beta(c+κ, b+κ) the improvements among them. prob_better =
 * P(diff > 0), prob_noninferior = P(diff > -margin), low and high the equal-tailed interval, by
 * P(diff <= x) = ∫ f_s(s) I_{(1+x/s)/2}(c+κ, b+κ) ds. */
struct bayes_paired {
    double mean_diff, prob_better, prob_noninferior, low, high;
};
struct bayes_paired bayes_paired(struct paired_table t, double margin, double prior, double conf);

/* Two runs that share no items, uniform priors: P(p_b > p_a) and P(p_b > p_a - margin). */
struct bayes_two_beta {
    double prob_b_better, prob_b_noninferior;
};
struct bayes_two_beta bayes_two_beta(size_t k_a, size_t n_a, size_t k_b, size_t n_b,
                                     double margin);
