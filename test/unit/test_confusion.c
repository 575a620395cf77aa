/* Confusion matrices, and agreement of a grader with people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "grade/confusion.h"
#include "grade/evaluate.h"
#include "near.h"

/* A table small enough to work out as scikit-learn defines it (zero_division=0): a 2/3 right, b
 * 1/2, c 0/1; one a predicted as b, one b as a, c as b. */
static void three_classes(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct str want[] = {STR("a"), STR("a"), STR("a"), STR("b"), STR("b"), STR("c")};
    const struct str got[] = {STR("a"), STR("a"), STR("b"), STR("b"), STR("a"), STR("b")};
    struct confusion c;
    struct err e;
    (void)state;
    assert_true(confusion_of(a, want, got, 6, &c, &e));
    assert_int_equal(c.n_labels, 3);
    assert_int_equal(c.n_right, 3);
    assert_near(c.accuracy, 3.0 / 6, 1e-15);
    assert_near(c.score[0].precision, 2.0 / 3, 1e-15);
    assert_near(c.score[0].recall, 2.0 / 3, 1e-15);
    assert_near(c.score[1].f1, 2.0 * 1 / (2 + 3), 1e-15);
    assert_true(isnan(c.score[2].precision));
    assert_near(c.score[2].f1, 0, 0);
    assert_near(c.macro_precision, (2.0 / 3 + 1.0 / 3 + 0) / 3, 1e-15);
    assert_near(c.macro_recall, (2.0 / 3 + 1.0 / 2 + 0) / 3, 1e-15);
    assert_near(c.macro_f1, (2.0 / 3 + 0.4 + 0) / 3, 1e-15);
    assert_near(c.weighted_f1, (3 * 2.0 / 3 + 2 * 0.4 + 0) / 6, 1e-15);
    assert_int_equal(c.count[1 * 4 + 0], 1);
    assert_int_equal(c.n_other, 0);
}

static void unknown_predictions(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct str want[] = {STR("a"), STR("b")}, got[] = {STR("a"), STR("who knows")};
    struct confusion c;
    struct err e;
    (void)state;
    assert_true(confusion_of(a, want, got, 2, &c, &e));
    assert_int_equal(c.n_labels, 2);
    assert_int_equal(c.n_other, 1);
    assert_near(c.macro_f1, 0.5, 1e-15);
    assert_true(confusion_of(a, NULL, NULL, 0, &c, &e));
    assert_true(isnan(c.accuracy) && isnan(c.macro_f1));
}

static void agreement(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct judged rows[8] = {0};
    struct evaluation v = {0};
    struct err e;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        rows[i].human = i < 4 ? 1 : 0;
        rows[i].score = 1 - (double)i / 8;
        rows[i].pass = i < 3 || i == 4;
        rows[i].length = (double)(i % 2);
    }
    assert_true(evaluate_grader(a, rows, 8, NAN, 0.95, &v, &e));
    assert_near(v.auc.value, 1, 0);
    assert_true(v.auc.low < 1 && v.auc.low > 0); /* four against four prove little */
    assert_near(v.length_auc.value, 0.5, 1e-15);
    assert_near(v.precision, 3.0 / 4, 1e-15);
    assert_near(v.recall, 3.0 / 4, 1e-15);
    assert_near(v.kappa.value, 0.5, 1e-15);
    rows[0].human = 0.5; /* a rating: no two classes without a cut */
    assert_true(evaluate_grader(a, rows, 8, NAN, 0.95, &v, &e));
    assert_true(isnan(v.auc.value) && isnan(v.kappa.value) && isnan(v.f1));
    assert_true(v.spearman.value > 0.5);
    assert_true(evaluate_grader(a, rows, 8, 0.5, 0.95, &v, &e));
    assert_near(v.auc.value, 1, 0);
    assert_true(evaluate_grader(a, rows, 0, NAN, 0.95, &v, &e));
    assert_true(isnan(v.auc.value) && isnan(v.spearman.value) && isnan(v.accuracy));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_classes),
        cmocka_unit_test(unknown_predictions),
        cmocka_unit_test(agreement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
