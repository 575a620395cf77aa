/* Personal data and secrets by form and checksum; see pii.h. */
#include "text/pii.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_HITS = 1000 };

const char *pii_name(enum pii_kind k)
{
    static const char *const names[] = {"email", "phone", "iban", "card", "api_key"};
    return names[k];
}

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static bool alnum(char c) { return digit(c) || letter(c); }

/* ---- e-mail ---- */

static bool local_char(char c) { return alnum(c) || (c && strchr("._%+-", c)); }

/* `at` is an @: the address around it. */
static bool email_at(struct str s, size_t at, struct pii_hit *ret)
{
    size_t from = at, end = at + 1, label = 0, last_label = 0;
    while (from > 0 && at - from < 64 && local_char(s.p[from - 1]))
        from--;
    while (from < at && !alnum(s.p[from]))
        from++;
    bool dots = false;
    while (end < s.n && (alnum(s.p[end]) || s.p[end] == '-' || s.p[end] == '.')) {
        if (s.p[end] == '.') {
            if (label == 0)
                break;
            dots = true;
            label = 0;
        } else {
            label++;
            last_label = label;
        }
        end++;
    }
    while (end > at + 1 && !alnum(s.p[end - 1]))
        end--;
    *ret = (struct pii_hit){PII_EMAIL, from, end - from};
    return from < at && dots && last_label >= 2 && letter(s.p[end - 1]);
}

/* ---- numbers ---- */

int luhn_ok(struct str digits)
{
    int sum = 0;
    for (size_t i = 0; i < digits.n; i++) {
        int d = digits.p[digits.n - 1 - i] - '0';
        if (i % 2 == 1)
            d = d > 4 ? 2 * d - 9 : 2 * d;
        sum += d;
    }
    return digits.n > 0 && sum % 10 == 0;
}

/* The digits of a number that may be written in groups, from `at`; *ret_n bytes were read. */
static size_t grouped_digits(struct str s, size_t at, const char *between, size_t max, char *out,
                             size_t *ret_n)
{
    size_t n = 0, i = at, end = at;
    while (i < s.n && n < max) {
        if (digit(s.p[i])) {
            out[n++] = s.p[i++];
            end = i;
        } else if (s.p[i] && strchr(between, s.p[i]) && i <= end + 1 && n) {
            i++;
        } else {
            break;
        }
    }
    *ret_n = end - at;
    return n;
}

/* Issuers' first digits and lengths, so that an order number with a lucky checksum is not a card.
 */
static bool card_prefix(const char *d, size_t n)
{
    int two = (d[0] - '0') * 10 + (d[1] - '0'), four = two * 100 + (d[2] - '0') * 10 + (d[3] - '0');
    if (d[0] == '4')
        return n == 13 || n == 16 || n == 19;
    if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720))
        return n == 16;
    if (two == 34 || two == 37)
        return n == 15;
    if (two == 36 || two == 38 || (four >= 3000 && four <= 3059))
        return n == 14;
    return (four == 6011 || two == 65 || two == 35 || two == 62) && n >= 16 && n <= 19;
}

static bool card_at(struct str s, size_t at, struct pii_hit *ret)
{
    char d[20];
    size_t bytes, n = grouped_digits(s, at, " -", 19, d, &bytes);
    *ret = (struct pii_hit){PII_CARD, at, bytes};
    bool ends = at + bytes == s.n || !alnum(s.p[at + bytes]);
    return n >= 13 && ends && card_prefix(d, n) && luhn_ok((struct str){d, n});
}

