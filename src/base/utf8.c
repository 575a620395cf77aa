/* Unicode on top of utf8proc; see utf8.h. */
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Length of the valid sequence at p (n bytes left), or 0. */
static size_t sequence(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        return n >= 2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
    if (p[0] >= 0xe0 && p[0] <= 0xef) {
        if (n < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
            return 0;
        if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))
            return 0;
        return 3;
    }
    if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        if (n < 4 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
            return 0;
        if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
            return 0;
        return 4;
    }
    return 0;
}

ptrdiff_t utf8_check(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t i = 0;
    while (i < s.n) {
        uint64_t eight;
        if (s.n - i >= 8) {
            memcpy(&eight, p + i, 8);
            if (!(eight & 0x8080808080808080u)) {
                i += 8;
                continue;
            }
        }
        size_t k = sequence(p + i, s.n - i);
        if (!k)
            return (ptrdiff_t)i;
        i += k;
    }
    return -1;
}

bool utf8_next(struct str s, size_t *at, uint32_t *ret_cp)
{
    if (*at >= s.n)
        return false;
    const unsigned char *p = (const unsigned char *)s.p + *at;
    size_t k = sequence(p, s.n - *at);
    switch (k) {
    case 1: *ret_cp = p[0]; break;
    case 2: *ret_cp = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f); break;
    case 3:
        *ret_cp = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
        break;
    case 4:
        *ret_cp = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
                  (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
        break;
    default:
        *ret_cp = 0xfffd;
        k = 1;
        break;
    }
    *at += k;
    return true;
}

size_t utf8_encode(uint32_t cp, char *out)
{
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)out);
    return n > 0 ? (size_t)n : 0;
}

int utf8_width(struct str s)
{
    int w = 0;
    size_t at = 0;
    uint32_t cp;
    while (utf8_next(s, &at, &cp))
        w += cp < 0x80 ? 1 : utf8proc_charwidth((utf8proc_int32_t)cp);
    return w;
}

struct str utf8_cut(struct str s, int columns)
{
    size_t at = 0, end = 0;
    uint32_t cp;
    int w = 0;
    while (utf8_next(s, &at, &cp)) {
        w += cp < 0x80 ? 1 : utf8proc_charwidth((utf8proc_int32_t)cp);
        if (w > columns)
            break;
        end = at;
    }
    return (struct str){s.p, end};
}

struct str utf8_prefix(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    size_t n = max;
    while (n > 0 && max - n < 3 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return (struct str){s.p, n};
}

size_t utf8_length(struct str s)
{
    size_t n = 0, at = 0;
    uint32_t cp;
    while (utf8_next(s, &at, &cp))
        n++;
    return n;
}

/* Bidi controls reorder what a terminal or page shows: not for quoted model output. */
static bool is_hostile(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xfffd ||
           (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

struct str utf8_printable(struct arena *a, struct str s)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0, at = 0, from;
    uint32_t cp;
    while (from = at, utf8_next(s, &at, &cp)) {
        if (cp == '\n' || cp == '\t' || cp == '\r')
            out[n++] = ' ';
        else if (is_hostile(cp))
            out[n++] = '?';
        else {
            memcpy(out + n, s.p + from, at - from);
            n += at - from;
        }
    }
    return (struct str){out, n};
}

static struct str map_with(struct arena *a, struct str s, utf8proc_option_t options)
{
    utf8proc_uint8_t *out = NULL;
    if (s.n == 0)
        return STR("");
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &out, options);
    if (n < 0)
        return s;
    struct str r = {arena_strndup(a, (const char *)out, (size_t)n), (size_t)n};
    free(out);
    return r;
}

bool utf8_is_ascii(struct str s)
{
    unsigned char any = 0;
    for (size_t i = 0; i < s.n; i++)
        any |= (unsigned char)s.p[i];
    return any < 0x80;
}

struct str utf8_nfc(struct arena *a, struct str s)
{
    if (utf8_is_ascii(s)) /* composed as it is */
        return s;
    return map_with(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

static char ascii_lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c); }

static struct str lower_ascii(struct arena *a, struct str s)
{
    char *out = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        out[i] = ascii_lower(s.p[i]);
    return (struct str){out, s.n};
}

/* For ASCII, folding is lower case and the normal forms change nothing; utf8proc needs a hundred
 * times as long to say so. */
struct str utf8_fold(struct arena *a, struct str s)
{
    return utf8_is_ascii(s)
               ? lower_ascii(a, s)
               : map_with(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

struct str utf8_nfkc_fold(struct arena *a, struct str s)
{
    return utf8_is_ascii(s) ? lower_ascii(a, s)
                            : map_with(a, s,
                                       UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

static utf8proc_category_t category(uint32_t cp) { return utf8proc_category((utf8proc_int32_t)cp); }

bool utf8_is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z';
    utf8proc_category_t c = category(cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool utf8_is_mark(uint32_t cp)
{
    utf8proc_category_t c = cp < 0x80 ? UTF8PROC_CATEGORY_CN : category(cp);
    return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}

bool utf8_is_digit(uint32_t cp)
{
    return cp < 0x80 ? cp >= '0' && cp <= '9' : category(cp) == UTF8PROC_CATEGORY_ND;
}

bool utf8_is_space(uint32_t cp)
{
    if (cp < 0x80)
        return cp == ' ' || (cp >= 9 && cp <= 13);
    utf8proc_category_t c = category(cp);
    return c >= UTF8PROC_CATEGORY_ZS && c <= UTF8PROC_CATEGORY_ZP;
}

bool utf8_is_punct(uint32_t cp)
{
    utf8proc_category_t c = category(cp);
    return c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_PO;
}

uint32_t utf8_lower(uint32_t cp)
{
    return cp < 0x80 ? (uint32_t)ascii_lower((char)cp)
                     : (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

struct str utf8_lower_str(struct arena *a, struct str s)
{
    if (utf8_is_ascii(s))
        return lower_ascii(a, s);
    char *out = arena_alloc(a, s.n * 3 + 4); /* an invalid byte becomes U+FFFD */
    size_t n = 0, at = 0;
    uint32_t cp;
    while (utf8_next(s, &at, &cp))
        n += utf8_encode(utf8_lower(cp), out + n);
    return (struct str){out, n};
}

const char *utf8_unicode_version(void) { return utf8proc_unicode_version(); }
