/* BCa intervals and the seeded parallel bootstrap; see bootstrap.h. */
#include "stats/bootstrap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "stats/moments.h"
#include "stats/special.h"

static double acceleration(const double *jackknife, size_t n)
{
    struct sum squares = {0}, cubes = {0};
    double mean = stat_mean(jackknife, n);
    for (size_t i = 0; i < n; i++) {
        double d = mean - jackknife[i];
        sum_add(&squares, d * d);
        sum_add(&cubes, d * d * d);
    }
    double scale = pow(sum_get(&squares), 1.5);
    return scale > 0 ? sum_get(&cubes) / (6 * scale) : 0;
}

static double adjusted(double z0, double accel, double z)
{
    return norm_cdf(z0 + (z0 + z) / (1 - accel * (z0 + z)));
}

struct bca bca_interval(double t0, double *replicates, size_t n, const double *jackknife,
                        size_t n_jack, double conf)
{
    struct bca r = {.z0 = STAT_NAN, .alpha_low = STAT_NAN, .alpha_high = STAT_NAN,
                    .low = STAT_NAN, .high = STAT_NAN, .perc_low = STAT_NAN,
                    .perc_high = STAT_NAN, .degenerate = true};
    double below = 0, tail = (1 - conf) / 2, z = norm_quantile(1 - tail);
    double slack = 1e-12 * fabs(t0); /* sums in another order differ in the last bits */
    r.accel = acceleration(jackknife, n_jack);
    if (n == 0)
        return r;
    for (size_t i = 0; i < n; i++)
        below += replicates[i] < t0 - slack ? 1 : replicates[i] > t0 + slack ? 0 : 0.5;
    stat_sort(replicates, n);
    r.perc_low = stat_quantile_sorted(replicates, n, tail);
    r.perc_high = stat_quantile_sorted(replicates, n, 1 - tail);
    if (below <= 0 || below >= (double)n)
        return r;
    r.z0 = norm_quantile(below / (double)n);
    r.alpha_low = adjusted(r.z0, r.accel, -z);
    r.alpha_high = adjusted(r.z0, r.accel, z);
    r.low = stat_quantile_sorted(replicates, n, r.alpha_low);
    r.high = stat_quantile_sorted(replicates, n, r.alpha_high);
    r.degenerate = !(replicates[n - 1] > replicates[0]);
    return r;
}

enum {
    BLOCK = 64,        /* replicates that share a random stream */
    DRAWS = 512,       /* random words made at a time */
    SMALL = 1 << 16,   /* up to here an index takes half a random word */
};

/* One bootstrap: the data, and a slot for each replicate. den NULL: the mean. */
struct job {
    const double *num, *den;
    size_t n, resamples;
    uint64_t seed;
    double *replicate;
};

/* Random words in bulk, handed out as indices below n. With half a word an index is uniform to
 * n/2^32, with 53 bits to n/2^53. */
struct draws {
    struct rng_lanes rng;
    uint64_t word[DRAWS];
};

static size_t rounded_up(size_t words)
{
    return (words + RNG_LANES - 1) / RNG_LANES * RNG_LANES;
}

static void sum_small(const struct job *j, struct draws *d, double *ret_num, double *ret_den)
{
    const double *num = j->num, *den = j->den;
    const uint64_t n = j->n;
    double s[4] = {0}, t[4] = {0};
    for (size_t left = j->n; left > 0;) {
        size_t words = left / 2 < DRAWS ? (left + 1) / 2 : DRAWS, k = 0;
        rng_lanes_fill(&d->rng, d->word, rounded_up(words));
        size_t whole = left / 2 < words ? left / 2 : words;
        for (; k + 2 <= whole; k += 2) {
            uint64_t a = d->word[k], b = d->word[k + 1];
            size_t i0 = ((a & UINT32_MAX) * n) >> 32, i1 = ((a >> 32) * n) >> 32;
            size_t i2 = ((b & UINT32_MAX) * n) >> 32, i3 = ((b >> 32) * n) >> 32;
            s[0] += num[i0];
            s[1] += num[i1];
            s[2] += num[i2];
            s[3] += num[i3];
            if (den) {
                t[0] += den[i0];
                t[1] += den[i1];
                t[2] += den[i2];
                t[3] += den[i3];
            }
        }
        left -= 2 * k;
        for (; k < words; k++) {
            uint64_t a = d->word[k];
            for (int half = 0; half < 2 && left > 0; half++, left--, a >>= 32) {
                size_t i = ((a & UINT32_MAX) * n) >> 32;
                s[0] += num[i];
                t[0] += den ? den[i] : 0;
            }
        }
    }
    *ret_num = (s[0] + s[1]) + (s[2] + s[3]);
    *ret_den = (t[0] + t[1]) + (t[2] + t[3]);
}

