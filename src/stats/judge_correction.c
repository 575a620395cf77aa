/* Correcting a judge's pass rate or mean score by human labels; see judge_correction.h. */
#include "stats/judge_correction.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stats/moments.h"
#include "stats/special.h"

struct judge_eif judge_eif_binary(struct judge_counts c, size_t judge_pass, size_t n, double conf,
                                  double smooth)
{
    struct judge_eif r = {STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN};
    double m0 = (double)(c.n10 + c.n00) + 2 * smooth, m1 = (double)(c.n11 + c.n01) + 2 * smooth;
    if (!(m0 > 0 && m1 > 0) || n == 0)
        return r;
    double nn = (double)n, z = norm_quantile(0.5 + conf / 2), p = (double)judge_pass / nn;
    r.mu0 = ((double)c.n10 + smooth) / m0;
    r.mu1 = ((double)c.n11 + smooth) / m1;
    r.p = p;
    r.theta = (1 - p) * r.mu0 + p * r.mu1;
    double gap = r.mu1 - r.mu0;
    r.se = sqrt(gap * gap * p * (1 - p) / nn + (1 - p) * (1 - p) * r.mu0 * (1 - r.mu0) / m0 +
                p * p * r.mu1 * (1 - r.mu1) / m1);
    double slope = r.theta * (1 - r.theta);
    if (slope > 0) {
        double logit = log(r.theta) - log1p(-r.theta), half = z * r.se / slope;
        r.low = 1 / (1 + exp(half - logit));
        r.high = 1 / (1 + exp(-half - logit));
    }
    return r;
}

static double clip01(double x) { return fmax(0, fmin(1, x)); }

struct interval rogan_gladen_ci(size_t k_pass, size_t n, size_t tn, size_t m0, size_t tp, size_t m1,
                                double conf)
{
    struct interval r = {STAT_NAN, STAT_NAN, STAT_NAN};
    if (n == 0 || m0 == 0 || m1 == 0)
        return r;
    double z = norm_quantile(0.5 + conf / 2), z2 = z * z, nn = (double)n + z2;
    double raw0 = (double)tn / (double)m0, raw1 = (double)tp / (double)m1;
    double b0 = (double)m0 + 2, b1 = (double)m1 + 2;
    double q0 = ((double)tn + 1) / b0, q1 = ((double)tp + 1) / b1, youden = q0 + q1 - 1;
    if (raw0 + raw1 <= 1 || youden <= 0)
        return r;
    r.est = clip01(((double)k_pass / (double)n + raw0 - 1) / (raw0 + raw1 - 1));
    double p = ((double)k_pass + z2 / 2) / nn, theta = (p + q0 - 1) / youden;
    double v0 = q0 * (1 - q0) / b0, v1 = q1 * (1 - q1) / b1;
    double centre = theta + 2 * z2 * (theta * v1 - (1 - theta) * v0);
    double se = sqrt(p * (1 - p) / nn + (1 - theta) * (1 - theta) * v0 + theta * theta * v1) /
                youden;
    r.low = clip01(centre - z * se);
    r.high = clip01(centre + z * se);
    return r;
}

/* Variance that divides by n. */
static double var0(const double *x, size_t n)
{
    double mean = stat_mean(x, n);
    struct sum t = {0};
    for (size_t i = 0; i < n; i++)
        sum_add(&t, (x[i] - mean) * (x[i] - mean));
    return sum_get(&t) / (double)n;
}

static double cov0(const double *x, const double *y, size_t n)
{
    return n > 1 ? stat_cov(x, y, n) * (double)(n - 1) / (double)n : 0;
}

/* λ mean(U) + mean(Y - λF) with its standard error. Scratch has room for n. */
static double ppi_estimate(double lambda, const double *y, const double *f, size_t n,
                           const double *u, size_t n_u, double *scratch, double *ret_se)
{
    for (size_t i = 0; i < n; i++)
        scratch[i] = y[i] - lambda * f[i];
    *ret_se = sqrt(lambda * lambda * var0(u, n_u) / (double)n_u + var0(scratch, n) / (double)n);
    return lambda * stat_mean(u, n_u) + stat_mean(scratch, n);
}

struct ppi_mean ppi_mean(const double *y, const double *f, size_t n, const double *u, size_t n_u,
                         double alpha)
{
    struct interval none = {STAT_NAN, STAT_NAN, STAT_NAN};
    if (n == 0 || n_u == 0)
        return (struct ppi_mean){STAT_NAN, STAT_NAN, STAT_NAN, none, STAT_NAN, STAT_NAN, none};
    double nn = (double)n, z = norm_quantile(1 - alpha / 2), se;
    double *all = mem_alloc((n + n_u) * sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = f[i];
    for (size_t i = 0; i < n_u; i++)
        all[n + i] = u[i];
    struct ppi_mean r = {
        .classical_est = stat_mean(y, n),
        .classical_se = sqrt(var0(y, n) / nn),
        .naive_judge_mean = stat_mean(all, n + n_u),
    };
    double spread = (1 + nn / (double)n_u) * stat_var(all, n + n_u);
    r.lambda = spread > 0 ? clip01(cov0(y, f, n) / spread) : 0;
    double est = ppi_estimate(1, y, f, n, u, n_u, all, &se);
    r.ppi = (struct interval){est, est - z * se, est + z * se};
    est = ppi_estimate(r.lambda, y, f, n, u, n_u, all, &se);
    r.ppi_pp = (struct interval){est, est - z * se, est + z * se};
    r.ppi_pp_se = se;
    free(all);
    return r;
}

double ppi_effective_n(double corr, size_t n, size_t n_more)
{
    double nn = (double)n, more = (double)n_more;
    return n ? nn * (nn + more) / (nn + (1 - corr * corr) * more) : 0;
}

struct calibration_allocation calibration_allocation(size_t m, double p, double q0_pilot,
                                                     double q1_pilot, size_t m_pilot)
{
    double mp = (double)m_pilot, total = (double)m, most = total - mp, m1 = most;
    if (p >= 1e-6) {
        double kappa = (mp * (1 - q0_pilot) + 1) / (mp * (1 - q1_pilot) + 1);
        m1 = fmax(mp, fmin(most, nearbyint(total / (1 + (1 / p - 1) * sqrt(kappa)))));
    }
    return (struct calibration_allocation){m - (size_t)m1, (size_t)m1};
}
