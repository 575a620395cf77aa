/* Well-formedness of XML and HTML, and the parts of a Markdown text; see markup.h. */
#include "text/markup.h"

#include <md4c.h>
#include <string.h>
#include <strings.h>

enum { MAX_OPEN = 512, MAX_ATTRIBUTES = 256 };

struct reader {
    struct str s;
    size_t at;
    struct str open[MAX_OPEN]; /* names of the elements that are open */
    size_t n_open, roots, tags;
    bool html;
    struct err *e;
};

static bool bad_at(struct reader *r, size_t at, const char *what)
{
    int line = 1, col = 1;
    for (size_t i = 0; i < at && i < r->s.n; i++) {
        col = r->s.p[i] == '\n' ? 1 : col + 1;
        line += r->s.p[i] == '\n';
    }
    err_set(r->e, ERR_INPUT, "%s", what);
    return err_at(r->e, NULL, line, col);
}

static bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool letter(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
}

static bool name_char(char c, bool first)
{
    return letter(c) || c == '_' || c == ':' ||
           (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

static struct str name(struct reader *r)
{
    size_t from = r->at;
    while (r->at < r->s.n && name_char(r->s.p[r->at], r->at == from))
        r->at++;
    return str_sub(r->s, from, r->at - from);
}

static bool looking_at(const struct reader *r, const char *what)
{
    return str_starts_c(str_sub(r->s, r->at, r->s.n), what);
}

static void skip_space(struct reader *r)
{
    while (r->at < r->s.n && space(r->s.p[r->at]))
        r->at++;
}

/* Behind the next `end`, or false at the end of the text. */
static bool skip_to(struct reader *r, const char *end)
{
    ptrdiff_t n = str_find(str_sub(r->s, r->at, r->s.n), str_c(end));
    if (n >= 0)
        r->at += (size_t)n + strlen(end);
    return n >= 0;
}

/* ---- characters and entities ---- */

static bool entity(struct reader *r)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    size_t from = r->at, i = r->at + 1;
    for (size_t k = 0; k < ARRAY_LEN(known); k++) {
        if (looking_at(r, known[k])) {
            r->at += strlen(known[k]);
            return true;
        }
    }
    if (i < r->s.n && r->s.p[i] == '#') {
        bool hex = ++i < r->s.n && r->s.p[i] == 'x';
        size_t digits = 0;
        i += hex;
        while (i < r->s.n && ((r->s.p[i] >= '0' && r->s.p[i] <= '9') ||
                              (hex && (r->s.p[i] | 32) >= 'a' && (r->s.p[i] | 32) <= 'f')))
            i++, digits++;
        if (digits && digits < 8 && i < r->s.n && r->s.p[i] == ';') {
            r->at = i + 1;
            return true;
        }
    }
    return bad_at(r, from, "& begins no known entity");
}

/* One character of content or of an attribute value. */
static bool character(struct reader *r)
{
    unsigned char c = (unsigned char)r->s.p[r->at];
    if (!r->html && c == '&')
        return entity(r);
    if (!r->html && c < 0x20 && !space((char)c))
        return bad_at(r, r->at, "a control character");
    r->at++;
    return true;
}

/* ---- tags ---- */

static bool attribute_value(struct reader *r)
{
    char quote = r->at < r->s.n ? r->s.p[r->at] : '\0';
    size_t from = r->at;
    if (quote != '"' && quote != '\'') {
        if (!r->html)
            return bad_at(r, from, "an attribute's value is not in quotes");
        while (r->at < r->s.n && !space(r->s.p[r->at]) && r->s.p[r->at] != '>')
            r->at++;
        return r->at > from || bad_at(r, from, "an attribute without its value");
    }
    r->at++;
    while (r->at < r->s.n && r->s.p[r->at] != quote) {
        if (!r->html && r->s.p[r->at] == '<')
            return bad_at(r, r->at, "< inside an attribute's value");
        if (!character(r))
            return false;
    }
    if (r->at == r->s.n)
        return bad_at(r, from, "an attribute's value is never closed");
    r->at++;
    return true;
}

static bool attributes(struct reader *r, bool *ret_empty)
{
    struct str seen[MAX_ATTRIBUTES];
    size_t n = 0;
    for (;;) {
        size_t before = r->at;
        skip_space(r);
        if (r->at == r->s.n)
            return bad_at(r, r->at, "a tag is never closed");
        *ret_empty = looking_at(r, "/>");
        if (*ret_empty || r->s.p[r->at] == '>') {
            r->at += *ret_empty ? 2 : 1;
            return true;
        }
        if (before == r->at)
            return bad_at(r, r->at, "white space is missing between attributes");
        struct str key = name(r);
        if (key.n == 0)
            return bad_at(r, r->at, "an attribute's name was expected");
        for (size_t i = 0; i < n; i++)
            if (r->html ? str_ieq(seen[i], key) : str_eq(seen[i], key))
                return bad_at(r, before, "an attribute stands twice");
        if (n == MAX_ATTRIBUTES)
            return bad_at(r, before, "more than 256 attributes");
        seen[n++] = key;
        skip_space(r);
        if (r->at < r->s.n && r->s.p[r->at] == '=') {
            r->at++;
            skip_space(r);
            if (!attribute_value(r))
                return false;
        } else if (!r->html) {
            return bad_at(r, r->at, "an attribute without its value");
        } else {
            r->at = (size_t)(key.p - r->s.p) + key.n; /* the white space counts again */
        }
    }
}

static bool one_of(struct str s, const char *const *list)
{
    for (; *list; list++)
        if (str_ieq(s, str_c(*list)))
            return true;
    return false;
}

static bool is_void(struct str s)
{
    static const char *const names[] = {"area",  "base",   "br",    "col",  "embed",
                                        "hr",    "img",    "input", "link", "meta",
                                        "param", "source", "track", "wbr",  NULL};
    return one_of(s, names);
}

static bool closes_itself(struct str s)
{
    static const char *const names[] = {"p",    "li",     "dt",    "dd",       "tr",    "td",
                                        "th",   "option", "thead", "tbody",    "tfoot", "colgroup",
                                        "html", "head",   "body",  "optgroup", NULL};
    return one_of(s, names);
}

static bool open_tag(struct reader *r)
{
    size_t from = r->at;
    bool empty;
    r->at++;
    struct str tag = name(r);
    if (tag.n == 0)
        return bad_at(r, from, "< begins no tag");
    if (!attributes(r, &empty))
        return false;
    r->tags++;
    if (r->n_open == 0 && ++r->roots > 1 && !r->html)
        return bad_at(r, from, "a second root element");
    if (empty || (r->html && is_void(tag)))
        return true;
    if (r->html && (str_ieq(tag, STR("script")) || str_ieq(tag, STR("style")))) {
        while (skip_to(r, "</"))
            if (str_ieq(str_sub(r->s, r->at, tag.n), tag))
                return skip_to(r, ">") || bad_at(r, from, "a tag is never closed");
        return bad_at(r, from, "an element is never closed");
    }
    if (r->n_open == MAX_OPEN)
        return bad_at(r, from, "nested deeper than 512 levels");
    r->open[r->n_open++] = tag;
    return true;
}

static bool close_tag(struct reader *r)
{
    size_t from = r->at;
    r->at += 2;
    struct str tag = name(r);
    skip_space(r);
    if (tag.n == 0 || r->at == r->s.n || r->s.p[r->at] != '>')
        return bad_at(r, from, "a closing tag is broken");
    r->at++;
    r->tags++;
    while (r->html && r->n_open && !str_ieq(r->open[r->n_open - 1], tag) &&
           closes_itself(r->open[r->n_open - 1]))
        r->n_open--;
    bool same = r->n_open && (r->html ? str_ieq(r->open[r->n_open - 1], tag)
                                      : str_eq(r->open[r->n_open - 1], tag));
    if (!same && r->html && closes_itself(tag))
        return true; /* </p> that something inside had closed */
    if (!same)
        return bad_at(r, from, "a closing tag that fits no open element");
    r->n_open--;
    return true;
}

/* ---- the whole ---- */

static bool markup(struct reader *r)
{
    size_t from = r->at;
    if (looking_at(r, "<!--")) {
        r->at += 4;
        ptrdiff_t dashes = str_find(str_sub(r->s, r->at, r->s.n), STR("--"));
        if (dashes < 0)
            return bad_at(r, from, "a comment is never closed");
        r->at += (size_t)dashes;
        if (r->html)
            return skip_to(r, "-->") || bad_at(r, from, "a comment is never closed");
        if (!looking_at(r, "-->"))
            return bad_at(r, r->at, "-- inside a comment");
        r->at += 3;
        return true;
    }
    if (!r->html && looking_at(r, "<![CDATA[")) {
        if (r->n_open == 0)
            return bad_at(r, from, "text outside the root element");
        return skip_to(r, "]]>") || bad_at(r, from, "a CDATA section is never closed");
    }
    if (r->html && r->at + 9 <= r->s.n && strncasecmp(r->s.p + r->at, "<!doctype", 9) == 0)
        return skip_to(r, ">") || bad_at(r, from, "a doctype is never closed");
    if (looking_at(r, "<!"))
        return bad_at(r, from, "a declaration where none is allowed");
    if (looking_at(r, "<?"))
        return (!r->html && skip_to(r, "?>")) || bad_at(r, from, "a broken processing instruction");
    return looking_at(r, "</") ? close_tag(r) : open_tag(r);
}

static bool all(struct reader *r)
{
    if (looking_at(r, "\xef\xbb\xbf"))
        r->at += 3;
    while (r->at < r->s.n) {
        char c = r->s.p[r->at];
        bool tag = c == '<';
        if (r->html && tag && r->at + 1 < r->s.n && !letter(r->s.p[r->at + 1]) &&
            !strchr("/!", r->s.p[r->at + 1]))
            tag = false; /* "a < b" is text in HTML */
        if (!r->html && !tag && r->n_open == 0 && !space(c))
            return bad_at(r, r->at, "text outside the root element");
        if (tag ? !markup(r) : !character(r))
            return false;
    }
    while (r->html && r->n_open && closes_itself(r->open[r->n_open - 1]))
        r->n_open--;
    if (r->n_open)
        return bad_at(r, r->s.n, "an element is never closed");
    return true;
}

bool xml_check(struct str text, struct err *e)
{
    struct reader r = {.s = str_trim(text), .e = e};
    return all(&r) && (r.roots == 1 || bad_at(&r, 0, "no element at all"));
}

bool html_check(struct str text, size_t *ret_tags, struct err *e)
{
    struct reader r = {.s = text, .html = true, .e = e};
    bool ok = all(&r);
    *ret_tags = r.tags;
    return ok;
}

/* ---- Markdown ---- */

static int enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    struct markdown *m = arg;
    (void)detail;
    m->headings += type == MD_BLOCK_H;
    m->lists += type == MD_BLOCK_UL || type == MD_BLOCK_OL;
    m->items += type == MD_BLOCK_LI;
    m->tables += type == MD_BLOCK_TABLE;
    m->code_blocks += type == MD_BLOCK_CODE;
    m->quotes += type == MD_BLOCK_QUOTE;
    m->html += type == MD_BLOCK_HTML;
    return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
    struct markdown *m = arg;
    (void)detail;
    m->links += type == MD_SPAN_A;
    m->images += type == MD_SPAN_IMG;
    m->bold += type == MD_SPAN_STRONG;
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
    (void)type;
    (void)detail;
    (void)arg;
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
    (void)type;
    (void)detail;
    (void)arg;
    return 0;
}

