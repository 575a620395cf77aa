/* base/: strings, buffers, maps, arenas, errors, rng, UTF-8, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/pool.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "near.h"

static void err_chain(void **state)
{
    (void)state;
    struct err e = {0};
    assert_false(err_set(&e, ERR_SPEC, "unknown key \"%s\"", "modle"));
    err_at(&e, "plimsoll.yaml", 3, 7);
    err_at(&e, "other.yaml", 9, 9);
    err_wrap(&e, "feature %s", "triage");
    assert_string_equal(e.msg, "feature triage: unknown key \"modle\"");
    assert_string_equal(e.file, "plimsoll.yaml");
    assert_int_equal(e.line, 3);
    assert_int_equal(err_exit_status(e.code), 2);
}

static void err_long_messages_are_cut_not_overrun(void **state)
{
    (void)state;
    struct err e = {0};
    char big[3000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    err_set(&e, ERR_IO, "%s", big);
    for (int i = 0; i < 10; i++)
        err_wrap(&e, "%s", big);
    assert_true(strlen(e.msg) < sizeof e.msg);
}

static void buf_keeps_its_limit(void **state)
{
    (void)state;
    struct err e = {0};
    struct buf b;
    buf_init(&b, 10);
    buf_add_c(&b, "12345");
    buf_add_c(&b, "67890");
    assert_true(buf_ok(&b, "x", &e));
    buf_add_char(&b, '!');
    assert_false(buf_ok(&b, "the reply", &e));
    assert_string_equal(e.msg, "the reply is larger than 10 bytes");
    assert_string_equal(buf_cstr(&b), "1234567890");
    buf_release(&b);
}

static void map_keeps_order_and_replaces(void **state)
{
    (void)state;
    struct map m = {0};
    static char keys[1000][8];
    for (size_t i = 0; i < 1000; i++) {
        snprintf(keys[i], sizeof keys[i], "k%zu", i);
        assert_null(map_put(&m, str_c(keys[i]), keys[i]));
    }
    assert_int_equal(m.n, 1000);
    assert_ptr_equal(map_put(&m, STR("k7"), keys[8]), keys[7]);
    assert_ptr_equal(map_get(&m, STR("k7")), keys[8]);
    assert_null(map_get(&m, STR("nothing")));
    assert_int_equal(map_index(&m, STR("k999")), 999);
    map_release(&m);
}

static void arena_aligns_and_defers(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < 200; i++)
        assert_int_equal((uintptr_t)arena_alloc(a, i) % 16, 0);
    char *big = arena_alloc(a, 1 << 20);
    assert_int_equal(big[(1 << 20) - 1], 0);
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    arena_reset(a);
    assert_string_equal(arena_strdup(a, "again"), "again");
    arena_free(a);
}

static void str_numbers_are_strict(void **state)
{
    (void)state;
    double d;
    long long n;
    assert_true(str_double(STR("-1.5e3"), &d));
    assert_near(d, -1500, 0);
    assert_false(str_double(STR("1.5x"), &d));
    assert_false(str_double(STR("nan"), &d));
    assert_false(str_double(STR("0x10"), &d));
    assert_false(str_double(STR(""), &d));
    assert_false(str_double(STR(" 1"), &d));
    assert_false(str_long(STR("99999999999999999999"), &n));
    assert_true(str_long(STR("-42"), &n));
    assert_int_equal(n, -42);
}

static void str_split_gives_empty_parts(void **state)
{
    (void)state;
    struct str rest = STR("a,,b"), part;
    assert_true(str_split(&rest, ',', &part) && str_eq_c(part, "a"));
    assert_true(str_split(&rest, ',', &part) && part.n == 0);
    assert_true(str_split(&rest, ',', &part) && str_eq_c(part, "b"));
    assert_false(str_split(&rest, ',', &part));
}

static void str_nearest_suggests_only_near_names(void **state)
{
    (void)state;
    static const char *const names[] = {"golden", "graders", "gate", NULL};
    assert_string_equal(str_nearest(STR("gradres"), names), "graders");
    assert_null(str_nearest(STR("zebra"), names));
}

static void rng_is_the_published_generator(void **state)
{
    (void)state;
    /* The first outputs of xoshiro256** from state 1,2,3,4, as in its reference test vectors. */
    struct rng r = {{1, 2, 3, 4}};
    assert_int_equal(rng_next(&r), 11520u);
    assert_int_equal(rng_next(&r), 0u);
    assert_int_equal(rng_next(&r), 1509978240u);
    struct rng a, b;
    rng_init(&a, 1, 0);
    rng_init(&b, 1, 1);
    assert_true(rng_next(&a) != rng_next(&b));
    double sum = 0, sq = 0;
    for (int i = 0; i < 100000; i++) {
        double x = rng_normal(&a);
        sum += x;
        sq += x * x;
    }
    assert_near(sum / 1e5, 0, 0.02);
    assert_near(sq / 1e5, 1, 0.02);
}

