/* Comparing variants on quality, cost and latency; see models.h. */
#include "decide/models.h"

#include <math.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "stats/cost.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/pareto.h"
#include "stats/rank.h"

bool model_budget_given(const struct model_budget *b)
{
    return !isnan(b->max_cost_per_success) || !isnan(b->max_p95_ms) || !isnan(b->min_success);
}

/* --- one variant --- */

/* What an error row without a cost cost: nothing, the request did not get through. */
static double cost_of(const struct model_row *r)
{
    return r->pass < 0 && isnan(r->cost_usd) ? 0 : r->cost_usd;
}

/* Per item: outputs, successes and cost. `n` is the number of all items; those the variant did
 * not answer keep 0 outputs. */
struct item_sums {
    double *outputs, *graded, *passes, *cost;
};

static struct item_sums sum_items(struct arena *a, const struct model_variant *v, size_t n)
{
    struct item_sums s = {ARENA_ARRAY(a, n, double), ARENA_ARRAY(a, n, double),
                          ARENA_ARRAY(a, n, double), ARENA_ARRAY(a, n, double)};
    for (size_t i = 0; i < v->rows.n; i++) {
        const struct model_row *r = &v->rows.v[i];
        double cost = cost_of(r);
        s.outputs[r->item]++;
        s.graded[r->item] += r->pass >= 0;
        s.passes[r->item] += r->pass == 1;
        s.cost[r->item] += isnan(cost) ? 0 : cost;
    }
    return s;
}

static struct estimate success_of(struct arena *a, const struct model_variant *v, size_t n_items,
                                  bool epochs, double conf)
{
    double *x = ARENA_ARRAY(a, v->rows.n, double);
    size_t *cluster = ARENA_ARRAY(a, v->rows.n, size_t), n = 0, passes = 0, n_clusters = 0;
    size_t *number = ARENA_ARRAY(a, n_items, size_t); /* of the item among the graded, from 1 */
    for (size_t i = 0; i < v->rows.n; i++) {
        const struct model_row *r = &v->rows.v[i];
        if (r->pass < 0)
            continue;
        if (!number[r->item])
            number[r->item] = ++n_clusters;
        cluster[n] = number[r->item] - 1;
        passes += r->pass == 1;
        x[n++] = r->pass;
    }
    if (n == 0)
        return estimate_none("no_output");
    return epochs ? estimate_scores(x, cluster, n, conf) : estimate_rate(passes, n, conf);
}

/* Mean of unbounded amounts. All the same, as a flat price makes them: no width. */
static struct estimate mean_amount(const double *x, size_t n, double conf)
{
    struct mean_ci m = ci_mean_t(x, n, conf);
    struct estimate e = {m.mean, m.low, m.high, n, "t"};
    if (n > 0 && !(stat_var(x, n) > 0)) {
        e.low = n > 1 ? m.mean : STAT_NAN;
        e.high = e.low;
        e.method = "constant";
    }
    return e;
}

/* `success`: the rate of the same outputs. */
static struct estimate success_cost(const double *cost, const double *passes, size_t n,
                                    const struct estimate *per_task, const struct estimate *success,
                                    double conf)
{
    struct cost_per_success r = cost_per_success(cost, passes, n, conf);
    struct estimate e = cost_per_success_estimate(&r);
    if (r.successes > 0 && !(r.total_cost > 0)) {
        e.low = e.high = 0; /* free */
        e.method = "constant";
    } else if (success->value >= 1) {
        /* without a failure the ratio knows nothing of how many there may be */
        e.low = per_task->low;
        e.high = per_task->high / success->low;
        e.method = "mean_over_wilson";
    }
    return e;
}

static void add_costs(struct arena *a, const struct item_sums *s, size_t n_all,
                      const struct models_options *o, struct model_summary *m)
{
    double *cost = ARENA_ARRAY(a, n_all, double), *passes = ARENA_ARRAY(a, n_all, double);
    double *per_task = ARENA_ARRAY(a, n_all, double);
    size_t n = 0;
    m->cost_per_success = estimate_none("ratio_log_t");
    m->cost_per_task = m->monthly = estimate_none("t");
    if (m->cost_missing)
        return;
    for (size_t i = 0; i < n_all; i++) {
        if (s->outputs[i] <= 0)
            continue;
        cost[n] = s->cost[i];
        passes[n] = s->passes[i];
        per_task[n++] = s->cost[i] / s->outputs[i];
    }
    m->cost_per_task = mean_amount(per_task, n, o->conf);
    m->cost_per_success = success_cost(cost, passes, n, &m->cost_per_task, &m->success, o->conf);
    m->monthly = m->cost_per_task;
    m->monthly.value *= o->volume;
    m->monthly.low *= o->volume;
    m->monthly.high *= o->volume;
}

