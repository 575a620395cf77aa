/* Requirements against a baseline; see relative.h. */
#include "decide/relative.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "decide/early.h"
#include "decide/paired.h"
#include "stats/bootstrap.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/noninferiority.h"
#include "stats/paired.h"

enum { FEWEST_CLUSTERS = 5, FEWEST_FOR_BOOTSTRAP = 30 };

struct work {
    struct arena *scratch;
    const struct evidence *c, *b; /* candidate, baseline */
    const struct requirement *req;
    double alpha;
    uint64_t seed;
    int which_c, which_b;
    /* The items that both sides have a value for. */
    uint32_t *ic, *ib;
    double *x, *y;   /* item means: baseline, candidate */
    size_t *cluster; /* NULL: independent */
    size_t n, n_clusters;
    size_t errors, missing; /* of either side among the common items */
};

/* --- pairing --- */

/* Item mean over its rows, those without a value counted as `fill`; NaN fill leaves them out. */
static double item_mean(struct work *w, const struct evidence *ev, uint32_t item, int which,
                        double fill)
{
    double sum = 0;
    size_t n = 0;
    for (size_t j = ev->first[item]; j < ev->first[item + 1]; j++) {
        double v = evidence_row_value(&ev->rows[j], which);
        w->errors += isnan(v) && ev->rows[j].error;
        w->missing += isnan(v) && !ev->rows[j].error;
        v = isnan(v) ? fill : v;
        if (isnan(v))
            continue;
        sum += v;
        n++;
    }
    return n ? sum / (double)n : (double)NAN;
}

/* Smallest and largest value of either side, at least as wide as [0, 1]. */
static void value_range(const struct evidence *ev, int which, double *lo, double *hi)
{
    for (size_t j = 0; j < ev->n_rows; j++) {
        double v = evidence_row_value(&ev->rows[j], which);
        if (!isnan(v)) {
            *lo = fmin(*lo, v);
            *hi = fmax(*hi, v);
        }
    }
}

static void pair_items(struct work *w, struct item_list items, enum missing_policy policy)
{
    double lo = 0, hi = 1, worst = (double)NAN, best = (double)NAN;
    if (policy == MISSING_COUNTS_AGAINST) {
        value_range(w->c, w->which_c, &lo, &hi);
        value_range(w->b, w->which_b, &lo, &hi);
        worst = w->req->lower_is_better ? hi : lo;
        best = w->req->lower_is_better ? lo : hi;
    }
    struct cluster_numbers z = {0};
    const struct evidence *clustered = w->c->cluster ? w->c : w->b;
    w->ic = ARENA_ARRAY(w->scratch, items.n, uint32_t);
    w->ib = ARENA_ARRAY(w->scratch, items.n, uint32_t);
    w->x = ARENA_ARRAY(w->scratch, items.n + 2, double);
    w->y = ARENA_ARRAY(w->scratch, items.n + 2, double);
    w->cluster = clustered->cluster ? ARENA_ARRAY(w->scratch, items.n + 2, size_t) : NULL;
    for (size_t i = 0; i < items.n; i++) {
        uint32_t item = items.item[i];
        ptrdiff_t other = evidence_find(w->b, w->c->id[item]);
        if (other < 0)
            continue;
        double y = item_mean(w, w->c, item, w->which_c, worst);
        double x = item_mean(w, w->b, (uint32_t)other, w->which_b, best);
        if (isnan(x) || isnan(y))
            continue;
        if (w->cluster)
            w->cluster[w->n] =
                cluster_number(&z, clustered, clustered == w->c ? item : (uint32_t)other);
        w->ic[w->n] = item;
        w->ib[w->n] = (uint32_t)other;
        w->x[w->n] = x;
        w->y[w->n++] = y;
    }
    map_release(&z.seen);
    w->n_clusters = z.n;
}

/* --- differences of item means --- */

static struct bound start(const struct work *w, const char *why_not)
{
    struct sample s = {.errors = w->errors, .missing = w->missing};
    return bound_none(&s, why_not);
}

static bool binary(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((x[i] < 0 || x[i] > 0) && (x[i] < 1 || x[i] > 1))
            return false;
    return true;
}

static struct bound by_tango(const struct work *w)
{
    struct bound b = start(w, NULL);
    size_t losses = 0, wins = 0;
    for (size_t i = 0; i < w->n; i++) {
        losses += w->x[i] > w->y[i];
        wins += w->x[i] < w->y[i];
    }
    b.e = estimate_of(ci_tango(losses, wins, w->n, 1 - 2 * w->alpha), w->n, "tango");
    b.is_paired_share = true;
    b.discordant = (double)(losses + wins) / (double)w->n;
    return b;
}

/* t on the differences. A share's items get one imaginary win and one loss first: with few
 * disagreements t alone claims far more than it knows. */
static bool is_skewed(const struct work *w)
{
    double *d = ARENA_ARRAY(w->scratch, w->n, double);
    for (size_t i = 0; i < w->n; i++)
        d[i] = w->y[i] - w->x[i];
    return paired_is_skewed(d, w->n);
}

