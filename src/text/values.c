/* Reading numbers, money and dates out of text; see values.h. */
#include "text/values.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/utf8.h"

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

/* ---- numbers ---- */

/* The digits and separators at s.p[at], up to the last digit. */
static size_t digits_run(struct str s, size_t at)
{
    size_t i = at, end = at;
    while (i < s.n) {
        if (digit(s.p[i]))
            end = ++i;
        else if ((s.p[i] == ',' || s.p[i] == '.' || s.p[i] == '\'') && end == i)
            i++;
        else
            break;
    }
    return end - at;
}

/* Which byte of the run is the decimal sign: its offset, or n. */
static size_t decimal_at(const char *p, size_t n, enum decimal_sign sign)
{
    size_t point = n, comma = n, points = 0, commas = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '.') {
            point = i;
            points++;
        } else if (p[i] == ',') {
            comma = i;
            commas++;
        }
    }
    if (sign == DECIMAL_POINT)
        return points == 1 ? point : n;
    if (sign == DECIMAL_COMMA)
        return commas == 1 ? comma : n;
    if (points && commas) {
        size_t last = point > comma ? point : comma;
        return (last == point ? points : commas) == 1 ? last : n;
    }
    if (points == 1)
        return point;
    return commas == 1 && n - comma - 1 != 3 ? comma : n;
}

/* A run with separators as digits and one point, for strtod; false when it is too long. */
static bool plain(const char *p, size_t n, enum decimal_sign sign, char *out, size_t size)
{
    size_t dot = decimal_at(p, n, sign), m = 0;
    for (size_t i = 0; i < n; i++) {
        if (m + 1 >= size)
            return false;
        if (i == dot)
            out[m++] = '.';
        else if (digit(p[i]))
            out[m++] = p[i];
    }
    out[m] = '\0';
    return m > 0;
}

static size_t exponent_at(struct str s, size_t at)
{
    size_t i = at;
    if (i >= s.n || (s.p[i] | 32) != 'e')
        return 0;
    i++;
    if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
        i++;
    size_t from = i;
    while (i < s.n && digit(s.p[i]))
        i++;
    return i > from && i - from <= 3 && (i == s.n || !letter(s.p[i])) ? i - at : 0;
}

/* Length of a minus sign at s.p[at]: ASCII or U+2212. */
static size_t minus_at(struct str s, size_t at)
{
    if (at < s.n && s.p[at] == '-')
        return 1;
    return s.n - at >= 3 && memcmp(s.p + at, "\xe2\x88\x92", 3) == 0 ? 3 : 0;
}

size_t number_at(struct str s, size_t at, enum decimal_sign sign, double *ret)
{
    char text[96];
    size_t i = at, minus = at < s.n ? minus_at(s, at) : 0;
    i += minus;
    if (!minus && i < s.n && s.p[i] == '+')
        i++;
    bool bare = i < s.n && s.p[i] == '.' && i + 1 < s.n && digit(s.p[i + 1]);
    size_t lead = bare ? 1 : 0, n = digits_run(s, i + lead);
    if (n == 0)
        return 0;
    text[0] = minus ? '-' : '+';
    text[1] = '0';
    if (bare) {
        text[2] = '.';
        if (n >= 64 || memchr(s.p + i + 1, '.', n) || memchr(s.p + i + 1, ',', n))
            return 0;
        memcpy(text + 3, s.p + i + 1, n);
        text[3 + n] = '\0';
    } else if (!plain(s.p + i, n, sign, text + 2, 64)) {
        return 0;
    }
    i += lead + n;
    size_t e = exponent_at(s, i), used = strlen(text);
    memcpy(text + used, s.p + i, e);
    return str_double((struct str){text, used + e}, ret) ? i + e - at : 0;
}

/* May a number begin here? Not inside a word or number. */
static bool boundary(struct str s, size_t at)
{
    if (at == 0)
        return true;
    char before = s.p[at - 1];
    return !letter(before) && !digit(before) && (unsigned char)before < 0x80;
}

