/* Words and sentences: what is cut where, offsets, lower case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/tokens.h"

static void expect_words(const char *text, enum words_kind kind, const char *joined)
{
    struct arena *a = arena_new();
    struct tokens t = words_of(a, str_c(text), kind);
    struct buf b;
    buf_init(&b, BUF_MAX_LINE);
    for (size_t i = 0; i < t.n; i++) {
        if (i)
            buf_add_char(&b, '|');
        buf_add_str(&b, t.v[i].word);
        assert_true(t.v[i].from + t.v[i].n <= strlen(text));
    }
    assert_string_equal(buf_cstr(&b), joined);
    buf_release(&b);
    arena_free(a);
}

static void expect_sentences(const char *text, const char *joined)
{
    struct arena *a = arena_new();
    struct sentences t = sentences_of(a, str_c(text));
    struct buf b;
    buf_init(&b, BUF_MAX_LINE);
    for (size_t i = 0; i < t.n; i++) {
        if (i)
            buf_add_char(&b, '|');
        buf_add(&b, text + t.v[i].from, t.v[i].n);
    }
    assert_string_equal(buf_cstr(&b), joined);
    buf_release(&b);
    arena_free(a);
}

static void test_ascii_words(void **state)
{
    (void)state;
    expect_words("", WORDS_ASCII, "");
    expect_words("Don't PANIC, 1,250.50!", WORDS_ASCII, "don|t|panic|1|250|50");
    expect_words("Caf\xc3\xa9 au lait", WORDS_ASCII, "caf|au|lait");
    expect_words("\xff\xfe x", WORDS_ASCII, "x");
}

static void test_unicode_words(void **state)
{
    (void)state;
    expect_words("Don't PANIC, 1,250.50!", WORDS_UNICODE, "don't|panic|1,250.50");
    expect_words("Don\xe2\x80\x99t", WORDS_UNICODE, "don't");
    expect_words("\xc3\x89T\xc3\x89 well-known - end-", WORDS_UNICODE, "\xc3\xa9t\xc3\xa9|well-known|end");
    expect_words("e\xcc\x81" "a", WORDS_UNICODE, "e\xcc\x81" "a");
    expect_words("2024-01-05 3.14. x", WORDS_UNICODE, "2024|01|05|3.14|x");
    expect_words("\xff" "ab\xc3", WORDS_UNICODE, "ab");
    expect_words("\xc8\xba\xc8\xba", WORDS_UNICODE, "\xe2\xb1\xa5\xe2\xb1\xa5");
}

static void test_same_word_same_hash(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct tokens t = words_of(a, STR("Total total TOTALS"), WORDS_UNICODE);
    assert_int_equal(t.n, 3);
    assert_true(t.v[0].hash == t.v[1].hash);
    assert_true(t.v[1].hash != t.v[2].hash);
    assert_int_equal(t.v[2].from, 12);
    arena_free(a);
}

static void test_sentences(void **state)
{
    (void)state;
    expect_sentences("", "");
    expect_sentences(" \n\n ", "");
    expect_sentences("One. Two! Three?", "One.|Two!|Three?");
    expect_sentences("No end", "No end");
    expect_sentences("He said \"Go.\" Then he left.", "He said \"Go.\"|Then he left.");
    expect_sentences("What?! Really... Yes.", "What?!|Really...|Yes.");
    expect_sentences("Pi is 3.14 today. Ok.", "Pi is 3.14 today.|Ok.");
}

static void test_abbreviations(void **state)
{
    (void)state;
    expect_sentences("Dr. Smith met Mr. Jones. They spoke.", "Dr. Smith met Mr. Jones.|They spoke.");
    expect_sentences("J. K. Rowling wrote it. Good.", "J. K. Rowling wrote it.|Good.");
    expect_sentences("The U.S. Senate voted. It passed.", "The U.S. Senate voted.|It passed.");
    expect_sentences("He moved to the U.S. The job was good.", "He moved to the U.S.|The job was good.");
    expect_sentences("See Fig. 3 and No. 5 now. Done.", "See Fig. 3 and No. 5 now.|Done.");
    expect_sentences("I said no. Then I left.", "I said no.|Then I left.");
    expect_sentences("At 5 p.m. we ate. Acme Inc. Reports rose.", "At 5 p.m. we ate.|Acme Inc. Reports rose.");
    expect_sentences("Fruit, e.g. The Apple. End.", "Fruit, e.g. The Apple.|End.");
}

static void test_lines_and_lists(void **state)
{
    (void)state;
    expect_sentences("Title\n\nText here\nand more.", "Title|Text here\nand more.");
    expect_sentences("Things:\n- one\n- two", "Things:|- one|- two");
    expect_sentences("1. First thing. 2. Second thing.", "1. First thing.|2. Second thing.");
    expect_sentences("It was 1999. Then 2000.", "It was 1999.|Then 2000.");
}

static void test_without_capitals(void **state)
{
    (void)state;
    expect_sentences("i like it . it is good .", "i like it .|it is good .");
    expect_sentences("Yahoo! is old. ok then", "Yahoo! is old. ok then");
}

static void test_other_scripts(void **state)
{
    (void)state;
    expect_sentences("\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82\xe8\xb0\xa2\xe8\xb0\xa2\xe3\x80\x82",
                     "\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82|\xe8\xb0\xa2\xe8\xb0\xa2\xe3\x80\x82");
}

static void test_stop_words(void **state)
{
    (void)state;
    assert_true(word_is_stop(STR("a")));
    assert_true(word_is_stop(STR("the")));
    assert_true(word_is_stop(STR("yourselves")));
    assert_false(word_is_stop(STR("card")));
    assert_false(word_is_stop(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascii_words),       cmocka_unit_test(test_unicode_words),
        cmocka_unit_test(test_same_word_same_hash), cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_abbreviations),     cmocka_unit_test(test_lines_and_lists),
        cmocka_unit_test(test_without_capitals),  cmocka_unit_test(test_other_scripts),
        cmocka_unit_test(test_stop_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
