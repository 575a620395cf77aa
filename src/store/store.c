/* The store's handle: opening, statements, transactions, ids and claims; see store.h. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/migrate.h"
#include "store/handle.h"

bool store_open(const char *where, int flags, const struct env *env, struct store **ret,
                struct err *e)
{
    struct db *db;
    if (!db_open(where, flags, &db, e)) {
        if (e && e->code == ERR_NOT_FOUND)
            err_hint(e, "Nothing has run yet: `plimsoll run` does.");
        return false;
    }
    if (!db_migrate(db, env_now(env), e)) {
        db_close(db);
        return false;
    }
    struct store *s = mem_calloc(1, sizeof *s);
    s->db = db;
    s->env = env;
    s->arena = arena_new();
    s->scratch = arena_new();
    s->unit_texts = arena_new();
    *ret = s;
    return true;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    store_rollback(s);
    for (size_t i = 0; i < STORE_STMT_SLOTS; i++)
        db_finalize(s->stmts[i].st);
    db_close(s->db);
    map_release(&s->phrase_ids);
    vec_free(&s->phrases);
    vec_free(&s->new_phrases);
    ZSTD_freeCCtx(s->cctx);
    ZSTD_freeDCtx(s->dctx);
    ZSTD_freeCDict(s->base.cdict);
    ZSTD_freeDDict(s->base.ddict);
    arena_free(s->arena);
    arena_free(s->scratch);
    arena_free(s->unit_texts);
    free(s->seen_reasons);
    free(s);
}

void store_closep(struct store **s)
{
    store_close(*s);
    *s = NULL;
}

const char *store_where(const struct store *s) { return s->db->where; }
struct db *store_db(struct store *s) { return s->db; }
const struct env *store_env(const struct store *s) { return s->env; }

/* Other processes may have written since: ids are asked for anew, phrases stay valid. */
bool store_begin(struct store *s, struct err *e)
{
    memset(s->next_id, 0, sizeof s->next_id);
    s->new_phrases.n = 0;
    arena_reset(s->scratch);
    return db_begin(s->db, e);
}

bool store_commit(struct store *s, struct err *e)
{
    if (!db_commit(s->db, e)) {
        store_rollback(s);
        return false;
    }
    s->new_phrases.n = 0;
    return true;
}

void store_rollback(struct store *s)
{
    db_rollback(s->db);
    for (size_t i = 0; i < s->new_phrases.n; i++)
        map_put(&s->phrase_ids, s->new_phrases.v[i], NULL);
    s->new_phrases.n = 0;
}

bool store_sql(struct store *s, const char *sql, struct db_stmt **ret, struct err *e)
{
    size_t i = hash64(&sql, sizeof sql, 0) % STORE_STMT_SLOTS;
    while (s->stmts[i].sql && s->stmts[i].sql != sql)
        i = (i + 1) % STORE_STMT_SLOTS;
    if (!s->stmts[i].sql) {
        if (s->n_stmts + 1 == STORE_STMT_SLOTS)
            BUG("more than %d statements in one store", STORE_STMT_SLOTS - 1);
        if (!db_prepare(s->db, sql, &s->stmts[i].st, e))
            return false;
        s->stmts[i].sql = sql;
        s->n_stmts++;
    }
    db_reset(s->stmts[i].st);
    *ret = s->stmts[i].st;
    return true;
}

void store_settle(struct store *s)
{
    for (size_t i = 0; i < STORE_STMT_SLOTS; i++)
        if (s->stmts[i].sql)
            db_reset(s->stmts[i].st);
    store_rollback(s);
}

bool store_next_id(struct store *s, enum store_table t, int64_t *ret, struct err *e)
{
    static const char *const newest[STORE_N_TABLES] = {
        [STORE_PHRASE] = "SELECT max(id) FROM phrase",
        [STORE_PAYLOAD] = "SELECT max(id) FROM payload",
        [STORE_ITEM] = "SELECT max(id) FROM item",
        [STORE_OUTPUT] = "SELECT max(id) FROM output",
        [STORE_RUN] = "SELECT max(id) FROM run",
        [STORE_RUN_VARIANT] = "SELECT max(id) FROM run_variant",
        [STORE_DECISION] = "SELECT max(id) FROM decision",
    };
    if (!s->db->in_transaction)
        BUG("an id is taken outside a transaction");
    if (s->next_id[t] == 0) {
        struct db_stmt *st;
        bool row;
        if (!store_sql(s, newest[t], &st, e) || !db_step(st, &row, e))
            return false;
        s->next_id[t] = db_int(st, 0) + 1;
        db_reset(st);
    }
    *ret = s->next_id[t]++;
    return true;
}

struct store_key store_key(const struct digest *d)
{
    struct store_key k;
    digest_bytes(d, k.b);
    return k;
}

struct str store_key_bytes(const struct store_key *k)
{
    return (struct str){(const char *)k->b, sizeof k->b};
}

bool store_claim(struct store *s, const char *what, bool wait, bool *ret_taken, int *ret_pid,
                 struct err *e)
{
    return db_claim(s->db, hash64(what, strlen(what), 0), wait, ret_taken, ret_pid, e);
}

void store_unclaim(struct store *s) { db_unclaim(s->db); }
