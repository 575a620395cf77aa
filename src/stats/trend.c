/* Trends and change over time; see trend.h. */
#include "stats/trend.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/estimate.h"
#include "stats/moments.h"
#include "stats/proportion.h"
#include "stats/special.h"

/* --- two rates --- */

/* Σ of the hypergeometric probabilities that are no larger than the observed one (R fisher.test:
 * relative tolerance 1e-7). */
static double fisher_p(size_t k1, size_t n1, size_t k2, size_t n2)
{
    size_t total = k1 + k2, lo = total > n2 ? total - n2 : 0, hi = total < n1 ? total : n1;
    double all = log_choose((double)(n1 + n2), (double)total), p = 0;
    double observed = log_choose((double)n1, (double)k1) + log_choose((double)n2, (double)k2);
    for (size_t k = lo; k <= hi; k++) {
        double at = log_choose((double)n1, (double)k) +
                    log_choose((double)n2, (double)(total - k));
        if (at <= observed + 1e-7)
            p += exp(at - all);
    }
    return fmin(1, p);
}

static double pooled_z_p(size_t k1, size_t n1, size_t k2, size_t n2, double diff)
{
    double a = (double)n1, b = (double)n2, p = (double)(k1 + k2) / (a + b);
    double var = p * (1 - p) * (1 / a + 1 / b);
    return var > 0 ? 2 * norm_cdf(-fabs(diff) / sqrt(var)) : 1;
}

struct two_prop_diff two_prop_diff(size_t k1, size_t n1, size_t k2, size_t n2, double conf)
{
    struct two_prop_diff r = {STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN,
                              STAT_NAN, STAT_NAN, STAT_NAN};
    if (n1 == 0 || n2 == 0)
        return r;
    struct interval w1 = ci_wilson(k1, n1, conf), w2 = ci_wilson(k2, n2, conf);
    double p1 = (double)k1 / (double)n1, p2 = (double)k2 / (double)n2;
    r.diff = p2 - p1;
    r.newcombe_low = r.diff - hypot(p2 - w2.low, w1.high - p1);
    r.newcombe_high = r.diff + hypot(w2.high - p2, p1 - w1.low);
    double m1 = (double)n1 + 2, m2 = (double)n2 + 2;
    double a1 = ((double)k1 + 1) / m1, a2 = ((double)k2 + 1) / m2;
    double half = norm_quantile(0.5 + conf / 2) * sqrt(a1 * (1 - a1) / m1 + a2 * (1 - a2) / m2);
    r.agresti_caffo_low = fmax(-1, a2 - a1 - half);
    r.agresti_caffo_high = fmin(1, a2 - a1 + half);
    r.p_pooled_z = pooled_z_p(k1, n1, k2, n2, r.diff);
    r.p_fisher = fisher_p(k1, n1, k2, n2);
    return r;
}

struct trend_test trend_test(const size_t *k, const size_t *n, const double *score, size_t weeks)
{
    double hits = 0, total = 0, mean = 0, cross = 0, spread = 0;
    for (size_t i = 0; i < weeks; i++) {
        hits += (double)k[i];
        total += (double)n[i];
        mean += (double)n[i] * score[i];
    }
    double p = hits / total;
    mean /= total;
    for (size_t i = 0; i < weeks; i++) {
        double d = score[i] - mean;
        cross += d * ((double)k[i] - (double)n[i] * p);
        spread += d * d * (double)n[i];
    }
    struct trend_test r = {STAT_NAN, STAT_NAN, STAT_NAN};
    if (!(spread > 0))
        return r;
    r.slope = cross / spread;
    if (p > 0 && p < 1) {
        r.chi2 = cross * cross / (p * (1 - p) * spread);
        r.p_value = chi2_1_sf(r.chi2);
    }
    return r;
}

/* --- detectors --- */

struct cusum cusum_start(double k, double h)
{
    return (struct cusum){.k = k, .h = h, .alarm_index = SIZE_MAX};
}

void cusum_tabular(struct cusum *c, double z)
{
    c->n++;
    c->c_plus = fmax(0, c->c_plus + z - c->k);
    c->c_minus = fmax(0, c->c_minus - z - c->k);
    if (c->alarm_index == SIZE_MAX && fmax(c->c_plus, c->c_minus) > c->h)
        c->alarm_index = c->n;
}

static double siegmund(double drift, double h)
{
    double b = h + 1.166;
    if (fabs(drift) < 1e-9) /* the limit; below, the difference would cancel */
        return b * b;
    return (expm1(-2 * drift * b) + 2 * drift * b) / (2 * drift * drift);
}

struct cusum_arl cusum_arl_siegmund(double mu, double k, double h)
{
    struct cusum_arl r = {.upper = siegmund(mu - k, h), .lower = siegmund(-mu - k, h)};
    r.two_sided = 1 / (1 / r.upper + 1 / r.lower);
    return r;
}

struct bernoulli_cusum bernoulli_cusum_start(double p0, double p1, double h)
{
    return (struct bernoulli_cusum){.if_failure = log(p1 / p0),
                                    .if_success = log((1 - p1) / (1 - p0)),
                                    .h = h, .alarm_index = SIZE_MAX};
}

void bernoulli_cusum(struct bernoulli_cusum *c, bool failure)
{
    c->n++;
    c->s = fmax(0, c->s + (failure ? c->if_failure : c->if_success));
    if (c->alarm_index == SIZE_MAX && c->s >= c->h)
        c->alarm_index = c->n;
}

