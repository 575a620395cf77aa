/*
 * ROUGE. Words are compared by their 64-bit hashes. The longest common subsequence is computed
 * bit-parallel (H. Hyyrö, "Bit-Parallel LCS-length Computation Revisited", 2004): one column of
 * the table is a bit vector in which a 0 at row i means that the value grows from row i to i + 1.
 * ROUGE-Lsum keeps all columns and walks back through them.
 */
#include "text/rouge.h"

#include <string.h>

#include "base/hash.h"
#include "text/bag.h"
#include "text/porter.h"

enum { MAX_LCS_WORDS = 100000 };

struct prf prf_of(size_t hits, size_t n_candidate, size_t n_reference)
{
    struct prf r = {0};
    if (n_candidate)
        r.precision = (double)hits / (double)n_candidate;
    if (n_reference)
        r.recall = (double)hits / (double)n_reference;
    if (r.precision + r.recall > 0)
        r.f = 2 * r.precision * r.recall / (r.precision + r.recall);
    return r;
}

/* Length of the ASCII letter or digit at s.p[i] after lower-casing, into *ret; 0: none. The only
 * characters beyond ASCII whose lower case has an ASCII letter are the Kelvin sign (k) and the
 * capital I with dot (i, followed by a combining mark, which separates words). */
static size_t word_char(struct str s, size_t i, char *ret, bool *ret_ends)
{
    char c = s.p[i];
    *ret_ends = false;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        *ret = c;
        return 1;
    }
    if (c >= 'A' && c <= 'Z') {
        *ret = (char)(c + 32);
        return 1;
    }
    if ((unsigned char)c < 0x80)
        return 0;
    if (s.n - i >= 3 && memcmp(s.p + i, "\xe2\x84\xaa", 3) == 0) {
        *ret = 'k';
        return 3;
    }
    if (s.n - i >= 2 && memcmp(s.p + i, "\xc4\xb0", 2) == 0) {
        *ret = 'i';
        *ret_ends = true;
        return 2;
    }
    return 0;
}

struct word_keys rouge_words(struct arena *a, struct str text, bool stem)
{
    struct word_keys r = {ARENA_ARRAY(a, text.n / 2 + 1, uint64_t), 0};
    char *word = arena_alloc(a, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i <= text.n;) {
        char c = 0;
        bool ends = true;
        size_t step = i < text.n ? word_char(text, i, &c, &ends) : 0;
        if (step)
            word[n++] = c;
        if ((!step || ends) && n) {
            if (stem && n > 3)
                n = porter_stem(word, n);
            if (n)
                r.v[r.n++] = hash64(word, n, 0);
            n = 0;
        }
        i += step ? step : 1;
    }
    return r;
}

/* ---- longest common subsequence ---- */

/* For each distinct key of x, the bit vector of the rows where it stands. */
struct masks {
    struct bag index; /* key -> number of its vector, from 1 */
    uint64_t *bits;
    size_t words, rows;
};

static void masks_init(struct masks *m, struct arena *a, const uint64_t *x, size_t nx)
{
    uint32_t distinct = 0;
    bag_init(&m->index, a, nx);
    for (size_t i = 0; i < nx; i++) {
        uint32_t *number = bag_at(&m->index, x[i]);
        if (!*number)
            *number = ++distinct;
    }
    m->rows = nx;
    m->words = (nx + 63) / 64;
    m->bits = ARENA_ARRAY(a, (distinct + 1) * m->words, uint64_t);
    for (size_t i = 0; i < nx; i++)
        m->bits[*bag_at(&m->index, x[i]) * m->words + i / 64] |= (uint64_t)1 << (i % 64);
}

/* One column further: v and next may be the same vector. */
static void advance(const uint64_t *mask, size_t words, const uint64_t *v, uint64_t *next)
{
    uint64_t carry = 0;
    for (size_t k = 0; k < words; k++) {
        uint64_t u = v[k] & mask[k], sum = v[k] + u, with = sum + carry;
        carry = (sum < v[k]) | (with < sum);
        next[k] = with | (v[k] - u);
    }
}

static const uint64_t *mask_of(const struct masks *m, uint64_t key)
{
    return m->bits + bag_count(&m->index, key) * m->words; /* vector 0 is empty */
}

size_t lcs_length(struct arena *a, const uint64_t *x, size_t nx, const uint64_t *y, size_t ny)
{
    struct masks m;
    size_t n = 0;
    if (nx == 0 || ny == 0)
        return 0;
    masks_init(&m, a, x, nx);
    uint64_t *v = ARENA_ARRAY(a, m.words, uint64_t);
    memset(v, 0xff, m.words * sizeof *v);
    for (size_t j = 0; j < ny; j++)
        advance(mask_of(&m, y[j]), m.words, v, v);
    for (size_t i = 0; i < nx; i++)
        n += !(v[i / 64] >> (i % 64) & 1);
    return n;
}

/* ---- summary level: union of subsequences, sentence by sentence ---- */

struct sentence_list {
    struct word_keys *v;
    size_t n, words;
};

static struct sentence_list split_sentences(struct arena *a, struct str text, bool stem)
{
    struct sentence_list r = {0};
    struct str rest = text, line;
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    r.v = ARENA_ARRAY(a, lines, struct word_keys);
    while (str_split(&rest, '\n', &line)) {
        if (line.n == 0)
            continue;
        r.v[r.n] = rouge_words(a, line, stem);
        r.words += r.v[r.n++].n;
    }
    return r;
}

