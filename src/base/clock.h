#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

double clock_wall(void); /* seconds since 1970 */
double clock_mono(void); /* seconds, never goes back: for durations */

/* "2026-11-24T23:10:00Z" into buf (at least 32 bytes); returns buf. */
char *clock_iso(double seconds_since_1970, char *buf, size_t size);

/* "2026-11-24", "2026-11-24T23:10", "…:00.5Z", "…+02:00", or seconds since 1970 (milliseconds when
 * the number is beyond the year 5000). Without an offset the time is UTC. */
MUST_CHECK bool clock_parse(struct str s, double *ret_seconds_since_1970);

/* "850 ms", "2.31 s", "4 min 05 s", "2 h 10 min", "3.2 d" into buf; returns buf. */
char *clock_human(double seconds, char *buf, size_t size);
