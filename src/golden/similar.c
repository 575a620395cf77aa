/* Near-duplicate texts by MinHash and banding; see similar.h. Knows texts, not items. */
#include "golden/similar.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "base/vec.h"

enum {
    BINS = SIMILAR_BANDS * SIMILAR_ROWS,
    MAX_TEXT = 64 * 1024,
    HEAP = 32, /* more alike than this: only neighbours are compared */
    NEIGHBOURS = 4,
    CHUNK = 512, /* candidate pairs one thread checks at a time */
};

/* --- text --- */

static struct str plain_ascii(struct arena *a, struct str s)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (word)
            out[n++] = c;
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    if (n && out[n - 1] == ' ')
        n--;
    return (struct str){out, n};
}

struct str similar_plain(struct arena *a, struct str text)
{
    text = utf8_prefix(text, MAX_TEXT);
    if (utf8_is_ascii(text))
        return plain_ascii(a, text);
    text = utf8_nfkc_fold(a, text);
    char *out = arena_alloc(a, text.n * 3 + 1); /* an invalid byte becomes three */
    size_t n = 0, at = 0;
    uint32_t cp;
    while (utf8_next(text, &at, &cp)) {
        if (utf8_is_letter(cp) || utf8_is_digit(cp))
            n += utf8_encode(cp, out + n);
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    if (n && out[n - 1] == ' ')
        n--;
    return (struct str){out, n};
}

/* --- shingles --- */

/* Bytes the character at p[i] takes; the text is valid UTF-8. */
static size_t char_bytes(char c)
{
    unsigned char u = (unsigned char)c;
    return u < 0x80 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

/* Hashes of all shingles in order, repeated ones too; *ret_n of them, at least one unless the
 * text is empty. */
static uint64_t *shingles(struct arena *a, struct str s, size_t *ret_n)
{
    uint64_t *out = ARENA_ARRAY(a, s.n + 1, uint64_t);
    size_t n = 0, end = 0;
    for (int c = 0; c < SIMILAR_SHINGLE && end < s.n; c++)
        end += char_bytes(s.p[end]);
    for (size_t begin = 0; s.n; begin += char_bytes(s.p[begin])) {
        out[n++] = hash64(s.p + begin, end - begin, 0);
        if (end >= s.n)
            break;
        end += char_bytes(s.p[end]);
    }
    *ret_n = n;
    return out;
}

void similar_bands(struct arena *a, struct str plain, uint32_t out[SIMILAR_BANDS])
{
    size_t n;
    uint32_t min[BINS];
    bool full[BINS] = {false};
    memset(out, 0, SIMILAR_BANDS * sizeof *out);
    const uint64_t *h = shingles(a, plain, &n);
    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        size_t bin = (size_t)((h[i] >> 32) * BINS >> 32);
        uint32_t v = (uint32_t)h[i];
        if (!full[bin] || v < min[bin])
            min[bin] = v;
        full[bin] = true;
    }
    uint32_t dense[BINS];
    for (size_t b = 0; b < BINS; b++) {
        size_t from = b;
        for (uint64_t t = 1; !full[from]; t++) {
            uint64_t key[2] = {b, t};
            from = (size_t)(hash64(key, sizeof key, 1) % BINS);
        }
        dense[b] = min[from];
    }
    for (size_t b = 0; b < SIMILAR_BANDS; b++) {
        uint32_t key = (uint32_t)hash64(dense + b * SIMILAR_ROWS, SIMILAR_ROWS * sizeof *dense, b);
        out[b] = key ? key : 1;
    }
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static size_t sorted_set(uint64_t *h, size_t n)
{
    size_t kept = 0;
    qsort(h, n, sizeof *h, by_value);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || h[kept - 1] != h[i])
            h[kept++] = h[i];
    return kept;
}

double similar_jaccard(struct arena *a, struct str x, struct str y)
{
    size_t nx, ny, i = 0, j = 0, both = 0;
    uint64_t *hx = shingles(a, x, &nx), *hy = shingles(a, y, &ny);
    nx = sorted_set(hx, nx);
    ny = sorted_set(hy, ny);
    if (nx == 0 || ny == 0)
        return 0;
    while (i < nx && j < ny) {
        both += hx[i] == hy[j];
        if (hx[i] < hy[j])
            i++;
        else if (hx[i] > hy[j])
            j++;
        else
            i++, j++;
    }
    return (double)both / (double)(nx + ny - both);
}

/* --- candidates --- */

struct candidate {
    uint32_t a, b;
};
typedef VEC(struct candidate) candidate_vec;

struct search {
    const uint32_t *bands;
    size_t n;
    candidate_vec found[SIMILAR_BANDS];
    struct candidate *all;
    size_t n_all;
    float *similarity;
    double threshold;
    similar_text *text;
    void *arg;
};

/* Sorts by the upper 32 bits, keeping the order of equals; `tmp` is as long as `v`. */
static void sort_by_key(uint64_t *v, uint64_t *tmp, size_t n)
{
    for (int shift = 32; shift < 64; shift += 8) {
        size_t at[257] = {0};
        for (size_t i = 0; i < n; i++)
            at[(v[i] >> shift & 255) + 1]++;
        for (size_t b = 0; b < 256; b++)
            at[b + 1] += at[b];
        for (size_t i = 0; i < n; i++)
            tmp[at[v[i] >> shift & 255]++] = v[i];
        uint64_t *swap = v;
        v = tmp;
        tmp = swap;
    }
}

/* Worth comparing, and not found through an earlier band: each pair comes up once. */
static bool is_candidate(const struct search *s, uint32_t a, uint32_t b, size_t band)
{
    const uint32_t *x = s->bands + (size_t)a * SIMILAR_BANDS;
    const uint32_t *y = s->bands + (size_t)b * SIMILAR_BANDS;
    int same = 0;
    for (size_t i = 0; i < SIMILAR_BANDS; i++) {
        if (x[i] != y[i])
            continue;
        if (i < band)
            return false;
        same++;
    }
    return same >= 2;
}

static void find_in_band(void *arg, size_t band)
{
    struct search *s = arg;
    uint64_t *v = mem_alloc((s->n + 1) * 2 * sizeof *v);
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->bands[i * SIMILAR_BANDS])
            v[n++] = (uint64_t)s->bands[i * SIMILAR_BANDS + band] << 32 | i;
    sort_by_key(v, v + n, n); /* an even number of passes: the result is in v */
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && v[to] >> 32 == v[from] >> 32;)
            to++;
        for (size_t j = from + 1; j < to; j++) {
            size_t first = to - from > HEAP && j - from > NEIGHBOURS ? j - NEIGHBOURS : from;
            for (size_t i = first; i < j; i++)
                if (is_candidate(s, (uint32_t)v[i], (uint32_t)v[j], band))
                    vec_push(&s->found[band], (struct candidate){(uint32_t)v[i], (uint32_t)v[j]});
        }
    }
    free(v);
}

