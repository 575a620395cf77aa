/*
 * `readability` of English text: Flesch reading ease (1948), Flesch-Kincaid grade (1975), Gunning
 * fog (1952), the automated readability index (1967) and Coleman-Liau (1975). `measure` chooses
 * the one that `min` and `max` limit; details carry all. Syllables are counted by rule, which is
 * right for about nine words in ten: good for comparing texts, not for a single decimal.
 */
#include <math.h>
#include <string.h>

#include "grade/option.h"
#include "text/tokens.h"

static const char *const measure_names[] = {"flesch", "grade", "fog", "ari", "coleman_liau", NULL};
enum { MEASURES = 5 };

struct readability {
    int measure;
    double min, max;
};

static bool readability_open(struct grader *g, const struct node *options, struct arena *a,
                             struct err *e)
{
    struct readability *s = ARENA_NEW(a, struct readability);
    s->min = s->max = NAN;
    g->state = s;
    if (!option_choice(options, "measure", measure_names, &s->measure, e) ||
        !node_get_num(options, "min", &s->min, e) || !node_get_num(options, "max", &s->max, e))
        return false;
    return !isnan(s->min) || !isnan(s->max) ||
           err_set(e, ERR_SPEC, "readability needs \"min\", \"max\" or both");
}

static bool vowel(char c) { return c && strchr("aeiouy", c); }

/* Groups of vowels, but for a silent e at the end and in -es and -ed; at least one. */
static size_t syllables(struct str w)
{
    size_t n = 0;
    bool before = false;
    for (size_t i = 0; i < w.n; i++) {
        bool v = vowel(w.p[i]);
        n += v && !before;
        before = v;
    }
    bool le = w.n > 2 && str_ends_c(w, "le") && !vowel(w.p[w.n - 3]);
    if (n > 1 && str_ends_c(w, "e") && !le && !vowel(w.p[w.n - 2]))
        n--;
    else if (n > 1 && w.n > 3 && (str_ends_c(w, "ed") || str_ends_c(w, "es")) &&
             !vowel(w.p[w.n - 3]) && !strchr("tdsxz", w.p[w.n - 3]))
        n--;
    return n ? n : 1;
}

struct counted {
    double words, sentences, syllables, characters, complex;
};

static struct counted count(struct arena *a, struct str text)
{
    struct counted c = {0};
    struct tokens t = words_of(a, text, WORDS_UNICODE);
    for (size_t i = 0; i < t.n; i++) {
        size_t n = syllables(t.v[i].word);
        c.syllables += (double)n;
        c.complex += n >= 3;
        c.characters += (double)t.v[i].n;
    }
    c.words = (double)t.n;
    c.sentences = (double)sentences_of(a, text).n;
    return c;
}

static bool readability_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                              struct grade_out *out, struct err *e)
{
    const struct readability *s = g->state;
    struct counted c = count(a, in->output);
    struct details d;
    double value[MEASURES];
    if (c.words < 1)
        return err_set(e, ERR_GRADER, "the output has no words to measure");
    double length = c.words / (c.sentences < 1 ? 1 : c.sentences), syl = c.syllables / c.words;
    value[0] = 206.835 - 1.015 * length - 84.6 * syl;
    value[1] = 0.39 * length + 11.8 * syl - 15.59;
    value[2] = 0.4 * (length + 100 * c.complex / c.words);
    value[3] = 4.71 * c.characters / c.words + 0.5 * length - 21.43;
    value[4] = 5.88 * c.characters / c.words - 29.6 * (1 / length) - 15.8;
    double v = value[s->measure];
    graded_bool(out, !(v < s->min) && !(v > s->max), a, "%s %.1f over %.0f words in %.0f sentences",
                measure_names[s->measure], v, c.words, c.sentences);
    details_begin(&d);
    for (size_t i = 0; i < MEASURES; i++)
        jw_knum(&d.w, measure_names[i], value[i]);
    jw_knum(&d.w, "words", c.words);
    jw_knum(&d.w, "sentences", c.sentences);
    jw_knum(&d.w, "syllables", c.syllables);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"measure", "min", "max", NULL};

extern const struct grader_ops grader_readability;
const struct grader_ops grader_readability = {
    .name = "readability",
    .summary = "English reading ease or grade (Flesch, fog, ARI, Coleman-Liau) within limits",
    .keys = keys,
    .open = readability_open,
    .grade = readability_grade,
};
