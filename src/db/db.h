#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * The database driver interface: what store/ is written on, once, whatever is below. SQL is
 * static text beside the function that uses it; values are always bound, written $1 … $n.
 *
 * A connection and its statements belong to one thread at a time. Errors are ERR_STORE and name
 * the statement's cause in words; a lock that another process holds for longer than the busy
 * time-out is ERR_STORE with a hint.
 */
struct db;
struct db_stmt;

enum { DB_MAX_PARAMS = 40, DB_BUSY_MS = 20000 };

/* What is bound; a NULL has the kind of the value that is absent, DB_ANY when nobody knows. */
enum db_kind { DB_ANY, DB_INT, DB_NUM, DB_TEXT, DB_BLOB };

enum db_open_flags {
    DB_CREATE = 1,   /* make the database (and its folder) when there is none */
    DB_READ_ONLY = 2 /* writes are refused */
};

/*
 * One implementation of the interface. Every member is required. The functions below the table
 * are what callers use; they are documented there.
 */
struct db_ops {
    const char *name;      /* "sqlite": also the folder of its migrations, sql/<name>/ */
    const char *(*version)(void); /* of the library */
    bool (*open)(struct db *db, const char *where, int flags, struct err *e);
    void (*close)(struct db *db);
    bool (*exec)(struct db *db, const char *sql, struct err *e);
    const char *begin;     /* SQL that begins a transaction and takes the write lock */
    bool (*claim)(struct db *db, uint64_t key, bool wait, bool *ret_taken, int *ret_pid,
                  struct err *e);
    void (*unclaim)(struct db *db);
    void (*slim)(struct db *db); /* gives memory back that only writing needs */
    bool (*prepare)(struct db *db, const char *sql, struct db_stmt *st, struct err *e);
    void (*finalize)(struct db_stmt *st);
    void (*bind_null)(struct db_stmt *st, int pos, enum db_kind kind);
    void (*bind_int)(struct db_stmt *st, int pos, int64_t v);
    void (*bind_num)(struct db_stmt *st, int pos, double v);
    void (*bind_text)(struct db_stmt *st, int pos, struct str v);
    void (*bind_blob)(struct db_stmt *st, int pos, struct str v);
    bool (*step)(struct db_stmt *st, bool *ret_row, struct err *e);
    void (*reset)(struct db_stmt *st);
    bool (*column_null)(struct db_stmt *st, int col);
    int64_t (*column_int)(struct db_stmt *st, int col);
    double (*column_num)(struct db_stmt *st, int col);
    struct str (*column_bytes)(struct db_stmt *st, int col);
};

/* Public so that a driver can fill it; callers treat it as opaque. */
struct db {
    const struct db_ops *ops;
    void *handle;
    char *where;       /* path or URL, without a password */
    bool in_transaction;
    int claim_fd;      /* of drivers that lock a file; -1: none */
};

struct db_stmt {
    struct db *db;
    void *handle;
    const char *sql;
    int rc;                          /* first failure of a bind, reported by the next step */
    int n_params;
    int index[DB_MAX_PARAMS + 1];    /* position in $n notation -> the driver's position */
};

/* Opens what `where` names: postgresql://… for PostgreSQL, else a path for SQLite. ERR_NOT_FOUND
 * when the file does not exist and flags lack DB_CREATE. */
MUST_CHECK bool db_open(const char *where, int flags, struct db **ret, struct err *e);
void db_close(struct db *db); /* NULL is fine; rolls back an open transaction */

/* The writing is done: gives back the memory that only writing needs. */
void db_slim(struct db *db);

/*
 * A claim keeps two processes from doing the same work. It is held until db_unclaim, or until the
 * process ends, however it ends. *ret_taken false: somebody else has it, *ret_pid is their process
 * id (0: unknown). With `wait` it returns only when it is taken (ERR_INTERRUPTED: a signal came).
 */
MUST_CHECK bool db_claim(struct db *db, uint64_t key, bool wait, bool *ret_taken, int *ret_pid,
                         struct err *e);
void db_unclaim(struct db *db);

/* Runs SQL without parameters, one or more statements. */
MUST_CHECK bool db_exec(struct db *db, const char *sql, struct err *e);

/* `sql` must outlive the statement. Release with db_finalize before db_close. */
MUST_CHECK bool db_prepare(struct db *db, const char *sql, struct db_stmt **ret, struct err *e);
void db_finalize(struct db_stmt *st); /* NULL is fine */
void db_stmt_closep(struct db_stmt **st); /* for CLEANUP */

/* Binding; `pos` is the n of $n. The bytes must live until the statement is reset. NaN and the
 * null string are bound as NULL. */
void db_bind_null(struct db_stmt *st, int pos);
void db_bind_int(struct db_stmt *st, int pos, int64_t v);
void db_bind_num(struct db_stmt *st, int pos, double v);
void db_bind_text(struct db_stmt *st, int pos, struct str v);
void db_bind_c(struct db_stmt *st, int pos, const char *v);
void db_bind_count(struct db_stmt *st, int pos, int64_t v); /* negative is bound as NULL */
void db_bind_blob(struct db_stmt *st, int pos, struct str v);

/* Next row; *ret_row false when there is none, and then the statement is reset. */
MUST_CHECK bool db_step(struct db_stmt *st, bool *ret_row, struct err *e);
/* Runs a statement that returns no rows (or whose rows do not matter) and resets it. */
MUST_CHECK bool db_run(struct db_stmt *st, struct err *e);
void db_reset(struct db_stmt *st);

/* The current row, columns from 0. Text and blobs live until the next step or reset. */
bool db_is_null(struct db_stmt *st, int col);
int64_t db_int(struct db_stmt *st, int col);   /* NULL reads as 0 */
double db_num(struct db_stmt *st, int col);    /* NULL reads as NaN */
struct str db_text(struct db_stmt *st, int col); /* NULL reads as the null string; also blobs */
struct str db_text_copy(struct db_stmt *st, int col, struct arena *a); /* in the arena */
int64_t db_count(struct db_stmt *st, int col); /* NULL reads as -1 */

/* Runs a statement to its end and collects its rows, each read by `read` into a zeroed object of
 * `size` bytes; *ret is an array of *ret_n of them in the arena. */
typedef void db_read_row(struct db_stmt *st, struct arena *a, void *row);
MUST_CHECK bool db_collect(struct db_stmt *st, struct arena *a, db_read_row *read, size_t size,
                           void **ret, size_t *ret_n, struct err *e);

/* The first column of the first row as an id, 0 when there is no row; resets the statement. */
MUST_CHECK bool db_one_id(struct db_stmt *st, int64_t *ret, struct err *e);

/* A write transaction: takes the write lock at once, so that it waits here and not in the
 * middle. db_rollback does nothing outside a transaction. */
MUST_CHECK bool db_begin(struct db *db, struct err *e);
MUST_CHECK bool db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db);

/* The drivers. */
extern const struct db_ops db_sqlite;
extern const struct db_ops db_postgres;
