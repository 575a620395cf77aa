/* Passages for retrieval; see passages.h. */
#include "prompt/passages.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/bm25.h"
#include "text/json.h"

struct passages {
    struct arena *a;
    struct bm25 *index;
    VEC(struct passage) v;
    struct hasher *hasher; /* while opening */
    struct digest digest;
    size_t words, n_files;
};

static void release(void *p)
{
    struct passages *x = p;
    bm25_free(x->index);
    vec_free(&x->v);
}

static bool add(struct passages *p, struct str source, struct str text, struct err *e)
{
    text = str_trim(text);
    if (text.n == 0)
        return true;
    if (p->v.n == PASSAGES_MAX)
        return err_set(e, ERR_LIMIT, "more than %d passages", PASSAGES_MAX);
    struct passage one = {source, text};
    bm25_add(p->index, text);
    hasher_add(p->hasher, source);
    hasher_add(p->hasher, text);
    vec_push(&p->v, one);
    return true;
}

static size_t count_words(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] > ' ' && (i == 0 || s.p[i - 1] <= ' ');
    return n;
}

/* Cuts at blank lines, joining paragraphs up to the wanted length; a longer paragraph stays
 * whole. */
static bool cut(struct passages *p, struct str source, struct str text, struct err *e)
{
    if (p->words == 0)
        return add(p, source, text, e);
    size_t from = 0, at = 0, words = 0;
    while (at < text.n) {
        ptrdiff_t blank = str_find(str_sub(text, at, text.n), STR("\n\n"));
        size_t end = blank < 0 ? text.n : at + (size_t)blank + 2;
        size_t more = count_words(str_sub(text, at, end - at));
        if (words && words + more > p->words) {
            if (!add(p, source, str_sub(text, from, at - from), e))
                return false;
            from = at;
            words = 0;
        }
        words += more;
        at = end;
    }
    return add(p, source, str_sub(text, from, text.n - from), e);
}

static bool read_text(struct passages *p, const char *path, const char *name, struct err *e)
{
    struct str text;
    if (++p->n_files > PASSAGES_MAX_FILES)
        return err_set(e, ERR_LIMIT, "more than %d files to retrieve from", PASSAGES_MAX_FILES);
    if (!file_read(p->a, path, BUF_MAX_BODY, &text, e))
        return false;
    ptrdiff_t bad = utf8_check(text);
    if (bad >= 0)
        return err_set(e, ERR_INPUT, "%s: byte %td is not UTF-8", path, bad);
    return cut(p, str_c(arena_strdup(p->a, name)), text, e);
}

static bool read_rows(struct passages *p, const char *path, struct err *e)
{
    CLEANUP(line_reader_close) struct line_reader lines = {0};
    struct str line;
    bool more;
    if (!line_reader_open(&lines, path, BUF_MAX_LINE, e))
        return false;
    for (;;) {
        yyjson_val *v;
        if (!line_reader_next(&lines, &line, &more, e))
            return false;
        if (!more)
            return true;
        if (str_trim(line).n == 0)
            continue;
        if (!json_parse(p->a, line, path, lines.line, &v, e))
            return false;
        struct str text = json_get_str(v, "text"), title = json_get_str(v, "title");
        struct str id = json_get(v, "id") ? json_display(p->a, json_get(v, "id"))
                                          : arena_strf(p->a, "line %zu", lines.line);
        if (str_null(text)) {
            err_set(e, ERR_INPUT, "a row to retrieve from without `text`");
            return err_at(e, path, (int)lines.line, 1);
        }
        if (title.n)
            text = arena_strf(p->a, "%.*s\n%.*s", STR_ARG(title), STR_ARG(text));
        if (!cut(p, id, text, e))
            return false;
    }
}

static bool wanted(const char *name)
{
    static const char *const endings[] = {".md", ".txt", ".rst", ".adoc", ".markdown"};
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (str_ends_c(str_c(name), endings[i]))
            return true;
    return false;
}

static int not_hidden(const struct dirent *d) { return d->d_name[0] != '.'; }

static bool read_folder(struct passages *p, const char *dir, const char *prefix, int depth,
                        struct err *e)
{
    struct dirent **names;
    bool ok = true;
    int n = scandir(dir, &names, not_hidden, alphasort);
    if (n < 0)
        return err_errno(e, ERR_IO, "cannot read the folder %s", dir);
    for (int i = 0; i < n; i++) {
        const char *path = arena_printf(p->a, "%s/%s", dir, names[i]->d_name);
        const char *name = arena_printf(p->a, "%s%s", prefix, names[i]->d_name);
        if (ok && file_is_dir(path) && depth < 16)
            ok = read_folder(p, path, arena_printf(p->a, "%s/", name), depth + 1, e);
        else if (ok && wanted(name))
            ok = read_text(p, path, name, e);
        free(names[i]);
    }
    free(names);
    return ok;
}

bool passages_open(struct arena *a, const char *path, size_t words, struct passages **ret,
                   struct err *e)
{
    struct hasher hasher;
    struct passages *p = ARENA_NEW(a, struct passages);
    p->a = a;
    p->words = words;
    p->index = bm25_new(1.2, 0.75);
    hasher_init(&hasher);
    p->hasher = &hasher;
    arena_defer(a, release, p);
    const char *slash = strrchr(path, '/');
    bool ok = file_is_dir(path)                   ? read_folder(p, path, "", 0, e)
              : str_ends_c(str_c(path), ".jsonl") ? read_rows(p, path, e)
                                                  : read_text(p, path, slash ? slash + 1 : path, e);
    if (!ok)
        return false;
    if (p->v.n == 0) {
        err_set(e, ERR_INPUT, "%s holds nothing to retrieve from", path);
        return err_hint(
            e, "A folder is read for .md, .txt, .rst and .adoc files, a .jsonl for its `text`.");
    }
    bm25_finish(p->index);
    p->digest = hasher_end(p->hasher);
    p->hasher = NULL;
    *ret = p;
    return true;
}

size_t passages_count(const struct passages *p) { return p->v.n; }
struct digest passages_digest(const struct passages *p) { return p->digest; }

size_t passages_find(const struct passages *p, struct arena *a, struct str query, size_t k,
                     struct passage *hits)
{
    struct bm25_hit *best = ARENA_ARRAY(a, k, struct bm25_hit);
    size_t n = bm25_query(p->index, a, query, k, best);
    for (size_t i = 0; i < n; i++)
        hits[i] = p->v.v[best[i].doc];
    return n;
}
