/* Clocks and how they are written. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
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

/* Digits at *at, exactly n of them. */
static bool digits(struct str s, size_t *at, int n, int *ret)
{
    *ret = 0;
    for (int i = 0; i < n; i++, ++*at) {
        if (*at >= s.n || s.p[*at] < '0' || s.p[*at] > '9')
            return false;
        *ret = *ret * 10 + (s.p[*at] - '0');
    }
    return true;
}

static bool one_char(struct str s, size_t *at, const char *any)
{
    if (*at >= s.n || !s.p[*at] || !strchr(any, s.p[*at]))
        return false;
    ++*at;
    return true;
}

/* "Z", "+02:00", "-0500" or nothing, and the end. */
static bool offset(struct str s, size_t at, double *ret)
{
    int h, m = 0;
    *ret = 0;
    if (at == s.n || (s.n - at == 1 && (s.p[at] | 32) == 'z'))
        return true;
    double sign = s.p[at] == '-' ? -1 : 1;
    if (!one_char(s, &at, "+-") || !digits(s, &at, 2, &h))
        return false;
    (void)one_char(s, &at, ":");
    if (at < s.n && !digits(s, &at, 2, &m))
        return false;
    *ret = sign * (h * 3600 + m * 60);
    return at == s.n && h < 24 && m < 60;
}

bool clock_parse(struct str s, double *ret)
{
    struct tm tm = {0};
    size_t at = 0;
    double number, fraction = 0, off;
    int y, mon, d, h = 0, min = 0, sec = 0;
    s = str_trim(s);
    if (str_double(s, &number)) {
        *ret = number > 95617584000.0 ? number / 1000 : number;
        return true;
    }
    if (!digits(s, &at, 4, &y) || !one_char(s, &at, "-") || !digits(s, &at, 2, &mon) ||
        !one_char(s, &at, "-") || !digits(s, &at, 2, &d))
        return false;
    if (one_char(s, &at, "T t")) {
        if (!digits(s, &at, 2, &h) || !one_char(s, &at, ":") || !digits(s, &at, 2, &min))
            return false;
        if (one_char(s, &at, ":") && !digits(s, &at, 2, &sec))
            return false;
        if (one_char(s, &at, ".,"))
            for (double unit = 0.1; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++, unit /= 10)
                fraction += (s.p[at] - '0') * unit;
    }
    if (!offset(s, at, &off) || mon < 1 || mon > 12 || d < 1 || d > 31 || h > 24 || min > 59 ||
        sec > 60)
        return false;
    tm.tm_year = y - 1900;
    tm.tm_mon = mon - 1;
    tm.tm_mday = d;
    tm.tm_hour = h;
    tm.tm_min = min;
    tm.tm_sec = sec;
    *ret = (double)timegm(&tm) + fraction - off;
    return tm.tm_mon == mon - 1;
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
