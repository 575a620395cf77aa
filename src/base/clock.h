#pragma once

#include <stddef.h>

double clock_wall(void); /* seconds since 1970 */
double clock_mono(void); /* seconds, never goes back: for durations */

/* "2026-11-24T23:10:00Z" into buf (at least 32 bytes); returns buf. */
char *clock_iso(double seconds_since_1970, char *buf, size_t size);

/* "850 ms", "2.31 s", "4 min 05 s", "2 h 10 min", "3.2 d" into buf; returns buf. */
char *clock_human(double seconds, char *buf, size_t size);
