/* What the sources do not back; see grounding.h. */
#include "grade/grounding.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "grade/grounding_words.h"
#include "text/bag.h"

const char *grounding_feature_name(size_t i)
{
    static const char *const names[] = {
#define X(name) #name,
        GROUNDING_FEATURES(X)
#undef X
    };
    return names[i];
}

const char *finding_name(enum finding_kind kind)
{
    static const char *const names[] = {"new words", "number",    "unit",    "name",
                                        "negation",  "quotation", "citation"};
    return names[kind];
}

/* ---- the sources ---- */

struct source {
    struct gtext *text;        /* a passage each */
    size_t n_texts, n_words, n_sentences;
    struct bag words, pairs, triples; /* by key, stop words included */
    struct bag units;          /* numbers with their unit */
    struct bag last;           /* key of a content word or number: its last place + 1 */
    uint32_t *before;          /* place of the occurrence before + 1; 0: the first */
    uint32_t *sentence_of;     /* by place, sentences of all passages numbered through */
    bool *negates;             /* by sentence */
};

static uint64_t pair_key(const struct gword *w) { return w[0].key * 31 + w[1].key; }

static uint64_t triple_key(const struct gword *w) { return pair_key(w) * 31 + w[2].key; }

/* How many words from w[i] on stand in one sentence. */
static size_t run(const struct gtext *g, size_t i)
{
    const struct gsentence *s = &g->sentence[g->v[i].sentence];
    return s->word + s->n_words - i;
}

static void index_passage(struct source *s, const struct gtext *g)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct gword *w = &g->v[i];
        bag_add(&s->words, w->key);
        if (run(g, i) >= 2)
            bag_add(&s->pairs, pair_key(w));
        if (run(g, i) >= 3)
            bag_add(&s->triples, triple_key(w));
        if (w->number)
            bag_add(&s->units, gword_unit_key(w));
        if (w->number || w->content) {
            uint32_t *last = bag_at(&s->last, w->key);
            s->before[s->n_words] = *last;
            *last = (uint32_t)s->n_words + 1;
        }
        s->sentence_of[s->n_words++] = (uint32_t)s->n_sentences + w->sentence;
    }
    for (size_t k = 0; k < g->n_sentences; k++)
        s->negates[s->n_sentences++] = g->sentence[k].negates;
}

static void index_number(void *arg, const struct gword *w)
{
    struct source *s = arg;
    bag_add(&s->words, w->key);
    bag_add(&s->units, gword_unit_key(w));
}

static struct source source_of(struct arena *a, const struct passage *passages, size_t n)
{
    struct source s = {.text = ARENA_ARRAY(a, n, struct gtext), .n_texts = n};
    size_t words = 0, sentences = 0, bytes = 0;
    for (size_t i = 0; i < n; i++) {
        struct str part = utf8_prefix(passages[i].text, GROUNDING_MAX_SOURCE - bytes);
        bytes += part.n;
        s.text[i] = gtext_of(a, part);
        words += s.text[i].n;
        sentences += s.text[i].n_sentences;
    }
    bag_init(&s.words, a, 2 * words);
    bag_init(&s.pairs, a, words);
    bag_init(&s.triples, a, words);
    bag_init(&s.units, a, 2 * words);
    bag_init(&s.last, a, words);
    s.before = ARENA_ARRAY(a, words, uint32_t);
    s.sentence_of = ARENA_ARRAY(a, words, uint32_t);
    s.negates = ARENA_ARRAY(a, sentences, bool);
    for (size_t i = 0; i < n; i++) {
        index_passage(&s, &s.text[i]);
        gtext_spaced_numbers(s.text[i].text, index_number, &s);
    }
    return s;
}

/* ---- an output against them ---- */

/* What a source sentence shares with the output sentence at hand. */
struct hits {
    uint32_t sentence; /* the output sentence counted for, from 1; another one's count is void */
    uint32_t word;     /* the last word counted, from 1: no word counts twice */
    uint32_t n;
};