/* Latencies of a variant, sorted, and the items they belong to. */
struct latencies {
    double *ms;
    uint32_t *item;
    size_t n;
    double *of_item; /* how many latencies each item has */
    size_t n_items;
};

static struct latencies sort_latencies(struct arena *a, const struct model_variant *v,
                                       size_t n_items)
{
    struct latencies l = {ARENA_ARRAY(a, v->rows.n, double), ARENA_ARRAY(a, v->rows.n, uint32_t),
                          0, ARENA_ARRAY(a, n_items, double), n_items};
    double *ms = ARENA_ARRAY(a, v->rows.n, double);
    uint32_t *item = ARENA_ARRAY(a, v->rows.n, uint32_t);
    size_t *order = ARENA_ARRAY(a, v->rows.n, size_t);
    for (size_t i = 0; i < v->rows.n; i++) {
        if (isnan(v->rows.v[i].latency_ms))
            continue;
        item[l.n] = v->rows.v[i].item;
        l.of_item[v->rows.v[i].item]++;
        ms[l.n++] = v->rows.v[i].latency_ms;
    }
    stat_order(ms, l.n, order);
    for (size_t i = 0; i < l.n; i++) {
        l.ms[i] = ms[order[i]];
        l.item[i] = item[order[i]];
    }
    return l;
}

static struct estimate quantile_of(const struct latencies *l, double q, double conf)
{
    struct quantile_ci c = quantile_ci_sorted(l->ms, l->n, q, conf);
    return quantile_estimate(&c);
}

static enum budget_verdict at_most(struct estimate e, double limit)
{
    if (isnan(limit))
        return BUDGET_NONE;
    if (!isnan(e.high) && e.high <= limit)
        return BUDGET_MET;
    return !isnan(e.low) && e.low > limit ? BUDGET_BROKEN : BUDGET_OPEN;
}

static enum budget_verdict at_least(struct estimate e, double limit)
{
    if (isnan(limit))
        return BUDGET_NONE;
    if (!isnan(e.low) && e.low >= limit)
        return BUDGET_MET;
    return !isnan(e.high) && e.high < limit ? BUDGET_BROKEN : BUDGET_OPEN;
}

static void judge_budget(struct model_summary *m, const struct model_budget *b)
{
    m->cost_verdict = at_most(m->cost_per_success, b->max_cost_per_success);
    m->latency_verdict = at_most(m->p95, b->max_p95_ms);
    m->success_verdict = at_least(m->success, b->min_success);
    const enum budget_verdict all[] = {m->cost_verdict, m->latency_verdict, m->success_verdict};
    m->budget = model_budget_given(b) ? BUDGET_MET : BUDGET_NONE;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (all[i] == BUDGET_BROKEN)
            m->budget = BUDGET_BROKEN;
        else if (all[i] == BUDGET_OPEN && m->budget == BUDGET_MET)
            m->budget = BUDGET_OPEN;
    }
}

static void summarise(struct arena *a, const struct model_variant *v, const struct item_sums *s,
                      const struct latencies *l, size_t n_items, const struct models_options *o,
                      struct model_summary *m)
{
    *m = (struct model_summary){.name = v->name,
                                .n = v->rows.n,
                                .n_errors = v->n_errors,
                                .latency_missing = v->rows.n - l->n};
    for (size_t i = 0; i < n_items; i++) {
        m->n_items += s->outputs[i] > 0;
        m->has_epochs = m->has_epochs || s->outputs[i] > 1;
    }
    for (size_t i = 0; i < v->rows.n; i++)
        m->cost_missing += isnan(cost_of(&v->rows.v[i])) ? 1 : 0;
    m->success = success_of(a, v, n_items, m->has_epochs, o->conf);
    add_costs(a, s, n_items, o, m);
    m->p50 = quantile_of(l, 0.50, o->conf);
    m->p95 = quantile_of(l, 0.95, o->conf);
    m->p99 = quantile_of(l, 0.99, o->conf);
    judge_budget(m, &o->budget);
}

/* --- the front --- */

/* What the bootstrap reads; front[draw * n + v] is its result. */
struct draws {
    const struct item_sums *sums;
    const struct latencies *latencies;
    const struct model_summary *variants;
    size_t n, n_items;
    bool has_cost, has_latency;
    uint64_t seed;
    bool *front;
};

/* The value at or under which 95% of the drawn latencies lie. Only the slow twentieth is looked
 * at: from the top down until more than 5% have been seen. */
static double drawn_p95(const struct latencies *l, const uint16_t *times)
{
    double total = 0, seen = 0;
    for (size_t k = 0; k < l->n_items; k++)
        total += (double)times[k] * l->of_item[k];
    for (size_t i = l->n; i-- > 0;) {
        seen += times[l->item[i]];
        if (seen > 0.05 * total)
            return l->ms[i];
    }
    return INFINITY;
}

