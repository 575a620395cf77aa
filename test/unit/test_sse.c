/* SSE: the same events however the bytes are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/sse.h"

struct seen {
    struct buf text;
};

static void on_event(void *arg, struct str event, struct str data)
{
    struct seen *s = arg;
    buf_printf(&s->text, "[%.*s|%.*s]", STR_ARG(event), STR_ARG(data));
}

static const struct {
    const char *stream, *events;
} cases[] = {
    {"data: a\n\n", "[|a]"},
    {"data:a\r\n\r\ndata: b\r\rdata:  c\n\n", "[|a][|b][| c]"},
    {"event: x\ndata: 1\ndata: 2\n\n: note\n\ndata\n\n", "[x|1\n2][|]"},
    {"\xEF\xBB\xBF" "data: bom\n\nid: 7\nretry: 9\nfoo\n\ndata: unfinished\n", "[|bom]"},
    {"event: lost\n\ndata: {\"a\": \"b:c\"}\n\n", "[|{\"a\": \"b:c\"}]"},
};

static void cut_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = strlen(cases[i].stream);
        for (size_t a = 0; a <= n; a++)
            for (size_t b = a; b <= n; b++) {
                struct seen seen;
                struct sse s;
                struct err e = {0};
                buf_init(&seen.text, 4096);
                sse_init(&s, 4096, on_event, &seen);
                assert_true(sse_feed(&s, cases[i].stream, a, &e));
                assert_true(sse_feed(&s, cases[i].stream + a, b - a, &e));
                assert_true(sse_feed(&s, cases[i].stream + b, n - b, &e));
                assert_string_equal(buf_cstr(&seen.text), cases[i].events);
                sse_release(&s);
                buf_release(&seen.text);
            }
    }
}

static void limit(void **state)
{
    (void)state;
    struct seen seen;
    struct sse s;
    struct err e = {0};
    buf_init(&seen.text, 4096);
    sse_init(&s, 16, on_event, &seen);
    assert_true(sse_feed(&s, "data: 0123456789\n\n", 18, &e));
    assert_false(sse_feed(&s, "data: 0123456789\ndata: 0123456789\n\n", 35, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    sse_reset(&s);
    assert_true(sse_feed(&s, "data: ok\n\n", 10, &e));
    assert_string_equal(buf_cstr(&seen.text), "[|0123456789][|ok]");
    sse_release(&s);
    buf_release(&seen.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cut_everywhere), cmocka_unit_test(limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
