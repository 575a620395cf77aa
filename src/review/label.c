/* Verdicts on review items: added, never changed; see label.h. */
#include "review/label.h"

#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/vec.h"
#include "text/json.h"

void review_verdict_init(struct review_verdict *v)
{
    *v = (struct review_verdict){
        .kind = REVIEW_LABEL, .pass = -1, .score = (double)NAN, .seconds = (double)NAN};
}

/* ---- reading ---- */

#define COLUMNS                                                                                    \
    "v.id, v.item, v.reviewer, v.at, v.kind, v.pass, v.score, v.criteria, v.corrected, v.codes, "  \
    "v.comment, v.seen, v.seconds, v.key, v.supersedes, v.adjudicates"

static void read_row(struct db_stmt *st, struct arena *a, struct review_verdict *v)
{
    *v = (struct review_verdict){
        .id = db_int(st, 0),
        .item = db_int(st, 1),
        .reviewer = db_text_copy(st, 2, a),
        .at = db_num(st, 3),
        .kind = (enum review_kind)db_int(st, 4),
        .pass = (int)db_count(st, 5),
        .score = db_num(st, 6),
        .criteria = db_text_copy(st, 7, a),
        .corrected = db_text_copy(st, 8, a),
        .codes = db_text_copy(st, 9, a),
        .comment = db_text_copy(st, 10, a),
        .seen = db_text_copy(st, 11, a),
        .seconds = db_num(st, 12),
        .key = db_text_copy(st, 13, a),
        .supersedes = db_int(st, 14),
        .adjudicates = db_int(st, 15) != 0,
    };
}

static bool by_key(struct store *s, struct arena *a, struct str key, struct review_verdict *ret,
                   bool *ret_found, struct err *e)
{
    struct db_stmt *st;
    *ret_found = false;
    if (str_null(key))
        return true;
    if (!store_sql(s, "SELECT " COLUMNS " FROM review_verdict v WHERE v.key = $1", &st, e))
        return false;
    db_bind_text(st, 1, key);
    if (!db_step(st, ret_found, e))
        return false;
    if (*ret_found) {
        read_row(st, a, ret);
        db_reset(st);
    }
    return true;
}

bool review_verdict_get(struct store *s, struct arena *a, int64_t id, struct review_verdict *ret,
                        struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT " COLUMNS " FROM review_verdict v WHERE v.id = $1", &st, e))
        return false;
    db_bind_int(st, 1, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_NOT_FOUND, "there is no verdict %lld", (long long)id);
    read_row(st, a, ret);
    db_reset(st);
    return true;
}

/* Rows of a query about one item ($1) into the arena. */
static bool read_all(struct store *s, struct arena *a, const char *sql, int64_t item,
                     const char *viewer, struct review_verdict **ret, size_t *ret_n, struct err *e)
{
    struct db_stmt *st;
    bool row, ok;
    VEC(struct review_verdict) v = {0};
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, item);
    if (viewer)
        db_bind_c(st, 2, viewer);
    while ((ok = db_step(st, &row, e)) && row) {
        struct review_verdict one;
        read_row(st, a, &one);
        vec_push(&v, one);
    }
    *ret = ARENA_ARRAY(a, v.n, struct review_verdict);
    if (v.n)
        memcpy(*ret, v.v, v.n * sizeof **ret);
    *ret_n = v.n;
    vec_free(&v);
    return ok;
}

bool review_verdicts(struct store *s, struct arena *a, int64_t item, const char *viewer,
                     struct review_verdict **ret, size_t *ret_n, struct err *e)
{
    static const char all[] =
        "SELECT " COLUMNS " FROM review_verdict v WHERE v.item = $1 ORDER BY v.id";
    static const char own[] = "SELECT " COLUMNS " FROM review_verdict v WHERE v.item = $1 AND "
                              "v.reviewer = $2 ORDER BY v.id";
    struct review_item it;
    if (!review_get(s, a, item, &it, e))
        return false;
    bool open = it.state == REVIEW_PENDING || it.state == REVIEW_LOCKED;
    bool blind = viewer && open;
    return read_all(s, a, blind ? own : all, item, blind ? viewer : NULL, ret, ret_n, e);
}

