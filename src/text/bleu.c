/* BLEU, GLEU and chrF; see bleu.h. */
#include "text/bleu.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "text/bag.h"

enum { BLEU_ORDER = 4, CHAR_ORDER = 6 };

/* ---- tokens ---- */

static bool is_white(uint32_t cp)
{
    return utf8_is_space(cp) || (cp >= 0x1c && cp <= 0x1f) || cp == 0x85;
}

struct str_words split_white(struct arena *a, struct str text)
{
    struct str_words r = {ARENA_ARRAY(a, text.n / 2 + 1, struct str), 0};
    size_t at = 0, from = 0;
    uint32_t cp = 0;
    bool inside = false;
    for (;;) {
        size_t here = at;
        bool more = utf8_next(text, &at, &cp);
        bool white = !more || is_white(cp);
        if (inside && white)
            r.v[r.n++] = (struct str){text.p + from, here - from};
        if (!inside && !white)
            from = here;
        inside = !white;
        if (!more)
            return r;
    }
}

/* Writes text into out, with `with` for every `what`, which is not empty nor shorter. */
static size_t replace_all(char *text, size_t n, struct str what, const char *with)
{
    size_t to = 0, k = strlen(with);
    for (size_t i = 0; i < n;) {
        if (n - i >= what.n && memcmp(text + i, what.p, what.n) == 0) {
            memcpy(text + to, with, k);
            to += k;
            i += what.n;
        } else {
            text[to++] = text[i++];
        }
    }
    return to;
}

static bool is_13a_symbol(unsigned char c)
{
    return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') || (c >= ' ' && c <= '&') ||
           (c >= '(' && c <= '+') || (c >= ':' && c <= '@') || c == '/';
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_stop(char c) { return c == '.' || c == ','; }

/* The four rewriting rules of mteval-v13a's language-dependent part, each a pass over the text as
 * a regular expression substitution would make it: a match does not overlap the one before. */
static size_t rule_symbols(const char *in, size_t n, char *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        bool symbol = is_13a_symbol((unsigned char)in[i]);
        if (symbol)
            out[m++] = ' ';
        out[m++] = in[i];
        if (symbol)
            out[m++] = ' ';
    }
    return m;
}

static size_t rule_stop_behind(const char *in, size_t n, char *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        out[m++] = in[i];
        if (!is_digit(in[i]) && i + 1 < n && is_stop(in[i + 1])) {
            out[m++] = ' ';
            out[m++] = in[++i];
            out[m++] = ' ';
        }
    }
    return m;
}

static size_t rule_stop_before(const char *in, size_t n, char *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_stop(in[i]) && i + 1 < n && !is_digit(in[i + 1])) {
            out[m++] = ' ';
            out[m++] = in[i];
            out[m++] = ' ';
            out[m++] = in[++i];
        } else {
            out[m++] = in[i];
        }
    }
    return m;
}

static size_t rule_dash(const char *in, size_t n, char *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        out[m++] = in[i];
        if (is_digit(in[i]) && i + 1 < n && in[i + 1] == '-') {
            out[m++] = ' ';
            out[m++] = in[++i];
            out[m++] = ' ';
        }
    }
    return m;
}

static struct str_words words_13a(struct arena *a, struct str text)
{
    /* A rule at most triples a byte, and no byte is touched by all four. */
    size_t room = text.n * 8 + 64;
    char *x = arena_alloc(a, room), *y = arena_alloc(a, room);
    size_t n = 0;
    x[n++] = ' ';
    if (text.n)
        memcpy(x + n, text.p, text.n);
    n += text.n;
    n = replace_all(x, n, STR("<skipped>"), "");
    n = replace_all(x, n, STR("-\n"), "");
    n = replace_all(x, n, STR("\n"), " ");
    n = replace_all(x, n, STR("&quot;"), "\"");
    n = replace_all(x, n, STR("&amp;"), "&");
    n = replace_all(x, n, STR("&lt;"), "<");
    n = replace_all(x, n, STR("&gt;"), ">");
    x[n++] = ' ';
    n = rule_symbols(x, n, y);
    n = rule_stop_behind(y, n, x);
    n = rule_stop_before(x, n, y);
    n = rule_dash(y, n, x);
    return split_white(a, (struct str){x, n});
}

struct str tokens_13a(struct arena *a, struct str text)
{
    struct str_words w = words_13a(a, text);
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_FILE);
    for (size_t i = 0; i < w.n; i++) {
        if (i)
            buf_add_char(&b, ' ');
        buf_add_str(&b, w.v[i]);
    }
    return arena_str(a, buf_str(&b));
}

struct keys {
    uint64_t *v;
    size_t n;
};

static struct keys word_keys_of(struct arena *a, struct str_words w)
{
    struct keys k = {ARENA_ARRAY(a, w.n, uint64_t), w.n};
    for (size_t i = 0; i < w.n; i++)
        k.v[i] = hash64(w.v[i].p, w.v[i].n, 0);
    return k;
}

