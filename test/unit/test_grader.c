/* Opening graders and what is common to all: keys, negation, `on`, `against`, three outcomes,
 * rows; and the graders that compare text. */
#include "grade_case.h"

static void opening(void **state)
{
    (void)state;
    check_refused("labl", "Did you mean \"label\"");
    check_refused("label:{\"lables\": [\"a\"]}", "unknown key");
    check_refused("label:{\"threshold\": 2}", "from 0 to 1");
    check_refused("label:{\"weight\": -1}", "0 or more");
    check_refused("regex:{\"pattern\": \"(\"}", "not a regular expression");
    check_refused("label:{\"on\": \"$.[\"}", "not a JSON path");
    check_refused("label:[1]", "a mapping");
    check_refused("label:{\"find\": true}", "needs the list");
    check_refused("contains:{value: a, values: [b]}", "both");
}

static void outcomes(void **state)
{
    (void)state;
    PASSES("equals", "yes\n", "\"yes\"");
    FAILS("equals", "yes", "\"no\"");
    ERRORS("equals", "yes", NULL);
    ERRORS("contains", "yes", "{\"a\": 1}");
    FAILS("not-equals", "yes", "\"yes\"");
    PASSES("not-equals", "yes", "\"no\"");
    ERRORS("not-equals", "yes", NULL);
    PASSES("not-equals:{not: true}", "yes", "\"yes\"");
    check_score("not-equals", "yes", "\"yes\"", 0, 0);
    check_score("not-equals", "no", "\"yes\"", 1, 0);
}

static void parts(void **state)
{
    (void)state;
    PASSES("equals:{on: $.a.b}", "{\"a\": {\"b\": \"x\"}}", "\"x\"");
    PASSES("equals:{on: 'a[-1]'}", "```json\n{\"a\": [1, 2]}\n```", "2");
    PASSES("equals:{against: $.gold}", "x", "{\"gold\": \"x\"}");
    ERRORS("equals:{against: $.gold}", "x", "{\"golden\": \"x\"}");
    FAILS("equals:{on: $.c}", "{\"a\": 1}", "\"x\"");
    FAILS("not-equals:{on: $.c}", "{\"a\": 1}", "\"x\"");
    FAILS("equals:{on: $.c}", "no JSON here", "\"x\"");
}

static void text(void **state)
{
    (void)state;
    PASSES("equals", "{\"b\": 2, \"a\": 1.0}", "{\"a\": 1, \"b\": 2}");
    FAILS("equals", "{\"a\": 1", "{\"a\": 1}");
    PASSES("equals", "b", "[\"a\", \"b\"]");
    FAILS("equals:{trim: false}", "a ", "\"a\"");
    PASSES("iequals", "STRASSE", "\"straße\"");
    PASSES("contains", "one two three", "[\"one\", \"three\"]");
    FAILS("contains", "one two", "[\"one\", \"three\"]");
    PASSES("contains:{mode: any}", "one two", "[\"one\", \"three\"]");
    PASSES("contains:{case: false, value: ÉTÉ}", "un été", NULL);
    FAILS("contains:{value: x}", "", NULL);
}

static void patterns(void **state)
{
    (void)state;
    PASSES("regex:{pattern: '^\\w+$'}", "né", NULL);
    FAILS("regex:{pattern: '^[a-z]$', full: true}", "ab", NULL);
    PASSES("regex:{pattern: 'answer is (?<n>\\d+)', group: n}", "the answer is 42.", "42");
    FAILS("regex:{pattern: 'answer is (\\d+)', group: 1}", "the answer is 41.", "42");
    ERRORS("regex:{pattern: '(a+)+$'}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
           NULL);
    ERRORS("not-regex:{pattern: '(a+)+$'}",
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", NULL);
    PASSES("regex", "abc", "\"b.\"");
    ERRORS("regex", "abc", "\"(\"");
    check_refused("regex:{pattern: a, group: 1}", "the pattern has 0");
}

static void labels(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    (void)state;
    PASSES("label", " \"Card_Not-Working\".", "\"card not working\"");
    FAILS("label:{normalise: false}", "Card", "\"card\"");
    PASSES("label:{labels: [refund, other], find: true}", "This is a refund.", "\"refund\"");
    FAILS("label:{labels: [refund, other], find: true}", "refund or other", "\"refund\"");
    PASSES("label:{labels: [card, card lost], find: true}", "It is: card lost!", "\"card_lost\"");
    PASSES("label:{aliases: {neg: negative}}", "NEG", "\"negative\"");
    ERRORS("label:{labels: [a, b]}", "a", "\"c\"");
    check_refused("label:{labels: [a b, a_b]}", "the same label");
    struct grade_out out = grade_case(a, "label:{labels: [Yes, No]}", "yes", "\"NO\"");
    assert_string_equal(out.details.p,
                        "{\"expected\":\"No\",\"predicted\":\"Yes\",\"known\":true}");
}

static void rows(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grade_in in;
    struct err e = {0};
    yyjson_val *v;
    (void)state;
    assert_true(json_parse(a, STR("{\"id\": 7, \"input\": \"q\", \"output\": {\"a\": 1}, "
                                  "\"context\": \"c\", \"tokens\": {\"output\": 6}}"),
                           "t", 1, &v, &e));
    assert_true(grade_in_from_json(a, v, &in, &e));
    assert_string_equal(json_get_str(in.input, "input").p, "q");
    assert_true(str_eq_c(in.id, "7"));
    assert_true(str_eq_c(in.output, "{\"a\":1}"));
    assert_int_equal(yyjson_arr_size(in.context), 1);
    assert_true(in.tokens_output > 5.5 && in.tokens_output < 6.5);
    assert_true(isnan(in.latency_ms));
    assert_int_equal(in.epoch, 1);
    assert_true(json_parse(a, STR("{\"id\": 7, \"output\": null, \"error\": \"429\"}"), "t", 1, &v,
                           &e));
    assert_false(grade_in_from_json(a, v, &in, &e));
    assert_string_equal(e.msg, "the call failed: 429");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening), cmocka_unit_test(outcomes), cmocka_unit_test(parts),
        cmocka_unit_test(text),    cmocka_unit_test(patterns), cmocka_unit_test(labels),
        cmocka_unit_test(rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
