/*
 * replay: outputs recorded earlier, by this program or any other. The file is read once to index
 * it (24 bytes a line stay in memory); a call reads its one line again, so a recording of
 * millions of lines costs little. What cannot be read at an offset (CSV, standard input) is first
 * copied to an unnamed temporary file as JSONL.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "golden/rows.h"
#include "model/provider.h"
#include "model/record.h"
#include "spec/project.h"
#include "text/json.h"

enum { MAX_UNNUMBERED = 10000 };

struct line {
    uint64_t key, offset; /* key: of id and epoch */
    uint32_t length, number;
};

struct replay {
    const char *path;
    FILE *file;
    VEC(struct line) lines;
    uint32_t *slots; /* line index + 1; 0: free */
    size_t n_slots;
};

static uint64_t line_key(struct str id, int epoch)
{
    return hash64(id.p, id.n, (uint64_t)epoch);
}

static size_t find_slot(const struct replay *re, uint64_t key)
{
    size_t i = (size_t)key & (re->n_slots - 1);
    while (re->slots[i] && re->lines.v[re->slots[i] - 1].key != key)
        i = (i + 1) & (re->n_slots - 1);
    return i;
}

/* --- indexing --- */

/* What one pass over the file collects. */
struct loading {
    struct replay *re;
    const char *variant;    /* only lines that name it; NULL: all */
    struct map variants;    /* the names seen, kept in the arena */
    struct arena *names;
};

/* A line without an epoch is the next repeat of its id. */
static bool row_epoch(struct loading *l, const struct row *row, struct str id, int *ret,
                      struct err *e)
{
    double epoch;
    if (!row_num(row, "epoch", &epoch, e))
        return false;
    if (!isnan(epoch)) {
        if (!(epoch >= 1 && epoch <= 1e9 && epoch == floor(epoch)))
            return row_err(e, row, "epoch", "epoch is %g, expected 1, 2, …", epoch);
        *ret = (int)epoch;
        return true;
    }
    *ret = 1;
    while (l->re->slots[find_slot(l->re, line_key(id, *ret))])
        if (++*ret > MAX_UNNUMBERED)
            return row_err(e, row, "id", "more than %d lines with the id \"%.*s\" and no epoch",
                           MAX_UNNUMBERED, STR_ARG(id));
    return true;
}

static void grow(struct replay *re)
{
    free(re->slots);
    re->n_slots = re->n_slots ? re->n_slots * 2 : 1024;
    re->slots = mem_calloc(re->n_slots, sizeof *re->slots);
    for (size_t i = 0; i < re->lines.n; i++)
        re->slots[find_slot(re, re->lines.v[i].key)] = (uint32_t)i + 1;
}

static bool index_row(struct loading *l, const struct row *row, struct line line, struct arena *a,
                      struct err *e)
{
    struct replay *re = l->re;
    struct str id, variant;
    int epoch = 1;
    if (!row_text(row, a, "id", &id, e) || !row_text(row, a, "variant", &variant, e))
        return false;
    if (str_null(id))
        return row_missing(row, "id", e);
    if (!str_null(variant) && !map_has(&l->variants, variant))
        map_put(&l->variants, arena_str(l->names, variant), l);
    if (l->variant && !str_eq_c(variant, l->variant))
        return true;
    if (!row_epoch(l, row, id, &epoch, e))
        return false;
    line.key = line_key(id, epoch);
    if (re->lines.n >= UINT32_MAX - 1)
        return err_set(e, ERR_LIMIT, "%s has more than 4 billion lines", re->path);
    if ((re->lines.n + 1) * 2 > re->n_slots)
        grow(re);
    size_t slot = find_slot(re, line.key);
    if (re->slots[slot])
        return row_err(e, row, "id", "id \"%.*s\" epoch %d is there twice, first in line %u",
                       STR_ARG(id), epoch, re->lines.v[re->slots[slot] - 1].number);
    vec_push(&re->lines, line);
    re->slots[slot] = (uint32_t)re->lines.n;
    return true;
}

/* Appends the row to the temporary copy; fills where. */
static bool spool(struct replay *re, const struct row *row, struct arena *a, struct line *line,
                  struct err *e)
{
    struct str text = json_text(a, row->v);
    line->offset = (uint64_t)ftello(re->file);
    line->length = (uint32_t)text.n;
    if (fwrite(text.p, 1, text.n, re->file) != text.n)
        return err_errno(e, ERR_IO, "cannot write the temporary copy of %s", re->path);
    return true;
}

static bool index_rows(struct loading *l, struct rows *rows, bool copy, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    for (;;) {
        struct row row;
        bool more;
        if (!rows_next(rows, a, &row, &more, e))
            return false;
        if (!more)
            return true;
        struct line line = {.offset = rows->lines.offset,
                            .length = (uint32_t)row.text.n,
                            .number = (uint32_t)row.line};
        if (copy && !spool(l->re, &row, a, &line, e))
            return false;
        if (!index_row(l, &row, line, a, e))
            return false;
        arena_reset(a);
    }
}