static void utf8_refuses_what_is_not_utf8(void **state)
{
    (void)state;
    assert_int_equal(utf8_check(STR("Grüße, 世界 🙂")), -1);
    assert_int_equal(utf8_check(STR("abcdefghij\xff")), 10);
    assert_int_equal(utf8_check(STR("\xc0\xaf")), 0);         /* overlong */
    assert_int_equal(utf8_check(STR("\xed\xa0\x80")), 0);     /* surrogate */
    assert_int_equal(utf8_check(STR("\xf4\x90\x80\x80")), 0); /* beyond U+10FFFF */
    assert_int_equal(utf8_check(STR("\xe4\xb8")), 0);         /* cut */
}

/* ASCII goes a shorter way than the rest: behind a letter beyond it the long way is taken. */
static void utf8_short_way_is_the_long_way(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    (void)state;
    for (char c = 1; c < 127; c++) {
        char text[] = {c, (char)0xc3, (char)0xa9, '\0'}; /* and e acute */
        struct str one = {text, 1}, both = {text, 3};
        assert_true(utf8_fold(a, one).p[0] == utf8_fold(a, both).p[0]);
        assert_true(utf8_nfkc_fold(a, one).p[0] == utf8_nfkc_fold(a, both).p[0]);
        assert_true(utf8_lower_str(a, one).p[0] == utf8_lower_str(a, both).p[0]);
        assert_true(utf8_nfc(a, one).p[0] == utf8_nfc(a, both).p[0]);
        assert_int_equal(utf8_fold(a, one).n, 1);
    }
}

static void utf8_printable_disarms_terminals(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct str s = utf8_printable(a, STR("\033[31mred\a\n\xe2\x80\xaetxt\xff"));
    assert_true(str_eq_c(s, "?[31mred? ?txt?"));
    assert_int_equal(utf8_width(STR("世界e\xcc\x81")), 5);
    assert_true(str_eq_c(utf8_cut(STR("世界"), 3), "世"));
    assert_true(str_eq_c(utf8_prefix(STR("aü"), 2), "a"));
    arena_free(a);
}

static void digest_separates_parts(void **state)
{
    (void)state;
    struct hasher h;
    hasher_init(&h);
    hasher_add_c(&h, "ab");
    hasher_add_c(&h, "c");
    struct digest x = hasher_end(&h);
    hasher_init(&h);
    hasher_add_c(&h, "a");
    hasher_add_c(&h, "bc");
    struct digest y = hasher_end(&h);
    assert_string_not_equal(x.hex, y.hex);
    assert_int_equal(strlen(x.hex), 32);
}

