/* The gate's answer for machines: JUnit counts what it lists and never calls the undecided passed;
 * Markdown and XML show text from outside as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "report/gate_files.h"
#include "text/mdw.h"

static struct gate make(struct arena *a, const char *text, size_t passes, const char *lang)
{
    static const char *const keys[] = {"lang", NULL};
    struct evidence_builder b;
    struct evidence *ev;
    bool is_new;
    struct requirement *req = ARENA_NEW(a, struct requirement);
    evidence_start(&b, a, "v | <b>", keys, false);
    for (size_t i = 0; i < 100; i++) {
        char id[24];
        snprintf(id, sizeof id, "t%zu", i);
        uint32_t item = evidence_item(&b, str_c(id), &is_new);
        evidence_set_slice(&b, item, 0, i % 2 ? str_c(lang) : STR("en"));
        evidence_add(&b, (struct evidence_row){.item = item,
                                               .epoch = 1,
                                               .value = i < passes,
                                               .score = (double)NAN,
                                               .latency_s = (double)NAN,
                                               .ttft_s = (double)NAN,
                                               .cost_usd = (double)NAN});
    }
    assert_true(evidence_finish(&b, "x", &ev, NULL));
    assert_true(requirement_parse(a, str_c(text), NULL, NULL, 1, 1, req, NULL));
    struct gate g = {.candidate = ev, .opts = {0.95, 1}, .decided_at = 1700000000};
    gate_decide(a, &g, req, 1);
    return g;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

static void junit_counts_what_it_lists(void **state)
{
    static const struct {
        const char *text;
        size_t passes, tests, failures, errors;
    } cases[] = {
        {"success_rate >= 0.9", 99, 1, 0, 0},
        {"success_rate >= 0.9", 92, 1, 0, 1},
        {"success_rate >= 0.9", 50, 1, 1, 0},
        {"each lang: success_rate >= 0.8", 99, 2, 0, 0},
        {"each lang: success_rate >= 0.9", 50, 2, 2, 0},
        {"p95_latency <= 1s", 99, 1, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(arena_freep) struct arena *a = arena_new();
        CLEANUP(buf_release) struct buf b;
        char head[96];
        struct gate g = make(a, cases[i].text, cases[i].passes, "de");
        buf_init(&b, 1 << 20);
        gate_write_junit(&g, &b);
        const char *xml = buf_cstr(&b);
        snprintf(head, sizeof head, "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", cases[i].tests,
                 cases[i].failures, cases[i].errors);
        if (!strstr(xml, head))
            fail_msg("%s: %s", cases[i].text, xml);
        assert_int_equal(count(xml, "<testcase "), cases[i].tests);
        assert_int_equal(count(xml, "<failure "), cases[i].failures);
        assert_int_equal(count(xml, "<error "), cases[i].errors);
    }
}

static void stale_evidence_is_an_error(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(buf_release) struct buf b;
    struct gate g = make(a, "success_rate >= 0.5", 99, "de");
    (void)state;
    g.stale = "the prompt changed";
    buf_init(&b, 1 << 20);
    gate_write_junit(&g, &b);
    assert_non_null(strstr(buf_cstr(&b), "tests=\"2\" failures=\"0\" errors=\"1\""));
    assert_non_null(strstr(buf_cstr(&b), "the prompt changed"));
}

static void names_from_outside_stay_text(void **state)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(buf_release) struct buf xml, md;
    struct gate g = make(a, "each lang: success_rate >= 0.5", 99, "\"/><evil a='|@all");
    (void)state;
    buf_init(&xml, 1 << 20);
    buf_init(&md, 1 << 20);
    gate_write_junit(&g, &xml);
    gate_write_markdown(a, &g, &md);
    assert_null(strstr(buf_cstr(&xml), "<evil"));
    assert_non_null(strstr(buf_cstr(&xml), "&lt;evil"));
    assert_null(strstr(buf_cstr(&md), "| <b>"));
}

static void markdown_escapes(void **state)
{
    CLEANUP(buf_release) struct buf b;
    (void)state;
    buf_init(&b, 1 << 10);
    md_c(&b, "a|b *c* [d](e) `f` <g> \\ #1 @me\nnext");
    assert_string_equal(buf_cstr(&b), "a\\|b \\*c\\* \\[d\\]\\(e\\) \\`f\\` \\<g\\> \\\\ \\#1 "
                                      "@\xe2\x80\x8bme next");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(junit_counts_what_it_lists),
        cmocka_unit_test(stale_evidence_is_an_error),
        cmocka_unit_test(names_from_outside_stay_text),
        cmocka_unit_test(markdown_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
