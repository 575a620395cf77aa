/* CSV reading and writing; see csv.h. The reader works on chunks of the file and copies each
 * record into one buffer, so that a field is one view whatever quotes and chunk borders it had. */
#include "text/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "text/jsonw.h"

enum { CHUNK = 65536 };

void csv_init(struct csv_reader *r, FILE *f, const char *path, char sep, size_t max_record)
{
    *r = (struct csv_reader){.f = f, .path = path, .sep = sep, .line = 1, .col = 1};
    r->chunk = mem_alloc(CHUNK);
    buf_init(&r->record, max_record);
}

void csv_release(struct csv_reader *r)
{
    free(r->chunk);
    r->chunk = NULL;
    buf_release(&r->record);
    vec_free(&r->fields);
    vec_free(&r->ends);
}

static bool fail(const struct csv_reader *r, size_t line, size_t col, struct err *e)
{
    return err_at(e, r->path, (int)line, (int)col);
}

/* Makes r->at a readable byte unless the file has ended. */
static bool fill(struct csv_reader *r, struct err *e)
{
    if (r->at < r->len || r->eof)
        return true;
    r->at = 0;
    r->len = fread(r->chunk, 1, CHUNK, r->f);
    r->eof = r->len == 0;
    if (r->eof && ferror(r->f))
        return err_errno(e, ERR_IO, "cannot read %s", r->path);
    return true;
}

/* The unread byte, or -1 at the end; call fill first. */
static int peek(const struct csv_reader *r)
{
    return r->at < r->len ? (unsigned char)r->chunk[r->at] : -1;
}

/* Moves over one byte and keeps the position. */
static void advance(struct csv_reader *r)
{
    if (r->chunk[r->at++] == '\n') {
        r->line++;
        r->col = 1;
    } else {
        r->col++;
    }
}

/* The separator that the first line uses most; a comma when none is there. */
static char sniff(const char *p, size_t n)
{
    size_t comma = 0, semicolon = 0, tab = 0;
    bool quoted = false;
    for (size_t i = 0; i < n && (quoted || p[i] != '\n'); i++) {
        quoted = p[i] == '"' ? !quoted : quoted;
        comma += !quoted && p[i] == ',';
        semicolon += !quoted && p[i] == ';';
        tab += !quoted && p[i] == '\t';
    }
    if (tab > comma && tab > semicolon)
        return '\t';
    return semicolon > comma ? ';' : ',';
}

static bool start(struct csv_reader *r, struct err *e)
{
    r->started = true;
    if (!fill(r, e))
        return false;
    if (r->len >= 3 && memcmp(r->chunk, "\xef\xbb\xbf", 3) == 0)
        r->at = 3;
    if (!r->sep)
        r->sep = sniff(r->chunk + r->at, r->len - r->at);
    return true;
}

static bool too_long(const struct csv_reader *r, const struct csv_field *field, struct err *e)
{
    err_set(e, ERR_LIMIT, "a record of more than %zu bytes", r->record.max);
    if (field->quoted)
        err_hint(e, "Is the quote that begins this field ever closed?");
    return fail(r, (size_t)field->line, (size_t)field->col, e);
}

/* Content of a quoted field, behind its first quote. */
static bool read_quoted(struct csv_reader *r, const struct csv_field *field, struct err *e)
{
    for (;;) {
        if (!fill(r, e))
            return false;
        if (r->eof) {
            err_set(e, ERR_INPUT, "a quoted field that is never closed");
            return fail(r, (size_t)field->line, (size_t)field->col, e);
        }
        size_t from = r->at;
        while (r->at < r->len && r->chunk[r->at] != '"')
            advance(r);
        buf_add(&r->record, r->chunk + from, r->at - from);
        if (r->record.overflow)
            return too_long(r, field, e);
        if (r->at == r->len)
            continue;
        advance(r);
        if (!fill(r, e))
            return false;
        if (peek(r) != '"')
            return true;
        buf_add_char(&r->record, '"');
        advance(r);
    }
}

static bool read_plain(struct csv_reader *r, const struct csv_field *field, struct err *e)
{
    for (;;) {
        if (!fill(r, e))
            return false;
        size_t from = r->at;
        while (r->at < r->len && r->chunk[r->at] != r->sep && r->chunk[r->at] != '\n')
            r->at++;
        r->col += r->at - from;
        buf_add(&r->record, r->chunk + from, r->at - from);
        if (r->record.overflow)
            return too_long(r, field, e);
        if (r->at < r->len || r->eof)
            return true;
    }
}