static struct str rstrip(struct str s)
{
    while (s.n) {
        size_t from = s.n - 1, at;
        uint32_t cp = 0;
        while (from > 0 && ((unsigned char)s.p[from] & 0xc0) == 0x80)
            from--;
        at = from;
        utf8_next(s, &at, &cp);
        if (!is_white(cp))
            break;
        s.n = from;
    }
    return s;
}

static struct keys keys_13a(struct arena *a, struct str text, bool lowercase)
{
    return word_keys_of(a, words_13a(a, rstrip(lowercase ? utf8_lower_str(a, text) : text)));
}

/* ---- BLEU ---- */

/* Largest count of each n-gram of order n in any reference. */
static void reference_counts(struct bag *best, struct arena *a, const struct keys *refs,
                             size_t n_refs, size_t order)
{
    size_t total = 0;
    for (size_t r = 0; r < n_refs; r++)
        total += refs[r].n;
    bag_init(best, a, total);
    for (size_t r = 0; r < n_refs; r++) {
        struct bag one;
        size_t n;
        const uint64_t *grams = ngram_keys(a, refs[r].v, refs[r].n, order, &n);
        bag_init(&one, a, n);
        for (size_t i = 0; i < n; i++) {
            uint32_t *count = bag_at(&one, grams[i]), *most = bag_at(best, grams[i]);
            if (++*count > *most)
                *most = *count;
        }
    }
}

static size_t closest_length(size_t n, const struct keys *refs, size_t n_refs)
{
    size_t best = 0, best_diff = SIZE_MAX;
    for (size_t r = 0; r < n_refs; r++) {
        size_t diff = refs[r].n > n ? refs[r].n - n : n - refs[r].n;
        if (diff < best_diff || (diff == best_diff && refs[r].n < best)) {
            best_diff = diff;
            best = refs[r].n;
        }
    }
    return best;
}

/* From counts to the score, in percent inside as sacrebleu does it so that rounding agrees. */
static void finish_bleu(struct bleu *b, const size_t *correct, const size_t *total)
{
    double smooth = 1, sum = 0, percent[BLEU_ORDER] = {0};
    int order = BLEU_ORDER;
    b->brevity_penalty = 1;
    if (b->length < b->reference_length)
        b->brevity_penalty =
            b->length ? exp(1 - (double)b->reference_length / (double)b->length) : 0;
    if (correct[0] + correct[1] + correct[2] + correct[3] == 0)
        return;
    for (int n = 0; n < BLEU_ORDER && total[n]; n++) {
        order = n + 1;
        if (correct[n] == 0) {
            smooth *= 2;
            percent[n] = 100.0 / (smooth * (double)total[n]);
        } else {
            percent[n] = 100.0 * (double)correct[n] / (double)total[n];
        }
        b->precision[n] = percent[n] / 100;
    }
    for (int n = 0; n < order; n++)
        sum += percent[n] > 0 ? log(percent[n]) : -9999999999.0;
    b->score = b->brevity_penalty * exp(sum / order) / 100;
}

struct bleu bleu_sentence(struct arena *a, struct str candidate, const struct str *references,
                          size_t n_references, bool lowercase)
{
    struct keys *refs = ARENA_ARRAY(a, n_references, struct keys);
    struct keys cand = keys_13a(a, candidate, lowercase);
    size_t correct[BLEU_ORDER] = {0}, total[BLEU_ORDER] = {0};
    for (size_t r = 0; r < n_references; r++)
        refs[r] = keys_13a(a, references[r], lowercase);
    for (size_t order = 1; order <= BLEU_ORDER; order++) {
        struct bag in_refs;
        const uint64_t *grams = ngram_keys(a, cand.v, cand.n, order, &total[order - 1]);
        reference_counts(&in_refs, a, refs, n_references, order);
        for (size_t i = 0; i < total[order - 1]; i++)
            correct[order - 1] += (size_t)bag_take(&in_refs, grams[i]);
    }
    struct bleu b = {.length = cand.n};
    b.reference_length = closest_length(cand.n, refs, n_references);
    finish_bleu(&b, correct, total);
    return b;
}

/* ---- GLEU ---- */

double gleu_sentence(struct arena *a, struct str candidate, const struct str *references,
                     size_t n_references, bool lowercase)
{
    struct keys cand = keys_13a(a, candidate, lowercase);
    double best = 0;
    for (size_t r = 0; r < n_references; r++) {
        struct keys ref = keys_13a(a, references[r], lowercase);
        size_t matches = 0, all_cand = 0, all_ref = 0;
        for (size_t order = 1; order <= BLEU_ORDER; order++) {
            size_t nx, ny;
            const uint64_t *x = ngram_keys(a, ref.v, ref.n, order, &nx);
            const uint64_t *y = ngram_keys(a, cand.v, cand.n, order, &ny);
            matches += bag_overlap(a, x, nx, y, ny);
            all_ref += nx;
            all_cand += ny;
        }
        size_t all = all_ref > all_cand ? all_ref : all_cand;
        double score = all ? (double)matches / (double)all : 0;
        best = score > best ? score : best;
    }
    return best;
}

