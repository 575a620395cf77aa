/* What providers say about their limits in reply headers; see limit_headers.h. */
#include "model/limit_headers.h"

#include <math.h>

#include "base/attr.h"

void limit_headers_init(struct limit_headers *h)
{
    *h = (struct limit_headers){NAN, NAN, NAN, NAN, NAN, false};
}

/* Days since 1970-01-01 of a date in the Gregorian calendar (Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", days_from_civil). */
static double days_from_civil(double y, double m, double d)
{
    y -= m <= 2 ? 1 : 0;
    double era = floor(y / 400), yoe = y - era * 400;
    double doy = floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1;
    return era * 146097 + yoe * 365 + floor(yoe / 4) - floor(yoe / 100) + doy - 719468;
}

static double digits(struct str s, size_t at, size_t n)
{
    double v;
    return s.n >= at + n && str_double(str_sub(s, at, n), &v) ? v : (double)NAN;
}

static double time_of_day(struct str s, size_t at)
{
    return digits(s, at, 2) * 3600 + digits(s, at + 3, 2) * 60 + digits(s, at + 6, 2);
}

/* Seconds since 1970 of "2026-01-27T12:00:00Z"; NaN when it is something else. */
static double rfc3339(struct str s)
{
    if (s.n < 20 || s.p[4] != '-' || s.p[10] != 'T')
        return NAN;
    return days_from_civil(digits(s, 0, 4), digits(s, 5, 2), digits(s, 8, 2)) * 86400 +
           time_of_day(s, 11);
}

/* The same of "Wed, 21 Oct 2015 07:28:00 GMT" (RFC 9110, IMF-fixdate). */
static double http_date(struct str s)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (s.n != 29 || s.p[3] != ',')
        return NAN;
    for (int m = 0; m < 12; m++)
        if (str_eq_c(str_sub(s, 8, 3), months[m]))
            return days_from_civil(digits(s, 12, 4), m + 1, digits(s, 5, 2)) * 86400 +
                   time_of_day(s, 17);
    return NAN;
}

static double unit_seconds(struct str unit)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (str_eq_c(unit, units[i].name))
            return units[i].seconds;
    return NAN;
}

/* "1s", "6m0s", "9ms", "1h2m3.5s", or a bare number of seconds; NaN when neither. */
static double duration(struct str s)
{
    double total = 0, value;
    if (str_double(s, &value))
        return value >= 0 ? value : (double)NAN;
    while (s.n > 0) {
        size_t n = 0;
        while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '.'))
            n++;
        size_t unit = n;
        while (unit < s.n && s.p[unit] >= 'a' && s.p[unit] <= 'z')
            unit++;
        double scale = unit_seconds(str_sub(s, n, unit - n));
        if (isnan(scale) || !str_double(str_sub(s, 0, n), &value))
            return NAN;
        total += value * scale;
        s = str_sub(s, unit, s.n);
    }
    return total;
}

/* Seconds until the moment or for the time that `value` tells. */
static double until(struct str value, double wall)
{
    double at = rfc3339(value);
    if (isnan(at))
        at = http_date(value);
    return isnan(at) ? duration(value) : fmax(0, at - wall);
}

/* The smaller of two counts, where one may not be known. */
static void keep_least(double *kept, struct str value)
{
    double v;
    if (str_double(value, &v))
        *kept = fmin(*kept, v);
}

void limit_headers_add(struct limit_headers *h, struct str name, struct str value, double wall)
{
    static const char *const families[] = {"x-ratelimit-", "anthropic-ratelimit-"};
    double v;
    if (str_ieq(name, STR("retry-after"))) {
        if (isnan(h->retry_after))
            h->retry_after = until(value, wall);
    } else if (str_ieq(name, STR("retry-after-ms"))) {
        if (str_double(value, &v) && v >= 0)
            h->retry_after = v / 1000;
    } else if (str_ieq(name, STR("x-should-retry"))) {
        h->do_not_retry = str_ieq(value, STR("false"));
    }
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        struct str prefix = str_c(families[i]);
        if (!str_ieq(str_sub(name, 0, prefix.n), prefix))
            continue;
        struct str rest = str_sub(name, prefix.n, name.n);
        if (str_ieq(rest, STR("remaining-requests")) || str_ieq(rest, STR("requests-remaining")))
            keep_least(&h->remaining_requests, value);
        else if (str_ieq(rest, STR("reset-requests")) || str_ieq(rest, STR("requests-reset")))
            h->reset_requests = until(value, wall);
        else if (str_ieq(rest, STR("remaining-tokens")) || str_ieq(rest, STR("tokens-remaining")))
            keep_least(&h->remaining_tokens, value);
        else if (str_ieq(rest, STR("reset-tokens")) || str_ieq(rest, STR("tokens-reset")))
            h->reset_tokens = until(value, wall);
    }
}
