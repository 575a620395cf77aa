/*
 * PostgreSQL behind db_ops, for teams that share a store. libpq is loaded when a store names a
 * postgresql:// address, so that nobody else needs it. Values go to the server in binary with
 * their types, results come back as text. One transaction writes at a time, as with SQLite: it
 * takes an advisory lock first.
 */
#include "db/db.h"

#include <ctype.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

/* Numbers of libpq's interface and of the server's types, as its manual has them. */
enum { CONNECTION_OK = 0, PGRES_COMMAND_OK = 1, PGRES_TUPLES_OK = 2, DIAG_SQLSTATE = 'C' };
enum { TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_TEXT = 25, TYPE_FLOAT8 = 701 };

/* Whoever writes holds this advisory lock until the end of the transaction. */
#define WRITE_LOCK "7310588"

struct pg_conn;
struct pg_result;

/* The functions of libpq that are used, by their names. */
static struct {
    struct pg_conn *(*connectdb)(const char *info);
    int (*status)(const struct pg_conn *c);
    char *(*errorMessage)(const struct pg_conn *c);
    void (*finish)(struct pg_conn *c);
    struct pg_result *(*exec)(struct pg_conn *c, const char *sql);
    struct pg_result *(*prepare)(struct pg_conn *c, const char *name, const char *sql, int n,
                                 const unsigned *types);
    struct pg_result *(*execPrepared)(struct pg_conn *c, const char *name, int n,
                                      const char *const *values, const int *lengths,
                                      const int *formats, int result_format);
    int (*resultStatus)(const struct pg_result *r);
    char *(*resultErrorField)(const struct pg_result *r, int field);
    int (*ntuples)(const struct pg_result *r);
    unsigned (*ftype)(const struct pg_result *r, int col);
    int (*getisnull)(const struct pg_result *r, int row, int col);
    char *(*getvalue)(const struct pg_result *r, int row, int col);
    int (*getlength)(const struct pg_result *r, int row, int col);
    void (*clear)(struct pg_result *r);
    void *(*setNoticeProcessor)(struct pg_conn *c, void (*fn)(void *, const char *), void *arg);
} pq;

static bool find(void *lib, const char *name, void *ret_function, struct err *e)
{
    void *p = dlsym(lib, name);
    if (!p)
        return err_set(e, ERR_STORE, "libpq has no function %s", name);
    memcpy(ret_function, &p, sizeof p);
    return true;
}

static bool find_all(void *l, struct err *e)
{
    return find(l, "PQconnectdb", &pq.connectdb, e) && find(l, "PQstatus", &pq.status, e) &&
           find(l, "PQerrorMessage", &pq.errorMessage, e) &&
           find(l, "PQfinish", &pq.finish, e) && find(l, "PQexec", &pq.exec, e) &&
           find(l, "PQprepare", &pq.prepare, e) &&
           find(l, "PQexecPrepared", &pq.execPrepared, e) &&
           find(l, "PQresultStatus", &pq.resultStatus, e) &&
           find(l, "PQresultErrorField", &pq.resultErrorField, e) &&
           find(l, "PQntuples", &pq.ntuples, e) && find(l, "PQftype", &pq.ftype, e) &&
           find(l, "PQgetisnull", &pq.getisnull, e) && find(l, "PQgetvalue", &pq.getvalue, e) &&
           find(l, "PQgetlength", &pq.getlength, e) && find(l, "PQclear", &pq.clear, e) &&
           find(l, "PQsetNoticeProcessor", &pq.setNoticeProcessor, e);
}

static bool load_library(struct err *e)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static bool loaded;
    pthread_mutex_lock(&mutex);
    bool ok = loaded;
    if (!ok) {
        void *lib = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
        if (!lib) {
            err_set(e, ERR_STORE, "a postgresql:// store needs the library libpq.so.5: %s",
                    dlerror());
            err_hint(e, "Install it (Debian: libpq5), or use a file as the store.");
        }
        ok = loaded = lib && find_all(lib, e);
    }
    pthread_mutex_unlock(&mutex);
    return ok;
}

/* --- connection --- */

struct connection {
    struct pg_conn *c;
    long statements; /* made so far: their names */
};

static struct connection *conn(const struct db *db) { return db->handle; }