static struct bound by_bca(const struct work *w)
{
    enum { RESAMPLES = 10000 };
    struct bound b = start(w, NULL);
    struct bootstrap boot =
        bootstrap_paired_mean(w->x, w->y, w->n, RESAMPLES, w->seed, 1 - 2 * w->alpha);
    b.e = bootstrap_estimate(&boot);
    if (boot.degenerate)
        b.why_not = "the items have no spread to judge a difference by";
    return b;
}

static struct bound by_mean(struct work *w, bool share)
{
    struct bound b = start(w, NULL);
    double diff = stat_mean(w->y, w->n) - stat_mean(w->x, w->n);
    size_t n = w->n;
    if (share) {
        w->x[n] = w->y[n + 1] = 0;
        w->y[n] = w->x[n + 1] = 1;
        for (size_t i = 0; w->cluster && i < 2; i++)
            w->cluster[n + i] = w->n_clusters + i;
        n += 2;
    }
    struct noninferiority_mean m =
        noninferiority_mean(w->x, w->y, w->cluster, n, w->req->margin, w->alpha);
    b.e = (struct estimate){diff, m.lower_bound, m.upper_bound, w->n, m.method};
    if (isnan(b.e.low) || isnan(b.e.high))
        b.why_not = "the items have no spread to judge a difference by";
    return b;
}

/* --- bootstrap over items: quantiles and costs --- */

/* Statistic of one side when item i counts weight[i] times. */
typedef double side_stat(const void *side, const uint32_t *weight);

struct timed {
    double seconds;
    size_t pair;
};
struct quantile_side {
    struct timed *rows; /* ascending */
    size_t n;
    double q;
};

static int by_time(const void *x, const void *y)
{
    double a = ((const struct timed *)x)->seconds, b = ((const struct timed *)y)->seconds;
    return (a > b) - (a < b);
}

/* The least time that a share q of the weighted rows keep to. */
static double weighted_quantile(const void *side, const uint32_t *weight)
{
    const struct quantile_side *s = side;
    double total = 0, seen = 0;
    for (size_t i = 0; i < s->n; i++)
        total += weight[s->rows[i].pair];
    for (size_t i = 0; i < s->n; i++) {
        seen += weight[s->rows[i].pair];
        if (seen >= s->q * total)
            return s->rows[i].seconds;
    }
    return (double)NAN;
}

static struct quantile_side quantile_side(const struct work *w, const struct evidence *ev,
                                          const uint32_t *item, double fill)
{
    size_t rows = 0;
    for (size_t i = 0; i < w->n; i++)
        rows += ev->first[item[i] + 1] - ev->first[item[i]];
    struct quantile_side s = {.rows = ARENA_ARRAY(w->scratch, rows, struct timed),
                              .q = w->req->quantile};
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = ev->first[item[i]]; j < ev->first[item[i] + 1]; j++) {
            double v = evidence_row_value(&ev->rows[j], w->which_c);
            v = isnan(v) ? fill : v;
            if (!isnan(v))
                s.rows[s.n++] = (struct timed){v, i};
        }
    }
    qsort(s.rows, s.n, sizeof *s.rows, by_time);
    return s;
}

struct cost_side {
    const double *cost, *unit; /* of each pair: USD, and successes or calls */
    size_t n;
    double scale;
};

static double weighted_cost(const void *side, const uint32_t *weight)
{
    const struct cost_side *s = side;
    double cost = 0, unit = 0;
    for (size_t i = 0; i < s->n; i++) {
        cost += weight[i] * s->cost[i];
        unit += weight[i] * s->unit[i];
    }
    return unit > 0 ? s->scale * cost / unit : (double)INFINITY;
}

static struct cost_side cost_side(const struct work *w, const struct evidence *ev,
                                  const uint32_t *item, double fill)
{
    double *cost = ARENA_ARRAY(w->scratch, w->n, double);
    double *unit = ARENA_ARRAY(w->scratch, w->n, double);
    bool calls = w->req->kind == METRIC_COST_PER_1000;
    for (size_t i = 0; i < w->n; i++) {
        for (size_t j = ev->first[item[i]]; j < ev->first[item[i] + 1]; j++) {
            const struct evidence_row *row = &ev->rows[j];
            double c = isnan(row->cost_usd) ? fill : row->cost_usd;
            cost[i] += isnan(c) ? 0 : c;
            unit[i] += calls ? 1 : row->error ? 0 : row->value;
        }
    }
    return (struct cost_side){cost, unit, w->n, calls ? 1000 : 1};
}

