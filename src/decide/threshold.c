/* The confidence threshold with a guarantee; see threshold.h. */
#include "decide/threshold.h"

#include <math.h>

#include "base/mem.h"
#include "stats/moments.h"
#include "stats/proportion.h"
#include "stats/special.h"

enum { GRID_STEPS = 40 };

/* Labels as the columns that stats/ wants. */
struct columns {
    double *confidence, *correct, *weight;
    size_t n;
    double weight_max;
    bool weighted;
};

static bool check_options(const struct threshold_options *o, struct err *e)
{
    if (!(o->max_error > 0 && o->max_error < 1))
        return err_set(e, ERR_USAGE, "a maximum error of %g, expected a share between 0 and 1",
                       o->max_error);
    return (o->confidence > 0 && o->confidence < 1) ||
           err_set(e, ERR_USAGE, "a confidence of %g, expected a share between 0 and 1",
                   o->confidence);
}

static struct columns to_columns(struct arena *a, const struct label *labels, size_t n)
{
    struct columns c = {ARENA_ARRAY(a, n, double),
                        ARENA_ARRAY(a, n, double),
                        ARENA_ARRAY(a, n, double),
                        n,
                        0,
                        false};
    for (size_t i = 0; i < n; i++) {
        c.confidence[i] = labels[i].confidence;
        c.correct[i] = labels[i].correct ? 1 : 0;
        c.weight[i] = labels[i].weight;
        c.weight_max = fmax(c.weight_max, labels[i].weight);
        c.weighted = c.weighted || labels[i].weight < labels[0].weight ||
                     labels[i].weight > labels[0].weight;
    }
    return c;
}

/* Confidences at equal steps of coverage, falling, each once. */
static double *make_grid(struct arena *a, const struct columns *c, size_t *ret_n)
{
    CLEANUP(mem_freep) double *sorted = mem_calloc(c->n, sizeof *sorted);
    double *grid = ARENA_ARRAY(a, GRID_STEPS, double);
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        sorted[i] = -c->confidence[i];
    stat_sort(sorted, c->n);
    for (size_t step = 1; step <= GRID_STEPS; step++) {
        size_t accepted = (c->n * step + GRID_STEPS - 1) / GRID_STEPS;
        double t = -sorted[accepted - 1];
        if (n == 0 || t < grid[n - 1])
            grid[n++] = t;
    }
    *ret_n = n;
    return grid;
}

static size_t default_min_accept(size_t n, const struct threshold_options *o)
{
    double delta = 1 - o->confidence;
    struct min_accept_power p = min_accept_power(o->max_error, delta, o->max_error / 2, 0.9);
    size_t start = p.n_power && p.n_power < n / 10 ? p.n_power : n / 10;
    return start > p.n_zero ? start : p.n_zero;
}

static void fill_points(struct arena *a, const struct columns *c, const struct threshold_options *o,
                        const double *grid, const double *p, struct threshold_answer *ret)
{
    double total = stat_sum(c->weight, c->n);
    ret->points = ARENA_ARRAY(a, ret->n_points, struct threshold_point);
    for (size_t g = 0; g < ret->n_points; g++) {
        struct threshold_point *point = &ret->points[g];
        double accepted = 0, wrong = 0, delta = 1 - o->confidence;
        *point = (struct threshold_point){.threshold = grid[g], .p_value = p[g]};
        for (size_t i = 0; i < c->n; i++) {
            if (c->confidence[i] < grid[g])
                continue;
            point->n++;
            point->errors += c->correct[i] < 0.5;
            accepted += c->weight[i];
            wrong += c->correct[i] < 0.5 ? c->weight[i] : 0;
        }
        point->coverage = accepted / total;
        point->error = wrong / accepted;
        point->error_upper = cp_ucb(point->errors, point->n, delta);
        if (c->weighted)
            point->error_upper =
                hoeffding_ucb_weighted(wrong, accepted, c->weight_max, point->n, delta);
        point->tested = point->n >= ret->min_accept || o->method == SELECT_BONFERRONI;
    }
}

/* Share of traffic with its interval; weighted labels count as Kish's effective number. */
static struct estimate share(const struct columns *c, double value, size_t k, double conf)
{
    if (!c->weighted)
        return estimate_of(ci_wilson(k, c->n, conf), c->n, "wilson");
    double sum = 0, squares = 0;
    for (size_t i = 0; i < c->n; i++) {
        sum += c->weight[i];
        squares += c->weight[i] * c->weight[i];
    }
    size_t effective = (size_t)(sum * sum / squares);
    struct interval i = ci_wilson((size_t)(value * (double)effective + 0.5), effective, conf);
    return (struct estimate){value, fmin(i.low, value), fmax(i.high, value), c->n,
                             "wilson_effective_n"};
}

/* Labels after which the best point would pass nine times in ten, if its error is what it looks
 * like now; 0 when no point looks good enough. */
