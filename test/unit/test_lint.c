/* Golden lint: each check finds what it is for, and nothing on a clean set. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "golden/lint.h"

static char folder[] = "/tmp/plimsoll-lint-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static struct lint_report lint(struct arena *a, const char *text, const struct lint_options *o)
{
    struct err e = {0};
    struct golden *g;
    struct lint_report r;
    struct lint_options plain;
    char *path = arena_printf(a, "%s/g.jsonl", folder);
    lint_options_init(&plain);
    assert_true(file_write(path, str_c(text), &e));
    if (!lint_file(a, path, o ? o : &plain, &g, &r, &e))
        fail_msg("%s", e.msg);
    unlink(path);
    return r;
}

/* The only finding of that check. */
static const struct lint_finding *only(const struct lint_report *r, enum lint_check check)
{
    const struct lint_finding *found = NULL;
    assert_int_equal(r->count[check], 1);
    for (size_t i = 0; i < r->n; i++)
        if (r->finding[i].check == check)
            found = &r->finding[i];
    assert_non_null(found);
    return found;
}

static void test_clean(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b;
    buf_init(&b, BUF_MAX_FILE);
    for (int i = 0; i < 200; i++)
        buf_printf(&b,
                   "{\"id\":\"%d\",\"input\":\"%d %d %d %d\",\"expected\":\"%s\",\"tags\":{\"lang\":\"%s\"}}\n",
                   i, i * 7919, i * 104729, i * 31337, i * 65537, i % 2 ? "yes" : "no",
                   i % 3 ? "en" : "de");
    static const char *const slices[] = {"lang", NULL};
    struct lint_options o;
    lint_options_init(&o);
    o.slices = slices;
    struct lint_report r = lint(a, buf_cstr(&b), &o);
    buf_release(&b);
    for (size_t i = 0; i < r.n; i++)
        fail_msg("%s: %s", lint_check_name(r.finding[i].check), r.finding[i].message);
    assert_true(r.classified);
    assert_int_equal(r.n_label, 2);
    assert_int_equal(r.label[0].n[SPLIT_TEST], 100);
    assert_int_equal(r.n_slice, 2);
    assert_string_equal(r.slice[0].value, "en");
    assert_int_equal(r.slice[0].n[SPLIT_TEST], 133);
    arena_free(a);
}

static void test_pairs(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct lint_report r = lint(
        a,
        "{\"id\":\"a\",\"input\":\"how do I find my  card\",\"expected\":\"x\"}\n"
        "{\"id\":\"b\",\"input\":{\"input\":\" how do I find my card\"},\"expected\":\"x\"}\n"
        "{\"id\":\"c\",\"input\":\"how do I find my card\",\"expected\":\"y\"}\n"
        "{\"id\":\"d\",\"input\":\"where is the nearest cash machine\",\"split\":\"train\"}\n"
        "{\"id\":\"e\",\"input\":\"where is the nearest cash machine\"}\n"
        "{\"id\":\"f\",\"input\":\"please tell me what the fees for a transfer abroad are\"}\n"
        "{\"id\":\"g\",\"input\":\"Please tell me, what the fees for a transfer abroad are?\"}\n"
        "{\"id\":\"h\",\"input\":\"my statement of last month shows a direct debit of ten pounds that I do not know\","
        "\"split\":\"train\"}\n"
        "{\"id\":\"i\",\"input\":\"my statement of last month shows a direct debit of tin pounds that I do not know\"}\n"
        "{\"id\":\"j\",\"input\":\"same\",\"context\":[\"one\"]}\n"
        "{\"id\":\"k\",\"input\":\"same\",\"context\":[\"two\"]}\n",
        NULL);
    const struct lint_finding *f = only(&r, LINT_DUPLICATE);
    assert_string_equal(f->id, "b");
    assert_string_equal(f->other_id, "a");
    f = only(&r, LINT_CONFLICT);
    assert_int_equal(f->line, 3);
    assert_int_equal(f->other_line, 1);
    f = only(&r, LINT_LEAKAGE);
    assert_string_equal(f->id, "e");
    assert_string_equal(f->other_id, "d");
    f = only(&r, LINT_NEAR_LEAKAGE);
    assert_string_equal(f->id, "i");
    assert_true(f->similarity >= 0.85 && f->similarity < 1);
    /* f and g differ in case and punctuation only; j and k in their context */
    assert_int_equal(r.count[LINT_NEAR_DUPLICATE], 2);
    arena_free(a);
}