/* libpq's sentences end in line breaks and may hold several lines. */
static struct str first_line(const char *msg)
{
    struct str s = str_trim(str_c(msg));
    ptrdiff_t end = str_find_char(s, '\n');
    return end < 0 ? s : str_sub(s, 0, (size_t)end);
}

static bool fail(struct db *db, const struct pg_result *r, struct err *e)
{
    const char *state = r ? pq.resultErrorField(r, DIAG_SQLSTATE) : NULL;
    struct str why = first_line(pq.errorMessage(conn(db)->c));
    if (state && strcmp(state, "55P03") == 0) { /* lock_not_available */
        err_set(e, ERR_STORE, "%s: another process has held the store locked for %d s", db->where,
                DB_BUSY_MS / 1000);
        return err_hint(e, "Wait for it to finish, or end it; nothing was changed.");
    }
    if (str_starts_c(why, "ERROR:"))
        why = str_trim(str_sub(why, 6, why.n));
    return err_set(e, ERR_STORE, "%s: %.*s", db->where, STR_ARG(why));
}

/* Done with the result; true unless it is a failure. */
static bool done(struct db *db, struct pg_result *r, struct err *e)
{
    int status = pq.resultStatus(r);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || fail(db, r, e);
    pq.clear(r);
    return ok;
}

static bool pg_exec(struct db *db, const char *sql, struct err *e)
{
    return done(db, pq.exec(conn(db)->c, sql), e);
}

static void no_notices(void *arg, const char *msg)
{
    (void)arg;
    (void)msg;
}

static void pg_close(struct db *db)
{
    pq.finish(conn(db)->c);
    free(db->handle);
}

/* "postgresql://user:secret@host/db" -> without ":secret", for messages. */
static void hide_password(char *where)
{
    char *from = strstr(where, "://");
    char *at = from ? strrchr(from, '@') : NULL;
    char *colon = at ? strchr(from + 3, ':') : NULL;
    if (colon && colon < at)
        memmove(colon, at, strlen(at) + 1);
    char *query = strchr(where, '?'); /* may hold a password as well */
    if (query)
        *query = 0;
}

static bool pg_open(struct db *db, const char *where, int flags, struct err *e)
{
    (void)flags;
    hide_password(db->where);
    if (!load_library(e))
        return false;
    struct connection *k = mem_calloc(1, sizeof *k);
    k->c = pq.connectdb(where);
    db->handle = k;
    if (!k->c || pq.status(k->c) != CONNECTION_OK) {
        struct str why = first_line(k->c ? pq.errorMessage(k->c) : "out of memory");
        err_set(e, ERR_STORE, "cannot open %s: %.*s", db->where, STR_ARG(why));
        pg_close(db);
        return false;
    }
    pq.setNoticeProcessor(k->c, no_notices, NULL);
    char settings[64];
    snprintf(settings, sizeof settings, "SET lock_timeout = %d", DB_BUSY_MS);
    if (pg_exec(db, settings, e))
        return true;
    pg_close(db);
    return false;
}

static void pg_slim(struct db *db) { (void)db; }
static const char *pg_version(void) { return "by libpq"; }

/* --- statements --- */

struct value {
    enum db_kind kind;
    bool null;
    struct str bytes;      /* text, blob: the caller's; numbers: their own 8 bytes below */
    unsigned char number[8];
};

struct statement {
    char name[24];         /* "" while not prepared */
    enum db_kind kinds[DB_MAX_PARAMS + 1]; /* it was prepared for */
    struct value values[DB_MAX_PARAMS + 1];
    struct pg_result *result; /* NULL: not running */
    int row;                  /* the current one, -1 before the first */
    struct arena *a;          /* decoded bytes of the current row */
};

/* The greatest n of $n outside quotes. */
static int count_params(const char *sql)
{
    int most = 0;
    bool quoted = false;
    for (; *sql; sql++) {
        quoted = quoted != (*sql == '\'');
        if (!quoted && *sql == '$' && isdigit((unsigned char)sql[1])) {
            int n = (int)strtol(sql + 1, NULL, 10);
            most = n > most ? n : most;
        }
    }
    return most;
}

