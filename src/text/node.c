/* Document tree: building from YAML events or JSON, and typed reading. */
#include "text/node.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "text/json.h"
#include "text/jsonw.h"

enum { MAX_NODES = 100000, MAX_DEPTH = 64 };

struct builder {
    struct arena *a;
    const char *file;
    yaml_parser_t parser;
    struct map anchors; /* name -> struct node */
    size_t n_nodes;
    struct err *e;
};

static bool fail(struct builder *b, yaml_mark_t at, const char *msg)
{
    err_set(b->e, ERR_SPEC, "%s", msg);
    return err_at(b->e, b->file, (int)at.line + 1, (int)at.column + 1);
}

static bool next_event(struct builder *b, yaml_event_t *ev)
{
    if (yaml_parser_parse(&b->parser, ev))
        return true;
    yaml_mark_t at = b->parser.problem_mark;
    err_set(b->e, ERR_SPEC, "not valid YAML: %s", b->parser.problem ? b->parser.problem : "?");
    if (b->parser.problem && strstr(b->parser.problem, "cannot start any token"))
        err_hint(b->e, "YAML wants spaces, not tabs, and quotes around text that begins with a "
                       "special character.");
    return err_at(b->e, b->file, (int)at.line + 1, (int)at.column + 1);
}

static struct node *make(struct builder *b, enum node_kind kind, yaml_mark_t at)
{
    struct node *n = ARENA_NEW(b->a, struct node);
    n->kind = kind;
    n->file = b->file;
    n->line = (int)at.line + 1;
    n->col = (int)at.column + 1;
    return n;
}

static void remember(struct builder *b, const yaml_char_t *anchor, struct node *n)
{
    if (anchor)
        map_put(&b->anchors, str_c(arena_strdup(b->a, (const char *)anchor)), n);
}

static bool build(struct builder *b, yaml_event_t *ev, int depth, struct node **ret);

/* Takes ownership of nothing: events are deleted by whoever fetched them. */
static bool build_next(struct builder *b, int depth, yaml_event_type_t end, struct node **ret)
{
    yaml_event_t ev;
    if (!next_event(b, &ev))
        return false;
    *ret = NULL;
    bool ok = ev.type == end || build(b, &ev, depth, ret);
    yaml_event_delete(&ev);
    return ok;
}

typedef VEC(struct node *) node_vec;

static struct node **keep(struct builder *b, node_vec *v)
{
    struct node **out = ARENA_ARRAY(b->a, v->n, struct node *);
    if (v->n)
        memcpy(out, v->v, v->n * sizeof *out);
    return out;
}

static bool build_seq(struct builder *b, struct node *n, int depth)
{
    node_vec items = {0};
    struct node *item;
    bool ok;
    while ((ok = build_next(b, depth, YAML_SEQUENCE_END_EVENT, &item)) && item)
        vec_push(&items, item);
    n->n = items.n;
    n->item = keep(b, &items);
    vec_free(&items);
    return ok;
}

static bool check_key(struct builder *b, struct map *seen, const struct node *key)
{
    bool is_new;
    if (key->kind == NODE_MAP) {
        node_err(b->e, key, "a mapping where a key was expected");
        return err_hint(b->e, "Quote the template: \"{{…}}\" begins a YAML mapping unless it "
                              "stands in quotes.");
    }
    if (key->kind != NODE_SCALAR)
        return node_err(b->e, key, "%s where a key was expected", node_kind_name(key));
    map_entry(seen, key->text, &is_new);
    return is_new || node_err(b->e, key, "the key \"%.*s\" stands twice here", STR_ARG(key->text));
}

