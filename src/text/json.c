/* JSON reading on yyjson; see json.h. */
#include "text/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "text/jsonw.h"

enum { MAX_DEPTH = 512 };

static void free_doc(void *p) { yyjson_doc_free(p); }

static void position(struct str text, size_t pos, size_t line, int *ret_line, int *ret_col)
{
    size_t bol = 0;
    for (size_t i = 0; i < pos && i < text.n; i++) {
        if (text.p[i] == '\n') {
            line++;
            bol = i + 1;
        }
    }
    *ret_line = (int)line;
    *ret_col = (int)(pos - bol) + 1;
}

/* yyjson has no depth limit of its own that 0.10 exposes; nesting is counted before parsing so
 * that no later recursion can be driven deep. */
static bool too_deep(struct str s)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > MAX_DEPTH)
                return true;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return false;
}

enum { FEW_KEYS = 12 }; /* up to here comparing each with each is faster than a table */

static bool key_twice(yyjson_val *obj, struct str *ret_key)
{
    size_t i, n, seen = 0;
    yyjson_val *k, *x;
    struct str few[FEW_KEYS];
    bool many = yyjson_obj_size(obj) > FEW_KEYS;
    CLEANUP(map_release) struct map table = {0};
    yyjson_obj_foreach(obj, i, n, k, x) {
        bool is_new = true;
        *ret_key = json_str(k);
        if (many)
            map_entry(&table, *ret_key, &is_new);
        for (size_t j = 0; j < seen && !many; j++)
            is_new = is_new && !str_eq(few[j], *ret_key);
        if (!is_new)
            return true;
        if (!many)
            few[seen++] = *ret_key;
    }
    return false;
}

static bool find_duplicate(yyjson_val *v, struct str *ret_key)
{
    size_t i, n;
    yyjson_val *k, *x;
    if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, x) {
            if (yyjson_is_ctn(x) && find_duplicate(x, ret_key))
                return true;
        }
    } else if (yyjson_is_obj(v)) {
        if (key_twice(v, ret_key))
            return true;
        yyjson_obj_foreach(v, i, n, k, x) {
            if (yyjson_is_ctn(x) && find_duplicate(x, ret_key))
                return true;
        }
    }
    return false;
}

static bool parse(struct arena *a, struct str text, const char *file, size_t line, bool strict,
                  yyjson_read_flag flags, yyjson_val **ret, struct err *e)
{
    yyjson_read_err why;
    int at_line, at_col;
    if (too_deep(text)) {
        err_set(e, ERR_INPUT, "JSON nested deeper than %d levels", MAX_DEPTH);
        return err_at(e, file, (int)line, 1);
    }
    union {
        const char *in;
        char *out;
    } u = {.in = text.n ? text.p : ""};
    yyjson_doc *doc = yyjson_read_opts(u.out, text.n, flags, NULL, &why);
    if (!doc) {
        position(text, why.pos, line, &at_line, &at_col);
        if (text.n == 0)
            err_set(e, ERR_INPUT, "empty text where JSON was expected");
        else
            err_set(e, ERR_INPUT, "not valid JSON: %s", why.msg);
        return err_at(e, file, at_line, at_col);
    }
    arena_defer(a, free_doc, doc);
    yyjson_val *root = yyjson_doc_get_root(doc);
    struct str key;
    if (strict && find_duplicate(root, &key)) {
        err_set(e, ERR_INPUT, "the key \"%.*s\" stands twice in one JSON object", STR_ARG(key));
        return err_at(e, file, (int)line, 1);
    }
    *ret = root;
    return true;
}

bool json_parse(struct arena *a, struct str text, const char *file, size_t line, yyjson_val **ret,
                struct err *e)
{
    return parse(a, text, file, line, true, YYJSON_READ_NOFLAG, ret, e);
}

bool json_parse_lax(struct arena *a, struct str text, const char *file, size_t line,
                    yyjson_val **ret, struct err *e)
{
    return parse(a, text, file, line, false, YYJSON_READ_NOFLAG, ret, e);
}

bool json_parse_nan(struct arena *a, struct str text, const char *file, size_t line,
                    yyjson_val **ret, struct err *e)
{
    return parse(a, text, file, line, false, YYJSON_READ_ALLOW_INF_AND_NAN, ret, e);
}

struct str json_str(yyjson_val *v)
{
    return yyjson_is_str(v) ? (struct str){yyjson_get_str(v), yyjson_get_len(v)}
                            : (struct str){NULL, 0};
}

yyjson_val *json_get(yyjson_val *obj, const char *key) { return yyjson_obj_get(obj, key); }

struct str json_get_str(yyjson_val *obj, const char *key) { return json_str(json_get(obj, key)); }

double json_get_num(yyjson_val *obj, const char *key, double otherwise)
{
    yyjson_val *v = json_get(obj, key);
    return yyjson_is_num(v) ? yyjson_get_num(v) : otherwise;
}

