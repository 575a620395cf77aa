/* Groundedness without a model: numbers, names, quotations, citations, what is new, offsets, and
 * when there is nothing to judge. Figures on people's labels: bench/grounding_fit.c. */
#include "grade_case.h"

#include "grade/grounding.h"

static const char berlin[] =
    "Berlin has 3,700 inhabitants per square kilometre and a budget of $1.2 million. The mayor "
    "said \"we will build more homes this year\". About 40 percent of the homes are new. Twelve "
    "schools do not open before March.";

static struct grade_out run(struct arena *a, const char *grader, const char *output,
                            const char *context_json, const char *input_json)
{
    struct grader *g;
    struct err e = {0};
    struct grade_out out;
    struct grade_in in = {.output = str_c(output), .latency_ms = NAN, .cost_usd = NAN};
    if (!grader_open_text(a, grader, &g, &e))
        fail_msg("%s does not open: %s", grader, e.msg);
    if (context_json)
        assert_true(json_parse(a, str_c(context_json), "context", 1, &in.context, &e));
    if (input_json)
        assert_true(json_parse(a, str_c(input_json), "input", 1, &in.input, &e));
    grader_grade(g, &in, a, &out);
    return out;
}

static struct grounding ground(struct arena *a, const char *output)
{
    struct passage p = {.text = str_c(berlin)};
    struct grounding g;
    assert_true(grounding_of(a, str_c(output), &p, 1, &g));
    return g;
}

static void check_findings(const char *output, enum finding_kind kind, const char *want)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct grounding g = ground(a, output);
    const char *got = "";
    for (size_t i = 0; i < g.n_findings; i++)
        if (g.findings[i].kind == kind)
            got = arena_printf(a, "%s%s%.*s", got, got[0] ? "|" : "", (int)g.findings[i].n,
                               output + g.findings[i].from);
    assert_string_equal(got, want);
}

static void numbers(void **state)
{
    (void)state;
    check_findings("It has 3700 inhabitants per square km.", FOUND_NUMBER, "");
    check_findings("It has 3,800 inhabitants.", FOUND_NUMBER, "3,800");
    check_findings("The budget is 1,200,000.", FOUND_NUMBER, "");
    check_findings("The budget is $1.3 million.", FOUND_NUMBER, "1.3 million");
    check_findings("There are 12 schools and thirteen shops.", FOUND_NUMBER, "thirteen");
    check_findings("1. New homes\n2. Schools", FOUND_NUMBER, "");
}

static void units(void **state)
{
    (void)state;
    check_findings("40% of the homes are new.", FOUND_UNIT, "");
    check_findings("The homes cost $40.", FOUND_UNIT, "40");
    check_findings("The budget is $1,200,000.", FOUND_UNIT, "");
    check_findings("12% of schools open.", FOUND_UNIT, "12");
}

/* Tokenised sources write numbers with spaces. */
static void spaced_numbers(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct passage p = {.text = STR("seen 235 , 000 times , 98 . 7 per cent for $ 1 . 5 million .")};
    struct grounding g;
    assert_true(grounding_of(a, STR("235,000 saw it, 98.7% paid $1.5 million, not 236,000."), &p, 1,
                             &g));
    size_t wrong = 0;
    for (size_t i = 0; i < g.n_findings; i++)
        wrong += g.findings[i].kind == FOUND_NUMBER || g.findings[i].kind == FOUND_UNIT;
    assert_int_equal(wrong, 1);
    assert_int_equal(g.n_numbers, 4);
}

static void names(void **state)
{
    (void)state;
    check_findings("In 1999 the mayor of Hamburg met the mayor of Berlin.", FOUND_NAME, "Hamburg");
    check_findings("Hamburg builds homes.", FOUND_NAME, ""); /* a sentence's first word */
    check_findings("The Mayor Of Hamburg Builds Homes", FOUND_NAME, ""); /* a title */
}

static void quotations(void **state)
{
    (void)state;
    check_findings("\"We will build more homes\", he said.", FOUND_QUOTE, "");
    check_findings("He said \"we will build fewer homes\".", FOUND_QUOTE,
                   "we will build fewer homes");
    check_findings("He said \xe2\x80\x9cwe will build ... this year\xe2\x80\x9d.", FOUND_QUOTE, "");
    check_findings("A \"new word\" is too short.", FOUND_QUOTE, "");
}

static void negations(void **state)
{
    (void)state;
    check_findings("Twelve schools open before March.", FOUND_NEGATION,
                   "Twelve schools open before March.");
    check_findings("Twelve schools don't open before March.", FOUND_NEGATION, "");
}

static void new_sentences(void **state)
{
    (void)state;
    check_findings("The homes are new. Pigeons adore granite statues.", FOUND_NOVEL,
                   "Pigeons adore granite statues.");
}

