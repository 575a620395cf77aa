/* The Mustache parser: text to a tree; see template.h for the language. Follows the Mustache
 * specification (github.com/mustache/spec) in what it does with white space around tags that
 * stand alone on a line. */
#include "prompt/template_parse.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"

/* What all templates of one parse share. */
struct shared {
    struct arena *a;
    const struct template_options *o;
    struct map partials; /* "path\nindent" -> struct template */
    int depth;
};

struct parser {
    struct shared *sh;
    struct str text;
    const char *path;
    int first_line;
    size_t at;          /* next byte */
    struct str open, close;
    int depth;
    struct tnode **tail; /* where the next node goes */
};

struct tag {
    size_t from, to;    /* the whole tag with its delimiters */
    char sigil;         /* one of # ^ / > ! = & {, or 0 */
    struct str body;    /* trimmed, without the sigil */
};

static bool parse_nodes(struct parser *p, struct str section, struct err *e);

static void position(const struct parser *p, size_t at, int *line, int *col)
{
    *line = p->first_line;
    size_t start = 0;
    for (size_t i = 0; i < at && i < p->text.n; i++)
        if (p->text.p[i] == '\n') {
            ++*line;
            start = i + 1;
        }
    *col = (int)(at - start) + 1;
}

static bool fail_at(const struct parser *p, size_t at, struct err *e)
{
    int line, col;
    position(p, at, &line, &col);
    return err_at(e, p->path, line, col);
}

static struct tnode *add_node(struct parser *p, enum tnode_kind kind, size_t at)
{
    struct tnode *n = ARENA_NEW(p->sh->a, struct tnode);
    *n = (struct tnode){.kind = kind, .truncate = -1};
    position(p, at, &n->line, &n->col);
    *p->tail = n;
    p->tail = &n->next;
    return n;
}

static void add_text(struct parser *p, size_t from, size_t to)
{
    if (to > from)
        add_node(p, TNODE_TEXT, from)->text = str_sub(p->text, from, to - from);
}

/* Finds the next tag at or behind p->at; false in *ret_found when there is none. */
static bool next_tag(struct parser *p, struct tag *t, bool *ret_found, struct err *e)
{
    struct str rest = str_sub(p->text, p->at, p->text.n);
    ptrdiff_t from = str_find(rest, p->open);
    *ret_found = from >= 0;
    if (from < 0)
        return true;
    t->from = p->at + (size_t)from;
    size_t in = t->from + p->open.n;
    t->sigil = in < p->text.n && strchr("#^/>!=&{", p->text.p[in]) ? p->text.p[in] : 0;
    if (t->sigil)
        in++;
    struct str body = str_sub(p->text, in, p->text.n);
    char closing[64];
    snprintf(closing, sizeof closing, "%s%.*s", t->sigil == '{' ? "}" : t->sigil == '=' ? "=" : "",
             STR_ARG(p->close));
    ptrdiff_t end = str_find(body, str_c(closing));
    if (end < 0) {
        err_set(e, ERR_INPUT, "the tag has no end, expected \"%s\"", closing);
        return fail_at(p, t->from, e);
    }
    t->body = str_trim(str_sub(body, 0, (size_t)end));
    t->to = in + (size_t)end + strlen(closing);
    return true;
}

/* A tag that stands alone on its line takes the line with it: *ret_from and *ret_to grow to the
 * line's ends. True if so; *ret_indent is the white space in front. */
static bool stands_alone(const struct parser *p, const struct tag *t, size_t *ret_from,
                         size_t *ret_to, struct str *ret_indent)
{
    size_t from = t->from, to = t->to;
    while (from > 0 && (p->text.p[from - 1] == ' ' || p->text.p[from - 1] == '\t'))
        from--;
    if (from > 0 && p->text.p[from - 1] != '\n')
        return false;
    if (from < p->at)
        return false; /* another tag is on the same line */
    while (to < p->text.n && (p->text.p[to] == ' ' || p->text.p[to] == '\t'))
        to++;
    if (to < p->text.n && p->text.p[to] == '\r' && to + 1 < p->text.n && p->text.p[to + 1] == '\n')
        to++;
    if (to < p->text.n && p->text.p[to] != '\n')
        return false;
    *ret_indent = str_sub(p->text, from, t->from - from);
    *ret_from = from;
    *ret_to = to < p->text.n ? to + 1 : to;
    return true;
}

static bool is_name(struct str s)
{
    if (s.n == 0 || (s.p[0] == '.' && s.n > 1) || (s.n > 1 && s.p[s.n - 1] == '.'))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (strchr(" \t\r\n{}#^/&<>=\"'", s.p[i]))
            return false;
    return true;
}

