/*
 * Runs a transcript: a text file in which lines indented by two spaces are a terminal session.
 *
 *     Anything at the margin is prose.
 *       $ plimsoll --version
 *       plimsoll * (glob)
 *       $ plimsoll nonsense
 *       error: plimsoll has no verb "nonsense"
 *       [2]
 *
 * `  $ ` begins a command, `  > ` continues it; the indented lines below are what it must print
 * (standard output and standard error together), `  [N]` its exit status when not 0. A line
 * ending in ` (glob)` may use * and ?, one in ` (re)` is a POSIX extended regular expression,
 * one in ` (esc)` writes control characters as \xNN, \t. Prints TAP, one test a command.
 *
 * Each transcript runs in one shell in an empty folder with a clean environment: plimsoll on
 * PATH, TESTDIR = the transcript's folder, TOP = the source tree, SHARED = the folder of shared
 * data or nothing. A first line `#requires shared` (or `#requires PROGRAM`) skips the transcript
 * with a reason when that is missing. TRANSCRIPT_ACCEPT=1 rewrites the expectations.
 */
#include <fnmatch.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/vec.h"

#define MARK "=transcript-end-3f9a="

struct command {
    struct str text;     /* shell text, lines joined */
    size_t line;         /* of its `$` */
    size_t from, to;     /* lines of the expectation, [from, to) */
};

struct transcript {
    struct arena *a;
    const char *path, *top, *build, *shared;
    const char *setting; /* one more NAME=VALUE of the environment, or NULL */
    VEC(struct str) lines;
    VEC(struct command) commands;
    char *dir;
    FILE *to_shell;
    int from_shell;
    pid_t shell;
};

static void die(const char *what)
{
    printf("Bail out! %s\n", what);
    exit(1);
}

static void parse(struct transcript *t, struct str text)
{
    struct str rest = text, line;
    if (text.n && text.p[text.n - 1] == '\n')
        rest.n--;
    while (str_split(&rest, '\n', &line))
        vec_push(&t->lines, line);
    for (size_t i = 0; i < t->lines.n; i++) {
        if (!str_starts_c(t->lines.v[i], "  $ "))
            continue;
        struct command c = {.line = i + 1};
        CLEANUP(buf_release) struct buf b;
        buf_init(&b, BUF_MAX_LINE);
        buf_add_str(&b, str_sub(t->lines.v[i], 4, SIZE_MAX));
        for (i++; i < t->lines.n && str_starts_c(t->lines.v[i], "  > "); i++) {
            buf_add_char(&b, '\n');
            buf_add_str(&b, str_sub(t->lines.v[i], 4, SIZE_MAX));
        }
        c.text = arena_str(t->a, buf_str(&b));
        c.from = i;
        while (i < t->lines.n && str_starts_c(t->lines.v[i], "  ") &&
               !str_starts_c(t->lines.v[i], "  $ "))
            i++;
        c.to = i--;
        vec_push(&t->commands, c);
    }
}

