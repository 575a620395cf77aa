/* Means of scores: independent, repeated, clustered; see mean.h. */
#include "stats/mean.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stats/moments.h"
#include "stats/proportion.h"
#include "stats/sequential.h"
#include "stats/special.h"

static bool all_equal(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(x[i] >= x[0] && x[i] <= x[0])) /* a NaN is equal to nothing */
            return false;
    return true;
}

struct mean_ci ci_mean_t(const double *x, size_t n, double conf)
{
    struct mean_ci r = {.n = n, .se = STAT_NAN, .low = STAT_NAN, .high = STAT_NAN};
    r.degenerate = n > 1 && all_equal(x, n);
    r.mean = r.degenerate ? x[0] : stat_mean(x, n);
    if (n < 2)
        return r;
    r.se = r.degenerate ? 0 : sqrt(stat_var(x, n) / (double)n);
    double half = r.se > 0 ? t_quantile(0.5 + conf / 2, (double)(n - 1)) * r.se : 0;
    r.low = r.mean - half;
    r.high = r.mean + half;
    return r;
}

/* Mean over the items of s_i²/K_i; STAT_NAN when no item has two runs. */
static double within_variance(const double *scores, const size_t *runs, size_t n)
{
    struct sum known = {0}, of_mean = {0};
    size_t n_known = 0, singles = 0;
    for (size_t i = 0; i < n; scores += runs[i++]) {
        if (runs[i] < 2) {
            singles++;
            continue;
        }
        double v = all_equal(scores, runs[i]) ? 0 : stat_var(scores, runs[i]);
        sum_add(&known, v);
        sum_add(&of_mean, v / (double)runs[i]);
        n_known++;
    }
    if (n_known == 0)
        return STAT_NAN;
    sum_add(&of_mean, (double)singles * sum_get(&known) / (double)n_known);
    return sum_get(&of_mean) / (double)n;
}

struct epochs_summary epochs_summary(const double *scores, const size_t *runs, size_t n_items,
                                     double conf)
{
    double *m = mem_alloc((n_items + 1) * sizeof *m);
    size_t total = 0;
    for (size_t i = 0; i < n_items; total += runs[i++])
        m[i] = stat_mean(scores + total, runs[i]);
    struct mean_ci t = ci_mean_t(m, n_items, conf);
    double var = t.degenerate ? 0 : stat_var(m, n_items);
    free(m);
    double within = within_variance(scores, runs, n_items);
    double between = isnan(var - within) ? STAT_NAN : fmax(0, var - within);
    return (struct epochs_summary){
        .n_items = n_items,
        .mean = t.mean,
        .se = t.se,
        .low = t.low,
        .high = t.high,
        .var_item_means = var,
        .var_within_of_mean = within,
        .var_between = between,
        .se_infinite_epochs = sqrt(between / (double)n_items),
        .se_pooled_naive = sqrt(stat_var(scores, total) / (double)total),
        .frac_noise = var > 0 && !isnan(within) ? fmin(1, within / var) : STAT_NAN,
    };
}

