/* Correlations and the area under the ROC curve; see association.h. */
#include "stats/association.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "stats/estimate.h"
#include "stats/moments.h"
#include "stats/rank.h"
#include "stats/special.h"

double pearson_r(const double *x, const double *y, size_t n)
{
    double mx = stat_mean(x, n), my = stat_mean(y, n);
    struct sum xx = {0}, yy = {0}, xy = {0};
    for (size_t i = 0; i < n; i++) {
        double dx = x[i] - mx, dy = y[i] - my;
        sum_add(&xx, dx * dx);
        sum_add(&yy, dy * dy);
        sum_add(&xy, dx * dy);
    }
    double product = sum_get(&xx) * sum_get(&yy);
    return product > 0 ? fmax(-1, fmin(1, sum_get(&xy) / sqrt(product))) : STAT_NAN;
}

/* tanh(atanh r ± z se) around r; nothing when r or se has none. */
static void fisher_interval(double r, double se, double conf, double *low, double *high)
{
    *low = *high = STAT_NAN;
    if (isnan(r) || fabs(r) >= 1 || isnan(se))
        return;
    double half = norm_quantile(0.5 + conf / 2) * se;
    *low = tanh(atanh(r) - half);
    *high = tanh(atanh(r) + half);
}

/* Two-sided p of a correlation by t with n - 2 degrees of freedom. */
static double correlation_p(double r, size_t n)
{
    if (isnan(r) || n < 3)
        return STAT_NAN;
    double df = (double)n - 2;
    return fabs(r) >= 1 ? 0 : t_two_sided(r * sqrt(df / ((1 - r) * (1 + r))), df);
}

struct correlation pearson(const double *x, const double *y, size_t n, double conf)
{
    struct correlation c = {.n = n, .r = pearson_r(x, y, n)};
    c.p_value = correlation_p(c.r, n);
    fisher_interval(c.r, n > 3 ? 1 / sqrt((double)n - 3) : STAT_NAN, conf, &c.low, &c.high);
    return c;
}

struct correlation spearman(const double *x, const double *y, size_t n, double conf)
{
    CLEANUP(mem_freep) double *rank_x = mem_calloc(n + 1, sizeof *rank_x);
    CLEANUP(mem_freep) double *rank_y = mem_calloc(n + 1, sizeof *rank_y);
    stat_midranks(x, n, rank_x);
    stat_midranks(y, n, rank_y);
    struct correlation c = {.n = n, .r = pearson_r(rank_x, rank_y, n)};
    double se = n > 3 ? sqrt((1 + c.r * c.r / 2) / ((double)n - 3)) : STAT_NAN;
    c.p_value = correlation_p(c.r, n);
    fisher_interval(c.r, se, conf, &c.low, &c.high);
    return c;
}

/* --- Kendall --- */

/* Over the groups of equal values: pairs t(t-1)/2, and the sums the variance needs. */
struct ties {
    double pairs, cubic, triple; /* Σ t(t-1)/2, Σ t(t-1)(2t+5), Σ t(t-1)(t-2) */
};

static void add_tie(struct ties *s, size_t size)
{
    double t = (double)size;
    s->pairs += t * (t - 1) / 2;
    s->cubic += t * (t - 1) * (2 * t + 5);
    s->triple += t * (t - 1) * (t - 2);
}

static struct ties ties_of_sorted(const double *x, size_t n)
{
    struct ties s = {0};
    for (size_t i = 0, j; i < n; i = j) {
        j = i + 1;
        while (j < n && x[j] <= x[i])
            j++;
        add_tie(&s, j - i);
    }
    return s;
}

/* Sorts v and returns how many pairs stood in the wrong order, equal values not counted. */
static double merge_swaps(double *v, double *scratch, size_t n)
{
    double swaps = 0;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * width) {
            size_t mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
            size_t i = lo, j = mid, k = lo;
            while (i < mid && j < hi) {
                if (v[j] < v[i]) {
                    swaps += (double)(mid - i);
                    scratch[k++] = v[j++];
                } else {
                    scratch[k++] = v[i++];
                }
            }
            memcpy(scratch + k, v + i, (mid - i) * sizeof *v);
            k += mid - i;
            memcpy(scratch + k, v + j, (hi - j) * sizeof *v);
        }
        memcpy(v, scratch, n * sizeof *v);
    }
    return swaps;
}

/* What Knight's algorithm counts: concordant minus discordant pairs, and the ties. */
struct pairs {
    double total, score;
    struct ties x, y;
};