static void start_shell(struct transcript *t)
{
    int in[2], out[2];
    char dir[] = "/tmp/plimsoll-test-XXXXXX";
    if (!mkdtemp(dir) || pipe(in) || pipe(out))
        die("cannot make a folder or a pipe");
    t->dir = arena_strdup(t->a, dir);
    const char *slash = strrchr(t->path, '/');
    char *testdir = arena_strndup(t->a, t->path, slash ? (size_t)(slash - t->path) : 0);
    char *env[] = {
        arena_printf(t->a, "PATH=%s:%s/harness:/usr/local/bin:/usr/bin:/bin", t->build, t->build),
        arena_printf(t->a, "HOME=%s", dir),
        arena_printf(t->a, "TMPDIR=%s", dir),
        arena_printf(t->a, "TESTDIR=%s/%s", testdir[0] == '/' ? "" : t->top, testdir),
        arena_printf(t->a, "TOP=%s", t->top),
        arena_printf(t->a, "BUILD=%s", t->build),
        arena_printf(t->a, "SHARED=%s", t->shared),
        arena_strdup(t->a, "LC_ALL=C.UTF-8"),
        arena_strdup(t->a, "TERM=dumb"),
        arena_strdup(t->a, "TZ=UTC"),
        arena_printf(t->a, "ASAN_OPTIONS=%s", getenv("ASAN_OPTIONS") ? getenv("ASAN_OPTIONS") : ""),
        t->setting ? arena_strdup(t->a, t->setting) : NULL,
        NULL,
    };
    t->shell = fork();
    if (t->shell == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(out[1], 2);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        if (chdir(dir) != 0)
            _exit(127);
        char *argv[] = {arena_strdup(t->a, "bash"), arena_strdup(t->a, "--norc"), NULL};
        execve("/bin/bash", argv, env);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    t->to_shell = fdopen(in[1], "w");
    t->from_shell = out[0];
}

/* Output of one command up to the marker; the status stands behind the marker. */
static struct str run_command(struct transcript *t, struct command c, int *ret_status)
{
    CLEANUP(buf_release) struct buf b;
    buf_init(&b, BUF_MAX_BODY);
    fprintf(t->to_shell, "%.*s\necho \"" MARK "$? \"\n", STR_ARG(c.text));
    fflush(t->to_shell);
    for (;;) {
        char chunk[4096];
        struct pollfd p = {.fd = t->from_shell, .events = POLLIN};
        if (poll(&p, 1, 300000) <= 0)
            die("a command took longer than five minutes");
        ssize_t n = read(t->from_shell, chunk, sizeof chunk);
        if (n <= 0) {
            *ret_status = -1;
            return arena_str(t->a, buf_str(&b));
        }
        buf_add(&b, chunk, (size_t)n);
        struct str got = buf_str(&b);
        ptrdiff_t at = str_find(got, str_c(MARK));
        if (at >= 0 && got.p[got.n - 1] == '\n') {
            *ret_status = atoi(got.p + at + strlen(MARK));
            return arena_str(t->a, str_sub(got, 0, (size_t)at));
        }
    }
}

static struct str escape(struct arena *a, struct str s)
{
    CLEANUP(buf_release) struct buf b;
    buf_init(&b, BUF_MAX_BODY);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '\t')
            buf_add_c(&b, "\\t");
        else if (c < 0x20 || c == 0x7f)
            buf_printf(&b, "\\x%02x", c);
        else
            buf_add_char(&b, s.p[i]);
    }
    return arena_str(a, buf_str(&b));
}

static bool needs_escape(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return true;
    return false;
}

static bool line_matches(struct arena *a, struct str want, struct str got)
{
    if (str_eq(want, got))
        return true;
    if (str_ends_c(want, " (esc)"))
        return str_eq(str_sub(want, 0, want.n - 6), escape(a, got));
    char *line = arena_strndup(a, got.p, got.n);
    if (str_ends_c(want, " (glob)"))
        return fnmatch(arena_strndup(a, want.p, want.n - 7), line, 0) == 0;
    if (str_ends_c(want, " (re)")) {
        regex_t re;
        char *pattern = arena_printf(a, "^(%.*s)$", (int)want.n - 5, want.p);
        if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
            return false;
        bool ok = regexec(&re, line, 0, NULL, 0) == 0;
        regfree(&re);
        return ok;
    }
    return false;
}

typedef VEC(struct str) str_vec;

static void split_output(struct transcript *t, struct str out, int status, str_vec *ret)
{
    struct str rest = out, line;
    if (out.n && out.p[out.n - 1] == '\n')
        rest.n--;
    if (out.n)
        while (str_split(&rest, '\n', &line))
            vec_push(ret, line);
    if (status != 0) {
        struct str s = arena_strf(t->a, "[%d]", status);
        vec_push(ret, s);
    }
}

static bool compare(struct transcript *t, struct command c, const str_vec *got)
{
    if (got->n != c.to - c.from)
        return false;
    for (size_t i = 0; i < got->n; i++)
        if (!line_matches(t->a, str_sub(t->lines.v[c.from + i], 2, SIZE_MAX), got->v[i]))
            return false;
    return true;
}

static void show_difference(struct transcript *t, struct command c, const str_vec *got)
{
    printf("# %s:%zu: %.*s\n# expected:\n", t->path, c.line, STR_ARG(c.text));
    for (size_t i = c.from; i < c.to; i++)
        printf("#  %.*s\n", STR_ARG(t->lines.v[i]));
    printf("# got:\n");
    for (size_t i = 0; i < got->n; i++)
        printf("#    %.*s\n", STR_ARG(escape(t->a, got->v[i])));
}