struct clustered_mean clustered_mean(const double *x, const size_t *cluster, size_t n, double conf)
{
    struct clustered_mean r = {.n = n, .mean = stat_mean(x, n), .se_naive = STAT_NAN,
                               .se_cr0 = STAT_NAN, .se_cr1 = STAT_NAN, .se_miller = STAT_NAN,
                               .deff = STAT_NAN, .low = STAT_NAN, .high = STAT_NAN};
    double *u = mem_calloc(n + 1, sizeof *u);
    bool *seen = mem_calloc(n + 1, sizeof *seen);
    struct sum squares = {0}, products = {0};
    for (size_t i = 0; i < n; i++) {
        double e = x[i] - r.mean;
        u[cluster[i]] += e;
        r.n_clusters += !seen[cluster[i]];
        seen[cluster[i]] = true;
        sum_add(&squares, e * e);
    }
    for (size_t i = 0; i < n; i++)
        sum_add(&products, u[i] * u[i]);
    free(u);
    free(seen);
    double nn = (double)n, g = (double)r.n_clusters;
    double s2 = n > 1 ? sum_get(&squares) / (nn - 1) : STAT_NAN;
    r.se_naive = sqrt(s2 / nn);
    if (r.n_clusters < 2)
        return r;
    r.se_cr0 = sqrt(sum_get(&products)) / nn;
    r.se_cr1 = r.se_cr0 * sqrt(g / (g - 1));
    double miller = s2 / nn + (sum_get(&products) - sum_get(&squares)) / (nn * nn);
    r.se_miller = miller >= 0 ? sqrt(miller) : STAT_NAN;
    r.deff = r.se_naive > 0 ? r.se_cr1 * r.se_cr1 / (r.se_naive * r.se_naive) : STAT_NAN;
    double half = t_quantile(0.5 + conf / 2, g - 1) * r.se_cr1;
    r.low = r.mean - half;
    r.high = r.mean + half;
    return r;
}

struct clustered_rate ci_proportion_clustered(const double *x, const size_t *cluster, size_t n,
                                              double conf)
{
    struct clustered_mean m = clustered_mean(x, cluster, n, conf);
    struct clustered_rate r = {m.mean, m.se_cr1, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN};
    if (m.n_clusters < 2)
        return r;
    double nn = (double)n, g = (double)m.n_clusters, q = 0.5 + conf / 2;
    if (m.se_cr1 < 1e-12) { /* rounding of the residuals */
        r.se = 0;
        r.n_eff = r.n_eff_adj = g;
    } else {
        double t = t_quantile(q, nn - 1) / t_quantile(q, g - 1);
        r.n_eff = m.mean * (1 - m.mean) / (m.se_cr1 * m.se_cr1);
        r.n_eff_adj = fmin(nn, r.n_eff * t * t);
    }
    struct interval ci = clopper_pearson_real(r.n_eff_adj * m.mean, r.n_eff_adj, conf);
    r.low = ci.low;
    r.high = ci.high;
    return r;
}

struct estimate estimate_rate(size_t k, size_t n, double conf)
{
    return n ? estimate_of(ci_wilson(k, n, conf), n, "wilson") : estimate_none("wilson");
}

static struct estimate clustered(const double *x, const size_t *cluster, size_t n, bool binary,
                                 double conf)
{
    if (binary) {
        struct clustered_rate r = ci_proportion_clustered(x, cluster, n, conf);
        return (struct estimate){r.p, r.low, r.high, n, "korn_graubard"};
    }
    struct clustered_mean m = clustered_mean(x, cluster, n, conf);
    bool flat = !(m.se_cr1 >= 1e-12);
    return (struct estimate){m.mean, flat ? STAT_NAN : m.low, flat ? STAT_NAN : m.high, n,
                             "cr1_t"};
}

struct estimate estimate_scores(const double *x, const size_t *cluster, size_t n, double conf)
{
    size_t zeros = 0, ones = 0;
    bool bounded = true;
    if (n == 0)
        return estimate_none("none");
    for (size_t i = 0; i < n; i++) {
        zeros += x[i] >= 0 && x[i] <= 0;
        ones += x[i] >= 1 && x[i] <= 1;
        bounded = bounded && x[i] >= 0 && x[i] <= 1;
    }
    bool binary = zeros + ones == n;
    if (cluster)
        return clustered(x, cluster, n, binary, conf);
    if (binary)
        return estimate_rate(ones, n, conf);
    struct mean_ci t = ci_mean_t(x, n, conf);
    if (!t.degenerate)
        return (struct estimate){t.mean, t.low, t.high, n, "t"};
    if (!bounded)
        return (struct estimate){t.mean, STAT_NAN, STAT_NAN, n, "t"};
    struct interval ci = cs_betting_hedged_at(x, n, 1 - conf, 0.5);
    return (struct estimate){t.mean, ci.low, ci.high, n, "betting"};
}
