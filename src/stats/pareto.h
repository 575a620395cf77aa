#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Trading quality against cost and latency. */

/* One choice: less cost and latency and more quality are better. */
struct tradeoff {
    double cost, latency, quality;
};

/* True when `a` is nowhere worse than `b` and somewhere better. */
bool dominates(const struct tradeoff *a, const struct tradeoff *b);

/* front[i]: nothing dominates points[i] (equal points all stay). O(n²). */
void pareto_front(const struct tradeoff *points, size_t n, bool *front);

/* P(a cheaper, faster, better than b) and the product of the three, the two sides independent
 * normals: Φ(difference / hypot(se_a, se_b)); 1, ½ or 0 when both standard errors are 0. When
 * both ran the same items, the share of joint bootstrap draws is better. */
struct prob_dominates {
    double p_cheaper, p_faster, p_better, p_dominates;
};
struct prob_dominates prob_dominates(const struct tradeoff *a, const struct tradeoff *a_se,
                                     const struct tradeoff *b, const struct tradeoff *b_se);

/*
 * A cheap model first, the expensive one when its confidence is under t (FrugalGPT; Chen, Zaharia
 * & Zou, arXiv 2305.05176), on items both answered: cost = c1 + c2 · share escalated. The point
 * estimates belong to the items they were chosen on: verify on others. `points` holds n_thresholds.
 */
struct cascade_point {
    double escalation_rate, cost, accuracy;
};
struct cascade {
    size_t chosen_index; /* cheapest with accuracy >= target, first of equals; SIZE_MAX: none */
    double always_expensive_cost, always_expensive_accuracy;
};
struct cascade cascade_eval(const double *conf, const double *cheap_correct,
                            const double *expensive_correct, size_t n, double cost_cheap,
                            double cost_expensive, const double *thresholds, size_t n_thresholds,
                            double target_accuracy, struct cascade_point *points);
