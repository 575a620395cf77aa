/* The paired comparison of one number per item; see paired.h. Chooses the method and reads the
 * verdict; the arithmetic is stats/'s. */
#include "decide/paired.h"

#include <math.h>
#include <string.h>

#include "decide/early.h"
#include "decide/needed.h"
#include "stats/bootstrap.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/noninferiority.h"
#include "stats/paired.h"
#include "stats/power.h"
#include "stats/special.h"

enum { FEWEST_CLUSTERS = 5, ENOUGH_CLUSTERS = 20 };

const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {"better", "worse", "no_difference", "inconclusive"};
    return names[v];
}

/* One comparison while it is made. `narrow` is the interval of two one-sided tests. */
struct work {
    const double *a, *b;
    double *d;
    size_t n;
    const struct paired_clusters *clusters;
    const struct paired_opts *o;
    struct arena *scratch;
    struct interval wide, narrow;
    struct paired r;
};

static bool is_binary(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((x[i] < 0 || x[i] > 0) && (x[i] < 1 || x[i] > 1))
            return false;
    return true;
}

static double narrow_level(const struct paired_opts *o) { return 2 * o->confidence - 1; }

static void count(struct work *w)
{
    for (size_t i = 0; i < w->n; i++) {
        w->d[i] = w->b[i] - w->a[i];
        w->r.b_better += w->d[i] > 0;
        w->r.a_better += w->d[i] < 0;
    }
    w->r.ties = w->n - w->r.b_better - w->r.a_better;
}

/* --- methods: each sets wide, narrow, p_value and method --- */

static void by_tango(struct work *w, size_t losses, size_t wins, size_t n, const char *method)
{
    w->wide = ci_tango(losses, wins, n, w->o->confidence);
    w->narrow = ci_tango(losses, wins, n, narrow_level(w->o));
    w->r.p_value = mcnemar(losses, wins).p_midp;
    w->r.method = method;
}

/* All differences equal: no method that looks at their spread has anything to go by. A whole win,
 * loss or tie is counted as such; other sizes have no interval. */
static bool no_spread(struct work *w, size_t units)
{
    for (size_t i = 1; i < w->n; i++)
        if (w->d[i] < w->d[0] || w->d[i] > w->d[0])
            return false;
    double d = w->d[0];
    if (is_binary(&d, 1) || (d <= -1 && d >= -1)) {
        by_tango(w, d < 0 ? units : 0, d > 0 ? units : 0, units, "tango");
        return true;
    }
    w->wide = w->narrow = (struct interval){d, STAT_NAN, STAT_NAN};
    w->r.p_value = STAT_NAN;
    w->r.method = "none";
    w->r.note = "every item differs by the same amount, so there is no spread to judge by";
    return true;
}

bool paired_is_skewed(const double *d, size_t n)
{
    double mean = stat_mean(d, n), m2 = 0, m3 = 0;
    for (size_t i = 0; i < n; i++) {
        double u = d[i] - mean;
        m2 += u * u;
        m3 += u * u * u;
    }
    double g1 = m3 / (double)n / pow(m2 / (double)n, 1.5);
    return n >= 30 && (double)n < 25 * g1 * g1;
}

static void by_t(struct work *w)
{
    struct paired_mean_diff wide = paired_mean_diff(w->a, w->b, w->n, w->o->confidence);
    struct paired_mean_diff narrow = paired_mean_diff(w->a, w->b, w->n, narrow_level(w->o));
    w->wide = (struct interval){wide.diff, wide.low, wide.high};
    w->narrow = (struct interval){narrow.diff, narrow.low, narrow.high};
    w->r.p_value = wide.p_value;
    w->r.method = "paired_t";
}

static void by_clusters(struct work *w)
{
    size_t g = w->clusters->n;
    w->r.method = "paired_cr1_t";
    if (g < FEWEST_CLUSTERS) {
        w->wide = w->narrow = (struct interval){stat_mean(w->d, w->n), STAT_NAN, STAT_NAN};
        w->r.p_value = STAT_NAN;
        w->r.note = "fewer than 5 clusters give no interval";
        return;
    }
    struct clustered_mean wide = clustered_mean(w->d, w->clusters->of, w->n, w->o->confidence);
    struct clustered_mean narrow = clustered_mean(w->d, w->clusters->of, w->n, narrow_level(w->o));
    w->wide = (struct interval){wide.mean, wide.low, wide.high};
    w->narrow = (struct interval){narrow.mean, narrow.low, narrow.high};
    w->r.p_value = t_two_sided(wide.mean / wide.se_cr1, (double)g - 1);
    if (g < ENOUGH_CLUSTERS)
        w->r.note = "fewer than 20 clusters: the interval may be too narrow";
}

/* False when the replicates have no spread either. */
static bool by_bootstrap(struct work *w)
{
    enum { RESAMPLES = 10000 };
    struct bootstrap wide =
        bootstrap_paired_mean(w->a, w->b, w->n, RESAMPLES, w->o->seed, w->o->confidence);
    struct bootstrap narrow =
        bootstrap_paired_mean(w->a, w->b, w->n, RESAMPLES, w->o->seed, narrow_level(w->o));
    if (wide.degenerate || narrow.degenerate)
        return false;
    w->wide = (struct interval){wide.value, wide.low, wide.high};
    w->narrow = (struct interval){narrow.value, narrow.low, narrow.high};
    w->r.p_value = sign_flip_test(w->d, w->n, w->o->seed).p_two_sided;
    w->r.method = "bca_sign_flip";
    return true;
}

