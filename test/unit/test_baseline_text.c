/* The baselines that answer with text: rules, fields, lead, textrank. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "model/baseline.h"
#include "model/extractor.h"
#include "text/json.h"

static struct baseline *trained(struct arena *a, const char *name,
                                const struct baseline_example *examples, size_t n,
                                const char *options)
{
    struct err e = {0};
    struct node *node = NULL;
    struct baseline *m = NULL;
    if (options)
        assert_true(node_parse(a, str_c(options), "options.yaml", &node, &e));
    if (!baseline_train(a, str_c(name), examples, n, node, 1, &m, &e))
        fail_msg("%s: %s", name, e.msg);
    return m;
}

static struct err refused(struct arena *a, const char *name, const char *options)
{
    struct err e = {0}, none = {0};
    struct node *node = NULL;
    struct baseline *m;
    assert_true(node_parse(a, str_c(options), "options.yaml", &node, &none));
    assert_false(baseline_train(a, str_c(name), NULL, 0, node, 1, &m, &e));
    return e;
}

static const char *answer(const struct baseline *m, struct arena *a, const char *text,
                          double *ret_confidence)
{
    struct err e = {0};
    struct baseline_answer r;
    if (!baseline_predict(m, str_c(text), a, &r, &e))
        fail_msg("%s", e.msg);
    if (ret_confidence)
        *ret_confidence = r.confidence;
    return arena_strndup(a, r.output.p, r.output.n);
}

static void test_rules(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *spec = "rules:\n"
                       "  - {match: 'refund|money back', answer: refund}\n"
                       "  - {match: 'order (\\d+)', answer: 'order:$1 for $$'}\n"
                       "otherwise: other\n";
    const struct baseline_example seen[] = {
        {.text = STR("a REFUND please"), .label = STR("refund")},
        {.text = STR("my money back"), .label = STR("refund")},
        {.text = STR("refund the order 7"), .label = STR("order")},
    };
    double confidence;
    struct baseline *m = trained(a, "rules", seen, 3, spec);
    assert_string_equal(answer(m, a, "Refund order 12", &confidence), "refund");
    assert_float_equal(confidence, 3.0 / 5, 1e-12);
    assert_string_equal(answer(m, a, "order 12", &confidence), "order:12 for $");
    assert_true(isnan(confidence)); /* never hit by an example */
    assert_string_equal(answer(m, a, "hello", NULL), "other");
    m = trained(a, "rules", NULL, 0, "rules: [{match: Abc, answer: x}]\nignore_case: false");
    assert_string_equal(answer(m, a, "abc", &confidence), "");
    assert_float_equal(confidence, 0, 0);
    arena_free(a);
}

static void test_rules_from_file(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct err e = {0};
    char path[] = "/tmp/plimsoll-rules-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(file_write(path, STR("rules: [{match: lost, answer: card}]\n"), &e));
    struct baseline *m = trained(a, "rules", NULL, 0, arena_printf(a, "path: %s", path));
    assert_string_equal(answer(m, a, "I LOST it", NULL), "card");
    remove(path);
    arena_free(a);
}

static void test_rules_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_int_equal(refused(a, "rules", "otherwise: x").code, ERR_SPEC);
    struct err e = refused(a, "rules", "rules:\n  - {match: '(', answer: x}");
    assert_int_equal(e.line, 2);
    assert_int_equal(refused(a, "rules", "rules: [{match: x}]").code, ERR_SPEC);
    assert_int_equal(refused(a, "rules", "rules: []\npath: x").code, ERR_SPEC);
    assert_int_equal(refused(a, "rules", "path: /nonexistent/rules.yaml").code, ERR_NOT_FOUND);
    arena_free(a);
}

static void test_given_fields(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct baseline *m = trained(a, "fields", NULL, 0,
                                 "patterns:\n"
                                 "  total: {match: '\\btotal\\D*([\\d.]+)', take: last}\n"
                                 "  id: 'no\\.? *(\\w+)'\n");
    double confidence;
    assert_string_equal(answer(m, a, "No. A17\nSUBTOTAL 8.00\nTotal 8.00\nTOTAL: 9.00",
                               &confidence),
                        "{\"total\":\"9.00\",\"id\":\"A17\"}");
    assert_true(isnan(confidence));
    assert_string_equal(answer(m, a, "an empty page", NULL), "{\"total\":null,\"id\":null}");
    assert_int_equal(refused(a, "fields", "patterns: {x: {match: a, take: middle}}").code,
                     ERR_SPEC);
    assert_int_equal(refused(a, "fields", "{}").code, ERR_INPUT);
    arena_free(a);
}

