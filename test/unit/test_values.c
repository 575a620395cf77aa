/* Numbers, money, dates, edit distances and answers in running text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "near.h"
#include "text/edit.h"
#include "text/squad.h"
#include "text/values.h"

static void check_number(const char *text, enum decimal_sign sign, double want)
{
    double got = NAN;
    bool ok = number_of(str_c(text), sign, &got);
    if (isnan(want) ? ok : !ok || fabs(got - want) > 1e-12)
        fail_msg("\"%s\" reads as %.15g, expected %.15g", text, got, want);
}

static void numbers(void **state)
{
    (void)state;
    check_number("12", DECIMAL_AUTO, 12);
    check_number(" $1,234.50 ", DECIMAL_AUTO, 1234.5);
    check_number("1.234,50 €", DECIMAL_AUTO, 1234.5);
    check_number("RM 9.00", DECIMAL_AUTO, 9);
    check_number("Rs.500", DECIMAL_AUTO, 500);
    check_number("(12.5)", DECIMAL_AUTO, -12.5);
    check_number("-3e-2", DECIMAL_AUTO, -0.03);
    check_number("−7", DECIMAL_AUTO, -7);
    check_number("12%", DECIMAL_AUTO, 12);
    check_number("1,234", DECIMAL_AUTO, 1234);
    check_number("1,234", DECIMAL_COMMA, 1.234);
    check_number("1.234", DECIMAL_COMMA, 1234);
    check_number("1'234'567.8", DECIMAL_AUTO, 1234567.8);
    check_number("1,234,567", DECIMAL_AUTO, 1234567);
    check_number(".5", DECIMAL_AUTO, 0.5);
    check_number("", DECIMAL_AUTO, NAN);
    check_number("twelve", DECIMAL_AUTO, NAN);
    check_number("1 2", DECIMAL_AUTO, NAN);
    check_number("3-4", DECIMAL_AUTO, NAN);
    check_number("$", DECIMAL_AUTO, NAN);
}

static void check_find(const char *text, bool last, double want)
{
    double got = NAN;
    number_find(str_c(text), last, DECIMAL_AUTO, &got);
    if (!(fabs(got - want) < 1e-12) && !(isnan(got) && isnan(want)))
        fail_msg("in \"%s\": %.15g, expected %.15g", text, got, want);
}

static void numbers_in_text(void **state)
{
    (void)state;
    check_find("The total is $1,250.75.", true, 1250.75);
    check_find("5 apples and 7 pears make 12.", false, 5);
    check_find("5 apples and 7 pears make 12.", true, 12);
    check_find("B2B sales", true, NAN);
    check_find("3-4 days", true, 4);
    check_find("it is -4", true, -4);
    check_find("weighs 12kg", true, 12);
    check_find("€30", true, 30);
    check_find("", true, NAN);
}

static void check_date(const char *text, enum date_order order, int y, int m, int d)
{
    struct date got = {0};
    bool ok = date_find(str_c(text), order, &got);
    if (ok != (y != 0) || got.year != y || got.month != m || got.day != d)
        fail_msg("\"%s\": %d-%d-%d, expected %d-%d-%d", text, got.year, got.month, got.day, y, m,
                 d);
}

static void dates(void **state)
{
    (void)state;
    check_date("2018-03-25", DATE_DMY, 2018, 3, 25);
    check_date("25/03/2018", DATE_MDY, 2018, 3, 25);
    check_date("03/04/2018", DATE_DMY, 2018, 4, 3);
    check_date("03/04/2018", DATE_MDY, 2018, 3, 4);
    check_date("25.3.18", DATE_DMY, 2018, 3, 25);
    check_date("issued 25 Mar 2018 at 10:00", DATE_DMY, 2018, 3, 25);
    check_date("March 25th, 2018", DATE_DMY, 2018, 3, 25);
    check_date("25MAR2018", DATE_DMY, 2018, 3, 25);
    check_date("20180325", DATE_DMY, 2018, 3, 25);
    check_date("12-01-99", DATE_DMY, 1999, 1, 12);
    check_date("29/02/2019", DATE_DMY, 0, 0, 0);
    check_date("tomorrow", DATE_DMY, 0, 0, 0);
    check_date("1.2", DATE_DMY, 0, 0, 0);
}

/* The plain table, for the bit-parallel form to agree with. */
static size_t plain_distance(const char *x, size_t nx, const char *y, size_t ny)
{
    static size_t t[401][401];
    for (size_t i = 0; i <= nx; i++)
        t[i][0] = i;
    for (size_t j = 0; j <= ny; j++)
        t[0][j] = j;
    for (size_t i = 1; i <= nx; i++) {
        for (size_t j = 1; j <= ny; j++) {
            size_t best = t[i - 1][j - 1] + (x[i - 1] != y[j - 1]);
            if (t[i - 1][j] + 1 < best)
                best = t[i - 1][j] + 1;
            if (t[i][j - 1] + 1 < best)
                best = t[i][j - 1] + 1;
            t[i][j] = best;
        }
    }
    return t[nx][ny];
}

static void distances(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct err e;
    size_t d;
    double s;
    char x[400], y[400];
    uint32_t seed = 5;
    (void)state;
    assert_true(levenshtein(a, STR("kitten"), STR("sitting"), &d, &e));
    assert_int_equal(d, 3);
    assert_true(levenshtein(a, STR("café"), STR("cafe"), &d, &e));
    assert_int_equal(d, 1);
    for (size_t round = 0; round < 80; round++) {
        size_t nx = round * 5 % 400, ny = round * 11 % 400;
        for (size_t i = 0; i < 400; i++) {
            seed = seed * 1664525 + 1013904223;
            x[i] = "abcd"[seed >> 24 & 3];
            y[i] = seed >> 20 & 3 ? x[i] : "abcd"[seed >> 16 & 3];
        }
        assert_true(levenshtein(a, (struct str){x, nx}, (struct str){y, ny}, &d, &e));
        assert_int_equal(d, plain_distance(x, nx, y, ny));
    }
    /* the examples of Winkler's paper */
    assert_true(jaro_winkler(a, STR("MARTHA"), STR("MARHTA"), &s, &e));
    assert_near(s, 0.9611, 5e-5);
    assert_true(jaro_winkler(a, STR("DWAYNE"), STR("DUANE"), &s, &e));
    assert_near(s, 0.84, 5e-5);
    assert_true(jaro_winkler(a, STR("DIXON"), STR("DICKSONX"), &s, &e));
    assert_near(s, 0.8133, 5e-5);
}

static void answers(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    (void)state;
    assert_true(str_eq_c(squad_normal(a, STR(" The  Answer, (an) U.S.-based a.")),
                         "answer usbased"));
    assert_true(str_eq_c(squad_normal(a, STR("athe theatre")), "athe theatre"));
    assert_near(squad_f1(a, STR("the cat sat"), STR("a cat sat down")).f, 0.8, 1e-15);
    assert_near(squad_f1(a, STR(""), STR("the")).f, 1, 0);
    assert_near(squad_f1(a, STR("x"), STR("")).f, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),   cmocka_unit_test(numbers_in_text), cmocka_unit_test(dates),
        cmocka_unit_test(distances), cmocka_unit_test(answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