static bool follows_symbol(struct str s, size_t at)
{
    /* "€12": a symbol beyond ASCII in front is fine, a letter is not. */
    size_t from = at;
    uint32_t cp = 0;
    while (from > 0 && ((unsigned char)s.p[from - 1] & 0xc0) == 0x80)
        from--;
    if (from == 0 || (unsigned char)s.p[from - 1] < 0x80)
        return false;
    from--;
    utf8_next(s, &from, &cp);
    return !utf8_is_letter(cp) && !utf8_is_digit(cp);
}

bool number_find(struct str s, bool last, enum decimal_sign sign, double *ret)
{
    bool found = false;
    for (size_t i = 0; i < s.n;) {
        double v;
        bool range = i > 0 && digit(s.p[i - 1]); /* "3-4": the hyphen is no minus */
        bool starts = boundary(s, i) || follows_symbol(s, i);
        size_t n = starts && !range ? number_at(s, i, sign, &v) : 0;
        if (n) {
            *ret = v;
            found = true;
            if (!last)
                return true;
        }
        i += n ? n : 1;
    }
    return found;
}

/* White space and what money is written with, at either end. */
static struct str strip_money(struct str s)
{
    static const char *const signs[] = {"$", "€", "£", "¥", "₹", "%"};
    for (bool again = true; again;) {
        again = false;
        s = str_trim(s);
        for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
            struct str sign = str_c(signs[i]);
            if (str_starts(s, sign)) {
                s = str_sub(s, sign.n, s.n);
                again = true;
            } else if (str_ends(s, sign)) {
                s.n -= sign.n;
                again = true;
            }
        }
    }
    return s;
}

/* A currency code or abbreviation ("RM", "USD", "kr") at either end. */
static struct str strip_code(struct str s)
{
    size_t n = 0;
    while (n < s.n && n < 4 && letter(s.p[n]))
        n++;
    if (n && n < 4 && n < s.n)
        s = str_trim(str_sub(s, s.p[n] == '.' ? n + 1 : n, s.n)); /* "Rs.500" is no half */
    n = 0;
    while (n < s.n && n < 4 && letter(s.p[s.n - 1 - n]))
        n++;
    if (n && n < 4)
        s = str_trim(str_sub(s, 0, s.n - n));
    return s;
}

bool number_of(struct str s, enum decimal_sign sign, double *ret)
{
    s = strip_money(s);
    bool negative = s.n > 2 && s.p[0] == '(' && s.p[s.n - 1] == ')';
    if (negative)
        s = str_sub(s, 1, s.n - 2);
    size_t minus = s.n ? minus_at(s, 0) : 0;
    if (minus) {
        negative = !negative;
        s = str_sub(s, minus, s.n);
    }
    s = strip_money(strip_code(strip_money(s)));
    if (s.n == 0 || number_at(s, 0, sign, ret) != s.n)
        return false;
    if (negative)
        *ret = -*ret;
    return true;
}

/* ---- dates ---- */

static int month_named(struct str s, size_t at, size_t *ret_n)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    size_t n = 0;
    while (at + n < s.n && letter(s.p[at + n]))
        n++;
    for (int m = 0; m < 12; m++) {
        size_t full = strlen(names[m]);
        bool sept = m == 8 && n == 4;
        if ((n == 3 || n == full || sept) && strncasecmp(s.p + at, names[m], n) == 0) {
            *ret_n = n;
            return m + 1;
        }
    }
    return 0;
}

static bool make_date(int year, int digits_of_year, int month, int day, struct date *ret)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (digits_of_year == 2)
        year += year < 70 ? 2000 : 1900;
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > days[month - 1] + (month == 2 && leap))
        return false;
    *ret = (struct date){year, month, day};
    return true;
}

/* Three parts in a row, each a number or a month's name. */
struct parts {
    int value[3], digits[3]; /* digits 0: a month's name */
    int n;
};

static bool all_numbers(const struct parts *p)
{
    return p->digits[0] && p->digits[1] && p->digits[2];
}

static bool from_numbers(const struct parts *p, enum date_order order, struct date *ret)
{
    int a = p->value[0], b = p->value[1], c = p->value[2];
    if (p->digits[0] == 4)
        return make_date(a, 4, b, c, ret) || make_date(a, 4, c, b, ret);
    if (p->digits[0] > 2 || p->digits[1] > 2 || (p->digits[2] != 2 && p->digits[2] != 4))
        return false;
    if (order == DATE_YMD && p->digits[0] == 2 && p->digits[2] == 2 && make_date(a, 2, b, c, ret))
        return true;
    if (order == DATE_MDY)
        return make_date(c, p->digits[2], a, b, ret) || make_date(c, p->digits[2], b, a, ret);
    return make_date(c, p->digits[2], b, a, ret) || make_date(c, p->digits[2], a, b, ret);
}

