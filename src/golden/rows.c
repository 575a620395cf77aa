/* Streaming rows from JSONL and CSV, and typed access to their values; see rows.h. */
#include "golden/rows.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"

/* --- opening --- */

/* Reads over a byte order mark and white space; the next character stays unread. */
static int first_char(FILE *f)
{
    int c = getc(f);
    if (c == 0xef && (c = getc(f)) == 0xbb && (c = getc(f)) == 0xbf)
        c = getc(f);
    while (c == ' ' || c == '\t')
        c = getc(f);
    if (c != EOF)
        ungetc(c, f);
    return c;
}

static bool detect_csv(FILE *f, const char *path)
{
    struct str name = str_c(path);
    if (str_ends_c(name, ".csv") || str_ends_c(name, ".tsv"))
        return true;
    if (str_ends_c(name, ".jsonl") || str_ends_c(name, ".ndjson") || str_ends_c(name, ".json"))
        return false;
    int c = first_char(f);
    return c != '{' && c != '[';
}

static bool begin(struct rows *r, struct err *e)
{
    r->is_csv = detect_csv(r->file, r->path);
    if (!r->is_csv) {
        r->lines = (struct line_reader){.f = r->file, .path = r->path, .max_line = BUF_MAX_LINE};
        return true;
    }
    r->header_arena = arena_new();
    csv_init(&r->csv, r->file, r->path, str_ends_c(str_c(r->path), ".tsv") ? '\t' : 0,
             BUF_MAX_LINE);
    const struct csv_field *field;
    bool more;
    if (!csv_next(&r->csv, &field, &r->n_columns, &more, e))
        return false;
    if (!more)
        return true; /* an empty file has no rows; whoever needs some says so */
    CLEANUP(map_release) struct map seen = {0};
    r->header = ARENA_ARRAY(r->header_arena, r->n_columns, struct str);
    for (size_t i = 0; i < r->n_columns; i++) {
        struct str name = arena_str(r->header_arena, str_trim(field[i].text));
        bool is_new;
        map_entry(&seen, name, &is_new);
        if (name.n == 0 || !is_new) {
            if (name.n == 0)
                err_set(e, ERR_INPUT, "column %zu of the header has no name", i + 1);
            else
                err_set(e, ERR_INPUT, "the column \"%.*s\" stands twice in the header",
                        STR_ARG(name));
            return err_at(e, r->path, field[i].line, field[i].col);
        }
        r->header[i] = name;
    }
    return true;
}

bool rows_open_file(struct rows *r, FILE *f, const char *path, struct err *e)
{
    *r = (struct rows){.path = path, .file = f};
    return begin(r, e);
}

bool rows_open(struct rows *r, const char *path, struct err *e)
{
    *r = (struct rows){.path = path};
    if (!file_open(path, &r->file, e))
        return false;
    r->owns_file = r->file != stdin;
    return begin(r, e);
}

void rows_close(struct rows *r)
{
    csv_release(&r->csv);
    arena_free(r->header_arena);
    r->header_arena = NULL;
    r->lines.f = r->owns_file ? r->file : stdin; /* the reader never closes standard input */
    line_reader_close(&r->lines);
    r->file = NULL;
}

/* --- reading --- */

/* The record as an object of strings, all of it in the arena. */
static yyjson_val *object_from_fields(const struct rows *r, struct arena *a,
                                      const struct csv_field *field)
{
    yyjson_alc alc = json_alc(a);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *obj = yyjson_mut_obj(doc);
    for (size_t i = 0; i < r->n_columns; i++) {
        struct str text = field[i].text;
        yyjson_mut_val *value = yyjson_mut_strn(doc, text.n ? text.p : "", text.n);
        yyjson_mut_obj_add(obj, yyjson_mut_strn(doc, r->header[i].p, r->header[i].n), value);
    }
    return yyjson_doc_get_root(yyjson_mut_val_imut_copy(obj, &alc));
}