/* ---- chrF ---- */

/* A text without white space, with the offset of every character. */
struct chars {
    char *p;
    size_t *at, n;
};

static struct chars chars_of(struct arena *a, struct str text)
{
    struct chars c = {arena_alloc(a, text.n + 1), ARENA_ARRAY(a, text.n + 1, size_t), 0};
    size_t at = 0, from = 0, bytes = 0;
    uint32_t cp;
    while (from = at, utf8_next(text, &at, &cp)) {
        if (is_white(cp))
            continue;
        c.at[c.n++] = bytes;
        memcpy(c.p + bytes, text.p + from, at - from);
        bytes += at - from;
    }
    c.at[c.n] = bytes;
    return c;
}

static struct keys char_grams(struct arena *a, const struct chars *c, size_t order)
{
    struct keys k = {NULL, c->n >= order ? c->n - order + 1 : 0};
    k.v = ARENA_ARRAY(a, k.n, uint64_t);
    for (size_t i = 0; i < k.n; i++) {
        size_t from = c->at[i], bytes = c->at[i + order] - from;
        uint64_t packed = 0;
        if (bytes < sizeof packed) {
            memcpy(&packed, c->p + from, bytes); /* exact, and cheaper than a hash */
            k.v[i] = packed;
        } else {
            k.v[i] = hash64(c->p + from, bytes, order);
        }
    }
    return k;
}

static bool is_ascii_punct(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

/* sacrebleu's words for chrF++: one punctuation mark is cut off the end, or else the front. */
static struct keys chrf_words(struct arena *a, struct str text)
{
    struct str_words w = split_white(a, text);
    struct str_words cut = {ARENA_ARRAY(a, 2 * w.n, struct str), 0};
    for (size_t i = 0; i < w.n; i++) {
        struct str s = w.v[i];
        if (utf8_length(s) > 1 && is_ascii_punct(s.p[s.n - 1])) {
            cut.v[cut.n++] = (struct str){s.p, s.n - 1};
            cut.v[cut.n++] = (struct str){s.p + s.n - 1, 1};
        } else if (utf8_length(s) > 1 && is_ascii_punct(s.p[0])) {
            cut.v[cut.n++] = (struct str){s.p, 1};
            cut.v[cut.n++] = (struct str){s.p + 1, s.n - 1};
        } else {
            cut.v[cut.n++] = s;
        }
    }
    return word_keys_of(a, cut);
}

struct chrf_sum {
    double precision, recall;
    int orders;
};

/* One order's precision and recall; an order that either text is too short for does not count. */
static void add_order(struct chrf_sum *sum, struct arena *a, struct keys cand, struct keys ref)
{
    if (cand.n == 0 || ref.n == 0)
        return;
    double matches = (double)bag_overlap(a, ref.v, ref.n, cand.v, cand.n);
    sum->precision += matches / (double)cand.n;
    sum->recall += matches / (double)ref.n;
    sum->orders++;
}

static double chrf_one(struct arena *a, struct str candidate, struct str reference, int word_order)
{
    struct chrf_sum sum = {0};
    const double factor = 4; /* beta squared */
    struct chars x = chars_of(a, candidate), y = chars_of(a, reference);
    for (size_t order = 1; order <= CHAR_ORDER; order++)
        add_order(&sum, a, char_grams(a, &x, order), char_grams(a, &y, order));
    if (word_order > 0) {
        struct keys cand = chrf_words(a, candidate), ref = chrf_words(a, reference);
        for (int order = 1; order <= word_order; order++) {
            struct keys c, r;
            c.v = ngram_keys(a, cand.v, cand.n, (size_t)order, &c.n);
            r.v = ngram_keys(a, ref.v, ref.n, (size_t)order, &r.n);
            add_order(&sum, a, c, r);
        }
    }
    if (sum.orders == 0)
        return 0;
    double p = sum.precision / sum.orders, r = sum.recall / sum.orders;
    return p + r > 0 ? (1 + factor) * p * r / (factor * p + r) : 0;
}

double chrf_sentence(struct arena *a, struct str candidate, const struct str *references,
                     size_t n_references, int word_order, bool lowercase)
{
    double best = 0;
    if (lowercase)
        candidate = utf8_lower_str(a, candidate);
    for (size_t r = 0; r < n_references; r++) {
        struct str ref = lowercase ? utf8_lower_str(a, references[r]) : references[r];
        double score = chrf_one(a, candidate, ref, word_order);
        best = score > best ? score : best;
    }
    return best;
}
