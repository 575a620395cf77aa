/* Cutting text into words and sentences; see tokens.h. Knows English abbreviations and function
 * words, and nothing else of any language. */
#include "text/tokens.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "base/vec.h"

/* ---- words ---- */

enum char_class { CHAR_OTHER, CHAR_LETTER, CHAR_DIGIT };

static enum char_class class_of(uint32_t cp)
{
    if (cp < 0x80) {
        if ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z')
            return CHAR_LETTER;
        return cp >= '0' && cp <= '9' ? CHAR_DIGIT : CHAR_OTHER;
    }
    if (utf8_is_letter(cp) || utf8_is_mark(cp))
        return CHAR_LETTER;
    return utf8_is_digit(cp) ? CHAR_DIGIT : CHAR_OTHER;
}

/* May `cp` stand between two characters of one word? */
static bool joins(uint32_t cp, enum char_class before, enum char_class after)
{
    if (before == CHAR_DIGIT && after == CHAR_DIGIT)
        return cp == '.' || cp == ',';
    if (before == CHAR_LETTER && after == CHAR_LETTER)
        return cp == '\'' || cp == '-' || cp == 0x2019;
    return false;
}

static size_t word_end_ascii(struct str s, size_t at)
{
    while (at < s.n && (unsigned char)s.p[at] < 0x80 && class_of((unsigned char)s.p[at]))
        at++;
    return at;
}

/* End of the word that starts at `at` with a character of class `before`. */
static size_t word_end_unicode(struct str s, size_t at)
{
    enum char_class before = CHAR_OTHER;
    for (size_t next = at;;) {
        uint32_t cp, cp2;
        size_t end = next;
        if (!utf8_next(s, &next, &cp))
            return end;
        enum char_class c = class_of(cp);
        if (c == CHAR_OTHER) {
            size_t beyond = next;
            if (!utf8_next(s, &beyond, &cp2))
                return end;
            c = class_of(cp2);
            if (!joins(cp, before, c))
                return end;
            next = beyond;
        }
        before = c;
    }
}

static bool needs_lowering(struct str w)
{
    for (size_t i = 0; i < w.n; i++)
        if ((unsigned char)w.p[i] >= 0x80 || (w.p[i] >= 'A' && w.p[i] <= 'Z'))
            return true;
    return false;
}

static struct str lower(struct arena *a, struct str w)
{
    if (!needs_lowering(w))
        return w;
    char *out = arena_alloc(a, w.n * 2 + 4); /* two bytes become three at most */
    size_t n = 0, at = 0;
    uint32_t cp;
    while (utf8_next(w, &at, &cp)) {
        if (cp < 0x80)
            out[n++] = (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp);
        else /* the typographic apostrophe is the same word as the plain one */
            n += utf8_encode(cp == 0x2019 ? '\'' : utf8_lower(cp), out + n);
    }
    return (struct str){out, n};
}

struct tokens words_of(struct arena *a, struct str text, enum words_kind kind)
{
    VEC(struct token) found = {0};
    for (size_t at = 0; at < text.n;) {
        size_t next = at;
        uint32_t cp;
        utf8_next(text, &next, &cp);
        if (class_of(cp) == CHAR_OTHER || (kind == WORDS_ASCII && cp >= 0x80)) {
            at = next;
            continue;
        }
        size_t end = kind == WORDS_ASCII ? word_end_ascii(text, at) : word_end_unicode(text, at);
        struct str w = lower(a, (struct str){text.p + at, end - at});
        vec_push(&found, (struct token){.from = at, .n = end - at, .word = w,
                                        .hash = hash64(w.p, w.n, 0)});
        at = end;
    }
    struct tokens r = {ARENA_ARRAY(a, found.n, struct token), found.n};
    if (found.n)
        memcpy(r.v, found.v, found.n * sizeof *r.v);
    vec_free(&found);
    return r;
}

/* ---- word lists (sorted) ---- */

static int str_by_text(const void *key, const void *member)
{
    struct str a = *(const struct str *)key;
    const char *b = *(const char *const *)member;
    /* Most comparisons end at the first byte. */
    int c = a.n ? (unsigned char)a.p[0] - (unsigned char)b[0] : -1;
    if (c == 0)
        c = strncmp(a.p, b, a.n);
    return c ? c : b[a.n] ? -1 : 0;
}

static bool listed(struct str word, const char *const *list, size_t n)
{
    return bsearch(&word, list, n, sizeof *list, str_by_text) != NULL;
}