static bool next_csv(struct rows *r, struct arena *a, struct row *ret, bool *ret_more,
                     struct err *e)
{
    const struct csv_field *field;
    size_t n;
    *ret_more = false;
    if (!r->header)
        return true;
    if (!csv_next(&r->csv, &field, &n, ret_more, e))
        return false;
    if (!*ret_more)
        return true;
    if (n != r->n_columns) {
        size_t at = n > r->n_columns ? r->n_columns : n - 1;
        err_set(e, ERR_INPUT, "a row of %zu field%s, the header has %zu", n, n == 1 ? "" : "s",
                r->n_columns);
        err_hint(e, "A field that contains the separator must stand in quotes.");
        return err_at(e, r->path, field[at].line, field[at].col);
    }
    *ret = (struct row){.v = object_from_fields(r, a, field), .line = (size_t)field[0].line,
                        .fields = field};
    return true;
}

static bool next_jsonl(struct rows *r, struct arena *a, struct row *ret, bool *ret_more,
                       struct err *e)
{
    struct str line;
    do {
        if (!line_reader_next(&r->lines, &line, ret_more, e))
            return false;
        if (!*ret_more)
            return true;
    } while (str_trim(line).n == 0);
    *ret = (struct row){.line = r->lines.line, .text = line};
    if (r->lines.line == 1 && str_starts_c(str_trim(line), "[") && line.p[line.n - 1] != ']') {
        err_set(e, ERR_INPUT, "a JSON array, expected one object a line");
        err_hint(e, "`jq -c '.[]' FILE` writes an array as one object a line.");
        return err_at(e, r->path, 1, 1);
    }
    if (!json_parse_lax(a, line, r->path, r->lines.line, &ret->v, e))
        return false;
    if (!yyjson_is_obj(ret->v)) {
        err_set(e, ERR_INPUT, "expected an object, found %s", json_type_name(ret->v));
        return err_at(e, r->path, (int)r->lines.line, 1);
    }
    return true;
}

bool rows_next(struct rows *r, struct arena *a, struct row *ret, bool *ret_more, struct err *e)
{
    if (!(r->is_csv ? next_csv : next_jsonl)(r, a, ret, ret_more, e))
        return false;
    if (!*ret_more)
        return true;
    ret->path = r->path;
    ret->rows = r;
    ret->number = ++r->n_rows;
    return true;
}

/* --- values --- */

static bool present(const struct row *row, yyjson_val *v)
{
    if (!v || yyjson_is_null(v))
        return false;
    return !row->fields || !yyjson_is_str(v) || yyjson_get_len(v) > 0;
}

yyjson_val *row_get(const struct row *row, const char *key)
{
    yyjson_val *v = json_get(row->v, key);
    struct str rest = str_c(key), part;
    if (!v && strchr(key, '.')) {
        v = row->v;
        while (v && str_split(&rest, '.', &part))
            v = yyjson_obj_getn(v, part.p, part.n);
    }
    return present(row, v) ? v : NULL;
}

yyjson_val *row_tag(const struct row *row, const char *key)
{
    char dotted[512];
    yyjson_val *v = row_get(row, key);
    if (v || snprintf(dotted, sizeof dotted, "tags.%s", key) >= (int)sizeof dotted)
        return v;
    return row_get(row, dotted);
}

/* "0.93" in quotes, or a shortened quote of what stands there instead, for messages. */
static struct str shown(struct arena *a, yyjson_val *v)
{
    struct str s = json_text(a, v);
    return s.n <= 60 ? s : arena_strf(a, "%.*s…", STR_ARG(utf8_prefix(s, 57)));
}

static bool wrong_type(const struct row *row, const char *key, const char *wanted, yyjson_val *v,
                       struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    return row_err(e, row, key, "\"%s\" must be %s, found %.*s", key, wanted, STR_ARG(shown(a, v)));
}

bool row_num(const struct row *row, const char *key, double *ret, struct err *e)
{
    yyjson_val *v = row_get(row, key);
    *ret = (double)NAN;
    if (!v)
        return true;
    if (yyjson_is_num(v))
        *ret = yyjson_get_num(v);
    else if (!yyjson_is_str(v) || !str_double(str_trim(json_str(v)), ret))
        return wrong_type(row, key, "a number", v, e);
    return isfinite(*ret) || wrong_type(row, key, "a finite number", v, e);
}

