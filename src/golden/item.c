/* One golden line: reading with positions, canonical writing, views of its values. */
#include "golden/item.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "golden/rows.h"
#include "text/json.h"
#include "text/jsonw.h"

enum { MAX_ID = 1024 };

static const char *const splits[] = {"train", "test", "anchor", NULL};

const char *split_name(enum split s) { return splits[s]; }

bool split_parse(struct str s, enum split *ret)
{
    for (size_t i = 0; splits[i]; i++) {
        if (!str_eq_c(s, splits[i]))
            continue;
        *ret = (enum split)i;
        return true;
    }
    return false;
}

/* --- reading --- */

/* In the order of item_write. */
enum member {
    M_ID,
    M_INPUT,
    M_EXPECTED,
    M_TAGS,
    M_SPLIT,
    M_CONTEXT,
    M_SOURCE,
    M_WEIGHT,
    M_NOTES,
    M_CLUSTER,
    M_COUNT
};
const char *const item_members[] = {"id",     "input",  "expected", "tags",    "split", "context",
                                    "source", "weight", "notes",    "cluster", NULL};

static int member_index(struct str key)
{
    for (int i = 0; item_members[i]; i++)
        if (str_eq_c(key, item_members[i]))
            return i;
    return -1;
}

/* {key: value} */
static yyjson_val *object_around(struct arena *a, const char *key, yyjson_val *value)
{
    yyjson_alc alc = json_alc(a);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *obj = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_val(doc, obj, key, yyjson_val_mut_copy(doc, value));
    return yyjson_doc_get_root(yyjson_mut_val_imut_copy(obj, &alc));
}

static yyjson_val *list_around(struct arena *a, yyjson_val *value)
{
    yyjson_alc alc = json_alc(a);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *arr = yyjson_mut_arr(doc);
    yyjson_mut_arr_append(arr, yyjson_val_mut_copy(doc, value));
    return yyjson_doc_get_root(yyjson_mut_val_imut_copy(arr, &alc));
}

static bool wrong(struct err *e, const struct row *row, enum member m, const char *wanted,
                  yyjson_val *v)
{
    return row_err(e, row, item_members[m], "\"%s\" must be %s, found %s", item_members[m], wanted,
                   json_type_name(v));
}

static bool read_id(struct arena *a, const struct row *row, yyjson_val *v, struct str *ret,
                    struct err *e)
{
    if (!v)
        return row_missing(row, "id", e);
    if (!yyjson_is_str(v) && !yyjson_is_int(v))
        return wrong(e, row, M_ID, "text", v);
    *ret = json_display(a, v);
    if (ret->n == 0)
        return row_err(e, row, "id", "an empty \"id\"");
    if (ret->n > MAX_ID)
        return row_err(e, row, "id", "an \"id\" of %zu bytes, the limit is %d", ret->n,
                       (int)MAX_ID);
    return true;
}

static bool read_input(struct arena *a, const struct row *row, yyjson_val *v, yyjson_val **ret,
                       struct err *e)
{
    if (!v)
        return row_missing(row, "input", e);
    if (yyjson_is_str(v))
        v = object_around(a, "input", v);
    *ret = v;
    return yyjson_is_obj(v) || wrong(e, row, M_INPUT, "text or an object", v);
}

static bool read_tags(const struct row *row, yyjson_val *v, struct err *e)
{
    size_t i, n;
    yyjson_val *k, *x;
    if (!v)
        return true;
    if (!yyjson_is_obj(v))
        return wrong(e, row, M_TAGS, "an object such as {\"lang\": \"en\"}", v);
    yyjson_obj_foreach(v, i, n, k, x)
    {
        if (yyjson_is_ctn(x))
            return row_err(e, row, yyjson_get_str(k),
                           "tag \"%s\" must be text or a number, found %s", yyjson_get_str(k),
                           json_type_name(x));
    }
    return true;
}

