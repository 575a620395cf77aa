/* Formats: RFC 3339 dates, RFC 5321 mailboxes, RFC 1123 hosts, RFC 4291 addresses, RFC 3986 URIs,
 * RFC 6901 pointers. Each check reads the whole text once. */
#include "text/schema_format.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/arena.h"
#include "text/regex.h"

static const char *const names[] = {
    "",     "date", "time",          "date-time", "email", "hostname",     "ipv4",
    "ipv6", "uri",  "uri-reference", "uuid",      "regex", "json-pointer", "relative-json-pointer",
};

enum schema_format schema_format_named(struct str name)
{
    for (size_t i = 1; i < ARRAY_LEN(names); i++)
        if (str_eq_c(name, names[i]))
            return (enum schema_format)i;
    return FORMAT_NONE;
}

const char *schema_format_name(enum schema_format f) { return names[f]; }

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static bool hex(char c) { return digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }

/* `n` digits at s.p[at] as a number, or -1. */
static int digits(struct str s, size_t at, size_t n)
{
    int v = 0;
    if (at + n > s.n)
        return -1;
    for (size_t i = at; i < at + n; i++) {
        if (!digit(s.p[i]))
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

static bool is_date(struct str s)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = digits(s, 0, 4), m = digits(s, 5, 2), d = digits(s, 8, 2);
    if (s.n != 10 || y < 0 || s.p[4] != '-' || s.p[7] != '-' || m < 1 || m > 12 || d < 1)
        return false;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return d <= days[m - 1] + (m == 2 && leap);
}

/* hh:mm:ss[.fraction](Z|±hh:mm); a 60th second only at 23:59 UTC. */
static bool is_time(struct str s)
{
    int h = digits(s, 0, 2), m = digits(s, 3, 2), sec = digits(s, 6, 2), oh = 0, om = 0;
    size_t i = 8;
    if (s.n < 9 || s.p[2] != ':' || s.p[5] != ':' || h < 0 || h > 23 || m < 0 || m > 59 ||
        sec < 0 || sec > 60)
        return false;
    if (s.p[i] == '.') {
        size_t from = ++i;
        while (i < s.n && digit(s.p[i]))
            i++;
        if (i == from)
            return false;
    }
    if (i >= s.n)
        return false;
    char zone = s.p[i++];
    if (zone == '+' || zone == '-') {
        oh = digits(s, i, 2);
        om = digits(s, i + 3, 2);
        if (i + 5 != s.n || s.p[i + 2] != ':' || oh < 0 || oh > 23 || om < 0 || om > 59)
            return false;
    } else if ((zone | 32) != 'z' || i != s.n) {
        return false;
    }
    int sign = zone == '-' ? 1 : -1;
    int utc = (h * 60 + m + sign * (oh * 60 + om) + 2 * 1440) % 1440;
    return sec < 60 || utc == 1439;
}

static bool is_date_time(struct str s)
{
    return s.n > 11 && (s.p[10] | 32) == 't' && is_date(str_sub(s, 0, 10)) &&
           is_time(str_sub(s, 11, s.n));
}

static bool is_hostname(struct str s)
{
    struct str rest = s, label;
    if (s.n == 0 || s.n > 253)
        return false;
    while (str_split(&rest, '.', &label)) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!letter(label.p[i]) && !digit(label.p[i]) && label.p[i] != '-')
                return false;
    }
    return true;
}

static bool is_address(int family, struct str s)
{
    char text[64];
    unsigned char out[16];
    if (s.n == 0 || s.n >= sizeof text || memchr(s.p, '\0', s.n))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    return inet_pton(family, text, out) == 1;
}

static bool is_email(struct str s)
{
    static const char extra[] = "!#$%&'*+-/=?^_`{|}~";
    ptrdiff_t at = -1;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '@')
            at = (ptrdiff_t)i;
    if (at < 1 || at > 64)
        return false;
    struct str local = str_sub(s, 0, (size_t)at), host = str_sub(s, (size_t)at + 1, s.n), atom;
    if (local.n > 2 && local.p[0] == '"' && local.p[local.n - 1] == '"')
        return is_hostname(host);
    for (struct str rest = local; str_split(&rest, '.', &atom);) {
        if (atom.n == 0)
            return false;
        for (size_t i = 0; i < atom.n; i++)
            if (!letter(atom.p[i]) && !digit(atom.p[i]) && !memchr(extra, atom.p[i], 19))
                return false;
    }
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']') {
        host = str_sub(host, 1, host.n - 2);
        return str_starts_c(host, "IPv6:") ? is_address(AF_INET6, str_sub(host, 5, host.n))
                                           : is_address(AF_INET, host);
    }
    return is_hostname(host);
}