static void compare_chunk(void *arg, size_t chunk)
{
    struct search *s = arg;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    size_t end = (chunk + 1) * CHUNK < s->n_all ? (chunk + 1) * CHUNK : s->n_all;
    for (size_t i = chunk * CHUNK; i < end; i++) {
        struct str x, y;
        arena_reset(a);
        s->similarity[i] = 0;
        if (s->text(s->arg, s->all[i].a, a, &x) && s->text(s->arg, s->all[i].b, a, &y))
            s->similarity[i] = (float)similar_jaccard(a, x, y);
    }
}

static int by_rows(const void *a, const void *b)
{
    const struct similar_pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

struct similar_pair *similar_pairs(struct arena *a, const uint32_t *bands, size_t n,
                                   double threshold, similar_text *text, void *arg, size_t *ret_n)
{
    struct search s = {.bands = bands, .n = n, .threshold = threshold, .text = text, .arg = arg};
    pool_for(SIMILAR_BANDS, find_in_band, &s);
    for (size_t b = 0; b < SIMILAR_BANDS; b++)
        s.n_all += s.found[b].n;
    s.all = mem_calloc(s.n_all + 1, sizeof *s.all);
    s.similarity = mem_calloc(s.n_all + 1, sizeof *s.similarity);
    for (size_t b = 0, at = 0; b < SIMILAR_BANDS; b++) {
        if (s.found[b].n)
            memcpy(s.all + at, s.found[b].v, s.found[b].n * sizeof *s.all);
        at += s.found[b].n;
        vec_free(&s.found[b]);
    }
    pool_for((s.n_all + CHUNK - 1) / CHUNK, compare_chunk, &s);
    size_t kept = 0;
    for (size_t i = 0; i < s.n_all; i++)
        kept += (double)s.similarity[i] >= threshold;
    struct similar_pair *out = ARENA_ARRAY(a, kept, struct similar_pair);
    *ret_n = 0;
    for (size_t i = 0; i < s.n_all; i++)
        if ((double)s.similarity[i] >= threshold)
            out[(*ret_n)++] = (struct similar_pair){s.all[i].a, s.all[i].b, s.similarity[i]};
    qsort(out, kept, sizeof *out, by_rows);
    free(s.all);
    free(s.similarity);
    return out;
}