static bool numbers_equal(yyjson_val *a, yyjson_val *b)
{
    if (yyjson_is_uint(a) && yyjson_is_uint(b))
        return yyjson_get_uint(a) == yyjson_get_uint(b);
    if (yyjson_is_sint(a) && yyjson_is_sint(b))
        return yyjson_get_sint(a) == yyjson_get_sint(b);
    double x = yyjson_get_num(a), y = yyjson_get_num(b);
    return x <= y && x >= y;
}

bool json_equal(yyjson_val *a, yyjson_val *b)
{
    size_t i, n;
    yyjson_val *k, *x;
    if (yyjson_is_num(a) && yyjson_is_num(b))
        return numbers_equal(a, b);
    if (yyjson_get_type(a) != yyjson_get_type(b))
        return false;
    switch (yyjson_get_type(a)) {
    case YYJSON_TYPE_STR: return str_eq(json_str(a), json_str(b));
    case YYJSON_TYPE_BOOL: return yyjson_get_bool(a) == yyjson_get_bool(b);
    case YYJSON_TYPE_ARR: {
        yyjson_val *y = yyjson_arr_get_first(b);
        if (yyjson_arr_size(a) != yyjson_arr_size(b))
            return false;
        yyjson_arr_foreach(a, i, n, x) {
            if (!json_equal(x, y))
                return false;
            y = unsafe_yyjson_get_next(y);
        }
        return true;
    }
    case YYJSON_TYPE_OBJ:
        if (yyjson_obj_size(a) != yyjson_obj_size(b))
            return false;
        yyjson_obj_foreach(a, i, n, k, x) {
            yyjson_val *y = yyjson_obj_getn(b, yyjson_get_str(k), yyjson_get_len(k));
            if (!y || !json_equal(x, y))
                return false;
        }
        return true;
    default: return true;
    }
}

static void write_value(struct jw *w, yyjson_val *v, bool sorted);

struct member {
    struct str key;
    yyjson_val *value;
};

static int by_key(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    return str_cmp(x->key, y->key);
}

static void write_object(struct jw *w, yyjson_val *v, bool sorted)
{
    size_t i, n, m = 0;
    yyjson_val *k, *x;
    struct member *members = mem_alloc((yyjson_obj_size(v) + 1) * sizeof *members);
    yyjson_obj_foreach(v, i, n, k, x) members[m++] = (struct member){json_str(k), x};
    if (sorted)
        qsort(members, m, sizeof *members, by_key);
    jw_obj(w);
    for (i = 0; i < m; i++) {
        jw_key_str(w, members[i].key);
        write_value(w, members[i].value, sorted);
    }
    jw_end(w);
    free(members);
}

static void write_value(struct jw *w, yyjson_val *v, bool sorted)
{
    size_t i, n;
    yyjson_val *x;
    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_BOOL: jw_bool(w, yyjson_get_bool(v)); break;
    case YYJSON_TYPE_STR: jw_str(w, json_str(v)); break;
    case YYJSON_TYPE_NUM:
        if (yyjson_is_uint(v))
            jw_uint(w, yyjson_get_uint(v));
        else if (yyjson_is_sint(v))
            jw_int(w, yyjson_get_sint(v));
        else
            jw_num(w, yyjson_get_real(v));
        break;
    case YYJSON_TYPE_ARR:
        jw_arr(w);
        yyjson_arr_foreach(v, i, n, x) write_value(w, x, sorted);
        jw_end(w);
        break;
    case YYJSON_TYPE_OBJ: write_object(w, v, sorted); break;
    default: jw_null(w); break;
    }
}

static struct str to_text(struct arena *a, yyjson_val *v, bool sorted)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_FILE);
    struct jw w;
    jw_init(&w, &b, false);
    write_value(&w, v, sorted);
    return arena_str(a, buf_str(&b));
}

void jw_value(struct jw *w, yyjson_val *v) { write_value(w, v, false); }
void jw_sorted(struct jw *w, yyjson_val *v) { write_value(w, v, true); }

struct str json_text(struct arena *a, yyjson_val *v) { return to_text(a, v, false); }
struct str json_canonical(struct arena *a, yyjson_val *v) { return to_text(a, v, true); }

struct str json_display(struct arena *a, yyjson_val *v)
{
    return yyjson_is_str(v) ? json_str(v) : json_text(a, v);
}

static void *alc_malloc(void *ctx, size_t n) { return arena_alloc(ctx, n); }

static void *alc_realloc(void *ctx, void *p, size_t old, size_t n)
{
    void *q = arena_alloc(ctx, n);
    memcpy(q, p, old < n ? old : n);
    return q;
}

static void alc_free(void *ctx, void *p)
{
    (void)ctx;
    (void)p;
}

yyjson_alc json_alc(struct arena *a)
{
    return (yyjson_alc){alc_malloc, alc_realloc, alc_free, a};
}

const char *json_type_name(yyjson_val *v)
{
    switch (yyjson_get_type(v)) {
    case YYJSON_TYPE_NULL: return "null";
    case YYJSON_TYPE_BOOL: return "true or false";
    case YYJSON_TYPE_NUM: return "a number";
    case YYJSON_TYPE_STR: return "a string";
    case YYJSON_TYPE_ARR: return "a list";
    case YYJSON_TYPE_OBJ: return "an object";
    default: return "nothing";
    }
}
