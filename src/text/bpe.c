/* Token counting; see bpe.h. The patterns are those tiktoken publishes for its encodings. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "text/bpe.h"

#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { MAX_FILE = 64 << 20, NO_RANK = INT32_MAX };

static const struct {
    const char *name, *pattern;
} encodings[] = {
    {"cl100k_base", "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
                    " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+"},
    {"o200k_base",
     "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
     "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
     "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
     "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
     "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},
};

struct entry {
    uint32_t at, len; /* into bytes */
    int32_t rank;
};

/* An open-addressed table from token bytes to rank: 200,000 entries, read-only once loaded. */
struct bpe {
    pcre2_code *pattern;
    char *bytes;
    size_t n_bytes, cap_bytes;
    struct entry *slot;
    size_t n_slots, n;
};

static void release(void *p)
{
    struct bpe *b = p;
    pcre2_code_free(b->pattern);
    free(b->bytes);
    free(b->slot);
}

static size_t find(const struct bpe *b, const char *p, size_t n)
{
    size_t mask = b->n_slots - 1, i = hash64(p, n, 0) & mask;
    while (b->slot[i].len && !(b->slot[i].len == n && memcmp(b->bytes + b->slot[i].at, p, n) == 0))
        i = (i + 1) & mask;
    return i;
}

static int32_t rank_of(const struct bpe *b, const char *p, size_t n)
{
    const struct entry *en = &b->slot[find(b, p, n)];
    return en->len ? en->rank : NO_RANK;
}

static int base64_value(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *hit = c ? strchr(alphabet, c) : NULL;
    return hit ? (int)(hit - alphabet) : -1;
}

static bool decode(struct str in, char *out, size_t *ret_n)
{
    unsigned bits = 0;
    int have = 0;
    size_t n = 0;
    while (in.n && in.p[in.n - 1] == '=')
        in.n--;
    for (size_t i = 0; i < in.n; i++) {
        int v = base64_value(in.p[i]);
        if (v < 0)
            return false;
        bits = bits << 6 | (unsigned)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (char)(bits >> have);
        }
    }
    *ret_n = n;
    return n > 0;
}

static bool read_line(struct bpe *b, struct str line)
{
    char token[1024];
    size_t n;
    long long rank;
    ptrdiff_t blank = str_find_char(line, ' ');
    if (blank <= 0 || blank > 1300 || !decode(str_sub(line, 0, (size_t)blank), token, &n) ||
        !str_long(str_sub(line, (size_t)blank + 1, line.n), &rank) || rank < 0 || rank >= NO_RANK ||
        b->n >= BPE_MAX_RANKS || b->n_bytes + n > b->cap_bytes)
        return false;
    struct entry *en = &b->slot[find(b, token, n)];
    if (en->len)
        return false;
    memcpy(b->bytes + b->n_bytes, token, n);
    *en = (struct entry){(uint32_t)b->n_bytes, (uint32_t)n, (int32_t)rank};
    b->n_bytes += n;
    b->n++;
    return true;
}

static bool load_ranks(struct bpe *b, struct str text, const char *path, struct err *e)
{
    struct str line;
    int number = 0;
    b->cap_bytes = text.n;
    b->bytes = mem_alloc(text.n);
    for (b->n_slots = 1024; b->n_slots < text.n / 5; b->n_slots *= 2)
        ;
    b->slot = mem_calloc(b->n_slots, sizeof *b->slot);
    while (str_split(&text, '\n', &line)) {
        number++;
        if (line.n == 0)
            continue;
        if (b->n * 2 >= b->n_slots || !read_line(b, line)) {
            err_set(e, ERR_INPUT, "no line of a rank file (base64 of a token, blank, rank)");
            return err_at(e, path, number, 1);
        }
    }
    return b->n >= 256 || err_set(e, ERR_INPUT,
                                  "%s has %zu ranks where at least the 256 bytes "
                                  "were expected",
                                  path, b->n);
}

