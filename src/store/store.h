#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "db/db.h"

/*
 * The store: an open database whose schema is up to date, and what every area of it shares:
 * cached statements, batched writing, claims. The areas are
 *
 *     store/texts.h      phrases, payloads and packed texts
 *     store/runs.h       runs, their variants and graders
 *     store/items.h      golden examples as they were when they ran
 *     store/outputs.h    what models answered, and the cache of answers
 *     store/units.h    graded units of work: rows that every total is computed from
 *     store/decisions.h  verdicts, and who shipped what
 *
 * Other areas (labels, tickets, …) add their tables by migrations of their own and use
 * store_sql. A store belongs to one thread at a time; open one per thread. Several processes may
 * have the same store open.
 *
 * Writing: everything between store_begin and store_commit is one transaction. Collect what
 * there is to write, then begin, write and commit at once: about 1,000 rows a transaction are
 * fastest, and other processes wait meanwhile.
 */
struct store;

/* Opens and migrates. Without DB_CREATE a store that does not exist is ERR_NOT_FOUND. */
MUST_CHECK bool store_open(const char *where, int flags, const struct env *env, struct store **ret,
                           struct err *e);
void store_close(struct store *s); /* NULL is fine */
void store_closep(struct store **s); /* for CLEANUP */

const char *store_where(const struct store *s);
struct db *store_db(struct store *s);
const struct env *store_env(const struct store *s);

MUST_CHECK bool store_begin(struct store *s, struct err *e);
MUST_CHECK bool store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s);

/* The prepared statement for `sql` (a string literal, or one that outlives the store), prepared
 * once and kept: do not finalize it. Two nested uses of the same text need db_prepare. */
MUST_CHECK bool store_sql(struct store *s, const char *sql, struct db_stmt **ret, struct err *e);

/* Ends what reading left open: resets every kept statement and rolls an open transaction back.
 * For a store that stays open between requests: a statement left in the middle of its rows holds
 * an old snapshot, and the next write would be refused. */
void store_settle(struct store *s);

/* The tables whose ids the store hands out itself, so that a batch knows them before it writes. */
enum store_table {
    STORE_PHRASE,
    STORE_PAYLOAD,
    STORE_ITEM,
    STORE_OUTPUT,
    STORE_RUN,
    STORE_RUN_VARIANT,
    STORE_DECISION,
    STORE_N_TABLES
};
/* The next unused id of a table; only inside a transaction. */
MUST_CHECK bool store_next_id(struct store *s, enum store_table t, int64_t *ret, struct err *e);

/*
 * A claim keeps two processes from doing the same work: it is held until store_unclaim, or until
 * the process ends, however it ends. *ret_taken false: somebody else has it, *ret_pid is their
 * process id (0: unknown). With `wait`, returns only when it is taken or a signal arrived
 * (ERR_INTERRUPTED). One claim a store at a time.
 */
MUST_CHECK bool store_claim(struct store *s, const char *what, bool wait, bool *ret_taken,
                            int *ret_pid, struct err *e);
void store_unclaim(struct store *s);

/* 16 bytes of a digest, as keys are stored. */
struct store_key {
    unsigned char b[16];
};
struct store_key store_key(const struct digest *d);
struct str store_key_bytes(const struct store_key *k); /* a view, for binding */
