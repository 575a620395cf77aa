/* Files, substitution, includes and problems of a spec; see tree.h. Knows no key but `store`. */
#include "spec/tree.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"

void tree_init(struct tree *t, struct arena *a, const struct env *env)
{
    *t = (struct tree){.a = a, .env = env, .problems = {.a = a}};
}

void tree_release(struct tree *t) { map_release(&t->files); }

/* --- problems --- */

bool tree_note(struct tree *t, struct err *e)
{
    spec_report_add(&t->problems, e);
    err_clear(e);
    return false;
}

bool tree_problem(struct tree *t, const struct node *n, const char *hint, const char *fmt, ...)
{
    struct err e = {0};
    char msg[sizeof e.msg];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    node_err(&e, n, "%s", msg);
    if (hint)
        err_hint(&e, "%s", hint);
    return tree_note(t, &e);
}

/* --- ${NAME} --- */

static bool name_char(char c) { return isalnum((unsigned char)c) || c == '_'; }

static bool says_secret(struct str name)
{
    static const char *const words[] = {"KEY",    "TOKEN",      "SECRET",     "PASSWORD",
                                        "PASSWD", "CREDENTIAL", "CREDENTIALS"};
    struct str part, rest = name;
    while (str_split(&rest, '_', &part))
        for (size_t i = 0; i < ARRAY_LEN(words); i++)
            if (str_ieq(part, str_c(words[i])) || str_ieq(part, STR("APIKEY")))
                return true;
    return false;
}

/* Position of byte `at` of a scalar; a quote in front of it takes a column. */
static bool point(const struct node *n, size_t at, struct err *e)
{
    return err_at(e, n->file, n->line, n->col + (int)at + (n->quoted ? 1 : 0));
}

static bool variable(struct tree *t, const struct node *n, struct str name, size_t at, bool secrets,
                     struct buf *out, struct err *e)
{
    char c_name[128];
    if (name.n >= sizeof c_name || name.n == 0) {
        err_set(e, ERR_SPEC, "${%.*s} is no name of a variable", STR_ARG(utf8_prefix(name, 40)));
        err_hint(e, "Write $${ for the characters ${ themselves.");
        return point(n, at, e);
    }
    for (size_t i = 0; i < name.n; i++) {
        if (name_char(name.p[i]))
            continue;
        err_set(e, ERR_SPEC, "${%.*s} is no name of a variable", STR_ARG(utf8_prefix(name, 40)));
        err_hint(e, "Write $${ for the characters ${ themselves.");
        return point(n, at, e);
    }
    if (says_secret(name) && !secrets) {
        err_set(e, ERR_SPEC, "${%.*s} would put a secret into the spec", STR_ARG(name));
        err_hint(e,
                 "Name the variable instead: `key_env: %.*s` in the model. It is read only when "
                 "a call is made.",
                 STR_ARG(name));
        return point(n, at, e);
    }
    memcpy(c_name, name.p, name.n);
    c_name[name.n] = '\0';
    const char *value = env_get(t->env, c_name);
    if (!value) {
        err_set(e, ERR_SPEC, "the environment variable %s is not set", c_name);
        return point(n, at, e);
    }
    buf_add_c(out, value);
    return true;
}

static bool substitute_text(struct tree *t, struct node *n, bool secrets, struct err *e)
{
    CLEANUP(buf_release) struct buf out = {0};
    struct str s = n->text;
    size_t at = 0;
    ptrdiff_t found;
    buf_init(&out, BUF_MAX_LINE);
    while ((found = str_find(str_sub(s, at, s.n), STR("${"))) >= 0) {
        size_t dollar = at + (size_t)found;
        if (dollar > at && s.p[dollar - 1] == '$') { /* $${ is ${ */
            buf_add(&out, s.p + at, dollar - 1 - at);
            buf_add_c(&out, "${");
            at = dollar + 2;
            continue;
        }
        buf_add(&out, s.p + at, dollar - at);
        struct str rest = str_sub(s, dollar + 2, s.n);
        ptrdiff_t close = str_find_char(rest, '}');
        if (close < 0) {
            err_set(e, ERR_SPEC, "\"${\" without its \"}\"");
            return point(n, dollar, e);
        }
        if (!variable(t, n, str_sub(rest, 0, (size_t)close), dollar, secrets, &out, e))
            return false;
        at = dollar + 2 + (size_t)close + 1;
    }
    buf_add_str(&out, str_sub(s, at, s.n));
    if (!buf_ok(&out, "a value with its ${…} replaced", e))
        return point(n, 0, e);
    n->text = arena_str(t->a, buf_str(&out));
    return true;
}

/* `done` holds the scalars that were replaced: an alias leads to a node a second time, and what
 * came out of the environment must not be searched again. */
static void substitute(struct tree *t, struct node *n, bool secrets, int depth, struct map *done)
{
    struct err e = {0};
    if (n->kind == NODE_SCALAR && str_find(n->text, STR("${")) >= 0) {
        bool is_new;
        struct node **self = ARENA_NEW(t->a, struct node *);
        *self = n;
        map_entry(done, (struct str){(const char *)self, sizeof *self}, &is_new);
        if (is_new && !substitute_text(t, n, secrets, &e))
            tree_note(t, &e);
    }
    for (size_t i = 0; i < n->n; i++)
        substitute(t, n->item[i],
                   secrets || (depth == 0 && n->kind == NODE_MAP &&
                               str_eq_c(n->key[i]->text, "store") && t->files.n == 1),
                   depth + 1, done);
}