bool row_bool(const struct row *row, const char *key, int *ret, struct err *e)
{
    yyjson_val *v = row_get(row, key);
    *ret = -1;
    if (!v)
        return true;
    if (yyjson_is_bool(v)) {
        *ret = yyjson_get_bool(v) ? 1 : 0;
        return true;
    }
    struct str s = str_trim(json_str(v));
    double number = NAN;
    if (yyjson_is_num(v))
        number = yyjson_get_num(v);
    else if (str_ieq(s, STR("true")) || str_ieq(s, STR("false")))
        number = str_ieq(s, STR("true")) ? 1 : 0;
    else if (!yyjson_is_str(v) || !str_double(s, &number))
        number = NAN;
    if (fabs(number) > 0 && fabs(number - 1) > 0) /* neither 0 nor 1 */
        number = NAN;
    if (isnan(number))
        return wrong_type(row, key, "true, false, 0 or 1", v, e);
    *ret = number > 0.5;
    return true;
}

bool row_text(const struct row *row, struct arena *a, const char *key, struct str *ret,
              struct err *e)
{
    yyjson_val *v = row_get(row, key);
    *ret = (struct str){NULL, 0};
    if (!v)
        return true;
    if (yyjson_is_ctn(v))
        return wrong_type(row, key, "text, a number or a truth value", v, e);
    *ret = json_display(a, v);
    return true;
}

/* --- errors --- */

/* Column of the value of `key` in a JSON line; 1 when it cannot be found. */
static int json_column(struct str text, const char *key)
{
    const char *name = strrchr(key, '.') ? strrchr(key, '.') + 1 : key;
    size_t n = strlen(name);
    for (size_t i = 0; i + n + 2 <= text.n; i++) {
        if (text.p[i] != '"' || text.p[i + n + 1] != '"' || memcmp(text.p + i + 1, name, n) != 0)
            continue;
        size_t at = i + n + 2;
        while (at < text.n && (text.p[at] == ' ' || text.p[at] == ':'))
            at++;
        if (memchr(text.p + i + n + 2, ':', at - (i + n + 2)))
            return (int)at + 1;
    }
    return 1;
}

static void position(const struct row *row, const char *key, int *ret_line, int *ret_col)
{
    *ret_line = (int)row->line;
    *ret_col = 1;
    if (!key)
        return;
    if (!row->fields) {
        *ret_col = json_column(row->text, key);
        return;
    }
    for (size_t i = 0; i < row->rows->n_columns; i++) {
        if (str_eq_c(row->rows->header[i], key)) {
            *ret_line = row->fields[i].line;
            *ret_col = row->fields[i].col;
        }
    }
}

bool row_err(struct err *e, const struct row *row, const char *key, const char *fmt, ...)
{
    char msg[sizeof e->msg];
    int line, col;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    position(row, key, &line, &col);
    err_set(e, ERR_INPUT, "%s", msg);
    return err_at(e, row->path, line, col);
}

bool rows_none(const char *path, const char *wanted, struct err *e)
{
    err_set(e, ERR_INPUT, "%s has no rows", path);
    return err_hint(e, "Expected one JSON object a line, or CSV with a header: %s.", wanted);
}

bool row_missing(const struct row *row, const char *key, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    size_t i, n;
    yyjson_val *k, *v;
    row_err(e, row, key, "a row without \"%s\"", key);
    buf_init(&b, 300);
    yyjson_obj_foreach(row->v, i, n, k, v) {
        if (b.n + yyjson_get_len(k) + 8 > b.max) {
            buf_add_c(&b, ", …");
            break;
        }
        buf_printf(&b, "%s%.*s", i ? ", " : "", STR_ARG(json_str(k)));
    }
    if (b.n)
        err_hint(e, "The row has: %s.", buf_cstr(&b));
    return false;
}