/* The server prepares it at the first step, when the types of the values are known. */
static bool pg_prepare(struct db *db, const char *sql, struct db_stmt *st, struct err *e)
{
    (void)db;
    (void)e;
    struct statement *s = mem_calloc(1, sizeof *s);
    st->n_params = count_params(sql);
    if (st->n_params > DB_MAX_PARAMS)
        BUG("parameters must be $1 … $%d: %s", DB_MAX_PARAMS, sql);
    for (int i = 1; i <= st->n_params; i++)
        st->index[i] = i;
    s->a = arena_new();
    st->handle = s;
    return true;
}

static void pg_reset(struct db_stmt *st)
{
    struct statement *s = st->handle;
    if (s->result)
        pq.clear(s->result);
    s->result = NULL;
}

static bool deallocate(struct db *db, struct statement *s, struct err *e)
{
    char sql[64];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
    s->name[0] = 0;
    return pg_exec(db, sql, e);
}

static void pg_finalize(struct db_stmt *st)
{
    struct statement *s = st->handle;
    pg_reset(st);
    /* In a failed transaction the server refuses; it forgets the statement with the connection. */
    if (s->name[0] && !deallocate(st->db, s, NULL))
        s->name[0] = 0;
    arena_free(s->a);
    free(s);
}

static struct value *value(struct db_stmt *st, int pos, enum db_kind kind)
{
    struct value *v = &((struct statement *)st->handle)->values[pos];
    *v = (struct value){.kind = kind};
    return v;
}

static void pg_bind_null(struct db_stmt *st, int pos, enum db_kind kind)
{
    value(st, pos, kind)->null = true;
}

/* Most significant byte first, as the server's binary formats want it. */
static void bind_8(struct value *v, uint64_t bits)
{
    for (int i = 0; i < 8; i++)
        v->number[i] = (unsigned char)(bits >> (56 - 8 * i));
    v->bytes = (struct str){(const char *)v->number, sizeof v->number};
}

static void pg_bind_int(struct db_stmt *st, int pos, int64_t n)
{
    bind_8(value(st, pos, DB_INT), (uint64_t)n);
}

static void pg_bind_num(struct db_stmt *st, int pos, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bind_8(value(st, pos, DB_NUM), bits);
}

static void pg_bind_text(struct db_stmt *st, int pos, struct str s)
{
    value(st, pos, DB_TEXT)->bytes = s;
}

static void pg_bind_blob(struct db_stmt *st, int pos, struct str s)
{
    value(st, pos, DB_BLOB)->bytes = s;
}

static bool prepared_for(const struct db_stmt *st, const struct statement *s)
{
    for (int i = 1; i <= st->n_params; i++)
        if (s->values[i].kind != s->kinds[i] && s->values[i].kind != DB_ANY)
            return false;
    return s->name[0] != 0;
}

static bool prepare_now(struct db_stmt *st, struct statement *s, struct err *e)
{
    static const unsigned types[] = {0, TYPE_INT8, TYPE_FLOAT8, TYPE_TEXT, TYPE_BYTEA};
    unsigned oids[DB_MAX_PARAMS];
    if (prepared_for(st, s))
        return true;
    if (s->name[0] && !deallocate(st->db, s, e))
        return false;
    for (int i = 1; i <= st->n_params; i++) {
        s->kinds[i] = s->values[i].kind;
        oids[i - 1] = types[s->kinds[i]];
    }
    char name[sizeof s->name];
    snprintf(name, sizeof name, "s%ld", ++conn(st->db)->statements);
    if (!done(st->db, pq.prepare(conn(st->db)->c, name, st->sql, st->n_params, oids), e))
        return false;
    memcpy(s->name, name, sizeof s->name);
    return true;
}

static bool execute(struct db_stmt *st, struct statement *s, struct err *e)
{
    const char *values[DB_MAX_PARAMS];
    int lengths[DB_MAX_PARAMS], formats[DB_MAX_PARAMS];
    if (!prepare_now(st, s, e))
        return false;
    for (int i = 0; i < st->n_params; i++) {
        struct value *v = &s->values[i + 1];
        if (v->kind == DB_INT || v->kind == DB_NUM)
            v->bytes.p = (const char *)v->number;
        values[i] = v->null ? NULL : v->bytes.p ? v->bytes.p : "";
        lengths[i] = (int)v->bytes.n;
        formats[i] = 1;
    }
    struct pg_result *r = pq.execPrepared(conn(st->db)->c, s->name, st->n_params, values, lengths,
                                          formats, 0);
    int status = pq.resultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail(st->db, r, e);
        pq.clear(r);
        return false;
    }
    s->result = r;
    s->row = -1;
    return true;
}