/* International (+49 …), or at least seven digits in the groups people write numbers in. */
static bool phone_at(struct str s, size_t at, struct pii_hit *ret)
{
    char d[16];
    size_t plus = s.p[at] == '+' ? 1 : 0, open = 0, bytes, from = at + plus;
    if (from < s.n && s.p[from] == '(') {
        open = 1;
        from++;
    }
    size_t n = grouped_digits(s, from, open ? " -.)" : " -.()", 15, d, &bytes);
    if (open && (bytes < 3 || !memchr(s.p + from, ')', bytes + 1 < s.n - from ? bytes + 1 : bytes)))
        return false;
    *ret = (struct pii_hit){PII_PHONE, at, plus + open + bytes};
    size_t end = at + ret->n;
    if (n < 7 || (end < s.n && (alnum(s.p[end]) || s.p[end] == '%')))
        return false;
    if (plus || open)
        return n >= 8 || open;
    if (at >= 2 && s.p[at - 1] == ' ' && digit(s.p[at - 2]))
        return false; /* the middle of a longer number */
    /* without a country code: groups, a leading 0 or a US number 3-3-4, never dates or amounts */
    size_t groups = 1, group = 0, longest = 0, first = 0;
    for (size_t i = from; i < from + bytes; i++) {
        if (digit(s.p[i])) {
            longest = ++group > longest ? group : longest;
        } else {
            first = first ? first : group;
            groups++;
            group = 0;
        }
    }
    bool us = groups == 3 && n == 10 && first == 3 && group == 4;
    return us || (d[0] == '0' && d[1] != '0' && groups >= 2 && n >= 9 && longest < n);
}

/* ---- IBAN ---- */

static size_t iban_length(const char *country)
{
    static const struct {
        char country[3];
        unsigned char n;
    } lengths[] = {
        {"AD", 24}, {"AE", 23}, {"AT", 20}, {"BE", 16}, {"BG", 22}, {"BR", 29}, {"CH", 21},
        {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20}, {"ES", 24}, {"FI", 18},
        {"FR", 27}, {"GB", 22}, {"GR", 27}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23},
        {"IS", 26}, {"IT", 27}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27},
        {"MT", 31}, {"NL", 18}, {"NO", 15}, {"PL", 28}, {"PT", 25}, {"QA", 29}, {"RO", 24},
        {"RS", 22}, {"SA", 24}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"TR", 26},
        {"UA", 29},
    };
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
        if (memcmp(country, lengths[i].country, 2) == 0)
            return lengths[i].n;
    return 0;
}

/* Characters without spaces; at most 34 read. */
static size_t iban_chars(struct str s, char *out, size_t want, size_t *ret_bytes)
{
    size_t n = 0, i = 0;
    while (i < s.n && n < want) {
        if (alnum(s.p[i]))
            out[n++] = (char)(letter(s.p[i]) ? s.p[i] & ~32 : s.p[i]);
        else if (s.p[i] != ' ' || n == 0 || s.p[i - 1] == ' ')
            break;
        i++;
    }
    *ret_bytes = i;
    return n;
}

static bool mod97_ok(const char *c, size_t n)
{
    unsigned r = 0;
    for (size_t i = 0; i < n; i++) {
        char x = c[(i + 4) % n];
        r = digit(x) ? r * 10 + (unsigned)(x - '0') : r * 100 + (unsigned)(x - 'A') + 10;
        r %= 97;
    }
    return r == 1;
}

int iban_ok(struct str s)
{
    char c[40];
    size_t bytes;
    if (s.n < 4)
        return 0;
    size_t want = iban_length(s.p), n = iban_chars(s, c, 34, &bytes);
    return want && n == want && bytes == s.n && mod97_ok(c, n);
}

static bool iban_at(struct str s, size_t at, struct pii_hit *ret)
{
    struct str rest = str_sub(s, at, 48);
    char c[40];
    size_t bytes, want = rest.n >= 4 ? iban_length(rest.p) : 0;
    if (!want || !digit(rest.p[2]) || !digit(rest.p[3]) ||
        iban_chars(rest, c, want, &bytes) != want)
        return false;
    *ret = (struct pii_hit){PII_IBAN, at, bytes};
    return (at + bytes == s.n || !alnum(s.p[at + bytes])) && mod97_ok(c, want);
}

/* ---- keys and tokens ---- */

double char_entropy(struct str s)
{
    size_t count[256] = {0};
    double h = 0;
    for (size_t i = 0; i < s.n; i++)
        count[(unsigned char)s.p[i]]++;
    for (size_t i = 0; i < 256; i++) {
        if (!count[i])
            continue;
        double p = (double)count[i] / (double)s.n;
        h -= p * log2(p);
    }
    return h;
}

