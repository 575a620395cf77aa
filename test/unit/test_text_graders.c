/* Graders of running text: summaries, personal data, markup, readability, language, Lua. */
#include "grade_case.h"

#include "text/extractive.h"
#include "text/markup.h"
#include "text/pii.h"
#include "text/rouge.h"

static struct extractive fragments(struct arena *a, const char *source, const char *summary)
{
    struct word_keys x = rouge_words(a, str_c(source), false),
                     y = rouge_words(a, str_c(summary), false);
    struct extractive r;
    struct err e;
    assert_true(extractive_measure(a, x.v, x.n, y.v, y.n, &r, &e));
    return r;
}

static void extractive(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    (void)state;
    /* fragments: "a b c" (3), "e f" (2); x is new: coverage 5/6, density (9 + 4)/6 */
    struct extractive r = fragments(a, "a b c d e f g h i j k l", "a b c x e f");
    assert_true(fabs(r.coverage - 5.0 / 6) < 1e-15);
    assert_true(fabs(r.density - 13.0 / 6) < 1e-15);
    assert_true(fabs(r.compression - 2) < 1e-15);
    assert_int_equal(r.fragments, 2);
    assert_int_equal(r.longest, 3);
    /* the longest run wins, wherever it stands */
    r = fragments(a, "a b x a b c", "a b c");
    assert_int_equal(r.fragments, 1);
    assert_true(isnan(fragments(a, "a", "").coverage));
}

static void check_source(const char *grader, const char *output, const char *source,
                         enum outcome want, double score)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grader *g;
    struct err e = {0};
    struct grade_out out;
    struct grade_in in = {.output = str_c(output)};
    yyjson_val *v;
    if (!grader_open_text(a, grader, &g, &e))
        fail_msg("%s: %s", grader, e.msg);
    char *row = arena_printf(a, "{\"output\": \"x\", \"context\": %s}", source);
    assert_true(json_parse(a, str_c(row), "row", 1, &v, &e) && grade_in_from_json(a, v, &in, &e));
    in.output = str_c(output);
    grader_grade(g, &in, a, &out);
    if (out.outcome != want ||
        !(fabs(out.score - score) < 1e-12 || (isnan(score) && isnan(out.score))))
        fail_msg("%s on \"%s\": %s %g (%s)", grader, output, outcome_name(out.outcome), out.score,
                 out.reason.p);
}

static void summaries(void **state)
{
    static const char source[] = "[\"The cat sat on the mat all day.\", \"It rained.\"]";
    (void)state;
    check_source("coverage", "the cat sat outside", source, OUTCOME_PASS, 0.75);
    check_source("coverage:{max: 0.5}", "the cat sat outside", source, OUTCOME_FAIL, 0.75);
    check_source("density:{max: 2}", "the cat sat outside", source, OUTCOME_FAIL, 9.0 / 16);
    check_source("compression:{min: 2}", "the cat sat", source, OUTCOME_PASS, 0.7);
    check_source("compression:{min: 2}", "", source, OUTCOME_FAIL, 1);
    check_source("novel_ngrams", "the cat sat outside", source, OUTCOME_FAIL, 1.0 / 3);
    check_source("redundancy:{n: 1}", "no no no no", "[]", OUTCOME_FAIL, 0.25);
    check_source("redundancy", "all words differ in here", "[]", OUTCOME_PASS, 1);
    check_source("coverage", "the cat sat", "[{\"id\": \"outside\", \"text\": \"A cat sat.\"}]",
                 OUTCOME_PASS, 2.0 / 3);
    check_source("coverage", "the cat", "[]", OUTCOME_ERROR, NAN);
    check_refused("density", "needs");
}

static void check_pii(const char *text, const char *want)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct pii_hits h = pii_find(a, str_c(text), 31);
    char *got = arena_strdup(a, "");
    for (size_t i = 0; i < h.n; i++)
        got = arena_printf(a, "%s%s[%.*s]", got, pii_name(h.v[i].kind), (int)h.v[i].n,
                           text + h.v[i].from);
    if (strcmp(got, want) != 0)
        fail_msg("\"%s\": %s, expected %s", text, got, want);
}