/* Invoices made from a template: names, dates and sums change. */
static size_t invoices(struct arena *a, struct baseline_example *ret, size_t n)
{
    static const char *const firms[] = {"ACME TRADING", "Blue Sky Foods", "CORNER SHOP 24",
                                        "Delta Paper"};
    for (size_t i = 0; i < n; i++) {
        struct err e = {0};
        const char *firm = firms[i % 4];
        int day = (int)(i % 27) + 1, sum = (int)(i * 37 % 900) + 10;
        ret[i].text = arena_strf(a,
                                 "%s\nInvoice 10%d\nDate: %02d/03/2024\nItem A 3.50\n"
                                 "Total due: %d.25\nPaid in cash 1000.00\nThank you",
                                 firm, (int)i, day, sum);
        struct str json = arena_strf(a, "{\"firm\": \"%s\", \"date\": \"%02d/03/2024\", "
                                        "\"total\": %d.25}", firm, day, sum);
        assert_true(json_parse(a, json, "x", 1, &ret[i].expected, &e));
    }
    return n;
}

static void test_learned_fields(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct baseline_example x[40];
    struct baseline *m = trained(a, "fields", x, invoices(a, x, 40), NULL);
    double confidence;
    assert_string_equal(answer(m, a,
                               "Other Firm\nInvoice 9\nDate: 30/11/2023\nItem B 7.00\n"
                               "Total due: 77.10\nPaid in cash 2000.00\nThank you",
                               &confidence),
                        "{\"firm\":\"Other Firm\",\"date\":\"30/11/2023\",\"total\":77.1}");
    assert_true(confidence > 0.5 && confidence < 1);
    arena_free(a);
}

static void test_fields_deterministic(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct baseline_example x[30];
    size_t n = invoices(a, x, 30);
    double c[2];
    setenv("PLIMSOLL_THREADS", "1", 1);
    const char *one = answer(trained(a, "fields", x, n, NULL), a, "Shop\nTotal due: 4.00", &c[0]);
    setenv("PLIMSOLL_THREADS", "4", 1);
    const char *four = answer(trained(a, "fields", x, n, NULL), a, "Shop\nTotal due: 4.00", &c[1]);
    unsetenv("PLIMSOLL_THREADS");
    assert_string_equal(one, four);
    assert_memory_equal(&c[0], &c[1], sizeof c[0]);
    arena_free(a);
}

static void test_empty_page(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct baseline_example x[12];
    struct baseline *m = trained(a, "fields", x, invoices(a, x, 12), NULL);
    assert_string_equal(answer(m, a, "", NULL), "{\"firm\":null,\"date\":null,\"total\":null}");
    assert_non_null(answer(m, a, "\n \n\xc3\xa9\n", NULL));
    arena_free(a);
}

static void test_numbers(void **state)
{
    (void)state;
    double v;
    assert_true(span_number(STR("RM 1,234.50"), &v));
    assert_float_equal(v, 1234.5, 0);
    assert_true(span_number(STR("-7"), &v));
    assert_float_equal(v, -7, 0);
    assert_false(span_number(STR("12/03/2024"), &v));
    assert_false(span_number(STR(""), &v));
    assert_true(field_equal((struct field_value){STR("1234.5"), true}, STR("1,234.50")));
    assert_true(field_equal((struct field_value){STR("Sdn. Bhd."), false}, STR("SDN BHD")));
    assert_false(field_equal((struct field_value){STR("a"), false}, (struct str){0}));
}

static const char story[] =
    "The harbour opened in 1901. Ships carried grain and coal through the harbour for decades. "
    "A cat slept nearby. Grain ships left the harbour every week, and coal came back. "
    "Today the harbour is a museum.";

static void test_lead(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct baseline *m = trained(a, "lead", NULL, 0, "sentences: 2");
    assert_string_equal(answer(m, a, story, NULL),
                        "The harbour opened in 1901. Ships carried grain and coal through the "
                        "harbour for decades.");
    assert_string_equal(answer(m, a, "", NULL), "");
    assert_string_equal(answer(m, a, "One only", NULL), "One only");
    assert_int_equal(refused(a, "lead", "sentences: 0").code, ERR_SPEC);
    arena_free(a);
}

static void test_textrank(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct baseline *m = trained(a, "textrank", NULL, 0, "sentences: 2");
    assert_string_equal(answer(m, a, story, NULL),
                        "Ships carried grain and coal through the harbour for decades. Grain "
                        "ships left the harbour every week, and coal came back.");
    assert_string_equal(answer(m, a, "", NULL), "");
    assert_string_equal(answer(m, a, "One. Two.", NULL), "One. Two.");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),          cmocka_unit_test(test_rules_from_file),
        cmocka_unit_test(test_rules_refused),  cmocka_unit_test(test_given_fields),
        cmocka_unit_test(test_learned_fields), cmocka_unit_test(test_fields_deterministic),
        cmocka_unit_test(test_empty_page),     cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_lead),           cmocka_unit_test(test_textrank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