static bool read_context(struct arena *a, const struct row *row, yyjson_val *v, yyjson_val **ret,
                         struct err *e)
{
    size_t i, n;
    yyjson_val *x;
    *ret = v;
    if (!v)
        return true;
    if (yyjson_is_str(v)) {
        *ret = list_around(a, v);
        return true;
    }
    if (!yyjson_is_arr(v))
        return wrong(e, row, M_CONTEXT, "a list of texts", v);
    yyjson_arr_foreach(v, i, n, x)
    {
        if (!yyjson_is_str(x))
            return row_err(e, row, "context", "passage %zu of \"context\" must be text, found %s",
                           i + 1, json_type_name(x));
    }
    return true;
}

static bool read_split(const struct row *row, yyjson_val *v, enum split *ret, struct err *e)
{
    *ret = SPLIT_TEST;
    if (!v)
        return true;
    if (yyjson_is_str(v) && split_parse(json_str(v), ret))
        return true;
    if (!yyjson_is_str(v))
        return wrong(e, row, M_SPLIT, "train, test or anchor", v);
    row_err(e, row, "split", "the split \"%.*s\" where train, test or anchor was expected",
            STR_ARG(utf8_prefix(json_str(v), 60)));
    return false;
}

static bool read_weight(const struct row *row, yyjson_val *v, double *ret, struct err *e)
{
    *ret = 1;
    if (!v)
        return true;
    if (!yyjson_is_num(v))
        return wrong(e, row, M_WEIGHT, "a number", v);
    *ret = yyjson_get_num(v);
    return (*ret > 0 && isfinite(*ret)) ||
           row_err(e, row, "weight", "a weight of %g where one above 0 was expected", *ret);
}

static bool read_plain(struct arena *a, const struct row *row, yyjson_val *v, enum member m,
                       struct str *ret, struct err *e)
{
    *ret = (struct str){NULL, 0};
    if (!v)
        return true;
    if (!yyjson_is_str(v) && !yyjson_is_num(v))
        return wrong(e, row, m, "text", v);
    *ret = json_display(a, v);
    return true;
}

bool item_from_row(struct arena *a, const struct row *row, struct item *ret, struct err *e)
{
    yyjson_val *v[M_COUNT] = {NULL}, *key, *value;
    size_t i, n;
    yyjson_obj_foreach(row->v, i, n, key, value)
    {
        int m = member_index(json_str(key));
        if (m >= 0 && !yyjson_is_null(value))
            v[m] = value;
    }
    *ret = (struct item){
        .object = row->v, .line = row->line, .expected = v[M_EXPECTED], .tags = v[M_TAGS]};
    return read_id(a, row, v[M_ID], &ret->id, e) &&
           read_input(a, row, v[M_INPUT], &ret->input, e) && read_tags(row, v[M_TAGS], e) &&
           read_context(a, row, v[M_CONTEXT], &ret->context, e) &&
           read_split(row, v[M_SPLIT], &ret->split, e) &&
           read_weight(row, v[M_WEIGHT], &ret->weight, e) &&
           read_plain(a, row, v[M_SOURCE], M_SOURCE, &ret->source, e) &&
           read_plain(a, row, v[M_NOTES], M_NOTES, &ret->notes, e) &&
           read_plain(a, row, v[M_CLUSTER], M_CLUSTER, &ret->cluster, e);
}

bool item_from_json(struct arena *a, yyjson_val *obj, const char *file, size_t line,
                    struct item *ret, struct err *e)
{
    struct row row = {.v = obj, .path = file, .line = line};
    if (yyjson_is_obj(obj))
        return item_from_row(a, &row, ret, e);
    return row_err(e, &row, NULL, "expected an object, found %s", json_type_name(obj));
}

/* The parser has refused the line: if that is because of its encoding, says so plainly. */
static bool not_utf8(struct str text, const char *file, size_t line, struct err *e)
{
    ptrdiff_t bad = utf8_check(text);
    if (bad < 0)
        return false;
    err_set(e, ERR_INPUT, "a byte that is not valid UTF-8");
    err_hint(e, "Save the file as UTF-8.");
    return err_at(e, file, (int)line, (int)bad + 1);
}

bool item_parse(struct arena *a, struct str text, const char *file, size_t line, struct item *ret,
                struct err *e)
{
    struct row row = {.path = file, .line = line, .text = text};
    if (!json_parse(a, text, file, line, &row.v, e))
        return not_utf8(text, file, line, e);
    if (yyjson_is_obj(row.v))
        return item_from_row(a, &row, ret, e);
    return row_err(e, &row, NULL, "expected an object, found %s", json_type_name(row.v));
}