/* ---- what stands, and what it makes of the item ---- */

struct tally {
    int labels, pass, fail;
    bool skipped, declined;
    const struct review_verdict *best;    /* of the agreeing: the last, a corrected one first */
    const struct review_verdict *settled; /* the adjudicating one */
    const struct review_verdict *why;     /* the skip or decline */
};

static struct tally count(const struct review_verdict *v, size_t n)
{
    struct tally t = {0};
    for (size_t i = 0; i < n; i++) {
        switch (v[i].kind) {
        case REVIEW_LABEL:
            if (v[i].adjudicates) {
                t.settled = &v[i];
                break;
            }
            t.labels++;
            t.pass += v[i].pass == 1;
            t.fail += v[i].pass == 0;
            if (!t.best || !str_null(v[i].corrected) || str_null(t.best->corrected))
                t.best = &v[i];
            break;
        case REVIEW_SKIP:
            t.skipped = true;
            t.why = &v[i];
            break;
        case REVIEW_DECLINE:
            t.declined = true;
            t.why = &v[i];
            break;
        case REVIEW_RETRACT: break;
        }
    }
    return t;
}

static enum review_state state_of(const struct review_item *it, const struct tally *t)
{
    if (it->stream == REVIEW_KNOWN)
        return REVIEW_PENDING; /* everybody gets it */
    if (t->declined)
        return REVIEW_DECLINED;
    if (t->settled)
        return REVIEW_DONE;
    if (t->labels >= it->wanted)
        return t->pass && t->fail ? REVIEW_DISPUTED : REVIEW_DONE;
    return t->skipped ? REVIEW_SKIPPED : REVIEW_PENDING;
}

static bool settle(struct store *s, struct arena *a, const struct review_item *it, struct err *e)
{
    static const char standing[] =
        "SELECT " COLUMNS " FROM review_standing w JOIN review_verdict v ON v.id = w.verdict "
        "WHERE w.item = $1 ORDER BY v.id";
    static const char sql[] =
        "UPDATE review_item SET state = $2, state_why = $3, decided = $4, final = $5, "
        "final_pass = $6, done_at = $7 WHERE id = $1";
    struct review_verdict *v;
    struct db_stmt *st;
    size_t n;
    if (!read_all(s, a, standing, it->id, NULL, &v, &n, e))
        return false;
    struct tally t = count(v, n);
    enum review_state state = state_of(it, &t);
    const struct review_verdict *final = state != REVIEW_DONE ? NULL
                                         : t.settled          ? t.settled
                                                              : t.best;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, it->id);
    db_bind_int(st, 2, state);
    if (t.why && (state == REVIEW_SKIPPED || state == REVIEW_DECLINED))
        db_bind_text(st, 3, t.why->comment);
    else
        db_bind_null(st, 3);
    db_bind_int(st, 4, t.labels);
    db_bind_count(st, 5, final ? final->id : -1);
    db_bind_count(st, 6, final ? final->pass : -1);
    db_bind_num(st, 7, final ? final->at : (double)NAN);
    return db_run(st, e);
}

static bool unlock(struct store *s, const struct review_verdict *v, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "DELETE FROM review_lock WHERE item = $1 AND reviewer = $2", &st, e))
        return false;
    db_bind_int(st, 1, v->item);
    db_bind_text(st, 2, v->reviewer);
    return db_run(st, e);
}

static bool stand(struct store *s, const struct review_verdict *v, struct err *e)
{
    static const char gone[] = "DELETE FROM review_standing WHERE item = $1 AND reviewer = $2";
    static const char here[] = "INSERT INTO review_standing (item, reviewer, verdict) "
                               "VALUES ($1, $2, $3) ON CONFLICT (item, reviewer) DO UPDATE "
                               "SET verdict = excluded.verdict";
    struct db_stmt *st;
    if (!store_sql(s, v->kind == REVIEW_RETRACT ? gone : here, &st, e))
        return false;
    db_bind_int(st, 1, v->item);
    db_bind_text(st, 2, v->reviewer);
    if (v->kind != REVIEW_RETRACT)
        db_bind_int(st, 3, v->id);
    return db_run(st, e);
}