/* The number of items depended on what they showed. */
static void by_early(struct work *w)
{
    double alpha = 1 - w->o->confidence;
    struct estimate wide = early_difference(w->scratch, w->a, w->b, w->n, alpha / 2, STAT_NAN);
    struct estimate narrow = early_difference(w->scratch, w->a, w->b, w->n, alpha, STAT_NAN);
    if (w->clusters)
        wide.low = wide.high = narrow.low = narrow.high = STAT_NAN;
    w->wide = (struct interval){wide.value, wide.low, wide.high};
    w->narrow = (struct interval){narrow.value, narrow.low, narrow.high};
    w->r.p_value = w->clusters ? STAT_NAN : early_p_value(w->a, w->b, w->n);
    w->r.method = "betting_mixture_p";
    if (isnan(wide.low))
        w->r.note = "the run stopped early, and these values have no interval that allows for it";
}

static void choose(struct work *w)
{
    if (w->n < 2) {
        w->wide = w->narrow = (struct interval){stat_mean(w->d, w->n), STAT_NAN, STAT_NAN};
        w->r.p_value = STAT_NAN;
        w->r.method = "none";
        w->r.note = "one item is no evidence";
        return;
    }
    if (w->o->stopped_early)
        by_early(w);
    else if (!w->clusters && is_binary(w->a, w->n) && is_binary(w->b, w->n))
        by_tango(w, w->r.a_better, w->r.b_better, w->n, "mcnemar_midp_tango");
    else if (no_spread(w, w->clusters ? w->clusters->n : w->n))
        return;
    else if (w->clusters)
        by_clusters(w);
    else if (w->o->display_only || !paired_is_skewed(w->d, w->n) || !by_bootstrap(w))
        by_t(w);
}

/* --- verdict --- */

static void judge(struct work *w)
{
    double alpha = 1 - w->o->confidence, margin = w->o->margin;
    /* Scores of a run that stopped early have an interval and no p-value. */
    bool differs = w->r.p_value < alpha || (w->o->stopped_early && isnan(w->r.p_value));
    w->r.verdict = VERDICT_INCONCLUSIVE;
    if (differs && w->wide.low > 0)
        w->r.verdict = VERDICT_BETTER;
    else if (w->narrow.low > -margin && w->narrow.high < margin)
        w->r.verdict = VERDICT_NO_DIFFERENCE;
    else if (differs && w->wide.high < 0)
        w->r.verdict = VERDICT_WORSE;
}

/* Items for a verdict of better or worse if the difference seen is the true one. */
static double needed_for_difference(const struct work *w)
{
    double d = w->wide.est, alpha = 1 - w->o->confidence;
    bool binary = w->r.method && strcmp(w->r.method, "mcnemar_midp_tango") == 0;
    if (d >= 0 && d <= 0)
        return STAT_NAN;
    if (binary) {
        double psi = (double)(w->r.a_better + w->r.b_better) / (double)w->n;
        return sample_size_mcnemar(psi, d, alpha, NEEDED_POWER).n_exact;
    }
    return needed_scaled(w->n, fabs((d > 0 ? w->wide.low : w->wide.high) - d), fabs(d), alpha / 2);
}

/* Items for a verdict of no difference if there really is none: both one-sided tests must pass. */
static double needed_for_equivalence(const struct work *w)
{
    double alpha = 1 - w->o->confidence, margin = w->o->margin;
    if (!(margin > 0))
        return STAT_NAN;
    double se =
        (w->narrow.high - w->narrow.low) / 2 / norm_quantile(1 - alpha) * sqrt((double)w->n);
    double z = norm_quantile(1 - alpha) + norm_quantile((1 + NEEDED_POWER) / 2);
    return z * z * se * se / margin / margin;
}

static double needed(const struct work *w)
{
    if (w->r.verdict != VERDICT_INCONCLUSIVE)
        return STAT_NAN;
    double n = fmin(needed_for_difference(w), needed_for_equivalence(w));
    /* It is open with the items there are, so one more is the least that can settle it. */
    return n <= NEEDED_MAX ? fmax(ceil(n), (double)w->n + 1) : STAT_NAN;
}

struct paired paired_compare(struct arena *scratch, const double *a, const double *b, size_t n,
                             const struct paired_clusters *clusters, const struct paired_opts *o)
{
    struct work w = {.a = a,
                     .b = b,
                     .n = n,
                     .clusters = clusters,
                     .o = o,
                     .scratch = scratch,
                     .d = ARENA_ARRAY(scratch, n, double)};
    const size_t *cluster = clusters ? clusters->of : NULL;
    w.r.n = n;
    w.r.n_needed = w.r.p_value = STAT_NAN;
    w.r.method = "none";
    w.r.verdict = VERDICT_INCONCLUSIVE;
    w.r.a = w.r.b = w.r.diff = estimate_none("none");
    if (n == 0)
        return w.r;
    count(&w);
    choose(&w);
    w.r.a = estimate_scores(a, cluster, n, o->confidence);
    w.r.b = estimate_scores(b, cluster, n, o->confidence);
    w.r.diff = estimate_of(w.wide, n, w.r.method);
    judge(&w);
    w.r.n_needed = needed(&w);
    return w.r;
}
