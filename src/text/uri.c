/* Reference resolution, as far as identifiers of schemas need it. */
#include "text/uri.h"

#include <stdbool.h>
#include <string.h>

struct uri {
    struct str scheme, authority, path; /* scheme with ":", authority with "//" */
    struct str query;                   /* with "?" */
    struct str fragment;                /* with "#" */
};

static bool scheme_char(char c, bool first)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           (!first && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'));
}

/* The part of *rest before any of `stops`, taken off it. */
static struct str until(struct str *rest, const char *stops)
{
    size_t n = 0;
    while (n < rest->n && !(rest->p[n] && strchr(stops, rest->p[n])))
        n++;
    struct str head = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return head;
}

static struct uri parse(struct str s)
{
    struct uri u = {0};
    size_t n = 0;
    while (n < s.n && scheme_char(s.p[n], n == 0))
        n++;
    if (n > 0 && n < s.n && s.p[n] == ':') {
        u.scheme = str_sub(s, 0, n + 1);
        s = str_sub(s, n + 1, s.n);
    }
    if (str_starts_c(s, "//")) {
        struct str rest = str_sub(s, 2, s.n), host = until(&rest, "/?#");
        u.authority = str_sub(s, 0, host.n + 2);
        s = rest;
    }
    u.path = until(&s, "?#");
    u.query = until(&s, "#");
    u.fragment = s;
    return u;
}

/* "/a/b/../c/./d" -> "/a/c/d", in place. */
static size_t remove_dots(char *p, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && p[end] != '/')
            end++;
        size_t len = end - i;
        bool last = end == n;
        if (p[i] == '/' && (len == 2 || len == 3) && memcmp(p + i + 1, "..", len - 1) == 0) {
            if (len == 3)
                while (to > 0 && p[--to] != '/')
                    continue;
            if (last)
                p[to++] = '/';
        } else {
            memmove(p + to, p + i, len);
            to += len;
        }
        i = end;
    }
    return to;
}

static struct str merge(struct arena *a, const struct uri *base, struct str path)
{
    size_t n = 0;
    char *out = arena_alloc(a, base->path.n + path.n + 2);
    if (path.n && path.p[0] != '/') {
        size_t keep = base->path.n;
        while (keep > 0 && base->path.p[keep - 1] != '/')
            keep--;
        if (keep)
            memcpy(out, base->path.p, keep);
        n = keep;
        if (n == 0 && base->authority.n)
            out[n++] = '/';
    }
    memcpy(out + n, path.p, path.n);
    return (struct str){out, remove_dots(out, n + path.n)};
}

struct str uri_resolve(struct arena *a, struct str base, struct str reference)
{
    struct uri b = parse(base), r = parse(reference);
    if (r.scheme.n || base.n == 0)
        return arena_str(a, reference);
    r.scheme = b.scheme;
    if (!r.authority.n) {
        r.authority = b.authority;
        if (r.path.n == 0) {
            r.path = b.path;
            r.query = r.query.n ? r.query : b.query;
        } else {
            r.path = merge(a, &b, r.path);
        }
    }
    return arena_strf(a, "%.*s%.*s%.*s%.*s%.*s", STR_ARG(r.scheme), STR_ARG(r.authority),
                      STR_ARG(r.path), STR_ARG(r.query), STR_ARG(r.fragment));
}

static int hex(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

struct str uri_split_fragment(struct arena *a, struct str uri, struct str *ret_fragment)
{
    ptrdiff_t at = str_find_char(uri, '#');
    *ret_fragment = (struct str){0};
    if (at < 0)
        return uri;
    struct str f = str_sub(uri, (size_t)at + 1, uri.n);
    char *out = arena_alloc(a, f.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < f.n; i++) {
        bool escape = f.p[i] == '%' && i + 2 < f.n && hex(f.p[i + 1]) >= 0 && hex(f.p[i + 2]) >= 0;
        out[n++] = escape ? (char)(hex(f.p[i + 1]) * 16 + hex(f.p[i + 2])) : f.p[i];
        i += escape ? 2 : 0;
    }
    *ret_fragment = (struct str){out, n};
    return str_sub(uri, 0, (size_t)at);
}