static bool build_map(struct builder *b, struct node *n, int depth)
{
    node_vec keys = {0}, values = {0};
    struct map seen = {0};
    struct node *key, *value;
    bool ok;
    while ((ok = build_next(b, depth, YAML_MAPPING_END_EVENT, &key)) && key) {
        ok = check_key(b, &seen, key) && build_next(b, depth, YAML_NO_EVENT, &value);
        if (!ok)
            break;
        vec_push(&keys, key);
        vec_push(&values, value);
    }
    n->n = keys.n;
    n->key = keep(b, &keys);
    n->item = keep(b, &values);
    vec_free(&keys);
    vec_free(&values);
    map_release(&seen);
    if (ok && n->n == 1 && n->key[0]->kind == NODE_SCALAR && n->item[0]->kind == NODE_NULL &&
        n->key[0]->col == n->col + 1 && str_starts_c(n->key[0]->text, "{"))
        return node_err(b->e, n, "an unquoted template");
    return ok;
}

static bool build(struct builder *b, yaml_event_t *ev, int depth, struct node **ret)
{
    if (++b->n_nodes > MAX_NODES)
        return fail(b, ev->start_mark, "more than 100000 values in one file");
    if (depth > MAX_DEPTH)
        return fail(b, ev->start_mark, "nested deeper than 64 levels");
    switch (ev->type) {
    case YAML_SCALAR_EVENT: {
        struct node *n = make(b, NODE_SCALAR, ev->start_mark);
        n->text = arena_str(
            b->a, (struct str){(const char *)ev->data.scalar.value, ev->data.scalar.length});
        n->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        if (!n->quoted && (n->text.n == 0 || str_eq_c(n->text, "~") || str_eq_c(n->text, "null")))
            n->kind = NODE_NULL;
        remember(b, ev->data.scalar.anchor, n);
        *ret = n;
        return true;
    }
    case YAML_ALIAS_EVENT: {
        struct node *n = map_get(&b->anchors, str_c((const char *)ev->data.alias.anchor));
        *ret = n;
        return n || fail(b, ev->start_mark, "an alias (*name) without its anchor (&name)");
    }
    case YAML_SEQUENCE_START_EVENT:
        *ret = make(b, NODE_SEQ, ev->start_mark);
        if (!build_seq(b, *ret, depth + 1))
            return false;
        remember(b, ev->data.sequence_start.anchor, *ret);
        return true;
    case YAML_MAPPING_START_EVENT:
        *ret = make(b, NODE_MAP, ev->start_mark);
        if (!build_map(b, *ret, depth + 1))
            return false;
        remember(b, ev->data.mapping_start.anchor, *ret);
        return true;
    default: return fail(b, ev->start_mark, "unexpected YAML structure");
    }
}

static bool build_document(struct builder *b, struct node **ret)
{
    yaml_event_t ev;
    bool have = false, more = true;
    while (more) {
        if (!next_event(b, &ev))
            return false;
        bool ok = true;
        switch (ev.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_START_EVENT:
        case YAML_DOCUMENT_END_EVENT: break;
        case YAML_STREAM_END_EVENT: more = false; break;
        default:
            ok = !have ? build(b, &ev, 0, ret)
                       : fail(b, ev.start_mark, "a second document (---) where one was expected");
            have = true;
        }
        yaml_event_delete(&ev);
        if (!ok)
            return false;
    }
    if (!have)
        *ret = make(b, NODE_NULL, (yaml_mark_t){0});
    return true;
}

/* Aliases share nodes, so a small file can stand for a huge tree: count what it stands for. */
static size_t weight(const struct node *n, size_t limit)
{
    size_t w = 1;
    for (size_t i = 0; i < n->n && w <= limit; i++)
        w += weight(n->item[i], limit - w + 1);
    return w;
}

bool node_parse(struct arena *a, struct str text, const char *file, struct node **ret,
                struct err *e)
{
    if (str_ends_c(str_c(file), ".json")) {
        yyjson_val *v;
        if (!json_parse(a, text, file, 1, &v, e))
            return false;
        *ret = node_from_json(a, v, arena_strdup(a, file), 1);
        return true;
    }
    struct builder b = {.a = a, .file = arena_strdup(a, file), .e = e};
    if (!yaml_parser_initialize(&b.parser))
        return err_set(e, ERR_SPEC, "cannot start the YAML parser");
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    bool ok = build_document(&b, ret);
    yaml_parser_delete(&b.parser);
    map_release(&b.anchors);
    if (ok && weight(*ret, MAX_NODES) > MAX_NODES) {
        err_set(e, ERR_SPEC, "aliases that expand to more than %d values", MAX_NODES);
        return err_at(e, b.file, 1, 1);
    }
    return ok;
}

