/* Words for grounding; see grounding_words.h. */
#include "grade/grounding_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "text/porter.h"
#include "text/tokens.h"
#include "text/values.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Equal, told by the first byte in most cases. */
static bool same(struct str a, const char *b)
{
    return a.n > 0 && a.p[0] == b[0] && strncmp(a.p, b, a.n) == 0 && b[a.n] == 0;
}

/* ---- numbers ---- */

static uint64_t value_key(double v)
{
    return hash64(&v, sizeof v, 11);
}

uint64_t gword_unit_key(const struct gword *w)
{
    return hash64(&w->unit, 1, w->key);
}

/* "two" … "twenty", the tens; "one" is more often a pronoun. */
static bool number_word(struct str w, double *ret)
{
    static const struct {
        const char *word;
        double value;
    } words[] = {
        {"two", 2},        {"three", 3},     {"four", 4},      {"five", 5},     {"six", 6},
        {"seven", 7},      {"eight", 8},     {"nine", 9},      {"ten", 10},     {"eleven", 11},
        {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16},
        {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},  {"thirty", 30},
        {"forty", 40},     {"fifty", 50},    {"sixty", 60},    {"seventy", 70}, {"eighty", 80},
        {"ninety", 90},
    };
    if (w.n < 3 || w.n > 9)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (same(w, words[i].word)) {
            *ret = words[i].value;
            return true;
        }
    return false;
}

/* 1 when the word is no scale. */
static double scale_of(struct str w, bool behind_digits)
{
    static const struct {
        const char *word;
        double factor;
        bool short_form; /* only directly behind digits: "3m" */
    } scales[] = {
        {"hundred", 1e2, false}, {"thousand", 1e3, false}, {"million", 1e6, false},
        {"billion", 1e9, false}, {"trillion", 1e12, false}, {"k", 1e3, true},
        {"m", 1e6, true},        {"mn", 1e6, true},         {"bn", 1e9, true},
        {"b", 1e9, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(scales); i++)
        if (scales[i].short_form == behind_digits && same(w, scales[i].word))
            return scales[i].factor;
    return 1;
}

/* The currency sign that ends before byte `at`, by its first byte; 0: none. */
static char currency_before(struct str s, size_t at)
{
    if (at >= 1 && s.p[at - 1] == '$')
        return '$';
    if (at >= 2 && memcmp(s.p + at - 2, "\xc2\xa3", 2) == 0) /* pound */
        return 'L';
    if (at >= 2 && memcmp(s.p + at - 2, "\xc2\xa5", 2) == 0) /* yen */
        return 'Y';
    if (at >= 3 && memcmp(s.p + at - 3, "\xe2\x82\xac", 3) == 0) /* euro */
        return 'E';
    return 0;
}

static char unit_behind(struct str s, size_t at, const struct token *next)
{
    size_t i = at;
    if (i < s.n && s.p[i] == ' ')
        i++;
    if (i < s.n && s.p[i] == '%')
        return '%';
    if (next && (str_eq_c(next->word, "percent") || str_eq_c(next->word, "percentage")))
        return '%';
    if (next && str_eq_c(next->word, "per") && str_starts_c(str_sub(s, next->from, 8), "per cent"))
        return '%';
    if (next && (str_eq_c(next->word, "dollars") || str_eq_c(next->word, "dollar")))
        return '$';
    return 0;
}

/* Reads token i as a number; *ret_used says how many tokens it took. */
static bool read_number(struct str text, const struct tokens *t, size_t i, struct gword *w,
                        size_t *ret_used)
{
    const struct token *next = i + 1 < t->n ? &t->v[i + 1] : NULL;
    struct str word = t->v[i].word;
    *ret_used = 1;
    if (is_digit(word.p[0])) {
        size_t n = number_at(word, 0, DECIMAL_POINT, &w->value);
        if (n == 0)
            return false;
        if (n < word.n)
            w->value *= scale_of(str_sub(word, n, word.n), true);
    } else if (!number_word(word, &w->value)) {
        return false;
    }
    double scale = next ? scale_of(next->word, false) : 1;
    if (scale > 1) {
        w->value *= scale;
        w->n = next->from + next->n - w->from;
        *ret_used = 2;
        next = i + 2 < t->n ? &t->v[i + 2] : NULL;
    }
    w->unit = currency_before(text, w->from > 0 && text.p[w->from - 1] == ' ' ? w->from - 1
                                                                             : w->from);
    if (!w->unit)
        w->unit = unit_behind(text, w->from + w->n, next);
    w->key = value_key(w->value);
    w->number = true;
    return true;
}

/* The end of a number written with spaces around its signs ("1 , 250 . 5"), as tokenised text
 * has it, from the digit at `at`; the digits and signs go to `out`. 0 when no sign has spaces. */
static size_t spaced_number(struct str s, size_t at, char *out, size_t max, size_t *ret_n)
{
    size_t n = 0, signs = 0;
    while (at < s.n && n + 2 < max) {
        if (is_digit(s.p[at])) {
            out[n++] = s.p[at++];
        } else if (at + 3 < s.n && s.p[at] == ' ' && (s.p[at + 1] == ',' || s.p[at + 1] == '.') &&
                   s.p[at + 2] == ' ' && is_digit(s.p[at + 3])) {
            out[n++] = s.p[at + 1];
            at += 3;
            signs++;
        } else {
            break;
        }
    }
    *ret_n = n;
    return signs ? at : 0;
}

void gtext_spaced_numbers(struct str text, void (*each)(void *arg, const struct gword *w),
                          void *arg)
{
    for (size_t i = 0; i < text.n; i++) {
        char digits[40];
        size_t n, end;
        if (!is_digit(text.p[i]) || (i > 0 && is_digit(text.p[i - 1])))
            continue;
        end = spaced_number(text, i, digits, sizeof digits, &n);
        struct gword w = {.from = i, .n = end - i, .number = true};
        if (!end || number_at((struct str){digits, n}, 0, DECIMAL_POINT, &w.value) != n)
            continue;
        struct str rest = str_trim(str_sub(text, end, 12));
        size_t word = 0;
        while (word < rest.n && rest.p[word] >= 'a' && rest.p[word] <= 'z')
            word++;
        w.value *= scale_of(str_sub(rest, 0, word), false) * scale_of(str_sub(rest, 0, word), true);
        w.unit = currency_before(text, i > 0 && text.p[i - 1] == ' ' ? i - 1 : i);
        if (!w.unit && (str_starts_c(rest, "%") || str_starts_c(rest, "per")))
            w.unit = '%';
        w.key = value_key(w.value);
        each(arg, &w);
        i = end - 1;
    }
}

/* ---- words ---- */

/* The stem of an ASCII word without its possessive; other words are their own stem. */
static uint64_t stem_key(struct str w)
{
    char stem[64];
    if (str_ends_c(w, "'s"))
        w.n -= 2;
    if (w.n == 0 || w.n > sizeof stem)
        return hash64(w.p, w.n, 12);
    for (size_t i = 0; i < w.n; i++) {
        if (!((w.p[i] >= 'a' && w.p[i] <= 'z') || is_digit(w.p[i])))
            return hash64(w.p, w.n, 12);
        stem[i] = w.p[i];
    }
    return hash64(stem, porter_stem(stem, w.n), 12);
}

static bool one_of(struct str w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same(w, list[i]))
            return true;
    return false;
}

