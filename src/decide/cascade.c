/* Cheap first, expensive when unsure; see cascade.h. */
#include "decide/cascade.h"

#include <math.h>

#include "base/rng.h"
#include "stats/cost.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/paired.h"
#include "stats/pareto.h"

enum { STEPS = 40, MIN_ITEMS = 20 };

/* Items both answered, in random order: the first half chooses, the second verifies. */
struct pairs {
    double *conf, *cheap, *expensive; /* confidence of the cheap one; passes */
    double *cost_cheap, *cost_expensive, *ms_cheap, *ms_expensive;
    size_t n;
};

static const struct model_variant *named(const struct model_set *s, const char *name, struct err *e)
{
    const char **names = ARENA_ARRAY(s->a, s->variants.n + 1, const char *);
    for (size_t i = 0; i < s->variants.n; i++) {
        names[i] = s->variants.v[i].name;
        if (str_eq_c(str_c(name), names[i]))
            return &s->variants.v[i];
    }
    err_set(e, ERR_USAGE, "there is no variant \"%s\" in the files", name);
    const char *near = str_nearest(str_c(name), names);
    if (near)
        err_hint(e, "Did you mean %s?", near);
    return NULL;
}

/* The first output of each item that is no error; NULL where there is none. */
static const struct model_row **first_of_each(struct arena *a, const struct model_variant *v,
                                              size_t n_items)
{
    const struct model_row **first = ARENA_ARRAY(a, n_items, const struct model_row *);
    for (size_t i = 0; i < v->rows.n; i++) {
        const struct model_row *r = &v->rows.v[i];
        if (r->pass >= 0 && !first[r->item])
            first[r->item] = r;
    }
    return first;
}

static void make_room(struct arena *a, size_t n, struct pairs *p)
{
    double **lists[] = {&p->conf,           &p->cheap,    &p->expensive,   &p->cost_cheap,
                        &p->cost_expensive, &p->ms_cheap, &p->ms_expensive};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        *lists[i] = ARENA_ARRAY(a, n, double);
}

static bool pair_up(struct arena *a, const struct model_set *s, const struct model_variant *cheap,
                    const struct model_variant *expensive, uint64_t seed, struct pairs *p,
                    size_t *ret_skipped, struct err *e)
{
    size_t n_items = s->items.n, *order = ARENA_ARRAY(a, n_items, size_t);
    const struct model_row **c = first_of_each(a, cheap, n_items);
    const struct model_row **x = first_of_each(a, expensive, n_items);
    struct rng rng;
    *p = (struct pairs){.n = 0};
    make_room(a, n_items, p);
    for (size_t i = 0; i < n_items; i++)
        order[i] = i;
    rng_init(&rng, seed, 0);
    rng_shuffle(&rng, order, n_items);
    for (size_t k = 0; k < n_items; k++) {
        size_t i = order[k];
        if (!c[i] || !x[i])
            continue;
        if (isnan(c[i]->confidence)) {
            err_set(e, ERR_INPUT, "%s answered \"%.*s\" without a \"confidence\"", cheap->name,
                    STR_ARG(s->items.entries[i].key));
            return c[i]->path ? err_at(e, c[i]->path, (int)c[i]->line, 1) : false;
        }
        p->conf[p->n] = c[i]->confidence;
        p->cheap[p->n] = c[i]->pass;
        p->expensive[p->n] = x[i]->pass;
        p->cost_cheap[p->n] = c[i]->cost_usd;
        p->cost_expensive[p->n] = x[i]->cost_usd;
        p->ms_cheap[p->n] = c[i]->latency_ms;
        p->ms_expensive[p->n++] = x[i]->latency_ms;
    }
    *ret_skipped = n_items - p->n;
    return p->n >= MIN_ITEMS || err_set(e, ERR_INPUT,
                                        "%s and %s share %zu answered items, "
                                        "expected at least %d",
                                        cheap->name, expensive->name, p->n, MIN_ITEMS);
}

/* Never, 40 steps of the share that escalates, always; rising. */
static size_t candidates(struct arena *a, const double *conf, size_t n, double *t)
{
    double *sorted = ARENA_ARRAY(a, n, double);
    size_t m = 1;
    for (size_t i = 0; i < n; i++)
        sorted[i] = conf[i];
    stat_sort(sorted, n);
    t[0] = sorted[0]; /* nothing is under the lowest: never */
    for (size_t step = 1; step < STEPS; step++) {
        double at = sorted[n * step / STEPS];
        if (at > t[m - 1])
            t[m++] = at;
    }
    t[m++] = INFINITY;
    return m;
}