bool word_is_stop(struct str word)
{
    static const char *const stop[] = {
        "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and",
        "any", "are", "as", "at", "be", "because", "been", "before", "being", "below", "between",
        "both", "but", "by", "can", "could", "did", "do", "does", "doing", "don't", "down",
        "during", "each", "few", "for", "from", "further", "had", "has", "have", "having", "he",
        "her", "here", "hers", "herself", "him", "himself", "his", "how", "however", "i", "if",
        "in", "into", "is", "it", "it's", "its", "itself", "just", "may", "me", "might", "more",
        "most", "must", "my", "myself", "no", "nor", "not", "now", "of", "off", "on", "once",
        "only", "or", "other", "our", "ours", "ourselves", "out", "over", "own", "same", "shall",
        "she", "should", "so", "some", "such", "than", "that", "that's", "the", "their", "theirs",
        "them", "themselves", "then", "there", "these", "they", "this", "those", "through", "to",
        "too", "under", "until", "up", "upon", "very", "was", "we", "were", "what", "when",
        "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would", "you",
        "your", "yours", "yourself", "yourselves",
    };
    return word.n <= 10 && listed(word, stop, ARRAY_LEN(stop));
}

/* ---- sentences ---- */

/* Never the end of a sentence: a name follows. */
static bool is_title(struct str w)
{
    static const char *const titles[] = {"adm", "capt", "cmdr", "col", "dr", "gen", "gov", "hon",
                                         "lt", "maj", "messrs", "mme", "mr", "mrs", "ms", "mt",
                                         "pres", "prof", "rep", "rev", "sen", "sgt", "st"};
    return listed(w, titles, ARRAY_LEN(titles));
}

/* Not the end when a number follows. */
static bool is_number_sign(struct str w)
{
    static const char *const signs[] = {"approx", "art", "ca", "cf", "ch", "eq", "fig", "figs",
                                        "no", "nos", "nr", "p", "pp", "sec", "vol"};
    return listed(w, signs, ARRAY_LEN(signs));
}

/* May end a sentence or not: the word behind decides. */
static bool is_abbreviation(struct str w)
{
    static const char *const abbreviations[] = {
        "al", "apr", "assn", "aug", "ave", "blvd", "bros", "co", "corp", "dec", "dept", "est",
        "etc", "ext", "feb", "inc", "incl", "jan", "jr", "jul", "jun", "ltd", "mar", "max",
        "min", "misc", "nov", "oct", "op", "rd", "sep", "sept", "sr", "tel", "univ", "vs"};
    if (listed(w, abbreviations, ARRAY_LEN(abbreviations)))
        return true;
    /* "e.g", "u.s", "p.m": single letters between points; and a lone initial. */
    for (size_t i = 0; i < w.n; i++)
        if (i % 2 ? w.p[i] != '.' : class_of((unsigned char)w.p[i]) != CHAR_LETTER)
            return false;
    return w.n % 2 == 1 && w.n < 12;
}

static bool is_terminator(uint32_t cp)
{
    return cp == '.' || cp == '!' || cp == '?' || cp == 0x2026;
}

static bool is_wide_terminator(uint32_t cp)
{
    return cp == 0x3002 || cp == 0xff01 || cp == 0xff1f || cp == 0xff61 || cp == 0x0964;
}

static bool is_closer(uint32_t cp)
{
    return cp == '"' || cp == '\'' || cp == ')' || cp == ']' || cp == '}' || cp == '*' ||
           cp == 0x201d || cp == 0x2019 || cp == 0xbb || cp == 0x300d || cp == 0x300f;
}

struct splitter {
    struct arena *a;
    struct str text;
    size_t start;    /* of the sentence being read */
    bool caseless;   /* no capital anywhere: a small letter may begin a sentence */
};

static bool has_capital(struct str s)
{
    size_t at = 0;
    uint32_t cp;
    while (utf8_next(s, &at, &cp))
        if (cp < 0x80 ? cp >= 'A' && cp <= 'Z' : utf8_lower(cp) != cp)
            return true;
    return false;
}

/* The word (letters, digits, inner points) that ends at `end`, lower case. */
static struct str word_before(const struct splitter *s, size_t end)
{
    size_t from = end;
    while (from > s->start && end - from < 24) {
        unsigned char c = (unsigned char)s->text.p[from - 1];
        if (c != '.' && (c >= 0x80 || !class_of(c)))
            break;
        from--;
    }
    return lower(s->a, (struct str){s->text.p + from, end - from});
}

