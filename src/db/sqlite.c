/*
 * SQLite behind db_ops. Owns the pragmas that decide speed and safety: 16 KiB pages, write-ahead
 * log, synchronous=NORMAL (a killed process loses nothing that was committed; a power cut may
 * lose the last transactions, never the file's integrity).
 */
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static bool fail(sqlite3 *h, int rc, const char *where, struct err *e)
{
    int primary = rc & 0xff;
    const char *msg = h ? sqlite3_errmsg(h) : sqlite3_errstr(rc);
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
        err_set(e, ERR_STORE, "%s: another process has held the store locked for %d s", where,
                DB_BUSY_MS / 1000);
        return err_hint(e, "Wait for it to finish, or end it; nothing was changed.");
    }
    if (primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT) {
        err_set(e, ERR_STORE, "%s: not a readable store (%s)", where, msg);
        return err_hint(e, "Move the file away to start a new one, or restore it from a copy.");
    }
    if (primary == SQLITE_FULL || primary == SQLITE_IOERR)
        return err_set(e, ERR_IO, "%s: cannot write: %s", where, msg);
    return err_set(e, ERR_STORE, "%s: %s", where, msg);
}

static bool make_folder(const char *path, struct err *e)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return true;
    if ((size_t)(slash - path) >= sizeof dir)
        return err_set(e, ERR_IO, "%s: the path is too long", path);
    memcpy(dir, path, (size_t)(slash - path));
    dir[slash - path] = 0;
    return file_mkdirs(dir, e);
}

static bool sq_exec(struct db *db, const char *sql, struct err *e)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || fail(db->handle, rc, db->where, e);
}

static void sq_slim(struct db *db)
{
    /* Reading goes from front to back: a small cache does. A failure only costs memory. */
    if (!sq_exec(db, "PRAGMA cache_size=-4096; PRAGMA shrink_memory", NULL))
        return;
}

/* The claim is a lock on one byte, chosen by `key`, of a file beside the database: the system gives
 * it back when the process ends. */
static bool open_lock_file(struct db *db, struct err *e)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s.lock", db->where) >= sizeof path)
        return err_set(e, ERR_IO, "%s: the path is too long", db->where);
    db->claim_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    return db->claim_fd >= 0 || err_errno(e, ERR_IO, "cannot open %s", path);
}

static bool sq_claim(struct db *db, uint64_t key, bool wait, bool *ret_taken, int *ret_pid,
                     struct err *e)
{
    if (db->claim_fd < 0 && !open_lock_file(db, e))
        return false;
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)(key >> 2), .l_len = 1};
    if (fcntl(db->claim_fd, wait ? F_SETLKW : F_SETLK, &lock) == 0) {
        *ret_taken = true;
        return true;
    }
    if (errno == EINTR)
        return err_set(e, ERR_INTERRUPTED, "interrupted while waiting for another process");
    if (errno != EACCES && errno != EAGAIN)
        return err_errno(e, ERR_IO, "cannot lock %s.lock", db->where);
    if (fcntl(db->claim_fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
        *ret_pid = lock.l_pid;
    return true;
}

static void sq_unclaim(struct db *db)
{
    if (db->claim_fd >= 0)
        close(db->claim_fd);
    db->claim_fd = -1;
}

static void sq_close(struct db *db)
{
    if (sqlite3_close(db->handle) != SQLITE_OK)
        BUG("the store is closed while statements are open");
}

static bool sq_open(struct db *db, const char *where, int flags, struct err *e)
{
    bool memory = strcmp(where, ":memory:") == 0;
    int how = flags & DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (!memory && !(flags & DB_CREATE) && !file_exists(where))
        return err_set(e, ERR_NOT_FOUND, "there is no store at %s", where);
    if (flags & DB_CREATE) {
        how |= SQLITE_OPEN_CREATE;
        if (!memory && !make_folder(where, e))
            return false;
    }
    sqlite3 *h = NULL;
    int rc = sqlite3_open_v2(where, &h, how | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK) {
        fail(h, rc, where, e);
        sqlite3_close(h);
        return false;
    }
    db->handle = h;
    sqlite3_extended_result_codes(h, 1);
    sqlite3_busy_timeout(h, DB_BUSY_MS);
    /* page_size only takes effect on a new file, and must come before WAL. */
    const char *pragmas = flags & DB_READ_ONLY
                              ? "PRAGMA foreign_keys=ON; PRAGMA cache_size=-32768"
                              : "PRAGMA page_size=16384; PRAGMA journal_mode=WAL;"
                                "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                                "PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY";
    if (sq_exec(db, pragmas, e))
        return true;
    sqlite3_close(h);
    return false;
}

/* SQLite takes $1 as a *name* and numbers parameters by first appearance. */
static bool map_params(sqlite3_stmt *h, struct db_stmt *st)
{
    int n = sqlite3_bind_parameter_count(h);
    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(h, i);
        long long pos;
        if (!name || name[0] != '$' || !str_long(str_c(name + 1), &pos) || pos < 1 ||
            pos > DB_MAX_PARAMS)
            return false;
        st->index[pos] = i;
        if (pos > st->n_params)
            st->n_params = (int)pos;
    }
    return true;
}

