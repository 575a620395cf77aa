/*
 * Golden sets: loading into an index, and reading single items. Lines are checked in batches on
 * all cores; what is kept of a line is where it stands and hashes of it.
 */
#include "golden/golden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/vec.h"
#include "golden/columns.h"
#include "golden/rows.h"

enum { BATCH_BYTES = 4 << 20, BATCH_LINES = 16384, CHUNK_LINES = 256 };

struct golden_private {
    int fd;          /* the file, or the spool that holds its lines as JSON */
    FILE *spool;     /* NULL: fd is the file itself */
    uint32_t *slots; /* index by id: row + 1, 0 free */
    size_t n_slots;
};

/* A line on its way in. */
struct line {
    uint64_t offset;
    size_t at, len; /* in the batch's text */
    size_t number;
    /* what the check finds */
    struct err *err; /* malloc'd; NULL: a good line */
    uint64_t id_hash, digest[2];
    uint32_t check;
    uint8_t split;
};

struct digest_pair {
    uint64_t d[2];
};

struct loader {
    struct golden *g;
    struct golden_private *priv;
    struct rows rows;
    void (*bad)(void *arg, const struct err *why);
    void *bad_arg;
    struct buf text;
    VEC(struct line) lines;
    VEC(struct golden_row) kept;
    VEC(struct digest_pair) digests;
    struct column *columns; /* CSV */
    size_t n_columns;
    uint64_t spooled;
    struct arena *arena;   /* the set's */
    struct arena *scratch; /* emptied for each row */
};

static void close_golden(void *p)
{
    struct golden *g = p;
    if (g->priv->spool)
        fclose(g->priv->spool);
    else if (g->priv->fd >= 0)
        close(g->priv->fd);
    free(g->priv->slots);
    free(g->row);
}

/* --- the index by id --- */

static uint64_t id_hash_of(struct str id) { return hash64(id.p, id.n, 0); }

static void index_grow(struct golden *g, size_t rows)
{
    struct golden_private *priv = g->priv;
    if (rows * 2 <= priv->n_slots)
        return;
    priv->n_slots = priv->n_slots ? priv->n_slots * 2 : 64;
    free(priv->slots);
    priv->slots = mem_calloc(priv->n_slots, sizeof *priv->slots);
    for (size_t i = 0; i < g->n; i++) {
        size_t s = g->row[i].id_hash & (priv->n_slots - 1);
        while (priv->slots[s])
            s = (s + 1) & (priv->n_slots - 1);
        priv->slots[s] = (uint32_t)i + 1;
    }
}

/* Rows whose id has this hash, one at a time: *slot 0 at first call is set by the hash. */
static ptrdiff_t index_next(const struct golden *g, uint64_t hash, size_t *step)
{
    const struct golden_private *priv = g->priv;
    while (priv->n_slots) {
        uint32_t s = priv->slots[(hash + (*step)++) & (priv->n_slots - 1)];
        if (s == 0)
            return -1;
        if (g->row[s - 1].id_hash == hash)
            return (ptrdiff_t)s - 1;
    }
    return -1;
}

static void index_add(struct golden *g, size_t row)
{
    struct golden_private *priv = g->priv;
    size_t s = g->row[row].id_hash & (priv->n_slots - 1);
    while (priv->slots[s])
        s = (s + 1) & (priv->n_slots - 1);
    priv->slots[s] = (uint32_t)row + 1;
}

ptrdiff_t golden_find(const struct golden *g, struct str id)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    uint64_t hash = id_hash_of(id);
    size_t step = 0;
    ptrdiff_t i;
    struct item it;
    while ((i = index_next(g, hash, &step)) >= 0)
        if (golden_item(g, (size_t)i, a, &it, NULL) && str_eq(it.id, id))
            return i;
    return -1;
}

/* --- checking a batch --- */