static void citations(void **state)
{
    (void)state;
    static const char context[] = "[{\"id\": \"doc-a\", \"text\": \"the budget rose\"}, "
                                  "\"the schools open\"]";
    static const struct {
        const char *output;
        enum outcome outcome;
    } cases[] = {
        {"The budget rose [1]. The schools open [1, 2].", OUTCOME_PASS},
        {"The budget rose [doc-a].", OUTCOME_PASS},
        {"The budget rose [3].", OUTCOME_FAIL},
        {"The budget rose [see below].", OUTCOME_PASS}, /* no citation at all */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        assert_int_equal(run(a, "citations", cases[i].output, context, NULL).outcome,
                         cases[i].outcome);
    }
    CLEANUP(arena_freep) struct arena *a = arena_new();
    assert_int_equal(run(a, "citations:{min: 1}", "The budget rose.", context, NULL).outcome,
                     OUTCOME_FAIL);
}

static void whole_score(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    static const char context[] = "[\"The refund takes five days. Fees are not returned.\"]";
    struct grade_out good = run(a, "groundedness", "The refund takes 5 days.", context, NULL);
    struct grade_out bad = run(a, "groundedness",
                               "I think refunds take 30 days and Visa pays the fees.", context, NULL);
    struct grade_out quote = run(a, "groundedness", "\"The refund takes ten days\": five days.",
                                 context, NULL);
    assert_int_equal(good.outcome, OUTCOME_PASS);
    assert_int_equal(bad.outcome, OUTCOME_FAIL);
    assert_true(good.score > bad.score);
    assert_int_equal(quote.outcome, OUTCOME_FAIL);
    assert_true(quote.score <= 0.4);
}

/* Offsets in the details count characters, not bytes. */
static void offsets(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct err e = {0};
    yyjson_val *v;
    struct grade_out out = run(a, "number_match", "Caf\xc3\xa9 n\xc2\xb0 77.", "[\"caf\xc3\xa9\"]",
                               NULL);
    assert_true(json_parse(a, out.details, "details", 1, &v, &e));
    yyjson_val *first = yyjson_arr_get_first(json_get(v, "findings"));
    assert_float_equal(json_get_num(first, "start", -1), 8, 0);
    assert_float_equal(json_get_num(first, "end", -1), 10, 0);
}

static void unmeasured(void **state)
{
    (void)state;
    static const char *const graders[] = {"groundedness", "novelty", "number_match",
                                          "name_match",   "quotes",  "citations"};
    for (size_t i = 0; i < ARRAY_LEN(graders); i++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        const char *input = "{\"text\": \"five days\"}";
        struct grade_out out = run(a, graders[i], "five days", NULL, input);
        assert_int_equal(out.outcome, OUTCOME_ERROR);
        assert_non_null(strstr(out.reason.p, "unmeasured"));
        assert_int_equal(run(a, graders[i], "five days", "[]", NULL).outcome, OUTCOME_ERROR);
        assert_int_equal(run(a, graders[i], "", "[\"five days\"]", NULL).outcome, OUTCOME_ERROR);
        const char *from_input = arena_printf(a, "%s:{source: input}", graders[i]);
        assert_int_equal(run(a, from_input, "five days", NULL, input).outcome, OUTCOME_PASS);
    }
}

static void consistency(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const struct str same[] = {STR("The answer is 42."), STR("It answers: forty, or 42")};
    const struct str other[] = {STR("Nobody knows.")};
    assert_float_equal(self_consistency(a, STR("Answer: 42"), same, 2), 1, 1e-12);
    assert_float_equal(self_consistency(a, STR("Answer: 42"), other, 1), 0, 1e-12);
    assert_true(isnan(self_consistency(a, STR("Answer: 42"), NULL, 0)));
    assert_true(isnan(self_consistency(a, STR("the"), other, 1)));
}

/* Repeated words and quotes must not cost their square. */
static void adversarial(void **state)
{
    (void)state;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    enum { N = 200000 };
    char *text = arena_alloc(a, N + 1);
    for (size_t i = 0; i < N; i++)
        text[i] = "\"aa b. [1] 7\""[i % 13];
    struct passage p = {.text = {text, N}};
    struct grounding g;
    assert_true(grounding_of(a, (struct str){text, N}, &p, 1, &g));
    assert_true(g.n_quotes <= 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),       cmocka_unit_test(units),
        cmocka_unit_test(spaced_numbers), cmocka_unit_test(names),
        cmocka_unit_test(quotations),    cmocka_unit_test(negations),
        cmocka_unit_test(new_sentences), cmocka_unit_test(citations),
        cmocka_unit_test(whole_score),   cmocka_unit_test(offsets),
        cmocka_unit_test(unmeasured),    cmocka_unit_test(consistency),
        cmocka_unit_test(adversarial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
