/*
 * Facts that can be looked up by their form: `number_consistency` (each number of the output is in
 * the source) and `entity_consistency` (each name is). Score: the share that is found. An output
 * without numbers or names passes: it asserts none. Nothing here reads meaning: a right number in
 * a wrong sentence is found all the same.
 */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "grade/option.h"
#include "grade/source.h"
#include "text/bag.h"
#include "text/tokens.h"
#include "text/values.h"

struct facts {
    enum source_kind source;
    bool rounding;
};

static bool facts_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct facts *s = ARENA_NEW(a, struct facts);
    s->rounding = true;
    g->state = s;
    return source_open(options, &s->source, e) &&
           node_get_bool(options, "rounding", &s->rounding, e);
}

static void write_missing(struct grade_out *out, struct arena *a, const char *what, size_t n,
                          size_t found, const struct str *missing, size_t n_missing)
{
    struct details d;
    details_begin(&d);
    jw_kint(&d.w, what, (int64_t)n);
    jw_kint(&d.w, "found", (int64_t)found);
    jw_key(&d.w, "missing");
    jw_arr(&d.w);
    for (size_t i = 0; i < n_missing && i < 50; i++)
        jw_str(&d.w, utf8_prefix(missing[i], 200));
    jw_end(&d.w);
    details_end(&d, a, out);
}

static void grade_share(struct grade_out *out, struct arena *a, const char *what, size_t n,
                        size_t found, const struct str *missing, size_t n_missing)
{
    if (n == 0)
        graded(out, 1, a, "the output has no %s", what);
    else if (found == n)
        graded(out, 1, a, "all %zu %s are in the source", n, what);
    else
        graded(out, (double)found / (double)n, a, "%zu of %zu %s are in the source, not %s", found,
               n, what, grade_quote(a, missing[0]));
    write_missing(out, a, what, n, found, missing, n_missing);
}

/* ---- numbers ---- */

struct number {
    double value, unit; /* unit: half of it is the rounding the writer allowed himself */
    struct str text;
};

typedef VEC(struct number) number_vec;

static double word_value(struct str w)
{
    static const char *const words[] = {"zero",  "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_ieq(w, str_c(words[i])))
            return (double)i;
    return NAN;
}

/* "2.5 million", "12k": what follows the number multiplies it. */
static double multiplier(struct str rest, size_t *ret_n)
{
    static const struct {
        const char *word;
        double by;
    } words[] = {{"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}, {"trillion", 1e12},
                 {"bn", 1e9},       {"m", 1e6},       {"k", 1e3}};
    size_t gap = rest.n && rest.p[0] == ' ' ? 1 : 0, n = gap;
    while (n < rest.n && ((rest.p[n] | 32) >= 'a' && (rest.p[n] | 32) <= 'z'))
        n++;
    struct str word = str_sub(rest, gap, n - gap);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        bool short_form = strlen(words[i].word) <= 2;
        if (str_ieq(word, str_c(words[i].word)) && !(short_form && gap)) {
            *ret_n = n;
            return words[i].by;
        }
    }
    *ret_n = 0;
    return 1;
}

/* The value of one unit of the last digit written. */
static double last_digit(struct str text)
{
    ptrdiff_t point = str_find_char(text, '.');
    return point < 0 ? 1 : pow(10, -(double)(text.n - (size_t)point - 1));
}

/* Numbers are found among the words: a token that begins with a digit, or names a small number. */
static void find_numbers(struct arena *a, struct str text, number_vec *ret)
{
    struct tokens t = words_of(a, text, WORDS_UNICODE);
    for (size_t i = 0; i < t.n; i++) {
        struct str w = t.v[i].word;
        struct number x = {.text = str_sub(text, t.v[i].from, t.v[i].n)};
        size_t extra = 0;
        if (w.p[0] >= '0' && w.p[0] <= '9') {
            size_t n = number_at(w, 0, DECIMAL_AUTO, &x.value);
            if (n == 0)
                continue;
            struct str rest = str_sub(text, t.v[i].from + n, 20);
            double by = multiplier(rest, &extra);
            x.unit = last_digit(str_sub(w, 0, n)) * by;
            x.value *= by;
            x.text = str_sub(text, t.v[i].from, n + extra);
        } else {
            x.value = word_value(w);
            x.unit = 1;
            if (isnan(x.value))
                continue;
        }
        vec_push(ret, x);
    }
}

static bool number_in(const struct facts *s, const struct number *x, const number_vec *source)
{
    double slack = 1e-9 * fabs(x->value);
    if (s->rounding && x->text.n > 2) /* "3" for 2.7 is no rounding worth the name */
        slack += 0.5 * x->unit;
    for (size_t i = 0; i < source->n; i++)
        if (fabs(source->v[i].value - x->value) <= slack)
            return true;
    return false;
}

static bool numbers_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                          struct grade_out *out, struct err *e)
{
    const struct facts *s = g->state;
    number_vec said = {0}, source = {0};
    struct str text;
    size_t found = 0, n_missing = 0;
    if (!source_text(s->source, in, a, &text, e))
        return false;
    find_numbers(a, text, &source);
    find_numbers(a, in->output, &said);
    struct str *missing = ARENA_ARRAY(a, said.n, struct str);
    for (size_t i = 0; i < said.n; i++) {
        if (number_in(s, &said.v[i], &source))
            found++;
        else
            missing[n_missing++] = said.v[i].text;
    }
    grade_share(out, a, "numbers", said.n, found, missing, n_missing);
    vec_free(&said);
    vec_free(&source);
    return true;
}

