/* The part of the driver interface that is the same for every database. */
#include "db/db.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool db_open(const char *where, int flags, struct db **ret, struct err *e)
{
    struct db *db = mem_calloc(1, sizeof *db);
    bool url = strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
    db->ops = url ? &db_postgres : &db_sqlite;
    db->claim_fd = -1;
    db->where = mem_strdup(where);
    if (!db->ops->open(db, where, flags, e)) {
        free(db->where);
        free(db);
        return false;
    }
    *ret = db;
    return true;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_rollback(db);
    db_unclaim(db);
    db->ops->close(db);
    free(db->where);
    free(db);
}

bool db_claim(struct db *db, uint64_t key, bool wait, bool *ret_taken, int *ret_pid,
              struct err *e)
{
    *ret_taken = false;
    *ret_pid = 0;
    return db->ops->claim(db, key, wait, ret_taken, ret_pid, e);
}

void db_unclaim(struct db *db) { db->ops->unclaim(db); }

void db_slim(struct db *db) { db->ops->slim(db); }

bool db_exec(struct db *db, const char *sql, struct err *e) { return db->ops->exec(db, sql, e); }

bool db_prepare(struct db *db, const char *sql, struct db_stmt **ret, struct err *e)
{
    struct db_stmt *st = mem_calloc(1, sizeof *st);
    st->db = db;
    st->sql = sql;
    if (!db->ops->prepare(db, sql, st, e)) {
        free(st);
        return false;
    }
    *ret = st;
    return true;
}

void db_finalize(struct db_stmt *st)
{
    if (!st)
        return;
    st->db->ops->finalize(st);
    free(st);
}

void db_stmt_closep(struct db_stmt **st)
{
    db_finalize(*st);
    *st = NULL;
}

/* The driver's own position of $pos. A position the SQL does not have is a programming error. */
static int at(const struct db_stmt *st, int pos)
{
    if (pos < 1 || pos > st->n_params || st->index[pos] == 0)
        BUG("statement has no parameter $%d: %s", pos, st->sql);
    return st->index[pos];
}

static void bind_absent(struct db_stmt *st, int pos, enum db_kind kind)
{
    st->db->ops->bind_null(st, at(st, pos), kind);
}

void db_bind_null(struct db_stmt *st, int pos) { bind_absent(st, pos, DB_ANY); }

void db_bind_int(struct db_stmt *st, int pos, int64_t v)
{
    st->db->ops->bind_int(st, at(st, pos), v);
}

void db_bind_num(struct db_stmt *st, int pos, double v)
{
    if (isfinite(v))
        st->db->ops->bind_num(st, at(st, pos), v);
    else
        bind_absent(st, pos, DB_NUM);
}

void db_bind_text(struct db_stmt *st, int pos, struct str v)
{
    if (str_null(v))
        bind_absent(st, pos, DB_TEXT);
    else
        st->db->ops->bind_text(st, at(st, pos), v);
}

void db_bind_c(struct db_stmt *st, int pos, const char *v) { db_bind_text(st, pos, str_c(v)); }

void db_bind_count(struct db_stmt *st, int pos, int64_t v)
{
    if (v < 0)
        bind_absent(st, pos, DB_INT);
    else
        db_bind_int(st, pos, v);
}

void db_bind_blob(struct db_stmt *st, int pos, struct str v)
{
    if (str_null(v))
        bind_absent(st, pos, DB_BLOB);
    else
        st->db->ops->bind_blob(st, at(st, pos), v);
}

bool db_step(struct db_stmt *st, bool *ret_row, struct err *e)
{
    if (!st->db->ops->step(st, ret_row, e)) {
        db_reset(st);
        return false;
    }
    if (!*ret_row)
        db_reset(st);
    return true;
}

bool db_run(struct db_stmt *st, struct err *e)
{
    bool row;
    if (!db_step(st, &row, e))
        return false;
    db_reset(st);
    return true;
}

void db_reset(struct db_stmt *st)
{
    st->rc = 0;
    st->db->ops->reset(st);
}

bool db_is_null(struct db_stmt *st, int col) { return st->db->ops->column_null(st, col); }
int64_t db_int(struct db_stmt *st, int col) { return st->db->ops->column_int(st, col); }

double db_num(struct db_stmt *st, int col)
{
    return db_is_null(st, col) ? (double)NAN : st->db->ops->column_num(st, col);
}

struct str db_text(struct db_stmt *st, int col)
{
    if (db_is_null(st, col))
        return (struct str){0};
    return st->db->ops->column_bytes(st, col);
}

struct str db_text_copy(struct db_stmt *st, int col, struct arena *a)
{
    struct str s = db_text(st, col);
    return str_null(s) ? s : arena_str(a, s);
}

int64_t db_count(struct db_stmt *st, int col) { return db_is_null(st, col) ? -1 : db_int(st, col); }

bool db_collect(struct db_stmt *st, struct arena *a, db_read_row *read, size_t size, void **ret,
                size_t *ret_n, struct err *e)
{
    char *rows = NULL;
    size_t n = 0, cap = 0;
    bool more, ok;
    while ((ok = db_step(st, &more, e)) && more) {
        if (n == cap) {
            cap = cap ? cap * 2 : 16;
            rows = mem_realloc(rows, cap * size);
        }
        memset(rows + n * size, 0, size);
        read(st, a, rows + n++ * size);
    }
    *ret = arena_calloc(a, n, size);
    *ret_n = n;
    if (n)
        memcpy(*ret, rows, n * size);
    free(rows);
    return ok;
}

bool db_one_id(struct db_stmt *st, int64_t *ret, struct err *e)
{
    bool row;
    if (!db_step(st, &row, e))
        return false;
    *ret = row ? db_int(st, 0) : 0;
    db_reset(st);
    return true;
}

bool db_begin(struct db *db, struct err *e)
{
    if (db->in_transaction)
        BUG("a transaction inside a transaction");
    if (!db_exec(db, db->ops->begin, e)) {
        /* it may have begun without getting the lock */
        db->in_transaction = true;
        db_rollback(db);
        return false;
    }
    db->in_transaction = true;
    return true;
}

bool db_commit(struct db *db, struct err *e)
{
    if (!db->in_transaction)
        BUG("commit without a transaction");
    if (!db_exec(db, "COMMIT", e)) {
        db_rollback(db);
        return false;
    }
    db->in_transaction = false;
    return true;
}

void db_rollback(struct db *db)
{
    if (!db->in_transaction)
        return;
    db->in_transaction = false;
    /* Nothing to report: SQLite may have rolled back by itself already. */
    if (!db_exec(db, "ROLLBACK", NULL))
        return;
}