static void personal_data(void **state)
{
    (void)state;
    check_pii("write to a.b+c@mail.example.org.", "email[a.b+c@mail.example.org]");
    check_pii("user@localhost, @handle, a@b", "");
    check_pii("call +49 30 1234567 now", "phone[+49 30 1234567]");
    check_pii("(415) 555-2671 or 415-555-2671", "phone[(415) 555-2671]phone[415-555-2671]");
    check_pii("on 2024-01-02, order 1234567890, 1,250,000.50, v1.2.3, 10.1000/182", "");
    check_pii("card 4111 1111 1111 1111 here", "card[4111 1111 1111 1111]");
    check_pii("card 4111 1111 1111 1112 here", "");
    check_pii("378282246310005", "card[378282246310005]");
    check_pii("IBAN DE89 3704 0044 0532 0130 00, GB82WEST12345698765432",
              "iban[DE89 3704 0044 0532 0130 00]iban[GB82WEST12345698765432]");
    check_pii("DE89 3704 0044 0532 0130 01", "");
    check_pii("key AKIAABCDEFGHIJKLMNOP", "api_key[AKIAABCDEFGHIJKLMNOP]");
    check_pii("a1B2c3D4e5F6g7H8i9J0kLmNoP and internationalisation",
              "api_key[a1B2c3D4e5F6g7H8i9J0kLmNoP]");
    assert_true(iban_ok(STR("NL91ABNA0417164300")) && !iban_ok(STR("NL92ABNA0417164300")));
    assert_true(luhn_ok(STR("79927398713")) && !luhn_ok(STR("79927398710")));
    PASSES("contains_pii:{kinds: [email]}", "x@y.org", NULL);
    FAILS("contains_pii:{kinds: [card]}", "x@y.org", NULL);
    PASSES("not-contains_pii", "nothing here", NULL);
    check_refused("contains_pii:{kinds: [name]}", "was expected");
}

static void markup(void **state)
{
    (void)state;
    PASSES("xml", "<?xml version=\"1.0\"?><a x='1'><b/>t &amp; &#x41;<!-- c --><![CDATA[<]]></a>",
           NULL);
    FAILS("xml", "<a><b></a></b>", NULL);
    FAILS("xml", "<a x=1/>", NULL);
    FAILS("xml", "<a x='1' x='2'/>", NULL);
    FAILS("xml", "<a/><b/>", NULL);
    FAILS("xml", "<a>&nbsp;</a>", NULL);
    FAILS("xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", NULL);
    FAILS("xml", "text", NULL);
    FAILS("xml", "", NULL);
    PASSES("html", "<!DOCTYPE html><ul><li>a<li>b</ul><p>x<br>y<img src=a.png>1 < 2", NULL);
    PASSES("html", "<script>if (a < b) x = '</b>';</script>", NULL);
    FAILS("html", "<div><span></div></span>", NULL);
    FAILS("html", "no tags", NULL);
    PASSES("markdown:{require: [heading, list, code]}", "# T\n\n- a\n\n```c\nx\n```\n", NULL);
    FAILS("markdown", "```\nnever closed", NULL);
    FAILS("markdown:{require: [table]}", "no table", NULL);
    FAILS("markdown:{forbid: [html]}", "<b>x</b>", NULL);
    check_refused("markdown:{require: [picture]}", "was expected");
}

