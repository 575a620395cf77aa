/* The HTML, XML and SVG writers: nothing that comes from outside gets to be markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/html.h"
#include "text/svg.h"

static struct buf b;
static struct hw w;

static void start(enum hw_mode mode)
{
    buf_release(&b);
    buf_init(&b, 1 << 20);
    hw_init(&w, &b, mode);
}

static void text_and_attributes_are_escaped(void **state)
{
    (void)state;
    start(HW_HTML);
    hw_open(&w, "p");
    hw_attr(&w, "title", "\"'><script>");
    hw_c(&w, "<img src=x onerror=alert(1)> & \"so on\"");
    hw_close(&w);
    assert_string_equal(buf_cstr(&b), "<p title=\"&quot;&#39;&gt;&lt;script&gt;\">&lt;img src=x "
                                      "onerror=alert(1)&gt; &amp; &quot;so on&quot;</p>");
}

static void control_characters_and_bad_utf8_are_replaced(void **state)
{
    (void)state;
    start(HW_XML);
    buf_clear(&b);
    hw_open(&w, "a");
    hw_text(&w, (struct str){"x\0\x1b[31m\xff\xc3\xa9\xef\xbf\xbf\ty", 15});
    hw_close(&w);
    assert_string_equal(buf_cstr(&b), "<a>x\xef\xbf\xbd\xef\xbf\xbd[31m\xef\xbf\xbd\xc3\xa9"
                                      "\xef\xbf\xbd\ty</a>");
}

static void urls_keep_to_the_list(void **state)
{
    static const struct {
        const char *url;
        bool kept;
    } cases[] = {
        {"https://example.org/?a=b&c", true}, {"/runs/1", true},          {"#flips", true},
        {"a/b:c", true},                      {"mailto:x@example.org", true}, {"?q=a:b", true},
        {"javascript:alert(1)", false},       {"JaVaScRiPt:alert(1)", false},
        {" javascript:alert(1)", false},      {"java\tscript:alert(1)", false},
        {"data:text/html,<script>", false},   {"data:image/png;base64,AA", true},
        {"vbscript:x", false},                {"\x01javascript:x", false},
        {"javascript&colon;alert(1)", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        start(HW_HTML);
        hw_open(&w, "a");
        hw_attr(&w, "href", cases[i].url);
        hw_close(&w);
        bool dropped = strcmp(buf_cstr(&b), "<a href=\"#\"></a>") == 0;
        if (dropped == cases[i].kept)
            fail_msg("%s: %s", cases[i].url, buf_cstr(&b));
    }
}

static void elements_close_in_order(void **state)
{
    (void)state;
    start(HW_HTML);
    hw_open(&w, "ul");
    hw_open(&w, "li");
    hw_open(&w, "br");
    hw_close(&w);
    hw_raw(&w, "<b>literal</b>");
    hw_close_to(&w, 0);
    assert_string_equal(buf_cstr(&b), "<ul><li><br><b>literal</b></li></ul>");
    start(HW_XML);
    hw_open(&w, "skipped");
    hw_close(&w);
    assert_string_equal(buf_cstr(&b), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<skipped/>");
}

static void numbers_in_svg_are_short(void **state)
{
    (void)state;
    start(HW_HTML);
    svg_line(&w, "axis", 0, 1.5, -0.001, 100.0 / 3);
    assert_string_equal(buf_cstr(&b),
                        "<line class=\"axis\" x1=\"0\" y1=\"1.5\" x2=\"0\" y2=\"33.33\"></line>");
}

static void scales_and_ticks(void **state)
{
    struct svg_scale s = {0.8, 1.0, 100, 300};
    double t[32];
    (void)state;
    assert_true(svg_at(&s, 0.9) > 199.99 && svg_at(&s, 0.9) < 200.01);
    assert_true(svg_at(&s, 2) <= 300 && svg_at(&s, -1) >= 100);
    size_t n = svg_ticks(0.8, 1.0, 4, t, 32);
    assert_int_equal(n, 5);
    assert_true(t[0] > 0.7999 && t[0] < 0.8001 && t[4] > 0.9999 && t[4] < 1.0001);
    assert_int_equal(svg_ticks(1, 1, 4, t, 32), 0);
    for (double hi = 1e-9; hi < 1e12; hi *= 7) {
        n = svg_ticks(0, hi, 5, t, 32);
        assert_in_range(n, 3, 11);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_attributes_are_escaped),
        cmocka_unit_test(control_characters_and_bad_utf8_are_replaced),
        cmocka_unit_test(urls_keep_to_the_list),
        cmocka_unit_test(elements_close_in_order),
        cmocka_unit_test(numbers_in_svg_are_short),
        cmocka_unit_test(scales_and_ticks),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_release(&b);
    return failed;
}