/* Marks in hit[] the words of x that belong to its longest common subsequence with y, the one
 * that rouge-score's walk finds: at a tie it goes up (towards the beginning of x). `columns` has
 * room for y->n + 1 bit vectors. */
static void mark_lcs(const struct masks *m, const struct word_keys *x, const struct word_keys *y,
                     uint64_t *columns, bool *hit)
{
    memset(columns, 0xff, m->words * sizeof *columns);
    for (size_t j = 0; j < y->n; j++)
        advance(mask_of(m, y->v[j]), m->words, columns + j * m->words,
                columns + (j + 1) * m->words);
    for (size_t i = x->n, j = y->n; i > 0 && j > 0;) {
        if (x->v[i - 1] == y->v[j - 1]) {
            hit[--i] = true;
            j--;
        } else if (!(columns[j * m->words + (i - 1) / 64] >> ((i - 1) % 64) & 1)) {
            j--; /* the value grows at row i: it did not come from above */
        } else {
            i--;
        }
    }
}

enum { MAX_SENTENCE_PAIRS = 1000000, MAX_COLUMN_WORDS = 8 << 20 };

static bool check_size(const struct sentence_list *ref, const struct sentence_list *cand,
                       size_t *ret_columns, struct err *e)
{
    size_t longest_ref = 0, longest_cand = 0;
    for (size_t i = 0; i < ref->n; i++)
        longest_ref = ref->v[i].n > longest_ref ? ref->v[i].n : longest_ref;
    for (size_t i = 0; i < cand->n; i++)
        longest_cand = cand->v[i].n > longest_cand ? cand->v[i].n : longest_cand;
    *ret_columns = (longest_cand + 1) * ((longest_ref + 63) / 64);
    if (ref->n * cand->n > MAX_SENTENCE_PAIRS)
        return err_set(e, ERR_LIMIT,
                       "%zu times %zu sentences where ROUGE-Lsum compares at most %d "
                       "pairs",
                       ref->n, cand->n, MAX_SENTENCE_PAIRS);
    return *ret_columns <= MAX_COLUMN_WORDS ||
           err_set(e, ERR_LIMIT, "sentences of %zu and %zu words are too long for ROUGE-Lsum",
                   longest_ref, longest_cand);
}

/* Words of both summaries, each as often as it occurs. */
static void count_words(struct bag *b, struct arena *a, const struct sentence_list *s)
{
    bag_init(b, a, s->words);
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->v[i].n; k++)
            bag_add(b, s->v[i].v[k]);
}

static bool rouge_lsum(struct str reference, struct str candidate, bool stem, struct arena *a,
                       struct prf *ret, struct err *e)
{
    struct sentence_list ref = split_sentences(a, reference, stem);
    struct sentence_list cand = split_sentences(a, candidate, stem);
    struct bag in_ref, in_cand;
    size_t n_columns, hits = 0;
    if (!check_size(&ref, &cand, &n_columns, e))
        return false;
    count_words(&in_ref, a, &ref);
    count_words(&in_cand, a, &cand);
    uint64_t *columns = ARENA_ARRAY(a, n_columns, uint64_t);
    for (size_t i = 0; i < ref.n && cand.words; i++) {
        const struct word_keys *x = &ref.v[i];
        struct masks m;
        if (x->n == 0)
            continue;
        bool *hit = ARENA_ARRAY(a, x->n, bool);
        masks_init(&m, a, x->v, x->n);
        for (size_t j = 0; j < cand.n; j++)
            mark_lcs(&m, x, &cand.v[j], columns, hit);
        for (size_t k = 0; k < x->n; k++) /* a word counts no more often than either has it */
            if (hit[k] && bag_count(&in_cand, x->v[k]) && bag_take(&in_ref, x->v[k]))
                hits += (size_t)bag_take(&in_cand, x->v[k]);
    }
    *ret = prf_of(hits, cand.words, ref.words);
    return true;
}

static bool rouge_l(const struct word_keys *ref, const struct word_keys *cand, struct arena *a,
                    struct prf *ret, struct err *e)
{
    size_t most = ref->n > cand->n ? ref->n : cand->n;
    if (most > MAX_LCS_WORDS)
        return err_set(e, ERR_LIMIT, "a text of %zu words where ROUGE-L takes at most %d", most,
                       MAX_LCS_WORDS);
    *ret = prf_of(lcs_length(a, ref->v, ref->n, cand->v, cand->n), cand->n, ref->n);
    return true;
}

bool rouge(const struct rouge_options *o, struct str reference, struct str candidate,
           struct arena *a, struct prf *ret, struct err *e)
{
    if (o->kind == ROUGE_LSUM)
        return rouge_lsum(reference, candidate, o->stem, a, ret, e);
    struct word_keys ref = rouge_words(a, reference, o->stem);
    struct word_keys cand = rouge_words(a, candidate, o->stem);
    if (o->kind == ROUGE_L)
        return rouge_l(&ref, &cand, a, ret, e);
    size_t n_ref, n_cand;
    uint64_t *x = ngram_keys(a, ref.v, ref.n, (size_t)o->n, &n_ref);
    uint64_t *y = ngram_keys(a, cand.v, cand.n, (size_t)o->n, &n_cand);
    *ret = prf_of(bag_overlap(a, x, n_ref, y, n_cand), n_cand, n_ref);
    return true;
}
