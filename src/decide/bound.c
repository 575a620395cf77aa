/* One-sided bounds for absolute requirements; see bound.h. Chooses the method by what the rows
 * are (independent or clustered, 0/1 or scores) and leaves the arithmetic to stats/. */
#include "decide/bound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decide/corrected.h"
#include "decide/early.h"
#include "decide/needed.h"
#include "stats/cost.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/noninferiority.h"
#include "stats/power.h"
#include "stats/proportion.h"
#include "stats/special.h"

/* --- rows of some items --- */

size_t cluster_number(struct cluster_numbers *z, const struct evidence *ev, uint32_t item)
{
    struct str name = ev->cluster ? ev->cluster[item] : (struct str){NULL, 0};
    bool is_new;
    if (!name.p)
        return z->n++;
    struct map_entry *entry = map_entry(&z->seen, name, &is_new);
    if (is_new)
        entry->value = (void *)(uintptr_t)z->n++;
    return (uintptr_t)entry->value;
}

static size_t count_rows(const struct evidence *ev, struct item_list items)
{
    size_t n = 0;
    for (size_t i = 0; i < items.n; i++)
        n += ev->first[items.item[i] + 1] - ev->first[items.item[i]];
    return n;
}

struct sample sample_collect(struct arena *scratch, const struct evidence *ev,
                             struct item_list items, int which, enum missing_policy policy,
                             double against)
{
    size_t rows = count_rows(ev, items);
    struct cluster_numbers z = {0};
    struct sample s = {.x = ARENA_ARRAY(scratch, rows, double), .early = ev->stopped_early};
    if (ev->cluster || ev->max_epochs > 1)
        s.cluster = ARENA_ARRAY(scratch, rows, size_t);
    for (size_t i = 0; i < items.n; i++) {
        uint32_t item = items.item[i];
        size_t number = 0;
        bool numbered = false;
        for (size_t j = ev->first[item]; j < ev->first[item + 1]; j++) {
            double v = evidence_row_value(&ev->rows[j], which);
            s.errors += ev->rows[j].error;
            s.missing += isnan(v) && !ev->rows[j].error;
            if (isnan(v) && policy == MISSING_LEFT_OUT)
                continue;
            if (s.cluster && !numbered)
                number = cluster_number(&z, ev, item);
            numbered = true;
            if (s.cluster)
                s.cluster[s.n] = number;
            s.x[s.n++] = isnan(v) ? against : v;
        }
    }
    map_release(&z.seen);
    s.n_clusters = z.n;
    return s;
}

/* --- shares and means --- */

static bool all_binary(const struct sample *s)
{
    for (size_t i = 0; i < s->n; i++)
        if ((s->x[i] < 0 || s->x[i] > 0) && (s->x[i] < 1 || s->x[i] > 1))
            return false;
    return true;
}

enum { FEWEST_CLUSTERS = 5 };

static struct bound start(const struct sample *s)
{
    return (struct bound){.e = estimate_none("none"),
                          .errors = s->errors,
                          .missing = s->missing,
                          .deff = 1,
                          .share_within = STAT_NAN};
}

struct bound bound_none(const struct sample *s, const char *why)
{
    struct bound b = start(s);
    b.why_not = why;
    return b;
}

static struct bound share_bound(const struct sample *s, double alpha)
{
    double k = stat_sum(s->x, s->n), p = k / (double)s->n;
    struct bound b = start(s);
    b.is_share = true;
    if (!s->cluster) {
        b.e = estimate_of(ci_clopper_pearson((size_t)k, s->n, 1 - 2 * alpha), s->n,
                          "clopper_pearson");
        return b;
    }
    struct clustered_rate r = ci_proportion_clustered(s->x, s->cluster, s->n, 1 - 2 * alpha);
    b.e = (struct estimate){p, r.low, r.high, s->n, "korn_graubard"};
    if (r.n_eff_adj > 0)
        b.deff = fmax(1, (double)s->n / r.n_eff_adj);
    return b;
}

