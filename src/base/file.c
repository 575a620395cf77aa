/* Files: read whole or by line, write whole or not at all. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

bool file_open(const char *path, FILE **ret, struct err *e)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        *ret = stdin;
        return true;
    }
    FILE *f = fopen(path, "re");
    if (!f)
        return err_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s", path);
    if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
        fclose(f);
        return err_set(e, ERR_INPUT, "%s is a folder, expected a file", path);
    }
    *ret = f;
    return true;
}

bool file_read(struct arena *a, const char *path, size_t max, struct str *ret, struct err *e)
{
    FILE *f;
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, max);
    if (!file_open(path, &f, e))
        return false;
    char chunk[65536];
    size_t n;
    while (!b.overflow && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&b, chunk, n);
    bool bad = ferror(f);
    int saved = errno;
    if (f != stdin)
        fclose(f);
    errno = saved;
    if (bad)
        return err_errno(e, ERR_IO, "cannot read %s", path);
    if (!buf_ok(&b, path, e))
        return false;
    *ret = arena_str(a, buf_str(&b));
    return true;
}

bool file_writer_open(struct file_writer *w, const char *path, struct err *e)
{
    *w = (struct file_writer){0};
    if (strcmp(path, "-") == 0) {
        w->f = stdout;
        return true;
    }
    if (snprintf(w->path, sizeof w->path, "%s", path) >= (int)sizeof w->path ||
        snprintf(w->tmp, sizeof w->tmp, "%s.tmp-XXXXXX", path) >= (int)sizeof w->tmp)
        return err_set(e, ERR_INPUT, "the file name %s is too long", path);
    int fd = mkostemp(w->tmp, O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_IO, "cannot write %s", path);
    w->f = fdopen(fd, "w");
    return w->f != NULL || err_errno(e, ERR_IO, "cannot write %s", path);
}

void file_writer_add(struct file_writer *w, struct str bytes)
{
    fwrite(bytes.p, 1, bytes.n, w->f); /* ferror tells at the end */
}

bool file_writer_commit(struct file_writer *w, struct err *e)
{
    if (w->f == stdout) {
        w->f = NULL;
        return (fflush(stdout) == 0 && !ferror(stdout)) ||
               err_errno(e, ERR_IO, "cannot write to standard output");
    }
    mode_t mask = umask(0);
    umask(mask);
    bool ok = fflush(w->f) == 0 && !ferror(w->f) && fchmod(fileno(w->f), 0666 & ~mask) == 0 &&
              fsync(fileno(w->f)) == 0;
    ok = fclose(w->f) == 0 && ok;
    w->f = NULL;
    if (ok && rename(w->tmp, w->path) == 0)
        return true;
    err_errno(e, ERR_IO, "cannot write %s", w->path);
    unlink(w->tmp);
    return false;
}

void file_writer_close(struct file_writer *w)
{
    if (!w->f || w->f == stdout)
        return;
    fclose(w->f);
    unlink(w->tmp);
    w->f = NULL;
}

bool file_write(const char *path, struct str content, struct err *e)
{
    CLEANUP(file_writer_close) struct file_writer w = {0};
    if (!file_writer_open(&w, path, e))
        return false;
    file_writer_add(&w, content);
    return file_writer_commit(&w, e);
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool file_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_mkdirs(const char *path, struct err *e)
{
    char part[4096];
    size_t n = strlen(path);
    if (n >= sizeof part)
        return err_set(e, ERR_INPUT, "the folder name %s is too long", path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && !file_is_dir(part))
            return err_errno(e, ERR_IO, "cannot make the folder %s", part);
    }
    return true;
}

char *file_beside(struct arena *a, const char *base_file, const char *name)
{
    const char *slash = strrchr(base_file, '/');
    if (!slash || name[0] == '/' || strcmp(name, "-") == 0)
        return arena_strdup(a, name);
    return arena_printf(a, "%.*s/%s", (int)(slash - base_file), base_file, name);
}

