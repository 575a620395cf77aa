/* SQuAD normalisation and token F1; see squad.h. */
#include "text/squad.h"

#include <stdint.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "text/bag.h"
#include "text/bleu.h"

static bool is_word(uint32_t cp) { return utf8_is_letter(cp) || utf8_is_digit(cp); }

/* The word that ends before `at`, or begins at it: is the character there part of a word? */
static bool word_before(struct str s, size_t at)
{
    uint32_t cp = 0;
    if (at == 0)
        return false;
    size_t from = at - 1;
    while (from > 0 && ((unsigned char)s.p[from] & 0xc0) == 0x80)
        from--;
    utf8_next(s, &from, &cp);
    return is_word(cp);
}

static bool word_at(struct str s, size_t at)
{
    uint32_t cp = 0;
    return utf8_next(s, &at, &cp) && is_word(cp);
}

static size_t article_at(struct str s, size_t at)
{
    static const char *const articles[] = {"a", "an", "the"};
    if (s.p[at] != 'a' && s.p[at] != 't')
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(articles); i++) {
        size_t n = strlen(articles[i]);
        if (s.n - at >= n && memcmp(s.p + at, articles[i], n) == 0 && !word_before(s, at) &&
            !word_at(s, at + n))
            return n;
    }
    return 0;
}

static bool is_punct(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

struct str squad_normal(struct arena *a, struct str s)
{
    struct str t = utf8_lower_str(a, s);
    char *bare = arena_alloc(a, t.n + 1), *out = arena_alloc(a, t.n + 1);
    size_t n = 0, m = 0;
    for (size_t i = 0; i < t.n; i++)
        if (!is_punct(t.p[i]))
            bare[n++] = t.p[i];
    t = (struct str){bare, n};
    for (size_t i = 0; i < t.n;) {
        size_t k = article_at(t, i);
        out[m++] = k ? ' ' : t.p[i];
        i += k ? k : 1;
    }
    struct str_words w = split_white(a, (struct str){out, m});
    char *joined = arena_alloc(a, m + 1);
    n = 0;
    for (size_t i = 0; i < w.n; i++) {
        if (i)
            joined[n++] = ' ';
        memcpy(joined + n, w.v[i].p, w.v[i].n);
        n += w.v[i].n;
    }
    return (struct str){joined, n};
}

static struct word_keys keys(struct arena *a, struct str s)
{
    struct str_words w = split_white(a, squad_normal(a, s));
    struct word_keys k = {ARENA_ARRAY(a, w.n, uint64_t), w.n};
    for (size_t i = 0; i < w.n; i++)
        k.v[i] = hash64(w.v[i].p, w.v[i].n, 0);
    return k;
}

struct prf squad_f1(struct arena *a, struct str expected, struct str predicted)
{
    struct word_keys x = keys(a, expected), y = keys(a, predicted);
    if (x.n == 0 || y.n == 0) {
        double same = x.n == y.n ? 1 : 0;
        return (struct prf){same, same, same};
    }
    return prf_of(bag_overlap(a, x.v, x.n, y.v, y.n), y.n, x.n);
}
