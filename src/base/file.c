/* Files: read whole or by line, write whole or not at all. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    CLEANUP(buf_release) struct buf b;
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

static bool write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s.p += n;
        s.n -= (size_t)n;
    }
    return true;
}

bool file_write(const char *path, struct str content, struct err *e)
{
    if (strcmp(path, "-") == 0)
        return write_all(STDOUT_FILENO, content) ||
               err_errno(e, ERR_IO, "cannot write to standard output");
    char tmp[4096];
    if (snprintf(tmp, sizeof tmp, "%s.tmp-XXXXXX", path) >= (int)sizeof tmp)
        return err_set(e, ERR_INPUT, "the file name %s is too long", path);
    int fd = mkostemp(tmp, O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_IO, "cannot write %s", path);
    mode_t mask = umask(0);
    umask(mask);
    bool ok = write_all(fd, content) && fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    if (ok && rename(tmp, path) == 0)
        return true;
    err_errno(e, ERR_IO, "cannot write %s", path);
    unlink(tmp);
    return false;
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

bool line_reader_next(struct line_reader *r, struct str *ret, bool *ret_more, struct err *e)
{
    ssize_t got = getline(&r->p, &r->cap, r->f);
    *ret_more = got >= 0;
    if (got < 0)
        return !ferror(r->f) || err_errno(e, ERR_IO, "cannot read %s", r->path);
    size_t n = (size_t)got;
    r->line++;
    if (n > r->max_line) {
        err_set(e, ERR_LIMIT, "a line of %zu bytes, the limit is %zu", n, r->max_line);
        return err_at(e, r->path, (int)r->line, 1);
    }
    if (n && r->p[n - 1] == '\n')
        n--;
    if (n && r->p[n - 1] == '\r')
        n--;
    *ret = (struct str){r->p, n};
    if (r->line == 1 && str_starts(*ret, STR("\xef\xbb\xbf")))
        *ret = str_sub(*ret, 3, n);
    return true;
}