static bool from_parts(const struct parts *p, enum date_order order, struct date *ret)
{
    if (all_numbers(p))
        return from_numbers(p, order, ret);
    if (!p->digits[0] && p->digits[1] && p->digits[1] <= 2 && p->digits[2] >= 2) /* Mar 25 2018 */
        return make_date(p->value[2], p->digits[2], p->value[0], p->value[1], ret);
    if (!p->digits[1] && p->digits[0] && p->digits[2]) { /* 25 Mar 2018, 2018 Mar 25 */
        if (p->digits[0] == 4)
            return make_date(p->value[0], 4, p->value[1], p->value[2], ret);
        return make_date(p->value[2], p->digits[2], p->value[1], p->value[0], ret);
    }
    return false;
}

static size_t number_part(struct str s, size_t at, int *ret_value, int *ret_digits)
{
    size_t n = 0;
    *ret_value = 0;
    while (at + n < s.n && digit(s.p[at + n]) && n < 9)
        *ret_value = *ret_value * 10 + (s.p[at + n++] - '0');
    *ret_digits = (int)n;
    /* "25th" */
    static const char *const ordinals[] = {"st", "nd", "rd", "th"};
    for (size_t i = 0; n && n <= 2 && i < ARRAY_LEN(ordinals); i++)
        if (s.n - at - n >= 2 && strncasecmp(s.p + at + n, ordinals[i], 2) == 0 &&
            (s.n - at - n == 2 || !letter(s.p[at + n + 2])))
            return n + 2;
    return n;
}

static bool date_at(struct str s, size_t at, enum date_order order, struct date *ret)
{
    struct parts p = {0};
    size_t i = at;
    while (p.n < 3 && i < s.n) {
        size_t n = 0;
        p.value[p.n] = letter(s.p[i]) ? month_named(s, i, &n) : 0;
        p.digits[p.n] = 0;
        if (!n)
            n = number_part(s, i, &p.value[p.n], &p.digits[p.n]);
        if (!n)
            return false;
        i += n;
        if (p.n == 0 && p.digits[0] == 8) /* 20180325 */
            return make_date(p.value[0] / 10000, 4, p.value[0] / 100 % 100, p.value[0] % 100, ret);
        p.n++;
        size_t gap = 0;
        while (p.n < 3 && i < s.n && gap < 3 && strchr(" -/.,'", s.p[i]) && s.p[i])
            i++, gap++;
        if (p.n < 3 && gap == 3)
            return false;
    }
    if (p.n < 3 || (i < s.n && digit(s.p[i])))
        return false;
    return from_parts(&p, order, ret);
}

bool date_find(struct str s, enum date_order order, struct date *ret)
{
    for (size_t i = 0; i < s.n; i++) {
        bool starts = digit(s.p[i]) || letter(s.p[i]);
        if (starts && i > 0 && (digit(s.p[i - 1]) || letter(s.p[i - 1])))
            starts = false;
        if (starts && date_at(s, i, order, ret))
            return true;
    }
    return false;
}

/* ---- text ---- */

struct str text_normal(struct arena *a, struct str s, bool punctuation)
{
    struct str t = utf8_nfkc_fold(a, s);
    char *out = arena_alloc(a, t.n + 1);
    size_t n = 0, at = 0, from;
    uint32_t cp;
    bool gap = false;
    while (from = at, utf8_next(t, &at, &cp)) {
        bool keep = !utf8_is_space(cp) &&
                    (punctuation || utf8_is_letter(cp) || utf8_is_digit(cp) || utf8_is_mark(cp));
        if (!keep) {
            gap = n > 0;
            continue;
        }
        if (gap)
            out[n++] = ' ';
        gap = false;
        memcpy(out + n, t.p + from, at - from);
        n += at - from;
    }
    return (struct str){out, n};
}
