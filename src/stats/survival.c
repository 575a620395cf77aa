/* Kaplan-Meier, restricted mean, log-rank; see survival.h. */
#include "stats/survival.h"

#include <math.h>

#include "base/mem.h"
#include "stats/estimate.h"
#include "stats/moments.h"
#include "stats/rank.h"
#include "stats/special.h"

static const double half_tolerance = 1.5e-8; /* R: √ machine epsilon */

/* Log-log limits: survival ^ exp(± z se / (survival ln survival)). */
static void log_log_limits(struct survival_row *r, double z)
{
    double s = r->survival;
    r->low = r->high = STAT_NAN;
    if (!(s > 0 && s < 1))
        return;
    double reach = z * r->std_err / (s * -log(s));
    r->low = pow(s, exp(reach));
    r->high = pow(s, exp(-reach));
}

/* Where a falling curve crosses ½; `at` picks the curve. `last_time` ends a final stretch. */
static double crossing(const struct kaplan_meier *k, double (*at)(const struct survival_row *),
                       double last_time)
{
    for (size_t i = 0; i < k->n_rows; i++) {
        double s = at(&k->rows[i]);
        if (isnan(s) || s > 0.5 + half_tolerance)
            continue;
        if (s < 0.5 - half_tolerance)
            return k->rows[i].time;
        size_t next = i + 1; /* exactly ½: to where it falls on */
        while (next < k->n_rows && at(&k->rows[next]) >= 0.5 - half_tolerance)
            next++;
        return 0.5 * (k->rows[i].time + (next < k->n_rows ? k->rows[next].time : last_time));
    }
    return STAT_NAN;
}

static double at_survival(const struct survival_row *r) { return r->survival; }
static double at_low(const struct survival_row *r) { return r->low; }
static double at_high(const struct survival_row *r) { return r->high; }

static double median_of_closed(const double *time, const double *event, size_t n)
{
    CLEANUP(mem_freep) double *closed = mem_calloc(n + 1, sizeof *closed);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (event[i] > 0.5)
            closed[m++] = time[i];
    stat_sort(closed, m);
    return stat_quantile_sorted(closed, m, 0.5);
}

struct kaplan_meier kaplan_meier(const double *time, const double *event, size_t n, double conf,
                                 struct arena *a)
{
    struct kaplan_meier k = {.rows = ARENA_ARRAY(a, n, struct survival_row)};
    CLEANUP(mem_freep) size_t *order = mem_calloc(n + 1, sizeof *order);
    double survival = 1, greenwood = 0, z = norm_quantile(0.5 + conf / 2);
    stat_order(time, n, order);
    for (size_t i = 0, j; i < n; i = j) {
        size_t events = 0, at_risk = n - i;
        for (j = i; j < n && time[order[j]] <= time[order[i]]; j++)
            events += event[order[j]] > 0.5;
        k.n_censored += j - i - events;
        if (events == 0)
            continue;
        double d = (double)events, r = (double)at_risk;
        survival *= (r - d) / r;
        greenwood += d / (r * (r - d));
        struct survival_row row = {time[order[i]], at_risk, events, survival,
                                   survival > 0 ? survival * sqrt(greenwood) : STAT_NAN, 0, 0};
        log_log_limits(&row, z);
        k.rows[k.n_rows++] = row;
    }
    double last = n ? time[order[n - 1]] : STAT_NAN;
    k.median = crossing(&k, at_survival, last);
    k.median_low = crossing(&k, at_low, last);
    k.median_high = crossing(&k, at_high, last);
    k.naive_median_closed_only = median_of_closed(time, event, n);
    return k;
}

struct rmst rmst(const double *time, const double *event, size_t n, double tau)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct kaplan_meier k = kaplan_meier(time, event, n, 0.95, a);
    size_t m = 0; /* the events up to tau */
    double var = 0, area = 0, right = tau;
    if (n == 0)
        return (struct rmst){STAT_NAN, STAT_NAN};
    while (m < k.n_rows && k.rows[m].time <= tau)
        m++;
    for (size_t i = m; i-- > 0;) { /* from the right: `area` is that from the event to tau */
        const struct survival_row *r = &k.rows[i];
        double d = (double)r->n_event, at_risk = (double)r->n_risk;
        area += r->survival * (right - r->time);
        right = r->time;
        if (r->n_risk > r->n_event)
            var += area * area * d / (at_risk * (at_risk - d));
    }
    return (struct rmst){area + right, sqrt(var)};
}

struct logrank logrank(const double *time, const double *event, const double *group, size_t n)
{
    struct logrank r = {.chi2 = STAT_NAN, .p_value = STAT_NAN};
    CLEANUP(mem_freep) size_t *order = mem_calloc(n + 1, sizeof *order);
    double at_risk[2] = {0, 0}, var = 0;
    stat_order(time, n, order);
    for (size_t i = 0; i < n; i++)
        at_risk[group[i] > 0.5]++;
    for (size_t i = 0, j; i < n; i = j) {
        double events[2] = {0, 0}, all[2] = {0, 0};
        for (j = i; j < n && time[order[j]] <= time[order[i]]; j++) {
            size_t g = group[order[j]] > 0.5;
            all[g]++;
            events[g] += event[order[j]] > 0.5;
        }
        double d = events[0] + events[1], m = at_risk[0] + at_risk[1];
        for (size_t g = 0; g < 2; g++) {
            r.observed[g] += events[g];
            r.expected[g] += d * at_risk[g] / m;
        }
        if (m > 1)
            var += d * (at_risk[0] / m) * (at_risk[1] / m) * (m - d) / (m - 1);
        at_risk[0] -= all[0];
        at_risk[1] -= all[1];
    }
    if (var > 0) {
        double gap = r.observed[0] - r.expected[0];
        r.chi2 = gap * gap / var;
        r.p_value = chi2_1_sf(r.chi2);
    }
    return r;
}