static bool is_negation(struct str w)
{
    static const char *const words[] = {"not", "no", "never", "none", "nobody", "nothing",
                                        "neither", "nor", "without", "cannot", "unable"};
    return str_ends_c(w, "n't") || one_of(w, words, ARRAY_LEN(words));
}

static bool is_first_person(struct str w)
{
    static const char *const words[] = {"i", "i'm", "i've", "i'd", "i'll", "my", "me", "we",
                                        "we're", "our", "mine"};
    return w.n <= 5 && one_of(w, words, ARRAY_LEN(words));
}

static bool starts_capital(struct str text, size_t at)
{
    uint32_t cp = 0;
    utf8_next(text, &at, &cp);
    return cp < 0x80 ? cp >= 'A' && cp <= 'Z' : utf8_lower(cp) != cp;
}

/* Is the word behind something that begins a sentence or a title: a quote, a colon, a bullet? */
static bool begins_part(struct str text, size_t at)
{
    while (at > 0 && text.p[at - 1] == ' ')
        at--;
    return at == 0 || strchr("\"':(*-#\n|", text.p[at - 1]) ||
           (unsigned char)text.p[at - 1] >= 0x80;
}

static bool is_list_number(struct str text, const struct token *t, size_t sentence_from)
{
    size_t end = t->from + t->n;
    return t->from == sentence_from && is_digit(t->word.p[0]) && end < text.n &&
           (text.p[end] == '.' || text.p[end] == ')');
}

static struct gword read_word(struct str text, const struct token *t, bool first)
{
    struct gword w = {.from = t->from, .n = t->n, .raw = t->hash, .key = stem_key(t->word)};
    bool stop = word_is_stop(t->word);
    w.content = !stop && t->word.n > 1;
    w.negates = is_negation(t->word);
    w.first_person = is_first_person(t->word);
    w.name = w.content && !first && starts_capital(text, t->from) && !begins_part(text, t->from);
    return w;
}

/* Where most words are capitalised (a title, shouting) capitals name nothing. */
static void drop_titles(struct gtext *g, const struct gsentence *s)
{
    size_t names = 0, content = 0;
    for (size_t i = s->word; i < s->word + s->n_words; i++) {
        names += g->v[i].name;
        content += g->v[i].content;
    }
    if (content >= 3 && 10 * names > 7 * content)
        for (size_t i = s->word; i < s->word + s->n_words; i++)
            g->v[i].name = false;
}

struct gtext gtext_of(struct arena *a, struct str text)
{
    struct tokens t = words_of(a, text, WORDS_UNICODE);
    struct sentences s = sentences_of(a, text);
    struct gtext g = {.text = text, .n_sentences = s.n};
    g.v = ARENA_ARRAY(a, t.n, struct gword);
    g.sentence = ARENA_ARRAY(a, s.n, struct gsentence);
    for (size_t k = 0, i = 0; k < s.n; k++) {
        struct gsentence *gs = &g.sentence[k];
        size_t end = s.v[k].from + s.v[k].n, used;
        *gs = (struct gsentence){.from = s.v[k].from, .n = s.v[k].n, .word = g.n};
        gs->asks = text.p[end - 1] == '?';
        for (; i < t.n && t.v[i].from < end; i += used) {
            struct gword w = read_word(text, &t.v[i], g.n == gs->word);
            used = 1;
            if (is_list_number(text, &t.v[i], gs->from))
                continue;
            if (read_number(text, &t, i, &w, &used))
                w.content = w.name = false;
            w.sentence = (uint32_t)k;
            gs->negates = gs->negates || w.negates;
            gs->first_person = gs->first_person || w.first_person;
            g.v[g.n++] = w;
        }
        gs->n_words = g.n - gs->word;
        drop_titles(&g, gs);
    }
    return g;
}
