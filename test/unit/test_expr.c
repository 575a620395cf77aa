/* Success expressions: grammar, precedence, Kleene tables, positions of errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "spec/expr.h"

static const char *const names[] = {"correct", "polite", "on-topic", NULL};

static struct expr *parse(struct arena *a, const char *text)
{
    struct err e = {0};
    struct expr *x;
    if (!expr_parse(a, str_c(text), names, "f.yaml", 7, 10, &x, &e))
        fail_msg("%s: %s", text, e.msg);
    return x;
}

static enum truth eval(const char *text, enum truth correct, enum truth polite, double score)
{
    struct arena *a = arena_new();
    struct expr_in in[3] = {{correct, correct == TRUTH_PASS}, {polite, score}, {TRUTH_FAIL, 0}};
    enum truth t = expr_eval(parse(a, text), in);
    arena_free(a);
    return t;
}

static void test_kleene(void **state)
{
    (void)state;
    /* The strong tables: minimum and maximum with fail < error < pass. */
    static const int rank[] = {[TRUTH_FAIL] = 0, [TRUTH_ERROR] = 1, [TRUTH_PASS] = 2};
    static const enum truth by_rank[] = {TRUTH_FAIL, TRUTH_ERROR, TRUTH_PASS};
    for (enum truth a = TRUTH_FAIL; a <= TRUTH_ERROR; a++) {
        for (enum truth b = TRUTH_FAIL; b <= TRUTH_ERROR; b++) {
            int lo = rank[a] < rank[b] ? rank[a] : rank[b], hi = rank[a] + rank[b] - lo;
            assert_int_equal(eval("correct and polite", a, b, 0.5), by_rank[lo]);
            assert_int_equal(eval("correct or polite", a, b, 0.5), by_rank[hi]);
        }
        assert_int_equal(eval("not correct", a, TRUTH_PASS, 1), by_rank[2 - rank[a]]);
    }
}

static void test_comparisons(void **state)
{
    (void)state;
    assert_int_equal(eval("polite >= 0.5", TRUTH_FAIL, TRUTH_FAIL, 0.5), TRUTH_PASS);
    assert_int_equal(eval("polite > 0.5", TRUTH_FAIL, TRUTH_PASS, 0.5), TRUTH_FAIL);
    assert_int_equal(eval("0.5 <= polite", TRUTH_FAIL, TRUTH_PASS, 0.5), TRUTH_PASS);
    assert_int_equal(eval("polite == 0.5", TRUTH_FAIL, TRUTH_PASS, 0.5), TRUTH_PASS);
    assert_int_equal(eval("polite != 0.5", TRUTH_FAIL, TRUTH_PASS, 0.5), TRUTH_FAIL);
    assert_int_equal(eval("polite >= correct", TRUTH_PASS, TRUTH_PASS, 0.5), TRUTH_FAIL);
    /* an error has no score, whatever stands in it */
    assert_int_equal(eval("polite >= 0.5", TRUTH_FAIL, TRUTH_ERROR, 1), TRUTH_ERROR);
    assert_int_equal(eval("polite >= 0.5 or correct", TRUTH_PASS, TRUTH_ERROR, 1), TRUTH_PASS);
    assert_int_equal(eval("polite >= 0.5 and correct", TRUTH_FAIL, TRUTH_ERROR, 1), TRUTH_FAIL);
    assert_int_equal(eval("polite >= 0.5", TRUTH_FAIL, TRUTH_PASS, (double)NAN), TRUTH_ERROR);
}

static void test_precedence(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"correct or polite and on-topic", "correct or polite and on-topic"},
        {"(correct or polite) and on-topic", "(correct or polite) and on-topic"},
        {"((correct))", "correct"},
        {"not correct and polite", "not correct and polite"},
        {"not (correct and polite)", "not (correct and polite)"},
        {"not(polite>=.25)", "not polite >= 0.25"},
        {"correct and (polite and on-topic)", "correct and polite and on-topic"},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct str printed = expr_text(a, parse(a, same[i][0]));
        if (!str_eq_c(printed, same[i][1]))
            fail_msg("%s printed as %.*s", same[i][0], STR_ARG(printed));
        /* what is printed means the same */
        struct expr *x = parse(a, same[i][0]), *y = parse(a, same[i][1]);
        for (int bits = 0; bits < 27; bits++) {
            struct expr_in in[3] = {{(enum truth)(bits % 3), 0.5},
                                    {(enum truth)(bits / 3 % 3), 0.3},
                                    {(enum truth)(bits / 9), 0.1}};
            assert_int_equal(expr_eval(x, in), expr_eval(y, in));
        }
    }
    struct expr *x = parse(a, "correct and on-topic > 0.2");
    assert_true(expr_uses(x, 0));
    assert_false(expr_uses(x, 1));
    assert_true(expr_uses(x, 2));
    arena_free(a);
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part, *hint;
        int col;
    } bad[] = {
        {"", "ends where the name of a grader was expected", "", 10},
        {"corect", "there is no grader \"corect\"", "Did you mean \"correct\"?", 10},
        {"correct and", "ends where the name of a grader was expected", "", 21},
        {"correct and and polite", "found \"and\"", "", 22},
        {"(correct", "ends where \")\" was expected", "", 18},
        {"correct)", "found \")\" where", "", 17},
        {"0.5", "a number alone", "Compare", 10},
        {"0.5 < 0.6", "two numbers", "", 10},
        {"polite >= 1.2.3", "found \"1\" where a number was expected", "", 20},
        {"polite >=", "ends", "", 19},
        {"correct polite", "found \"polite\" where \"and\", \"or\" or the end", "", 18},
        {"correct & polite", "found \"&\"", "", 18},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *a = arena_new();
        struct err e = {0};
        struct expr *x;
        assert_false(expr_parse(a, str_c(bad[i].text), names, "f.yaml", 7, 10, &x, &e));
        if (!strstr(e.msg, bad[i].part) || !strstr(e.hint, bad[i].hint) || e.col != bad[i].col)
            fail_msg("\"%s\": col %d: %s (%s)", bad[i].text, e.col, e.msg, e.hint);
        assert_int_equal(e.line, 7);
        assert_string_equal(e.file, "f.yaml");
        arena_free(a);
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct expr *x;
    char deep[3000], longer[6000];
    memset(deep, '(', sizeof deep);
    assert_false(expr_parse(a, (struct str){deep, sizeof deep}, names, "f", 1, 1, &x, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    memset(longer, ' ', sizeof longer);
    assert_false(expr_parse(a, (struct str){longer, sizeof longer}, names, "f", 1, 1, &x, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    arena_free(a);
}

static void test_all(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const char *const none[] = {NULL};
    assert_true(str_eq_c(expr_text(a, expr_all(a, names)), "correct and polite and on-topic"));
    /* no graders: nothing was measured, which is no success */
    assert_int_equal(expr_eval(expr_all(a, none), NULL), TRUTH_ERROR);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kleene),     cmocka_unit_test(test_comparisons),
        cmocka_unit_test(test_precedence), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_limits),     cmocka_unit_test(test_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