static bool pg_step(struct db_stmt *st, bool *ret_row, struct err *e)
{
    struct statement *s = st->handle;
    if (!s->result && !execute(st, s, e))
        return false;
    arena_reset(s->a);
    *ret_row = ++s->row < pq.ntuples(s->result);
    return true;
}

/* --- columns --- */

static bool pg_column_null(struct db_stmt *st, int col)
{
    const struct statement *s = st->handle;
    return pq.getisnull(s->result, s->row, col);
}

static const char *text_of(struct db_stmt *st, int col)
{
    const struct statement *s = st->handle;
    return pq.getvalue(s->result, s->row, col);
}

static int64_t pg_column_int(struct db_stmt *st, int col)
{
    const struct statement *s = st->handle;
    const char *text = text_of(st, col);
    if (pq.ftype(s->result, col) == TYPE_BOOL)
        return text[0] == 't';
    return strtoll(text, NULL, 10);
}

static double pg_column_num(struct db_stmt *st, int col) { return strtod(text_of(st, col), NULL); }

static int hex_digit(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

static struct str pg_column_bytes(struct db_stmt *st, int col)
{
    struct statement *s = st->handle;
    const char *text = text_of(st, col);
    size_t n = (size_t)pq.getlength(s->result, s->row, col);
    if (pq.ftype(s->result, col) != TYPE_BYTEA)
        return (struct str){text, n};
    if (n < 2 || text[0] != '\\' || text[1] != 'x')
        return (struct str){"", 0};
    n = (n - 2) / 2;
    char *p = arena_alloc(s->a, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(hex_digit(text[2 + 2 * i]) << 4 | hex_digit(text[3 + 2 * i]));
    return (struct str){p, n};
}

/* --- claims: advisory locks of the session --- */

static bool ask_lock(struct db *db, const char *sql, uint64_t key, bool *ret, struct err *e)
{
    CLEANUP(db_stmt_closep) struct db_stmt *st = NULL;
    bool row;
    if (!db_prepare(db, sql, &st, e))
        return false;
    db_bind_int(st, 1, (int64_t)key);
    if (!db_step(st, &row, e))
        return false;
    *ret = row && db_int(st, 0) != 0;
    return true;
}

/* Asks again and again rather than waiting in the library, which a signal would not end. */
static bool pg_claim(struct db *db, uint64_t key, bool wait, bool *ret_taken, int *ret_pid,
                     struct err *e)
{
    const struct timespec pause = {.tv_nsec = 300 * 1000 * 1000};
    *ret_pid = 0;
    for (;;) {
        if (!ask_lock(db, "SELECT pg_try_advisory_lock($1)", key, ret_taken, e))
            return false;
        if (*ret_taken || !wait)
            return true;
        if (nanosleep(&pause, NULL) != 0)
            return err_set(e, ERR_INTERRUPTED, "interrupted while waiting for another process");
    }
}

static void pg_unclaim(struct db *db)
{
    /* A connection that is gone has no locks. */
    if (!pg_exec(db, "SELECT pg_advisory_unlock_all()", NULL))
        return;
}

const struct db_ops db_postgres = {
    .name = "postgres",
    .version = pg_version,
    .open = pg_open,
    .close = pg_close,
    .exec = pg_exec,
    .begin = "BEGIN; SELECT pg_advisory_xact_lock(" WRITE_LOCK ")",
    .claim = pg_claim,
    .unclaim = pg_unclaim,
    .slim = pg_slim,
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .bind_null = pg_bind_null,
    .bind_int = pg_bind_int,
    .bind_num = pg_bind_num,
    .bind_text = pg_bind_text,
    .bind_blob = pg_bind_blob,
    .step = pg_step,
    .reset = pg_reset,
    .column_null = pg_column_null,
    .column_int = pg_column_int,
    .column_num = pg_column_num,
    .column_bytes = pg_column_bytes,
};
