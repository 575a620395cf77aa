/* Graders of structured outputs: lists, JSON differences, tool calls, spans, slots. */
#include "grade_case.h"

static void lists(void **state)
{
    (void)state;
    PASSES("list", "[\"B\", \"a\"]", "[\"a\", \"b\"]");
    PASSES("list", "- Red\n- green\n", "[\"green\", \"red\"]");
    PASSES("list", "1. red\n2. green", "\"green\\nred\"");
    PASSES("list", "red, Green", "[\"green\", \"red\"]");
    PASSES("list:{separator: ;}", "red; green", "[\"green\", \"red\"]");
    FAILS("list:{ordered: true}", "[\"b\", \"a\"]", "[\"a\", \"b\"]");
    check_score("list:{ordered: true}", "[\"b\", \"a\", \"c\"]", "[\"a\", \"b\", \"c\"]", 2.0 / 3,
                1e-15);
    check_score("list", "[\"a\", \"a\", \"x\"]", "[\"a\", \"b\"]",
                2 * (1.0 / 3) * 0.5 / (1.0 / 3 + 0.5), 1e-15);
    PASSES("list", "", "[]");
    ERRORS("list", "a", "{\"a\": 1}");
    check_refused("list:{separator: ab}", "one character");
}

static void differences(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    static const char want[] = "{\"a\": 1, \"b\": {\"c\": \"x\", \"d\": [1, 2]}, \"e\": null}";
    (void)state;
    PASSES("json_diff", "{\"e\": null, \"b\": {\"d\": [1, 2], \"c\": \"x\"}, \"a\": 1.0}", want);
    check_score("json_diff", "{\"a\": 2, \"b\": {\"c\": \"x\", \"d\": [1, 2]}, \"e\": null}", want,
                0.8, 1e-15);
    check_score("json_diff", "{\"a\": 1, \"b\": {\"c\": \"x\", \"d\": [2, 1]}, \"e\": null}", want,
                0.6, 1e-15);
    PASSES("json_diff:{unordered: true}",
           "{\"a\": 1, \"b\": {\"c\": \"x\", \"d\": [2, 1]}, \"e\": null}", want);
    PASSES("json_diff:{ignore: [a]}",
           "{\"a\": 9, \"b\": {\"c\": \"x\", \"d\": [1, 2]}, \"e\": null}", want);
    PASSES("json_diff:{values_as: text}", "{\"name\": \"ACME  ltd\"}", "{\"name\": \"Acme Ltd\"}");
    FAILS("json_diff", "{}", want);
    FAILS("json_diff", "no JSON", want);
    check_score("json_diff", "{\"b\": 1}", "{\"a\": 1}", 0, 0);
    struct grade_out out =
        grade_case(a, "json_diff", "{\"x\": [1, 3]}", "{\"x\": [1, 2], \"y\": 1}");
    assert_string_equal(out.details.p,
                        "{\"differences\":[{\"at\":\"$.x[1]\",\"expected\":2,\"found\":3},"
                        "{\"at\":\"$.y\",\"expected\":1}],\"same\":1,\"different\":2}");
}

static void calls(void **state)
{
    static const char want[] = "{\"name\": \"book\", \"arguments\": {\"to\": \"Oslo\", \"n\": 2}}";
    (void)state;
    PASSES("tool_call", "{\"name\": \"book\", \"arguments\": {\"n\": 2.0, \"to\": \"Oslo\"}}",
           want);
    PASSES("tool_call",
           "[{\"type\": \"function\", \"function\": {\"name\": \"book\", \"arguments\": "
           "\"{\\\"to\\\": \\\"Oslo\\\", \\\"n\\\": 2}\"}}]",
           want);
    PASSES("tool_call", "{\"name\": \"book\", \"input\": {\"to\": \"Oslo\", \"n\": 2}}", want);
    FAILS("tool_call",
          "{\"name\": \"book\", \"arguments\": {\"to\": \"Oslo\", \"n\": 2, \"x\": 1}}", want);
    PASSES("tool_call:{arguments: subset}",
           "{\"name\": \"book\", \"arguments\": {\"to\": \"Oslo\", \"n\": 2, \"x\": 1}}", want);
    PASSES("tool_call:{arguments: ignore}", "{\"name\": \"book\", \"arguments\": {}}", want);
    PASSES("tool_call:{arguments: ignore}", "{\"name\": \"book\"}", "\"book\"");
    FAILS("tool_call", "I would rather not.", want);
    PASSES("tool_call", "No tool is needed.", "[]");
    check_score("tool_call", "[{\"name\": \"a\"}, {\"name\": \"b\"}]", "[\"a\", \"c\"]", 0.5,
                1e-15);
    FAILS("tool_call:{ordered: true}", "[{\"name\": \"b\"}, {\"name\": \"a\"}]", "[\"a\", \"b\"]");
    PASSES("tool_call", "[{\"name\": \"b\"}, {\"name\": \"a\"}]", "[\"a\", \"b\"]");
    ERRORS("tool_call", "{}", "{\"arguments\": {}}");
}

