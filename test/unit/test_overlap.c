/* Scores of textual overlap against values computed by the tools that define them, and the
 * stemmer against NLTK's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "text/bag.h"
#include "text/bleu.h"
#include "text/json.h"
#include "text/meteor.h"
#include "text/porter.h"
#include "text/rouge.h"
#include "near.h"

static void stems(void **state)
{
    CLEANUP(line_reader_close) struct line_reader r = {0};
    struct err e = {0};
    struct str line;
    bool more;
    size_t n = 0;
    (void)state;
    assert_true(line_reader_open(&r, "test/fixture/porter/stems.txt", 4096, &e));
    while (line_reader_next(&r, &line, &more, &e) && more) {
        char word[128];
        ptrdiff_t gap = str_find_char(line, ' ');
        struct str want = str_sub(line, (size_t)gap + 1, line.n);
        memcpy(word, line.p, (size_t)gap);
        size_t k = porter_stem(word, (size_t)gap);
        if (!str_eq((struct str){word, k}, want))
            fail_msg("%.*s: stem %.*s, NLTK says %.*s", (int)gap, line.p, (int)k, word,
                     STR_ARG(want));
        n++;
    }
    assert_true(n >= 3000);
}

/* Exactly: same quotients in the same order. */
static void check_prf(yyjson_val *row, const char *key, struct prf got)
{
    yyjson_val *v = json_get(row, key);
    assert_near(got.precision, yyjson_get_num(yyjson_arr_get(v, 0)), 0);
    assert_near(got.recall, yyjson_get_num(yyjson_arr_get(v, 1)), 0);
    assert_near(got.f, yyjson_get_num(yyjson_arr_get(v, 2)), 0);
}

static void check_rouge(struct arena *a, yyjson_val *row)
{
    static const struct {
        const char *key;
        struct rouge_options o;
    } kinds[] = {
        {"rouge1", {ROUGE_N, 1, false}},        {"rouge2", {ROUGE_N, 2, false}},
        {"rougeL", {ROUGE_L, 0, false}},        {"rougeLsum", {ROUGE_LSUM, 0, false}},
        {"rouge1_stem", {ROUGE_N, 1, true}},    {"rouge2_stem", {ROUGE_N, 2, true}},
        {"rougeL_stem", {ROUGE_L, 0, true}},    {"rougeLsum_stem", {ROUGE_LSUM, 0, true}},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct prf got;
        struct err e;
        assert_true(rouge(&kinds[i].o, json_get_str(row, "ref"), json_get_str(row, "cand"), a,
                          &got, &e));
        check_prf(row, kinds[i].key, got);
    }
}

static struct str_words lower_ascii_words(struct arena *a, struct str text)
{
    struct str_words w = split_white(a, text), r = {ARENA_ARRAY(a, w.n, struct str), 0};
    for (size_t i = 0; i < w.n; i++) {
        char *low = arena_strndup(a, w.v[i].p, w.v[i].n);
        bool ascii = true;
        for (size_t k = 0; k < w.v[i].n; k++) {
            ascii = ascii && (unsigned char)low[k] < 0x80;
            low[k] = (char)(low[k] >= 'A' && low[k] <= 'Z' ? low[k] + 32 : low[k]);
        }
        if (ascii)
            r.v[r.n++] = (struct str){low, w.v[i].n};
    }
    return r;
}

static void pairs(void **state)
{
    CLEANUP(line_reader_close) struct line_reader r = {0};
    struct err e = {0};
    struct str line;
    bool more;
    size_t n = 0;
    (void)state;
    assert_true(line_reader_open(&r, "test/fixture/overlap/pairs.jsonl", 1 << 20, &e));
    while (line_reader_next(&r, &line, &more, &e) && more) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        yyjson_val *row;
        assert_true(json_parse(a, line, "pairs", r.line, &row, &e));
        struct str ref = json_get_str(row, "ref"), cand = json_get_str(row, "cand");
        check_rouge(a, row);
        assert_true(str_eq(tokens_13a(a, cand), json_get_str(row, "tokens_13a")));
        assert_near(bleu_sentence(a, cand, &ref, 1, false).score,
                    json_get_num(row, "bleu", NAN), 1e-15);
        assert_near(gleu_sentence(a, cand, &ref, 1, false), json_get_num(row, "gleu", NAN), 0);
        assert_near(chrf_sentence(a, cand, &ref, 1, 0, false), json_get_num(row, "chrf", NAN),
                    1e-15);
        assert_near(chrf_sentence(a, cand, &ref, 1, 2, false), json_get_num(row, "chrf++", NAN),
                    1e-15);
        n++;
    }
    assert_int_equal(n, 120);
}

