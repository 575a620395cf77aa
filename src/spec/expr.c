/*
 * Success expressions: recursive-descent parser, Kleene evaluation and printing. Knows grader
 * names and scores, not graders.
 */
#include "spec/expr.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"

enum { MAX_NESTING = 100, MAX_TEXT = 4096 };

enum expr_kind { EXPR_OR, EXPR_AND, EXPR_NOT, EXPR_NAME, EXPR_NUMBER, EXPR_COMPARE, EXPR_NONE };
enum compare { CMP_GE, CMP_GT, CMP_LE, CMP_LT, CMP_EQ, CMP_NE };
static const char *const compare_text[] = {">=", ">", "<=", "<", "==", "!="};

struct expr {
    enum expr_kind kind;
    struct expr *a, *b; /* operands; b is NULL for EXPR_NOT */
    enum compare cmp;
    size_t index; /* EXPR_NAME */
    const char *name;
    double number;
};

struct parser {
    struct arena *a;
    struct str text;
    const char *const *names;
    const char *file;
    int line, col, depth;
    size_t at;
    struct err *e;
};

static bool name_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80 || (!first && ((c >= '0' && c <= '9') || c == '-'));
}

bool expr_is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!name_char(s.p[i], i == 0))
            return false;
    return s.n > 0;
}

static void skip_space(struct parser *p)
{
    while (p->at < p->text.n && strchr(" \t\r\n", p->text.p[p->at]))
        p->at++;
}

/* Sets the position of byte `at` on the error that is already set. */
static bool point(const struct parser *p, size_t at)
{
    return err_at(p->e, p->file, p->line, p->col + (int)at);
}

/* The word, number or sign that stands at p->at, for messages. */
static struct str next_token(const struct parser *p)
{
    size_t end = p->at;
    while (end < p->text.n && name_char(p->text.p[end], false))
        end++;
    if (end == p->at && end < p->text.n)
        end++;
    return str_sub(p->text, p->at, end - p->at);
}

static bool unexpected(struct parser *p, const char *wanted)
{
    struct str token = next_token(p);
    if (token.n)
        err_set(p->e, ERR_SPEC, "found \"%.*s\" where %s was expected", STR_ARG(token), wanted);
    else
        err_set(p->e, ERR_SPEC, "the expression ends where %s was expected", wanted);
    return point(p, p->at);
}

/* Takes the keyword if it is the next whole word. */
static bool take_word(struct parser *p, const char *word)
{
    skip_space(p);
    if (!str_eq_c(next_token(p), word))
        return false;
    p->at += strlen(word);
    return true;
}

static struct expr *make(struct parser *p, enum expr_kind kind, struct expr *a, struct expr *b)
{
    struct expr *x = ARENA_NEW(p->a, struct expr);
    *x = (struct expr){.kind = kind, .a = a, .b = b};
    return x;
}

static bool parse_name(struct parser *p, struct expr **ret)
{
    struct str name = next_token(p);
    for (size_t i = 0; p->names[i]; i++) {
        if (!str_eq_c(name, p->names[i]))
            continue;
        *ret = make(p, EXPR_NAME, NULL, NULL);
        (*ret)->index = i;
        (*ret)->name = arena_strdup(p->a, p->names[i]);
        p->at += name.n;
        return true;
    }
    const char *near = str_nearest(name, p->names);
    err_set(p->e, ERR_SPEC, "there is no grader \"%.*s\"", STR_ARG(name));
    if (near)
        err_hint(p->e, "Did you mean \"%s\"?", near);
    return point(p, p->at);
}

static bool parse_number(struct parser *p, struct expr **ret)
{
    size_t end = p->at;
    while (end < p->text.n && strchr("+-.0123456789eE", p->text.p[end]))
        end++;
    double v;
    if (!str_double(str_sub(p->text, p->at, end - p->at), &v))
        return unexpected(p, "a number");
    *ret = make(p, EXPR_NUMBER, NULL, NULL);
    (*ret)->number = v;
    p->at = end;
    return true;
}