/* One variant when item i is taken times[i] times. */
static struct tradeoff place(const struct draws *d, size_t v, const uint16_t *times)
{
    const struct item_sums *s = &d->sums[v];
    double graded = 0, passes = 0, cost = 0;
    for (size_t i = 0; i < d->n_items; i++) {
        double t = times[i];
        graded += t * s->graded[i];
        passes += t * s->passes[i];
        cost += t * s->cost[i];
    }
    struct tradeoff t = {0, 0, graded > 0 ? passes / graded : 0};
    if (d->has_cost)
        t.cost = passes > 0 && !d->variants[v].cost_missing ? cost / passes : (double)INFINITY;
    if (d->has_latency)
        t.latency = drawn_p95(&d->latencies[v], times);
    return t;
}

static void place_all(const struct draws *d, const uint16_t *times, bool *front)
{
    CLEANUP(mem_freep) struct tradeoff *points = mem_calloc(d->n, sizeof *points);
    for (size_t v = 0; v < d->n; v++)
        points[v] = place(d, v, times);
    pareto_front(points, d->n, front);
}

static void draw(void *arg, size_t i)
{
    const struct draws *d = arg;
    /* an item is drawn 65,536 times with a probability too small for a double */
    CLEANUP(mem_freep) uint16_t *times = mem_calloc(d->n_items, sizeof *times);
    struct rng rng;
    rng_init(&rng, d->seed, i);
    for (size_t k = 0; k < d->n_items; k++)
        times[rng_below(&rng, d->n_items)]++;
    place_all(d, times, d->front + i * d->n);
}

static void find_front(struct draws *d, struct models_answer *r)
{
    CLEANUP(mem_freep) uint16_t *once = mem_calloc(d->n_items, sizeof *once);
    CLEANUP(mem_freep) bool *front = mem_calloc((r->resamples + 1) * d->n, sizeof *front);
    for (size_t i = 0; i < d->n_items; i++)
        once[i] = 1;
    place_all(d, once, front);
    for (size_t v = 0; v < d->n; v++)
        r->variants[v].on_front = front[v];
    d->front = front;
    pool_for(r->resamples, draw, d);
    for (size_t v = 0; v < d->n; v++) {
        size_t on = 0;
        for (size_t i = 0; i < r->resamples; i++)
            on += front[i * d->n + v];
        r->variants[v].p_front = (double)on / (double)r->resamples;
    }
}

/* 2,000 draws, fewer when that would be more than a few seconds of work. */
static size_t choose_resamples(const struct model_set *s, const struct models_options *o)
{
    double fit = 5e8 / ((double)s->items.n * (double)(s->variants.n + 1));
    if (o->resamples)
        return o->resamples;
    return fit >= 2000 ? 2000 : fit <= 200 ? 200 : (size_t)fit;
}

static const struct model_summary *cheapest(const struct models_answer *r)
{
    const struct model_summary *best = NULL;
    for (size_t v = 0; v < r->n; v++) {
        const struct model_summary *m = &r->variants[v];
        if (m->budget == BUDGET_MET &&
            (!best || m->cost_per_success.value < best->cost_per_success.value))
            best = m;
    }
    return best;
}

bool models_compare(struct arena *a, const struct model_set *s, const struct models_options *o,
                    struct models_answer *ret, struct err *e)
{
    size_t n = s->variants.n, n_items = s->items.n;
    struct models_answer r = {ARENA_ARRAY(a, n, struct model_summary),
                              n,
                              n_items,
                              choose_resamples(s, o),
                              false,
                              false,
                              NULL};
    struct item_sums *sums = ARENA_ARRAY(a, n, struct item_sums);
    struct latencies *latencies = ARENA_ARRAY(a, n, struct latencies);
    if (n == 0)
        return err_set(e, ERR_INPUT, "no outputs to compare");
    for (size_t v = 0; v < n; v++) {
        sums[v] = sum_items(a, &s->variants.v[v], n_items);
        latencies[v] = sort_latencies(a, &s->variants.v[v], n_items);
        summarise(a, &s->variants.v[v], &sums[v], &latencies[v], n_items, o, &r.variants[v]);
        r.has_cost = r.has_cost || r.variants[v].cost_missing < r.variants[v].n;
        r.has_latency = r.has_latency || latencies[v].n > 0;
    }
    struct draws d = {.sums = sums,
                      .latencies = latencies,
                      .variants = r.variants,
                      .n = n,
                      .n_items = n_items,
                      .has_cost = r.has_cost,
                      .has_latency = r.has_latency,
                      .seed = o->seed};
    find_front(&d, &r);
    r.cheapest_that_meets = cheapest(&r);
    *ret = r;
    return true;
}