bool node_read(struct arena *a, const char *path, struct node **ret, struct err *e)
{
    struct str text;
    return file_read(a, path, BUF_MAX_BODY, &text, e) && node_parse(a, text, path, ret, e);
}

struct node *node_from_json(struct arena *a, yyjson_val *v, const char *file, int line)
{
    struct node *n = ARENA_NEW(a, struct node);
    size_t i, max;
    yyjson_val *k, *x;
    n->file = file;
    n->line = line;
    n->col = 1;
    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_OBJ:
        n->kind = NODE_MAP;
        n->key = ARENA_ARRAY(a, yyjson_obj_size(v), struct node *);
        n->item = ARENA_ARRAY(a, yyjson_obj_size(v), struct node *);
        yyjson_obj_foreach(v, i, max, k, x)
        {
            n->key[n->n] = node_from_json(a, k, file, line);
            n->item[n->n++] = node_from_json(a, x, file, line);
        }
        break;
    case YYJSON_TYPE_ARR:
        n->kind = NODE_SEQ;
        n->item = ARENA_ARRAY(a, yyjson_arr_size(v), struct node *);
        yyjson_arr_foreach(v, i, max, x) n->item[n->n++] = node_from_json(a, x, file, line);
        break;
    case YYJSON_TYPE_NULL:
    case YYJSON_TYPE_NONE: n->kind = NODE_NULL; break;
    default:
        n->kind = NODE_SCALAR;
        n->quoted = yyjson_is_str(v);
        n->text = arena_str(a, json_display(a, v));
    }
    return n;
}

static void to_json(struct jw *w, const struct node *n)
{
    double d;
    switch (n->kind) {
    case NODE_NULL: jw_null(w); break;
    case NODE_SCALAR:
        if (!n->quoted && str_double(n->text, &d))
            jw_num(w, d);
        else if (!n->quoted && (str_eq_c(n->text, "true") || str_eq_c(n->text, "false")))
            jw_bool(w, str_eq_c(n->text, "true"));
        else
            jw_str(w, n->text);
        break;
    case NODE_SEQ:
        jw_arr(w);
        for (size_t i = 0; i < n->n; i++)
            to_json(w, n->item[i]);
        jw_end(w);
        break;
    case NODE_MAP:
        jw_obj(w);
        for (size_t i = 0; i < n->n; i++) {
            jw_key_str(w, n->key[i]->text);
            to_json(w, n->item[i]);
        }
        jw_end(w);
        break;
    }
}

struct str node_to_json(struct arena *a, const struct node *n)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_FILE);
    jw_init(&w, &b, false);
    if (n)
        to_json(&w, n);
    else
        jw_null(&w);
    return arena_str(a, buf_str(&b));
}

const struct node *node_get(const struct node *n, const char *key)
{
    if (!n || n->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < n->n; i++)
        if (str_eq_c(n->key[i]->text, key))
            return n->item[i];
    return NULL;
}

bool node_is_null(const struct node *n) { return !n || n->kind == NODE_NULL; }

const char *node_kind_name(const struct node *n)
{
    static const char *const names[] = {"nothing", "a value", "a list", "a mapping"};
    return names[n ? n->kind : NODE_NULL];
}

