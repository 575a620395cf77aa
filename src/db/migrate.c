/* Schema migrations from embedded SQL files; see migrate.h. */
#include "db/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/hash.h"
#include "base/map.h"

struct migration {
    long long number;
    const char *name; /* "0001_store" */
    struct str sql;
    struct digest hash;
};

/* "sql/sqlite/0001_store.sql" -> number 1, name "0001_store". */
static bool read_name(struct arena *a, const char *path, struct migration *m, struct err *e)
{
    const char *base = strrchr(path, '/') + 1;
    struct str stem = str_c(base);
    ptrdiff_t bar = str_find_char(stem, '_');
    if (!str_ends_c(stem, ".sql") || bar != 4 || !str_long(str_sub(stem, 0, 4), &m->number))
        return err_set(e, ERR_STORE, "migration %s: expected a name like 0001_name.sql", path);
    m->name = arena_strndup(a, base, stem.n - 4);
    return true;
}

static bool recorded(struct db *db, struct arena *a, struct map *ret, struct err *e)
{
    CLEANUP(db_stmt_closep) struct db_stmt *st = NULL;
    if (!db_exec(db,
                 "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, "
                 "name TEXT NOT NULL, hash TEXT NOT NULL, "
                 "applied_at DOUBLE PRECISION NOT NULL)",
                 e) ||
        !db_prepare(db, "SELECT name, hash FROM migration ORDER BY number", &st, e))
        return false;
    for (;;) {
        bool row;
        if (!db_step(st, &row, e))
            return false;
        if (!row)
            return true;
        struct str name = arena_str(a, db_text(st, 0)), hash = arena_str(a, db_text(st, 1));
        map_put(ret, name, arena_strndup(a, hash.p, hash.n));
    }
}

static bool record(struct db *db, const struct migration *m, double now, struct err *e)
{
    CLEANUP(db_stmt_closep) struct db_stmt *st = NULL;
    if (!db_prepare(db,
                    "INSERT INTO migration (number, name, hash, applied_at) "
                    "VALUES ($1, $2, $3, $4)",
                    &st, e))
        return false;
    db_bind_int(st, 1, m->number);
    db_bind_c(st, 2, m->name);
    db_bind_c(st, 3, m->hash.hex);
    db_bind_num(st, 4, now);
    return db_run(st, e);
}

static bool apply(struct db *db, const struct migration *m, double now, struct err *e)
{
    if (!db_exec(db, m->sql.p, e) || !record(db, m, now, e))
        return err_wrap(e, "migration %s", m->name);
    return true;
}

/* Inside the transaction, so that two processes that start together do not both apply. */
static bool apply_missing(struct db *db, struct arena *a, struct map *have, double now,
                          struct err *e)
{
    const char *path, *prefix = arena_printf(a, "sql/%s/", db->ops->name);
    struct migration m;
    struct map known = {0};
    bool ok = true;
    for (size_t i = 0; ok && asset_list(prefix, i, &path, &m.sql); i++) {
        ok = read_name(a, path, &m, e);
        if (!ok)
            break;
        m.hash = hash_content(m.sql);
        map_put(&known, str_c(m.name), arena_strdup(a, m.name));
        const char *hash = map_get(have, str_c(m.name));
        if (!hash)
            ok = apply(db, &m, now, e);
        else if (strcmp(hash, m.hash.hex) != 0) {
            ok = err_set(e, ERR_STORE,
                         "%s: migration %s was applied with other content than this program has",
                         db->where, m.name);
            err_hint(e, "Use the plimsoll that made it, or move the file away and run again.");
        }
    }
    for (size_t i = 0; ok && i < have->n; i++)
        if (!map_has(&known, have->entries[i].key)) {
            ok = err_set(e, ERR_STORE, "%s has migration %.*s, which this program does not know",
                         db->where, STR_ARG(have->entries[i].key));
            err_hint(e, "The store was written by a newer plimsoll: use that one.");
        }
    map_release(&known);
    return ok;
}

/* True when everything is applied and unchanged: the usual case, which takes no write lock. */
static bool up_to_date(struct db *db, struct arena *a, const struct map *have)
{
    const char *path, *prefix = arena_printf(a, "sql/%s/", db->ops->name);
    struct str sql;
    size_t i = 0;
    for (; asset_list(prefix, i, &path, &sql); i++) {
        struct migration m;
        if (!read_name(a, path, &m, NULL))
            return false;
        const char *hash = map_get(have, str_c(m.name));
        if (!hash || strcmp(hash, hash_content(sql).hex) != 0)
            return false;
    }
    return i == have->n;
}

bool db_migrate(struct db *db, double now, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct map have = {0};
    bool ok = recorded(db, a, &have, e);
    if (ok && !up_to_date(db, a, &have)) {
        map_release(&have);
        ok = db_begin(db, e) && recorded(db, a, &have, e) &&
             apply_missing(db, a, &have, now, e) && db_commit(db, e);
        if (!ok)
            db_rollback(db);
    }
    map_release(&have);
    return ok;
}
