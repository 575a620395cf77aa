/* Judges measured against people; see calibrations.h. */
#include "store/calibrations.h"

static bool insert(struct store *s, const struct calibration_row *r, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "INSERT INTO calibration (feature, grader, hash, pass_pass, pass_fail, "
                   "fail_pass, fail_fail, made_by, made_at) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   &st, e))
        return false;
    db_bind_text(st, 1, r->feature);
    db_bind_text(st, 2, r->grader);
    db_bind_text(st, 3, r->hash);
    db_bind_int(st, 4, r->pass_pass);
    db_bind_int(st, 5, r->pass_fail);
    db_bind_int(st, 6, r->fail_pass);
    db_bind_int(st, 7, r->fail_fail);
    db_bind_text(st, 8, r->made_by);
    db_bind_num(st, 9, r->made_at);
    return db_run(st, e);
}

bool calibration_put(struct store *s, const struct calibration_row *r, struct err *e)
{
    if (!store_begin(s, e))
        return false;
    if (insert(s, r, e) && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

bool calibration_newest(struct store *s, struct arena *a, struct str feature, struct str grader,
                        struct str hash, struct calibration_row *ret, bool *ret_found,
                        struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "SELECT pass_pass, pass_fail, fail_pass, fail_fail, made_by, made_at "
                   "FROM calibration WHERE feature = $1 AND grader = $2 AND hash = $3 "
                   "ORDER BY id DESC LIMIT 1",
                   &st, e))
        return false;
    db_bind_text(st, 1, feature);
    db_bind_text(st, 2, grader);
    db_bind_text(st, 3, hash);
    if (!db_step(st, ret_found, e))
        return false;
    if (*ret_found)
        *ret = (struct calibration_row){
            .feature = feature,
            .grader = grader,
            .hash = hash,
            .pass_pass = db_int(st, 0),
            .pass_fail = db_int(st, 1),
            .fail_pass = db_int(st, 2),
            .fail_fail = db_int(st, 3),
            .made_by = db_text_copy(st, 4, a),
            .made_at = db_num(st, 5),
        };
    db_reset(st);
    return true;
}