static uint64_t hex64(const char *hex)
{
    uint64_t v = 0;
    for (int i = 0; i < 16; i++) {
        char c = hex[i];
        v = v << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return v;
}

static void check_line(struct arena *a, const char *path, struct str text, struct line *line)
{
    struct err e = {0};
    struct item it;
    if (!item_parse(a, text, path, line->number, &it, &e)) {
        if (line->number == 1 && str_starts_c(str_trim(text), "[") && !e.hint[0])
            err_hint(&e, "`jq -c '.[]' FILE` writes an array as one object a line.");
        line->err = mem_alloc(sizeof e);
        *line->err = e;
        return;
    }
    struct digest d = item_digest(&it);
    line->id_hash = id_hash_of(it.id);
    line->digest[0] = hex64(d.hex);
    line->digest[1] = hex64(d.hex + 16);
    line->check = (uint32_t)hash64(text.p, text.n, 0);
    line->split = (uint8_t)it.split;
}

static void check_chunk(void *arg, size_t chunk)
{
    struct loader *l = arg;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    size_t end = (chunk + 1) * CHUNK_LINES < l->lines.n ? (chunk + 1) * CHUNK_LINES : l->lines.n;
    for (size_t i = chunk * CHUNK_LINES; i < end; i++) {
        struct line *line = &l->lines.v[i];
        arena_reset(a);
        if (!line->err)
            check_line(a, l->g->path, (struct str){l->text.p + line->at, line->len}, line);
    }
}

/* Whether the row that stands at `i` already has the id of the new line. */
static bool same_id(struct loader *l, size_t i, struct str text, size_t number,
                    struct item *ret_old, struct str *ret_id)
{
    struct item it;
    *ret_id = (struct str){NULL, 0};
    if (!item_parse(l->scratch, text, l->g->path, number, &it, NULL) ||
        !golden_item(l->g, i, l->scratch, ret_old, NULL))
        return false;
    *ret_id = it.id;
    return str_eq(ret_old->id, it.id);
}

static bool report(struct loader *l, const struct err *why, struct err *e)
{
    if (l->bad) {
        l->bad(l->bad_arg, why);
        return true;
    }
    *e = *why;
    return false;
}

static bool check_duplicate(struct loader *l, const struct line *line, bool *ret_is, struct err *e)
{
    ptrdiff_t before;
    size_t step = 0;
    struct item old;
    struct str id, text = {l->text.p + line->at, line->len};
    *ret_is = false;
    while ((before = index_next(l->g, line->id_hash, &step)) >= 0) {
        arena_reset(l->scratch);
        if (!same_id(l, (size_t)before, text, line->number, &old, &id))
            continue;
        struct err why = {0};
        struct row row = {.path = l->g->path, .line = line->number, .text = text};
        *ret_is = true;
        row_err(&why, &row, "id", "the id \"%.*s\" stands in line %zu already", STR_ARG(id),
                old.line);
        why.code = ERR_CONFLICT;
        return report(l, &why, e);
    }
    return true;
}

static bool keep_line(struct loader *l, const struct line *line, struct err *e)
{
    struct golden *g = l->g;
    bool duplicate;
    if (line->err)
        return report(l, line->err, e);
    if (!check_duplicate(l, line, &duplicate, e))
        return false;
    if (duplicate)
        return true;
    if (g->n >= GOLDEN_MAX_LINES) {
        err_set(e, ERR_LIMIT, "more than %d lines", (int)GOLDEN_MAX_LINES);
        return err_at(e, g->path, (int)line->number, 1);
    }
    struct golden_row row = {.offset = line->offset,
                             .id_hash = line->id_hash,
                             .len = (uint32_t)line->len,
                             .check = line->check,
                             .line = (uint32_t)line->number,
                             .split = line->split};
    vec_push(&l->kept, row);
    vec_push(&l->digests, (struct digest_pair){{line->digest[0], line->digest[1]}});
    g->row = l->kept.v;
    index_grow(g, g->n + 1);
    g->n = l->kept.n;
    g->n_split[line->split]++;
    index_add(g, g->n - 1);
    return true;
}

static bool flush_batch(struct loader *l, struct err *e)
{
    bool ok = true;
    pool_for((l->lines.n + CHUNK_LINES - 1) / CHUNK_LINES, check_chunk, l);
    if (l->priv->spool)
        ok = fflush(l->priv->spool) == 0 || err_errno(e, ERR_IO, "cannot write a temporary file");
    for (size_t i = 0; i < l->lines.n; i++) {
        ok = ok && keep_line(l, &l->lines.v[i], e);
        free(l->lines.v[i].err);
    }
    l->lines.n = 0;
    buf_clear(&l->text);
    return ok;
}

/* --- reading --- */

static void add_line(struct loader *l, struct str text, uint64_t offset, size_t number)
{
    struct line line = {.offset = offset, .at = l->text.n, .len = text.n, .number = number};
    if (l->priv->spool) {
        line.offset = l->spooled;
        fwrite(text.p, 1, text.n, l->priv->spool); /* fflush tells whether it worked */
        l->spooled += text.n;
    }
    buf_add_str(&l->text, text);
    vec_push(&l->lines, line);
}

static void add_bad_line(struct loader *l, const struct err *why)
{
    struct line line = {.err = mem_alloc(sizeof *why)};
    *line.err = *why;
    vec_push(&l->lines, line);
}

static bool next_json(struct loader *l, bool *ret_more, struct err *e)
{
    struct str text;
    struct err why = {0};
    if (!line_reader_next(&l->rows.lines, &text, ret_more, &why)) {
        if (why.code != ERR_LIMIT) {
            *e = why;
            return false;
        }
        add_bad_line(l, &why);
        *ret_more = true;
        return true;
    }
    if (*ret_more && str_trim(text).n > 0)
        add_line(l, text, l->rows.lines.offset, l->rows.lines.line);
    return true;
}

static bool next_csv(struct loader *l, bool *ret_more, struct err *e)
{
    struct row row;
    yyjson_val *obj;
    struct item it;
    struct err why = {0};
    arena_reset(l->scratch);
    if (!rows_next(&l->rows, l->scratch, &row, ret_more, e))
        return false;
    if (!*ret_more)
        return true;
    if (!columns_apply(l->scratch, l->columns, l->n_columns, &row, &obj, &why)) {
        add_bad_line(l, &why);
        return true;
    }
    row.v = obj;
    if (!item_from_row(l->scratch, &row, &it, &why)) {
        add_bad_line(l, &why);
        return true;
    }
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_LINE * 2);
    item_write(&b, &it);
    if (!buf_ok(&b, "a row written as JSON", &why))
        add_bad_line(l, &why);
    else
        add_line(l, buf_str(&b), 0, row.line);
    return true;
}

