/* Porter stemmer, NLTK mode. A word is (buffer, length); a rule cuts a suffix and appends its
 * replacement, which never makes the word longer. */
#include "text/porter.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"

struct rule {
    const char *suffix, *replacement;
};

static bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

/* A "y" is a consonant at the beginning and behind a vowel. */
static bool is_consonant(const char *w, size_t i)
{
    bool consonant = true;
    size_t first = i;
    if (is_vowel(w[i]))
        return false;
    if (w[i] != 'y')
        return true;
    while (first > 0 && w[first] == 'y' && w[first - 1] == 'y')
        first--;
    if (first > 0)
        consonant = is_vowel(w[first - 1]);
    return (i - first) % 2 == 0 ? consonant : !consonant;
}

/* m in [C](VC){m}[V]. */
static size_t measure(const char *w, size_t n)
{
    size_t m = 0;
    bool after_vowel = false;
    for (size_t i = 0; i < n; i++) {
        bool vowel = !is_consonant(w, i);
        m += after_vowel && !vowel;
        after_vowel = vowel;
    }
    return m;
}

static bool contains_vowel(const char *w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_consonant(w, i))
            return true;
    return false;
}

static bool ends_double_consonant(const char *w, size_t n)
{
    return n >= 2 && w[n - 1] == w[n - 2] && is_consonant(w, n - 1);
}

static bool ends_cvc(const char *w, size_t n)
{
    if (n == 2)
        return !is_consonant(w, 0) && is_consonant(w, 1);
    return n >= 3 && is_consonant(w, n - 3) && !is_consonant(w, n - 2) && is_consonant(w, n - 1) &&
           w[n - 1] != 'w' && w[n - 1] != 'x' && w[n - 1] != 'y';
}

static bool ends(const char *w, size_t n, const char *suffix)
{
    size_t k = strlen(suffix);
    return n >= k && memcmp(w + n - k, suffix, k) == 0;
}

static size_t replace(char *w, size_t stem, const char *with)
{
    size_t k = strlen(with);
    memcpy(w + stem, with, k);
    return stem + k;
}

/* The first rule whose suffix fits decides, whether or not its stem has a measure over `min`. */
static size_t apply(char *w, size_t n, const struct rule *rules, size_t n_rules, size_t min)
{
    for (size_t i = 0; i < n_rules; i++) {
        if (!ends(w, n, rules[i].suffix))
            continue;
        size_t stem = n - strlen(rules[i].suffix);
        return measure(w, stem) > min ? replace(w, stem, rules[i].replacement) : n;
    }
    return n;
}

static size_t step1a(const char *w, size_t n)
{
    if (ends(w, n, "ies"))
        return n == 4 ? n - 1 : n - 2;
    if (ends(w, n, "sses"))
        return n - 2;
    return ends(w, n, "s") && !ends(w, n, "ss") ? n - 1 : n;
}

static size_t step1b(char *w, size_t n)
{
    size_t stem;
    if (ends(w, n, "ied"))
        return n == 4 ? n - 1 : n - 2;
    if (ends(w, n, "eed"))
        return measure(w, n - 3) > 0 ? n - 1 : n;
    if (ends(w, n, "ed") && contains_vowel(w, n - 2))
        stem = n - 2;
    else if (ends(w, n, "ing") && contains_vowel(w, n - 3))
        stem = n - 3;
    else
        return n;
    if (ends(w, stem, "at") || ends(w, stem, "bl") || ends(w, stem, "iz"))
        return replace(w, stem, "e");
    char last = w[stem - 1];
    if (ends_double_consonant(w, stem))
        return last == 'l' || last == 's' || last == 'z' ? stem : stem - 1;
    return measure(w, stem) == 1 && ends_cvc(w, stem) ? replace(w, stem, "e") : stem;
}

static size_t step1c(char *w, size_t n)
{
    if (ends(w, n, "y") && n > 2 && is_consonant(w, n - 2))
        w[n - 1] = 'i';
    return n;
}

static size_t step2(char *w, size_t n)
{
    static const struct rule rules[] = {
        {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"},   {"anci", "ance"},
        {"izer", "ize"},    {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"},
        {"eli", "e"},       {"ousli", "ous"},   {"ization", "ize"}, {"ation", "ate"},
        {"ator", "ate"},    {"alism", "al"},    {"iveness", "ive"}, {"fulness", "ful"},
        {"ousness", "ous"}, {"aliti", "al"},    {"iviti", "ive"},   {"biliti", "ble"},
        {"fulli", "ful"},
    };
    while (ends(w, n, "alli") && measure(w, n - 4) > 0)
        n -= 2;
    if (ends(w, n, "logi")) /* the l counts for the stem, so that geo- is like archaeo- */
        return measure(w, n - 3) > 0 ? n - 1 : n;
    return apply(w, n, rules, ARRAY_LEN(rules), 0);
}

static size_t step3(char *w, size_t n)
{
    static const struct rule rules[] = {
        {"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"},
        {"ical", "ic"},  {"ful", ""},   {"ness", ""},
    };
    return apply(w, n, rules, ARRAY_LEN(rules), 0);
}

static size_t step4(char *w, size_t n)
{
    static const struct rule before_ion[] = {
        {"al", ""},   {"ance", ""}, {"ence", ""},  {"er", ""},   {"ic", ""},  {"able", ""},
        {"ible", ""}, {"ant", ""},  {"ement", ""}, {"ment", ""}, {"ent", ""},
    };
    static const struct rule after_ion[] = {
        {"ou", ""}, {"ism", ""}, {"ate", ""}, {"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""},
    };
    if (ends(w, n, "ion")) {
        size_t stem = n - 3;
        return measure(w, stem) > 1 && (w[stem - 1] == 's' || w[stem - 1] == 't') ? stem : n;
    }
    size_t cut = apply(w, n, before_ion, ARRAY_LEN(before_ion), 1);
    return cut < n ? cut : apply(w, n, after_ion, ARRAY_LEN(after_ion), 1);
}

static size_t step5(const char *w, size_t n)
{
    if (ends(w, n, "e")) {
        size_t m = measure(w, n - 1);
        if (m > 1 || (m == 1 && !ends_cvc(w, n - 1)))
            n--;
    }
    return ends(w, n, "ll") && measure(w, n - 1) > 1 ? n - 1 : n;
}

static size_t irregular(char *w, size_t n)
{
    static const struct rule forms[] = {
        {"sky", "sky"},         {"skies", "sky"},        {"dying", "die"},
        {"lying", "lie"},       {"tying", "tie"},        {"news", "news"},
        {"innings", "inning"},  {"inning", "inning"},    {"outings", "outing"},
        {"outing", "outing"},   {"cannings", "canning"}, {"canning", "canning"},
        {"howe", "howe"},       {"proceed", "proceed"},  {"exceed", "exceed"},
        {"succeed", "succeed"},
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (strlen(forms[i].suffix) == n && memcmp(w, forms[i].suffix, n) == 0)
            return replace(w, 0, forms[i].replacement);
    return 0;
}

size_t porter_stem(char *word, size_t n)
{
    size_t known = irregular(word, n);
    if (known || n <= 2)
        return known ? known : n;
    n = step1a(word, n);
    n = step1b(word, n);
    n = step1c(word, n);
    n = step2(word, n);
    n = step3(word, n);
    n = step4(word, n);
    return step5(word, n);
}
