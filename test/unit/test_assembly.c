/* Context assembly: order, budgets, drop order, few-shot picks, the leakage guard, retrieval. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "prompt/assembly.h"
#include "text/json.h"

static struct arena *a;
static struct shot shots[6];

static yyjson_val *json(const char *text)
{
    yyjson_val *v;
    struct err e = {0};
    if (!json_parse(a, str_c(arena_strdup(a, text)), "test", 1, &v, &e))
        fail_msg("%s", e.msg);
    return v;
}

static int set_up(void **state)
{
    (void)state;
    static const char *const texts[] = {"card was declined", "card did not arrive", "lost my pin",
                                        "refund is late",    "cash was wrong",      "card was declined"};
    a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(shots); i++) {
        shots[i].id = arena_strf(a, "s%zu", i + 1);
        shots[i].text = str_c(texts[i]);
        shots[i].vars = json(arena_printf(a, "{\"text\": \"%s\", \"expected\": \"label-%zu\"}", texts[i], i + 1));
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static bool open_yaml(const char *yaml, struct assembly **ret, struct err *e)
{
    struct node *n;
    assert_true(node_parse(a, str_c(yaml), "plimsoll.yaml", &n, e));
    return assembly_open(a, n, NULL, shots, ARRAY_LEN(shots), 1, ret, e);
}

/* The messages as "role: content | role: content". */
static const char *render(const char *yaml, const char *id, const char *text, struct str *ret_record)
{
    struct assembly *as;
    struct assembled out;
    struct err e = {0};
    if (!open_yaml(yaml, &as, &e))
        fail_msg("%s", e.msg);
    yyjson_val *vars = json(arena_printf(a, "{\"text\": \"%s\", \"turns\": [{\"role\": \"user\", \"content\": \"hi\"}, "
                                            "{\"role\": \"assistant\", \"content\": \"hello\"}]}", text));
    if (!assembly_render(as, str_c(id), str_c(text), vars, a, &out, &e))
        return arena_printf(a, "error: %s", e.msg);
    const char *s = "";
    for (size_t i = 0; i < out.n_messages; i++)
        s = arena_printf(a, "%s%s%.*s: %.*s", s, i ? " | " : "", STR_ARG(out.messages[i].role),
                         STR_ARG(out.messages[i].content));
    if (ret_record)
        *ret_record = out.record;
    return s;
}

static void order_and_roles(void **state)
{
    (void)state;
    assert_string_equal(render("parts:\n- {system: You sort.}\n- {history: turns}\n"
                               "- {instructions: One label.}\n- {input: \"{{text}}\"}\n",
                               "x", "where is it", NULL),
                        "system: You sort.\n\nOne label. | user: hi | assistant: hello | user: where is it");
}

#define EXAMPLES(pick) "{examples: {" pick ", input: \"{{text}}\", output: \"{{expected}}\"}}"

static void picks(void **state)
{
    (void)state;
    assert_string_equal(render("parts:\n- " EXAMPLES("pick: nearest, k: 1") "\n- {input: \"{{text}}\"}\n",
                               "x", "my pin is lost", NULL),
                        "user: lost my pin | assistant: label-3 | user: my pin is lost");
    assert_string_equal(render("parts:\n- " EXAMPLES("pick: fixed, ids: [s4]") "\n- {input: \"{{text}}\"}\n",
                               "x", "q", NULL),
                        "user: refund is late | assistant: label-4 | user: q");
    const char *yaml = "parts:\n- " EXAMPLES("pick: random, k: 2") "\n- {input: \"{{text}}\"}\n";
    assert_string_equal(render(yaml, "x", "q", NULL), render(yaml, "x", "q", NULL));
}