/* Characters a URI may hold, percent escapes complete. */
static bool uri_chars(struct str s)
{
    static const char marks[] = "-._~:/?#[]@!$&'()*+,;=";
    size_t fragments = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            if (i + 2 >= s.n || !hex(s.p[i + 1]) || !hex(s.p[i + 2]))
                return false;
        } else if (!letter(c) && !digit(c) && !memchr(marks, c, sizeof marks - 1)) {
            return false;
        }
        fragments += c == '#';
    }
    return fragments <= 1;
}

/* Length of "scheme:", or 0. */
static size_t scheme_length(struct str s)
{
    size_t i = 0;
    while (i < s.n && (letter(s.p[i]) || (i > 0 && (digit(s.p[i]) || memchr("+-.", s.p[i], 3)))))
        i++;
    return i > 0 && i < s.n && s.p[i] == ':' ? i + 1 : 0;
}

/* Brackets only around an address in the authority; the port is a number. */
static bool authority_ok(struct str s)
{
    ptrdiff_t end = 0;
    while ((size_t)end < s.n && !memchr("/?#", s.p[end], 3))
        end++;
    struct str authority = str_sub(s, 0, (size_t)end), rest = str_sub(s, (size_t)end, s.n);
    if (str_find_char(rest, '[') >= 0 || str_find_char(rest, ']') >= 0)
        return false;
    ptrdiff_t user = str_find_char(authority, '@');
    if (user >= 0)
        authority = str_sub(authority, (size_t)user + 1, authority.n);
    if (authority.n && authority.p[0] == '[') {
        ptrdiff_t close = str_find_char(authority, ']');
        if (close < 0 || !is_address(AF_INET6, str_sub(authority, 1, (size_t)close - 1)))
            return false;
        authority = str_sub(authority, (size_t)close + 1, authority.n);
    }
    ptrdiff_t port = str_find_char(authority, ':');
    for (size_t i = port < 0 ? authority.n : (size_t)port + 1; i < authority.n; i++)
        if (!digit(authority.p[i]))
            return false;
    return str_find_char(authority, '[') < 0 && str_find_char(authority, ']') < 0;
}

static bool is_uri_reference(struct str s)
{
    size_t scheme = scheme_length(s);
    struct str rest = str_sub(s, scheme, s.n);
    if (!uri_chars(s))
        return false;
    if (str_starts_c(rest, "//"))
        return authority_ok(str_sub(rest, 2, rest.n));
    if (str_find_char(rest, '[') >= 0 || str_find_char(rest, ']') >= 0)
        return false;
    if (scheme)
        return true;
    /* a colon in the first segment would make it a scheme */
    ptrdiff_t colon = str_find_char(rest, ':'), slash = str_find_char(rest, '/');
    ptrdiff_t query = str_find_char(rest, '?'), hash = str_find_char(rest, '#');
    return colon < 0 || (slash >= 0 && slash < colon) || (query >= 0 && query < colon) ||
           (hash >= 0 && hash < colon);
}

static bool is_uri(struct str s) { return scheme_length(s) && is_uri_reference(s); }

static bool is_uuid(struct str s)
{
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !hex(s.p[i]))
            return false;
    }
    return true;
}

static bool is_json_pointer(struct str s)
{
    if (s.n && s.p[0] != '/')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '~' && (i + 1 == s.n || (s.p[i + 1] != '0' && s.p[i + 1] != '1')))
            return false;
    return true;
}

static bool is_relative_pointer(struct str s)
{
    size_t i = 0;
    while (i < s.n && digit(s.p[i]))
        i++;
    if (i == 0 || (i > 1 && s.p[0] == '0'))
        return false;
    struct str rest = str_sub(s, i, s.n);
    return str_eq_c(rest, "#") || is_json_pointer(rest);
}

/* PCRE knows escapes that ECMA 262 does not. */
static bool is_regex(struct str s)
{
    for (size_t i = 0; i + 1 < s.n; i++)
        if (s.p[i] == '\\' && memchr("AZzGhHRKXNQEag", s.p[++i], 14))
            return false;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct regex *re;
    return regex_compile(a, s, REGEX_ECMA, &re, NULL);
}

bool schema_format_ok(enum schema_format f, struct str s)
{
    switch (f) {
    case FORMAT_DATE: return is_date(s);
    case FORMAT_TIME: return is_time(s);
    case FORMAT_DATE_TIME: return is_date_time(s);
    case FORMAT_EMAIL: return is_email(s);
    case FORMAT_HOSTNAME: return is_hostname(s);
    case FORMAT_IPV4: return is_address(AF_INET, s);
    case FORMAT_IPV6: return is_address(AF_INET6, s);
    case FORMAT_URI: return is_uri(s);
    case FORMAT_URI_REFERENCE: return is_uri_reference(s);
    case FORMAT_UUID: return is_uuid(s);
    case FORMAT_REGEX: return is_regex(s);
    case FORMAT_JSON_POINTER: return is_json_pointer(s);
    case FORMAT_RELATIVE_JSON_POINTER: return is_relative_pointer(s);
    default: return true;
    }
}
