/* Clocks and how they are written. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static double read_clock(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

double clock_wall(void) { return read_clock(CLOCK_REALTIME); }
double clock_mono(void) { return read_clock(CLOCK_MONOTONIC); }

char *clock_iso(double t, char *buf, size_t size)
{
    time_t s = (time_t)t;
    struct tm tm;
    gmtime_r(&s, &tm);
    strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return buf;
}

char *clock_human(double s, char *buf, size_t size)
{
    if (s < 1)
        snprintf(buf, size, "%.0f ms", s * 1000);
    else if (s < 60)
        snprintf(buf, size, "%.2f s", s);
    else if (s < 3600)
        snprintf(buf, size, "%d min %02d s", (int)s / 60, (int)s % 60);
    else if (s < 48 * 3600.0)
        snprintf(buf, size, "%d h %02d min", (int)(s / 3600), (int)(s / 60) % 60);
    else
        snprintf(buf, size, "%.1f d", s / 86400);
    return buf;
}
