/* Tests and intervals for paired outcomes; see paired.h. */
#include "stats/paired.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/proportion.h"
#include "stats/solve.h"
#include "stats/special.h"

struct mcnemar mcnemar(size_t b, size_t c)
{
    size_t t = b + c, least = b < c ? b : c;
    if (t == 0)
        return (struct mcnemar){1, 1, 0, 1, 0, 1};
    double gap = fabs((double)b - (double)c), tail = binom_cdf(least, t, 0.5);
    double at = binom_pmf(least, t, 0.5), corrected = b == c ? 0 : gap - 1;
    double chi2 = gap * gap / (double)t, chi2_cc = corrected * corrected / (double)t;
    return (struct mcnemar){
        .p_exact = fmin(1, 2 * tail),
        .p_midp = b == c ? 1 - at / 2 : 2 * tail - at,
        .chi2 = chi2,
        .p_asymptotic = chi2_1_sf(chi2),
        .chi2_cc = chi2_cc,
        .p_asymptotic_cc = chi2_1_sf(chi2_cc),
    };
}

double tango_score(size_t b, size_t c, size_t n, double lambda)
{
    double x = (double)c, y = (double)b, nn = (double)n;
    double qa = 2 * nn, qb = -x - y + (2 * nn - x + y) * lambda, qc = -y * lambda * (1 - lambda);
    double root = sqrt(fmax(0, qb * qb - 4 * qa * qc));
    /* the form of the larger root that does not cancel */
    double q = qb <= 0 ? (root - qb) / (2 * qa) : -2 * qc / (qb + root);
    double top = x - y - nn * lambda, variance = nn * (2 * q + lambda * (1 - lambda));
    if (variance > 0)
        return top / sqrt(variance);
    return top > 0 ? (double)INFINITY : top < 0 ? -(double)INFINITY : 0;
}

struct tango {
    size_t b, c, n;
    double z;
};

static double tango_excess(const void *arg, double lambda)
{
    const struct tango *t = arg;
    return tango_score(t->b, t->c, t->n, lambda) - t->z;
}

struct interval ci_tango(size_t b, size_t c, size_t n, double conf)
{
    if (n == 0)
        return (struct interval){STAT_NAN, -1, 1};
    double z = norm_quantile(0.5 + conf / 2);
    struct tango lower = {b, c, n, z}, upper = {b, c, n, -z};
    struct interval r = {((double)c - (double)b) / (double)n, -1, 1};
    if (b < n)
        r.low = solve_root(tango_excess, &lower, -1, r.est);
    if (c < n)
        r.high = solve_root(tango_excess, &upper, r.est, 1);
    return r;
}

struct interval ci_bonett_price(size_t b, size_t c, size_t n, double conf)
{
    if (n == 0)
        return (struct interval){STAT_NAN, -1, 1};
    double m = (double)n + 2, worse = ((double)b + 1) / m, better = ((double)c + 1) / m;
    double centre = better - worse, z = norm_quantile(0.5 + conf / 2);
    double half = z * sqrt((worse + better - centre * centre) / m);
    return (struct interval){((double)c - (double)b) / (double)n, fmax(-1, centre - half),
                             fmin(1, centre + half)};
}

static struct interval wald(double b, double c, double n, double conf)
{
    double half = norm_quantile(0.5 + conf / 2) * sqrt(b + c - (c - b) * (c - b) / n) / n;
    return (struct interval){(c - b) / n, (c - b) / n - half, (c - b) / n + half};
}

/* Wilson intervals of the two rates, joined with the correlation φ of the pairs. */
static struct interval newcombe(struct paired_table t, size_t n, double conf)
{
    double a = (double)t.a, b = (double)t.b, c = (double)t.c, d = (double)t.d, half = (double)n / 2;
    double margins = (a + b) * (c + d) * (a + c) * (b + d), top = a * d - b * c;
    if (top > half)
        top -= half;
    else if (top >= 0)
        top = 0;
    double phi = margins > 0 ? top / sqrt(margins) : 0;
    struct interval base = ci_wilson(t.a + t.b, n, conf), cand = ci_wilson(t.a + t.c, n, conf);
    double cl = cand.est - cand.low, cu = cand.high - cand.est;
    double bl = base.est - base.low, bu = base.high - base.est, diff = cand.est - base.est;
    return (struct interval){diff, diff - sqrt(fmax(0, cl * cl - 2 * phi * cl * bu + bu * bu)),
                             diff + sqrt(fmax(0, cu * cu - 2 * phi * cu * bl + bl * bl))};
}