static bool parse_operand(struct parser *p, struct expr **ret)
{
    skip_space(p);
    if (p->at == p->text.n)
        return unexpected(p, "the name of a grader");
    char c = p->text.p[p->at];
    struct str token = next_token(p);
    if (str_eq_c(token, "and") || str_eq_c(token, "or") || str_eq_c(token, "not"))
        return unexpected(p, "the name of a grader");
    if (name_char(c, true))
        return parse_name(p, ret);
    if ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+')
        return parse_number(p, ret);
    return unexpected(p, "the name of a grader");
}

static bool take_compare(struct parser *p, enum compare *ret)
{
    skip_space(p);
    struct str rest = str_sub(p->text, p->at, p->text.n);
    static const enum compare order[] = {CMP_GE, CMP_LE, CMP_EQ, CMP_NE, CMP_GT, CMP_LT};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (!str_starts_c(rest, compare_text[order[i]]))
            continue;
        *ret = order[i];
        p->at += strlen(compare_text[order[i]]);
        return true;
    }
    return false;
}

static bool parse_comparison(struct parser *p, struct expr **ret)
{
    struct expr *left, *right;
    enum compare cmp;
    skip_space(p);
    size_t begin = p->at;
    if (!parse_operand(p, &left))
        return false;
    if (!take_compare(p, &cmp)) {
        *ret = left;
        if (left->kind != EXPR_NUMBER)
            return true;
        err_set(p->e, ERR_SPEC, "a number alone is neither true nor false");
        err_hint(p->e, "Compare a grader's score with it, as in `polite >= 0.5`.");
        return point(p, begin);
    }
    if (!parse_operand(p, &right))
        return false;
    if (left->kind == EXPR_NUMBER && right->kind == EXPR_NUMBER) {
        err_set(p->e, ERR_SPEC, "a comparison of two numbers, expected a grader on one side");
        return point(p, begin);
    }
    *ret = make(p, EXPR_COMPARE, left, right);
    (*ret)->cmp = cmp;
    return true;
}

static bool parse_or(struct parser *p, struct expr **ret);

static bool parse_not(struct parser *p, struct expr **ret)
{
    if (++p->depth > MAX_NESTING) {
        err_set(p->e, ERR_LIMIT, "an expression nested deeper than %d levels", (int)MAX_NESTING);
        return point(p, p->at);
    }
    bool ok;
    struct expr *inner;
    if (take_word(p, "not")) {
        ok = parse_not(p, &inner);
        *ret = ok ? make(p, EXPR_NOT, inner, NULL) : NULL;
    } else if (take_word(p, "(")) {
        ok = parse_or(p, ret) && (take_word(p, ")") || unexpected(p, "\")\""));
    } else {
        ok = parse_comparison(p, ret);
    }
    p->depth--;
    return ok;
}

static bool parse_and(struct parser *p, struct expr **ret)
{
    struct expr *right;
    if (!parse_not(p, ret))
        return false;
    while (take_word(p, "and")) {
        if (!parse_not(p, &right))
            return false;
        *ret = make(p, EXPR_AND, *ret, right);
    }
    return true;
}

static bool parse_or(struct parser *p, struct expr **ret)
{
    struct expr *right;
    if (!parse_and(p, ret))
        return false;
    while (take_word(p, "or")) {
        if (!parse_and(p, &right))
            return false;
        *ret = make(p, EXPR_OR, *ret, right);
    }
    return true;
}

bool expr_parse(struct arena *a, struct str text, const char *const *names, const char *file,
                int line, int col, struct expr **ret, struct err *e)
{
    struct parser p = {
        .a = a, .text = text, .names = names, .file = file, .line = line, .col = col, .e = e};
    if (text.n > MAX_TEXT) {
        err_set(e, ERR_LIMIT, "an expression of %zu bytes, the limit is %d", text.n, (int)MAX_TEXT);
        return point(&p, 0);
    }
    if (!parse_or(&p, ret))
        return false;
    skip_space(&p);
    return p.at == text.n || unexpected(&p, "\"and\", \"or\" or the end");
}

