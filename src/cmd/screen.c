/* Raw terminal, keys and the editor; see screen.h. The state is global because signal handlers
 * must put the terminal back. */
#include "cmd/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"

static struct termios before;
static volatile sig_atomic_t is_open, ended, resized;

static const char enter[] = "\x1b[?1049h\x1b[2J\x1b[?25l";
static const char leave[] = "\x1b[0m\x1b[?25h\x1b[?1049l";

/* What cannot be written to a terminal is lost; there is nobody to tell. */
static void put(const char *p, size_t n)
{
    while (n) {
        ssize_t k = write(STDOUT_FILENO, p, n);
        if (k < 0 && errno != EINTR)
            return;
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        }
    }
}

static void on_end(int sig)
{
    (void)sig;
    ended = 1;
}

static void on_resize(int sig)
{
    (void)sig;
    resized = 1;
}

/* The program is about to die: the terminal must not stay raw. */
static void on_crash(int sig)
{
    if (is_open) {
        put(leave, sizeof leave - 1);
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    }
    signal(sig, SIG_DFL);
    raise(sig);
}

static void catch (int sig, void (*fn)(int))
{
    struct sigaction sa = {.sa_handler = fn};
    sigemptyset(&sa.sa_mask);
    sigaction(sig, &sa, NULL);
}

static bool go_raw(struct err *e)
{
    struct termios raw = before;
    raw.c_iflag &= (tcflag_t) ~(ICRNL | IXON);
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0)
        return err_errno(e, ERR_IO, "cannot read single keys from the terminal");
    is_open = 1;
    put(enter, sizeof enter - 1);
    return true;
}

bool screen_open(struct err *e)
{
    static const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0)
        return err_set(e, ERR_USAGE, "standard input and output are not a terminal");
    ended = 0;
    catch (SIGINT, on_end);
    catch (SIGTERM, on_end);
    catch (SIGHUP, on_end);
    catch (SIGWINCH, on_resize);
    for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
        catch (crashes[i], on_crash);
    return go_raw(e);
}

void screen_close(void)
{
    if (!is_open)
        return;
    put(leave, sizeof leave - 1);
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    is_open = 0;
}

void screen_size(int *ret_columns, int *ret_rows)
{
    struct winsize w = {0};
    *ret_columns = 80;
    *ret_rows = 24;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col && w.ws_row) {
        *ret_columns = w.ws_col;
        *ret_rows = w.ws_row;
    }
}

void screen_draw(const struct buf *b)
{
    static const char home[] = "\x1b[H\x1b[2J";
    put(home, sizeof home - 1);
    put(buf_cstr(b), b->n);
}

/* The next byte; -1: a signal, or the terminal is gone. */
static int next_byte(void)
{
    unsigned char c;
    ssize_t n = read(STDIN_FILENO, &c, 1);
    if (n == 1)
        return c;
    if (n == 0 || errno != EINTR)
        ended = 1;
    return -1;
}

/* What follows an escape at once is a key's sequence; a lone escape is itself. */
static int escape(void)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    int c, last = 0;
    if (poll(&p, 1, 30) != 1 || (c = next_byte()) < 0)
        return 27;
    if (c != '[' && c != 'O')
        return SCREEN_OTHER;
    while ((c = next_byte()) >= 0 && c < 0x40)
        last = c;
    switch (c) {
    case 'A': return SCREEN_UP;
    case 'B': return SCREEN_DOWN;
    case 'H': return SCREEN_HOME;
    case 'F': return SCREEN_END;
    case '~': return last == '5' ? SCREEN_PAGE_UP : last == '6' ? SCREEN_PAGE_DOWN : SCREEN_OTHER;
    default: return SCREEN_OTHER;
    }
}

int screen_key(void)
{
    for (;;) {
        if (ended)
            return SCREEN_QUIT;
        if (resized) {
            resized = 0;
            return SCREEN_RESIZED;
        }
        int c = next_byte();
        if (c == 27)
            return escape();
        if (c >= 0)
            return c;
    }
}

bool screen_ask(struct arena *a, const char *prompt, struct str *ret)
{
    CLEANUP(buf_release) struct buf line = {0}, out = {0};
    bool done = false;
    buf_init(&line, 4096);
    buf_init(&out, BUF_MAX_LINE);
    for (;;) {
        int columns, rows;
        screen_size(&columns, &rows);
        buf_clear(&out);
        struct str shown =
            utf8_cut(utf8_printable(a, buf_str(&line)), columns - utf8_width(str_c(prompt)) - 1);
        buf_printf(&out, "\x1b[%d;1H\x1b[0m\x1b[2K\x1b[?25h%s%.*s", rows, prompt, STR_ARG(shown));
        put(buf_cstr(&out), out.n);
        int k = screen_key();
        done = k == '\r' || k == '\n';
        if (done || k == 27 || k == SCREEN_QUIT)
            break;
        if (k == 127 || k == 8) {
            while (line.n && ((unsigned char)line.p[line.n - 1] & 0xc0) == 0x80)
                line.n--;
            line.n -= line.n > 0;
        } else if (k >= 32 && k < 256) {
            buf_add_char(&line, (char)k);
        }
    }
    put("\x1b[?25l", 6);
    *ret = arena_str(a, str_trim(buf_str(&line)));
    return done;
}

/* The editor's words and the file, for execvp. */
static char **words_of(struct arena *a, const char *editor, const char *path)
{
    struct str rest = str_c(editor), word;
    char **argv = ARENA_ARRAY(a, strlen(editor) + 3, char *);
    size_t n = 0;
    while (str_split(&rest, ' ', &word))
        if (word.n)
            argv[n++] = arena_strndup(a, word.p, word.n);
    if (!n)
        argv[n++] = arena_strdup(a, "vi");
    argv[n] = arena_strdup(a, path);
    return argv;
}

static bool run_editor(char **argv, struct err *e)
{
    int status;
    pid_t pid = fork();
    if (pid < 0)
        return err_errno(e, ERR_IO, "cannot start %s", argv[0]);
    if (pid == 0) {
        execvp(argv[0], argv);
        _exit(127);
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return err_errno(e, ERR_IO, "cannot wait for %s", argv[0]);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        err_set(e, ERR_IO, "%s ended without success", argv[0]);
        return err_hint(e, "EDITOR names the program that edits.");
    }
    return true;
}

static bool edit_file(struct arena *a, const char *editor, const char *path, struct str *ret,
                      struct err *e)
{
    screen_close();
    bool ok = run_editor(words_of(a, editor, path), e) && file_read(a, path, BUF_MAX_LINE, ret, e);
    struct err why = {0};
    if (!go_raw(ok ? e : &why))
        return false;
    return ok;
}

bool screen_edit(struct arena *a, const char *editor, struct str text, struct str *ret,
                 bool *ret_changed, struct err *e)
{
    char path[] = "/tmp/plimsoll-edit-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return err_errno(e, ERR_IO, "cannot make a file to edit");
    close(fd);
    bool ok = file_write(path, text, e) && edit_file(a, editor ? editor : "vi", path, ret, e);
    unlink(path);
    if (!ok)
        return false;
    /* Editors end a file with a line break that the output did not have. */
    if (ret->n && ret->p[ret->n - 1] == '\n' && !(text.n && text.p[text.n - 1] == '\n'))
        ret->n--;
    *ret_changed = !str_eq(*ret, text);
    return true;
}