static bool check_name(const struct parser *p, const struct tag *t, struct str name, struct err *e)
{
    if (is_name(name))
        return true;
    if (name.n == 0)
        err_set(e, ERR_INPUT, "found an empty tag, expected a name");
    else
        err_set(e, ERR_INPUT, "found \"%.*s\", expected a name", (int)(name.n < 60 ? name.n : 60),
                name.p);
    return fail_at(p, t->from, e);
}

/* Takes the next blank-separated word off the front of *s. */
static struct str take_word(struct str *s)
{
    size_t n = 0;
    while (n < s->n && !strchr(" \t\r\n", s->p[n]))
        n++;
    struct str word = str_sub(*s, 0, n);
    *s = str_trim(str_sub(*s, n, s->n));
    return word;
}

/* {{x}}, {{json x}}, {{truncate 80 x}}, {{truncate 80 json x}} */
static bool parse_variable(struct parser *p, const struct tag *t, struct err *e)
{
    struct tnode *n = add_node(p, TNODE_VARIABLE, t->from);
    struct str rest = t->body, word = take_word(&rest);
    n->raw = t->sigil != 0;
    if (rest.n > 0 && str_eq_c(word, "truncate")) {
        struct str number = take_word(&rest);
        if (!str_long(number, &n->truncate) || n->truncate < 0) {
            err_set(e, ERR_INPUT, "truncate has \"%.*s\", expected a number of characters",
                    STR_ARG(number));
            return fail_at(p, t->from, e);
        }
        word = take_word(&rest);
    }
    if (rest.n > 0 && str_eq_c(word, "json")) {
        n->json = true;
        word = take_word(&rest);
    }
    if (rest.n > 0) {
        err_set(e, ERR_INPUT, "found \"%.*s\", expected one name, or json or truncate before it",
                (int)(t->body.n < 60 ? t->body.n : 60), t->body.p);
        return fail_at(p, t->from, e);
    }
    n->name = word;
    return check_name(p, t, n->name, e);
}

static bool parse_section(struct parser *p, const struct tag *t, struct err *e)
{
    struct tnode *n = add_node(p, t->sigil == '#' ? TNODE_SECTION : TNODE_INVERTED, t->from);
    struct tnode **tail = p->tail;
    n->name = t->body;
    if (!check_name(p, t, n->name, e))
        return false;
    if (++p->depth > TEMPLATE_MAX_DEPTH) {
        err_set(e, ERR_LIMIT, "sections nest deeper than %d", TEMPLATE_MAX_DEPTH);
        return fail_at(p, t->from, e);
    }
    p->tail = &n->child;
    if (!parse_nodes(p, n->name, e))
        return false;
    p->tail = tail;
    p->depth--;
    return true;
}

static bool parse_delimiters(struct parser *p, const struct tag *t, struct err *e)
{
    struct str rest = t->body, open = take_word(&rest), close = take_word(&rest);
    if (open.n == 0 || close.n == 0 || rest.n > 0 || open.n > 16 || close.n > 16 ||
        str_find_char(open, '=') >= 0 || str_find_char(close, '=') >= 0) {
        err_set(e, ERR_INPUT, "found \"%.*s\", expected two delimiters as in {{=<%% %%>=}}",
                (int)(t->body.n < 60 ? t->body.n : 60), t->body.p);
        return fail_at(p, t->from, e);
    }
    p->open = open;
    p->close = close;
    return true;
}

/* --- partials --- */

static bool load_file(void *arg, struct arena *a, const char *from, struct str name,
                      struct str *ret_text, const char **ret_path, struct err *e)
{
    (void)arg;
    const char *path = file_beside(a, from, arena_strndup(a, name.p, name.n));
    if (!file_exists(path))
        path = arena_printf(a, "%s.md", path);
    *ret_path = path;
    return file_read(a, path, TEMPLATE_MAX_BYTES, ret_text, e);
}

/* The text with `indent` in front of each line, as the specification wants for a partial. */
static struct str indented(struct arena *a, struct str text, struct str indent)
{
    struct buf b;
    if (indent.n == 0)
        return text;
    buf_init(&b, BUF_MAX_BODY);
    for (size_t i = 0; i < text.n; i++) {
        if (i == 0 || text.p[i - 1] == '\n')
            buf_add_str(&b, indent);
        buf_add_char(&b, text.p[i]);
    }
    struct str copy = arena_str(a, buf_str(&b));
    buf_release(&b);
    return copy;
}