static size_t labels_needed(const struct threshold_answer *r, const struct threshold_options *o)
{
    double least = INFINITY;
    for (size_t g = 0; g < r->n_points; g++) {
        const struct threshold_point *p = &r->points[g];
        double error = ((double)p->errors + 0.5) / ((double)p->n + 1); /* 0 of 20 is not 0 */
        if (p->n < 20 || error >= o->max_error)
            continue;
        struct min_accept_power need =
            min_accept_power(o->max_error, 1 - o->confidence, error, 0.9);
        if (need.n_power)
            least = fmin(least, (double)need.n_power / p->coverage);
    }
    return isfinite(least) && least < 1e9 ? (size_t)ceil(fmax(least, (double)r->n + 1)) : 0;
}

/* The point with the lowest observed error among the tested; NULL when none was. */
static const struct threshold_point *best_tested(const struct threshold_answer *r)
{
    const struct threshold_point *best = NULL;
    for (size_t g = 0; g < r->n_points; g++)
        if (r->points[g].tested && (!best || r->points[g].error < best->error))
            best = &r->points[g];
    return best;
}

static void explain_none(struct arena *a, const struct threshold_options *o,
                         struct threshold_answer *r)
{
    const struct threshold_point *best = best_tested(r);
    double percent = 100 * o->max_error;
    size_t zero = n_zero_errors(o->max_error, 1 - o->confidence);
    r->n_needed = labels_needed(r, o);
    if (r->n < zero) {
        r->needed_at_least = r->n_needed == 0;
        r->n_needed = r->needed_at_least ? zero : r->n_needed;
        r->why = arena_printf(a,
                              "%zu labels are too few: even without an error it takes %zu "
                              "accepted ones to show at most %g%% at %g%% confidence",
                              r->n, zero, percent, 100 * o->confidence);
    } else if (!best) {
        r->why =
            arena_printf(a, "no threshold accepts the %zu labels that a test needs", r->min_accept);
    } else if (best->error >= o->max_error) {
        r->why = arena_printf(a,
                              "even the most confident %.0f%% of outputs are wrong in %.1f%% "
                              "of cases, the limit is %g%%",
                              100 * best->coverage, 100 * best->error, percent);
    } else {
        r->why = arena_printf(a,
                              "the most confident outputs may be good enough (%zu wrong of "
                              "%zu), but so few labels leave an error of up to %.1f%% possible",
                              best->errors, best->n, 100 * best->error_upper);
    }
}

static void explain_found(struct arena *a, const struct threshold_options *o,
                          struct threshold_answer *r)
{
    r->why = arena_printf(a,
                          "%zu wrong among %zu accepted labels: with %g%% confidence the error "
                          "is at most %.2f%%, the limit is %g%%",
                          r->errors, r->n_accept, 100 * o->confidence, 100 * r->error_upper,
                          100 * o->max_error);
}

bool threshold_choose(struct arena *a, const struct label *labels, size_t n,
                      const struct threshold_options *o, struct threshold_answer *ret,
                      struct err *e)
{
    if (!check_options(o, e))
        return false;
    if (n == 0)
        return err_set(e, ERR_INPUT, "no labels to choose a threshold from");
    struct columns c = to_columns(a, labels, n);
    if (c.weighted && o->method == SELECT_BONFERRONI)
        return err_set(e, ERR_USAGE, "weights and the Bonferroni method do not go together");
    struct threshold_answer r = {.n = n};
    double *grid = make_grid(a, &c, &r.n_points), *p = ARENA_ARRAY(a, r.n_points, double);
    r.min_accept = o->min_accept ? o->min_accept : default_min_accept(n, o);
    struct selected_threshold s =
        c.weighted
            ? select_threshold_weighted(c.confidence, c.correct, c.weight, n, grid, r.n_points,
                                        o->max_error, 1 - o->confidence, r.min_accept, p)
            : select_threshold(c.confidence, c.correct, n, grid, r.n_points, o->max_error,
                               1 - o->confidence, o->method, r.min_accept, p);
    r.threshold = s.threshold;
    r.n_accept = s.n_accept;
    r.errors = s.errors;
    r.error_upper = s.ucb;
    r.method = c.weighted                       ? "fixed_sequence_weighted"
               : o->method == SELECT_BONFERRONI ? "bonferroni"
                                                : "fixed_sequence";
    fill_points(a, &c, o, grid, p, &r);
    if (isnan(r.threshold)) {
        r.accepted = (struct estimate){0, 0, 0, n, "no_threshold"};
        r.error = estimate_none("no_threshold");
        explain_none(a, o, &r);
    } else {
        r.accepted = share(&c, s.coverage, s.n_accept, 0.95);
        r.error = c.weighted ? (struct estimate){s.risk_hat, STAT_NAN, s.ucb, s.n_accept,
                                                 "hoeffding_upper"}
                             : estimate_of(ci_clopper_pearson(s.errors, s.n_accept, 0.95),
                                           s.n_accept, "clopper_pearson");
        explain_found(a, o, &r);
    }
    *ret = r;
    return true;
}

double threshold_naive(const struct threshold_answer *answer, double max_error)
{
    double lowest = STAT_NAN;
    for (size_t g = 0; g < answer->n_points; g++)
        if (answer->points[g].error <= max_error)
            lowest = answer->points[g].threshold;
    return lowest;
}