/* --- files --- */

static void prepare(struct tree *t, struct node *root)
{
    struct map done = {0};
    substitute(t, root, false, 0, &done);
    map_release(&done);
}

bool tree_root_text(struct tree *t, struct str text, const char *path, struct node **ret,
                    struct err *e)
{
    char *file = arena_strdup(t->a, path);
    map_put(&t->files, str_c(file), file);
    if (!node_parse(t->a, text, path, ret, e))
        return false;
    prepare(t, *ret);
    return true;
}

bool tree_root(struct tree *t, const char *path, struct node **ret, struct err *e)
{
    struct str text;
    return file_read(t->a, path, BUF_MAX_BODY, &text, e) && tree_root_text(t, text, path, ret, e);
}

static bool names_file(const struct node *n)
{
    return n->kind == NODE_SCALAR && (str_ends_c(n->text, ".yaml") || str_ends_c(n->text, ".yml") ||
                                      str_ends_c(n->text, ".json"));
}

/* Whether `file` is the one that n stands in or one of those that led there. */
static bool includes_itself(struct tree *t, const char *file, const struct node *n)
{
    const char *at = n->file;
    for (size_t i = 0; i <= t->files.n && at; i++) {
        if (strcmp(at, file) == 0)
            return true;
        const char *above = map_get(&t->files, str_c(at));
        if (!above || strcmp(above, at) == 0)
            break;
        at = above;
    }
    return false;
}

static bool include(struct tree *t, const struct node *n, struct node **ret)
{
    struct err e = {0};
    char *file = file_beside(t->a, n->file, arena_strndup(t->a, n->text.p, n->text.n));
    if (t->no_files)
        return tree_problem(t, n, NULL, "the file %s cannot be read from here", file);
    if (includes_itself(t, file, n))
        return tree_problem(t, n, NULL, "%s includes itself", file);
    if (t->files.n >= TREE_MAX_FILES)
        return tree_problem(t, n, NULL, "the spec is made of more than %d files",
                            (int)TREE_MAX_FILES);
    if (!map_has(&t->files, str_c(file)))
        map_put(&t->files, str_c(file), arena_strdup(t->a, n->file));
    if (!node_read(t->a, file, ret, &e)) {
        if (!e.line)
            err_at(&e, n->file, n->line, n->col);
        return tree_note(t, &e);
    }
    prepare(t, *ret);
    return true;
}

bool tree_mapping(struct tree *t, const struct node *n, const char *what, const struct node **ret)
{
    struct err e = {0};
    *ret = NULL;
    while (n && names_file(n)) {
        struct node *root;
        if (!include(t, n, &root))
            return false;
        n = root;
    }
    if (node_is_null(n))
        return true;
    if (!node_want(n, NODE_MAP, what, &e))
        return tree_note(t, &e);
    *ret = n;
    return true;
}

const struct node *tree_get_mapping(struct tree *t, const struct node *map, const char *key)
{
    const struct node *ret;
    return tree_mapping(t, node_get(map, key), key, &ret) ? ret : NULL;
}

/* --- typed members --- */

void tree_check_keys(struct tree *t, const struct node *map, const char *const *known)
{
    struct err e = {0};
    for (size_t i = 0; map && i < map->n; i++) {
        struct node one = *map;
        one.n = 1;
        one.key = &map->key[i];
        one.item = &map->item[i];
        if (!node_check_keys(&one, known, &e))
            tree_note(t, &e);
    }
}

void tree_get_str(struct tree *t, const struct node *map, const char *key, const char **ret)
{
    struct err e = {0};
    if (!node_get_str(map, key, ret, &e))
        tree_note(t, &e);
}

void tree_get_num(struct tree *t, const struct node *map, const char *key, double lo, double hi,
                  double *ret)
{
    struct err e = {0};
    double v = *ret;
    if (!node_get_num(map, key, &v, &e))
        tree_note(t, &e);
    else if (!node_is_null(node_get(map, key)) && (v < lo || v > hi))
        tree_problem(t, node_get(map, key), NULL,
                     "%s: %g where a number from %g to %g was expected", key, v, lo, hi);
    else
        *ret = v;
}

void tree_get_int(struct tree *t, const struct node *map, const char *key, int lo, int hi, int *ret)
{
    struct err e = {0};
    long long v = *ret;
    if (!node_get_int(map, key, lo, hi, &v, &e))
        tree_note(t, &e);
    else
        *ret = (int)v;
}

void tree_get_path(struct tree *t, const struct node *map, const char *key, const char **ret)
{
    const char *name = NULL;
    tree_get_str(t, map, key, &name);
    if (name)
        *ret = file_beside(t->a, node_get(map, key)->file, name);
}

void tree_get_strings(struct tree *t, const struct node *map, const char *key, const char ***ret,
                      size_t *ret_n)
{
    const struct node *n = node_get(map, key);
    struct err e = {0};
    size_t max = n && n->kind == NODE_SEQ ? n->n : 1;
    *ret = ARENA_ARRAY(t->a, max + 1, const char *);
    *ret_n = 0;
    if (node_is_null(n))
        return;
    for (size_t i = 0; i < max; i++) {
        const struct node *item = n->kind == NODE_SEQ ? n->item[i] : n;
        if (node_str(item, &(*ret)[*ret_n], &e)) {
            ++*ret_n;
        } else {
            err_wrap(&e, "%s", key);
            tree_note(t, &e);
        }
    }
}
