/* Gate requirements: every metric, units, margins, positions of errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "near.h"
#include "spec/requirement.h"

static const char *const graders[] = {"correct", "polite", "hallucination", "match_rate", NULL};

static struct requirement parse_with(struct arena *a, const char *text, const char *const *names)
{
    struct err e = {0};
    struct requirement r;
    if (!requirement_parse(a, str_c(text), names, "f.yaml", 3, 5, &r, &e))
        fail_msg("%s: %s", text, e.msg);
    return r;
}

static void test_metrics(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum metric_kind kind;
        const char *name;
        bool lower;
    } rows[] = {
        {"success_rate >= 0.9", METRIC_SUCCESS_RATE, NULL, false},
        {"score > 0.8", METRIC_SCORE, NULL, false},
        {"error_rate <= 1%", METRIC_ERROR_RATE, NULL, true},
        {"correct >= 0.5", METRIC_GRADER_MEAN, "correct", false},
        {"correct_rate >= 0.5", METRIC_GRADER_RATE, "correct", false},
        {"match_rate >= 0.5", METRIC_GRADER_MEAN, "match_rate", false},
        {"match_rate_rate >= 0.5", METRIC_GRADER_RATE, "match_rate", false},
        {"hallucination_rate <= 0.01", METRIC_FAILURE_RATE, "hallucination", true},
        {"over_refusal_rate <= 0.05", METRIC_FAILURE_RATE, "over_refusal", true},
        {"spelling_mistake_rate < 0.05", METRIC_FAILURE_RATE, "spelling_mistake", true},
        {"p95_latency <= 2s", METRIC_LATENCY, NULL, true},
        {"p99.9_ttft <= 2s", METRIC_TTFT, NULL, true},
        {"cost_per_success <= 0.002", METRIC_COST_PER_SUCCESS, NULL, true},
        {"cost_per_1000 <= $2", METRIC_COST_PER_1000, NULL, true},
        {"cost_per_thousand <= 2", METRIC_COST_PER_1000, NULL, true},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct requirement r = parse_with(a, rows[i].text, graders);
        assert_int_equal(r.kind, rows[i].kind);
        assert_int_equal(r.lower_is_better, rows[i].lower);
        if (rows[i].name)
            assert_string_equal(r.name, rows[i].name);
        else
            assert_null(r.name);
        assert_string_equal(r.text, rows[i].text);
        assert_false(r.calibrated);
    }
    assert_near(parse_with(a, "p99.9_ttft <= 2s", graders).quantile, 0.999, 1e-12);
    arena_free(a);
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"success_rate>=90%", 0.9},        {"success_rate >= 90 %", 0.9},
        {"success_rate >= 0.9", 0.9},      {"p95_latency <= 250ms", 0.25},
        {"p95_latency < 1.5 s", 1.5},      {"cost_per_success <= $0.002", 0.002},
        {"cost_per_success<=0.002", 0.002}, {"score >= 1", 1},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct requirement r = parse_with(a, rows[i].text, graders);
        assert_near(r.value, rows[i].value, 0); /* exactly: a limit is compared */
        assert_false(requirement_is_relative(&r));
    }
    arena_free(a);
}

static void test_baseline(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct requirement r =
        parse_with(a, " each lang : success_rate not_worse_than baseline by 2% calibrated ", graders);
    assert_string_equal(r.slice, "lang");
    assert_int_equal(r.op, REQUIRE_NOT_WORSE);
    assert_near(r.margin, 0.02, 0);
    assert_false(r.margin_relative); /* points, not per cent of the baseline */
    assert_true(r.calibrated);
    assert_true(isnan(r.value));
    assert_string_equal(r.text, "each lang : success_rate not_worse_than baseline by 2% calibrated");
    r = parse_with(a, "p95_latency not_worse_than baseline by 10%", graders);
    assert_near(r.margin, 0.1, 0);
    assert_true(r.margin_relative);
    r = parse_with(a, "p95_latency not_worse_than baseline by 200 ms", graders);
    assert_near(r.margin, 0.2, 0);
    assert_false(r.margin_relative);
    r = parse_with(a, "correct_rate better_than baseline", graders);
    assert_int_equal(r.op, REQUIRE_BETTER);
    assert_near(r.margin, 0, 0);
    r = parse_with(a, "correct_rate better_than baseline by 0.01", graders);
    assert_near(r.margin, 0.01, 0);
    assert_true(requirement_is_relative(&r));
    arena_free(a);
}

static void test_without_graders(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_int_equal(parse_with(a, "anything >= 0.5", NULL).kind, METRIC_GRADER_MEAN);
    assert_int_equal(parse_with(a, "anything_rate >= 0.5", NULL).kind, METRIC_GRADER_RATE);
    assert_int_equal(parse_with(a, "hallucination_rate <= 0.5", NULL).kind, METRIC_FAILURE_RATE);
    arena_free(a);
}

static void test_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part, *hint;
        int col;
    } bad[] = {
        {"", "ends where a metric was expected", "success_rate", 5},
        {"sucess_rate >= 0.9", "neither a metric nor a grader", "\"success_rate\"", 5},
        {"corect_rate >= 0.9", "neither a metric nor a grader", "\"correct_rate\"", 5},
        {"quality >= 0.9", "neither a metric nor a grader", "Metrics are", 5},
        {"p100_latency >= 1s", "neither", "", 5},
        {"success_rate = 0.9", "found \"=\"", "", 18},
        {"success_rate >= 90", "\"90\" is more than 1", "Write 90% or 0.9.", 21},
        {"success_rate >= -0.1", "\"-0.1\" where a share", "", 21},
        {"success_rate >= nan", "\"nan\" where a share", "", 21},
        {"success_rate >=", "ends where a share", "", 20},
        {"p95_latency <= 2", "\"2\" where a duration such as 2s", "", 20},
        {"p95_latency <= 20%", "\"20%\" where a duration", "", 20},
        {"cost_per_success <= 1s", "\"1s\" where an amount", "", 25},
        {"success_rate not_worse_than baseline", "ends where \"by\" and a margin", "", 41},
        {"success_rate not_worse_than shipped by 1%", "found \"shipped\"", "", 33},
        {"each : success_rate >= 0.9", "`each SLICE:`", "", 10},
        {"each lang success_rate >= 0.9", "`each SLICE:`", "", 10},
        {"success_rate >= 0.9 calibrate", "found \"calibrate\"", "", 25},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *a = arena_new();
        struct err e = {0};
        struct requirement r;
        if (requirement_parse(a, str_c(bad[i].text), graders, "f.yaml", 3, 5, &r, &e))
            fail_msg("\"%s\" was accepted", bad[i].text);
        if (!strstr(e.msg, bad[i].part) || !strstr(e.hint, bad[i].hint) || e.col != bad[i].col)
            fail_msg("\"%s\": col %d: %s (%s)", bad[i].text, e.col, e.msg, e.hint);
        arena_free(a);
    }
}

static void test_value_text(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct requirement r = parse_with(a, "p95_latency <= 2s", graders);
    assert_string_equal(requirement_value_text(a, &r, 2), "2 s");
    assert_string_equal(requirement_value_text(a, &r, 0.25), "250 ms");
    assert_string_equal(requirement_value_text(a, &r, (double)NAN), "unmeasured");
    r = parse_with(a, "success_rate >= 0.9", graders);
    assert_string_equal(requirement_value_text(a, &r, 0.9), "90.0%");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metrics),  cmocka_unit_test(test_values),
        cmocka_unit_test(test_baseline), cmocka_unit_test(test_without_graders),
        cmocka_unit_test(test_errors),   cmocka_unit_test(test_value_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
