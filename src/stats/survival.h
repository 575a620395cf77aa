#pragma once

#include <stddef.h>

#include "base/arena.h"

/*
 * Time to resolution when some tickets are still open: event[i] = 1 resolved at time[i] >= 0,
 * 0 still open then (right-censored). At tied times resolutions come before censorings. The
 * median of closed tickets alone is too short; it is given for contrast. STAT_NAN: undefined or
 * not reached.
 */

/* One row for each time with a resolution. */
struct survival_row {
    double time;
    size_t n_risk, n_event;
    double survival;
    double std_err;   /* Greenwood, on the survival scale; undefined where survival is 0 */
    double low, high; /* log-log interval */
};

/* Kaplan & Meier 1958; interval and median as R survfit(conf.type = "log-log") and
 * quantile.survfit: the median is the first time with survival <= ½, and the middle of the
 * stretch when survival is exactly ½ on one. */
struct kaplan_meier {
    struct survival_row *rows; /* in the arena */
    size_t n_rows, n_censored;
    double median, median_low, median_high;
    double naive_median_closed_only;
};
struct kaplan_meier kaplan_meier(const double *time, const double *event, size_t n, double conf,
                                 struct arena *a);

/* Restricted mean time to `tau`: the area under the curve up to there; se √Σ A² d/(n(n-d)) over
 * the events up to tau, A the area from the event to tau (R print.survfit). Choose a tau within
 * the observed times: beyond them the last survival is carried on. */
struct rmst {
    double rmst, se;
};
struct rmst rmst(const double *time, const double *event, size_t n, double tau);

/* Log-rank test of two groups, group[i] 0 or 1 (Mantel 1966; R survdiff with rho = 0). */
struct logrank {
    double observed[2], expected[2], chi2, p_value;
};
struct logrank logrank(const double *time, const double *event, const double *group, size_t n);
