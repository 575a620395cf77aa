/* Baselines: the contract for every row of the table, each one on small data, and the accuracy
 * of the classifiers on the data that ships with the program. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/asset.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "model/baseline.h"
#include "text/json.h"

static const char *const refunds[] = {
    "I want my money back",          "please refund the order",     "refund me now",
    "can I get a refund for this",   "give my money back please",   "the refund has not arrived",
};
static const char *const cards[] = {
    "my card is lost",               "I lost my card yesterday",    "the card was stolen",
    "block the card, it is stolen",  "somebody stole my card",      "lost card, please block it",
};

struct examples {
    struct baseline_example *v;
    size_t n, cap;
};

static struct examples two_classes(void)
{
    struct examples x = {0};
    for (size_t i = 0; i < ARRAY_LEN(refunds); i++) {
        vec_push(&x, (struct baseline_example){.text = str_c(refunds[i]), .label = STR("refund")});
        vec_push(&x, (struct baseline_example){.text = str_c(cards[i]), .label = STR("card")});
    }
    return x;
}

static struct baseline *trained(struct arena *a, const char *name, struct examples x,
                                const char *options)
{
    struct err e = {0};
    struct node *node = NULL;
    struct baseline *m = NULL;
    if (options)
        assert_true(node_parse(a, str_c(options), "options.yaml", &node, &e));
    if (!baseline_train(a, str_c(name), x.v, x.n, node, 1, &m, &e))
        fail_msg("%s: %s", name, e.msg);
    return m;
}

static struct baseline_answer answer(const struct baseline *m, struct arena *a, const char *text)
{
    struct err e = {0};
    struct baseline_answer r;
    if (!baseline_predict(m, str_c(text), a, &r, &e))
        fail_msg("%s", e.msg);
    return r;
}

static void assert_answer(struct baseline_answer r, const char *output)
{
    assert_int_equal(r.output.n, strlen(output));
    assert_memory_equal(r.output.p, output, r.output.n);
}

static void test_unknown_name(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    struct baseline *m;
    assert_false(baseline_train(a, STR("lineer"), NULL, 0, NULL, 1, &m, &e));
    assert_int_equal(e.code, ERR_SPEC);
    assert_non_null(strstr(e.hint, "builtin:linear"));
    arena_free(a);
}

/* Every name has a row; unknown options are refused; those that learn refuse an empty set. */
static void test_contract(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; baseline_names()[i]; i++) {
        const struct baseline_ops *ops = baseline_find(str_c(baseline_names()[i]));
        assert_non_null(ops);
        assert_string_equal(ops->name, baseline_names()[i]);
        assert_non_null(ops->summary);
        struct err e = {0};
        struct node *options;
        struct baseline *m;
        assert_true(node_parse(a, STR("no-such-option: 1"), "o.yaml", &options, &e));
        assert_false(baseline_train(a, str_c(ops->name), NULL, 0, options, 1, &m, &e));
        assert_int_equal(e.code, ERR_SPEC);
        assert_int_equal(e.line, 1);
        if (!ops->needs_examples)
            continue;
        struct err none = {0};
        assert_false(baseline_train(a, str_c(ops->name), NULL, 0, NULL, 1, &m, &none));
        assert_int_equal(none.code, ERR_INPUT);
    }
    arena_free(a);
}

static void test_majority(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct examples x = two_classes();
    struct baseline *m = trained(a, "majority", x, NULL);
    assert_answer(answer(m, a, "anything"), "card"); /* a tie: the one that sorts first */
    vec_push(&x, (struct baseline_example){.text = STR("x"), .label = STR("refund")});
    vec_push(&x, (struct baseline_example){.text = STR("unlabelled")});
    struct baseline_answer r = answer(trained(a, "majority", x, NULL), a, "anything");
    assert_answer(r, "refund");
    assert_float_equal(r.confidence, 8.0 / 15, 1e-12);
    vec_free(&x);
    arena_free(a);
}

static void test_classifiers_learn(void **state)
{
    (void)state;
    static const char *const names[] = {"linear", "knn"};
    struct arena *a = arena_new();
    struct examples x = two_classes();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct baseline *m = trained(a, names[i], x, NULL);
        struct baseline_answer r = answer(m, a, "where is my refund?");
        assert_answer(r, "refund");
        assert_true(r.confidence > 0.5 && r.confidence < 1);
        assert_answer(answer(m, a, "card stolen!"), "card");
        /* Nothing known in it: an answer all the same, and not a sure one. */
        r = answer(m, a, "");
        assert_true(r.output.n > 0 && r.confidence > 0 && r.confidence <= 0.9);
    }
    vec_free(&x);
    arena_free(a);
}

static void test_no_labels(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct baseline_example x = {.text = STR("text without label")};
    static const char *const names[] = {"majority", "linear", "knn"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct err e = {0};
        struct baseline *m;
        assert_false(baseline_train(a, str_c(names[i]), &x, 1, NULL, 1, &m, &e));
        assert_int_equal(e.code, ERR_INPUT);
    }
    arena_free(a);
}

