/* BM25: the formula by hand on three documents, order of ties, empty cases. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/bm25.h"

static void test_formula(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct bm25 *x = bm25_new(1.2, 0.75);
    assert_int_equal(bm25_add(x, STR("the card is lost")), 0);
    assert_int_equal(bm25_add(x, STR("lost lost money")), 1);
    assert_int_equal(bm25_add(x, STR("a transfer")), 2);
    bm25_finish(x);
    assert_int_equal(bm25_count(x), 3);
    struct bm25_hit hits[5];
    assert_int_equal(bm25_query(x, a, STR("LOST"), 5, hits), 2);
    double idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5)), mean = 9.0 / 3;
    double twice = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / mean));
    double once = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 4 / mean));
    assert_int_equal(hits[0].doc, 1);
    assert_float_equal(hits[0].score, twice, 1e-6);
    assert_int_equal(hits[1].doc, 0);
    assert_float_equal(hits[1].score, once, 1e-6);
    bm25_free(x);
    arena_free(a);
}

static void test_ties_and_limits(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct bm25 *x = bm25_new(1.2, 0.75);
    for (int i = 0; i < 10; i++)
        bm25_add(x, STR("same words"));
    bm25_add(x, STR(""));
    bm25_finish(x);
    struct bm25_hit hits[3];
    assert_int_equal(bm25_query(x, a, STR("words"), 3, hits), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(hits[i].doc, i);
    assert_int_equal(bm25_query(x, a, STR("unknown"), 3, hits), 0);
    assert_int_equal(bm25_query(x, a, STR(""), 3, hits), 0);
    assert_int_equal(bm25_query(x, a, STR("words"), 0, hits), 0);
    bm25_free(x);
    arena_free(a);
}

static void test_empty_index(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct bm25 *x = bm25_new(1.2, 0.75);
    bm25_finish(x);
    struct bm25_hit hit;
    assert_int_equal(bm25_query(x, a, STR("anything"), 1, &hit), 0);
    bm25_free(x);
    bm25_free(NULL);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formula),
        cmocka_unit_test(test_ties_and_limits),
        cmocka_unit_test(test_empty_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