/* The same for a run that stopped early: one value an item, its epochs averaged. */
static struct bound early_bound(struct arena *scratch, const struct sample *s, double alpha,
                                double limit)
{
    struct bound b = start(s);
    const double *x = s->x;
    size_t n = s->n;
    if (s->cluster) {
        double *mean = ARENA_ARRAY(scratch, s->n_clusters, double);
        size_t *count = ARENA_ARRAY(scratch, s->n_clusters, size_t);
        for (size_t i = 0; i < s->n; i++) {
            size_t unit = s->cluster[i];
            mean[unit] += (s->x[i] - mean[unit]) / (double)++count[unit];
        }
        x = mean;
        n = s->n_clusters;
    }
    b.e = early_mean(scratch, x, n, alpha, limit);
    if (isnan(b.e.low) || isnan(b.e.high))
        b.why_not =
            "the run stopped early, and values outside 0 to 1 have no bound that allows for "
            "it: run without --until-decided";
    return b;
}

static struct bound mean_bound(struct arena *scratch, const struct sample *s, double alpha,
                               double limit)
{
    if (s->early)
        return early_bound(scratch, s, alpha, limit);
    if (s->cluster && s->n_clusters < FEWEST_CLUSTERS)
        return bound_none(s, "fewer than 5 clusters give no interval");
    if (all_binary(s))
        return share_bound(s, alpha);
    struct bound b = start(s);
    b.e = estimate_scores(s->x, s->cluster, s->n, 1 - 2 * alpha);
    return b;
}

/* --- latencies --- */

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Share of the rows at or below `limit`, with its bound on the wanted side. */
static double share_below(struct arena *scratch, const struct sample *s, double limit, double alpha,
                          bool upper)
{
    double *below = ARENA_ARRAY(scratch, s->n, double);
    for (size_t i = 0; i < s->n; i++)
        below[i] = s->x[i] <= limit;
    if (s->early) {
        struct estimate e = early_mean(scratch, below, s->n, alpha, STAT_NAN);
        return upper ? e.high : e.low;
    }
    struct clustered_rate r = ci_proportion_clustered(below, s->cluster, s->n, 1 - 2 * alpha);
    return upper ? r.high : r.low;
}

/* Quantile of clustered rows, or of a run that stopped early, by inversion: the q-quantile is at
 * most x when the share at or below x is at least q, and that share has a cluster-robust interval.
 */
static struct interval quantile_by_shares(struct arena *scratch, const struct sample *s,
                                          const double *sorted, double q, double alpha)
{
    struct interval out = {stat_quantile_sorted(sorted, s->n, q), STAT_NAN, STAT_NAN};
    size_t lo = 0, hi = s->n; /* first x whose share is surely at least q */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (share_below(scratch, s, sorted[mid], alpha, false) >= q)
            hi = mid;
        else
            lo = mid + 1;
    }
    out.high = lo < s->n ? sorted[lo] : STAT_NAN;
    lo = 0;
    hi = s->n; /* first x whose share may be q: everything before is surely below it */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (share_below(scratch, s, sorted[mid], alpha, true) >= q)
            hi = mid;
        else
            lo = mid + 1;
    }
    out.low = lo < s->n ? sorted[lo] : STAT_NAN;
    return out;
}

static struct bound quantile_bound(struct arena *scratch, const struct sample *s,
                                   const struct requirement *req, double alpha)
{
    struct bound b = start(s);
    if (!s->cluster && !s->early) {
        struct quantile_ci i = quantile_ci(s->x, s->n, req->quantile, 1 - 2 * alpha);
        b.e = (struct estimate){i.est, i.low, i.high, s->n, "order_statistics"};
    } else {
        double *sorted = ARENA_ARRAY(scratch, s->n, double);
        memcpy(sorted, s->x, s->n * sizeof *sorted);
        qsort(sorted, s->n, sizeof *sorted, ascending);
        b.e = estimate_of(quantile_by_shares(scratch, s, sorted, req->quantile, alpha), s->n,
                          s->early ? "bernoulli_mixture" : "order_statistics_clustered");
    }
    /* Outputs without a time were counted as endless; that is no bound. */
    if (isinf(b.e.value))
        b.e.value = STAT_NAN;
    if (isinf(b.e.high))
        b.e.high = STAT_NAN;
    if (isinf(b.e.low))
        b.e.low = STAT_NAN;
    size_t within = 0;
    for (size_t i = 0; i < s->n; i++)
        within += s->x[i] <= req->value;
    b.share_within = (double)within / (double)s->n;
    return b;
}