static int see_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *arg)
{
    struct markdown *m = arg;
    (void)text;
    (void)size;
    m->html += type == MD_TEXT_HTML;
    return 0;
}

/* A fence that opens and has no line of at least as many of the same marks behind it. */
static bool has_open_fence(struct str text)
{
    struct str rest = text, line;
    char mark = '\0';
    size_t length = 0;
    while (str_split(&rest, '\n', &line)) {
        size_t indent = 0, n = 0;
        while (indent < line.n && line.p[indent] == ' ')
            indent++;
        line = str_sub(line, indent, line.n);
        while (n < line.n && line.p[n] == line.p[0])
            n++;
        bool fence = indent < 4 && n >= 3 && (line.p[0] == '`' || line.p[0] == '~');
        if (!fence)
            continue;
        if (!mark && (line.p[0] == '~' || str_find_char(str_sub(line, n, line.n), '`') < 0)) {
            mark = line.p[0];
            length = n;
        } else if (mark == line.p[0] && n >= length && str_trim(str_sub(line, n, line.n)).n == 0) {
            mark = '\0';
        }
    }
    return mark != '\0';
}

struct markdown markdown_scan(struct str text)
{
    struct markdown m = {.open_fence = has_open_fence(text)};
    MD_PARSER parser = {.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH,
                        .enter_block = enter_block,
                        .leave_block = leave_block,
                        .enter_span = enter_span,
                        .leave_span = leave_span,
                        .text = see_text};
    if (text.n)
        (void)md_parse(text.p, (MD_SIZE)text.n, &parser, &m);
    return m;
}
