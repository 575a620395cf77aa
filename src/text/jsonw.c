/* JSON writer; see jsonw.h. */
#include "text/jsonw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

void jw_init(struct jw *w, struct buf *b, bool pretty)
{
    w->b = b;
    w->pretty = pretty;
    w->need_comma = w->after_key = false;
    w->depth = 0;
}

static void new_line(struct jw *w)
{
    if (!w->pretty)
        return;
    buf_add_char(w->b, '\n');
    for (int i = 0; i < w->depth; i++)
        buf_add_c(w->b, "  ");
}

static void before_value(struct jw *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->depth && w->open[w->depth - 1] == '}')
        BUG("JSON value without a key");
    if (w->need_comma)
        buf_add_char(w->b, ',');
    if (w->depth)
        new_line(w);
}

static void open_container(struct jw *w, char open, char close)
{
    before_value(w);
    if (w->depth == JW_MAX_DEPTH)
        BUG("JSON deeper than %d", JW_MAX_DEPTH);
    buf_add_char(w->b, open);
    w->open[w->depth++] = close;
    w->need_comma = false;
}

void jw_obj(struct jw *w) { open_container(w, '{', '}'); }
void jw_arr(struct jw *w) { open_container(w, '[', ']'); }

void jw_end(struct jw *w)
{
    if (w->depth == 0 || w->after_key)
        BUG("JSON end without a beginning");
    char close = w->open[--w->depth];
    if (w->need_comma)
        new_line(w);
    buf_add_char(w->b, close);
    w->need_comma = true;
}

static void put_quoted(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    size_t from = 0, i = 0;
    buf_add_char(b, '"');
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c < 0x80) {
            i++;
            continue;
        }
        if (c >= 0x80) {
            size_t at = i;
            uint32_t cp = 0;
            utf8_next(s, &at, &cp);
            if (cp != 0xfffd || at - i == 3) {
                i = at;
                continue;
            }
        }
        buf_add(b, s.p + from, i - from);
        switch (c) {
        case '"': buf_add_c(b, "\\\""); break;
        case '\\': buf_add_c(b, "\\\\"); break;
        case '\n': buf_add_c(b, "\\n"); break;
        case '\r': buf_add_c(b, "\\r"); break;
        case '\t': buf_add_c(b, "\\t"); break;
        default:
            if (c >= 0x80) {
                buf_add_c(b, "\xef\xbf\xbd");
            } else {
                buf_add_c(b, "\\u00");
                buf_add_char(b, hex[c >> 4]);
                buf_add_char(b, hex[c & 15]);
            }
        }
        from = ++i;
    }
    buf_add(b, s.p + from, i - from);
    buf_add_char(b, '"');
}

void jw_key_str(struct jw *w, struct str key)
{
    if (!w->depth || w->open[w->depth - 1] != '}' || w->after_key)
        BUG("JSON key outside an object");
    if (w->need_comma)
        buf_add_char(w->b, ',');
    new_line(w);
    put_quoted(w->b, key.p ? key : STR(""));
    buf_add_c(w->b, w->pretty ? ": " : ":");
    w->after_key = true;
    w->need_comma = true;
}

void jw_key(struct jw *w, const char *key) { jw_key_str(w, str_c(key)); }

static void put_text(struct jw *w, struct str s)
{
    before_value(w);
    buf_add_str(w->b, s);
    w->need_comma = true;
}

void jw_str(struct jw *w, struct str s)
{
    if (!s.p) {
        jw_null(w);
        return;
    }
    before_value(w);
    put_quoted(w->b, s);
    w->need_comma = true;
}

void jw_c(struct jw *w, const char *s) { jw_str(w, str_c(s)); }

size_t json_number(double v, char *out)
{
    if (!isfinite(v))
        return (size_t)snprintf(out, 32, "null");
    if (fabs(v) < 1e15 && v >= floor(v) && v <= floor(v))
        return (size_t)snprintf(out, 32, "%lld", (long long)v);
    int n = 0;
    for (int digits = 15; digits <= 17; digits++) {
        n = snprintf(out, 32, "%.*g", digits, v);
        double back = strtod(out, NULL);
        if (back >= v && back <= v)
            break;
    }
    return (size_t)n;
}

void jw_num(struct jw *w, double v)
{
    char out[40];
    size_t n = json_number(v, out);
    put_text(w, (struct str){out, n});
}

void jw_int(struct jw *w, int64_t v)
{
    char out[32];
    int n = snprintf(out, sizeof out, "%lld", (long long)v);
    put_text(w, (struct str){out, (size_t)n});
}

void jw_uint(struct jw *w, uint64_t v)
{
    char out[32];
    int n = snprintf(out, sizeof out, "%llu", (unsigned long long)v);
    put_text(w, (struct str){out, (size_t)n});
}

void jw_bool(struct jw *w, bool v) { put_text(w, v ? STR("true") : STR("false")); }
void jw_null(struct jw *w) { put_text(w, STR("null")); }
void jw_raw(struct jw *w, struct str json_text) { put_text(w, json_text); }

void jw_kstr(struct jw *w, const char *key, struct str s) { jw_key(w, key); jw_str(w, s); }
void jw_kc(struct jw *w, const char *key, const char *s) { jw_key(w, key); jw_c(w, s); }
void jw_kint(struct jw *w, const char *key, int64_t v) { jw_key(w, key); jw_int(w, v); }
void jw_knum(struct jw *w, const char *key, double v) { jw_key(w, key); jw_num(w, v); }
void jw_kbool(struct jw *w, const char *key, bool v) { jw_key(w, key); jw_bool(w, v); }
