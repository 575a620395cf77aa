#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "stats/estimate.h"

/*
 * Means of scores. The unit is the golden item: average an item's epochs first. Where items
 * share a source (document, conversation, template) they form clusters and the plain interval is
 * too narrow. A variance of zero makes every interval here collapse to a point; `degenerate` says
 * so, and the caller must not read the point as certainty (use estimate_scores).
 */

/* mean ± t_{n-1} · s/√n. n < 2: se, low and high are STAT_NAN. */
struct mean_ci {
    size_t n;
    double mean, se, low, high;
    bool degenerate; /* all values equal: the interval has no width */
};
struct mean_ci ci_mean_t(const double *x, size_t n, double conf);

/*
 * Several runs of each item. scores holds the runs of item 0, then of item 1, …; runs[i] >= 1 of
 * them belong to item i. With m_i the item means: se = sd(m)/√n; within = mean of s_i²/K_i (an
 * item with one run takes the others' average s²); between = max(0, var(m) - within);
 * se_infinite_epochs = √(between/n) is what would remain with endless epochs, so frac_noise =
 * within/var(m) near 1 asks for more epochs and near 0 for more items. se_pooled_naive treats the
 * runs as independent and is wrong; it is there for contrast. Variance decomposition after
 * Miller, arXiv 2411.00640, 2024.
 */
struct epochs_summary {
    size_t n_items;
    double mean, se, low, high;
    double var_item_means, var_within_of_mean, var_between;
    double se_infinite_epochs, se_pooled_naive, frac_noise;
};
struct epochs_summary epochs_summary(const double *scores, const size_t *runs, size_t n_items,
                                     double conf);

/*
 * Mean of clustered values; cluster[i] < n is the cluster of x[i]. With u_g the sum of residuals
 * in cluster g: se_cr0 = √Σu_g²/n, se_cr1 = se_cr0·√(G/(G-1)) (Liang & Zeger 1986 with the usual
 * correction), se_miller = √(s²/n + Σ_g Σ_{i≠j} e_i e_j/n²); interval mean ± t_{G-1}·se_cr1; deff
 * = (se_cr1/se_naive)². One cluster: all of these are STAT_NAN. Few (under 20) or very unequal
 * clusters make the interval too narrow; under 5 it should not be used.
 */
struct clustered_mean {
    size_t n, n_clusters;
    double mean, se_naive, se_cr0, se_cr1, se_miller, deff, low, high;
};
struct clustered_mean clustered_mean(const double *x, const size_t *cluster, size_t n,
                                     double conf);

/* Rate of clustered 0/1 values: Clopper-Pearson with the effective size n_eff = p(1-p)/se_cr1²,
 * adjusted to min(n, n_eff (t_{n-1}/t_{G-1})²). Korn & Graubard, Survey Methodology 24, 1998. No
 * variance between clusters (all pass, all fail): the number of clusters is the effective size. */
struct clustered_rate {
    double p, se, n_eff, n_eff_adj, low, high;
};
struct clustered_rate ci_proportion_clustered(const double *x, const size_t *cluster, size_t n,
                                              double conf);

/*
 * The estimate to show for one value an item, whatever the values are; cluster may be NULL.
 *   all 0 or 1, independent           Wilson                        "wilson"
 *   all 0 or 1, clustered             Korn-Graubard                 "korn_graubard"
 *   other scores                      t over items                  "t"
 *   other scores, clustered           CR1 standard error, t_{G-1}   "cr1_t"
 *   all equal in [0, 1], n >= 2       betting confidence sequence   "betting"
 * All equal outside [0, 1], one item or one cluster: the limits are STAT_NAN.
 */
struct estimate estimate_scores(const double *x, const size_t *cluster, size_t n, double conf);
/* k of n passed, with Wilson's interval; n = 0 is not estimable. */
struct estimate estimate_rate(size_t k, size_t n, double conf);