static bool read_all(struct loader *l, struct err *e)
{
    bool more = true;
    while (more) {
        if (!(l->rows.is_csv ? next_csv : next_json)(l, &more, e))
            return false;
        if ((!more || l->text.n >= BATCH_BYTES || l->lines.n >= BATCH_LINES) && !flush_batch(l, e))
            return false;
    }
    return true;
}

/* The file itself when lines can be read from it again, else a spool. */
static bool open_backing(struct loader *l, struct err *e)
{
    struct stat st;
    int fd = fileno(l->rows.file);
    if (!l->rows.is_csv && l->rows.owns_file && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        rewind(l->rows.file); /* looking at the first character may have moved it */
        l->priv->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        return l->priv->fd >= 0 || err_errno(e, ERR_IO, "cannot open %s again", l->g->path);
    }
    l->priv->spool = tmpfile();
    if (!l->priv->spool)
        return err_errno(e, ERR_IO, "cannot make a temporary file");
    l->priv->fd = fileno(l->priv->spool);
    return true;
}

/* --- the version --- */

static int by_digest(const void *a, const void *b)
{
    const struct digest_pair *x = a, *y = b;
    if (x->d[0] != y->d[0])
        return x->d[0] < y->d[0] ? -1 : 1;
    return x->d[1] < y->d[1] ? -1 : x->d[1] > y->d[1];
}

/* A hash of the sorted hashes: blind to the order of lines. */
static void set_version(struct loader *l)
{
    struct hasher h;
    if (l->digests.n)
        qsort(l->digests.v, l->digests.n, sizeof *l->digests.v, by_digest);
    hasher_init(&h);
    hasher_add_c(&h, "golden 1");
    for (size_t i = 0; i < l->digests.n; i++) {
        hasher_add_int(&h, (long long)l->digests.v[i].d[0]);
        hasher_add_int(&h, (long long)l->digests.v[i].d[1]);
    }
    l->g->version = hasher_end(&h);
}

/* --- the whole --- */

static bool load(struct loader *l, struct err *e)
{
    if (!rows_open(&l->rows, l->g->path, e))
        return false;
    if (l->rows.is_csv)
        l->n_columns = columns_by_name(l->arena, l->rows.header, l->rows.n_columns, &l->columns);
    if (!open_backing(l, e) || !read_all(l, e))
        return false;
    set_version(l);
    return true;
}

bool golden_load_lenient(struct arena *a, const char *path,
                         void (*bad)(void *arg, const struct err *why), void *arg,
                         struct golden **ret, struct err *e)
{
    struct err none = {0};
    struct loader l = {.bad = bad, .bad_arg = arg, .arena = a, .scratch = arena_new()};
    l.g = ARENA_NEW(a, struct golden);
    l.g->path = arena_strdup(a, path);
    l.g->priv = l.priv = ARENA_NEW(a, struct golden_private);
    l.priv->fd = -1;
    arena_defer(a, close_golden, l.g);
    buf_init(&l.text, BATCH_BYTES + 3 * BUF_MAX_LINE);
    bool ok = load(&l, e ? e : &none);
    rows_close(&l.rows);
    buf_release(&l.text);
    for (size_t i = 0; i < l.lines.n; i++) /* what a failure left over */
        free(l.lines.v[i].err);
    vec_free(&l.lines);
    vec_free(&l.digests);
    arena_free(l.scratch);
    l.g->row = l.kept.v; /* freed with the arena */
    *ret = l.g;
    return ok;
}

bool golden_load(struct arena *a, const char *path, struct golden **ret, struct err *e)
{
    return golden_load_lenient(a, path, NULL, NULL, ret, e);
}

bool golden_item(const struct golden *g, size_t i, struct arena *a, struct item *ret, struct err *e)
{
    if (i >= g->n)
        BUG("item %zu of %zu", i, g->n);
    const struct golden_row *row = &g->row[i];
    char *text = arena_alloc(a, row->len);
    size_t have = 0;
    while (have < row->len) {
        ssize_t n = pread(g->priv->fd, text + have, row->len - have, (off_t)(row->offset + have));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_IO, "cannot read %s", g->path);
        if (n == 0)
            break;
        have += (size_t)n;
    }
    if (have < row->len || (uint32_t)hash64(text, have, 0) != row->check) {
        err_set(e, ERR_CONFLICT, "%s was changed while it was in use", g->path);
        err_hint(e, "Run the command again; editors that write a new file beside the old one are "
                    "safe.");
        return err_at(e, g->path, (int)row->line, 1);
    }
    return item_parse(a, (struct str){text, have}, g->path, row->line, ret, e);
}