/* ---- writing ---- */

static bool last_of(struct store *s, const struct review_verdict *v, int64_t *ret, struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT max(id) FROM review_verdict WHERE item = $1 AND reviewer = $2", &st,
                   e))
        return false;
    db_bind_int(st, 1, v->item);
    db_bind_text(st, 2, v->reviewer);
    if (!db_step(st, &row, e))
        return false;
    *ret = db_int(st, 0);
    db_reset(st);
    return true;
}

static bool insert(struct store *s, struct review_verdict *v, struct err *e)
{
    static const char sql[] =
        "INSERT INTO review_verdict (item, reviewer, at, kind, pass, score, criteria, corrected, "
        "codes, comment, seen, seconds, key, supersedes, adjudicates) VALUES ($1, $2, $3, $4, $5, "
        "$6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id";
    struct db_stmt *st;
    bool row;
    if (!last_of(s, v, &v->supersedes, e) || !store_sql(s, sql, &st, e))
        return false;
    v->at = env_now(store_env(s));
    db_bind_int(st, 1, v->item);
    db_bind_text(st, 2, v->reviewer);
    db_bind_num(st, 3, v->at);
    db_bind_int(st, 4, v->kind);
    db_bind_count(st, 5, v->kind == REVIEW_LABEL ? v->pass : -1);
    db_bind_num(st, 6, v->score);
    db_bind_text(st, 7, v->criteria);
    db_bind_text(st, 8, v->corrected);
    db_bind_text(st, 9, v->codes);
    db_bind_text(st, 10, v->comment);
    db_bind_text(st, 11, v->seen);
    db_bind_num(st, 12, v->seconds);
    db_bind_text(st, 13, v->key);
    db_bind_count(st, 14, v->supersedes ? v->supersedes : -1);
    db_bind_int(st, 15, v->adjudicates);
    if (!db_step(st, &row, e))
        return false;
    v->id = db_int(st, 0);
    db_reset(st);
    return true;
}

/* A key nobody else has: from the system, since two reviewers with one seed must not collide. */
static bool fresh_key(struct arena *a, struct str *ret, struct err *e)
{
    unsigned char raw[16];
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, 64);
    if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
        return err_errno(e, ERR_IO, "cannot make a key for the verdict");
    for (size_t i = 0; i < sizeof raw; i++)
        buf_printf(&b, "%02x", raw[i]);
    *ret = arena_str(a, buf_str(&b));
    return true;
}

/* `codes` is a list of texts, `criteria` an object of numbers. */
static bool check_json(struct arena *a, struct str text, const char *what, bool list, struct err *e)
{
    yyjson_val *v, *x, *key;
    size_t i, max;
    if (str_null(text))
        return true;
    if (!json_parse(a, text, what, 1, &v, e))
        return false;
    if (list ? !yyjson_is_arr(v) : !yyjson_is_obj(v))
        return err_set(e, ERR_INPUT, "%s: %s where %s was expected", what, json_type_name(v),
                       list ? "a list of texts" : "an object of numbers");
    if (list) {
        yyjson_arr_foreach(v, i, max, x)
        {
            if (!yyjson_is_str(x))
                return err_set(e, ERR_INPUT, "%s: %s where a text was expected", what,
                               json_type_name(x));
        }
        return true;
    }
    yyjson_obj_foreach(v, i, max, key, x)
    {
        if (!yyjson_is_num(x))
            return err_set(e, ERR_INPUT, "%s: %s: %s where a number was expected", what,
                           yyjson_get_str(key), json_type_name(x));
    }
    return true;
}