/* Keeps expectation lines (with their globs) that still match; writes the others as printed. */
static void accept(struct transcript *t, struct command c, const str_vec *got, struct buf *out)
{
    for (size_t i = 0; i < got->n; i++) {
        bool kept = false;
        for (size_t j = c.from; j < c.to && !kept; j++) {
            struct str want = str_sub(t->lines.v[j], 2, SIZE_MAX);
            if (line_matches(t->a, want, got->v[i])) {
                buf_printf(out, "  %.*s\n", STR_ARG(want));
                kept = true;
            }
        }
        if (kept)
            continue;
        if (needs_escape(got->v[i]))
            buf_printf(out, "  %.*s (esc)\n", STR_ARG(escape(t->a, got->v[i])));
        else
            buf_printf(out, "  %.*s\n", STR_ARG(got->v[i]));
    }
}

static bool requirement_met(struct transcript *t)
{
    if (t->lines.n == 0 || !str_starts_c(t->lines.v[0], "#requires "))
        return true;
    struct str rest = str_sub(t->lines.v[0], 10, SIZE_MAX), want;
    while (str_split(&rest, ' ', &want)) {
        bool ok = str_eq_c(want, "shared")
                      ? t->shared[0] != '\0'
                      : system(arena_printf(t->a, "command -v %.*s >/dev/null 2>&1", STR_ARG(want))) == 0;
        if (!ok) {
            printf("1..0 # SKIP %.*s is not here\n", STR_ARG(want));
            return false;
        }
    }
    return true;
}

static int run_all(struct transcript *t)
{
    int failed = 0;
    bool rewrite = getenv("TRANSCRIPT_ACCEPT") != NULL;
    CLEANUP(buf_release) struct buf out;
    buf_init(&out, BUF_MAX_BODY);
    size_t copied = 0;
    for (size_t i = 0; i < t->commands.n; i++) {
        struct command c = t->commands.v[i];
        str_vec got = {0};
        int status;
        struct str text = run_command(t, c, &status);
        split_output(t, text, status, &got);
        bool ok = compare(t, c, &got);
        for (; copied < c.from; copied++)
            buf_printf(&out, "%.*s\n", STR_ARG(t->lines.v[copied]));
        accept(t, c, &got, &out);
        copied = c.to;
        ptrdiff_t nl = str_find_char(c.text, '\n');
        printf("%sok %zu - %.*s\n", ok || rewrite ? "" : "not ", i + 1,
               nl < 0 ? (int)c.text.n : (int)nl, c.text.p);
        if (!ok && !rewrite)
            show_difference(t, c, &got);
        failed += !ok;
        vec_free(&got);
        fflush(stdout);
    }
    for (; copied < t->lines.n; copied++)
        buf_printf(&out, "%.*s\n", STR_ARG(t->lines.v[copied]));
    struct err e = {0};
    if (rewrite && failed && !file_write(t->path, buf_str(&out), &e))
        die(e.msg);
    return rewrite ? 0 : failed;
}

static void stop_shell(struct transcript *t)
{
    int status;
    fprintf(t->to_shell, "wait\n");
    fclose(t->to_shell);
    waitpid(t->shell, &status, 0);
    close(t->from_shell);
    pid_t rm = fork();
    if (rm == 0) {
        execl("/bin/rm", "rm", "-rf", t->dir, (char *)NULL);
        _exit(127);
    }
    waitpid(rm, &status, 0);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct transcript t = {.a = a, .shared = ""};
    struct err e = {0};
    struct str text;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--top") == 0 && i + 1 < argc)
            t.top = argv[++i];
        else if (strcmp(argv[i], "--build") == 0 && i + 1 < argc)
            t.build = argv[++i];
        else if (strcmp(argv[i], "--shared") == 0 && i + 1 < argc)
            t.shared = argv[++i];
        else if (strcmp(argv[i], "--env") == 0 && i + 1 < argc)
            t.setting = argv[++i];
        else
            t.path = argv[i];
    }
    if (!t.path || !t.top || !t.build) {
        fprintf(stderr, "usage: transcript --top DIR --build DIR [--shared DIR] [--env NAME=VALUE] FILE.t\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    if (!file_read(a, t.path, BUF_MAX_BODY, &text, &e))
        die(e.msg);
    parse(&t, text);
    if (!requirement_met(&t))
        return 0;
    printf("1..%zu\n", t.commands.n);
    fflush(stdout);
    start_shell(&t);
    int failed = run_all(&t);
    stop_shell(&t);
    vec_free(&t.lines);
    vec_free(&t.commands);
    return failed ? 1 : 0;
}
