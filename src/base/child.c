/* A long-lived child that answers line by line; see child.h. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/env.h"
#include "base/vec.h"

typedef VEC(char *) string_vec;

/* The few variables that programs need, and those that were named: keys and tokens stay here. */
static char **child_env(struct arena *a, const char *const *names)
{
    static const char *const usual[] = {"PATH", "HOME", "LANG", "TMPDIR", "TZ"};
    string_vec v = {0};
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (env_get(NULL, usual[i]))
            vec_push(&v, arena_printf(a, "%s=%s", usual[i], env_get(NULL, usual[i])));
    for (; names && *names; names++)
        if (env_get(NULL, *names))
            vec_push(&v, arena_printf(a, "%s=%s", *names, env_get(NULL, *names)));
    vec_push(&v, NULL);
    char **out = ARENA_ARRAY(a, v.n, char *);
    memcpy(out, v.v, v.n * sizeof *out);
    vec_free(&v);
    return out;
}

/* The program's path, found before the fork so that a missing one is an ordinary error. */
static const char *find_program(struct arena *a, const char *name)
{
    const char *path = env_get(NULL, "PATH");
    struct str rest = str_c(path ? path : "/usr/local/bin:/usr/bin:/bin"), dir;
    if (strchr(name, '/'))
        return access(name, X_OK) == 0 ? name : NULL;
    while (str_split(&rest, ':', &dir)) {
        char *full = arena_printf(a, "%.*s/%s", STR_ARG(dir), name);
        if (dir.n && access(full, X_OK) == 0)
            return full;
    }
    return NULL;
}

struct pipes {
    int to[2], from[2], errors[2];
};

static void close_pipes(struct pipes *p)
{
    int *fd[] = {p->to, p->from, p->errors};
    for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
        for (int k = 0; k < 2; k++) {
            if (fd[i][k] >= 0)
                close(fd[i][k]);
            fd[i][k] = -1;
        }
    }
}

static bool open_pipes(struct pipes *p, struct err *e)
{
    *p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(p->to, O_CLOEXEC) == 0 && pipe2(p->from, O_CLOEXEC) == 0 &&
        pipe2(p->errors, O_CLOEXEC) == 0)
        return true;
    err_errno(e, ERR_IO, "cannot make a pipe");
    close_pipes(p);
    return false;
}

/* In the child, between fork and exec: only calls that are safe there. */
static void become(const struct child_options *o, const char *program, char *const *argv,
                   char *const *env, const struct pipes *p)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    if (dup2(p->to[0], 0) < 0 || dup2(p->from[1], 1) < 0 || dup2(p->errors[1], 2) < 0)
        _exit(126);
    if (o->dir && chdir(o->dir) != 0)
        _exit(126);
    if (o->confine && !o->confine(o->confine_arg))
        _exit(126);
    execve(program, argv, env);
    _exit(127);
}

bool child_start(struct child *c, const struct child_options *o, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const char *program = find_program(a, o->argv[0]);
    struct pipes p;
    size_t n = 0;
    *c = (struct child){.to = -1, .from = -1, .errors = -1, .max_line = o->max_line};
    if (!program)
        return err_set(e, ERR_NOT_FOUND, "there is no program \"%s\"", o->argv[0]);
    while (o->argv[n])
        n++;
    char **argv = ARENA_ARRAY(a, n + 1, char *), **env = child_env(a, o->env);
    for (size_t i = 0; i < n; i++)
        argv[i] = arena_strdup(a, o->argv[i]);
    if (!open_pipes(&p, e))
        return false;
    pid_t pid = fork();
    if (pid == 0)
        become(o, program, argv, env, &p);
    if (pid < 0) {
        err_errno(e, ERR_IO, "cannot start %s", o->argv[0]);
        close_pipes(&p);
        return false;
    }
    setpgid(pid, pid); /* both sides do it: whoever comes first */
    c->pid = pid;
    c->to = p.to[1];
    c->from = p.from[0];
    c->errors = p.errors[0];
    p.to[1] = p.from[0] = p.errors[0] = -1;
    close_pipes(&p);
    int fd[] = {c->to, c->from, c->errors};
    for (size_t i = 0; i < ARRAY_LEN(fd); i++)
        fcntl(fd[i], F_SETFL, O_NONBLOCK);
    buf_init(&c->pending, o->max_line + 65536);
    return true;
}

void child_stop(struct child *c)
{
    if (c->pid <= 0)
        return;
    kill(-c->pid, SIGKILL);
    kill(c->pid, SIGKILL);
    while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    close(c->to);
    close(c->from);
    close(c->errors);
    buf_release(&c->pending);
    buf_release(&c->out);
    c->pid = 0;
    c->to = c->from = c->errors = -1;
}

/* Keeps the end of what the child complains about. */
static void read_errors(struct child *c)
{
    char chunk[512];
    ssize_t n;
    while ((n = read(c->errors, chunk, sizeof chunk)) > 0) {
        size_t k = (size_t)n, room = sizeof c->last_words - 1;
        if (c->n_last_words + k > room) {
            size_t drop = c->n_last_words + k - room;
            memmove(c->last_words, c->last_words + drop, c->n_last_words - drop);
            c->n_last_words -= drop;
        }
        memcpy(c->last_words + c->n_last_words, chunk, k);
        c->n_last_words += k;
    }
}