static void recorded_calls(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grade_in in;
    struct grade_out out;
    struct grader *g;
    struct err e = {0};
    yyjson_val *row;
    (void)state;
    assert_true(
        json_parse(a,
                   STR("{\"id\": 1, \"output\": \"\", \"expected\": [\"a\"], \"tool_calls\": "
                       "[{\"function\": {\"name\": \"a\", \"arguments\": \"\"}}]}"),
                   "r", 1, &row, &e));
    assert_true(grade_in_from_json(a, row, &in, &e));
    assert_true(grader_open_text(a, "tool_call", &g, &e));
    grader_grade(g, &in, a, &out);
    assert_int_equal(out.outcome, OUTCOME_ERROR); /* arguments that are no JSON: not judged */
    assert_true(
        json_parse(a,
                   STR("{\"id\": 1, \"output\": \"\", \"expected\": [\"a\"], \"tool_calls\": "
                       "[{\"function\": {\"name\": \"a\", \"arguments\": \"{}\"}}], "
                       "\"finish_reason\": \"length\", \"logprobs\": [-0.5, -1.5]}"),
                   "r", 1, &row, &e));
    assert_true(grade_in_from_json(a, row, &in, &e));
    grader_grade(g, &in, a, &out);
    assert_int_equal(out.outcome, OUTCOME_PASS);
    assert_true(grader_open_text(a, "finish_reason", &g, &e));
    grader_grade(g, &in, a, &out);
    assert_int_equal(out.outcome, OUTCOME_FAIL);
    assert_true(grader_open_text(a, "perplexity:{max: 2.7}", &g, &e));
    grader_grade(g, &in, a, &out);
    assert_int_equal(out.outcome, OUTCOME_FAIL); /* e is 2.718… */
    assert_true(fabs(out.score - exp(-1)) < 1e-15);
    assert_true(grader_open_text(a, "perplexity:{max: 2.8}", &g, &e));
    grader_grade(g, &in, a, &out);
    assert_int_equal(out.outcome, OUTCOME_PASS);
}

static void places(void **state)
{
    static const char gold[] = "[\"B-person\", \"I-person\", \"O\", \"B-group\", \"I-person\"]";
    (void)state;
    PASSES("spans", gold, gold);
    PASSES("spans", "B-person I-person O I-group B-person", gold);
    check_score("spans", "[\"B-person\", \"O\", \"O\", \"B-group\", \"B-person\"]", gold, 2.0 / 3,
                1e-15);
    check_score("spans:{match: partial}", "[\"B-person\", \"O\", \"O\", \"B-group\", \"B-person\"]",
                gold, 2.5 / 3, 1e-15);
    check_score("spans", "[{\"type\": \"person\", \"start\": 0, \"end\": 2}]", gold, 0.5, 1e-15);
    PASSES("spans", "[]", "[\"O\", \"O\"]");
    FAILS("spans", "[\"B-x\"]", "[\"O\"]");
    FAILS("spans", "no tags", gold);
    ERRORS("spans", "[]", "[1, 2]");
}

static void filled(void **state)
{
    static const char gold[] =
        "{\"date\": {\"text\": \"Tomorrow\", \"span\": [0, 8]}, \"city\": \"Oslo\"}";
    (void)state;
    PASSES("slots", "{\"city\": \"oslo\", \"date\": \"tomorrow\"}", gold);
    PASSES("slots",
           "[{\"name\": \"city\", \"value\": \"Oslo\"}, {\"name\": \"date\", \"value\": "
           "\"tomorrow\"}]",
           gold);
    check_score("slots", "{\"city\": \"Bergen\", \"date\": \"tomorrow\", \"x\": 1}", gold, 0.4,
                1e-15);
    PASSES("slots", "{}", "{}");
    FAILS("slots", "none", "{}");
    PASSES("slots:{values_as: date}", "{\"d\": \"25 Mar 2018\"}", "{\"d\": \"2018-03-25\"}");
    ERRORS("slots", "{}", "[{\"name\": \"x\"}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),          cmocka_unit_test(differences), cmocka_unit_test(calls),
        cmocka_unit_test(recorded_calls), cmocka_unit_test(places),      cmocka_unit_test(filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
