/*
 * The contract, over every row of the table; then each grader's own cases. A grader either opens
 * without options or refuses with a sentence; it never crashes on an empty or huge output; what it
 * cannot judge is an error and stays one under `not`.
 */
#include "grade_case.h"

#include "base/buf.h"
#include "base/file.h"

/* Options for the types that need some, so that the contract can be tried on them too. */
static const char *minimal(const char *type)
{
    static const struct {
        const char *type, *text;
    } options[] = {
        {"compression", "compression:{min: 2}"},
        {"cost", "cost:{max: 1}"},
        {"density", "density:{max: 5}"},
        {"exec", "exec:{command: [cat], sandbox: none}"}, /* the question is no answer */
        {"json_path", "json_path:{path: $.a}"},
        {"json_schema", "json_schema:{schema: {type: object}}"},
        {"latency", "latency:{max: 2s}"},
        {"length", "length:{max: 10}"},
        {"lua", "lua:{code: 'function grade(i) return #i.output > 3 end'}"},
        {"perplexity", "perplexity:{max: 20}"},
        {"readability", "readability:{max: 12}"},
        {"regex", "regex:{pattern: 'a+'}"},
        {"word_count", "word_count:{min: 1}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (strcmp(options[i].type, type) == 0)
            return options[i].text;
    return type;
}

static void table_is_described(void **state)
{
    (void)state;
    const char *const *names = grader_names();
    for (size_t i = 0; names[i]; i++) {
        const struct grader_ops *ops = grader_find(str_c(names[i]));
        assert_non_null(ops);
        assert_true(ops->grade || ops->ask);
        assert_true(strlen(ops->summary) > 10 && strlen(ops->summary) < 100);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(names[k], names[i]);
        assert_false(strncmp(names[i], "not-", 4) == 0);
    }
}

static void table_is_documented(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str doc;
    struct err e;
    (void)state;
    assert_true(file_read(a, "docs/graders.md", 1 << 20, &doc, &e));
    for (const char *const *name = grader_names(); *name; name++)
        if (str_find(doc, arena_strf(a, "`%s`", *name)) < 0)
            fail_msg("docs/graders.md does not mention `%s`", *name);
}

static void opens_or_refuses(void **state)
{
    (void)state;
    for (const char *const *name = grader_names(); *name; name++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        struct grader *g = NULL;
        struct err e = {0};
        char unknown[256];
        if (!grader_open_text(a, *name, &g, &e))
            assert_true(strlen(e.msg) > 10);
        snprintf(unknown, sizeof unknown, "%s:{no_such_option: 1}", *name);
        assert_false(grader_open_text(a, unknown, &g, &e));
        assert_non_null(strstr(e.msg, "no_such_option"));
    }
}

static struct grade_out run(struct arena *a, const char *text, const struct grade_in *in)
{
    struct grader *g;
    struct err e = {0};
    struct grade_out out;
    if (!grader_open_text(a, text, &g, &e))
        fail_msg("%s does not open: %s", text, e.msg);
    grader_grade(g, in, a, &out);
    if (out.outcome == OUTCOME_ERROR)
        assert_true(isnan(out.score));
    else
        assert_true(out.score >= 0 && out.score <= 1);
    assert_true(out.reason.n > 0);
    if (!str_null(out.details)) {
        yyjson_val *v;
        assert_true(json_parse(a, out.details, "details", 1, &v, &e));
        assert_true(yyjson_is_obj(v));
    }
    return out;
}

/* The same under `not`: pass and fail change places, scores add up to one, errors stay. */
static void check_both(struct arena *a, const char *type, const struct grade_in *in)
{
    char negated[256];
    struct grade_out plain = run(a, minimal(type), in);
    snprintf(negated, sizeof negated, "not-%s", minimal(type));
    struct grade_out other = run(a, negated, in);
    if (plain.outcome == OUTCOME_ERROR) {
        assert_int_equal(other.outcome, OUTCOME_ERROR);
    } else {
        assert_int_equal(other.outcome,
                         plain.outcome == OUTCOME_PASS ? OUTCOME_FAIL : OUTCOME_PASS);
        assert_true(fabs(plain.score + other.score - 1) < 1e-15);
    }
}

static struct str huge(struct buf *b)
{
    buf_init(b, BUF_MAX_LINE);
    while (b->n < 400000)
        buf_printf(b, "word%zu (a) {\"k\": [1, 2.5, \"é\"]} <b>x</b> 2024-01-02,\n", b->n % 97);
    return buf_str(b);
}

static void outputs_of_all_sizes(void **state)
{
    static const char *const expected[] = {
        "\"a b c\"",
        "{\"a\": 1, \"b\": [\"x\"]}",
        "[\"a\", \"b\"]",
        "7",
        "null",
        "true",
        "\"\"",
        "[]",
        "{}",
        "[[1], {\"a\": null}]",
    };
    CLEANUP(buf_release) struct buf b;
    struct str outputs[] = {STR(""), STR("a b c"), STR("{\"a\": 1, \"b\": [\"x\"]}"), huge(&b)};
    (void)state;
    for (const char *const *name = grader_names(); *name; name++) {
        if (grader_find(str_c(*name))->ask)
            continue; /* asks a model: tested with one, where judges are */
        for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
            for (size_t k = 0; k < ARRAY_LEN(expected); k += i == 3 ? 3 : 1) {
                CLEANUP(arena_freep) struct arena *a = arena_new();
                struct err e;
                struct grade_in in = {.output = outputs[i],
                                      .latency_ms = NAN,
                                      .cost_usd = NAN,
                                      .ttft_ms = NAN,
                                      .confidence = NAN};
                assert_true(json_parse(a, str_c(expected[k]), "t", 1, &in.expected, &e));
                check_both(a, *name, &in);
            }
        }
    }
}

/* A grader that compares with something it was not given cannot judge. */
static void nothing_expected(void **state)
{
    static const char *const comparing[] = {
        "bleu",
        "chrf",
        "contains",
        "equals",
        "exact",
        "fields",
        "gleu",
        "iequals",
        "jaro_winkler",
        "json_diff",
        "json_path:{path: a}",
        "label",
        "language",
        "levenshtein",
        "list",
        "meteor",
        "numeric",
        "regex",
        "rouge",
        "slots",
        "spans",
        "starts_with",
        "token_f1",
        "tool_call",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(comparing); i++) {
        ERRORS(comparing[i], "{\"a\": 1}", NULL);
        ERRORS(comparing[i], "{\"a\": 1}", "null");
    }
    ERRORS("latency:{max: 2s}", "x", NULL);
    ERRORS("cost:{max: 1}", "x", NULL);
    ERRORS("finish_reason", "x", NULL);
    ERRORS("numeric", "7", "\"seven\"");
    ERRORS("fields", "{}", "\"text\"");
}

static void json_graders(void **state)
{
    (void)state;
    PASSES("json", " {\"a\": [1]}\n", NULL);
    FAILS("json", "```json\n{\"a\": 1}\n```", NULL);
    PASSES("json:{tolerant: true}", "Here:\n```json\n{\"a\": 1}\n```\nDone.", NULL);
    PASSES("json:{tolerant: true}", "The answer is {\"a\": \"}\"}, as asked.", NULL);
    FAILS("json:{kind: object}", "[1]", NULL);
    FAILS("json", "{\"a\": 1, \"a\": 2}", NULL);
    FAILS("json", "{'a': 1}", NULL);
    PASSES("json_path:{path: '$.items[*].sku', value: X2}",
           "{\"items\": [{\"sku\": \"X1\"}, {\"sku\": \"X2\"}]}", NULL);
    FAILS("json_path:{path: '$.items[*].sku', value: X2, match: all}",
          "{\"items\": [{\"sku\": \"X1\"}, {\"sku\": \"X2\"}]}", NULL);
    PASSES("json_path:{path: 'n', match: exists}", "{\"n\": null}", NULL);
    PASSES("json_path:{path: \"$['a.b'][-1]\"}", "{\"a.b\": [1, 2]}", "2");
    FAILS("json_path:{path: 'a'}", "no JSON", "1");
    check_refused("json_path", "needs \"path\"");
    PASSES("json_schema:{schema: {type: object, required: [a]}}", "{\"a\": 1}", NULL);
    FAILS("json_schema:{schema: {type: object, required: [a]}}", "{\"b\": 1}", NULL);
    FAILS("json_schema:{schema: {format: date}}", "\"2024-02-30\"", NULL);
    FAILS("json_schema:{schema: true}", "```json\n1\n```", NULL);
    PASSES("json_schema:{schema: true, tolerant: true}", "```json\n1\n```", NULL);
    check_refused("json_schema", "either");
    check_refused("json_schema:{schema: {type: nothing}}", "no type");
}

static void limit_graders(void **state)
{
    (void)state;
    PASSES("length:{max: 4}", "nééé", NULL);
    FAILS("length:{max: 4, unit: bytes}", "nééé", NULL);
    FAILS("length:{min: 1}", "", NULL);
    PASSES("word_count:{min: 2, max: 3}", "one two, three.", NULL);
    FAILS("word_count:{max: 2}", "one two, three.", NULL);
    check_refused("length", "needs");
    check_refused("length:{min: 3, max: 2}", "over max");
    check_refused("latency", "needs");
    check_refused("cost", "needs");
}

static void answer_graders(void **state)
{
    (void)state;
    PASSES("exact", "The Eiffel Tower!", "\"eiffel tower\"");
    PASSES("token_f1", "a cat sat", "[\"dog\", \"the cat sat\"]");
    check_score("token_f1", "cat sat down", "\"cat sat\"", 0.8, 1e-15);
    PASSES("numeric", "So 3 + 4 = 7.", "7");
    PASSES("numeric", "about 3.14", "3.14");
    FAILS("numeric", "about 3.1", "3.14159");
    PASSES("numeric:{tolerance: 0.05}", "about 3.1", "3.14159");
    PASSES("numeric:{relative: 0.02}", "about 3.1", "\"3.14159\"");
    PASSES("numeric:{find: first}", "42, not 7", "42");
    FAILS("numeric:{find: whole}", "42 apples", "42");
    FAILS("numeric", "none", "1");
    check_score("rouge:{variant: rouge1, measure: recall}", "testing", "\"testing one two\"",
                1.0 / 3, 1e-15);
    check_score("rouge:{variant: rouge1, stem: true}", "cats running", "\"cat run\"", 1, 0);
    PASSES("levenshtein:{max_distance: 3}", "kitten", "\"sitting\"");
    FAILS("levenshtein:{max_distance: 2}", "kitten", "\"sitting\"");
    PASSES("levenshtein:{normalise: true}", "ACME  Ltd", "\"acme ltd\"");
    check_refused("levenshtein:{max_distance: 2, threshold: 0.3}", "both");
    PASSES("starts_with", "Dear customer", "[\"Hello\", \"Dear\"]");
}

static void extraction(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    static const char gold[] =
        "{\"company\": \"ACME Ltd\", \"date\": \"25/03/2018\", \"total\": \"9.00\","
        " \"tax\": \"\"}";
    (void)state;
    PASSES("fields:{fields: {company: text, date: date, total: money, tax: money}}",
           "{\"company\": \"acme  ltd\", \"date\": \"2018-03-25\", \"total\": \"RM 9.00\"}", gold);
    check_score("fields:{fields: {company: text, date: date, total: money}}",
                "{\"company\": \"acme ltd\", \"date\": \"2018-03-26\"}", gold, 0.4, 1e-15);
    check_score("fields:{fields: [company, total], score: share}",
                "{\"company\": \"ACME Ltd\", \"total\": \"9.01\"}", gold, 0.5, 0);
    check_score("fields:{default: exact}",
                "{\"company\": \"ACME Ltd\", \"date\": \"25/03/2018\", "
                "\"total\": \"9.00\", \"vat\": \"1\"}",
                gold, 6.0 / 7, 1e-15);
    PASSES("fields:{default: exact, invented: false}",
           "{\"company\": \"ACME Ltd\", "
           "\"date\": \"25/03/2018\", \"total\": \"9.00\", \"vat\": \"1\"}",
           gold);
    FAILS("fields", "not JSON", gold);
    FAILS("fields", "[1]", gold);
    ERRORS("fields:{fields: {company: date}}", "{\"company\": \"x\"}", gold);
    PASSES("fields:{fields: {'vendor.name': fuzzy}}",
           "{\"vendor\": {\"name\": \"Gardenia Bakeries\"}}",
           "{\"vendor\": {\"name\": \"GARDENIA BAKERIE\"}}");
    check_refused("fields:{fields: {a: dat}}", "Did you mean \"date\"");
    struct grade_out out =
        grade_case(a, "fields:{fields: {total: number}}", "{\"total\": 9}", gold);
    assert_string_equal(
        out.details.p, "{\"fields\":{\"total\":{\"expected\":\"9.00\",\"found\":9,\"match\":true}},"
                       "\"precision\":1,\"recall\":1,\"f1\":1}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_described), cmocka_unit_test(table_is_documented),
        cmocka_unit_test(opens_or_refuses),   cmocka_unit_test(outputs_of_all_sizes),
        cmocka_unit_test(nothing_expected),   cmocka_unit_test(json_graders),
        cmocka_unit_test(limit_graders),      cmocka_unit_test(answer_graders),
        cmocka_unit_test(extraction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