static void test_single_label(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct examples x = {0};
    vec_push(&x, (struct baseline_example){.text = STR("only one"), .label = STR("a")});
    struct baseline_answer r = answer(trained(a, "linear", x, NULL), a, "only");
    assert_answer(r, "a");
    r = answer(trained(a, "knn", x, NULL), a, "only");
    assert_answer(r, "a");
    vec_free(&x);
    arena_free(a);
}

static void test_knn_options(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct examples x = two_classes();
    assert_answer(answer(trained(a, "knn", x, "k: 1"), a, "my card is lost"), "card");
    struct err e = {0};
    struct node *node;
    struct baseline *m;
    assert_true(node_parse(a, STR("k: 0"), "o.yaml", &node, &e));
    assert_false(baseline_train(a, STR("knn"), x.v, x.n, node, 1, &m, &e));
    assert_int_equal(e.code, ERR_SPEC);
    vec_free(&x);
    arena_free(a);
}

static void test_text_of_input(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"\"plain\"", "plain"},
        {"{\"question\": \"why?\"}", "why?"},
        {"{\"lang\": \"en\", \"text\": \"hello\"}", "hello"},
        {"{\"a\": \"x\", \"b\": 2, \"c\": [1]}", "a: x\nb: 2"},
        {"{}", ""},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err e = {0};
        yyjson_val *v;
        assert_true(json_parse(a, str_c(cases[i].json), "x", 1, &v, &e));
        struct str s = baseline_text(a, v);
        assert_string_equal(arena_strndup(a, s.p, s.n), cases[i].text);
    }
    arena_free(a);
}

/* ---- on the data that ships with the program ---- */

static struct examples read_asset(struct arena *a, const char *path)
{
    struct examples x = {0};
    struct str csv;
    struct err e = {0};
    assert_true(asset_get(path, &csv));
    FILE *f = fmemopen(arena_strndup(a, csv.p, csv.n), csv.n, "r");
    CLEANUP(rows_close) struct rows rows;
    struct row row;
    bool more;
    assert_true(rows_open_file(&rows, f, path, &e));
    while (rows_next(&rows, a, &row, &more, &e) && more) {
        struct baseline_example ex = {0};
        assert_true(row_text(&row, a, "text", &ex.text, &e));
        assert_true(row_text(&row, a, "category", &ex.label, &e));
        vec_push(&x, ex);
    }
    assert_int_equal(e.code, ERR_NONE);
    fclose(f);
    return x;
}

/* Share of right answers, and of the mean confidence minus it. */
static double accuracy(const struct baseline *m, struct examples test, double *ret_sure)
{
    struct arena *a = arena_new();
    size_t right = 0;
    *ret_sure = 0;
    for (size_t i = 0; i < test.n; i++) {
        struct err e = {0};
        struct baseline_answer r;
        assert_true(baseline_predict(m, test.v[i].text, a, &r, &e));
        right += str_eq(r.output, test.v[i].label);
        *ret_sure += r.confidence / (double)test.n;
        arena_reset(a);
    }
    arena_free(a);
    return (double)right / (double)test.n;
}

static void test_banking77(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct examples train = read_asset(a, "share/demo/banking77/train.csv");
    struct examples test = read_asset(a, "share/demo/banking77/test_a.csv");
    assert_int_equal(train.n, 10003);
    assert_int_equal(test.n, 1540);
    double sure, acc = accuracy(trained(a, "linear", train, NULL), test, &sure);
    print_message("linear: accuracy %.4f, mean confidence %.4f\n", acc, sure);
    assert_true(acc >= 0.90);
    assert_true(fabs(sure - acc) < 0.03);
    acc = accuracy(trained(a, "knn", train, NULL), test, &sure);
    print_message("knn: accuracy %.4f, mean confidence %.4f\n", acc, sure);
    assert_true(acc >= 0.80);
    assert_true(fabs(sure - acc) < 0.04);
    vec_free(&train);
    vec_free(&test);
    arena_free(a);
}

/* Same answers with one thread and with four, and from run to run. */
static void test_deterministic(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct examples train = read_asset(a, "share/demo/banking77/train.csv");
    train.n = 1200;
    static const char *const names[] = {"linear", "knn"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        double confidence[3];
        static const char *const threads[] = {"1", "4", "4"};
        for (size_t t = 0; t < 3; t++) {
            setenv("PLIMSOLL_THREADS", threads[t], 1);
            struct baseline *m = trained(a, names[i], train, NULL);
            confidence[t] = answer(m, a, "I am still waiting on my new card").confidence;
        }
        assert_memory_equal(&confidence[0], &confidence[1], sizeof(double));
        assert_memory_equal(&confidence[0], &confidence[2], sizeof(double));
    }
    unsetenv("PLIMSOLL_THREADS");
    vec_free(&train);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_name),  cmocka_unit_test(test_contract),
        cmocka_unit_test(test_majority),      cmocka_unit_test(test_classifiers_learn),
        cmocka_unit_test(test_no_labels),     cmocka_unit_test(test_single_label),
        cmocka_unit_test(test_knn_options),   cmocka_unit_test(test_text_of_input),
        cmocka_unit_test(test_banking77),     cmocka_unit_test(test_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
