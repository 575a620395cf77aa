/* Bubblewrap, or Landlock with seccomp; see sandbox.h. */
#include "grade/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

const char *sandbox_name(enum sandbox_kind k)
{
    static const char *const names[] = {"none", "bubblewrap", "landlock+seccomp"};
    return names[k];
}

/* ---- what works here ---- */

/* Only a trial tells: some systems have the program but forbid it user namespaces. */
static bool bubblewrap_works(void)
{
    static const char *const cat[] = {"cat", NULL};
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct child_options o = {.argv = cat, .dir = "/", .max_line = 64};
    struct child c;
    struct str answer;
    struct err e;
    bool ok = sandbox_apply(a, SANDBOX_BUBBLEWRAP, false, &o, &e) && child_start(&c, &o, &e) &&
              child_ask(&c, STR("works"), clock_mono() + 5, &answer, &e) &&
              str_eq_c(answer, "works");
    if (ok)
        child_stop(&c);
    return ok;
}

static int landlock_abi(void)
{
    long n = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return n < 0 ? 0 : (int)n;
}

static enum sandbox_kind best;

static void find_best(void)
{
    best = bubblewrap_works()   ? SANDBOX_BUBBLEWRAP
           : landlock_abi() > 0 ? SANDBOX_LANDLOCK
                                : SANDBOX_NONE;
}

enum sandbox_kind sandbox_best(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_best);
    return best;
}

/* ---- limits, in the child ---- */

struct confinement {
    int ruleset;              /* Landlock, or -1 */
    struct sock_fprog filter; /* seccomp; len 0: none */
};

static bool set_limits(void)
{
    const struct rlimit files = {256, 256}, size = {64 << 20, 64 << 20}, core = {0, 0};
    return setrlimit(RLIMIT_NOFILE, &files) == 0 && setrlimit(RLIMIT_FSIZE, &size) == 0 &&
           setrlimit(RLIMIT_CORE, &core) == 0;
}

static bool confine(void *arg)
{
    struct confinement *k = arg;
    if (!set_limits() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    if (k->ruleset >= 0 && syscall(SYS_landlock_restrict_self, k->ruleset, 0) != 0)
        return false;
    return k->filter.len == 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &k->filter, 0, 0) == 0;
}

/* ---- bubblewrap ---- */

static bool apply_bubblewrap(struct arena *a, bool network, struct child_options *o)
{
    static const char *const head[] = {
        "bwrap",        "--ro-bind", "/",       "/",    "--dev",         "/dev",
        "--proc",       "/proc",     "--tmpfs", "/tmp", "--unshare-pid", "--unshare-ipc",
        "--unshare-uts"};
    struct confinement *k = ARENA_NEW(a, struct confinement);
    size_t n = 0, m = 0;
    while (o->argv[n])
        n++;
    const char **argv = ARENA_ARRAY(a, ARRAY_LEN(head) + n + 10, const char *);
    for (size_t i = 0; i < ARRAY_LEN(head); i++)
        argv[m++] = head[i];
    if (!network)
        argv[m++] = "--unshare-net";
    char here[4096];
    const char *dir = o->dir ? o->dir : getcwd(here, sizeof here);
    if (dir) { /* the private /tmp may hide it */
        argv[m++] = "--ro-bind";
        argv[m++] = arena_strdup(a, dir);
        argv[m++] = arena_strdup(a, dir);
        argv[m++] = "--chdir";
        argv[m++] = arena_strdup(a, dir);
    }
    argv[m++] = "--";
    for (size_t i = 0; i < n; i++)
        argv[m++] = o->argv[i];
    argv[m] = NULL;
    k->ruleset = -1;
    o->argv = argv;
    o->confine = confine;
    o->confine_arg = k;
    return true;
}

/* ---- Landlock and seccomp ---- */

static bool allow_path(int ruleset, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access};
    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return false;
    long rc = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return rc == 0;
}

static void close_fd(void *p) { close(*(int *)p); }

/* Every right of the first Landlock version is handled, reading and running granted everywhere,
 * writing only to the null device. */
static bool make_ruleset(struct arena *a, int *ret)
{
    const uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    const uint64_t reading =
        LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    struct landlock_ruleset_attr attr = {.handled_access_fs = all};
    int *fd = ARENA_NEW(a, int);
    *fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (*fd < 0)
        return false;
    fcntl(*fd, F_SETFD, FD_CLOEXEC);
    arena_defer(a, close_fd, fd);
    *ret = *fd;
    return allow_path(*fd, "/", reading) &&
           allow_path(*fd, "/dev/null",
                      LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
}

static bool deny_calls(scmp_filter_ctx ctx, bool network)
{
    static const int calls[] = {
        SCMP_SYS(ptrace),
        SCMP_SYS(process_vm_readv),
        SCMP_SYS(process_vm_writev),
        SCMP_SYS(mount),
        SCMP_SYS(umount2),
        SCMP_SYS(pivot_root),
        SCMP_SYS(unshare),
        SCMP_SYS(setns),
        SCMP_SYS(bpf),
        SCMP_SYS(perf_event_open),
        SCMP_SYS(keyctl),
        SCMP_SYS(add_key),
        SCMP_SYS(kexec_load),
        SCMP_SYS(init_module),
        SCMP_SYS(finit_module),
        SCMP_SYS(reboot),
        SCMP_SYS(io_uring_setup),
        SCMP_SYS(userfaultfd),
    };
    const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (seccomp_rule_add(ctx, refuse, calls[i], 0) != 0)
            return false;
    const struct scmp_arg_cmp not_unix = {.arg = 0, .op = SCMP_CMP_NE, .datum_a = AF_UNIX};
    return network || seccomp_rule_add(ctx, refuse, SCMP_SYS(socket), 1, not_unix) == 0;
}

/* The filter as a program, made before the fork: libseccomp allocates memory. */
static bool make_filter(struct arena *a, bool network, struct sock_fprog *ret)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
    int fd = memfd_create("filter", MFD_CLOEXEC);
    struct stat st;
    bool ok = ctx && fd >= 0 && deny_calls(ctx, network) && seccomp_export_bpf(ctx, fd) == 0 &&
              fstat(fd, &st) == 0 && st.st_size > 0;
    if (ok) {
        size_t n = (size_t)st.st_size / sizeof *ret->filter;
        ret->filter = ARENA_ARRAY(a, n, struct sock_filter);
        ret->len = (unsigned short)n;
        ok = pread(fd, ret->filter, n * sizeof *ret->filter, 0) == st.st_size;
    }
    if (fd >= 0)
        close(fd);
    if (ctx)
        seccomp_release(ctx);
    return ok;
}

static bool apply_landlock(struct arena *a, bool network, struct child_options *o, struct err *e)
{
    struct confinement *k = ARENA_NEW(a, struct confinement);
    if (!make_ruleset(a, &k->ruleset))
        return err_errno(e, ERR_DENIED, "Landlock refuses to confine the program");
    if (!make_filter(a, network, &k->filter))
        return err_set(e, ERR_DENIED, "seccomp refuses to confine the program");
    o->confine = confine;
    o->confine_arg = k;
    return true;
}

bool sandbox_apply(struct arena *a, enum sandbox_kind kind, bool network, struct child_options *o,
                   struct err *e)
{
    switch (kind) {
    case SANDBOX_BUBBLEWRAP: return apply_bubblewrap(a, network, o);
    case SANDBOX_LANDLOCK: return apply_landlock(a, network, o, e);
    default: return true;
    }
}
