#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "stats/estimate.h"

/*
 * Methods that stay valid when the data are looked at after every item: confidence sequences (the
 * true value lies inside at all times at once with probability 1 - alpha) and e-processes (a
 * betting capital that starts at 1 and, under the null hypothesis, reaches 1/alpha with
 * probability at most alpha). Needed: items in an order shuffled once, bets that depend on earlier
 * items only (they do), no edits to items under way. docs/sequential.md says why.
 */

/*
 * The predictable bets of Waudby-Smith & Ramdas, JRSS B 86, 2024 (arXiv 2010.09686): before the
 * t-th value, λ_t = √(2L/(σ²_{t-1} · t · ln(1+t))), where μ_t = (½ + Σx)/(t+1), σ²_t = (¼ +
 * Σ(x_i - μ_i)²)/(t+1), σ²_0 = ¼, and L = ln(2/alpha) for two sides, ln(1/alpha) for one. Values
 * lie in [0, 1].
 */
struct bettor {
    double l, sum, deviation;
    size_t t;
};
void bettor_init(struct bettor *b, double l);
double bettor_lambda(const struct bettor *b); /* the bet on the next value */
double bettor_centre(const struct bettor *b); /* μ before the next value */
void bettor_see(struct bettor *b, double x);

/*
 * Is the candidate not worse than the baseline by `margin` or more? Feeds on per-item differences
 * d = score of candidate - score of baseline in [-1, 1]. With y = (d+1)/2 and m = (1-margin)/2 the
 * capital K = Π(1 + min(λ, trunc/m)(y - m)) is an e-process for "mean d <= -margin": ship at the
 * first K >= 1/alpha.
 */
struct ni_process {
    struct bettor bettor;
    double m, cap, alpha;
    double log_k, max_log_k;
    size_t n, stop_index; /* stop_index: 1-based item at which K first reached 1/alpha, or 0 */
};
void ni_process_init(struct ni_process *p, double margin, double alpha, double trunc);
/* Adds one item; true once the capital has reached 1/alpha. */
bool ni_process_add(struct ni_process *p, double d);

/*
 * Is one better? Over the discordant pairs only: ln e_t = ln B(a+k, b+t-k) - ln B(a, b) + t ln 2,
 * k improvements among t, against P(improvement) = ½ (Beta(a, b) mixture; Robbins 1970).
 */
struct mcnemar_process {
    double a, b, alpha;
    double log_e, max_log_e;
    size_t t, k, stop_index;
};
void mcnemar_process_init(struct mcnemar_process *p, double prior_a, double prior_b, double alpha);
bool mcnemar_process_add(struct mcnemar_process *p, bool improvement);
/* min(1, 1/max e): a p-value that is valid at any stopping time. */
double mcnemar_process_p(const struct mcnemar_process *p);

/* Beta-binomial mixture for a pass rate after k of n: ln E(m) = ln B(a+k, b+n-k) - ln B(a, b) -
 * k ln m - (n-k) ln(1-m), and the confidence sequence {m: E(m) < 1/alpha} at this n. Robbins 1970;
 * Howard et al., Annals of Statistics 49, 2021. */
double bernoulli_mixture_log_e(size_t k, size_t n, double prior_a, double prior_b, double m);
struct interval cs_bernoulli_mixture(size_t k, size_t n, double alpha, double prior_a,
                                     double prior_b);

/* The running intersection of a confidence sequence; low > high: it is empty, which is itself
 * evidence that the values drift. */
struct running {
    double low, high;
};

/* Empirical-Bernstein confidence sequence with predictable bets (the paper's theorem 2), x in
 * [0, 1]: with λ_i capped at trunc, ψ(λ) = -ln(1-λ) - λ and v_i = (x_i - μ_{i-1})², at each t
 * (Σλx ± (ln(2/alpha) + Σvψ))/Σλ, clipped to [0, 1]. lo and hi have room for n. */
struct running cs_predmix_eb(const double *x, size_t n, double alpha, double trunc, double *lo,
                             double *hi);
/* The variant with the plain running mean (0 at the start, on each side) as the centre of v, which
 * the authors' library uses by default. */
void cs_predmix_eb_confseq_default(const double *x, size_t n, double alpha, double trunc,
                                   double *lo, double *hi);

/* Capital against "mean = m", 0 < m < 1, after each value: k_plus = Π(1 + min(λ, trunc/m)(x-m)),
 * k_minus = Π(1 - min(λ, trunc/(1-m))(x-m)), hedged = max of the two halves; reject when hedged >=
 * 1/alpha. Arrays have room for n. */
void betting_capital(const double *x, size_t n, double m, double alpha, double trunc,
                     double *k_plus, double *k_minus, double *hedged);

/* Hedged betting confidence sequence at the last of n values: the m with k_plus(m)/2 = 1/alpha and
 * k_minus(m)/2 = 1/alpha (0 and 1 where there is none). est is the mean. */
struct interval cs_betting_hedged_at(const double *x, size_t n, double alpha, double trunc);
/* The same at every t; time grows with n². */
struct running cs_betting_hedged(const double *x, size_t n, double alpha, double trunc,
                                 double *lo, double *hi);

/* Asymptotic confidence sequence of a mean, tightest near n_opt values: rho = n_opt/(2 ln(1/α) +
 * ln(1 + 2 ln(1/α))), radius = √((n+rho) ln((n+rho)/(α² rho))), mean ± sd·radius/n. Howard et al.
 * 2021, propositions 4 and 5; Waudby-Smith et al., arXiv 2103.06476, 2021. Not for tiny n. */
struct asymptotic_cs {
    double rho, radius, low, high;
};
struct asymptotic_cs cs_asymptotic_mean(size_t n, double mean, double sd, double alpha,
                                        double n_opt);

/* Which of several e-values to reject at false discovery rate alpha, whatever their dependence:
 * the k* largest with k* = max{k: k e_(k)/n >= 1/alpha}. Wang & Ramdas, JRSS B 84, 2022. Writes the
 * rejected indices in ascending order to ret (room for n) and returns how many. */
size_t e_bh(const double *e, size_t n, double alpha, size_t *ret);