static double choose(struct arena *a, const struct pairs *p, size_t n)
{
    double t[STEPS + 2];
    struct cascade_point points[STEPS + 2];
    size_t m = candidates(a, p->conf, n, t);
    /* without costs the cascade that escalates least is the cheapest */
    double c1 = stat_mean(p->cost_cheap, n), c2 = stat_mean(p->cost_expensive, n);
    bool costs = !isnan(c1) && !isnan(c2);
    struct cascade r = cascade_eval(p->conf, p->cheap, p->expensive, n, costs ? c1 : 0,
                                    costs ? c2 : 1, t, m, stat_mean(p->expensive, n), points);
    return r.chosen_index == 0 ? 0 : t[r.chosen_index]; /* "always" reaches the target */
}

static struct estimate mean_or_none(const double *x, size_t n, double conf)
{
    if (isnan(stat_sum(x, n)))
        return estimate_none("t");
    struct mean_ci m = ci_mean_t(x, n, conf);
    return (struct estimate){m.mean, m.low, m.high, n, "t"};
}

/* What the chosen threshold does to the items at `from` … p->n - 1. */
static void verify(struct arena *a, const struct pairs *p, size_t from,
                   const struct cascade_options *o, struct cascade_answer *r)
{
    size_t n = p->n - from, lost = 0, gained = 0, up = 0, right = 0, right_x = 0, right_c = 0;
    double *cost = ARENA_ARRAY(a, n, double), *ms = ARENA_ARRAY(a, n, double);
    for (size_t k = 0; k < n; k++) {
        size_t i = from + k;
        bool escalate = p->conf[i] < r->threshold;
        double pass = escalate ? p->expensive[i] : p->cheap[i];
        up += escalate;
        right += pass > 0.5;
        right_x += p->expensive[i] > 0.5;
        right_c += p->cheap[i] > 0.5;
        lost += p->expensive[i] > pass;
        gained += pass > p->expensive[i];
        cost[k] = p->cost_cheap[i] + (escalate ? p->cost_expensive[i] : 0);
        ms[k] = p->ms_cheap[i] + (escalate ? p->ms_expensive[i] : 0);
    }
    r->n_verify = n;
    r->escalated = estimate_rate(up, n, o->conf);
    r->success = estimate_rate(right, n, o->conf);
    r->success_expensive = estimate_rate(right_x, n, o->conf);
    r->success_cheap = estimate_rate(right_c, n, o->conf);
    r->diff = estimate_of(ci_tango(lost, gained, n, o->conf), n, "tango");
    r->verdict = ni_verdict(r->diff.low, r->diff.high, o->margin);
    r->cost_per_task = mean_or_none(cost, n, o->conf);
    r->cost_expensive = mean_or_none(p->cost_expensive + from, n, o->conf);
    r->saving = 1 - r->cost_per_task.value / r->cost_expensive.value;
    r->p95 = estimate_none("order_statistics");
    if (!isnan(stat_sum(ms, n))) {
        struct quantile_ci q = quantile_ci(ms, n, 0.95, o->conf);
        r->p95 = quantile_estimate(&q);
    }
}

bool cascade_choose(struct arena *a, const struct model_set *s, const char *cheap,
                    const char *expensive, const struct cascade_options *o,
                    struct cascade_answer *ret, struct err *e)
{
    const struct model_variant *c = named(s, cheap, e), *x = c ? named(s, expensive, e) : NULL;
    struct pairs p;
    struct cascade_answer r = {.cheap = cheap, .expensive = expensive};
    if (!c || !x)
        return false;
    if (c == x)
        return err_set(e, ERR_USAGE, "a cascade of %s with itself", cheap);
    if (!pair_up(a, s, c, x, o->seed, &p, &r.n_skipped, e))
        return false;
    r.n_choose = p.n / 2;
    r.threshold = choose(a, &p, r.n_choose);
    verify(a, &p, r.n_choose, o, &r);
    *ret = r;
    return true;
}
