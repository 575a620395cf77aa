/* Appending to a golden set without doubling or contradicting it. */
#include "golden/grow.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"
#include "golden/golden.h"
#include "golden/sameness.h"

/* An example that is in the set or about to be. */
struct known {
    struct str id;
    uint64_t input, expected; /* 0: none */
    size_t line;              /* 0: a new one */
};

struct grower {
    struct arena *a;
    const char *path;
    struct map by_id;    /* -> struct known */
    struct map by_input; /* hash of the input as 8 bytes -> struct known, the first one */
    size_t next_number;
    int fd;
};

static struct str hash_key(struct arena *a, uint64_t h)
{
    uint64_t *p = ARENA_NEW(a, uint64_t);
    *p = h;
    return (struct str){(const char *)p, sizeof *p};
}

static void remember(struct grower *g, const struct item *it, size_t line)
{
    struct known *k = ARENA_NEW(g->a, struct known);
    *k = (struct known){.id = arena_str(g->a, it->id), .line = line};
    k->input = same_input_hash(g->a, it);
    if (it->expected)
        k->expected = same_value_hash(g->a, it->expected);
    struct str input = hash_key(g->a, k->input);
    map_put(&g->by_id, k->id, k);
    if (!map_has(&g->by_input, input))
        map_put(&g->by_input, input, k);
}

/* The set as it is: every example's id and input. */
static bool read_set(struct grower *g, struct err *e)
{
    CLEANUP(arena_freep) struct arena *set_arena = arena_new();
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    struct golden *set;
    struct item it;
    if (!golden_load(set_arena, g->path, &set, e))
        return false;
    for (size_t i = 0; i < set->n; i++) {
        arena_reset(scratch);
        if (!golden_item(set, i, scratch, &it, e))
            return false;
        remember(g, &it, it.line);
    }
    return true;
}

/* Completes the error about a new example that contradicts `k`. */
static bool conflict(const struct grower *g, const struct known *k, struct err *e)
{
    err_hint(e, "Correct the older line, or leave the new example out. Nothing was added.");
    return k->line ? err_at(e, g->path, (int)k->line, 1) : false;
}

/* *ret_known: nothing to do for this one. */
static bool check(struct grower *g, const struct item *it, bool *ret_known, struct err *e)
{
    uint64_t input = same_input_hash(g->a, it);
    uint64_t expected = it->expected ? same_value_hash(g->a, it->expected) : 0;
    const struct known *same_id = it->id.n ? map_get(&g->by_id, it->id) : NULL;
    const struct known *same_input = map_get(&g->by_input, hash_key(g->a, input));
    *ret_known = false;
    if (same_id && (same_id->input != input || same_id->expected != expected)) {
        err_set(e, ERR_CONFLICT, "the id \"%.*s\" stands for another example", STR_ARG(it->id));
        return conflict(g, same_id, e);
    }
    if (same_input && same_input->expected != expected) {
        err_set(e, ERR_CONFLICT, "%s%.*s%s has the input of \"%.*s\" and another expected answer",
                it->id.n ? "\"" : "a new example", STR_ARG(it->id), it->id.n ? "\"" : "",
                STR_ARG(same_input->id));
        return conflict(g, same_input, e);
    }
    *ret_known = same_id || same_input;
    return true;
}

static struct str free_id(struct grower *g, const char *prefix)
{
    struct str id;
    do {
        id = arena_strf(g->a, "%s-%04zu", prefix, ++g->next_number);
    } while (map_has(&g->by_id, id));
    return id;
}

/* Puts a line break in front when the file's last line has none. */
static bool needs_break(int fd)
{
    struct stat st;
    char last;
    return fstat(fd, &st) == 0 && st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) == 1 &&
           last != '\n';
}

/* All of it or (disk full) nothing. */
static bool append(struct grower *g, struct str text, struct err *e)
{
    struct stat st;
    bool ok = fstat(g->fd, &st) == 0;
    while (ok && text.n) {
        ssize_t n = write(g->fd, text.p, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        ok = n > 0;
        if (ok)
            text = str_sub(text, (size_t)n, text.n);
    }
    ok = ok && fsync(g->fd) == 0;
    if (ok)
        return true;
    err_errno(e, ERR_IO, "cannot write %s", g->path);
    if (ftruncate(g->fd, st.st_size) != 0)
        err_hint(e, "The last line of the file may be incomplete.");
    return false;
}

static bool grow(struct grower *g, struct item *items, size_t n, const char *prefix,
                 struct grow_result *ret, struct err *e)
{
    CLEANUP(buf_release) struct buf out = {0};
    bool known;
    buf_init(&out, BUF_MAX_FILE);
    if (needs_break(g->fd))
        buf_add_char(&out, '\n');
    ret->ids = ARENA_ARRAY(g->a, n, const char *);
    for (size_t i = 0; i < n; i++) {
        if (!check(g, &items[i], &known, e))
            return false;
        if (known) {
            ret->known++;
            continue;
        }
        if (items[i].id.n == 0)
            items[i].id = free_id(g, prefix);
        remember(g, &items[i], 0);
        item_write(&out, &items[i]);
        buf_add_char(&out, '\n');
        ret->ids[ret->added++] = arena_strndup(g->a, items[i].id.p, items[i].id.n);
    }
    if (!buf_ok(&out, "what is to be added", e))
        return false;
    return ret->added == 0 || append(g, buf_str(&out), e);
}

static bool make_folder(struct arena *a, const char *path, struct err *e)
{
    const char *slash = strrchr(path, '/');
    return !slash || slash == path ||
           file_mkdirs(arena_strndup(a, path, (size_t)(slash - path)), e);
}

bool golden_append(struct arena *a, const char *path, struct item *items, size_t n,
                   const char *prefix, struct grow_result *ret, struct err *e)
{
    struct grower g = {.a = a, .path = path};
    struct str name = str_c(path);
    *ret = (struct grow_result){0};
    if (str_ends_c(name, ".csv") || str_ends_c(name, ".tsv")) {
        err_set(e, ERR_USAGE, "%s is a table, and only JSONL sets grow", path);
        return err_hint(e, "`plimsoll golden import %s -o GOLDEN.jsonl` makes one.", path);
    }
    if (!make_folder(a, path, e))
        return false;
    g.fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (g.fd < 0)
        return err_errno(e, ERR_IO, "cannot open %s", path);
    bool ok = flock(g.fd, LOCK_EX) == 0 || err_errno(e, ERR_IO, "cannot lock %s", path);
    ok = ok && read_set(&g, e) && grow(&g, items, n, prefix, ret, e);
    close(g.fd);
    map_release(&g.by_id);
    map_release(&g.by_input);
    return ok;
}