struct paired_prop_diff paired_prop_diff(struct paired_table t, double conf)
{
    size_t n = t.a + t.b + t.c + t.d;
    struct interval none = {STAT_NAN, -1, 1};
    if (n == 0)
        return (struct paired_prop_diff){0, STAT_NAN, STAT_NAN, STAT_NAN, none, none, none, none};
    double nn = (double)n;
    return (struct paired_prop_diff){
        .n = n,
        .p_baseline = (double)(t.a + t.b) / nn,
        .p_candidate = (double)(t.a + t.c) / nn,
        .diff = ((double)t.c - (double)t.b) / nn,
        .wald = wald((double)t.b, (double)t.c, nn, conf),
        .bonett_price = ci_bonett_price(t.b, t.c, n, conf),
        .newcombe = newcombe(t, n, conf),
        .tango = ci_tango(t.b, t.c, n, conf),
    };
}

struct paired_mean_diff paired_mean_diff(const double *a, const double *b, size_t n, double conf)
{
    double *d = mem_alloc((n + 1) * sizeof *d), nn = (double)n;
    for (size_t i = 0; i < n; i++)
        d[i] = b[i] - a[i];
    struct mean_ci t = ci_mean_t(d, n, conf);
    free(d);
    double var_a = stat_var(a, n), var_b = stat_var(b, n);
    double scale = sqrt(var_a) * sqrt(var_b);
    return (struct paired_mean_diff){
        .n = n,
        .mean_a = stat_mean(a, n),
        .mean_b = stat_mean(b, n),
        .diff = t.mean,
        .se_paired = t.se,
        .se_unpaired = sqrt((var_a + var_b) / nn),
        .corr = scale > 0 ? fmax(-1, fmin(1, stat_cov(a, b, n) / scale)) : STAT_NAN,
        .low = t.low,
        .high = t.high,
        .p_value = t.se > 0 ? t_two_sided(t.mean / t.se, nn - 1) : STAT_NAN,
    };
}

/* All 2^n signed sums of d, n <= SIGN_FLIP_EXACT / 2: sum j has + where bit i of j is set. */
static double *signed_sums(const double *d, size_t n)
{
    double *s = mem_alloc(((size_t)1 << n) * sizeof *s);
    s[0] = 0;
    for (size_t i = 0; i < n; i++)
        s[0] -= d[i];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < (size_t)1 << i; j++)
            s[((size_t)1 << i) + j] = s[j] + 2 * d[i];
    return s;
}

struct flips {
    const double *d;
    size_t n;
    uint64_t seed;
    double sum, slack;
    size_t *two_sided, *greater; /* one count a block */
};

static void count_tail(struct flips *f, size_t block, double s)
{
    f->two_sided[block] += fabs(s) >= fabs(f->sum) - f->slack;
    f->greater[block] += s >= f->sum - f->slack;
}

static void flip_exact(struct flips *f)
{
    size_t left = f->n / 2, right = f->n - left;
    double *l = signed_sums(f->d, left), *r = signed_sums(f->d + left, right);
    for (size_t i = 0; i < (size_t)1 << left; i++)
        for (size_t j = 0; j < (size_t)1 << right; j++)
            count_tail(f, 0, l[i] + r[j]);
    free(l);
    free(r);
}

enum { FLIP_BLOCK = 1000 };

static void flip_block(void *arg, size_t block)
{
    struct flips *f = arg;
    struct rng rng;
    rng_init(&rng, f->seed, block);
    for (size_t k = 0; k < FLIP_BLOCK; k++) {
        double s = 0;
        uint64_t bits = 0;
        for (size_t i = 0; i < f->n; i++) {
            if (i % 64 == 0)
                bits = rng_next(&rng);
            s += bits & 1 ? f->d[i] : -f->d[i];
            bits >>= 1;
        }
        count_tail(f, block, s);
    }
}

struct sign_flip sign_flip_test(const double *d, size_t n, uint64_t seed)
{
    size_t two[SIGN_FLIPS / FLIP_BLOCK] = {0}, one[SIGN_FLIPS / FLIP_BLOCK] = {0};
    struct flips f = {d, n, seed, stat_sum(d, n), 0, two, one};
    if (n == 0)
        return (struct sign_flip){STAT_NAN, 1, 1};
    for (size_t i = 0; i < n; i++)
        f.slack += 1e-9 * fabs(d[i]);
    double extra = n > SIGN_FLIP_EXACT, total = extra > 0 ? SIGN_FLIPS : (double)((size_t)1 << n);
    if (n > SIGN_FLIP_EXACT)
        pool_for(SIGN_FLIPS / FLIP_BLOCK, flip_block, &f);
    else
        flip_exact(&f);
    size_t two_sided = 0, greater = 0;
    for (size_t i = 0; i < ARRAY_LEN(two); i++) {
        two_sided += two[i];
        greater += one[i];
    }
    return (struct sign_flip){f.sum / (double)n, ((double)two_sided + extra) / (total + extra),
                              ((double)greater + extra) / (total + extra)};
}
