/* Confidence sequences and e-processes; see sequential.h. */
#include "stats/sequential.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stats/moments.h"
#include "stats/rank.h"
#include "stats/solve.h"
#include "stats/special.h"

void bettor_init(struct bettor *b, double l) { *b = (struct bettor){.l = l}; }

double bettor_centre(const struct bettor *b) { return (0.5 + b->sum) / (double)(b->t + 1); }

double bettor_lambda(const struct bettor *b)
{
    double t = (double)(b->t + 1), variance = (0.25 + b->deviation) / t;
    return sqrt(2 * b->l / (variance * t * log1p(t)));
}

void bettor_see(struct bettor *b, double x)
{
    b->sum += x;
    b->t++;
    double d = x - bettor_centre(b);
    b->deviation += d * d;
}

void ni_process_init(struct ni_process *p, double margin, double alpha, double trunc)
{
    double m = (1 - margin) / 2;
    *p = (struct ni_process){.m = m, .cap = trunc / m, .alpha = alpha};
    bettor_init(&p->bettor, -log(alpha));
}

bool ni_process_add(struct ni_process *p, double d)
{
    double y = (d + 1) / 2;
    p->log_k += log1p(fmin(bettor_lambda(&p->bettor), p->cap) * (y - p->m));
    bettor_see(&p->bettor, y);
    p->n++;
    p->max_log_k = p->n == 1 ? p->log_k : fmax(p->max_log_k, p->log_k);
    if (p->stop_index == 0 && p->log_k >= -log(p->alpha))
        p->stop_index = p->n;
    return p->stop_index != 0;
}

void mcnemar_process_init(struct mcnemar_process *p, double prior_a, double prior_b, double alpha)
{
    *p = (struct mcnemar_process){.a = prior_a, .b = prior_b, .alpha = alpha};
}

bool mcnemar_process_add(struct mcnemar_process *p, bool improvement)
{
    p->t++;
    p->k += improvement;
    p->log_e = log_beta(p->a + (double)p->k, p->b + (double)(p->t - p->k)) -
               log_beta(p->a, p->b) + (double)p->t * log(2);
    p->max_log_e = fmax(p->max_log_e, p->log_e);
    if (p->stop_index == 0 && p->log_e >= -log(p->alpha))
        p->stop_index = p->t;
    return p->stop_index != 0;
}

double mcnemar_process_p(const struct mcnemar_process *p) { return exp(-p->max_log_e); }

double bernoulli_mixture_log_e(size_t k, size_t n, double prior_a, double prior_b, double m)
{
    double kk = (double)k, miss = (double)(n - k);
    double log_e = log_beta(prior_a + kk, prior_b + miss) - log_beta(prior_a, prior_b);
    if (k > 0)
        log_e -= kk * log(m);
    if (k < n)
        log_e -= miss * log1p(-m);
    return log_e;
}

struct mixture {
    size_t k, n;
    double a, b, target;
};

static double mixture_excess(const void *arg, double m)
{
    const struct mixture *x = arg;
    return bernoulli_mixture_log_e(x->k, x->n, x->a, x->b, m) - x->target;
}

struct interval cs_bernoulli_mixture(size_t k, size_t n, double alpha, double prior_a,
                                     double prior_b)
{
    struct mixture x = {k, n, prior_a, prior_b, -log(alpha)};
    if (n == 0)
        return (struct interval){STAT_NAN, 0, 1};
    struct interval r = {(double)k / (double)n, 0, 1};
    /* E(m) has its minimum, below 1 at k/n, and grows without bound towards 0 and 1 */
    if (k > 0)
        r.low = solve_root(mixture_excess, &x, 1e-300, r.est);
    if (k < n)
        r.high = solve_root(mixture_excess, &x, r.est, 1 - 0x1p-53);
    if (isnan(r.low))
        r.low = 0;
    if (isnan(r.high))
        r.high = 1;
    return r;
}