struct check {
    struct arena *a;
    const struct source *s;
    struct gtext out;
    const struct passage *passages;
    struct grounding *r;
    VEC(struct finding) findings;
    bool *skip;          /* bytes of the output inside citations */
    struct hits *hits;   /* by source sentence */
};

enum {
    MAX_PLACES = 256,  /* occurrences of a word looked at, so that no text costs its square */
    MAX_QUOTES = 200,  /* quotations looked up */
};

static void find_at(struct check *c, enum finding_kind kind, size_t from, size_t n)
{
    vec_push(&c->findings, (struct finding){kind, from, n});
}

static double share(size_t part, size_t all) { return all ? (double)part / (double)all : 0; }

static bool known(const struct check *c, const struct gword *w)
{
    return bag_count(&c->s->words, w->key) > 0;
}

static void check_words(struct check *c)
{
    size_t n_new = 0, names_new = 0, numbers_new = 0, units_wrong = 0;
    for (size_t i = 0; i < c->out.n; i++) {
        const struct gword *w = &c->out.v[i];
        if (c->skip[w->from])
            continue;
        if (w->content) {
            c->r->n_words++;
            n_new += !known(c, w);
        }
        if (w->name) {
            c->r->n_names++;
            if (!known(c, w)) {
                names_new++;
                find_at(c, FOUND_NAME, w->from, w->n);
            }
        }
        if (!w->number)
            continue;
        c->r->n_numbers++;
        if (!known(c, w)) {
            numbers_new++;
            find_at(c, FOUND_NUMBER, w->from, w->n);
        } else if (w->unit && !bag_count(&c->s->units, gword_unit_key(w))) {
            units_wrong++;
            find_at(c, FOUND_UNIT, w->from, w->n);
        }
    }
    double *x = c->r->x;
    x[GROUNDING_novelty] = share(n_new, c->r->n_words);
    x[GROUNDING_number_share] = share(numbers_new, c->r->n_numbers);
    x[GROUNDING_number_any] = numbers_new > 0;
    x[GROUNDING_unit_any] = units_wrong > 0;
    x[GROUNDING_name_share] = share(names_new, c->r->n_names);
    x[GROUNDING_name_any] = names_new > 0;
}

static void check_order(struct check *c)
{
    size_t pairs = 0, pairs_new = 0, triples = 0, triples_new = 0;
    for (size_t i = 0; i < c->out.n; i++) {
        const struct gword *w = &c->out.v[i];
        if (run(&c->out, i) >= 2) {
            pairs++;
            pairs_new += !bag_count(&c->s->pairs, pair_key(w));
        }
        if (run(&c->out, i) >= 3) {
            triples++;
            triples_new += !bag_count(&c->s->triples, triple_key(w));
        }
    }
    c->r->x[GROUNDING_bigram_novelty] = share(pairs_new, pairs);
    c->r->x[GROUNDING_trigram_novelty] = share(triples_new, triples);
}

/* Of the content words and numbers of sentence k: how many are in no source, and how many the
 * best source sentence lacks. */
struct support {
    size_t n, novel, lacking;
    uint32_t best; /* source sentence; UINT32_MAX: none shares a word */
};

static struct support support_of(struct check *c, size_t k)
{
    const struct gsentence *s = &c->out.sentence[k];
    struct support r = {.best = UINT32_MAX};
    uint32_t most = 0;
    for (size_t i = s->word; i < s->word + s->n_words; i++) {
        const struct gword *w = &c->out.v[i];
        if ((!w->content && !w->number) || c->skip[w->from])
            continue;
        r.n++;
        r.novel += !known(c, w);
        uint32_t at = bag_count(&c->s->last, w->key);
        for (int places = 0; at && places < MAX_PLACES; at = c->s->before[at - 1], places++) {
            uint32_t source = c->s->sentence_of[at - 1];
            struct hits *h = &c->hits[source];
            if (h->word == i + 1)
                continue;
            if (h->sentence != k + 1)
                h->n = 0;
            h->sentence = (uint32_t)k + 1;
            h->word = (uint32_t)i + 1;
            h->n++;
            if (h->n > most || (h->n == most && source < r.best)) {
                most = h->n;
                r.best = source;
            }
        }
    }
    r.lacking = r.n - most;
    return r;
}