static bool key_char(char c) { return alnum(c) || c == '_' || c == '-'; }

/* Prefixes that providers document for their keys, with the least length of what follows. */
static size_t known_key(struct str word)
{
    static const struct {
        const char *prefix;
        size_t least;
    } keys[] = {
        {"sk-", 20},        {"AKIA", 16},     {"ASIA", 16},        {"ghp_", 36},
        {"gho_", 36},       {"ghs_", 36},     {"github_pat_", 22}, {"glpat-", 20},
        {"xoxb-", 10},      {"xoxp-", 10},    {"xapp-", 10},       {"AIza", 35},
        {"sk_live_", 16},   {"rk_live_", 16}, {"pk_live_", 16},    {"hf_", 30},
        {"npm_", 36},       {"SG.", 20},      {"dop_v1_", 60},     {"shpat_", 32},
        {"eyJhbGciOi", 40},
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (str_starts_c(word, keys[i].prefix) && word.n >= strlen(keys[i].prefix) + keys[i].least)
            return word.n;
    return 0;
}

/* A word of 24 characters or more that mixes cases and digits as no word or number does. */
static bool random_word(struct str word)
{
    size_t low = 0, high = 0, digits = 0;
    for (size_t i = 0; i < word.n; i++) {
        digits += digit(word.p[i]);
        high += upper(word.p[i]);
        low += letter(word.p[i]) && !upper(word.p[i]);
    }
    return word.n >= 24 && word.n <= 256 && digits >= 3 && low >= 3 && high >= 3 &&
           char_entropy(word) >= 4.0;
}

static bool key_at(struct str s, size_t at, struct pii_hit *ret)
{
    size_t end = at;
    while (end < s.n &&
           (key_char(s.p[end]) || (s.p[end] == '.' && end + 1 < s.n && key_char(s.p[end + 1]))))
        end++;
    struct str word = str_sub(s, at, end - at);
    *ret = (struct pii_hit){PII_KEY, at, word.n};
    return known_key(word) > 0 || random_word(word);
}

static bool begins_pem(struct str s, size_t at, struct pii_hit *ret)
{
    struct str rest = str_sub(s, at, 64);
    *ret = (struct pii_hit){PII_KEY, at, 10};
    return str_starts_c(rest, "-----BEGIN") && str_find(rest, STR("PRIVATE KEY")) > 0;
}

/* ---- all of them ---- */

static bool wants(unsigned kinds, enum pii_kind k) { return kinds & 1u << k; }

/* What begins at `i`, the most certain kind first. */
static bool hit_at(struct str s, size_t i, unsigned kinds, bool starts, struct pii_hit *ret)
{
    char c = s.p[i];
    if (c == '@' && wants(kinds, PII_EMAIL) && email_at(s, i, ret))
        return true;
    if (c == '-' && wants(kinds, PII_KEY) && begins_pem(s, i, ret))
        return true;
    if (!starts)
        return false;
    if (letter(c) && wants(kinds, PII_IBAN) && iban_at(s, i, ret))
        return true;
    if (digit(c) && wants(kinds, PII_CARD) && card_at(s, i, ret))
        return true;
    if (alnum(c) && wants(kinds, PII_KEY) && key_at(s, i, ret))
        return true;
    return (digit(c) || c == '+' || c == '(') && wants(kinds, PII_PHONE) && phone_at(s, i, ret);
}

struct pii_hits pii_find(struct arena *a, struct str text, unsigned kinds)
{
    struct pii_hits r = {ARENA_ARRAY(a, MAX_HITS, struct pii_hit), 0};
    struct pii_hit hit;
    for (size_t i = 0; i < text.n && r.n < MAX_HITS;) {
        bool starts = i == 0 || !(key_char(text.p[i - 1]) || text.p[i - 1] == '.');
        size_t last_end = r.n ? r.v[r.n - 1].from + r.v[r.n - 1].n : 0;
        if (!hit_at(text, i, kinds, starts, &hit) || hit.from < last_end) {
            i++;
            continue;
        }
        r.v[r.n++] = hit;
        i = hit.from + hit.n;
    }
    return r;
}
