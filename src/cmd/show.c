/* Estimates as people read them. */
#include "cmd/show.h"

#include <math.h>
#include <stdio.h>

const char *show_value(double v, bool percent, char *buf, size_t size)
{
    if (isnan(v))
        snprintf(buf, size, "–");
    else if (percent)
        snprintf(buf, size, "%.1f%%", v * 100);
    else
        snprintf(buf, size, "%.3f", v);
    return buf;
}

const char *show_interval(struct estimate e, bool percent, char *buf, size_t size)
{
    char low[24], high[24];
    if (isnan(e.low) && isnan(e.high))
        return "";
    snprintf(buf, size, "%s – %s", show_value(e.low, percent, low, sizeof low),
             show_value(e.high, percent, high, sizeof high));
    return buf;
}

void show_estimate(struct table *t, const char *label, struct estimate e, bool percent)
{
    char value[24], range[48];
    table_cell(t, label);
    table_cell(t, show_value(e.value, percent, value, sizeof value));
    table_cell(t, show_interval(e, percent, range, sizeof range));
    table_cellf(t, "%zu", e.n);
    table_cell(t, e.method);
}