static void readable(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grade_out out;
    yyjson_val *v;
    struct err e;
    (void)state;
    /* 10 words, 2 sentences, 11 syllables */
    out = grade_case(a, "readability:{min: 60}", "The cat sat down. It was happy to see me.", NULL);
    assert_true(json_parse(a, out.details, "d", 1, &v, &e));
    assert_true(fabs(json_get_num(v, "words", 0) - 10) < 1e-9);
    assert_true(fabs(json_get_num(v, "syllables", 0) - 11) < 1e-9);
    assert_true(fabs(json_get_num(v, "flesch", 0) - (206.835 - 1.015 * 5 - 84.6 * 1.1)) < 1e-9);
    assert_int_equal(out.outcome, OUTCOME_PASS);
    FAILS("readability:{measure: grade, max: 8}",
          "Institutional accountability necessitates comprehensive organisational transparency.",
          NULL);
    ERRORS("readability:{max: 8}", "...", NULL);
}

static void languages(void **state)
{
    (void)state;
    PASSES("language:{value: en}", "The order was sent to you and it will be there in two days.",
           NULL);
    PASSES("language:{value: de}", "Die Bestellung ist auf dem Weg und wird in zwei Tagen da sein.",
           NULL);
    FAILS("language:{value: en}", "La commande est en route et sera chez vous dans les deux jours.",
          NULL);
    PASSES("language:{value: es}",
           "El pedido está en camino y los clientes que esperan una respuesta.", NULL);
    PASSES("language", "注文は明日届きます。", "\"ja\"");
    PASSES("language", "Заказ прибудет завтра", "\"ru-RU\"");
    ERRORS("language:{value: en}", "Zxq", NULL);
    ERRORS("language:{value: tlh}", "The order was sent to you and it will be there.", NULL);
}

static void scripts(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    (void)state;
    PASSES("lua:{code: 'function grade(i) return i.output:upper() == i.expected end'}", "abc",
           "\"ABC\"");
    check_score("lua:{code: 'function grade(i) return #i.output / 10 end'}", "abc", NULL, 0.3,
                1e-15);
    struct grade_out out = grade_case(
        a,
        "lua:{code: 'function grade(i) return {pass = i.expected.n == 3, reason = \"because\", "
        "details = {z = 1, a = {true, \"x\"}}} end'}",
        "abc", "{\"n\": 3}");
    assert_int_equal(out.outcome, OUTCOME_PASS);
    assert_string_equal(out.reason.p, "because");
    assert_string_equal(out.details.p, "{\"a\":[true,\"x\"],\"z\":1}");
    ERRORS("lua:{code: 'function grade(i) error(\"no\") end'}", "abc", NULL);
    ERRORS("lua:{code: 'function grade(i) return \"yes\" end'}", "abc", NULL);
    ERRORS("lua:{code: 'function grade(i) return 2 end'}", "abc", NULL);
    ERRORS("lua:{code: 'x = 1'}", "abc", NULL);
    ERRORS("lua:{code: 'function grade(i) while true do end end', instructions: 1}", "abc", NULL);
    ERRORS(
        "lua:{code: 'function grade(i) while true do pcall(function() while true do end end) end "
        "end', instructions: 1}",
        "abc", NULL);
    ERRORS("lua:{code: 'function grade(i) local s = \"x\" while true do s = s .. s end end'}",
           "abc", NULL);
    /* nothing to leave the sandbox with, and no chance */
    PASSES("lua:{code: 'function grade(i) return io == nil and os == nil and load == nil and "
           "require == nil and debug == nil and math.random == nil and print == nil end'}",
           "a", NULL);
    /* nothing carries over from item to item */
    struct grader *g;
    struct err e = {0};
    struct grade_in in = {.output = STR("x")};
    assert_true(grader_open_text(
        a, "lua:{code: 'n = 0 function grade(i) n = n + 1 return n == 1 end'}", &g, &e));
    for (int i = 0; i < 3; i++) {
        grader_grade(g, &in, a, &out);
        assert_int_equal(out.outcome, OUTCOME_PASS);
    }
    check_refused("lua:{code: 'function grade('}", "not a Lua script");
    check_refused("lua", "either");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extractive), cmocka_unit_test(summaries), cmocka_unit_test(personal_data),
        cmocka_unit_test(markup),     cmocka_unit_test(readable),  cmocka_unit_test(languages),
        cmocka_unit_test(scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