bool e_detector_start(struct e_detector *d, enum e_detector_kind kind, double m0, double alpha,
                      const double *lambda, size_t n_lambda, struct err *e)
{
    *d = (struct e_detector){.kind = kind, .m0 = m0, .alpha = alpha, .n_lambda = n_lambda,
                             .alarm_index = SIZE_MAX};
    if (n_lambda == 0 || n_lambda > E_DETECTOR_MAX)
        return err_set(e, ERR_STAT, "%zu lambdas, expected 1 to %d", n_lambda, E_DETECTOR_MAX);
    for (size_t i = 0; i < n_lambda; i++) {
        if (!(lambda[i] >= 0 && lambda[i] * (1 - m0) <= 1 + 1e-12))
            return err_set(e, ERR_STAT, "lambda %g, expected 0 to 1/(1 - m0) = %g", lambda[i],
                           1 / (1 - m0));
        d->lambda[i] = lambda[i];
    }
    return true;
}

void e_detector(struct e_detector *d, double x)
{
    double total = 0;
    for (size_t i = 0; i < d->n_lambda; i++) {
        double factor = 1 + d->lambda[i] * (d->m0 - x), before = d->part[i];
        d->part[i] = factor * (d->kind == E_DETECTOR_SR ? before + 1 : fmax(before, 1));
        total += d->part[i];
    }
    d->m = total / (double)d->n_lambda;
    d->n++;
    if (d->alarm_index == SIZE_MAX && d->m >= 1 / d->alpha)
        d->alarm_index = d->n;
}

/* --- changepoint --- */

/* Largest log likelihood of k successes among n, with 0 log 0 = 0. */
static double binomial_log_likelihood(double k, double n)
{
    return (k > 0 ? k * log(k / n) : 0) + (k < n ? (n - k) * log1p(-k / n) : 0);
}

struct changepoint changepoint_binomial(const size_t *k, const size_t *n, size_t weeks,
                                        double *lr)
{
    struct changepoint r = {0, STAT_NAN, STAT_NAN, STAT_NAN};
    double hits = 0, total = 0, before_k = 0, before_n = 0;
    for (size_t i = 0; i < weeks; i++) {
        hits += (double)k[i];
        total += (double)n[i];
    }
    double whole = binomial_log_likelihood(hits, total);
    for (size_t t = 1; t < weeks; t++) {
        before_k += (double)k[t - 1];
        before_n += (double)n[t - 1];
        double ratio = fmax(0, 2 * (binomial_log_likelihood(before_k, before_n) +
                                    binomial_log_likelihood(hits - before_k, total - before_n) -
                                    whole));
        if (lr)
            lr[t - 1] = ratio;
        if (r.tau == 0 || ratio > r.max_lr) {
            r = (struct changepoint){t, ratio, before_k / before_n,
                                     (hits - before_k) / (total - before_n)};
        }
    }
    return r;
}

/* Deals `hits` successes at random over the weeks: each week takes its share, item by item, of
 * what is left. */
static void deal(struct rng *rng, const size_t *n, size_t weeks, size_t hits, size_t total,
                 size_t *k)
{
    for (size_t t = 0; t < weeks; t++) {
        k[t] = 0;
        for (size_t i = 0; i < n[t]; i++, total--) {
            if (rng_below(rng, total) < hits) {
                k[t]++;
                hits--;
            }
        }
    }
}

double changepoint_p_value(const size_t *k, const size_t *n, size_t weeks, size_t draws,
                           uint64_t seed)
{
    struct changepoint observed = changepoint_binomial(k, n, weeks, NULL);
    CLEANUP(mem_freep) size_t *dealt = mem_calloc(weeks + 1, sizeof *dealt);
    struct rng rng;
    size_t hits = 0, total = 0, as_large = 0;
    if (observed.tau == 0)
        return STAT_NAN;
    for (size_t i = 0; i < weeks; i++) {
        hits += k[i];
        total += n[i];
    }
    rng_init(&rng, seed, 0);
    for (size_t b = 0; b < draws; b++) {
        deal(&rng, n, weeks, hits, total, dealt);
        double at = changepoint_binomial(dealt, n, weeks, NULL).max_lr;
        as_large += at >= observed.max_lr * (1 - 1e-12);
    }
    return (1 + (double)as_large) / (1 + (double)draws);
}

/* --- sets that change --- */

bool poststratify(const double *weight, const double *const *scores, const size_t *n,
                  size_t strata, struct poststratified *ret, struct err *e)
{
    struct sum total = {0}, mean = {0}, var = {0}, all = {0};
    double items = 0;
    for (size_t h = 0; h < strata; h++) {
        if (n[h] == 0) {
            err_set(e, ERR_STAT, "stratum %zu has no items", h);
            return err_hint(e, "Merge it with a neighbour: its weight cannot be left out.");
        }
        sum_add(&total, weight[h]);
    }
    if (!(sum_get(&total) > 0))
        return err_set(e, ERR_STAT, "the weights sum to %g, expected more than 0", sum_get(&total));
    for (size_t h = 0; h < strata; h++) {
        double w = weight[h] / sum_get(&total);
        sum_add(&mean, w * stat_mean(scores[h], n[h]));
        sum_add(&var, w * w * stat_var(scores[h], n[h]) / (double)n[h]);
        sum_add(&all, stat_sum(scores[h], n[h]));
        items += (double)n[h];
    }
    *ret = (struct poststratified){sum_get(&mean), sqrt(sum_get(&var)), sum_get(&all) / items};
    return true;
}

struct anchor_link anchor_link(double level, double level_se, const double *prev,
                               const double *curr, size_t n)
{
    CLEANUP(mem_freep) double *d = mem_calloc(n + 1, sizeof *d);
    for (size_t i = 0; i < n; i++)
        d[i] = curr[i] - prev[i];
    double delta = stat_mean(d, n), se = sqrt(stat_var(d, n) / (double)n);
    return (struct anchor_link){delta, se, level + delta, hypot(level_se, se)};
}