static void test_rows(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct lint_report r = lint(
        a,
        "{\"id\":\"a\",\"input\":{\"q\":\"fine\",\"history\":[]},\"expected\":\"x\"}\n"
        "{\"id\":\"b\",\"input\":{\"q\":\"one\",\"turns\":[{\"text\":\" \"}]},\"expected\":\"x\"}\n"
        "{\"id\":\"c\",\"input\":\"two\",\"expcted\":\"x\"}\n"
        "{\"id\":\"d\",\"input\":\"caf\xc3\x83\xc2\xa9\",\"expected\":\"x\"}\n"
        "{\"id\":\"e\",\"input\":\"three\",\"expected\":\"\"}\n"
        "not a line\n"
        "{\"id\":\"a\",\"input\":\"four\",\"expected\":\"x\"}\n",
        NULL);
    assert_int_equal(r.count[LINT_EMPTY], 2);
    assert_string_equal(only(&r, LINT_UNKNOWN_KEY)->message,
                        "unknown key \"expcted\", did you mean \"expected\"?");
    assert_int_equal(only(&r, LINT_NO_EXPECTED)->line, 3);
    assert_int_equal(only(&r, LINT_GARBLED)->line, 4);
    assert_int_equal(only(&r, LINT_BAD_LINE)->line, 6);
    assert_int_equal(only(&r, LINT_DUPLICATE_ID)->line, 7);
    bool found = false;
    for (size_t i = 0; i < r.n; i++)
        found = found || strcmp(r.finding[i].message, "input.turns[0].text is empty") == 0;
    assert_true(found);
    assert_int_equal(r.errors, 2);
    arena_free(a);
}

static void test_labels(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b;
    static const char *const labels[] = {"card_lost", "other", NULL};
    struct lint_options o;
    lint_options_init(&o);
    o.labels = labels;
    buf_init(&b, BUF_MAX_FILE);
    for (int i = 0; i < 40; i++)
        buf_printf(&b, "{\"id\":\"%d\",\"input\":\"%d\",\"expected\":\"card_lost\",\"split\":\"%s\"}\n", i,
                   i * 1000003, i < 4 ? "train" : "test");
    buf_add_c(&b, "{\"id\":\"x\",\"input\":\"q1\",\"expected\":\"Card Lost\"}\n"
                  "{\"id\":\"y\",\"input\":\"q2\",\"expected\":\"other\"}\n"
                  "{\"id\":\"z\",\"input\":\"q3\",\"expected\":\"crad_lost\"}\n");
    struct lint_report r = lint(a, buf_cstr(&b), &o);
    buf_release(&b);
    assert_int_equal(r.count[LINT_UNKNOWN_LABEL], 2);
    assert_string_equal(
        only(&r, LINT_IMBALANCE)->message,
        "always answering \"card_lost\" is right in 92% of the test examples");
    assert_string_equal(only(&r, LINT_LABEL_SPELLING)->message,
                        "\"Card Lost\" (1) and \"card_lost\" differ in spelling only");
    assert_int_equal(r.count[LINT_UNTRAINED_LABEL], 3);
    assert_int_equal(r.count[LINT_RARE_LABEL], 3);
    assert_int_equal(r.count[LINT_SMALL_SET], 1);
    arena_free(a);
}

static void test_slices(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b;
    static const char *const slices[] = {"lang", "nothing", NULL};
    struct lint_options o;
    lint_options_init(&o);
    o.slices = slices;
    o.similarity = 0;
    buf_init(&b, BUF_MAX_FILE);
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "{\"id\":\"%d\",\"input\":\"%d\",\"tags\":{\"lang\":\"%s\"},\"split\":\"%s\"}\n",
                   i, i, i < 60 ? "en" : i < 70 ? "de" : "fr", i >= 70 ? "train" : "test");
    struct lint_report r = lint(a, buf_cstr(&b), &o);
    buf_release(&b);
    assert_int_equal(r.count[LINT_SMALL_SLICE], 2);
    assert_int_equal(only(&r, LINT_NO_TAG)->line, 1);
    assert_int_equal(r.count[LINT_NEAR_DUPLICATE], 0);
    assert_false(r.classified);
    /* Wilson's interval for 9 of 10: [0.596, 0.982] */
    bool found = false;
    for (size_t i = 0; i < r.n; i++)
        found = found || strcmp(r.finding[i].message, "lang = de has 10 test examples: a rate of 90% "
                                                      "would be known to ±19 points") == 0;
    assert_true(found);
    arena_free(a);
}

static void test_many_findings(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b;
    buf_init(&b, BUF_MAX_FILE);
    for (int i = 0; i < LINT_KEEP + 500; i++)
        buf_printf(&b, "{\"id\":\"%d\",\"input\":\"always the same\"}\n", i);
    struct lint_report r = lint(a, buf_cstr(&b), NULL);
    buf_release(&b);
    assert_int_equal(r.count[LINT_DUPLICATE], LINT_KEEP + 499);
    assert_int_equal(r.n, LINT_KEEP); /* all are counted, so many are kept */
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),  cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_rows),   cmocka_unit_test(test_labels),
        cmocka_unit_test(test_slices), cmocka_unit_test(test_many_findings),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
