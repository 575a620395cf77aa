/* Near-duplicates: the plain form, exact similarity, and the search against all pairs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "golden/similar.h"
#include "near.h"

static void test_plain(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"  Hello,\tWORLD!! ", "hello world"},
        {"", ""},
        {"?!", ""},
        {"Stra\xc3\x9f"
         "e\xe2\x80\x94"
         "\xef\xbc\xa1 1",
         "strasse a 1"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!str_eq_c(similar_plain(a, str_c(rows[i][0])), rows[i][1]))
            fail_msg("%s -> %.*s", rows[i][0], STR_ARG(similar_plain(a, str_c(rows[i][0]))));
    arena_free(a);
}

static void test_jaccard(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    /* abcdef: abcde bcdef; abcdeg: abcde bcdeg: one of three */
    assert_near(similar_jaccard(a, STR("abcdef"), STR("abcdeg")), 1.0 / 3, 1e-12);
    assert_near(similar_jaccard(a, STR("abcdef"), STR("abcdef")), 1, 0);
    assert_near(similar_jaccard(a, STR("abc"), STR("abc")), 1, 0); /* shorter than a shingle */
    assert_near(similar_jaccard(a, STR("abc"), STR("abd")), 0, 0);
    assert_near(similar_jaccard(a, STR(""), STR("")), 0, 0);
    /* characters, not bytes: äöüäö öüäöü of two with three */
    assert_near(similar_jaccard(a, STR("äöüäöü"), STR("äöüäö")), 0.5, 1e-12);
    arena_free(a);
}

struct corpus {
    struct str *text;
};

static bool corpus_text(void *arg, size_t i, struct arena *a, struct str *ret)
{
    (void)a;
    *ret = ((struct corpus *)arg)->text[i];
    return true;
}

/* Documents of random words, every third a slightly changed copy of an earlier one. */
static struct str *make_corpus(struct arena *a, size_t n)
{
    struct rng rng;
    struct str *text = ARENA_ARRAY(a, n, struct str);
    rng_init(&rng, 7, 0);
    for (size_t i = 0; i < n; i++) {
        char buf[400];
        size_t at = 0;
        if (i % 3 == 2) {
            struct str old = text[rng_below(&rng, i)];
            char *copy = arena_strndup(a, old.p, old.n);
            for (size_t k = rng_below(&rng, 4); k > 0; k--)
                copy[rng_below(&rng, old.n)] = (char)('a' + rng_below(&rng, 26));
            text[i] = (struct str){copy, old.n};
            continue;
        }
        size_t words = 6 + rng_below(&rng, 20);
        for (size_t w = 0; w < words; w++) {
            for (size_t l = 2 + rng_below(&rng, 7); l > 0; l--)
                buf[at++] = (char)('a' + rng_below(&rng, 26));
            buf[at++] = ' ';
        }
        text[i] = (struct str){arena_strndup(a, buf, at - 1), at - 1};
    }
    return text;
}

static void test_search(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    enum { N = 900 };
    const double threshold = 0.85;
    struct corpus c = {make_corpus(a, N)};
    uint32_t *bands = ARENA_ARRAY(a, N * SIMILAR_BANDS, uint32_t);
    for (size_t i = 0; i < N; i++)
        similar_bands(a, c.text[i], bands + i * SIMILAR_BANDS);
    size_t n, all = 0, at = 0;
    struct similar_pair *found = similar_pairs(a, bands, N, threshold, corpus_text, &c, &n);
    struct arena *scratch = arena_new();
    for (uint32_t i = 0; i < N; i++) {
        for (uint32_t j = i + 1; j < N; j++) {
            arena_reset(scratch);
            double s = similar_jaccard(scratch, c.text[i], c.text[j]);
            bool is_found = at < n && found[at].a == i && found[at].b == j;
            all += s >= threshold;
            if (!is_found)
                continue;
            assert_true(s >= threshold); /* nothing that is not similar */
            assert_near((double)found[at].similarity, s, 1e-6);
            at++;
        }
    }
    assert_int_equal(at, n); /* in order, no pair twice */
    assert_true(all > 100);
    assert_true((double)n >= 0.99 * (double)all);
    arena_free(scratch);
    /* the same with one thread */
    setenv("PLIMSOLL_THREADS", "1", 1);
    size_t n1;
    struct similar_pair *one = similar_pairs(a, bands, N, threshold, corpus_text, &c, &n1);
    unsetenv("PLIMSOLL_THREADS");
    assert_int_equal(n1, n);
    assert_memory_equal(one, found, n * sizeof *one);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_jaccard),
        cmocka_unit_test(test_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
