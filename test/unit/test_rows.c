/* Rows of plain files: both formats give the same values, and every error has its position. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "golden/rows.h"

struct fixture {
    struct arena *a;
    FILE *f;
    struct rows rows;
    struct row row;
    struct err e;
    bool more;
};

static bool open_text(struct fixture *x, const char *name, const char *text)
{
    *x = (struct fixture){.a = arena_new(), .f = tmpfile()};
    fputs(text, x->f);
    rewind(x->f);
    return rows_open_file(&x->rows, x->f, name, &x->e);
}

static bool next(struct fixture *x)
{
    return rows_next(&x->rows, x->a, &x->row, &x->more, &x->e);
}

static void close_text(struct fixture *x)
{
    rows_close(&x->rows);
    fclose(x->f);
    arena_free(x->a);
}

static void check_error(struct fixture *x, int line, int col, const char *part)
{
    assert_int_not_equal(x->e.code, ERR_NONE);
    assert_int_equal(x->e.line, line);
    assert_int_equal(x->e.col, col);
    if (!strstr(x->e.msg, part))
        fail_msg("\"%s\" does not say \"%s\"", x->e.msg, part);
    close_text(x);
}

static void check_values(const char *name, const char *text)
{
    struct fixture x;
    struct str id;
    double confidence;
    int pass;
    assert_true(open_text(&x, name, text));
    assert_true(next(&x) && x.more);
    assert_true(row_text(&x.row, x.a, "id", &id, &x.e));
    assert_true(str_eq_c(id, "a"));
    assert_true(row_num(&x.row, "confidence", &confidence, &x.e));
    assert_true(fabs(confidence - 0.93) < 1e-15);
    assert_true(row_bool(&x.row, "pass", &pass, &x.e));
    assert_int_equal(pass, 1);
    assert_true(str_eq_c(json_str(row_tag(&x.row, "lang")), "en"));
    assert_true(str_eq_c(json_str(row_get(&x.row, "tags.lang")), "en"));
    assert_true(next(&x) && x.more);
    assert_true(row_num(&x.row, "confidence", &confidence, &x.e));
    assert_true(isnan(confidence));
    assert_true(row_bool(&x.row, "pass", &pass, &x.e));
    assert_int_equal(pass, 0);
    assert_null(row_tag(&x.row, "lang"));
    assert_true(next(&x) && !x.more);
    assert_int_equal(x.rows.n_rows, 2);
    close_text(&x);
}

static void test_values(void **state)
{
    (void)state;
    const char *jsonl = "{\"id\":\"a\",\"confidence\":0.93,\"pass\":true,\"tags\":{\"lang\":\"en\"}}\n"
                        "\n{\"id\":2,\"confidence\":null,\"pass\":0}\n";
    const char *csv = "id,confidence,pass,tags.lang\na,0.93,TRUE,en\n2,,0,\n";
    check_values("x.jsonl", jsonl);
    check_values("x.csv", csv);
    check_values("-", jsonl);
    check_values("-", csv);
}

static void test_errors(void **state)
{
    (void)state;
    struct fixture x;
    double number;
    int truth;
    assert_true(open_text(&x, "x.jsonl", "{\"id\":1}\n{\"id\":}\n"));
    assert_true(next(&x));
    assert_false(next(&x));
    check_error(&x, 2, 7, "not valid JSON");
    assert_true(open_text(&x, "x.jsonl", "[1]\n"));
    assert_false(next(&x));
    check_error(&x, 1, 1, "expected an object, found a list");
    assert_true(open_text(&x, "x.json", "[\n{\"id\":1}\n]\n"));
    assert_false(next(&x));
    check_error(&x, 1, 1, "a JSON array, expected one object a line");
    assert_true(open_text(&x, "x.csv", "a,b\n1,2\n1\n"));
    assert_true(next(&x));
    assert_false(next(&x));
    check_error(&x, 3, 1, "a row of 1 field, the header has 2");
    assert_true(open_text(&x, "x.csv", "a,b\n1,2,3\n"));
    assert_false(next(&x));
    check_error(&x, 2, 5, "a row of 3 fields");
    assert_false(open_text(&x, "x.csv", "a,b,a\n"));
    check_error(&x, 1, 5, "stands twice");
    assert_true(open_text(&x, "x.jsonl", "{\"confidence\": \"high\"}\n"));
    assert_true(next(&x));
    assert_false(row_num(&x.row, "confidence", &number, &x.e));
    check_error(&x, 1, 16, "\"confidence\" must be a number, found \"high\"");
    assert_true(open_text(&x, "x.csv", "id,pass\n1,maybe\n"));
    assert_true(next(&x));
    assert_false(row_bool(&x.row, "pass", &truth, &x.e));
    check_error(&x, 2, 3, "must be true, false, 0 or 1, found \"maybe\"");
    assert_true(open_text(&x, "x.jsonl", "{\"pass\": 0.5}\n"));
    assert_true(next(&x));
    assert_false(row_bool(&x.row, "pass", &truth, &x.e));
    check_error(&x, 1, 10, "found 0.5");
    assert_true(open_text(&x, "x.jsonl", "{\"id\": 1, \"score\": 2}\n"));
    assert_true(next(&x));
    assert_false(row_missing(&x.row, "pass", &x.e));
    assert_string_equal(x.e.hint, "The row has: id, score.");
    check_error(&x, 1, 1, "a row without \"pass\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