static void meteor(void **state)
{
    CLEANUP(line_reader_close) struct line_reader r = {0};
    struct err e = {0};
    struct str line;
    bool more;
    (void)state;
    assert_true(line_reader_open(&r, "test/fixture/overlap/pairs.jsonl", 1 << 20, &e));
    while (line_reader_next(&r, &line, &more, &e) && more) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        yyjson_val *row;
        assert_true(json_parse(a, line, "pairs", r.line, &row, &e));
        struct str_words c = lower_ascii_words(a, json_get_str(row, "cand"));
        struct str_words f = lower_ascii_words(a, json_get_str(row, "ref"));
        assert_near(meteor_words(a, c.v, c.n, f.v, f.n), json_get_num(row, "meteor", NAN), 1e-15);
    }
}

/* Values that the tools' own documentation and tests print. */
static void published(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct err e;
    struct prf p;
    (void)state;
    assert_true(rouge(&(struct rouge_options){ROUGE_N, 2, false}, STR("testing one two"),
                      STR("testing one"), a, &p, &e));
    assert_near(p.f, 2.0 / 3, 1e-15);
    assert_true(rouge(&(struct rouge_options){ROUGE_L, 0, false}, STR("testing one two"),
                      STR("testing two"), a, &p, &e));
    assert_near(p.f, 4.0 / 5, 1e-15);
    assert_true(rouge(&(struct rouge_options){ROUGE_LSUM, 0, false}, STR("w1 w2 w3 w4 w5"),
                      STR("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5"), a, &p, &e));
    assert_near(p.recall, 0.8, 1e-15);
    assert_near(p.precision, 0.4, 1e-15);
    struct str ref = STR("producţia de zahăr brut se exprimă în zahăr alb;");
    struct str hyp = STR("Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;");
    assert_near(bleu_sentence(a, hyp, &ref, 1, false).score * 100, 8.493, 1e-3);
    ref = STR("It is a guide to action that ensures that the military will forever heed Party commands");
    hyp = STR("It is a guide to action which ensures that the military always obeys the commands of the party");
    assert_near(gleu_sentence(a, hyp, &ref, 1, false), 0.4393, 1e-4);
    assert_near(meteor_sentence(a, hyp, &ref, 1), 0.6944, 5e-5);
    ref = STR("abc");
    hyp = STR("a b c");
    assert_near(chrf_sentence(a, hyp, &ref, 1, 0, false), 1, 1e-15);
}

/* The bit-parallel length against the plain table. */
static void subsequences(void **state)
{
    enum { MAX = 200 };
    static size_t t[MAX + 1][MAX + 1];
    uint64_t x[MAX], y[MAX];
    uint32_t seed = 1;
    (void)state;
    for (size_t round = 0; round < 60; round++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        size_t nx = round * 3 % (MAX + 1), ny = round * 7 % (MAX + 1);
        for (size_t i = 0; i < MAX; i++) {
            seed = seed * 1664525 + 1013904223;
            x[i] = seed >> 24 & 7;
            y[i] = seed >> 16 & 7;
        }
        for (size_t i = 1; i <= nx; i++)
            for (size_t j = 1; j <= ny; j++)
                t[i][j] = x[i - 1] == y[j - 1]          ? t[i - 1][j - 1] + 1
                          : t[i - 1][j] > t[i][j - 1] ? t[i - 1][j]
                                                        : t[i][j - 1];
        assert_int_equal(lcs_length(a, x, nx, y, ny), t[nx][ny]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stems),     cmocka_unit_test(pairs),        cmocka_unit_test(meteor),
        cmocka_unit_test(published), cmocka_unit_test(subsequences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
