/* Thresholds with a guarantee; see selective.h. All of them walk once over the items in order of
 * falling confidence beside the falling grid. */
#include "stats/selective.h"

#include <math.h>

#include "base/attr.h"
#include "base/mem.h"
#include "stats/estimate.h"
#include "stats/rank.h"
#include "stats/special.h"

double cp_ucb(size_t k, size_t n, double delta)
{
    return k >= n ? 1 : beta_quantile(1 - delta, (double)k + 1, (double)(n - k));
}

/* Kullback-Leibler divergence of two coins, with 0 log 0 = 0. */
static double kl(double a, double b)
{
    return (a > 0 ? a * log(a / b) : 0) + (a < 1 ? (1 - a) * log((1 - a) / (1 - b)) : 0);
}

struct hb_pvalue hb_pvalue(double loss_sum, size_t n, double alpha)
{
    struct hb_pvalue r = {1, 1, 1};
    if (n == 0)
        return r;
    double mean = loss_sum / (double)n;
    /* a sum that is 12 + 1e-15 by rounding must not count as 13 */
    double whole = fmin(fmax(ceil(loss_sum - 1e-9), 0), (double)n);
    r.p_hoeffding = fmin(1, exp(-(double)n * kl(fmin(mean, alpha), alpha)));
    r.p_bentkus = fmin(1, exp(1) * binom_cdf((size_t)whole, n, alpha));
    r.p_value = fmin(r.p_hoeffding, r.p_bentkus);
    return r;
}

/* Upper end of {m : p(m) > delta} for a p-value that falls in m. */
static double invert(double (*p)(const void *arg, double m), const void *arg, double delta)
{
    double lo = 0, hi = 1;
    for (int i = 0; i < 200 && hi - lo > 1e-15; i++) {
        double mid = 0.5 * (lo + hi);
        if (p(arg, mid) > delta)
            lo = mid;
        else
            hi = mid;
    }
    return 0.5 * (lo + hi);
}

struct losses {
    double sum, weight_sum; /* Σ w·loss and Σ w, with weights at most 1 */
    size_t n;
};

static double hb_at(const void *arg, double m)
{
    const struct losses *l = arg;
    return hb_pvalue(l->sum, l->n, m).p_value;
}

double hb_ucb(double loss_sum, size_t n, double delta)
{
    struct losses l = {.sum = loss_sum, .n = n};
    if (n == 0 || hb_at(&l, 1 - 1e-12) > delta)
        return 1;
    return invert(hb_at, &l, delta);
}

/* p_hoeffding of "weighted error >= m" with u = m + w (wrong - m). */
static double weighted_at(const void *arg, double m)
{
    const struct losses *l = arg;
    return hb_pvalue((double)l->n * m + l->sum - m * l->weight_sum, l->n, m).p_hoeffding;
}

double hoeffding_ucb_weighted(double weight_wrong, double weight_sum, double weight_max, size_t n,
                       double delta)
{
    struct losses l = {weight_wrong / weight_max, weight_sum / weight_max, n};
    if (n == 0 || weighted_at(&l, 1 - 1e-12) > delta)
        return 1;
    return invert(weighted_at, &l, delta);
}

size_t n_zero_errors(double alpha, double delta)
{
    return (size_t)ceil(log(delta) / log1p(-alpha));
}

enum { POWER_MAX_N = 10000000 };

/* The smallest n with P(Bin(n, alpha) <= k) <= delta, which falls in n. */
static size_t first_n_that_passes(size_t k, double alpha, double delta)
{
    size_t lo = k, hi = k + 1;
    while (binom_cdf(k, hi, alpha) > delta) {
        lo = hi;
        hi *= 2;
    }
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (binom_cdf(k, mid, alpha) > delta)
            lo = mid;
        else
            hi = mid;
    }
    return hi;
}

/* While the errors allowed stay k, power falls in n: only the first n of each k can win. */
static bool k_has_power(size_t k, double alpha, double delta, double risk_alt, double power)
{
    return binom_cdf(k, first_n_that_passes(k, alpha, delta), risk_alt) >= power;
}

struct min_accept_power min_accept_power(double alpha, double delta, double risk_alt, double power)
{
    struct min_accept_power r = {.n_zero = n_zero_errors(alpha, delta)};
    size_t lo = 0, hi = 1, most = (size_t)(alpha * POWER_MAX_N);
    if (risk_alt >= alpha)
        return r;
    while (!k_has_power(hi, alpha, delta, risk_alt, power)) {
        lo = hi;
        hi *= 2;
        if (hi > most)
            return r;
    }
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (k_has_power(mid, alpha, delta, risk_alt, power))
            hi = mid;
        else
            lo = mid;
    }
    /* n is whole, so power rises in k but for small teeth: look back over them */
    for (size_t k = hi, back = 0; k-- > 0 && back < 40; back++) {
        if (k_has_power(k, alpha, delta, risk_alt, power)) {
            hi = k;
            back = 0;
        }
    }
    r.n_power = first_n_that_passes(hi, alpha, delta);
    r.max_errors = hi;
    return r;
}

