/* Golden examples as they were when they ran; see items.h. */
#include "store/items.h"

#include "store/handle.h"
#include "store/texts.h"

bool item_put(struct store *s, struct item_row *item, struct err *e)
{
    struct db_stmt *st;
    if (!store_next_id(s, STORE_ITEM, &item->id, e) ||
        !store_sql(s,
                   "INSERT INTO item (id, hash, name, split, tags, body, cluster, weight) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                   &st, e))
        return false;
    db_bind_int(st, 1, item->id);
    db_bind_blob(st, 2, store_key_bytes(&item->hash));
    db_bind_text(st, 3, item->name);
    db_bind_int(st, 4, item->split);
    db_bind_text(st, 5, item->tags);
    db_bind_blob(st, 6, store_pack(s, s->scratch, item->body));
    db_bind_text(st, 7, item->cluster);
    if (item->weight == 1)
        db_bind_null(st, 8);
    else
        db_bind_num(st, 8, item->weight);
    return db_run(st, e);
}

bool item_by_hash(struct store *s, const struct store_key *hash, int64_t *ret, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, 
                   "SELECT id FROM item WHERE substr(hash, 1, 8) = substr($1, 1, 8) AND "
                   "hash = $1", &st, e))
        return false;
    db_bind_blob(st, 1, store_key_bytes(hash));
    return db_one_id(st, ret, e);
}

bool item_get(struct store *s, struct arena *a, int64_t id, struct item_row *ret, struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT name, split, tags, body, hash, cluster, weight FROM item "
                   "WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_NOT_FOUND, "there is no item %lld in the store", (long long)id);
    *ret = (struct item_row){.id = id, .name = arena_str(a, db_text(st, 0)),
                             .split = (int)db_int(st, 1)};
    ret->tags = db_text_copy(st, 2, a);
    ret->cluster = db_text_copy(st, 5, a);
    ret->weight = db_is_null(st, 6) ? 1 : db_num(st, 6);
    struct str hash = db_text(st, 4);
    for (size_t i = 0; i < sizeof ret->hash.b && i < hash.n; i++)
        ret->hash.b[i] = (unsigned char)hash.p[i];
    struct str body;
    bool ok = store_unpack(s, a, db_text(st, 3), &body, e);
    ret->body = ok ? arena_str(a, body) : body;
    db_reset(st);
    return ok;
}

bool item_find(struct store *s, int64_t variant, struct str name, int64_t *ret, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "SELECT u.item FROM unit u JOIN item i ON i.id = u.item "
                   "WHERE u.variant = $1 AND i.name = $2 ORDER BY u.item DESC LIMIT 1",
                   &st, e))
        return false;
    db_bind_int(st, 1, variant);
    db_bind_text(st, 2, name);
    return db_one_id(st, ret, e);
}