bool bpe_load(struct arena *a, const char *encoding, const char *path, struct bpe **ret,
              struct err *e)
{
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct bpe *b = ARENA_NEW(a, struct bpe);
    struct str text;
    int code;
    PCRE2_SIZE at;
    arena_defer(a, release, b);
    for (size_t i = 0; i < ARRAY_LEN(encodings); i++) {
        if (strcmp(encodings[i].name, encoding) == 0)
            b->pattern = pcre2_compile((PCRE2_SPTR)encodings[i].pattern, PCRE2_ZERO_TERMINATED,
                                       PCRE2_UTF | PCRE2_UCP, &code, &at, NULL);
    }
    if (!b->pattern)
        return err_set(e, ERR_INPUT, "encoding \"%s\" where o200k_base or cl100k_base was expected",
                       encoding);
    pcre2_jit_compile(b->pattern, PCRE2_JIT_COMPLETE);
    if (!file_read(scratch, path, MAX_FILE, &text, e) || !load_ranks(b, text, path, e))
        return false;
    *ret = b;
    return true;
}

/* Pieces are a word or so long, where the plain quadratic merge is the fastest. */
struct part {
    uint32_t at;
    int32_t rank; /* of this part joined with the next */
};

static int32_t pair_rank(const struct bpe *b, const char *p, const struct part *part, size_t i,
                         size_t n)
{
    if (i + 2 > n)
        return NO_RANK;
    return rank_of(b, p + part[i].at, part[i + 2].at - part[i].at);
}

static size_t merge(const struct bpe *b, const char *p, size_t len, struct part *part)
{
    size_t n = len; /* parts; part[n] is the end */
    for (size_t i = 0; i <= n; i++)
        part[i].at = (uint32_t)i;
    for (size_t i = 0; i < n; i++)
        part[i].rank = pair_rank(b, p, part, i, n);
    for (;;) {
        size_t best = n;
        int32_t low = NO_RANK;
        for (size_t i = 0; i + 1 < n; i++) {
            if (part[i].rank < low) {
                low = part[i].rank;
                best = i;
            }
        }
        if (best == n)
            return n;
        memmove(&part[best + 1], &part[best + 2], (n - best - 1) * sizeof *part);
        n--;
        part[best].rank = pair_rank(b, p, part, best, n);
        if (best)
            part[best - 1].rank = pair_rank(b, p, part, best - 1, n);
    }
}

/* A piece of thousands of characters (a run of one letter) would make the merge slow without
 * bound: it is counted in blocks, at most one token a block above what tiktoken counts. */
enum { BLOCK = 2048 };

static size_t count_piece(const struct bpe *b, const char *p, size_t n, struct part *part)
{
    size_t total = 0;
    if (rank_of(b, p, n) != NO_RANK)
        return 1;
    while (n) {
        size_t k = n < BLOCK ? n : BLOCK;
        total += k == 1 ? 1 : merge(b, p, k, part);
        p += k;
        n -= k;
    }
    return total;
}

bool bpe_count(const struct bpe *b, struct str text, size_t *ret, struct err *e)
{
    struct part part[BLOCK + 2];
    pcre2_match_data *md = pcre2_match_data_create(1, NULL);
    size_t at = 0, total = 0;
    int rc = 0;
    while (at < text.n) {
        rc = pcre2_match(b->pattern, (PCRE2_SPTR)text.p, text.n, at, PCRE2_NO_UTF_CHECK, md, NULL);
        if (rc < 0)
            break;
        const PCRE2_SIZE *range = pcre2_get_ovector_pointer(md);
        if (range[1] <= at)
            break;
        total += count_piece(b, text.p + range[0], range[1] - range[0], part);
        at = range[1];
    }
    pcre2_match_data_free(md);
    if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
        return err_set(e, ERR_LIMIT, "the token pattern gave up at byte %zu", at);
    *ret = total;
    return true;
}

size_t bpe_estimate(struct str text)
{
    double tokens = 0;
    size_t at = 0, run = 0;
    uint32_t cp;
    bool word = false;
    while (utf8_next(text, &at, &cp)) {
        bool letter = cp < 128 ? ((cp | 32) >= 'a' && (cp | 32) <= 'z') : utf8_is_letter(cp);
        if (letter && cp < 0x2e80) {
            run++;
            word = true;
            continue;
        }
        if (word) /* most words are one token, long ones a token every four letters beyond six */
            tokens += 1 + (run > 6 ? (double)(run - 6) / 4.5 : 0) * (cp < 128 ? 1 : 1.3);
        run = 0;
        word = false;
        if (letter)
            tokens += 0.8; /* ideographs, kana, hangul */
        else if (cp >= '0' && cp <= '9')
            tokens += 0.4;
        else if (cp != ' ')
            tokens += 0.7;
    }
    if (word)
        tokens += 1 + (run > 6 ? (double)(run - 6) / 4.5 : 0);
    return (size_t)(tokens + 0.5);
}