/* The ASCII word at `at`, lower case; empty when there is none. */
static struct str word_at(const struct splitter *s, size_t at)
{
    return lower(s->a, (struct str){s->text.p + at, word_end_ascii(s->text, at) - at});
}

/* Does the point at `dot` end a sentence, when the next word begins at `next` with `cp`? */
static bool point_ends(const struct splitter *s, size_t dot, size_t next, uint32_t cp)
{
    struct str w = word_before(s, dot);
    if (w.n == 0)
        return true;
    bool digits = true;
    for (size_t i = 0; i < w.n; i++)
        digits = digits && w.p[i] >= '0' && w.p[i] <= '9';
    if (digits) /* "1. First": the number is all there is of the sentence so far */
        return str_trim((struct str){s->text.p + s->start, dot - s->start}).n != w.n;
    if (is_title(w))
        return false;
    if (is_number_sign(w))
        return class_of(cp) != CHAR_DIGIT;
    if (is_abbreviation(w))
        return word_is_stop(word_at(s, next)) && !str_eq_c(w, "e.g") && !str_eq_c(w, "i.e");
    return true;
}

/* Skips white space from `at`; tells whether it held a blank line or a line break. */
static size_t skip_space(struct str s, size_t at, int *ret_breaks)
{
    *ret_breaks = 0;
    for (size_t next = at;; at = next) {
        uint32_t cp;
        if (!utf8_next(s, &next, &cp) || !utf8_is_space(cp))
            return at;
        *ret_breaks += cp == '\n';
    }
}

/* "- x", "* x", "• x", "3. x", "3) x", "# x" */
static bool is_list_mark(struct str s, size_t at)
{
    size_t i = at, digits = 0;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++, digits++;
    if (digits)
        return digits <= 3 && i + 1 < s.n && (s.p[i] == '.' || s.p[i] == ')') && s.p[i + 1] == ' ';
    while (i < s.n && s.p[i] == '#')
        i++;
    if (i > at)
        return i < s.n && s.p[i] == ' ';
    uint32_t cp;
    if (!utf8_next(s, &i, &cp))
        return false;
    return (cp == '-' || cp == '*' || cp == 0x2022) && i < s.n && s.p[i] == ' ';
}

/* Is there a sentence end behind the terminator `cp` that starts at `from` and ends at *at?
 * Moves *at behind what closes the sentence. */
static bool terminator_ends(const struct splitter *s, uint32_t cp, size_t from, size_t *at)
{
    struct str text = s->text;
    size_t next = *at;
    bool wide = is_wide_terminator(cp), single = cp == '.';
    uint32_t c;
    while (utf8_next(text, &next, &c)) {
        if (is_terminator(c))
            single = false;
        else if (!is_closer(c) && !is_wide_terminator(c))
            break;
        *at = next;
    }
    if (wide || *at >= text.n)
        return true;
    int breaks;
    size_t word = skip_space(text, *at, &breaks);
    if (word == *at)
        return false;
    if (word >= text.n || breaks >= 2)
        return true;
    size_t peek = word;
    utf8_next(text, &peek, &c);
    if (!s->caseless && class_of(c) == CHAR_LETTER && utf8_lower(c) == c && c < 0x250)
        return false;
    return !single || point_ends(s, from, word, c);
}

struct sentences sentences_of(struct arena *a, struct str text)
{
    VEC(struct sentence) found = {0};
    struct splitter s = {.a = a, .text = text, .caseless = !has_capital(text)};
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        uint32_t cp;
        utf8_next(text, &at, &cp);
        bool ends = at >= text.n;
        if (is_terminator(cp) || is_wide_terminator(cp)) {
            ends = terminator_ends(&s, cp, from, &at);
        } else if (cp == '\n') {
            int breaks;
            at = skip_space(text, from, &breaks);
            ends = breaks >= 2 || at >= text.n || is_list_mark(text, at);
        }
        if (!ends && at < text.n)
            continue;
        struct str part = str_trim((struct str){text.p + s.start, at - s.start});
        if (part.n)
            vec_push(&found, (struct sentence){(size_t)(part.p - text.p), part.n});
        s.start = at;
    }
    struct sentences r = {ARENA_ARRAY(a, found.n, struct sentence), found.n};
    if (found.n)
        memcpy(r.v, found.v, found.n * sizeof *r.v);
    vec_free(&found);
    return r;
}
