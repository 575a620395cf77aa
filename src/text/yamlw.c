/* YAML writer; see yamlw.h. */
#include "text/yamlw.h"

#include <string.h>

#include "base/utf8.h"
#include "text/jsonw.h"

void yw_init(struct yw *w, struct buf *b) { *w = (struct yw){.b = b}; }

static void indent(struct yw *w, int depth)
{
    for (int i = 0; i < depth; i++)
        buf_add_c(w->b, "  ");
}

static char innermost(const struct yw *w) { return w->depth ? w->kind[w->depth - 1] : 0; }

/* What stands before a value: nothing behind a key, "- " in a sequence, ", " in a flow list. */
static void before_value(struct yw *w, bool block)
{
    if (w->after_key) {
        buf_add_c(w->b, block ? "" : " ");
        return;
    }
    if (w->depth == 0)
        return;
    if (innermost(w) == 's') {
        if (!(w->depth >= 2 && w->kind[w->depth - 2] == 's' && w->empty[w->depth - 1]))
            indent(w, w->depth - 1);
        buf_add_c(w->b, block ? "-" : "- ");
    } else if (innermost(w) == 'l') {
        buf_add_c(w->b, w->empty[w->depth - 1] ? "" : ", ");
    } else {
        BUG("YAML value without a key");
    }
    w->empty[w->depth - 1] = false;
}

static void after_value(struct yw *w)
{
    char in = innermost(w);
    w->after_key = false;
    if (in != 'f' && in != 'l')
        buf_add_char(w->b, '\n');
}

static void push(struct yw *w, char kind)
{
    if (w->depth == YW_MAX_DEPTH)
        BUG("YAML deeper than %d", YW_MAX_DEPTH);
    w->kind[w->depth] = kind;
    w->empty[w->depth++] = true;
}

static void begin(struct yw *w, char kind)
{
    bool flow = kind == 'f' || kind == 'l';
    bool in_seq = !w->after_key && innermost(w) == 's';
    before_value(w, !flow);
    if (flow)
        buf_add_char(w->b, kind == 'f' ? '{' : '[');
    else if (in_seq)
        buf_add_char(w->b, ' ');
    else if (w->after_key)
        buf_add_char(w->b, '\n');
    w->after_key = false;
    push(w, kind);
}

void yw_map(struct yw *w) { begin(w, 'm'); }
void yw_seq(struct yw *w) { begin(w, 's'); }
void yw_flow(struct yw *w) { begin(w, 'f'); }
void yw_flow_list(struct yw *w) { begin(w, 'l'); }

void yw_end(struct yw *w)
{
    if (w->depth == 0)
        BUG("YAML end without a beginning");
    char kind = w->kind[--w->depth];
    if (kind == 'f' || kind == 'l') {
        buf_add_char(w->b, kind == 'f' ? '}' : ']');
        after_value(w);
        return;
    }
    if (!w->empty[w->depth])
        return;
    /* an empty block: take back the line break that opened it */
    if (w->b->n && w->b->p[w->b->n - 1] == '\n')
        w->b->n--;
    buf_add_c(w->b, kind == 'm' ? " {}\n" : " []\n");
}

static bool plain(struct str s)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no", "on",
                                        "off",  "~",     "True", "Yes", "No", NULL};
    double d;
    if (s.n == 0 || s.n > 80 || str_double(s, &d) || s.p[0] == ' ' || s.p[s.n - 1] == ' ')
        return false;
    for (size_t i = 0; words[i]; i++)
        if (str_eq_c(s, words[i]))
            return false;
    if (strchr("-?:,[]{}#&*!|>'\"%@`=<", s.p[0]))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((unsigned char)c < 0x20 || c == 0x7f || strchr(",[]{}\\", c))
            return false;
        if ((c == ':' && (i + 1 == s.n || s.p[i + 1] == ' ')) || (c == '#' && s.p[i - 1] == ' '))
            return false;
    }
    return utf8_check(s) < 0;
}

/* Double-quoted YAML takes JSON's escapes. */
static void put_scalar(struct yw *w, struct str s)
{
    if (plain(s)) {
        buf_add_str(w->b, s);
        return;
    }
    struct jw jw;
    jw_init(&jw, w->b, false);
    jw_str(&jw, s.p ? s : STR(""));
}

void yw_key_str(struct yw *w, struct str key)
{
    char in = innermost(w);
    if ((in != 'm' && in != 'f') || w->after_key)
        BUG("YAML key outside a mapping");
    bool first = w->empty[w->depth - 1];
    if (in == 'f')
        buf_add_c(w->b, first ? "" : ", ");
    else if (!(first && w->depth >= 2 && w->kind[w->depth - 2] == 's'))
        indent(w, w->depth - 1);
    w->empty[w->depth - 1] = false;
    put_scalar(w, key);
    buf_add_char(w->b, ':');
    w->after_key = true;
}

void yw_key(struct yw *w, const char *key) { yw_key_str(w, str_c(key)); }

void yw_str(struct yw *w, struct str s)
{
    before_value(w, false);
    put_scalar(w, s);
    after_value(w);
}

void yw_c(struct yw *w, const char *s) { yw_str(w, str_c(s)); }

void yw_json(struct yw *w, struct str json_text)
{
    before_value(w, false);
    buf_add_str(w->b, json_text);
    after_value(w);
}

void yw_num(struct yw *w, double v)
{
    char out[40];
    size_t n = json_number(v, out);
    yw_json(w, (struct str){out, n});
}

void yw_bool(struct yw *w, bool v) { yw_json(w, v ? STR("true") : STR("false")); }

void yw_comment(struct yw *w, const char *text)
{
    indent(w, w->depth ? w->depth - 1 : 0);
    buf_add_c(w->b, "# ");
    for (; *text; text++)
        buf_add_char(w->b, *text == '\n' ? ' ' : *text);
    buf_add_char(w->b, '\n');
}
