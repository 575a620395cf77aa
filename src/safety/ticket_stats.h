#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "stats/estimate.h"
#include "stats/survival.h"

/*
 * Time to resolution with the open tickets counted: Kaplan-Meier over opening to resolution, open
 * tickets censored now. The clock of a reopened ticket never stopped. The median of closed tickets
 * alone is shown for contrast only: it gets better the more tickets stay open.
 */
struct ticket_time {
    double opened, resolved; /* seconds since 1970; resolved NaN: open */
    struct str kind, severity;
};

struct ticket_group {
    struct str name; /* null: all */
    size_t n, resolved;
    struct estimate median_h; /* hours; NaN: not reached */
    struct estimate rmst_h;   /* restricted mean hours up to tau_h */
    double tau_h;
    double closed_only_median_h;
    struct kaplan_meier km; /* times in hours */
};

struct ticket_week {
    double start; /* Monday, 00:00 UTC */
    size_t opened, resolved, open_at_end;
    struct estimate median_h; /* of the tickets opened in that week */
};

struct ticket_stats {
    struct ticket_group all;
    struct ticket_group *kinds, *severities;
    size_t n_kinds, n_severities;
    struct ticket_week *weeks;
    size_t n_weeks;
    bool compared; /* tickets opened before and from `since` on */
    struct logrank logrank;
    struct ticket_group before, after;
};

/* `now` ends the time of open tickets; since NaN: no comparison. Everything lives in the arena. */
void ticket_stats(struct arena *a, const struct ticket_time *t, size_t n, double now, double since,
                  double conf, struct ticket_stats *ret);