static struct pairs count_pairs(const double *x, const double *y, size_t n)
{
    CLEANUP(mem_freep) size_t *order = mem_calloc(n, sizeof *order);
    CLEANUP(mem_freep) double *sx = mem_calloc(n, sizeof *sx);
    CLEANUP(mem_freep) double *sy = mem_calloc(n, sizeof *sy);
    CLEANUP(mem_freep) double *scratch = mem_calloc(n, sizeof *scratch);
    struct pairs p = {.total = (double)n * (double)(n - 1) / 2};
    double both = 0; /* pairs tied in x and in y */
    stat_order(x, n, order);
    for (size_t i = 0; i < n; i++) {
        sx[i] = x[order[i]];
        sy[i] = y[order[i]];
    }
    for (size_t i = 0, j; i < n; i = j) { /* within equal x, order by y */
        j = i + 1;
        while (j < n && sx[j] <= sx[i])
            j++;
        stat_sort(sy + i, j - i);
        both += ties_of_sorted(sy + i, j - i).pairs;
    }
    p.x = ties_of_sorted(sx, n);
    double discordant = merge_swaps(sy, scratch, n);
    p.y = ties_of_sorted(sy, n);
    p.score = p.total - p.x.pairs - p.y.pairs + both - 2 * discordant;
    return p;
}

struct kendall kendall_tau_b(const double *x, const double *y, size_t n, double conf)
{
    struct kendall k = {n, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN};
    if (n < 2)
        return k;
    struct pairs p = count_pairs(x, y, n);
    double free_x = p.total - p.x.pairs, free_y = p.total - p.y.pairs, m = (double)n;
    if (!(free_x > 0 && free_y > 0))
        return k;
    k.tau_b = fmax(-1, fmin(1, p.score / (sqrt(free_x) * sqrt(free_y))));
    double var = (m * (m - 1) * (2 * m + 5) - p.x.cubic - p.y.cubic) / 18 +
                 2 * p.x.pairs * p.y.pairs / (m * (m - 1));
    if (n > 2)
        var += p.x.triple * p.y.triple / (9 * m * (m - 1) * (m - 2));
    k.z = var > 0 ? p.score / sqrt(var) : STAT_NAN;
    k.p_value = 2 * norm_cdf(-fabs(k.z));
    fisher_interval(k.tau_b, n > 4 ? sqrt(.437 / (m - 4)) : STAT_NAN, conf, &k.low, &k.high);
    return k;
}

struct williams williams_test(size_t n, double r_xy, double r_zy, double r_xz)
{
    struct williams w = {STAT_NAN, (double)n - 3, STAT_NAN};
    double m = (double)n, mean = (r_xy + r_zy) / 2;
    double det = 1 - r_xy * r_xy - r_zy * r_zy - r_xz * r_xz + 2 * r_xy * r_zy * r_xz;
    if (n < 4 || det < -1e-12)
        return w;
    double below = 2 * (m - 1) / (m - 3) * fmax(det, 0) +
                   mean * mean * (1 - r_xz) * (1 - r_xz) * (1 - r_xz);
    if (!(below > 0))
        return w;
    w.t = (r_xy - r_zy) * sqrt((m - 1) * (1 + r_xz) / below);
    w.p_value = t_two_sided(w.t, w.df);
    return w;
}

/* Mid-ranks of the class `y == which` within that class, then variance of
 * (rank in all - rank in class) / size of the other class: DeLong's placement values. */
static double placement_var(const double *score, const double *y, size_t n, bool which,
                            const double *rank, double others)
{
    CLEANUP(mem_freep) double *own = mem_calloc(n, sizeof *own);
    CLEANUP(mem_freep) double *own_rank = mem_calloc(n, sizeof *own_rank);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if ((y[i] > 0.5) == which)
            own[m++] = score[i];
    stat_midranks(own, m, own_rank);
    m = 0;
    for (size_t i = 0; i < n; i++) {
        if ((y[i] > 0.5) != which)
            continue;
        own[m] = (rank[i] - own_rank[m]) / others;
        m++;
    }
    return stat_var(own, m) / (double)m;
}

struct auc auc_delong(const double *score, const double *y, size_t n, double conf)
{
    struct auc r = {STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN};
    double positives = stat_sum(y, n), negatives = (double)n - positives, sum = 0;
    if (!(positives > 0 && negatives > 0))
        return r;
    CLEANUP(mem_freep) double *rank = mem_calloc(n, sizeof *rank);
    stat_midranks(score, n, rank);
    for (size_t i = 0; i < n; i++)
        sum += y[i] > 0.5 ? rank[i] : 0; /* halves of whole numbers: exact */
    r.auc = (sum - positives * (positives + 1) / 2) / (positives * negatives);
    r.se = sqrt(placement_var(score, y, n, true, rank, negatives) +
                placement_var(score, y, n, false, rank, positives));
    double half = norm_quantile(0.5 + conf / 2) * r.se;
    r.low = isnan(half) ? STAT_NAN : fmax(0, r.auc - half);
    r.high = isnan(half) ? STAT_NAN : fmin(1, r.auc + half);
    return r;
}