static void check_sentences(struct check *c)
{
    double *x = c->r->x, gaps = 0;
    size_t n = 0, unsupported = 0, compared = 0, negated = 0, first = 0, asks = 0;
    for (size_t k = 0; k < c->out.n_sentences; k++) {
        const struct gsentence *s = &c->out.sentence[k];
        struct support p = support_of(c, k);
        first += s->first_person;
        asks += s->asks;
        if (p.n == 0)
            continue;
        n++;
        double novelty = share(p.novel, p.n), gap = share(p.lacking, p.n);
        gaps += gap;
        x[GROUNDING_worst_gap] = fmax(x[GROUNDING_worst_gap], gap);
        /* A sentence of a word or two is all new or not at all: too little to be the worst. */
        if (p.n >= 3)
            x[GROUNDING_worst_novelty] = fmax(x[GROUNDING_worst_novelty], novelty);
        if (2 * p.novel > p.n) {
            unsupported++;
            find_at(c, FOUND_NOVEL, s->from, s->n);
        }
        if (p.n < 3 || gap > 0.5)
            continue;
        compared++;
        if (s->negates != c->s->negates[p.best]) {
            negated++;
            find_at(c, FOUND_NEGATION, s->from, s->n);
        }
    }
    c->r->n_sentences = n;
    x[GROUNDING_gap] = n ? gaps / (double)n : 0;
    x[GROUNDING_unsupported] = share(unsupported, n);
    x[GROUNDING_negation] = share(negated, compared);
    x[GROUNDING_first_person] = share(first, c->out.n_sentences);
    x[GROUNDING_question] = share(asks, c->out.n_sentences);
}

/* ---- quotations ---- */

/* Do words from … end - 1 of the output stand in a passage, in this order? */
static bool is_literal(const struct check *c, size_t from, size_t end)
{
    const struct gword *w = c->out.v;
    for (size_t t = 0; t < c->s->n_texts; t++) {
        const struct gtext *g = &c->s->text[t];
        for (size_t i = 0; i + (end - from) <= g->n; i++) {
            size_t k = 0;
            while (from + k < end && g->v[i + k].raw == w[from + k].raw)
                k++;
            if (from + k == end)
                return true;
        }
    }
    return false;
}

