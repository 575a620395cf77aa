#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Pairwise judging and rankings of variants. STAT_NAN: undefined. */

enum { RANKING_MAX = 1000 /* players of one Bradley-Terry model: the information is n × n */ };

/*
 * Bradley-Terry: P(i beats j) = 1/(1 + exp(-(b_i - b_j))), fitted by Newton's method. wins[i n + j]
 * = times i beat j, a tie half each; `prior` adds prior/2 virtual wins each way to every pair.
 * log_strength is centred to mean 0; se from the pseudo-inverse of the Fisher information. When
 * the graph of wins is not strongly connected (somebody never lost or never won) and prior is 0,
 * no finite maximum exists: *ret_finite is false and the lists are all STAT_NAN. Votes on one
 * prompt are dependent: bootstrap prompts for an interval that a gate rests on. Both lists hold n.
 */
MUST_CHECK bool bradley_terry(const double *wins, size_t n, double prior, double *log_strength,
                              double *se, bool *ret_finite, struct err *e);
double bradley_terry_prob(double log_strength_a, double log_strength_b);

/* One Elo update: rating a += k (outcome - p), b the opposite, p = 1/(1 + 10^((b - a)/scale)),
 * outcome 1, ½ or 0 for a. The result depends on the order of the matches: for dashboards only. */
void elo(double *rating_a, double *rating_b, double outcome, double k, double scale);

/*
 * Judged in both orders: ab[i] is A's score when shown first, ba[i] when shown second (1 win,
 * ½ tie, 0 loss). The win rate is the mean of (ab + ba)/2 with a t interval; consistency the
 * share of items whose two verdicts agree; position_effect = mean(ab) - mean(ba), over 0 when the
 * first place is favoured; p_position the exact binomial test of n_first against n_second;
 * p_consistent_sign the one of A's consistent wins against B's.
 */
struct position_bias {
    size_t n, n_first, n_second, n_consistent_a, n_consistent_b;
    double win_rate_a, se, low, high, consistency, position_effect, p_position, p_consistent_sign;
};
struct position_bias position_bias(const double *ab, const double *ba, size_t n, double conf);