/* --- costs --- */

/* Totals of cost and success for each independent unit: a cluster, or an item. */
struct totals {
    double *cost, *success;
    size_t n, errors, missing;
};

static struct totals cost_totals(struct arena *scratch, const struct evidence *ev,
                                 struct item_list items, enum missing_policy policy)
{
    struct totals t = {.cost = ARENA_ARRAY(scratch, items.n, double),
                       .success = ARENA_ARRAY(scratch, items.n, double)};
    struct sample known = sample_collect(scratch, ev, items, EVIDENCE_COST, MISSING_LEFT_OUT, 0);
    double usual = stat_mean(known.x, known.n);
    struct cluster_numbers z = {0};
    for (size_t i = 0; i < items.n; i++) {
        uint32_t item = items.item[i];
        size_t unit = cluster_number(&z, ev, item);
        for (size_t j = ev->first[item]; j < ev->first[item + 1]; j++) {
            const struct evidence_row *row = &ev->rows[j];
            bool free_error = row->error && isnan(row->cost_usd);
            t.errors += row->error;
            t.missing += !row->error && isnan(row->cost_usd);
            t.success[unit] += row->error ? 0 : row->value;
            /* What failed before it was billed costs nothing, in the worst case the usual. */
            if (!isnan(row->cost_usd))
                t.cost[unit] += row->cost_usd;
            else if (!free_error || policy == MISSING_COUNTS_AGAINST)
                t.cost[unit] += usual;
        }
    }
    map_release(&z.seen);
    t.n = z.n;
    return t;
}

static struct bound cost_bound(struct arena *scratch, const struct evidence *ev,
                               struct item_list items, const struct requirement *req, double alpha,
                               enum missing_policy policy)
{
    struct totals t = cost_totals(scratch, ev, items, policy);
    struct sample none = {.errors = t.errors, .missing = t.missing};
    if (t.missing)
        return bound_none(
            &none, arena_printf(scratch, "not measured: %zu outputs carry no cost", t.missing));
    if (t.n < 2)
        return bound_none(&none, "one item gives no interval");
    struct bound b = start(&none);
    b.log_scale = true;
    if (req->kind == METRIC_COST_PER_1000) {
        b.log_scale = false;
        b.e = estimate_scores(t.cost, NULL, t.n, 1 - 2 * alpha);
        double calls = 1000 * (double)t.n / (double)count_rows(ev, items);
        b.e.value *= calls;
        b.e.low = b.e.low < 0 ? 0 : b.e.low * calls;
        b.e.high *= calls;
        return b;
    }
    struct cost_per_success c = cost_per_success(t.cost, t.success, t.n, 1 - 2 * alpha);
    if (isnan(c.ratio))
        return bound_none(&none, "no success to spread the cost over");
    b.e = (struct estimate){c.ratio, c.log_low, c.log_high, t.n, "ratio_log_t"};
    return b;
}

/* --- which number, which method --- */

/* Position of a measure that some row carries, or -1. */
static ptrdiff_t carried(const struct evidence *ev, const char *name)
{
    ptrdiff_t i = evidence_measure_find(ev, name);
    return i >= 0 && ev->measures[i].n_values ? i : -1;
}

/* The measure a requirement on a grader or a failure mode reads. */
static bool measure_which(struct arena *scratch, const struct evidence *ev,
                          const struct requirement *req, int *ret_which, const char **why_not)
{
    ptrdiff_t i = -1;
    bool failure = req->kind == METRIC_FAILURE_RATE;
    if (failure)
        i = carried(ev, arena_printf(scratch, "failure:%s", req->name));
    /* In a run the graders of that name say what passed; in a plain file the key says what was
     * seen. */
    if (i < 0 && failure && ev->run) {
        *why_not = arena_printf(scratch, "not measured: no grader looks for %s", req->name);
        return false;
    }
    if (i >= 0) {
        *ret_which = (int)i;
        return true;
    }
    if (req->kind == METRIC_GRADER_RATE || failure)
        i = carried(ev, arena_printf(scratch, "%s_rate", req->name));
    if (i < 0)
        i = carried(ev, req->name);
    if (i >= 0 && req->kind != METRIC_GRADER_MEAN && !ev->measures[i].binary) {
        *why_not = arena_printf(scratch, "%s is no yes or no, so it has no rate", req->name);
        return false;
    }
    if (i < 0) {
        *why_not =
            arena_printf(scratch, "not measured: no output carries a value of %s", req->name);
        return false;
    }
    *ret_which = (int)i;
    return true;
}

