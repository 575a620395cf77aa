/*
 * `language`: the output is written in the expected language (a two-letter code), by its script
 * and by counting function words of the languages written in Latin script. Knows da, de, en, es,
 * fi, fr, it, nl, no, pl, pt, sv by words and ar, el, he, hi, ja, ko, ru (any Cyrillic), th, zh by
 * script. It needs about a dozen words to be sure: a text that it cannot place is an error.
 */
#include <pthread.h>

#include "base/map.h"
#include "base/utf8.h"
#include "grade/option.h"
#include "text/tokens.h"

struct profile {
    const char *code;
    const char *words; /* the most frequent function words, between spaces */
};

static const struct profile profiles[] = {
    {"da", " og i at det er en til af på de som med den for der ikke et har var jeg vi fra eller "
           "men om blev efter skal kan også "},
    {"de", " der die und in das ist den von zu mit sich des auf für im dem nicht ein eine als auch "
           "es an werden aus er hat dass sie nach wird bei sind wir ich "},
    {"en",
     " the of and to in is that for it as was with be on by this are from at or have an which "
     "not you your we they their has will can been were "},
    {"es", " de la que el en y los del se las por un para con no una su al es lo como más pero sus "
           "le ya este sí porque esta entre está "},
    {"fi", " ja on ei se että oli hän mutta ovat kun niin myös joka mitä tai sen kuin vain jos ole "
           "hänen sitä nyt tämä olla "},
    {"fr", " de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce "
           "il sont avec nous vous mais cette "},
    {"it", " di e il la che in un a per è una del non con da le si al i dei della sono come più lo "
           "nel anche alla gli ma questo "},
    {"nl",
     " de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij uit "
     "door naar wordt hij zij worden deze "},
    {"no",
     " og i det er på en som til av for at med den har de ikke et om var jeg vi fra eller men "
     "ble etter skal kan også blir "},
    {"pl",
     " w i na z do się nie że jest to o jak po za od przez dla tym ale oraz być które tego co "
     "są był jego może "},
    {"pt", " de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele "
           "das seu sua ou são também "},
    {"sv",
     " och i att det som en på är av för med den till inte om ett har de jag var vi från eller "
     "men efter kan ska också blir "},
};

enum { LATIN = ARRAY_LEN(profiles) };

static const struct {
    const char *code;
    uint32_t from, to;
} scripts[] = {
    {"ar", 0x0600, 0x06ff}, {"el", 0x0370, 0x03ff}, {"he", 0x0590, 0x05ff},
    {"hi", 0x0900, 0x097f}, {"ja", 0x3040, 0x30ff}, {"ko", 0xac00, 0xd7af},
    {"ru", 0x0400, 0x04ff}, {"th", 0x0e00, 0x0e7f}, {"zh", 0x4e00, 0x9fff},
};

enum { SCRIPTS = ARRAY_LEN(scripts) };

struct guess {
    const char *code; /* NULL: cannot tell */
    double share;     /* of letters in the script, or of words that are its function words */
};

static struct guess by_script(struct str text)
{
    size_t count[SCRIPTS] = {0}, letters = 0, at = 0, best = 0;
    uint32_t cp;
    while (utf8_next(text, &at, &cp)) {
        letters += utf8_is_letter(cp);
        for (size_t i = 0; cp >= 0x370 && i < SCRIPTS; i++)
            count[i] += cp >= scripts[i].from && cp <= scripts[i].to;
    }
    if (count[4] * 10 > count[8]) /* kana among the Han characters: Japanese */
        count[4] += count[8];
    for (size_t i = 1; i < SCRIPTS; i++)
        best = count[i] > count[best] ? i : best;
    if (letters < 4 || count[best] * 2 < letters)
        return (struct guess){0};
    return (struct guess){scripts[best].code, (double)count[best] / (double)letters};
}

/* Which languages have a word: bits by the order of the profiles. Filled once. */
static struct map by_word;
static unsigned masks[1024];

static void fill_words(void)
{
    size_t n = 0;
    for (size_t k = 0; k < LATIN; k++) {
        struct str rest = str_trim(str_c(profiles[k].words)), word;
        while (str_split(&rest, ' ', &word)) {
            struct map_entry *en = map_entry(&by_word, word, NULL);
            if (!en->value) {
                if (n == ARRAY_LEN(masks))
                    BUG("more function words than masks");
                en->value = &masks[n++];
            }
            unsigned *mask = en->value;
            *mask |= 1u << k;
        }
    }
}

static unsigned languages_with(struct str word)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill_words);
    const unsigned *mask = map_get(&by_word, word);
    return mask ? *mask : 0;
}

/* The language with the most function words, if it leads and has enough of them. */
static struct guess by_words(struct arena *a, struct str text)
{
    struct tokens t = words_of(a, text, WORDS_UNICODE);
    size_t hits[LATIN] = {0}, best = 0, second = 0;
    for (size_t i = 0; i < t.n && i < 2000; i++) {
        unsigned mask = languages_with(t.v[i].word);
        for (size_t k = 0; mask && k < LATIN; k++)
            hits[k] += mask >> k & 1;
    }
    for (size_t k = 1; k < LATIN; k++)
        best = hits[k] > hits[best] ? k : best;
    for (size_t k = 0; k < LATIN; k++)
        second = k != best && hits[k] > second ? hits[k] : second;
    size_t n = t.n < 2000 ? t.n : 2000;
    if (hits[best] < 2 || hits[best] == second || hits[best] * 10 < n)
        return (struct guess){0};
    return (struct guess){profiles[best].code, (double)hits[best] / (double)n};
}

struct language {
    struct want want;
};

static bool language_open(struct grader *g, const struct node *options, struct arena *a,
                          struct err *e)
{
    struct language *s = ARENA_NEW(a, struct language);
    g->state = s;
    return want_open(&s->want, options, a, e);
}

static bool is_known(struct str code)
{
    for (size_t i = 0; i < LATIN; i++)
        if (str_eq_c(code, profiles[i].code))
            return true;
    for (size_t i = 0; i < SCRIPTS; i++)
        if (str_eq_c(code, scripts[i].code))
            return true;
    return false;
}

static bool language_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                           struct grade_out *out, struct err *e)
{
    const struct language *s = g->state;
    struct str_list want;
    struct details d;
    bool same = false;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    for (size_t i = 0; i < want.n; i++)
        if (!is_known(str_sub(want.v[i], 0, 2)))
            return err_set(e, ERR_GRADER, "the language \"%.*s\" is not one that can be told",
                           STR_ARG(str_sub(want.v[i], 0, 20)));
    struct guess x = by_script(in->output);
    if (!x.code)
        x = by_words(a, in->output);
    if (!x.code)
        return err_set(e, ERR_GRADER, "the output is too short or too mixed to tell its language");
    for (size_t i = 0; i < want.n && !same; i++) /* "en-GB" asks for en */
        same = str_eq_c(str_sub(want.v[i], 0, 2), x.code);
    graded_bool(out, same, a, "the output is in %s, expected %.*s", x.code,
                STR_ARG(str_sub(want.v[0], 0, 20)));
    details_begin(&d);
    jw_kc(&d.w, "predicted", x.code);
    jw_knum(&d.w, "share", x.share);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"value", "values", NULL};

extern const struct grader_ops grader_language;
const struct grader_ops grader_language = {
    .name = "language",
    .summary = "the output is written in the expected language (a two-letter code)",
    .keys = keys,
    .open = language_open,
    .grade = language_grade,
};
