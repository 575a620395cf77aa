/* Runs, their variants and graders; see runs.h. */
#include "store/runs.h"

#include <math.h>
#include <string.h>


#define RUN_COLUMNS                                                                                \
    "id, feature, started_at, ended_at, ended_why, golden_version, golden_path, success, seed, "   \
    "price_date, program, libraries, unicode, options"

static void read_run(struct db_stmt *st, struct arena *a, void *row)
{
    struct run_row *r = row;
    *r = (struct run_row){
        .id = db_int(st, 0),
        .feature = db_text_copy(st, 1, a),
        .started_at = db_num(st, 2),
        .ended_at = db_num(st, 3),
        .ended_why = db_text_copy(st, 4, a),
        .golden_version = db_text_copy(st, 5, a),
        .golden_path = db_text_copy(st, 6, a),
        .success = db_text_copy(st, 7, a),
        .seed = (uint64_t)db_int(st, 8),
        .price_date = db_text_copy(st, 9, a),
        .program = db_text_copy(st, 10, a),
        .libraries = db_text_copy(st, 11, a),
        .unicode = db_text_copy(st, 12, a),
        .options = db_text_copy(st, 13, a),
    };
}

bool run_put(struct store *s, struct run_row *r, struct err *e)
{
    struct db_stmt *st;
    if (!store_next_id(s, STORE_RUN, &r->id, e) ||
        !store_sql(s,
                   "INSERT INTO run (" RUN_COLUMNS
                   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                   &st, e))
        return false;
    db_bind_int(st, 1, r->id);
    db_bind_text(st, 2, r->feature);
    db_bind_num(st, 3, r->started_at);
    db_bind_num(st, 4, r->ended_at);
    db_bind_text(st, 5, r->ended_why);
    db_bind_text(st, 6, r->golden_version);
    db_bind_text(st, 7, r->golden_path);
    db_bind_text(st, 8, r->success);
    db_bind_int(st, 9, (int64_t)r->seed);
    db_bind_text(st, 10, r->price_date);
    db_bind_text(st, 11, r->program);
    db_bind_text(st, 12, r->libraries);
    db_bind_text(st, 13, r->unicode);
    db_bind_text(st, 14, r->options);
    return db_run(st, e);
}

bool run_variant_put(struct store *s, struct run_variant_row *v, struct err *e)
{
    struct db_stmt *st;
    if (!store_next_id(s, STORE_RUN_VARIANT, &v->id, e) ||
        !store_sql(s,
                   "INSERT INTO run_variant (id, run, name, model, fingerprint, prompt, "
                   "prompt_hash, params, planned, epochs) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                   &st, e))
        return false;
    db_bind_int(st, 1, v->id);
    db_bind_int(st, 2, v->run);
    db_bind_text(st, 3, v->name);
    db_bind_text(st, 4, v->model);
    db_bind_text(st, 5, v->fingerprint);
    db_bind_text(st, 6, v->prompt);
    db_bind_text(st, 7, v->prompt_hash);
    db_bind_text(st, 8, v->params);
    db_bind_int(st, 9, v->planned);
    db_bind_int(st, 10, v->epochs);
    return db_run(st, e);
}

bool run_graders_put(struct store *s, int64_t run, const struct run_grader_row *g, size_t n,
                     struct err *e)
{
    struct db_stmt *st;
    for (size_t i = 0; i < n; i++) {
        if (!store_sql(s,
                       "INSERT INTO run_grader (run, pos, name, type, weight, threshold, hash) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                       &st, e))
            return false;
        db_bind_int(st, 1, run);
        db_bind_int(st, 2, (int64_t)i);
        db_bind_text(st, 3, g[i].name);
        db_bind_text(st, 4, g[i].type);
        db_bind_num(st, 5, g[i].weight);
        db_bind_num(st, 6, g[i].threshold);
        db_bind_text(st, 7, g[i].hash);
        if (!db_run(st, e))
            return false;
    }
    return true;
}

bool run_end(struct store *s, int64_t run, double now, const char *why, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "UPDATE run SET ended_at = $2, ended_why = $3 WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, run);
    db_bind_num(st, 2, now);
    db_bind_c(st, 3, why);
    return db_run(st, e);
}

bool run_reopen(struct store *s, int64_t run, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "UPDATE run SET ended_at = NULL, ended_why = NULL WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, run);
    return db_run(st, e);
}

bool run_variant_add_wall(struct store *s, int64_t variant, double seconds, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "UPDATE run_variant SET wall_s = coalesce(wall_s, 0) + $2 WHERE id = $1",
                   &st, e))
        return false;
    db_bind_int(st, 1, variant);
    db_bind_num(st, 2, seconds);
    return db_run(st, e);
}

bool run_newest(struct store *s, const char *feature, int64_t *ret, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "SELECT max(id) FROM run WHERE $1 IS NULL OR feature = $1", &st, e))
        return false;
    db_bind_c(st, 1, feature);
    return db_one_id(st, ret, e);
}