/* One step of the walk: what is accepted at a grid point. */
struct accepted {
    size_t n, errors;
    double weight, weight_errors;
};

/* Items in order of falling confidence. */
struct walk {
    const double *conf, *correct, *weight; /* weight may be NULL */
    size_t n, at, *order;
    struct accepted sum;
};

static void walk_start(struct walk *w)
{
    w->order = mem_calloc(w->n + 1, sizeof *w->order);
    stat_order(w->conf, w->n, w->order);
}

/* Accepts all items with conf >= t. */
static void walk_to(struct walk *w, double t)
{
    while (w->at < w->n) {
        size_t i = w->order[w->n - 1 - w->at];
        if (!(w->conf[i] >= t))
            return;
        bool wrong = w->correct[i] < 0.5;
        double weight = w->weight ? w->weight[i] : 1;
        w->sum.n++;
        w->sum.errors += wrong;
        w->sum.weight += weight;
        w->sum.weight_errors += wrong ? weight : 0;
        w->at++;
    }
}

static void walk_end(struct walk *w) { mem_freep(&w->order); }

static struct selected_threshold none(size_t min_accept)
{
    return (struct selected_threshold){.min_accept = min_accept, .threshold = STAT_NAN,
                                       .risk_hat = STAT_NAN, .ucb = STAT_NAN};
}

static void take(struct selected_threshold *r, double t, struct accepted a, double total_weight)
{
    r->threshold = t;
    r->n_accept = a.n;
    r->errors = a.errors;
    r->coverage = a.weight / total_weight;
    r->risk_hat = a.weight_errors / a.weight;
}

struct selected_threshold select_threshold(const double *conf, const double *correct, size_t n,
                                           const double *grid, size_t n_grid, double alpha,
                                           double delta, enum select_method method,
                                           size_t min_accept, double *p_values)
{
    struct walk w = {.conf = conf, .correct = correct, .n = n};
    bool bonferroni = method == SELECT_BONFERRONI, stopped = false;
    double level = bonferroni ? delta / (double)n_grid : delta;
    struct selected_threshold r = none(min_accept ? min_accept : n_zero_errors(alpha, delta));
    walk_start(&w);
    for (size_t g = 0; g < n_grid; g++) {
        walk_to(&w, grid[g]);
        double p = binom_cdf(w.sum.errors, w.sum.n, alpha);
        if (p_values)
            p_values[g] = p;
        bool counts = bonferroni || (!stopped && w.sum.n >= r.min_accept);
        if (counts && p <= level)
            take(&r, grid[g], w.sum, (double)n);
        else if (counts)
            stopped = true;
    }
    walk_end(&w);
    if (!isnan(r.threshold))
        r.ucb = cp_ucb(r.errors, r.n_accept, level);
    return r;
}

struct selected_threshold select_threshold_weighted(const double *conf, const double *correct,
                                                    const double *weight, size_t n,
                                                    const double *grid, size_t n_grid,
                                                    double alpha, double delta,
                                                    size_t min_accept, double *p_values)
{
    struct walk w = {.conf = conf, .correct = correct, .weight = weight, .n = n};
    struct selected_threshold r = none(min_accept ? min_accept : n_zero_errors(alpha, delta));
    struct accepted taken = {0};
    double most = 0, total = 0;
    bool stopped = false;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, weight[i]);
        total += weight[i];
    }
    walk_start(&w);
    for (size_t g = 0; g < n_grid; g++) {
        walk_to(&w, grid[g]);
        struct losses l = {w.sum.weight_errors / most, w.sum.weight / most, w.sum.n};
        double p = w.sum.n ? weighted_at(&l, alpha) : 1;
        if (p_values)
            p_values[g] = p;
        if (stopped || w.sum.n < r.min_accept)
            continue;
        stopped = p > delta;
        if (!stopped) {
            take(&r, grid[g], w.sum, total);
            taken = w.sum;
        }
    }
    walk_end(&w);
    if (!isnan(r.threshold))
        r.ucb = hoeffding_ucb_weighted(taken.weight_errors, taken.weight, most, taken.n, delta);
    return r;
}

double crc_threshold(const double *conf, const double *correct, size_t n, const double *grid,
                     size_t n_grid, double alpha, double *adjusted)
{
    struct walk w = {.conf = conf, .correct = correct, .n = n};
    double threshold = STAT_NAN;
    bool stopped = false;
    walk_start(&w);
    for (size_t g = 0; g < n_grid; g++) {
        walk_to(&w, grid[g]);
        /* n/(n+1) · errors/n + 1/(n+1) */
        adjusted[g] = (double)(w.sum.errors + 1) / (double)(n + 1);
        stopped = stopped || adjusted[g] > alpha;
        if (!stopped)
            threshold = grid[g];
    }
    walk_end(&w);
    return threshold;
}