bool node_err(struct err *e, const struct node *n, const char *fmt, ...)
{
    char msg[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    err_set(e, ERR_SPEC, "%s", msg);
    return n ? err_at(e, n->file, n->line, n->col) : false;
}

bool node_want(const struct node *n, enum node_kind kind, const char *what, struct err *e)
{
    struct node want = {.kind = kind};
    if (n && n->kind == kind)
        return true;
    return node_err(e, n, "%s where %s was expected (%s)", node_kind_name(n), node_kind_name(&want),
                    what);
}

static bool scalar(const struct node *n, const char *want, struct err *e)
{
    return (n && n->kind == NODE_SCALAR) ||
           node_err(e, n, "%s where %s was expected", node_kind_name(n), want);
}

bool node_str(const struct node *n, const char **ret, struct err *e)
{
    if (!scalar(n, "text", e))
        return false;
    if (memchr(n->text.p, '\0', n->text.n))
        return node_err(e, n, "a zero byte inside text");
    *ret = n->text.p;
    return true;
}

bool node_num(const struct node *n, double *ret, struct err *e)
{
    if (!scalar(n, "a number", e))
        return false;
    return str_double(n->text, ret) ||
           node_err(e, n, "\"%.*s\" where a number was expected", STR_ARG(n->text));
}

bool node_int(const struct node *n, long long lo, long long hi, long long *ret, struct err *e)
{
    long long v;
    if (!scalar(n, "a whole number", e))
        return false;
    if (!str_long(n->text, &v))
        return node_err(e, n, "\"%.*s\" where a whole number was expected", STR_ARG(n->text));
    if (v < lo || v > hi)
        return node_err(e, n, "%lld where a number from %lld to %lld was expected", v, lo, hi);
    *ret = v;
    return true;
}

bool node_bool(const struct node *n, bool *ret, struct err *e)
{
    if (!scalar(n, "true or false", e))
        return false;
    if (str_eq_c(n->text, "true"))
        *ret = true;
    else if (str_eq_c(n->text, "false"))
        *ret = false;
    else
        return node_err(e, n, "\"%.*s\" where true or false was expected", STR_ARG(n->text));
    return true;
}

bool node_seconds(const struct node *n, double *ret, struct err *e)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"", 1}};
    if (!scalar(n, "a duration", e))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        double v;
        struct str s = n->text;
        if (!str_ends_c(s, units[i].unit))
            continue;
        s.n -= strlen(units[i].unit);
        if (str_double(str_trim(s), &v) && v >= 0) {
            *ret = v * units[i].seconds;
            return true;
        }
    }
    return node_err(e, n, "\"%.*s\" where a duration such as 2s or 250ms was expected",
                    STR_ARG(n->text));
}

bool node_get_str(const struct node *map, const char *key, const char **ret, struct err *e)
{
    const struct node *n = node_get(map, key);
    return node_is_null(n) || node_str(n, ret, e) || err_wrap(e, "%s", key);
}

bool node_get_num(const struct node *map, const char *key, double *ret, struct err *e)
{
    const struct node *n = node_get(map, key);
    return node_is_null(n) || node_num(n, ret, e) || err_wrap(e, "%s", key);
}

bool node_get_int(const struct node *map, const char *key, long long lo, long long hi,
                  long long *ret, struct err *e)
{
    const struct node *n = node_get(map, key);
    return node_is_null(n) || node_int(n, lo, hi, ret, e) || err_wrap(e, "%s", key);
}

bool node_get_bool(const struct node *map, const char *key, bool *ret, struct err *e)
{
    const struct node *n = node_get(map, key);
    return node_is_null(n) || node_bool(n, ret, e) || err_wrap(e, "%s", key);
}

bool node_check_keys(const struct node *map, const char *const *known, struct err *e)
{
    if (node_is_null(map))
        return true;
    for (size_t i = 0; i < map->n; i++) {
        const struct node *key = map->key[i];
        bool found = false;
        for (const char *const *k = known; *k && !found; k++)
            found = str_eq_c(key->text, *k);
        if (found)
            continue;
        const char *near = str_nearest(key->text, known);
        node_err(e, key, "unknown key \"%.*s\"", STR_ARG(key->text));
        return near ? err_hint(e, "Did you mean \"%s\"?", near) : false;
    }
    return true;
}
