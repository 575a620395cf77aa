/* CSV: what the reader takes and refuses, and that the writer's output reads back. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "text/csv.h"

/* All records of `text`, fields joined by "|" and records by "/", or the error as text. */
static void expect(const char *text, const char *want)
{
    char got[2048] = "";
    size_t at = 0;
    struct err e = {0};
    const struct csv_field *field;
    size_t n;
    bool more = true;
    FILE *f = tmpfile();
    fwrite(text, 1, strlen(text), f);
    rewind(f);
    CLEANUP(csv_release) struct csv_reader r;
    csv_init(&r, f, "t.csv", 0, 200);
    while (csv_next(&r, &field, &n, &more, &e) && more) {
        for (size_t i = 0; i < n; i++)
            at += (size_t)snprintf(got + at, sizeof got - at, "%s%.*s", i ? "|" : "",
                                   STR_ARG(field[i].text));
        at += (size_t)snprintf(got + at, sizeof got - at, "/");
    }
    if (e.code != ERR_NONE)
        snprintf(got, sizeof got, "%s:%d:%d: %s", e.file, e.line, e.col, e.msg);
    assert_string_equal(got, want);
    fclose(f);
}

static void test_reads(void **state)
{
    (void)state;
    expect("", "");
    expect("a,b\n1,2\n", "a|b/1|2/");
    expect("a,b\r\n1,2", "a|b/1|2/");
    expect("a,b\n\n1,\n,\n", "a|b/1|/|/");
    expect("a\n\"\"\n", "a//");
    expect("a,\"b \"\"x\"\" , y\"\r\n", "a|b \"x\" , y/");
    expect("a,\"two\nlines\"\nc,d\n", "a|two\nlines/c|d/");
    expect("\xef\xbb\xbf" "a,b\n", "a|b/");
    expect("a;b\n1,5;2\n", "a|b/1,5|2/");
    expect("a\tb\n1\t2\n", "a|b/1|2/");
    expect("5\" screen,x\n", "5\" screen|x/");
    expect("a\rb,c\n", "a\rb|c/");
}

static void test_refuses(void **state)
{
    (void)state;
    expect("a,b\n1,\"open\n2,3\n", "t.csv:2:3: a quoted field that is never closed");
    expect("a,b\n\"x\"y,1\n", "t.csv:2:4: text behind the closing quote of a field, expected \",\" "
                              "or the end of the line");
    expect("a,b\n1,\xff\n", "t.csv:2:3: not valid UTF-8 (byte 0xff)");
    char wide[300];
    memset(wide, 'x', sizeof wide);
    wide[0] = 'a';
    wide[1] = '\n';
    wide[299] = '\0';
    expect(wide, "t.csv:2:1: a record of more than 200 bytes");
}

/* A field that crosses chunk borders at every offset comes back whole. */
static void test_chunks(void **state)
{
    (void)state;
    for (size_t pad = 65520; pad < 65540; pad++) {
        FILE *f = tmpfile();
        for (size_t i = 0; i < pad; i++)
            fputc('x', f);
        fputs(",\"a\"\"b\"\r\nc,d\r\n", f);
        rewind(f);
        CLEANUP(csv_release) struct csv_reader r;
        struct err e = {0};
        const struct csv_field *field;
        size_t n;
        bool more;
        csv_init(&r, f, "t.csv", ',', 1 << 20);
        assert_true(csv_next(&r, &field, &n, &more, &e) && more);
        assert_int_equal(n, 2);
        assert_int_equal(field[0].text.n, pad);
        assert_true(str_eq_c(field[1].text, "a\"b"));
        assert_true(csv_next(&r, &field, &n, &more, &e) && more);
        assert_true(str_eq_c(field[1].text, "d"));
        assert_int_equal(field[1].line, 2);
        fclose(f);
    }
}

static void test_writes(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf b;
    struct csv_writer w;
    buf_init(&b, 1000);
    csv_writer_init(&w, &b);
    csv_cell_c(&w, "plain");
    csv_cell_c(&w, "with \"quotes\", and comma");
    csv_cell_c(&w, NULL);
    csv_end(&w);
    csv_cell_c(&w, "=HYPERLINK(\"x\")");
    csv_cell_c(&w, "-3.5");
    csv_cell_c(&w, "@SUM(A1)");
    csv_cell_num(&w, 0.1);
    csv_cell_num(&w, NAN);
    csv_end(&w);
    assert_string_equal(buf_cstr(&b), "plain,\"with \"\"quotes\"\", and comma\",\r\n"
                                      "\"'=HYPERLINK(\"\"x\"\")\",-3.5,\"'@SUM(A1)\",0.1,\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