bool line_reader_open(struct line_reader *r, const char *path, size_t max_line, struct err *e)
{
    *r = (struct line_reader){.path = path, .max_line = max_line};
    return file_open(path, &r->f, e);
}

void line_reader_close(struct line_reader *r)
{
    if (r->f && r->f != stdin)
        fclose(r->f);
    free(r->p);
    r->f = NULL;
    r->p = NULL;
}

enum { READ_BLOCK = 64 * 1024 };

/* Reads some more behind p[to]; *ret_eof when there is nothing. A regular file is read in blocks;
 * anything else only up to the next line break, so that a line is not held back until a block is
 * full. */
static bool fill(struct line_reader *r, bool *ret_eof, struct err *e)
{
    if (!r->opened) {
        struct stat st;
        r->regular = fstat(fileno(r->f), &st) == 0 && S_ISREG(st.st_mode);
        r->opened = true;
    }
    if (r->from) {
        memmove(r->p, r->p + r->from, r->to - r->from);
        r->to -= r->from;
        r->from = 0;
    }
    if (r->cap - r->to < READ_BLOCK) {
        r->cap = r->cap * 2 > r->to + READ_BLOCK ? r->cap * 2 : r->to + READ_BLOCK;
        r->p = mem_realloc(r->p, r->cap);
    }
    size_t n = 0;
    if (r->regular) {
        n = fread(r->p + r->to, 1, READ_BLOCK, r->f);
    } else {
        int c = 0;
        while (n < READ_BLOCK && c != '\n' && (c = getc_unlocked(r->f)) != EOF)
            r->p[r->to + n++] = (char)c;
    }
    r->to += n;
    r->read += n;
    *ret_eof = n == 0;
    return n > 0 || !ferror(r->f) || err_errno(e, ERR_IO, "cannot read %s", r->path);
}

/* Makes p[from … from + *ret_n - 1] the next line with its line break, if it has one. *ret_n 0:
 * the end. */
static bool find_line(struct line_reader *r, size_t *ret_n, struct err *e)
{
    size_t searched = 0;
    bool eof = false;
    for (;;) {
        size_t have = r->to - r->from;
        const char *nl = NULL;
        if (have > searched)
            nl = memchr(r->p + r->from + searched, '\n', have - searched);
        *ret_n = nl ? (size_t)(nl - r->p) - r->from + 1 : have;
        if (nl || eof || have > r->max_line + 2)
            return true;
        searched = have;
        if (!fill(r, &eof, e))
            return false;
    }
}

/* Passes over the rest of a line that was too long, holding one block at a time. */
static bool skip_line(struct line_reader *r, struct err *e)
{
    size_t n = 1;
    while (r->skip && n > 0) {
        if (!find_line(r, &n, e))
            return false;
        r->skip = n > 0 && r->p[r->from + n - 1] != '\n';
        r->from += n;
    }
    r->skip = false;
    return true;
}

bool line_reader_next(struct line_reader *r, struct str *ret, bool *ret_more, struct err *e)
{
    size_t n;
    *ret_more = false;
    if ((r->skip && !skip_line(r, e)) || !find_line(r, &n, e))
        return false;
    *ret_more = n > 0;
    if (n == 0)
        return true;
    const char *p = r->p + r->from;
    r->line++;
    r->offset = r->read - (r->to - r->from);
    r->from += n;
    bool broken = p[n - 1] == '\n';
    if (broken)
        n--;
    if (broken && n && p[n - 1] == '\r')
        n--;
    if (n > r->max_line) {
        r->skip = !broken;
        err_set(e, ERR_LIMIT, "a line of more than %zu bytes, which is the limit", r->max_line);
        return err_at(e, r->path, (int)r->line, 1);
    }
    *ret = (struct str){p, n};
    if (r->line == 1 && str_starts(*ret, STR("\xef\xbb\xbf"))) {
        *ret = str_sub(*ret, 3, n);
        r->offset += 3;
    }
    return true;
}