/* ---- names ---- */

static bool is_capital(struct str text, const struct token *t)
{
    size_t at = t->from;
    uint32_t cp = 0;
    return utf8_next(text, &at, &cp) && utf8_is_letter(cp) && utf8_lower(cp) != cp;
}

/* Does a sentence begin with this token? */
static bool starts_sentence(const struct sentences *s, const struct token *t, size_t *hint)
{
    while (*hint < s->n && s->v[*hint].from + s->v[*hint].n <= t->from)
        ++*hint;
    /* opening quotes and brackets may stand in front */
    return *hint < s->n && t->from <= s->v[*hint].from + 4;
}

/* The words of a source, and where each stands. */
struct index {
    uint64_t *keys;
    size_t n;
    struct key_places places;
};

static void index_init(struct index *x, struct arena *a, struct str text)
{
    struct tokens t = words_of(a, text, WORDS_UNICODE);
    x->keys = ARENA_ARRAY(a, t.n, uint64_t);
    x->n = t.n;
    for (size_t i = 0; i < t.n; i++)
        x->keys[i] = t.v[i].hash;
    key_places_init(&x->places, a, x->keys, x->n);
}

/* The words of a name in a row somewhere in the source? */
static bool run_in(const struct index *x, const struct token *name, size_t n)
{
    for (uint32_t at = bag_count(&x->places.first, name->hash); at; at = x->places.next[at - 1]) {
        size_t k = 1;
        while (k < n && at - 1 + k < x->n && x->keys[at - 1 + k] == name[k].hash)
            k++;
        if (k == n)
            return true;
    }
    return false;
}

/* All its words stand in the source, if not together: "President Obama" for "Barack Obama, the
 * president". */
static bool name_in(const struct index *x, const struct token *name, size_t n)
{
    if (run_in(x, name, n))
        return true;
    for (size_t k = 0; n > 1 && k < n; k++)
        if (!run_in(x, name + k, 1))
            return false;
    return n > 1;
}

/* The name that begins at token i: how many tokens, 0 if none; *ret_skip is 1 when the first
 * capital is only the sentence's. */
static size_t name_at(struct str text, const struct tokens *t, size_t i, bool first,
                      size_t *ret_skip)
{
    bool stop = word_is_stop(t->v[i].word);
    size_t k = 0;
    *ret_skip = 0;
    while (i + k < t->n && is_capital(text, &t->v[i + k]) &&
           (k == 0 || t->v[i + k].from == t->v[i + k - 1].from + t->v[i + k - 1].n + 1))
        k++;
    if (k && (stop || (first && k == 1))) {
        *ret_skip = 1;
        k--;
    }
    return k;
}

static bool entities_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                           struct grade_out *out, struct err *e)
{
    const struct facts *s = g->state;
    struct str text, *missing;
    struct index source;
    size_t n = 0, found = 0, n_missing = 0, hint = 0;
    if (!source_text(s->source, in, a, &text, e))
        return false;
    index_init(&source, a, text);
    struct tokens t = words_of(a, in->output, WORDS_UNICODE);
    struct sentences sentences = sentences_of(a, in->output);
    missing = ARENA_ARRAY(a, t.n, struct str);
    for (size_t i = 0; i < t.n;) {
        size_t skip,
            k = name_at(in->output, &t, i, starts_sentence(&sentences, &t.v[i], &hint), &skip);
        i += skip;
        if (k) {
            const struct token *last = &t.v[i + k - 1];
            n++;
            if (name_in(&source, &t.v[i], k))
                found++;
            else
                missing[n_missing++] =
                    str_sub(in->output, t.v[i].from, last->from + last->n - t.v[i].from);
        }
        i += k ? k : skip ? 0 : 1;
    }
    grade_share(out, a, "names", n, found, missing, n_missing);
    return true;
}

static const char *const number_keys[] = {"source", "rounding", NULL};
static const char *const entity_keys[] = {"source", NULL};

extern const struct grader_ops grader_number_consistency, grader_entity_consistency;
const struct grader_ops grader_number_consistency = {
    .name = "number_consistency",
    .summary = "each number of the output is in its source",
    .keys = number_keys,
    .open = facts_open,
    .grade = numbers_grade,
    .threshold = 1,
};
const struct grader_ops grader_entity_consistency = {
    .name = "entity_consistency",
    .summary = "each name (capitalised words) of the output is in its source",
    .keys = entity_keys,
    .open = facts_open,
    .grade = entities_grade,
    .threshold = 1,
};
