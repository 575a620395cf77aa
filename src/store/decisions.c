/* Verdicts, and who shipped what on which evidence; see decisions.h. */
#include "store/decisions.h"

#define COLUMNS                                                                                    \
    "id, feature, variant, run, baseline, baseline_run, verdict, shipped, golden_version, "        \
    "evidence, decided_by, decided_at, program"

static bool insert(struct store *s, struct decision_row *d, struct err *e)
{
    struct db_stmt *st;
    if (!store_next_id(s, STORE_DECISION, &d->id, e) ||
        !store_sql(s,
                   "INSERT INTO decision (" COLUMNS
                   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                   &st, e))
        return false;
    d->program = STR(PLIMSOLL_VERSION);
    db_bind_int(st, 1, d->id);
    db_bind_text(st, 2, d->feature);
    db_bind_text(st, 3, d->variant);
    if (d->run)
        db_bind_int(st, 4, d->run);
    else
        db_bind_null(st, 4);
    db_bind_text(st, 5, d->baseline);
    if (d->baseline_run)
        db_bind_int(st, 6, d->baseline_run);
    else
        db_bind_null(st, 6);
    db_bind_text(st, 7, d->verdict);
    db_bind_int(st, 8, d->shipped);
    db_bind_text(st, 9, d->golden_version);
    db_bind_text(st, 10, d->evidence);
    db_bind_text(st, 11, d->decided_by);
    db_bind_num(st, 12, d->decided_at);
    db_bind_text(st, 13, d->program);
    return db_run(st, e);
}

bool decision_put(struct store *s, struct decision_row *d, struct err *e)
{
    if (store_db(s)->in_transaction)
        return insert(s, d, e);
    if (!store_begin(s, e))
        return false;
    if (insert(s, d, e) && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

static void read_row(struct db_stmt *st, struct arena *a, void *row)
{
    struct decision_row *d = row;
    *d = (struct decision_row){
        .id = db_int(st, 0),
        .feature = db_text_copy(st, 1, a),
        .variant = db_text_copy(st, 2, a),
        .run = db_int(st, 3),
        .baseline = db_text_copy(st, 4, a),
        .baseline_run = db_int(st, 5),
        .verdict = db_text_copy(st, 6, a),
        .shipped = db_int(st, 7) != 0,
        .golden_version = db_text_copy(st, 8, a),
        .evidence = db_text_copy(st, 9, a),
        .decided_by = db_text_copy(st, 10, a),
        .decided_at = db_num(st, 11),
        .program = db_text_copy(st, 12, a),
    };
}

bool decision_shipped(struct store *s, struct arena *a, const char *feature,
                      struct decision_row *ret, bool *ret_found, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "SELECT " COLUMNS " FROM decision WHERE feature = $1 AND shipped = 1 "
                   "ORDER BY id DESC LIMIT 1",
                   &st, e))
        return false;
    db_bind_c(st, 1, feature);
    if (!db_step(st, ret_found, e))
        return false;
    if (*ret_found)
        read_row(st, a, ret);
    db_reset(st);
    return true;
}

bool decision_list(struct store *s, struct arena *a, const char *feature, size_t limit,
                   struct decision_row **ret, size_t *ret_n, struct err *e)
{
    struct db_stmt *st;
    void *rows = NULL;
    if (!store_sql(s,
                   "SELECT " COLUMNS " FROM decision "
                   "WHERE $1 IS NULL OR feature = $1 ORDER BY id DESC LIMIT $2",
                   &st, e))
        return false;
    db_bind_c(st, 1, feature);
    db_bind_int(st, 2, limit > INT32_MAX ? INT32_MAX : (int64_t)limit);
    bool ok = db_collect(st, a, read_row, sizeof **ret, &rows, ret_n, e);
    *ret = rows;
    return ok;
}