bool bound_which(struct arena *scratch, const struct evidence *ev, const struct requirement *req,
                 int *ret, const char **why_not)
{
    switch (req->kind) {
    case METRIC_SUCCESS_RATE:
        *ret = EVIDENCE_VALUE;
        *why_not = "the rows carry scores, no pass or fail";
        return !ev->scores_only;
    case METRIC_SCORE: *ret = ev->scores_only ? EVIDENCE_VALUE : EVIDENCE_SCORE; return true;
    case METRIC_ERROR_RATE: *ret = EVIDENCE_IS_ERROR; return true;
    case METRIC_LATENCY: *ret = EVIDENCE_LATENCY; return true;
    case METRIC_TTFT: *ret = EVIDENCE_TTFT; return true;
    case METRIC_COST_PER_SUCCESS:
    case METRIC_COST_PER_1000: *ret = EVIDENCE_COST; return true;
    default: return measure_which(scratch, ev, req, ret, why_not);
    }
}

/* Numbers that decide nothing, however good they look. */
const char *bound_unproven(const struct evidence *ev, const struct requirement *req, int which)
{
    const struct evidence_measure *m = which >= 0 ? &ev->measures[which] : NULL;
    if (m && m->calibrated && requirement_is_relative(req) && (m->detector || req->calibrated))
        return "a difference is not corrected for the judge's errors: require a rate instead";
    if (m && m->detector && !m->calibrated)
        return "detector only: it opens tickets, but nobody has measured how far its rate can be "
               "trusted";
    if (req->calibrated && !(m && m->calibrated))
        return "the judge behind it was not calibrated against people";
    return NULL;
}

/* What a missing value counts as in the worst case. */
static double worst(const struct requirement *req, const struct sample *known)
{
    if (req->kind == METRIC_LATENCY || req->kind == METRIC_TTFT)
        return INFINITY;
    if (req->lower_is_better || req->op == REQUIRE_LE || req->op == REQUIRE_LT)
        return 1;
    double least = 0; /* scores outside [0, 1]: the least that was seen */
    for (size_t i = 0; i < known->n; i++)
        least = fmin(least, known->x[i]);
    return least;
}

static const char early_cost[] =
    "the run stopped early, and a cost has no bound that allows for it: "
    "run without --until-decided";

/* The judge's rate is not what people would say; where that is known, it is what counts. */
static bool is_corrected(const struct evidence *ev, const struct requirement *req, int which)
{
    return which >= 0 && ev->measures[which].calibrated &&
           (req->kind == METRIC_GRADER_RATE || req->kind == METRIC_FAILURE_RATE);
}

