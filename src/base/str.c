/* String views: comparing, searching, cutting, reading numbers. */
#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct str str_c(const char *s) { return (struct str){s, s ? strlen(s) : 0}; }
bool str_null(struct str s) { return !s.p; }

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_c(struct str a, const char *b) { return str_eq(a, str_c(b)); }

bool str_ieq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool str_starts_c(struct str s, const char *prefix) { return str_starts(s, str_c(prefix)); }
bool str_ends_c(struct str s, const char *suffix) { return str_ends(s, str_c(suffix)); }

ptrdiff_t str_find(struct str s, struct str needle)
{
    if (needle.n == 0)
        return 0;
    if (s.n < needle.n)
        return -1;
    const char *hit = memmem(s.p, s.n, needle.p, needle.n);
    return hit ? hit - s.p : -1;
}

ptrdiff_t str_find_char(struct str s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? hit - s.p : -1;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_trim(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct str str_sub(struct str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (struct str){s.p ? s.p + from : NULL, n};
}

bool str_split(struct str *rest, char sep, struct str *ret_part)
{
    if (!rest->p)
        return false;
    ptrdiff_t at = str_find_char(*rest, sep);
    if (at < 0) {
        *ret_part = *rest;
        *rest = (struct str){NULL, 0};
        return true;
    }
    *ret_part = (struct str){rest->p, (size_t)at};
    *rest = (struct str){rest->p + at + 1, rest->n - (size_t)at - 1};
    return true;
}

bool str_double(struct str s, double *ret)
{
    char tmp[64], *end;
    if (s.n == 0 || s.n >= sizeof tmp || is_space(s.p[0]))
        return false;
    memcpy(tmp, s.p, s.n);
    tmp[s.n] = '\0';
    if (strpbrk(tmp, "xXnNiI"))
        return false;
    errno = 0;
    double d = strtod(tmp, &end);
    if (end != tmp + s.n || !isfinite(d))
        return false;
    *ret = d;
    return true;
}

bool str_long(struct str s, long long *ret)
{
    char tmp[32], *end;
    if (s.n == 0 || s.n >= sizeof tmp || is_space(s.p[0]))
        return false;
    memcpy(tmp, s.p, s.n);
    tmp[s.n] = '\0';
    errno = 0;
    long long v = strtoll(tmp, &end, 10);
    if (end != tmp + s.n || errno)
        return false;
    *ret = v;
    return true;
}

int str_distance(struct str a, struct str b)
{
    enum { MAX = 63 };
    int d[MAX + 1][MAX + 1];
    int na = a.n < MAX ? (int)a.n : MAX, nb = b.n < MAX ? (int)b.n : MAX;
    for (int i = 0; i <= na; i++)
        d[i][0] = i;
    for (int j = 0; j <= nb; j++)
        d[0][j] = j;
    for (int i = 1; i <= na; i++) {
        for (int j = 1; j <= nb; j++) {
            int cost = a.p[i - 1] != b.p[j - 1];
            int best = d[i - 1][j - 1] + cost;
            if (d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[na][nb];
}

const char *str_nearest(struct str s, const char *const *names)
{
    const char *best = NULL;
    int best_d = 1 + (int)(s.n < 12 ? s.n / 3 : 4);
    for (; *names; names++) {
        int d = str_distance(s, str_c(*names));
        if (d < best_d) {
            best_d = d;
            best = *names;
        }
    }
    return best;
}