/* Moves over what ends a field; *ret_last says that the record ends here as well. */
static bool read_end(struct csv_reader *r, struct csv_field *field, size_t from, bool *ret_last,
                     struct err *e)
{
    if (!fill(r, e))
        return false;
    if (field->quoted && peek(r) == '\r') {
        advance(r);
        if (!fill(r, e))
            return false;
    }
    int c = peek(r);
    *ret_last = c != r->sep;
    if (c == r->sep || c == '\n') {
        advance(r);
    } else if (c >= 0) {
        err_set(e, ERR_INPUT, "text behind the closing quote of a field, expected \"%c\" or the "
                              "end of the line", r->sep);
        err_hint(e, "Inside a quoted field, a quote is written twice.");
        return fail(r, r->line, r->col, e);
    }
    if (!field->quoted && c != r->sep && r->record.n > from && r->record.p[r->record.n - 1] == '\r')
        r->record.n--;
    return true;
}

/* Reads one field onto the record. */
static bool read_field(struct csv_reader *r, bool *ret_last, struct err *e)
{
    if (r->fields.n == CSV_MAX_FIELDS) {
        err_set(e, ERR_LIMIT, "a record of more than %d fields", CSV_MAX_FIELDS);
        return fail(r, r->line, r->col, e);
    }
    if (!fill(r, e))
        return false;
    size_t from = r->record.n;
    struct csv_field field = {.line = (int)r->line, .col = (int)r->col, .quoted = peek(r) == '"'};
    if (field.quoted)
        advance(r);
    if (!(field.quoted ? read_quoted(r, &field, e) : read_plain(r, &field, e)))
        return false;
    if (!read_end(r, &field, from, ret_last, e))
        return false;
    vec_push(&r->fields, field);
    vec_push(&r->ends, r->record.n);
    return true;
}

/* Turns offsets into views and refuses what is not text. */
static bool finish(struct csv_reader *r, struct err *e)
{
    struct str all = buf_str(&r->record);
    size_t from = 0;
    ptrdiff_t bad = utf8_check(all), nul = str_find_char(all, '\0');
    for (size_t i = 0; i < r->fields.n; i++) {
        struct csv_field *field = &r->fields.v[i];
        field->text = (struct str){all.p + from, r->ends.v[i] - from};
        from = r->ends.v[i];
        if (bad >= 0 && (size_t)bad < from) {
            err_set(e, ERR_INPUT, "not valid UTF-8 (byte 0x%02x)", (unsigned char)all.p[bad]);
            err_hint(e, "Save the file as UTF-8.");
            return fail(r, (size_t)field->line, (size_t)field->col, e);
        }
        if (nul >= 0 && (size_t)nul < from) {
            err_set(e, ERR_INPUT, "a NUL byte in a text file");
            err_hint(e, "Save the file as UTF-8 (UTF-16 is not read).");
            return fail(r, (size_t)field->line, (size_t)field->col, e);
        }
    }
    return true;
}

bool csv_next(struct csv_reader *r, const struct csv_field **ret, size_t *ret_n, bool *ret_more,
              struct err *e)
{
    *ret_more = false;
    if (!r->started && !start(r, e))
        return false;
    for (;;) {
        bool last = false;
        buf_clear(&r->record);
        r->fields.n = r->ends.n = 0;
        if (!fill(r, e))
            return false;
        if (r->eof)
            return true;
        while (!last)
            if (!read_field(r, &last, e))
                return false;
        if (r->fields.n > 1 || r->fields.v[0].quoted || r->record.n)
            break;
    }
    *ret = r->fields.v;
    *ret_n = r->fields.n;
    *ret_more = true;
    return finish(r, e);
}

void csv_writer_init(struct csv_writer *w, struct buf *b) { *w = (struct csv_writer){.b = b}; }

static bool runs_as_formula(struct str s)
{
    double number;
    return s.n && strchr("=+-@\t\r", s.p[0]) && s.p[0] && !str_double(s, &number);
}

void csv_cell(struct csv_writer *w, struct str s)
{
    bool formula = runs_as_formula(s), quote = formula;
    for (size_t i = 0; i < s.n && !quote; i++)
        quote = s.p[i] == '"' || s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '\n' ||
                s.p[i] == '\r' || s.p[i] == '\t';
    if (w->in_record)
        buf_add_char(w->b, ',');
    w->in_record = true;
    if (!quote) {
        buf_add_str(w->b, s);
        return;
    }
    buf_add_c(w->b, formula ? "\"'" : "\"");
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_add_char(w->b, '"');
        buf_add_char(w->b, s.p[i]);
    }
    buf_add_char(w->b, '"');
}

void csv_cell_c(struct csv_writer *w, const char *text) { csv_cell(w, str_c(text)); }

void csv_cell_num(struct csv_writer *w, double v)
{
    char text[32];
    if (isfinite(v))
        csv_cell(w, (struct str){text, json_number(v, text)});
    else
        csv_cell(w, STR(""));
}

void csv_end(struct csv_writer *w)
{
    buf_add_c(w->b, "\r\n");
    w->in_record = false;
}