/* No line names this variant: fine when they name none or just one, else somebody must choose. */
static bool check_variants(const struct loading *l, const char *asked, struct err *e)
{
    if (l->variants.n == 0 || (l->variants.n == 1 && !asked))
        return true;
    struct buf names;
    buf_init(&names, 200);
    for (size_t i = 0; i < l->variants.n && !names.overflow; i++)
        buf_printf(&names, "%s%.*s", i ? ", " : "", STR_ARG(l->variants.entries[i].key));
    if (asked)
        err_set(e, ERR_INPUT, "%s has no lines of the variant \"%s\", only of %s", l->re->path,
                asked, buf_cstr(&names));
    else
        err_set(e, ERR_INPUT, "%s has lines of %zu variants: %s", l->re->path, l->variants.n,
                buf_cstr(&names));
    buf_release(&names);
    return err_hint(e, "Say which to replay with `options: {variant: NAME}` of the model.");
}

static bool load(struct replay *re, const char *variant, struct loading *l, struct err *e)
{
    CLEANUP(rows_close) struct rows rows = {0};
    vec_free(&re->lines);
    free(re->slots);
    re->slots = NULL;
    re->n_slots = 0;
    *l = (struct loading){.re = re, .variant = variant, .variants = l->variants,
                          .names = l->names};
    grow(re);
    if (!rows_open(&rows, re->path, e))
        return false;
    bool copy = rows.is_csv || ftello(rows.file) < 0 || lseek(fileno(rows.file), 0, SEEK_CUR) < 0;
    if (re->file)
        fclose(re->file);
    re->file = copy ? tmpfile() : fopen(re->path, "rbe");
    if (!re->file)
        return err_errno(e, ERR_IO, "cannot %s", copy ? "make a temporary file" : "open it again");
    return index_rows(l, &rows, copy, e) &&
           (fflush(re->file) == 0 ||
            err_errno(e, ERR_IO, "cannot write the temporary copy of %s", re->path));
}

static bool replay_open(struct model *m, const struct model_options *o, struct err *e)
{
    struct replay *re = ARENA_NEW(m->arena, struct replay);
    m->state = re;
    re->path = m->spec->name;
    static const char *const keys[] = {"variant", NULL};
    const char *asked = NULL;
    if (!node_is_null(m->spec->options) && (!node_check_keys(m->spec->options, keys, e) ||
                                            !node_get_str(m->spec->options, "variant", &asked, e)))
        return false;
    CLEANUP(arena_freep) struct arena *names = arena_new();
    struct loading l = {.names = names};
    bool ok = load(re, asked, &l, e);
    bool named = o->variant && map_has(&l.variants, str_c(o->variant));
    if (ok && !asked && named && l.variants.n > 1)
        ok = load(re, o->variant, &l, e);
    else if (ok && !(asked && map_has(&l.variants, str_c(asked))))
        ok = check_variants(&l, asked, e);
    map_release(&l.variants);
    return ok;
}

static void replay_close(struct model *m)
{
    struct replay *re = m->state;
    if (re->file)
        fclose(re->file);
    vec_free(&re->lines);
    free(re->slots);
}

/* --- answering --- */

static bool read_line(const struct replay *re, const struct line *l, struct arena *a,
                      struct str *ret)
{
    char *p = arena_alloc(a, (size_t)l->length + 1);
    size_t got = 0;
    while (got < l->length) {
        ssize_t n = pread(fileno(re->file), p + got, l->length - got, (off_t)(l->offset + got));
        if (n <= 0)
            return false;
        got += (size_t)n;
    }
    *ret = (struct str){p, got};
    return true;
}

static void replay_answer(const struct model *m, const struct call *c, struct arena *a,
                          struct reply *r)
{
    const struct replay *re = m->state;
    uint32_t i = re->slots[find_slot(re, line_key(c->item_id, c->epoch))];
    if (i == 0) {
        reply_fail(r, a, ERR_NOT_FOUND, "%s has no output for \"%.*s\" epoch %d", re->path,
                   STR_ARG(c->item_id), c->epoch);
        return;
    }
    const struct line *l = &re->lines.v[i - 1];
    struct str text;
    yyjson_val *v;
    struct err e = {0};
    if (!read_line(re, l, a, &text) || !json_parse_lax(a, text, re->path, l->number, &v, &e)) {
        reply_fail(r, a, ERR_IO, "%s was changed while it was being replayed", re->path);
        return;
    }
    struct str id = json_get_str(v, "id");
    if (str_null(id))
        id = json_display(a, json_get(v, "id"));
    if (!str_eq(id, c->item_id))
        reply_fail(r, a, ERR_IO, "%s was changed while it was being replayed", re->path);
    else
        record_read(v, a, r);
}

const struct provider_ops provider_replay = {
    .name = "replay",
    .summary = "outputs recorded earlier, read from a JSONL or CSV file",
    .kind = PROVIDER_LOCAL,
    .open = replay_open,
    .close = replay_close,
    .answer = replay_answer,
};