static bool parse_text(struct shared *sh, struct str text, const char *path, int line,
                       struct template *t, struct err *e)
{
    struct parser p = {.sh = sh, .text = text, .path = path, .first_line = line,
                       .open = STR("{{"), .close = STR("}}"), .tail = &t->first};
    if (text.n > TEMPLATE_MAX_BYTES)
        return err_set(e, ERR_LIMIT, "%s: the template is larger than %d bytes", path,
                       TEMPLATE_MAX_BYTES);
    t->path = path;
    t->escape_html = sh->o->escape_html;
    return parse_nodes(&p, (struct str){0}, e);
}

static bool parse_partial(struct parser *p, const struct tag *t, struct str indent, struct err *e)
{
    struct shared *sh = p->sh;
    struct tnode *n = add_node(p, TNODE_PARTIAL, t->from);
    struct str text;
    const char *path;
    if (!check_name(p, t, str_find_char(t->body, '/') < 0 ? t->body : STR("x"), e))
        return false;
    template_loader *load = sh->o->load ? sh->o->load : load_file;
    if (!load(sh->o->load_arg, sh->a, p->path, t->body, &text, &path, e)) {
        err_wrap(e, "partial \"%.*s\"", STR_ARG(t->body));
        return fail_at(p, t->from, e);
    }
    bool fresh;
    struct str key = arena_strf(sh->a, "%s\n%.*s", path, STR_ARG(indent));
    struct map_entry *entry = map_entry(&sh->partials, key, &fresh);
    if (!fresh) {
        n->partial = entry->value;
        return true;
    }
    if (sh->partials.n > TEMPLATE_MAX_PARTIALS || sh->depth >= TEMPLATE_MAX_DEPTH) {
        err_set(e, ERR_LIMIT, "partials nest deeper than %d, or there are more than %d",
                TEMPLATE_MAX_DEPTH, TEMPLATE_MAX_PARTIALS);
        return fail_at(p, t->from, e);
    }
    n->partial = ARENA_NEW(sh->a, struct template);
    entry->value = n->partial;
    sh->depth++;
    bool ok = parse_text(sh, indented(sh->a, text, indent), path, 1, n->partial, e);
    sh->depth--;
    return ok;
}

/* --- the loop --- */

static bool parse_tag(struct parser *p, const struct tag *t, struct str indent, struct err *e)
{
    switch (t->sigil) {
    case '#':
    case '^':
        return parse_section(p, t, e);
    case '>':
        return parse_partial(p, t, indent, e);
    case '=':
        return parse_delimiters(p, t, e);
    case '!':
        return true;
    default:
        return parse_variable(p, t, e);
    }
}

static bool check_end(const struct parser *p, const struct tag *t, struct str section,
                      struct err *e)
{
    if (str_null(section))
        err_set(e, ERR_INPUT, "found the end of \"%.*s\", which was not begun", STR_ARG(t->body));
    else if (!str_eq(t->body, section))
        err_set(e, ERR_INPUT, "found the end of \"%.*s\", expected that of \"%.*s\"",
                STR_ARG(t->body), STR_ARG(section));
    else
        return true;
    return fail_at(p, t->from, e);
}

/* Nodes up to the end of `section`, or of the text when that is null. */
static bool parse_nodes(struct parser *p, struct str section, struct err *e)
{
    size_t begin = p->at;
    for (;;) {
        struct tag t = {0};
        bool found;
        if (!next_tag(p, &t, &found, e))
            return false;
        if (!found)
            break;
        size_t from = t.from, to = t.to;
        struct str indent = {0};
        if (t.sigil && t.sigil != '&' && t.sigil != '{')
            stands_alone(p, &t, &from, &to, &indent);
        add_text(p, p->at, from);
        p->at = to;
        if (t.sigil == '/')
            return check_end(p, &t, section, e);
        if (!parse_tag(p, &t, indent, e))
            return false;
    }
    if (!str_null(section)) {
        err_set(e, ERR_INPUT, "the section \"%.*s\" has no end", STR_ARG(section));
        return fail_at(p, begin, e);
    }
    add_text(p, p->at, p->text.n);
    p->at = p->text.n;
    return true;
}

bool template_parse_tree(struct arena *a, struct str text, const struct template_options *o,
                         struct template **ret, struct err *e)
{
    struct shared sh = {.a = a, .o = o};
    struct template *t = ARENA_NEW(a, struct template);
    bool ok = parse_text(&sh, text, o->path, o->line > 0 ? o->line : 1, t, e);
    map_release(&sh.partials);
    if (ok)
        *ret = t;
    return ok;
}
