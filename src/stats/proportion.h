#pragma once

#include <stddef.h>

#include "stats/estimate.h"

/*
 * Intervals for a rate: k of n independent items passed. `conf` is two-sided unless the name says
 * otherwise. With n = 0 the estimate is STAT_NAN and the interval [0, 1].
 *
 * Show ci_wilson; gate "at least this rate" on clopper_pearson_lower, the only one here whose
 * coverage never falls below `conf`.
 */

/* Wilson's score interval: centre (p + z²/2n)/(1 + z²/n), half-width z/(1 + z²/n) ·
 * √(p(1-p)/n + z²/4n²), clamped to [0, 1]. Wilson, JASA 22, 1927; Newcombe, Stat Med 17, 1998. */
struct interval ci_wilson(size_t k, size_t n, double conf);

/* Exact interval: [qbeta(α/2; k, n-k+1), qbeta(1-α/2; k+1, n-k)]. Clopper & Pearson, Biometrika
 * 26, 1934. The one-sided bounds put all of α = 1 - conf on one side. */
struct interval ci_clopper_pearson(size_t k, size_t n, double conf);
double clopper_pearson_lower(size_t k, size_t n, double conf);
double clopper_pearson_upper(size_t k, size_t n, double conf);
/* The two-sided interval for real-valued counts 0 <= k <= n (effective sample sizes). */
struct interval clopper_pearson_real(double k, double n, double conf);

/* Equal-tailed interval of Beta(k+½, n-k+½); low is 0 if k = 0, high is 1 if k = n. Brown, Cai &
 * DasGupta, Statistical Science 16, 2001. */
struct interval ci_jeffreys(size_t k, size_t n, double conf);

/* Posterior Beta(prior_a + k, prior_b + n - k): mean, equal-tailed interval and P(rate >= target).
 * The uniform prior is (1, 1). Bowyer, Aitchison & Ivanova, arXiv 2503.01747, 2025. */
struct beta_posterior {
    double mean, low, high, prob_ge_target;
};
struct beta_posterior ci_beta_posterior(size_t k, size_t n, double conf, double prior_a,
                                        double prior_b, double target);

/* How many items without one failure prove a failure rate of at most `max_failure_rate`: the
 * least n with (1 - rate)^n <= 1 - conf, and the upper bound 1 - (1-conf)^(1/n) it gives. */
struct zero_failures {
    size_t n;
    double upper_bound;
};
struct zero_failures n_zero_failures(double max_failure_rate, double conf);

/* Task i was tried n[i] times with c[i] successes; n[i] >= k. pass@k = mean(1 - C(n-c,k)/C(n,k)),
 * "can it" (Chen et al., arXiv 2107.03374, 2021); pass^k = mean(C(c,k)/C(n,k)), "does it always"
 * (Yao et al., tau-bench, arXiv 2406.12045, 2024). No tasks, or n[i] < k: STAT_NAN. */
struct pass_k {
    double pass_at_k, pass_hat_k;
};
struct pass_k pass_k(const size_t *n, const size_t *c, size_t tasks, size_t k);