static double change(const struct requirement *req, double candidate, double baseline)
{
    if (req->margin_relative)
        return candidate / baseline - 1;
    return candidate - baseline;
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Draws items with replacement; whole clusters where there are any. */
static void draw(const struct work *w, struct rng *rng, uint32_t *unit, uint32_t *weight)
{
    size_t units = w->cluster ? w->n_clusters : w->n;
    memset(unit, 0, units * sizeof *unit);
    for (size_t i = 0; i < units; i++)
        unit[rng_below(rng, units)]++;
    for (size_t i = 0; i < w->n; i++)
        weight[i] = unit[w->cluster ? w->cluster[i] : i];
}

static struct bound by_bootstrap(const struct work *w, side_stat *stat, const void *candidate,
                                 const void *baseline)
{
    enum { MOST = 10000, LEAST = 1000 };
    struct bound b = start(w, NULL);
    uint32_t *weight = ARENA_ARRAY(w->scratch, w->n, uint32_t);
    uint32_t *unit = ARENA_ARRAY(w->scratch, w->n, uint32_t);
    for (size_t i = 0; i < w->n; i++)
        weight[i] = 1;
    double seen = change(w->req, stat(candidate, weight), stat(baseline, weight));
    if (!isfinite(seen))
        return start(w, "one side has no value to compare");
    size_t rounds = 200000000 / w->n;
    rounds = rounds > MOST ? MOST : rounds < LEAST ? LEAST : rounds;
    double *value = ARENA_ARRAY(w->scratch, rounds, double);
    struct rng rng;
    rng_init(&rng, w->seed, 0);
    for (size_t r = 0; r < rounds; r++) {
        draw(w, &rng, unit, weight);
        double v = change(w->req, stat(candidate, weight), stat(baseline, weight));
        value[r] = isnan(v) ? (double)INFINITY : v; /* undefined: the worst, lower is better */
    }
    qsort(value, rounds, sizeof *value, ascending);
    double low = stat_quantile_sorted(value, rounds, w->alpha);
    double high = stat_quantile_sorted(value, rounds, 1 - w->alpha);
    b.e = (struct estimate){seen, isfinite(low) ? low : STAT_NAN, isfinite(high) ? high : STAT_NAN,
                            w->n, "percentile_bootstrap"};
    return b;
}

/* Latency, time to first token, costs: totals of a side rather than means of items. */
static struct bound by_totals(struct work *w, enum missing_policy policy)
{
    bool against = policy == MISSING_COUNTS_AGAINST;
    size_t units = w->cluster ? w->n_clusters : w->n;
    if (units < FEWEST_FOR_BOOTSTRAP)
        return start(w, "fewer than 30 independent items: too few for this difference");
    if (w->which_c == EVIDENCE_COST) {
        struct item_list own = {w->ic, w->n};
        struct sample known =
            sample_collect(w->scratch, w->c, own, EVIDENCE_COST, MISSING_LEFT_OUT, 0);
        double usual = stat_mean(known.x, known.n);
        struct cost_side c = cost_side(w, w->c, w->ic, against ? usual : (double)NAN);
        struct cost_side b = cost_side(w, w->b, w->ib, (double)NAN);
        return by_bootstrap(w, weighted_cost, &c, &b);
    }
    struct quantile_side c =
        quantile_side(w, w->c, w->ic, against ? (double)INFINITY : (double)NAN);
    struct quantile_side b = quantile_side(w, w->b, w->ib, against ? 0 : (double)NAN);
    return by_bootstrap(w, weighted_quantile, &c, &b);
}

/* A run that stopped early, on either side. */
static struct bound by_early(const struct work *w, bool totals)
{
    struct bound b = start(w, NULL);
    b.e = totals || w->cluster
              ? estimate_none("none")
              : early_difference(w->scratch, w->x, w->y, w->n, w->alpha, bound_limit(w->req));
    if (isnan(b.e.low) || isnan(b.e.high))
        b.why_not = "the run stopped early, and this difference has no bound that allows for it: "
                    "run without --until-decided";
    return b;
}

struct bound bound_relative(struct arena *scratch, const struct evidence *candidate,
                            const struct evidence *baseline, struct item_list items,
                            const struct requirement *req, double alpha, enum missing_policy policy,
                            uint64_t seed)
{
    struct work w = {.scratch = scratch,
                     .c = candidate,
                     .b = baseline,
                     .req = req,
                     .alpha = alpha,
                     .seed = seed};
    const char *why = NULL;
    if (!bound_which(scratch, candidate, req, &w.which_c, &why))
        return start(&w, why);
    if (!bound_which(scratch, baseline, req, &w.which_b, &why))
        return start(&w, arena_printf(scratch, "in the baseline %s", why));
    bool totals = w.which_c <= EVIDENCE_LATENCY && w.which_c >= EVIDENCE_COST;
    pair_items(&w, items, policy);
    if (w.n < 2)
        return start(&w, w.n ? "one common item is no evidence"
                             : "the baseline has no judged item in common");
    if (w.cluster && w.n_clusters < FEWEST_CLUSTERS)
        return start(&w, "fewer than 5 clusters give no interval");
    bool share = req->unit == UNIT_SHARE;
    struct bound b;
    if (candidate->stopped_early || baseline->stopped_early)
        b = by_early(&w, totals);
    else if (totals)
        b = by_totals(&w, policy);
    else if (!w.cluster && share && binary(w.x, w.n) && binary(w.y, w.n))
        b = by_tango(&w);
    else if (!w.cluster && !share && is_skewed(&w))
        b = by_bca(&w);
    else
        b = by_mean(&w, share);
    if (!b.why_not)
        b.why_not = bound_unproven(candidate, req, w.which_c);
    return b;
}
