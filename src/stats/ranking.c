/* Bradley-Terry, Elo and position bias; see ranking.h. */
#include "stats/ranking.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/estimate.h"
#include "stats/linalg.h"
#include "stats/moments.h"
#include "stats/special.h"

/* Can all be reached from player 0, along wins (forward) or losses? */
static bool reaches_all(const double *wins, size_t n, bool forward, size_t *queue, bool *seen)
{
    size_t head = 0, tail = 1;
    memset(seen, 0, n * sizeof *seen);
    seen[0] = true;
    queue[0] = 0;
    while (head < tail) {
        size_t i = queue[head++];
        for (size_t j = 0; j < n; j++) {
            double w = forward ? wins[i * n + j] : wins[j * n + i];
            if (!seen[j] && w > 0) {
                seen[j] = true;
                queue[tail++] = j;
            }
        }
    }
    return tail == n;
}

static bool strongly_connected(const double *wins, size_t n)
{
    CLEANUP(mem_freep) size_t *queue = mem_calloc(n, sizeof *queue);
    CLEANUP(mem_freep) bool *seen = mem_calloc(n, sizeof *seen);
    return reaches_all(wins, n, true, queue, seen) && reaches_all(wins, n, false, queue, seen);
}

double bradley_terry_prob(double log_strength_a, double log_strength_b)
{
    return 1 / (1 + exp(log_strength_b - log_strength_a));
}

/* The data with the prior's virtual wins. */
struct contests {
    const double *wins;
    size_t n;
    double virtual_wins;
};

static double won(const struct contests *c, size_t i, size_t j)
{
    return i == j ? 0 : c->wins[i * c->n + j] + c->virtual_wins;
}

static double log_likelihood(const struct contests *c, const double *b)
{
    struct sum l = {0};
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = 0; j < c->n; j++)
            if (won(c, i, j) > 0)
                sum_add(&l, -won(c, i, j) * log1p(exp(b[j] - b[i])));
    return sum_get(&l);
}

/* Gradient, and Fisher information + 11ᵀ/n, which is invertible and agrees with the information
 * on everything that sums to 0. Returns the largest element of the gradient. */
static double slope(const struct contests *c, const double *b, double *gradient, double *info)
{
    size_t n = c->n;
    double most = 0;
    for (size_t i = 0; i < n * n; i++)
        info[i] = 1 / (double)n;
    for (size_t i = 0; i < n; i++) {
        gradient[i] = 0;
        for (size_t j = 0; j < n; j++) {
            double games = won(c, i, j) + won(c, j, i), p = bradley_terry_prob(b[i], b[j]);
            gradient[i] += won(c, i, j) - games * p;
            info[i * n + i] += i == j ? 0 : games * p * (1 - p);
            info[i * n + j] -= i == j ? 0 : games * p * (1 - p);
        }
        most = fmax(most, fabs(gradient[i]));
    }
    return most;
}

/* One Newton step, halved until the likelihood does not fall. */
static bool climb(const struct contests *c, double *b, const double *step, double *trial,
                  double *likelihood)
{
    for (double size = 1; size > 1e-9; size *= 0.5) {
        for (size_t i = 0; i < c->n; i++)
            trial[i] = b[i] + size * step[i];
        double next = log_likelihood(c, trial);
        if (next >= *likelihood - 1e-12 * fabs(*likelihood)) {
            memcpy(b, trial, c->n * sizeof *b);
            *likelihood = next;
            return true;
        }
    }
    return false;
}

static bool fit(const struct contests *c, double *b, double *se, struct err *e)
{
    size_t n = c->n;
    CLEANUP(mem_freep) double *info = mem_calloc(n * n, sizeof *info);
    CLEANUP(mem_freep) double *gradient = mem_calloc(n, sizeof *gradient);
    CLEANUP(mem_freep) double *trial = mem_calloc(n, sizeof *trial);
    double games = 0, likelihood;
    for (size_t i = 0; i < n * n; i++)
        games += won(c, i / n, i % n);
    memset(b, 0, n * sizeof *b);
    likelihood = log_likelihood(c, b);
    for (int round = 0; round < 200; round++) {
        double most = slope(c, b, gradient, info);
        if (!cholesky_factor(info, n))
            break;
        if (most <= 1e-11 * fmax(1, games)) {
            double centre = stat_mean(b, n);
            cholesky_inverse_diagonal(info, n, se, trial);
            for (size_t i = 0; i < n; i++) {
                b[i] -= centre;
                se[i] = sqrt(fmax(0, se[i] - 1 / (double)n)); /* takes 11ᵀ/n off again */
            }
            return true;
        }
        cholesky_solve(info, n, gradient);
        if (!climb(c, b, gradient, trial, &likelihood))
            break;
    }
    err_set(e, ERR_STAT, "the strengths do not settle: the wins are too lopsided");
    return err_hint(e, "A prior of 1 adds half a virtual win each way to every pair.");
}

bool bradley_terry(const double *wins, size_t n, double prior, double *log_strength, double *se,
                   bool *ret_finite, struct err *e)
{
    if (n > RANKING_MAX)
        return err_set(e, ERR_STAT, "%zu players, the limit is %d", n, RANKING_MAX);
    struct contests c = {wins, n, prior / 2};
    *ret_finite = n > 0 && (prior > 0 || strongly_connected(wins, n));
    if (*ret_finite)
        return fit(&c, log_strength, se, e);
    for (size_t i = 0; i < n; i++)
        log_strength[i] = se[i] = STAT_NAN;
    return true;
}

void elo(double *rating_a, double *rating_b, double outcome, double k, double scale)
{
    double p = 1 / (1 + pow(10, (*rating_b - *rating_a) / scale)), move = k * (outcome - p);
    *rating_a += move;
    *rating_b -= move;
}

/* Two-sided exact test of a fair coin; 1 for no tosses. */
static double sign_test(size_t heads, size_t tails)
{
    size_t less = heads < tails ? heads : tails;
    return fmin(1, 2 * binom_cdf(less, heads + tails, 0.5));
}

struct position_bias position_bias(const double *ab, const double *ba, size_t n, double conf)
{
    struct position_bias r = {.n = n};
    CLEANUP(mem_freep) double *both = mem_calloc(n + 1, sizeof *both);
    size_t same = 0;
    for (size_t i = 0; i < n; i++) {
        both[i] = (ab[i] + ba[i]) / 2;
        same += ab[i] >= ba[i] && ab[i] <= ba[i];
        r.n_first += ab[i] >= 1 && ba[i] <= 0;
        r.n_second += ab[i] <= 0 && ba[i] >= 1;
        r.n_consistent_a += ab[i] >= 1 && ba[i] >= 1;
        r.n_consistent_b += ab[i] <= 0 && ba[i] <= 0;
    }
    r.win_rate_a = stat_mean(both, n);
    r.se = sqrt(stat_var(both, n) / (double)n);
    double half = n > 1 ? t_quantile(0.5 + conf / 2, (double)n - 1) * r.se : STAT_NAN;
    r.low = r.win_rate_a - half;
    r.high = r.win_rate_a + half;
    r.consistency = n ? (double)same / (double)n : STAT_NAN;
    r.position_effect = stat_mean(ab, n) - stat_mean(ba, n);
    r.p_position = sign_test(r.n_first, r.n_second);
    r.p_consistent_sign = sign_test(r.n_consistent_a, r.n_consistent_b);
    return r;
}