static bool check_verdict(struct arena *a, const struct review_verdict *v, struct err *e)
{
    if (!v->reviewer.n)
        return err_set(e, ERR_USAGE, "a verdict without a reviewer");
    if (v->kind == REVIEW_LABEL && v->pass != 0 && v->pass != 1)
        return err_set(e, ERR_USAGE, "a label without a verdict: pass or fail was expected");
    if ((v->kind == REVIEW_SKIP || v->kind == REVIEW_DECLINE) && !str_trim(v->comment).n) {
        err_set(e, ERR_USAGE, "no reason why the item is %s",
                v->kind == REVIEW_SKIP ? "skipped" : "declined");
        return err_hint(e, "Say what kept you from a verdict.");
    }
    return check_json(a, v->criteria, "criteria", false, e) &&
           check_json(a, v->codes, "codes", true, e);
}

static bool check_item(struct store *s, struct arena *a, const struct review_item *it,
                       const struct review_verdict *v, struct err *e)
{
    struct review_text text;
    struct review_verdict *all;
    size_t n;
    if (!str_null(v->seen)) {
        if (!review_text(s, a, it, &text, e))
            return false;
        if (!str_eq(text.seen, v->seen))
            return err_set(e, ERR_CONFLICT, "R%lld: another output was looked at than the item's",
                           (long long)it->id);
    }
    if (!v->adjudicates)
        return true;
    if (it->state != REVIEW_DISPUTED)
        return err_set(e, ERR_CONFLICT, "R%lld is %s: there is no disagreement to settle",
                       (long long)it->id, review_state_name(it->state));
    if (!review_verdicts(s, a, it->id, NULL, &all, &n, e))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].reviewer, v->reviewer) && all[i].kind == REVIEW_LABEL &&
            !all[i].adjudicates)
            return err_set(e, ERR_CONFLICT, "R%lld: %.*s is one of those who disagree",
                           (long long)it->id, STR_ARG(v->reviewer));
    return true;
}

/* Inside the transaction: writes unless the key has been written. */
static bool record(struct store *s, struct arena *a, struct review_verdict *v, bool *ret_new,
                   struct err *e)
{
    struct review_verdict old;
    struct review_item it;
    bool there;
    if (!by_key(s, a, v->key, &old, &there, e))
        return false;
    *ret_new = !there;
    if (there) {
        if (old.item != v->item || !str_eq(old.reviewer, v->reviewer))
            return err_set(e, ERR_CONFLICT, "the key %.*s is that of another verdict",
                           STR_ARG(v->key));
        *v = old;
        return true;
    }
    return review_get(s, a, v->item, &it, e) && check_item(s, a, &it, v, e) && insert(s, v, e) &&
           stand(s, v, e) && unlock(s, v, e) && settle(s, a, &it, e);
}

bool review_label(struct store *s, struct arena *a, struct review_verdict *v, bool *ret_new,
                  struct err *e)
{
    if (!check_verdict(a, v, e) || (str_null(v->key) && !fresh_key(a, &v->key, e)) ||
        !store_begin(s, e))
        return false;
    if (record(s, a, v, ret_new, e) && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

/* ---- undo ---- */

static bool find_standing(struct store *s, const char *reviewer, int64_t item, int64_t *ret_item,
                          struct err *e)
{
    static const char sql[] = "SELECT item FROM review_standing WHERE reviewer = $1 AND "
                              "($2 IS NULL OR item = $2) ORDER BY verdict DESC LIMIT 1";
    struct db_stmt *st;
    bool row;
    *ret_item = 0;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_c(st, 1, reviewer);
    db_bind_count(st, 2, item ? item : -1);
    if (!db_step(st, &row, e))
        return false;
    if (row) {
        *ret_item = db_int(st, 0);
        db_reset(st);
    }
    return true;
}

bool review_undo(struct store *s, struct arena *a, const char *reviewer, int64_t item,
                 double lock_s, int64_t *ret_item, struct err *e)
{
    struct review_verdict v;
    bool held, is_new;
    if (!find_standing(s, reviewer, item, ret_item, e))
        return false;
    if (!*ret_item)
        return true;
    review_verdict_init(&v);
    v.kind = REVIEW_RETRACT;
    v.item = *ret_item;
    v.reviewer = str_c(reviewer);
    return review_label(s, a, &v, &is_new, e) &&
           review_extend(s, *ret_item, reviewer, lock_s, &held, e);
}