static double clip01(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

static struct running intersect(const double *lo, const double *hi, size_t n)
{
    struct running r = {0, 1};
    for (size_t i = 0; i < n; i++) {
        r.low = fmax(r.low, lo[i]);
        r.high = fmin(r.high, hi[i]);
    }
    return r;
}

struct running cs_predmix_eb(const double *x, size_t n, double alpha, double trunc, double *lo,
                             double *hi)
{
    double l = log(2 / alpha), sum_lambda = 0, sum_x = 0, sum_v = 0;
    struct bettor b;
    bettor_init(&b, l);
    for (size_t i = 0; i < n; i++) {
        double lambda = fmin(bettor_lambda(&b), trunc), d = x[i] - bettor_centre(&b);
        sum_lambda += lambda;
        sum_x += lambda * x[i];
        sum_v += d * d * (-log1p(-lambda) - lambda);
        lo[i] = clip01((sum_x - l - sum_v) / sum_lambda);
        hi[i] = clip01((sum_x + l + sum_v) / sum_lambda);
        bettor_see(&b, x[i]);
    }
    return intersect(lo, hi, n);
}

void cs_predmix_eb_confseq_default(const double *x, size_t n, double alpha, double trunc,
                                   double *lo, double *hi)
{
    double l = log(2 / alpha), sum_lambda = 0, sum_x = 0, v_lo = 0, v_hi = 0, sum = 0;
    struct bettor b;
    bettor_init(&b, l);
    for (size_t i = 0; i < n; i++) {
        double lambda = fmin(bettor_lambda(&b), trunc), psi = -log1p(-lambda) - lambda;
        double mean = i ? sum / (double)i : 0, mean_flipped = i ? 1 - mean : 0;
        sum_lambda += lambda;
        sum_x += lambda * x[i];
        v_lo += (x[i] - mean) * (x[i] - mean) * psi;
        v_hi += (1 - x[i] - mean_flipped) * (1 - x[i] - mean_flipped) * psi;
        lo[i] = clip01((sum_x - l - v_lo) / sum_lambda);
        hi[i] = clip01((sum_x + l + v_hi) / sum_lambda);
        sum += x[i];
        bettor_see(&b, x[i]);
    }
}

void betting_capital(const double *x, size_t n, double m, double alpha, double trunc,
                     double *k_plus, double *k_minus, double *hedged)
{
    double log_plus = 0, log_minus = 0;
    struct bettor b;
    bettor_init(&b, log(2 / alpha));
    for (size_t i = 0; i < n; i++) {
        double lambda = bettor_lambda(&b);
        log_plus += log1p(fmin(lambda, trunc / m) * (x[i] - m));
        log_minus += log1p(-fmin(lambda, trunc / (1 - m)) * (x[i] - m));
        k_plus[i] = exp(log_plus);
        k_minus[i] = exp(log_minus);
        hedged[i] = fmax(k_plus[i], k_minus[i]) / 2;
        bettor_see(&b, x[i]);
    }
}

/* One side of the hedged capital: the values (or 1 - values for the upper side) with their bets. */
struct side {
    const double *x, *lambda;
    size_t n;
    bool flipped;
    double trunc;
};

/* ln Π(1 + min(λ, trunc/m)(x - m)) and its derivative in m. The product is kept as a product, and
 * its logarithm taken only when it leaves the safe range, which is what makes this fast. */
static double log_capital(const struct side *s, double m, double *ret_slope)
{
    double product = 1, log_k = 0, slope = 0, cap = s->trunc / m;
    for (size_t i = 0; i < s->n; i++) {
        double x = s->flipped ? 1 - s->x[i] : s->x[i], factor;
        if (s->lambda[i] < cap) {
            factor = 1 + s->lambda[i] * (x - m);
            slope -= s->lambda[i] / factor;
        } else {
            factor = 1 - s->trunc + cap * x;
            slope -= cap * x / m / factor;
        }
        product *= factor;
        if (product > 1e150 || product < 1e-150) {
            log_k += log(product);
            product = 1;
        }
    }
    *ret_slope = slope;
    return log_k + log(product);
}

/* The m at which the capital equals exp(target): Newton from `start`, kept inside a bracket. The
 * capital falls as m grows; 0 if it is below the target everywhere. */
static double capital_root(const struct side *s, double target, double start)
{
    double slope, lo = 0, hi = 1, m = start > 1e-9 && start < 1 ? start : 0.5;
    if (log_capital(s, 1e-12, &slope) <= target)
        return 0;
    for (int i = 0; i < 200; i++) {
        double g = log_capital(s, m, &slope) - target;
        if (g > 0)
            lo = m;
        else
            hi = m;
        double next = m - g / slope;
        if (!(next > lo && next < hi))
            next = 0.5 * (lo + hi);
        if (fabs(next - m) <= 1e-15 || hi - lo <= 1e-15)
            return next;
        m = next;
    }
    return m;
}

static double *bets(const double *x, size_t n, double alpha)
{
    double *lambda = mem_alloc((n + 1) * sizeof *lambda);
    struct bettor b;
    bettor_init(&b, log(2 / alpha));
    for (size_t i = 0; i < n; i++) {
        lambda[i] = bettor_lambda(&b);
        bettor_see(&b, x[i]);
    }
    return lambda;
}

struct interval cs_betting_hedged_at(const double *x, size_t n, double alpha, double trunc)
{
    double *lambda = bets(x, n, alpha), target = log(2 / alpha), mean = stat_mean(x, n);
    struct side plus = {x, lambda, n, false, trunc}, minus = {x, lambda, n, true, trunc};
    struct interval r = {mean, capital_root(&plus, target, mean),
                         1 - capital_root(&minus, target, 1 - mean)};
    free(lambda);
    return r;
}

struct running cs_betting_hedged(const double *x, size_t n, double alpha, double trunc,
                                 double *lo, double *hi)
{
    double *lambda = bets(x, n, alpha), target = log(2 / alpha);
    double from_lo = 0.5, from_hi = 0.5;
    for (size_t t = 1; t <= n; t++) {
        struct side plus = {x, lambda, t, false, trunc}, minus = {x, lambda, t, true, trunc};
        lo[t - 1] = from_lo = capital_root(&plus, target, from_lo);
        from_hi = capital_root(&minus, target, from_hi);
        hi[t - 1] = 1 - from_hi;
    }
    free(lambda);
    return intersect(lo, hi, n);
}

struct asymptotic_cs cs_asymptotic_mean(size_t n, double mean, double sd, double alpha,
                                        double n_opt)
{
    double l = -log(alpha), nn = (double)n;
    double rho = n_opt / (2 * l + log1p(2 * l));
    double radius = sqrt((nn + rho) * (log((nn + rho) / rho) + 2 * l));
    double half = n ? sd * radius / nn : STAT_NAN;
    return (struct asymptotic_cs){rho, radius, mean - half, mean + half};
}

static int ascending(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

size_t e_bh(const double *e, size_t n, double alpha, size_t *ret)
{
    size_t *order = mem_alloc((n + 1) * sizeof *order), rejected = 0;
    stat_order(e, n, order);
    for (size_t k = n; k > 0 && rejected == 0; k--)
        if ((double)k * e[order[n - k]] * alpha >= (double)n)
            rejected = k;
    for (size_t i = 0; i < rejected; i++)
        ret[i] = order[n - 1 - i];
    qsort(ret, rejected, sizeof *ret, ascending);
    free(order);
    return rejected;
}
