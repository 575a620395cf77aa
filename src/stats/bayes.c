/* Posterior probabilities of paired and unpaired comparisons; see bayes.h. */
#include "stats/bayes.h"

#include <stdlib.h>

#include "stats/moments.h"
#include "stats/solve.h"
#include "stats/special.h"

/* Where a beta density has its mass: integrating piece by piece, no piece is mostly empty. */
static const double cuts[] = {1e-12, 1e-6, 0.001, 0.05, 0.5, 0.95, 0.999, 1 - 1e-6, 1 - 1e-12};
enum { N_CUTS = (int)ARRAY_LEN(cuts) };
static const double tolerance = 1e-12; /* of a probability */

/* ∫ f over [lo, hi], cut at the given points. Sorts them. */
static double integrate_cut(stat_fn *f, const void *arg, double lo, double hi, double *at, size_t n)
{
    struct sum total = {0};
    double from = lo;
    stat_sort(at, n);
    for (size_t i = 0; i < n; i++) {
        if (at[i] > from && at[i] < hi) {
            sum_add(&total, solve_integral(f, arg, from, at[i], tolerance));
            from = at[i];
        }
    }
    sum_add(&total, solve_integral(f, arg, from, hi, tolerance));
    return sum_get(&total);
}

struct paired_posterior {
    double s_a, s_b; /* share of discordant pairs */
    double r_a, r_b; /* improvements among them */
    double s_cut[N_CUTS], r_cut[N_CUTS];
    double x, level;
};

static double paired_density(const void *arg, double s)
{
    const struct paired_posterior *p = arg;
    double half = p->x / s / 2;
    return beta_pdf(s, p->s_a, p->s_b) * beta_cdf_xy(0.5 + half, 0.5 - half, p->r_a, p->r_b);
}

/* P(diff <= x) */
static double paired_cdf(const struct paired_posterior *post, double x)
{
    struct paired_posterior p = *post;
    double edge = fabs(x), at[2 * N_CUTS];
    if (edge >= 1)
        return x > 0;
    if (edge <= 0)
        return beta_cdf(0.5, p.r_a, p.r_b);
    p.x = x;
    for (int i = 0; i < N_CUTS; i++) {
        at[i] = p.s_cut[i];
        /* the s at which the inner argument passes a quantile of r */
        at[N_CUTS + i] = x / (2 * p.r_cut[i] - 1);
    }
    double above = integrate_cut(paired_density, &p, edge, 1, at, 2 * N_CUTS);
    return above + (x > 0 ? beta_cdf(edge, p.s_a, p.s_b) : 0);
}

static double paired_excess(const void *arg, double x)
{
    const struct paired_posterior *p = arg;
    return paired_cdf(p, x) - p->level;
}

struct bayes_paired bayes_paired(struct paired_table t, double margin, double prior, double conf)
{
    double b = (double)t.b, c = (double)t.c, concordant = (double)t.a + (double)t.d;
    struct paired_posterior p = {.s_a = b + c + 2 * prior, .s_b = concordant + 2 * prior,
                                 .r_a = c + prior, .r_b = b + prior};
    for (int i = 0; i < N_CUTS; i++) {
        p.s_cut[i] = beta_quantile(cuts[i], p.s_a, p.s_b);
        p.r_cut[i] = beta_quantile(cuts[i], p.r_a, p.r_b);
    }
    struct bayes_paired r = {
        .mean_diff = (c - b) / (p.s_a + p.s_b),
        .prob_better = beta_cdf(0.5, p.r_b, p.r_a),
        .prob_noninferior = 1 - paired_cdf(&p, -margin),
    };
    p.level = (1 - conf) / 2;
    r.low = solve_root(paired_excess, &p, -1, 1);
    p.level = (1 + conf) / 2;
    r.high = solve_root(paired_excess, &p, -1, 1);
    return r;
}

struct two_beta {
    double a_a, a_b, b_a, b_b, margin;
};

static double two_density(const void *arg, double y)
{
    const struct two_beta *p = arg;
    /* P(p_b > y - margin) */
    double x = y - p->margin;
    return x <= 0 ? beta_pdf(y, p->a_a, p->a_b)
                  : beta_pdf(y, p->a_a, p->a_b) * beta_cdf_xy(1 - x, x, p->b_b, p->b_a);
}

static double prob_above(struct two_beta p, double margin)
{
    double at[2 * N_CUTS + 1];
    p.margin = margin;
    for (int i = 0; i < N_CUTS; i++) {
        at[i] = beta_quantile(cuts[i], p.a_a, p.a_b);
        at[N_CUTS + i] = beta_quantile(cuts[i], p.b_a, p.b_b) + margin;
    }
    at[2 * N_CUTS] = margin;
    return integrate_cut(two_density, &p, 0, 1, at, 2 * N_CUTS + 1);
}

struct bayes_two_beta bayes_two_beta(size_t k_a, size_t n_a, size_t k_b, size_t n_b, double margin)
{
    struct two_beta p = {(double)k_a + 1, (double)(n_a - k_a) + 1, (double)k_b + 1,
                         (double)(n_b - k_b) + 1, 0};
    return (struct bayes_two_beta){prob_above(p, 0), prob_above(p, margin)};
}