static bool sq_prepare(struct db *db, const char *sql, struct db_stmt *st, struct err *e)
{
    sqlite3_stmt *h = NULL;
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &h, NULL);
    if (rc != SQLITE_OK)
        return fail(db->handle, rc, db->where, e);
    if (!map_params(h, st))
        BUG("parameters must be $1 … $%d: %s", DB_MAX_PARAMS, sql);
    st->handle = h;
    return true;
}

static void sq_finalize(struct db_stmt *st) { sqlite3_finalize(st->handle); }

static void keep(struct db_stmt *st, int rc)
{
    if (rc != SQLITE_OK && st->rc == SQLITE_OK)
        st->rc = rc;
}

static void sq_bind_null(struct db_stmt *st, int pos, enum db_kind kind)
{
    (void)kind;
    keep(st, sqlite3_bind_null(st->handle, pos));
}

static void sq_bind_int(struct db_stmt *st, int pos, int64_t v)
{
    keep(st, sqlite3_bind_int64(st->handle, pos, v));
}

static void sq_bind_num(struct db_stmt *st, int pos, double v)
{
    keep(st, sqlite3_bind_double(st->handle, pos, v));
}

static void sq_bind_text(struct db_stmt *st, int pos, struct str v)
{
    keep(st, sqlite3_bind_text64(st->handle, pos, v.p, v.n, SQLITE_STATIC, SQLITE_UTF8));
}

static void sq_bind_blob(struct db_stmt *st, int pos, struct str v)
{
    keep(st, sqlite3_bind_blob64(st->handle, pos, v.p, v.n, SQLITE_STATIC));
}

static bool sq_step(struct db_stmt *st, bool *ret_row, struct err *e)
{
    int rc = st->rc ? st->rc : sqlite3_step(st->handle);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return fail(st->rc ? NULL : st->db->handle, rc, st->db->where, e);
    *ret_row = rc == SQLITE_ROW;
    return true;
}

static void sq_reset(struct db_stmt *st) { sqlite3_reset(st->handle); }

static bool sq_column_null(struct db_stmt *st, int col)
{
    return sqlite3_column_type(st->handle, col) == SQLITE_NULL;
}

static int64_t sq_column_int(struct db_stmt *st, int col)
{
    return sqlite3_column_int64(st->handle, col);
}

static double sq_column_num(struct db_stmt *st, int col)
{
    return sqlite3_column_double(st->handle, col);
}

static struct str sq_column_bytes(struct db_stmt *st, int col)
{
    /* The empty blob comes as a null pointer, but is not the null string. */
    const char *p = sqlite3_column_blob(st->handle, col);
    return (struct str){p ? p : "", (size_t)sqlite3_column_bytes(st->handle, col)};
}

const struct db_ops db_sqlite = {
    .name = "sqlite",
    .version = sqlite3_libversion,
    .open = sq_open,
    .close = sq_close,
    .exec = sq_exec,
    .begin = "BEGIN IMMEDIATE",
    .claim = sq_claim,
    .unclaim = sq_unclaim,
    .slim = sq_slim,
    .prepare = sq_prepare,
    .finalize = sq_finalize,
    .bind_null = sq_bind_null,
    .bind_int = sq_bind_int,
    .bind_num = sq_bind_num,
    .bind_text = sq_bind_text,
    .bind_blob = sq_bind_blob,
    .step = sq_step,
    .reset = sq_reset,
    .column_null = sq_column_null,
    .column_int = sq_column_int,
    .column_num = sq_column_num,
    .column_bytes = sq_column_bytes,
};
