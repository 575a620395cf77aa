#pragma once

#include "decide/threshold.h"
#include "stats/survival.h"
#include "web/page.h"

/* The web pages' own pictures, beside those of report/chart.h. Each stands in a <figure> with a
 * caption; the numbers are in a table or text on the same page. */

struct trend_point {
    const char *label; /* "r7" */
    const char *href;
    struct estimate e;
};
/* Points in order with their whiskers on [lo, hi]. */
void chart_trend(struct page *p, const char *title, const struct trend_point *v, size_t n,
                 double lo, double hi, enum page_unit unit);

/* Share still open over time, with its interval. */
void chart_survival(struct page *p, const struct kaplan_meier *km, double max_h);

/* Error (and its upper limit) over the share accepted; `target` a line. */
void chart_risk(struct page *p, const struct threshold_answer *r, double target);