/* How the child ended, if it did: it may close its output a moment before. */
static bool has_ended(const struct child *c, siginfo_t *info)
{
    const struct timespec moment = {.tv_nsec = 5000000};
    for (int i = 0; i < 20; i++) {
        *info = (siginfo_t){0};
        if (waitid(P_PID, (id_t)c->pid, info, WEXITED | WNOHANG | WNOWAIT) == 0 && info->si_pid)
            return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

static bool ended(struct child *c, struct err *e)
{
    siginfo_t info;
    bool has = has_ended(c, &info);
    read_errors(c);
    if (has) {
        if (info.si_code == CLD_EXITED && info.si_status == 127)
            err_set(e, ERR_IO, "the program could not be started");
        else if (info.si_code == CLD_EXITED)
            err_set(e, ERR_IO, "the program ended with status %d", info.si_status);
        else
            err_set(e, ERR_IO, "the program was ended by signal %d", info.si_status);
    } else {
        err_set(e, ERR_IO, "the program closed its output");
    }
    struct str words = str_trim((struct str){c->last_words, c->n_last_words});
    if (words.n > 300)
        words = str_sub(words, words.n - 300, 300);
    if (words.n)
        err_hint(e, "It last wrote: %.*s", STR_ARG(words));
    return false;
}

/* write() to a pipe whose reader has gone raises SIGPIPE; here it is only an error. */
static ssize_t write_quietly(int fd, const char *p, size_t n)
{
    sigset_t pipe_only, before;
    struct timespec at_once = {0};
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
    ssize_t k = write(fd, p, n);
    int why = errno;
    if (k < 0 && why == EPIPE)
        while (sigtimedwait(&pipe_only, NULL, &at_once) < 0 && errno == EINTR)
            continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = why;
    return k;
}

/* A whole line among what was read? */
static bool take_line(struct child *c, struct str *ret)
{
    const char *nl = c->pending.n ? memchr(c->pending.p, '\n', c->pending.n) : NULL;
    if (!nl)
        return false;
    ret->p = c->pending.p;
    ret->n = (size_t)(nl - c->pending.p);
    c->given = ret->n + 1;
    return true;
}

static void drop_given(struct child *c)
{
    if (c->given) {
        c->pending.n -= c->given;
        memmove(c->pending.p, c->pending.p + c->given, c->pending.n);
        c->given = 0;
    }
}

/* False when the child's output ended. */
static bool read_some(struct child *c)
{
    char chunk[16384];
    ssize_t n = read(c->from, chunk, sizeof chunk);
    if (n > 0)
        buf_add(&c->pending, chunk, (size_t)n);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

bool child_sending(const struct child *c) { return c->sent < c->out.n; }

/* child_step, but the child stays as it is after a failure. */
static bool step(struct child *c, struct str *ret, bool *ret_done, struct err *e)
{
    *ret_done = false;
    read_errors(c);
    if (child_sending(c)) {
        ssize_t k = write_quietly(c->to, c->out.p + c->sent, c->out.n - c->sent);
        if (k < 0 && errno != EAGAIN && errno != EINTR)
            return ended(c, e);
        c->sent += k > 0 ? (size_t)k : 0;
    }
    bool open = read_some(c);
    if (take_line(c, ret)) {
        /* An answer before the question was read belongs to nothing. */
        *ret_done = !child_sending(c);
        return *ret_done || err_set(e, ERR_IO, "the program answered before it had read");
    }
    if (c->pending.overflow || c->pending.n > c->max_line)
        return err_set(e, ERR_LIMIT, "the program's answer is longer than %zu bytes", c->max_line);
    return open || ended(c, e);
}

static bool exchange(struct child *c, double deadline, struct str *ret, struct err *e)
{
    for (;;) {
        bool done;
        double left = deadline - clock_mono();
        if (left <= 0)
            return err_set(e, ERR_LIMIT, "the program did not answer in time");
        struct pollfd fd[] = {{c->from, POLLIN, 0},
                              {c->errors, POLLIN, 0},
                              {child_sending(c) ? c->to : -1, POLLOUT, 0}};
        if (poll(fd, ARRAY_LEN(fd), left > 60 ? 60000 : (int)(left * 1000) + 1) < 0 &&
            errno != EINTR)
            return err_errno(e, ERR_IO, "cannot wait for the program");
        if (!step(c, ret, &done, e))
            return false;
        if (done)
            return true;
    }
}

bool child_send(struct child *c, struct str line, struct err *e)
{
    buf_release(&c->out);
    buf_init(&c->out, line.n + 1);
    buf_add_str(&c->out, line);
    buf_add_char(&c->out, '\n');
    c->sent = 0;
    drop_given(c);
    if (c->pending.n == 0)
        return true;
    child_stop(c);
    return err_set(e, ERR_IO, "the program wrote more than one line for one question");
}

bool child_step(struct child *c, struct str *ret, bool *ret_done, struct err *e)
{
    if (step(c, ret, ret_done, e))
        return true;
    child_stop(c);
    return false;
}

bool child_ask(struct child *c, struct str line, double deadline, struct str *ret, struct err *e)
{
    if (!child_send(c, line, e))
        return false;
    if (exchange(c, deadline, ret, e))
        return true;
    child_stop(c);
    return false;
}