static void sum_large(const struct job *j, struct draws *d, double *ret_num, double *ret_den)
{
    double s = 0, t = 0, n = (double)j->n;
    for (size_t left = j->n; left > 0;) {
        size_t words = left < DRAWS ? left : DRAWS;
        rng_lanes_fill(&d->rng, d->word, rounded_up(words));
        for (size_t k = 0; k < words; k++) {
            size_t i = (size_t)((double)(d->word[k] >> 11) * 0x1p-53 * n);
            s += j->num[i];
            t += j->den ? j->den[i] : 0;
        }
        left -= words;
    }
    *ret_num = s;
    *ret_den = t;
}

static void run_block(void *arg, size_t block)
{
    const struct job *j = arg;
    struct draws d;
    size_t end = (block + 1) * BLOCK < j->resamples ? (block + 1) * BLOCK : j->resamples;
    rng_lanes_init(&d.rng, j->seed, block);
    for (size_t r = block * BLOCK; r < end; r++) {
        double num, den;
        if (j->n <= SMALL)
            sum_small(j, &d, &num, &den);
        else
            sum_large(j, &d, &num, &den);
        j->replicate[r] = num / (j->den ? den : (double)j->n);
    }
}

/* Values of the statistic with one item left out; those without a denominator are left out. */
static size_t jackknife(const double *num, const double *den, size_t n, double sum_num,
                        double sum_den, double *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        double v = (sum_num - num[i]) / (den ? sum_den - den[i] : (double)(n - 1));
        if (isfinite(v))
            out[kept++] = v;
    }
    return kept;
}

static struct bootstrap bootstrap(const double *num, const double *den, size_t n,
                                  size_t resamples, uint64_t seed, double conf)
{
    double sum_num = stat_sum(num, n), sum_den = den ? stat_sum(den, n) : (double)n;
    struct bootstrap r = {.value = sum_num / sum_den, .low = STAT_NAN, .high = STAT_NAN,
                          .se = STAT_NAN, .n = n, .resamples = resamples, .degenerate = true};
    if (!isfinite(r.value))
        r.value = STAT_NAN;
    if (n < 2 || resamples < 2 || isnan(r.value))
        return r;
    double *replicate = mem_alloc(resamples * sizeof *replicate);
    double *jack = mem_alloc(n * sizeof *jack);
    struct job j = {num, den, n, resamples, seed, replicate};
    pool_for((resamples + BLOCK - 1) / BLOCK, run_block, &j);
    size_t kept = 0, n_jack = jackknife(num, den, n, sum_num, sum_den, jack);
    for (size_t i = 0; i < resamples; i++)
        if (isfinite(replicate[i]))
            replicate[kept++] = replicate[i];
    r.undefined = resamples - kept;
    r.se = sqrt(stat_var(replicate, kept));
    r.bca = bca_interval(r.value, replicate, kept, jack, n_jack, conf);
    r.degenerate = r.bca.degenerate;
    if (!r.degenerate) {
        r.low = r.bca.low;
        r.high = r.bca.high;
    }
    free(replicate);
    free(jack);
    return r;
}

struct bootstrap bootstrap_mean(const double *x, size_t n, size_t resamples, uint64_t seed,
                                double conf)
{
    return bootstrap(x, NULL, n, resamples, seed, conf);
}

struct bootstrap bootstrap_paired_mean(const double *a, const double *b, size_t n,
                                       size_t resamples, uint64_t seed, double conf)
{
    double *d = mem_alloc((n + 1) * sizeof *d);
    for (size_t i = 0; i < n; i++)
        d[i] = b[i] - a[i];
    struct bootstrap r = bootstrap(d, NULL, n, resamples, seed, conf);
    free(d);
    return r;
}

struct bootstrap bootstrap_ratio(const double *num, const double *den, size_t n, size_t resamples,
                                 uint64_t seed, double conf)
{
    return bootstrap(num, den, n, resamples, seed, conf);
}

struct estimate bootstrap_estimate(const struct bootstrap *b)
{
    return (struct estimate){b->value, b->low, b->high, b->n, "bca"};
}
