/* Statistics of tickets; see ticket_stats.h. */
#include "safety/ticket_stats.h"

#include <math.h>

#include "base/map.h"
#include "stats/special.h"

enum { WEEK = 7 * 86400, MAX_WEEKS = 520 };

static double hours(const struct ticket_time *t, double now)
{
    double end = isnan(t->resolved) ? now : t->resolved;
    return end > t->opened ? (end - t->opened) / 3600 : 0;
}

/* Statistics over the tickets that `keep` marks (NULL: all). */
static struct ticket_group group(struct arena *a, const struct ticket_time *t, size_t n,
                                 const bool *keep, double now, double conf)
{
    struct ticket_group g = {.median_h = estimate_none("kaplan_meier"),
                             .rmst_h = estimate_none("rmst"),
                             .closed_only_median_h = STAT_NAN};
    double *time = ARENA_ARRAY(a, n, double), *event = ARENA_ARRAY(a, n, double);
    for (size_t i = 0; i < n; i++) {
        if (keep && !keep[i])
            continue;
        time[g.n] = hours(&t[i], now);
        event[g.n] = isnan(t[i].resolved) ? 0 : 1;
        g.resolved += event[g.n] > 0;
        g.tau_h = time[g.n] > g.tau_h ? time[g.n] : g.tau_h;
        g.n++;
    }
    if (g.n == 0)
        return g;
    g.km = kaplan_meier(time, event, g.n, conf, a);
    g.median_h = estimate_of((struct interval){g.km.median, g.km.median_low, g.km.median_high}, g.n,
                             "kaplan_meier");
    g.closed_only_median_h = g.km.naive_median_closed_only;
    struct rmst r = rmst(time, event, g.n, g.tau_h);
    double z = norm_quantile(0.5 + conf / 2);
    struct interval i = {r.rmst, fmax(0, r.rmst - z * r.se), fmin(g.tau_h, r.rmst + z * r.se)};
    g.rmst_h = estimate_of(i, g.n, "rmst");
    return g;
}

static struct ticket_group *groups(struct arena *a, const struct ticket_time *t, size_t n,
                                   bool by_kind, double now, double conf, size_t *ret_n)
{
    CLEANUP(map_release) struct map names = {0};
    bool *keep = ARENA_ARRAY(a, n, bool);
    for (size_t i = 0; i < n; i++)
        map_entry(&names, by_kind ? t[i].kind : t[i].severity, NULL);
    struct ticket_group *out = ARENA_ARRAY(a, names.n, struct ticket_group);
    for (size_t k = 0; k < names.n; k++) {
        for (size_t i = 0; i < n; i++)
            keep[i] = str_eq(by_kind ? t[i].kind : t[i].severity, names.entries[k].key);
        out[k] = group(a, t, n, keep, now, conf);
        out[k].name = names.entries[k].key;
    }
    *ret_n = names.n;
    return out;
}

/* 1970 began on a Thursday: Mondays are four days later. */
static double week_start(double time)
{
    return floor((time - 4 * 86400.0) / WEEK) * WEEK + 4 * 86400.0;
}

static void weeks(struct arena *a, const struct ticket_time *t, size_t n, double now, double conf,
                  struct ticket_stats *r)
{
    double first = now;
    bool *keep = ARENA_ARRAY(a, n, bool);
    for (size_t i = 0; i < n; i++)
        first = t[i].opened < first ? t[i].opened : first;
    double from = week_start(first), last = week_start(now);
    if (last - from > (double)MAX_WEEKS * WEEK)
        from = last - (double)MAX_WEEKS * WEEK;
    r->n_weeks = (size_t)((last - from) / WEEK + 0.5) + 1;
    r->weeks = ARENA_ARRAY(a, r->n_weeks, struct ticket_week);
    for (size_t w = 0; w < r->n_weeks; w++) {
        struct ticket_week *k = &r->weeks[w];
        k->start = from + (double)w * WEEK;
        double end = k->start + WEEK;
        for (size_t i = 0; i < n; i++) {
            bool done = !isnan(t[i].resolved);
            keep[i] = t[i].opened >= k->start && t[i].opened < end;
            k->opened += keep[i];
            k->resolved += done && t[i].resolved >= k->start && t[i].resolved < end;
            k->open_at_end += t[i].opened < end && (!done || t[i].resolved >= end);
        }
        k->median_h =
            k->opened ? group(a, t, n, keep, now, conf).median_h : estimate_none("kaplan_meier");
    }
}

static void compare(struct arena *a, const struct ticket_time *t, size_t n, double now,
                    double since, double conf, struct ticket_stats *r)
{
    bool *before = ARENA_ARRAY(a, n, bool), *after = ARENA_ARRAY(a, n, bool);
    double *time = ARENA_ARRAY(a, n, double), *event = ARENA_ARRAY(a, n, double);
    double *g = ARENA_ARRAY(a, n, double);
    for (size_t i = 0; i < n; i++) {
        after[i] = t[i].opened >= since;
        before[i] = !after[i];
        time[i] = hours(&t[i], now);
        event[i] = isnan(t[i].resolved) ? 0 : 1;
        g[i] = after[i];
    }
    r->before = group(a, t, n, before, now, conf);
    r->after = group(a, t, n, after, now, conf);
    r->compared = r->before.n && r->after.n;
    if (r->compared)
        r->logrank = logrank(time, event, g, n);
}

void ticket_stats(struct arena *a, const struct ticket_time *t, size_t n, double now, double since,
                  double conf, struct ticket_stats *ret)
{
    *ret = (struct ticket_stats){0};
    ret->all = group(a, t, n, NULL, now, conf);
    ret->kinds = groups(a, t, n, true, now, conf, &ret->n_kinds);
    ret->severities = groups(a, t, n, false, now, conf, &ret->n_severities);
    if (n)
        weeks(a, t, n, now, conf, ret);
    if (!isnan(since))
        compare(a, t, n, now, since, conf, ret);
}
