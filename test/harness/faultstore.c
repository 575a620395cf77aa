/*
 * faultstore N VERB …: runs plimsoll with a disk that fails. The N-th write to the store (its
 * database or its log) and all that follow fail as a full disk does, until the process ends.
 * Prints "no fault" on standard error when there were fewer than N writes.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

static sqlite3_vfs *real;
static long writes, fail_from;

/* A file of ours: SQLite's own behind it in the same block of memory. */
struct file {
    sqlite3_file base;
    sqlite3_file *inner;
};

static sqlite3_file *inner(sqlite3_file *f) { return ((struct file *)(void *)f)->inner; }

static int f_close(sqlite3_file *f) { return inner(f)->pMethods->xClose(inner(f)); }

static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return inner(f)->pMethods->xRead(inner(f), p, n, at);
}

static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    if (++writes >= fail_from)
        return SQLITE_FULL;
    return inner(f)->pMethods->xWrite(inner(f), p, n, at);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return inner(f)->pMethods->xTruncate(inner(f), n);
}

static int f_sync(sqlite3_file *f, int flags) { return inner(f)->pMethods->xSync(inner(f), flags); }

static int f_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return inner(f)->pMethods->xFileSize(inner(f), n);
}

static int f_lock(sqlite3_file *f, int how) { return inner(f)->pMethods->xLock(inner(f), how); }
static int f_unlock(sqlite3_file *f, int how) { return inner(f)->pMethods->xUnlock(inner(f), how); }

static int f_reserved(sqlite3_file *f, int *ret)
{
    return inner(f)->pMethods->xCheckReservedLock(inner(f), ret);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
    return inner(f)->pMethods->xFileControl(inner(f), op, arg);
}

static int f_sector(sqlite3_file *f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
static int f_device(sqlite3_file *f)
{
    return inner(f)->pMethods->xDeviceCharacteristics(inner(f));
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, ret);
}

static int f_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return inner(f)->pMethods->xShmLock(inner(f), at, n, flags);
}

static void f_shm_barrier(sqlite3_file *f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
static int f_shm_unmap(sqlite3_file *f, int drop)
{
    return inner(f)->pMethods->xShmUnmap(inner(f), drop);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_reserved,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_device,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
    struct file *mine = (struct file *)(void *)f;
    (void)vfs;
    mine->inner = (sqlite3_file *)(void *)(mine + 1);
    mine->base.pMethods = NULL;
    int rc = real->xOpen(real, name, mine->inner, flags, ret_flags);
    if (mine->inner->pMethods)
        mine->base.pMethods = &methods;
    return rc;
}

int main(int argc, char **argv)
{
    static sqlite3_vfs vfs;
    if (argc < 3) {
        fprintf(stderr, "usage: faultstore N VERB...\n");
        return 2;
    }
    fail_from = strtol(argv[1], NULL, 10);
    real = sqlite3_vfs_find(NULL);
    vfs = *real;
    vfs.zName = "fault";
    vfs.szOsFile = real->szOsFile + (int)sizeof(struct file);
    vfs.xOpen = v_open;
    sqlite3_vfs_register(&vfs, 1);
    int status = cmd_main(argc - 2, argv + 2);
    if (writes < fail_from)
        fprintf(stderr, "no fault\n");
    return status;
}