/* --- writing --- */

static int by_key(const void *a, const void *b)
{
    yyjson_val *const *x = a, *const *y = b;
    return str_cmp(json_str(*x), json_str(*y));
}

/* Members the format does not know, sorted by key. */
static void write_others(struct jw *w, const struct item *it)
{
    size_t i, n, count = 0;
    yyjson_val *k, *v;
    yyjson_val **keys = NULL;
    yyjson_obj_foreach(it->object, i, n, k, v)
    {
        if (member_index(json_str(k)) >= 0)
            continue;
        if (!keys)
            keys = mem_calloc(n, sizeof *keys);
        keys[count++] = k;
    }
    if (count > 1)
        qsort(keys, count, sizeof *keys, by_key);
    for (i = 0; i < count; i++) {
        jw_key_str(w, json_str(keys[i]));
        jw_sorted(w, yyjson_obj_iter_get_val(keys[i]));
    }
    free(keys);
}

static void write_item(struct buf *b, const struct item *it, bool notes)
{
    struct jw w;
    jw_init(&w, b, false);
    jw_obj(&w);
    jw_kstr(&w, "id", it->id);
    yyjson_val *text = json_get(it->input, "input");
    bool plain = yyjson_is_str(text) && yyjson_obj_size(it->input) == 1;
    jw_key(&w, "input");
    jw_sorted(&w, plain ? text : it->input);
    if (it->expected) {
        jw_key(&w, "expected");
        jw_sorted(&w, it->expected);
    }
    if (it->tags && yyjson_obj_size(it->tags) > 0) {
        jw_key(&w, "tags");
        jw_sorted(&w, it->tags);
    }
    if (it->split != SPLIT_TEST)
        jw_kc(&w, "split", split_name(it->split));
    if (it->context && yyjson_arr_size(it->context) > 0) {
        jw_key(&w, "context");
        jw_sorted(&w, it->context);
    }
    if (it->source.n)
        jw_kstr(&w, "source", it->source);
    if (it->weight < 1 || it->weight > 1)
        jw_knum(&w, "weight", it->weight);
    if (it->notes.n && notes)
        jw_kstr(&w, "notes", it->notes);
    if (it->cluster.n)
        jw_kstr(&w, "cluster", it->cluster);
    write_others(&w, it);
    jw_end(&w);
}

void item_write(struct buf *b, const struct item *it) { write_item(b, it, true); }

struct digest item_digest(const struct item *it)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_FILE);
    write_item(&b, it, false);
    return hash_content(buf_str(&b));
}

struct str item_line(struct arena *a, const struct item *it, struct digest *ret_digest)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_FILE);
    write_item(&b, it, true);
    *ret_digest = it->notes.n ? item_digest(it) : hash_content(buf_str(&b));
    return arena_str(a, buf_str(&b));
}

/* --- views --- */

struct str item_tag(struct arena *a, const struct item *it, const char *key)
{
    yyjson_val *v = json_get(it->tags, key);
    return v && !yyjson_is_null(v) ? json_display(a, v) : (struct str){NULL, 0};
}

static void collect_texts(yyjson_val *v, struct buf *b, size_t *n_texts, struct str *last)
{
    size_t i, n;
    yyjson_val *k, *x;
    if (yyjson_is_str(v)) {
        if (b && b->n)
            buf_add_char(b, '\n');
        if (b)
            buf_add_str(b, json_str(v));
        ++*n_texts;
        *last = json_str(v);
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, x) collect_texts(x, b, n_texts, last);
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, n, k, x) collect_texts(x, b, n_texts, last);
    }
}

struct str item_text(struct arena *a, const struct item *it)
{
    size_t n_texts = 0;
    struct str only = STR("");
    collect_texts(it->input, NULL, &n_texts, &only);
    if (n_texts <= 1)
        return only;
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE);
    collect_texts(it->input, &b, &n_texts, &only);
    return arena_str(a, buf_str(&b));
}

struct str item_label(struct arena *a, const struct item *it)
{
    if (!it->expected || yyjson_is_ctn(it->expected))
        return (struct str){NULL, 0};
    return json_display(a, it->expected);
}