/* s1 has the text of the item, s6 the same text under another id, and s2 is the item by id. */
static void an_item_never_sees_itself(void **state)
{
    (void)state;
    const char *s = render("parts:\n- " EXAMPLES("pick: nearest, k: 6") "\n- {input: \"{{text}}\"}\n", "s2",
                           "card was declined", NULL);
    assert_null(strstr(s, "label-1"));
    assert_null(strstr(s, "label-6"));
    assert_null(strstr(s, "label-2"));
    assert_non_null(strstr(s, "label-5"));
}

static void budgets_and_drop_order(void **state)
{
    (void)state;
    struct str record;
    const char *yaml = "budget: 40\nparts:\n- {system: You sort.}\n"
                       "- {examples: {pick: fixed, ids: [s1, s2, s3, s4], input: \"{{text}}\", output: \"{{expected}}\"}, drop: 1}\n"
                       "- {input: \"{{text}}\"}\n";
    const char *s = render(yaml, "x", "q", &record);
    assert_non_null(strstr(s, "label-1"));
    assert_null(strstr(s, "label-4"));
    assert_true(str_find(record, STR("\"estimated\":true")) > 0);
    assert_true(str_find(record, STR("\"part\":\"examples\"")) > 0);
    assert_true(str_find(record, STR("\"dropped\":0,\"x")) < 0);
    assert_string_equal(render("budget: 3\nparts:\n- {input: \"{{text}}\"}\n", "x", "one two three four", NULL),
                        "error: the request has 8 tokens, the budget is 3");
    assert_non_null(strstr(render("parts:\n- {input: \"{{text}}\", budget: 5}\n", "x", "one two three four", NULL),
                           "part input has 8 tokens, its budget is 5"));
    /* history loses its oldest turn first */
    assert_string_equal(render("parts:\n- {history: turns, budget: 6}\n- {input: \"{{text}}\"}\n", "x", "q", NULL),
                        "assistant: hello | user: q");
}

static void retrieval(void **state)
{
    (void)state;
    char dir[] = "/tmp/plimsoll-unit-XXXXXX";
    struct err e = {0};
    assert_non_null(mkdtemp(dir));
    const char *md = arena_printf(a, "%s/refunds.md", dir);
    assert_true(file_write(md, STR("# Refunds\n\nWe refund within 30 days.\n\nShoes have 14 days.\n"), &e));
    const char *s = render(arena_printf(a, "parts:\n- {retrieve: {from: %s, k: 1, chunk: 5, query: \"{{text}}\"}}\n"
                                           "- {input: \"{{text}}\"}\n", dir),
                           "x", "how long for shoes", NULL);
    assert_string_equal(s, "user: Sources:\n\n[1] refunds.md\nShoes have 14 days.\n\nhow long for shoes");
    assert_int_equal(unlink(md), 0);
    assert_int_equal(rmdir(dir), 0);
}

static void bad_contexts(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *error;
        int line;
    } cases[] = {
        {"parts: []", "0 parts", 1},
        {"budget: 5", "context without parts", 1},
        {"parts:\n- {sytem: x}", "unknown key \"sytem\"", 2},
        {"parts:\n- {system: a, input: b}", "both system and input", 2},
        {"parts:\n- {budget: 4}", "none of system", 2},
        {"parts:\n- {examples: {pick: best}}", "best where nearest", 2},
        {"parts:\n- {examples: {k: 2}}", "want input: and output:", 2},
        {"parts:\n- {examples: {pick: fixed, ids: [s9], input: a, output: b}}", "no train example \"s9\"", 2},
        {"parts:\n- {retrieve: {k: 2}}", "retrieve without from", 2},
        {"parts:\n- {retrieve: {from: no/such/folder}}", "no/such/folder", 2},
        {"parts:\n- {input: \"{{text\"}", "the tag has no end", 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct assembly *as;
        struct err e = {0};
        assert_false(open_yaml(cases[i].yaml, &as, &e));
        if (!strstr(e.msg, cases[i].error) || e.line != cases[i].line)
            fail_msg("case %zu: line %d: %s", i, e.line, e.msg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(order_and_roles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(picks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_item_never_sees_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(budgets_and_drop_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(retrieval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_contexts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