static void file_write_is_all_or_nothing(void **state)
{
    (void)state;
    char dir[] = "/tmp/plimsoll-unit-XXXXXX";
    struct arena *a = arena_new();
    struct err e = {0};
    struct str got;
    assert_non_null(mkdtemp(dir));
    char *path = arena_printf(a, "%s/a/b/file.txt", dir);
    assert_false(file_write(path, STR("x"), &e));
    assert_true(file_mkdirs(arena_printf(a, "%s/a/b", dir), &e));
    assert_true(file_write(path, STR("\xef\xbb\xbfone\r\ntwo\n\nlast"), &e));
    assert_true(file_read(a, path, 100, &got, &e));
    assert_int_equal(got.n, 17);
    assert_false(file_read(a, path, 5, &got, &e));
    assert_int_equal(e.code, ERR_LIMIT);

    struct line_reader r;
    struct str line;
    bool more;
    static const char *const want[] = {"one", "two", "", "last"};
    assert_true(line_reader_open(&r, path, 100, &e));
    for (size_t i = 0; i < 4; i++) {
        assert_true(line_reader_next(&r, &line, &more, &e));
        assert_true(more);
        assert_true(str_eq_c(line, want[i]));
    }
    assert_true(line_reader_next(&r, &line, &more, &e));
    assert_false(more);
    line_reader_close(&r);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(arena_printf(a, "%s/a/b", dir)), 0);
    assert_int_equal(rmdir(arena_printf(a, "%s/a", dir)), 0);
    assert_int_equal(rmdir(dir), 0);
    arena_free(a);
}

static void square(void *arg, size_t i) { ((size_t *)arg)[i] = i * i; }

/* A line without a break, longer than the limit many times over: the limit is hit while no more
 * than a few blocks are held, and reading goes on behind it. */
static void lines_without_end(void **state)
{
    (void)state;
    char path[] = "/tmp/plimsoll-lines-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    fputs("first\n", f);
    for (int i = 0; i < 32 << 20; i++)
        putc_unlocked('x', f);
    fputs("\r\nlast", f);
    assert_int_equal(fclose(f), 0);

    struct line_reader r;
    struct err e = {0};
    struct str line;
    bool more;
    assert_true(line_reader_open(&r, path, 1000, &e));
    assert_true(line_reader_next(&r, &line, &more, &e) && more);
    assert_true(str_eq_c(line, "first"));
    assert_int_equal(r.offset, 0);
    assert_false(line_reader_next(&r, &line, &more, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    assert_int_equal(e.line, 2);
    assert_true(line_reader_next(&r, &line, &more, &e) && more);
    assert_true(str_eq_c(line, "last"));
    assert_int_equal(r.line, 3);
    assert_int_equal(r.offset, 6 + (32 << 20) + 2);
    assert_true(line_reader_next(&r, &line, &more, &e) && !more);
    assert_true(r.cap < 1 << 20);
    line_reader_close(&r);
    unlink(path);
}

static void lines_of_a_pipe_come_at_once(void **state)
{
    (void)state;
    int ends[2];
    struct err e = {0};
    struct str line;
    bool more;
    assert_int_equal(pipe(ends), 0);
    struct line_reader r = {.f = fdopen(ends[0], "r"), .path = "pipe", .max_line = 100};
    assert_int_equal(write(ends[1], "one\ntwo", 7), 7);
    assert_true(line_reader_next(&r, &line, &more, &e) && more); /* would hang if it waited */
    assert_true(str_eq_c(line, "one"));
    close(ends[1]);
    assert_true(line_reader_next(&r, &line, &more, &e) && more);
    assert_true(str_eq_c(line, "two"));
    assert_true(line_reader_next(&r, &line, &more, &e) && !more);
    line_reader_close(&r);
}

static void pool_fills_every_slot(void **state)
{
    (void)state;
    static size_t out[5000];
    pool_for(5000, square, out);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(out[i], i * i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(err_chain),
        cmocka_unit_test(err_long_messages_are_cut_not_overrun),
        cmocka_unit_test(buf_keeps_its_limit),
        cmocka_unit_test(map_keeps_order_and_replaces),
        cmocka_unit_test(arena_aligns_and_defers),
        cmocka_unit_test(str_numbers_are_strict),
        cmocka_unit_test(str_split_gives_empty_parts),
        cmocka_unit_test(str_nearest_suggests_only_near_names),
        cmocka_unit_test(rng_is_the_published_generator),
        cmocka_unit_test(utf8_refuses_what_is_not_utf8),
        cmocka_unit_test(utf8_short_way_is_the_long_way),
        cmocka_unit_test(utf8_printable_disarms_terminals),
        cmocka_unit_test(digest_separates_parts),
        cmocka_unit_test(file_write_is_all_or_nothing),
cmocka_unit_test(lines_without_end),
        cmocka_unit_test(lines_of_a_pipe_come_at_once),
        cmocka_unit_test(pool_fills_every_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
