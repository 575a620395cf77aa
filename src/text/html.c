/* The escaping writer for HTML, SVG and XML; see html.h. Owns nothing but the stack of open
 * elements; the bytes belong to the caller's buf. */
#include "text/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/utf8.h"

static const char *const void_elements[] = {"area",  "base", "br",   "col",    "embed", "hr", "img",
                                            "input", "link", "meta", "source", "track", "wbr"};
static const char *const url_attributes[] = {"href", "src", "action", "formaction", "poster"};
static const char *const url_schemes[] = {"http:", "https:", "mailto:", "data:image/"};

static bool any_of(const char *const *list, size_t n, const char *s)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], s) == 0)
            return true;
    return false;
}

static void check_name(const char *name)
{
    for (const char *p = name; *p || p == name; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
        bool later = (*p >= '0' && *p <= '9') || *p == '-' || *p == ':' || *p == '_';
        if (!letter && (p == name || !later))
            BUG("\"%s\" is no name for an element or attribute", name);
    }
}

void hw_init(struct hw *w, struct buf *b, enum hw_mode mode)
{
    *w = (struct hw){.b = b, .mode = mode};
    if (mode == HW_XML)
        hw_raw(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

void hw_doctype(struct hw *w) { hw_raw(w, "<!doctype html>\n"); }

static void end_tag(struct hw *w)
{
    if (w->in_tag)
        buf_add_char(w->b, '>');
    w->in_tag = false;
}

static const char *escape_of(uint32_t cp)
{
    switch (cp) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case 0xfffe:
    case 0xffff: return "\xef\xbf\xbd"; /* not characters: XML refuses them */
    default: break;
    }
    if ((cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || (cp >= 0x7f && cp < 0xa0))
        return "\xef\xbf\xbd";
    return NULL;
}

static void put_escaped(struct buf *b, struct str s)
{
    size_t from = 0, at = 0;
    while (at < s.n) {
        size_t start = at;
        uint32_t cp = 0;
        utf8_next(s, &at, &cp);
        const char *e = escape_of(cp);
        if (!e && cp == 0xfffd && at - start != 3)
            e = "\xef\xbf\xbd"; /* an invalid byte, not the character itself */
        if (!e)
            continue;
        buf_add(b, s.p + from, start - from);
        buf_add_c(b, e);
        from = at;
    }
    if (s.n)
        buf_add(b, s.p + from, s.n - from);
}

void hw_open(struct hw *w, const char *name)
{
    check_name(name);
    if (w->depth == HW_MAX_DEPTH)
        BUG("markup deeper than %d", HW_MAX_DEPTH);
    end_tag(w);
    w->open[w->depth++] = name;
    buf_add_char(w->b, '<');
    buf_add_c(w->b, name);
    w->in_tag = true;
}

void hw_close(struct hw *w)
{
    if (w->depth == 0)
        BUG("an element is closed that was not opened");
    const char *name = w->open[--w->depth];
    bool is_void = w->mode == HW_HTML && any_of(void_elements, ARRAY_LEN(void_elements), name);
    if (w->in_tag && w->mode == HW_XML) {
        buf_add_c(w->b, "/>");
        w->in_tag = false;
        return;
    }
    end_tag(w);
    if (is_void)
        return;
    buf_add_c(w->b, "</");
    buf_add_c(w->b, name);
    buf_add_char(w->b, '>');
}

void hw_close_to(struct hw *w, int depth)
{
    while (w->depth > depth)
        hw_close(w);
}

/* A URL whose scheme is not on the list could run a script ("javascript:", also with tabs or
 * control characters in front, which browsers skip). */
static bool url_allowed(struct str url)
{
    if (url.n && (unsigned char)url.p[0] <= ' ')
        return false;
    for (size_t i = 0; i < ARRAY_LEN(url_schemes); i++) {
        struct str scheme = str_c(url_schemes[i]);
        if (str_ieq(str_sub(url, 0, scheme.n), scheme))
            return true;
    }
    for (size_t i = 0; i < url.n; i++) {
        char c = url.p[i];
        if (c == '/' || c == '?' || c == '#')
            return true;
        if (c == ':' || c == '&' || (unsigned char)c < ' ')
            return false;
    }
    return true;
}

void hw_attr_str(struct hw *w, const char *name, struct str value)
{
    check_name(name);
    if (!w->in_tag)
        BUG("attribute %s outside a tag", name);
    if (w->mode == HW_HTML && (strncmp(name, "on", 2) == 0 || strcmp(name, "style") == 0))
        BUG("attribute %s is refused: use a class, or a listener in a script file", name);
    if (w->mode == HW_HTML && any_of(url_attributes, ARRAY_LEN(url_attributes), name) &&
        !url_allowed(value))
        value = STR("#");
    buf_add_char(w->b, ' ');
    buf_add_c(w->b, name);
    buf_add_c(w->b, "=\"");
    put_escaped(w->b, value);
    buf_add_char(w->b, '"');
}

void hw_attr(struct hw *w, const char *name, const char *value)
{
    if (value)
        hw_attr_str(w, name, str_c(value));
}

void hw_attrf(struct hw *w, const char *name, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf b = {0};
    va_list ap;
    buf_init(&b, BUF_MAX_LINE);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    hw_attr_str(w, name, buf_str(&b));
}

void hw_attr_num(struct hw *w, const char *name, double v)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%.2f", v);
    while (n > 0 && text[n - 1] == '0')
        n--;
    if (n > 0 && text[n - 1] == '.')
        n--;
    struct str s = {text, (size_t)n};
    hw_attr_str(w, name, str_eq_c(s, "-0") ? STR("0") : s);
}

void hw_flag(struct hw *w, const char *name)
{
    hw_attr_str(w, name, w->mode == HW_XML ? str_c(name) : STR(""));
}

void hw_text(struct hw *w, struct str s)
{
    end_tag(w);
    put_escaped(w->b, s);
}

void hw_c(struct hw *w, const char *s)
{
    if (s)
        hw_text(w, str_c(s));
}

static void vtext(struct hw *w, const char *fmt, va_list ap) PRINTF(2, 0);
static void vtext(struct hw *w, const char *fmt, va_list ap)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    buf_vprintf(&b, fmt, ap);
    hw_text(w, buf_str(&b));
}

void hw_textf(struct hw *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vtext(w, fmt, ap);
    va_end(ap);
}

void hw_open_class(struct hw *w, const char *name, const char *cls)
{
    hw_open(w, name);
    hw_attr(w, "class", cls);
}

void hw_elem(struct hw *w, const char *name, const char *cls, const char *text)
{
    hw_open_class(w, name, cls);
    hw_c(w, text);
    hw_close(w);
}

void hw_elemf(struct hw *w, const char *name, const char *cls, const char *fmt, ...)
{
    va_list ap;
    hw_open_class(w, name, cls);
    va_start(ap, fmt);
    vtext(w, fmt, ap);
    va_end(ap);
    hw_close(w);
}

void hw_raw_literal(struct hw *w, const char *p, size_t n)
{
    end_tag(w);
    buf_add(w->b, p, n);
}

void hw_asset(struct hw *w, const char *path)
{
    struct str content;
    if (!asset_get(path, &content))
        BUG("%s is not embedded", path);
    end_tag(w);
    buf_add_str(w->b, content);
}
