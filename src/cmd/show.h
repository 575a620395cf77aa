#pragma once

#include <stddef.h>

#include "base/table.h"
#include "stats/estimate.h"

/* A row of a table with the columns label, value, interval, n, method; "–" for what is not
 * estimable. `percent` writes shares as per cent. */
void show_estimate(struct table *t, const char *label, struct estimate e, bool percent);

/* "87.3%" or "0.873" into buf (at least 24 bytes); "–" for NaN. Returns buf. */
const char *show_value(double v, bool percent, char *buf, size_t size);
/* "84.1% – 90.0%" into buf (at least 48 bytes); "" when neither end is known. */
const char *show_interval(struct estimate e, bool percent, char *buf, size_t size);
