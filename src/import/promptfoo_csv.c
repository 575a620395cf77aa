/* promptfoo's CSV test files: special columns and the cell grammar `type(threshold):value`. */
#include <ctype.h>
#include <string.h>

#include "golden/rows.h"
#include "import/promptfoo.h"
#include "import/tree.h"

/* `contains: x`, `similar(0.8):x`, `grade:x`, or a bare value, which means equals. */
static struct node *cell_assertion(struct arena *a, const struct node *like, struct str cell)
{
    struct node *out = tree_map(a, like);
    size_t n = 0;
    cell = str_trim(cell);
    while (n < cell.n && (islower((unsigned char)cell.p[n]) || cell.p[n] == '-'))
        n++;
    struct str type = str_sub(cell, 0, n), threshold = {NULL, 0}, rest = str_sub(cell, n, cell.n);
    if (n && rest.n && rest.p[0] == '(') {
        ptrdiff_t close = str_find_char(rest, ')');
        if (close > 0) {
            threshold = str_sub(rest, 1, (size_t)close - 1);
            rest = str_sub(rest, (size_t)close + 1, rest.n);
        }
    }
    bool typed = n && ((rest.n && rest.p[0] == ':') || (rest.n == 0 && str_starts_c(type, "is-")));
    if (!typed) {
        type = STR("equals");
        rest = cell;
        threshold = (struct str){NULL, 0};
    } else {
        rest = str_trim(str_sub(rest, 1, rest.n));
    }
    if (str_eq_c(type, "grade"))
        type = STR("llm-rubric");
    else if (str_eq_c(type, "fn") || str_eq_c(type, "eval"))
        type = STR("javascript");
    tree_put(a, out, STR("type"), tree_text(a, like, type));
    if (rest.n) {
        struct node *v = tree_text(a, like, rest);
        tree_put(a, out, STR("value"), v);
    }
    if (threshold.n) {
        struct node *t = tree_text(a, like, threshold);
        t->quoted = false;
        tree_put(a, out, STR("threshold"), t);
    }
    return out;
}

/* A list cell: commas separate, `\,` is a comma. */
static struct node *cell_list(struct arena *a, const struct node *like, struct str cell)
{
    struct node *out = tree_seq(a, like);
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    for (size_t i = 0; i <= cell.n; i++) {
        if (i == cell.n || cell.p[i] == ',') {
            tree_push(a, out, tree_text(a, like, str_trim(buf_str(&b))));
            buf_clear(&b);
        } else {
            if (cell.p[i] == '\\' && i + 1 < cell.n && cell.p[i + 1] == ',')
                i++;
            buf_add_char(&b, cell.p[i]);
        }
    }
    return out;
}

struct test_row {
    struct node *test, *vars, *metadata, *asserts;
    struct str prefix, suffix, metric;
};

static void special(struct import *im, struct test_row *t, struct str key, struct str cell)
{
    struct arena *a = im->a;
    if (str_starts_c(key, "__expected")) {
        tree_push(a, t->asserts, cell_assertion(a, t->test, cell));
    } else if (str_eq_c(key, "__description")) {
        tree_put(a, t->test, STR("description"), tree_text(a, t->test, cell));
    } else if (str_eq_c(key, "__threshold")) {
        struct node *n = tree_text(a, t->test, cell);
        n->quoted = false;
        tree_put(a, t->test, STR("threshold"), n);
    } else if (str_eq_c(key, "__metric")) {
        t->metric = cell;
    } else if (str_eq_c(key, "__prefix")) {
        t->prefix = cell;
    } else if (str_eq_c(key, "__suffix")) {
        t->suffix = cell;
    } else if (str_starts_c(key, "__metadata:")) {
        struct str name = str_sub(key, 11, key.n);
        bool list = str_ends_c(name, "[]");
        if (list)
            name.n -= 2;
        tree_put(a, t->metadata, name,
                 list ? cell_list(a, t->test, cell) : tree_text(a, t->test, cell));
    } else if (!str_starts_c(key, "__config:")) {
        import_note(im, IMPORT_LEFT, "CSV column %.*s: not known", STR_ARG(key));
    }
}

/* `__config:__expected2:threshold`: a member of the second assertion. */
static void config(struct import *im, struct test_row *t, struct str key, struct str cell)
{
    struct str rest = key, part, column = {0}, member = {0};
    long long which = 1;
    (void)str_split(&rest, ':', &part);
    if (!str_split(&rest, ':', &column) || !str_split(&rest, ':', &member))
        return;
    struct str digits = str_sub(column, strlen("__expected"), column.n);
    if (digits.n && !str_long(digits, &which))
        which = 0;
    if (which < 1 || (size_t)which > t->asserts->n) {
        import_note(im, IMPORT_LEFT, "CSV column %.*s: there is no such __expected", STR_ARG(key));
        return;
    }
    struct node *n = tree_text(im->a, t->test, cell);
    n->quoted = false;
    tree_put(im->a, t->asserts->item[which - 1], member, n);
}

static struct node *row_test(struct import *im, yyjson_val *row, const char *path, size_t line)
{
    struct arena *a = im->a;
    struct node at = {.file = arena_strdup(a, path), .line = (int)line, .col = 1};
    struct test_row t = {.test = tree_map(a, &at),
                         .vars = tree_map(a, &at),
                         .metadata = tree_map(a, &at),
                         .asserts = tree_seq(a, &at)};
    size_t i, n;
    yyjson_val *k, *v;
    yyjson_obj_foreach(row, i, n, k, v)
    {
        struct str key = str_trim(json_str(k)), cell = json_str(v);
        if (!str_starts_c(key, "__"))
            tree_put(a, t.vars, key, tree_text(a, &at, cell));
        else if (cell.n)
            special(im, &t, key, cell);
    }
    yyjson_obj_foreach(row, i, n, k, v)
    {
        if (str_starts_c(json_str(k), "__config:") && json_str(v).n)
            config(im, &t, json_str(k), json_str(v));
    }
    for (i = 0; t.metric.n && i < t.asserts->n; i++)
        tree_put(a, t.asserts->item[i], STR("metric"), tree_text(a, &at, t.metric));
    if (t.prefix.n || t.suffix.n)
        import_note(im, IMPORT_LEFT,
                    "CSV columns __prefix and __suffix: write them into the prompt");
    tree_put(a, t.test, STR("vars"), t.vars);
    tree_put(a, t.test, STR("assert"), t.asserts);
    tree_put(a, t.test, STR("metadata"), t.metadata);
    /* a CSV cell is one value, never a list to expand */
    return t.test;
}

bool promptfoo_csv(struct import *im, const char *path, struct node *ret_tests, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    struct row row;
    bool more;
    if (!rows_open(&rows, path, e))
        return false;
    while (rows_next(&rows, im->a, &row, &more, e)) {
        if (!more)
            return true;
        tree_push(im->a, ret_tests, row_test(im, row.v, path, row.line));
    }
    return false;
}