struct bound bound_absolute(struct arena *scratch, const struct evidence *ev,
                            struct item_list items, const struct requirement *req, double alpha,
                            enum missing_policy policy)
{
    int which;
    const char *why_not = NULL;
    struct sample s = {0};
    if (!bound_which(scratch, ev, req, &which, &why_not))
        return bound_none(&s, why_not);
    s = sample_collect(scratch, ev, items, which, MISSING_LEFT_OUT, 0);
    if (s.n == 0) {
        static const char *const absent[] = {"not measured: no output carries a latency",
                                             "not measured: no time to first token is known",
                                             "not measured: no output carries a cost"};
        bool timed = which <= EVIDENCE_LATENCY && which >= EVIDENCE_COST;
        return bound_none(&s, timed ? absent[EVIDENCE_LATENCY - which] : "no output was judged");
    }
    if (which == EVIDENCE_COST && ev->stopped_early)
        return bound_none(&s, early_cost);
    if (which == EVIDENCE_COST)
        return cost_bound(scratch, ev, items, req, alpha, policy);
    if (is_corrected(ev, req, which)) {
        struct bound c = bound_corrected(&s, ev->measures[which].measured, alpha);
        return policy == MISSING_LEFT_OUT || c.why_not
                   ? c
                   : bound_with_missing(c, s.n, s.errors + s.missing, worst(req, &s));
    }
    if (policy == MISSING_COUNTS_AGAINST)
        s = sample_collect(scratch, ev, items, which, policy, worst(req, &s));
    struct bound b = which == EVIDENCE_LATENCY || which == EVIDENCE_TTFT
                         ? quantile_bound(scratch, &s, req, alpha)
                         : mean_bound(scratch, &s, alpha, bound_limit(req));
    if (!b.why_not)
        b.why_not = bound_unproven(ev, req, which);
    return b;
}

/* --- holding it against the limit --- */

double bound_limit(const struct requirement *req)
{
    if (req->op == REQUIRE_NOT_WORSE)
        return req->lower_is_better ? req->margin : -req->margin;
    if (req->op == REQUIRE_BETTER)
        return req->lower_is_better ? -req->margin : req->margin;
    return req->value;
}

bool bound_wants_high(const struct requirement *req)
{
    if (requirement_is_relative(req))
        return !req->lower_is_better;
    return req->op == REQUIRE_GE || req->op == REQUIRE_GT;
}

bool bound_meets(const struct requirement *req, struct estimate e)
{
    double limit = bound_limit(req);
    if (req->op == REQUIRE_GE)
        return e.low >= limit;
    if (req->op == REQUIRE_LE)
        return e.high <= limit;
    return bound_wants_high(req) ? e.low > limit : e.high < limit;
}

bool bound_breaks(const struct requirement *req, struct estimate e)
{
    double limit = bound_limit(req);
    if (req->op == REQUIRE_GE)
        return e.high < limit;
    if (req->op == REQUIRE_LE)
        return e.low > limit;
    return bound_wants_high(req) ? e.high <= limit : e.low >= limit;
}

/* The sample size of the test itself; no true gain is counted on. The formula falls short of the
 * exact power by 15 to 35 items (docs/statistics.md), hence the 25; enumerating it exactly takes
 * seconds where a gate with many slices has milliseconds. */
static double paired_share_needed(const struct bound *b, const struct requirement *req,
                                  double alpha)
{
    enum { SHORTFALL = 25 };
    double toward = req->lower_is_better ? -b->e.value : b->e.value;
    double margin = req->op == REQUIRE_BETTER ? -req->margin : req->margin, n;
    if (margin <= 0)
        n = sample_size_mcnemar(b->discordant, toward + margin, 2 * alpha, NEEDED_POWER).n_exact;
    else if (b->discordant > 0)
        n = sample_size_noninferiority_paired(b->discordant, fmin(toward, 0), margin, alpha,
                                              NEEDED_POWER)
                .n_exact +
            SHORTFALL;
    else
        n = (double)ni_min_items(margin, alpha);
    return n <= NEEDED_MAX ? ceil(n) : STAT_NAN;
}

double bound_n_needed(const struct bound *b, const struct requirement *req, double alpha)
{
    double limit = bound_limit(req), gap = limit - b->e.value;
    if (b->corrected)
        return STAT_NAN;
    if (!isnan(b->share_within))
        return needed_share(b->share_within, req->quantile, alpha, b->deff);
    if (b->is_share)
        return needed_share(b->e.value, limit, alpha, b->deff);
    if (b->is_paired_share && (bound_wants_high(req) ? gap < 0 : gap > 0))
        return paired_share_needed(b, req, alpha);
    bool up = gap > 0; /* the limit lies on this side of the value */
    double end = up ? b->e.high : b->e.low;
    if (b->log_scale)
        return needed_scaled(b->e.n, fabs(log(end / b->e.value)), fabs(log(limit / b->e.value)),
                             alpha);
    return needed_scaled(b->e.n, fabs(end - b->e.value), fabs(gap), alpha);
}