bool run_resolve(struct store *s, const char *text_id, const char *feature, int64_t *ret,
                 struct err *e)
{
    struct db_stmt *st;
    int64_t last;
    long long n;
    if (!run_newest(s, feature, &last, e))
        return false;
    if (last == 0) {
        if (feature)
            err_set(e, ERR_NOT_FOUND, "there is no run of \"%s\" yet", feature);
        else
            err_set(e, ERR_NOT_FOUND, "there are no runs yet");
        return err_hint(e, "`plimsoll run` makes one.");
    }
    if (strcmp(text_id, "last") == 0) {
        *ret = last;
        return true;
    }
    if (!str_long(str_c(text_id[0] == 'r' ? text_id + 1 : text_id), &n)) {
        err_set(e, ERR_USAGE, "\"%s\" is no run", text_id);
        return err_hint(e, "A run is written like r%lld, or \"last\"; `plimsoll runs` lists them.",
                        (long long)last);
    }
    if (!store_sql(s, "SELECT id FROM run WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, n);
    if (!db_one_id(st, ret, e))
        return false;
    if (*ret)
        return true;
    err_set(e, ERR_NOT_FOUND, "there is no run r%lld", n);
    return err_hint(e, "The newest is r%lld; `plimsoll runs` lists them.", (long long)last);
}

bool run_get(struct store *s, struct arena *a, int64_t id, struct run_row *ret, struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT " RUN_COLUMNS " FROM run WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_NOT_FOUND, "there is no run r%lld", (long long)id);
    read_run(st, a, ret);
    db_reset(st);
    return true;
}

bool run_list(struct store *s, struct arena *a, const char *feature, size_t limit,
              struct run_row **ret, size_t *ret_n, struct err *e)
{
    struct db_stmt *st;
    void *rows = NULL;
    if (!store_sql(s,
                   "SELECT " RUN_COLUMNS " FROM run "
                   "WHERE $1 IS NULL OR feature = $1 ORDER BY id DESC LIMIT $2",
                   &st, e))
        return false;
    db_bind_c(st, 1, feature);
    db_bind_int(st, 2, limit > INT32_MAX ? INT32_MAX : (int64_t)limit);
    bool ok = db_collect(st, a, read_run, sizeof **ret, &rows, ret_n, e);
    *ret = rows;
    return ok;
}

static void read_variant(struct db_stmt *st, struct arena *a, void *row)
{
    struct run_variant_row *r = row;
    *r = (struct run_variant_row){
        .id = db_int(st, 0),
        .run = db_int(st, 1),
        .name = db_text_copy(st, 2, a),
        .model = db_text_copy(st, 3, a),
        .fingerprint = db_text_copy(st, 4, a),
        .prompt = db_text_copy(st, 5, a),
        .prompt_hash = db_text_copy(st, 6, a),
        .params = db_text_copy(st, 7, a),
        .planned = db_int(st, 8),
        .epochs = (int)db_int(st, 9),
        .wall_s = db_num(st, 10),
    };
}

bool run_variants(struct store *s, struct arena *a, int64_t run, struct run_variant_row **ret,
                  size_t *ret_n, struct err *e)
{
    struct db_stmt *st;
    void *rows = NULL;
    if (!store_sql(s,
                   "SELECT id, run, name, model, fingerprint, prompt, prompt_hash, params, "
                   "planned, epochs, wall_s FROM run_variant WHERE run = $1 ORDER BY id",
                   &st, e))
        return false;
    db_bind_int(st, 1, run);
    bool ok = db_collect(st, a, read_variant, sizeof **ret, &rows, ret_n, e);
    *ret = rows;
    return ok;
}

static void read_grader(struct db_stmt *st, struct arena *a, void *row)
{
    struct run_grader_row *r = row;
    *r = (struct run_grader_row){
        .name = db_text_copy(st, 0, a),
        .type = db_text_copy(st, 1, a),
        .hash = db_text_copy(st, 2, a),
        .weight = db_num(st, 3),
        .threshold = db_num(st, 4),
    };
}

bool run_graders(struct store *s, struct arena *a, int64_t run, struct run_grader_row **ret,
                 size_t *ret_n, struct err *e)
{
    struct db_stmt *st;
    void *rows = NULL;
    if (!store_sql(s,
                   "SELECT name, type, hash, weight, threshold FROM run_grader "
                   "WHERE run = $1 ORDER BY pos",
                   &st, e))
        return false;
    db_bind_int(st, 1, run);
    bool ok = db_collect(st, a, read_grader, sizeof **ret, &rows, ret_n, e);
    *ret = rows;
    return ok;
}

bool run_newest_with(struct store *s, const char *feature, const char *variant, int64_t *ret,
                     struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "SELECT r.id FROM run r JOIN run_variant v ON v.run = r.id AND v.name = $2 "
                   "WHERE r.feature = $1 AND EXISTS (SELECT 1 FROM unit WHERE variant = v.id) "
                   "ORDER BY r.id DESC LIMIT 1",
                   &st, e))
        return false;
    db_bind_c(st, 1, feature);
    db_bind_c(st, 2, variant);
    return db_one_id(st, ret, e);
}
