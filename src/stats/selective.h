#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Selective prediction: which outputs may skip human review, with the error among them bounded.
 * Below, `correct` holds 0 and 1, `alpha` is the error that is tolerated, `delta` the probability
 * with which the promise may be broken. NaN stands for "undefined".
 */

/* Clopper-Pearson upper bound of an error rate, k errors among n: qbeta(1 - delta, k + 1, n - k).
 * 1 when k = n (also n = 0). Clopper & Pearson, Biometrika 26, 1934. */
double cp_ucb(size_t k, size_t n, double delta);

/*
 * Hoeffding-Bentkus p-values for H0: E[loss] >= alpha, for n losses in [0, 1] with the given sum:
 * exp(-n kl(min(R, alpha), alpha)) and e P(Bin(n, alpha) <= ⌈n R⌉), R = loss_sum / n, each capped
 * at 1, and the smaller. n = 0 gives 1. Bates et al., "Distribution-Free, Risk-Controlling
 * Prediction Sets", J. ACM 68(6), 2021; Angelopoulos et al., "Learn then Test", 2021.
 */
struct hb_pvalue {
    double p_hoeffding, p_bentkus, p_value;
};
struct hb_pvalue hb_pvalue(double loss_sum, size_t n, double alpha);

/* sup{m : hb_pvalue(loss_sum, n, m) > delta}: the upper bound of the mean loss. */
double hb_ucb(double loss_sum, size_t n, double delta);

/*
 * The same for weighted 0/1 losses (weights are the inverse of the probability with which an item
 * was chosen for labelling): bounds Σ w·wrong / Σ w. With u = m + (w / weight_max)(wrong - m), in
 * [0, 1], "weighted error >= m" is E[u] >= m, which Hoeffding's term p_hoeffding tests at any n.
 * (Bentkus's counts whole losses and would jump as m moves.) 1 for n = 0.
 */
double hoeffding_ucb_weighted(double weight_wrong, double weight_sum, double weight_max, size_t n,
                       double delta);

/* ⌈ln delta / ln(1 - alpha)⌉: the least number of accepted items that can pass, without a single
 * error among them. */
size_t n_zero_errors(double alpha, double delta);

/*
 * How many accepted items one threshold needs. n_power is the smallest n where the test at level
 * delta passes with probability >= power when the true error is risk_alt, max_errors the errors
 * it then allows. n_power is 0 when no n up to 10 million does (risk_alt >= alpha, or near it).
 */
struct min_accept_power {
    size_t n_zero, n_power, max_errors;
};
struct min_accept_power min_accept_power(double alpha, double delta, double risk_alt,
                                         double power);

enum select_method {
    SELECT_FIXED_SEQUENCE, /* the default */
    SELECT_BONFERRONI,     /* strictest: each grid point at delta / n_grid, no stopping */
};

/*
 * The lowest confidence from which outputs may be accepted unseen, so that
 * P(error among accepted <= alpha) >= 1 - delta. `grid` descends and was fixed before the labels
 * were looked at. At each t: n_t items with conf >= t, k_t errors, p_t = P(Bin(n_t, alpha) <= k_t).
 * Fixed sequence (Learn then Test, Angelopoulos et al. 2021): from the top, points with n_t <
 * min_accept are skipped, the walk stops at the first p_t > delta, the last point that passed is
 * taken. `min_accept` 0: n_zero_errors(alpha, delta). O((n + n_grid) log n).
 * Nothing passes: threshold, risk_hat and ucb are NaN, the counts 0.
 */
struct selected_threshold {
    size_t min_accept;
    double threshold;
    size_t n_accept, errors;
    double coverage; /* n_accept / n */
    double risk_hat; /* errors / n_accept */
    double ucb;      /* cp_ucb at delta (Bonferroni: delta / n_grid) */
};
struct selected_threshold select_threshold(const double *conf, const double *correct, size_t n,
                                           const double *grid, size_t n_grid, double alpha,
                                           double delta, enum select_method method,
                                           size_t min_accept, double *p_values);

/* The same for weighted items, by the test of hoeffding_ucb_weighted. Fixed sequence only. The
 * counts are of items, coverage and risk_hat are weighted. Weights are over 0. */
struct selected_threshold select_threshold_weighted(const double *conf, const double *correct,
                                                    const double *weight, size_t n,
                                                    const double *grid, size_t n_grid,
                                                    double alpha, double delta,
                                                    size_t min_accept, double *p_values);

/*
 * Conformal risk control (Angelopoulos et al. 2022) of the share of ALL traffic that is accepted
 * and wrong, in expectation: adjusted(t) = n/(n+1) R(t) + 1/(n+1); the lowest grid point before
 * the first adjusted > alpha, NaN when the first is already over it. `grid` descends; `adjusted`
 * holds n_grid numbers.
 */
double crc_threshold(const double *conf, const double *correct, size_t n, const double *grid,
                     size_t n_grid, double alpha, double *adjusted);