/* The first word that begins at byte `at` or behind it. */
static size_t word_from(const struct gtext *g, size_t at)
{
    size_t lo = 0, hi = g->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (g->v[mid].from < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* A quotation of `n` bytes from `from`, if it has three words; in parts where "…" or "..." stands
 * between words. */
static void check_quotation(struct check *c, size_t from, size_t n)
{
    size_t first = word_from(&c->out, from), end = word_from(&c->out, from + n);
    if (end < first + 3 || c->r->n_quotes == MAX_QUOTES)
        return;
    c->r->n_quotes++;
    bool literal = true;
    for (size_t i = first + 1, part = first; i <= end; i++) {
        size_t gap = i < end ? c->out.v[i - 1].from + c->out.v[i - 1].n : 0;
        struct str between = i < end ? str_sub(c->out.text, gap, c->out.v[i].from - gap)
                                     : (struct str){0};
        if (i == end || str_find(between, STR("...")) >= 0 ||
            str_find(between, STR("\xe2\x80\xa6")) >= 0) {
            literal = literal && is_literal(c, part, i);
            part = i;
        }
    }
    if (!literal) {
        c->r->x[GROUNDING_quote_any] = 1;
        find_at(c, FOUND_QUOTE, from, n);
    }
}

/* Quotations between "…" or typographic quotes, within a line. */
static void check_quotations(struct check *c)
{
    struct str s = c->out.text;
    size_t open = SIZE_MAX;
    for (size_t i = 0; i < s.n; i++) {
        bool typographic = i + 2 < s.n && memcmp(s.p + i, "\xe2\x80", 2) == 0;
        bool left = typographic && (unsigned char)s.p[i + 2] == 0x9c;
        bool right = typographic && (unsigned char)s.p[i + 2] == 0x9d;
        size_t width = left || right ? 3 : 1;
        if (s.p[i] == '\n')
            open = SIZE_MAX;
        else if (left || (s.p[i] == '"' && open == SIZE_MAX))
            open = i + width;
        else if ((right || s.p[i] == '"') && open != SIZE_MAX) {
            check_quotation(c, open, i - open);
            open = SIZE_MAX;
        }
    }
}

/* ---- citations ---- */

static bool is_passage(const struct check *c, struct str name)
{
    long long number;
    for (size_t i = 0; i < c->s->n_texts; i++)
        if (!str_null(c->passages[i].id) && str_eq(c->passages[i].id, name))
            return true;
    return str_long(name, &number) && number >= 1 && number <= (long long)c->s->n_texts;
}

/* "[2]", "[1, 3]", or "[ID]" of a passage; other brackets are no citation. */
static void check_bracket(struct check *c, size_t from, size_t n)
{
    struct str rest = str_sub(c->out.text, from, n), part;
    bool all_known = true, numeric = true;
    while (str_split(&rest, ',', &part)) {
        long long number;
        part = str_trim(part);
        numeric = numeric && part.n <= 3 && str_long(part, &number);
        all_known = all_known && is_passage(c, part);
    }
    if (!all_known && !numeric)
        return;
    c->r->n_citations++;
    memset(c->skip + from, true, n);
    if (!all_known) {
        c->r->x[GROUNDING_citation_any] = 1;
        find_at(c, FOUND_CITATION, from - 1, n + 2);
    }
}

static void check_citations(struct check *c)
{
    struct str s = c->out.text;
    size_t open = SIZE_MAX;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '[')
            open = i + 1;
        else if (s.p[i] == ']' && open != SIZE_MAX) {
            if (i > open && i - open <= 64)
                check_bracket(c, open, i - open);
            open = SIZE_MAX;
        }
    }
}

bool grounding_of(struct arena *a, struct str output, const struct passage *passages, size_t n,
                  struct grounding *ret)
{
    struct source s = source_of(a, passages, n);
    struct check c = {.a = a, .s = &s, .passages = passages, .r = ret};
    *ret = (struct grounding){0};
    c.out = gtext_of(a, utf8_prefix(output, GROUNDING_MAX_OUTPUT));
    if (c.out.n == 0 || s.n_words == 0)
        return false;
    c.skip = ARENA_ARRAY(a, c.out.text.n + 1, bool);
    c.hits = ARENA_ARRAY(a, s.n_sentences, struct hits);
    check_citations(&c);
    check_words(&c);
    check_order(&c);
    check_sentences(&c);
    check_quotations(&c);
    ret->n_all_sentences = c.out.n_sentences;
    ret->sentences = ARENA_ARRAY(a, c.out.n_sentences, struct sentence);
    for (size_t k = 0; k < c.out.n_sentences; k++)
        ret->sentences[k] = (struct sentence){c.out.sentence[k].from, c.out.sentence[k].n};
    ret->n_findings = c.findings.n;
    ret->findings = ARENA_ARRAY(a, c.findings.n, struct finding);
    if (c.findings.n)
        memcpy(ret->findings, c.findings.v, c.findings.n * sizeof *ret->findings);
    vec_free(&c.findings);
    return true;
}

/* ---- self-consistency ---- */

double self_consistency(struct arena *a, struct str output, const struct str *others, size_t n)
{
    struct gtext g = gtext_of(a, utf8_prefix(output, GROUNDING_MAX_OUTPUT));
    double agreed = 0;
    size_t words = 0;
    for (size_t i = 0; i < n; i++) {
        struct gtext other = gtext_of(a, utf8_prefix(others[i], GROUNDING_MAX_OUTPUT));
        struct bag b;
        bag_init(&b, a, other.n);
        for (size_t k = 0; k < other.n; k++)
            bag_add(&b, other.v[k].key);
        for (size_t k = 0; k < g.n; k++)
            if (g.v[k].content || g.v[k].number) {
                words++;
                agreed += bag_count(&b, g.v[k].key) > 0;
            }
    }
    return words ? agreed / (double)words : (double)NAN;
}