struct expr *expr_all(struct arena *a, const char *const *names)
{
    struct parser p = {.a = a};
    struct expr *all = NULL;
    for (size_t i = 0; names[i]; i++) {
        struct expr *x = make(&p, EXPR_NAME, NULL, NULL);
        x->index = i;
        x->name = arena_strdup(a, names[i]);
        all = all ? make(&p, EXPR_AND, all, x) : x;
    }
    return all ? all : make(&p, EXPR_NONE, NULL, NULL);
}

/* --- evaluation --- */

static double operand(const struct expr *x, const struct expr_in *in)
{
    if (x->kind == EXPR_NUMBER)
        return x->number;
    return in[x->index].outcome == TRUTH_ERROR ? (double)NAN : in[x->index].score;
}

static enum truth compare(const struct expr *x, const struct expr_in *in)
{
    double l = operand(x->a, in), r = operand(x->b, in);
    if (isnan(l) || isnan(r))
        return TRUTH_ERROR;
    bool is = false;
    switch (x->cmp) {
    case CMP_GE: is = l >= r; break;
    case CMP_GT: is = l > r; break;
    case CMP_LE: is = l <= r; break;
    case CMP_LT: is = l < r; break;
    case CMP_EQ: is = l >= r && l <= r; break;
    case CMP_NE: is = l > r || l < r; break;
    }
    return is ? TRUTH_PASS : TRUTH_FAIL;
}

enum truth expr_eval(const struct expr *x, const struct expr_in *in)
{
    enum truth l, r;
    switch (x->kind) {
    case EXPR_NAME: return in[x->index].outcome;
    case EXPR_COMPARE: return compare(x, in);
    case EXPR_NOT:
        l = expr_eval(x->a, in);
        return l == TRUTH_ERROR ? l : l == TRUTH_PASS ? TRUTH_FAIL : TRUTH_PASS;
    case EXPR_AND:
    case EXPR_OR: {
        enum truth decides = x->kind == EXPR_AND ? TRUTH_FAIL : TRUTH_PASS;
        l = expr_eval(x->a, in);
        if (l == decides)
            return l;
        r = expr_eval(x->b, in);
        return r == decides ? r : l == TRUTH_ERROR ? l : r;
    }
    case EXPR_NUMBER:
    case EXPR_NONE: break;
    }
    return TRUTH_ERROR;
}

bool expr_uses(const struct expr *x, size_t i)
{
    return x &&
           ((x->kind == EXPR_NAME && x->index == i) || expr_uses(x->a, i) || expr_uses(x->b, i));
}

/* --- printing --- */

static void print(struct buf *b, const struct expr *x, enum expr_kind around)
{
    bool paren = x->kind < around && x->kind <= EXPR_AND;
    if (paren)
        buf_add_char(b, '(');
    switch (x->kind) {
    case EXPR_NAME: buf_add_c(b, x->name); break;
    case EXPR_NUMBER: buf_printf(b, "%g", x->number); break;
    case EXPR_NONE: buf_add_c(b, "nothing"); break;
    case EXPR_NOT:
        buf_add_c(b, "not ");
        print(b, x->a, EXPR_NOT);
        break;
    case EXPR_COMPARE:
        print(b, x->a, EXPR_COMPARE);
        buf_printf(b, " %s ", compare_text[x->cmp]);
        print(b, x->b, EXPR_COMPARE);
        break;
    case EXPR_AND:
    case EXPR_OR:
        print(b, x->a, x->kind);
        buf_add_c(b, x->kind == EXPR_AND ? " and " : " or ");
        print(b, x->b, x->kind);
        break;
    }
    if (paren)
        buf_add_char(b, ')');
}

struct str expr_text(struct arena *a, const struct expr *x)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    print(&b, x, EXPR_OR);
    return arena_str(a, buf_str(&b));
}
