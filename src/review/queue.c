/* The review queue: adding, listing, dealing and locking items; see queue.h. What a verdict does
 * to an item's state is label.c's business. */
#include "review/queue.h"

#include <math.h>
#include <string.h>

#include "base/vec.h"
#include "store/items.h"
#include "store/outputs.h"
#include "store/texts.h"
#include "text/json.h"

static const char *const states[] = {"pending", "locked",   "done",
                                     "skipped", "declined", "disputed"};
static const char *const streams[] = {"routed", "audit", "picked", "added", "known"};

const char *review_state_name(enum review_state s) { return states[s]; }
const char *review_stream_name(enum review_stream s) { return streams[s]; }

struct store_key review_dedupe(struct str feature, struct str fingerprint, struct str name,
                               struct str output)
{
    struct hasher h;
    hasher_init(&h);
    hasher_add(&h, feature);
    hasher_add(&h, fingerprint);
    hasher_add(&h, name);
    hasher_add(&h, output);
    struct digest d = hasher_end(&h);
    return store_key(&d);
}

/* ---- adding ---- */

static bool count_open(struct store *s, int64_t *ret, struct err *e)
{
    static const char sql[] =
        "SELECT count(*) FROM review_item WHERE state IN (0, 5) AND stream <> 4";
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e) || !db_step(st, &row, e))
        return false;
    *ret = db_int(st, 0);
    db_reset(st);
    return true;
}

static bool find_dedupe(struct store *s, const struct store_key *key, int64_t *ret_id,
                        struct err *e)
{
    static const char sql[] = "SELECT id FROM review_item WHERE dedupe = $1";
    struct db_stmt *st;
    bool row;
    *ret_id = 0;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_blob(st, 1, store_key_bytes(key));
    if (!db_step(st, &row, e))
        return false;
    if (row) {
        *ret_id = db_int(st, 0);
        db_reset(st);
    }
    return true;
}

/* The item is there: it belongs to the population it was drawn from last. */
static bool readd(struct store *s, int64_t id, const struct review_new *n, struct err *e)
{
    static const char sql[] =
        "UPDATE review_item SET stream = $2, reason = $3, rule = $4, batch = $5, inclusion = $6, "
        "priority = CASE WHEN priority > $7 THEN priority ELSE $7 END, confidence = $8 "
        "WHERE id = $1 AND stream <> 4";
    struct db_stmt *st;
    if (n->stream != REVIEW_ROUTED && n->stream != REVIEW_AUDIT)
        return true;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, n->stream);
    db_bind_text(st, 3, n->reason);
    db_bind_text(st, 4, n->rule);
    db_bind_count(st, 5, n->batch ? n->batch : -1);
    db_bind_num(st, 6, n->inclusion);
    db_bind_num(st, 7, n->priority);
    db_bind_num(st, 8, n->confidence);
    return db_run(st, e);
}

static void bind_new(struct store *s, struct arena *a, struct db_stmt *st,
                     const struct review_new *n)
{
    db_bind_text(st, 1, n->feature);
    db_bind_text(st, 2, n->variant);
    db_bind_count(st, 3, n->run ? n->run : -1);
    db_bind_count(st, 4, n->batch ? n->batch : -1);
    db_bind_count(st, 5, n->unit_variant ? n->unit_variant : -1);
    db_bind_count(st, 6, n->item ? n->item : -1);
    db_bind_count(st, 7, n->item ? n->epoch : -1);
    db_bind_count(st, 8, n->output ? n->output : -1);
    db_bind_text(st, 9, n->name);
    db_bind_blob(st, 10, store_pack(s, a, n->body));
    db_bind_blob(st, 11, store_pack(s, a, n->text));
    db_bind_blob(st, 12, store_key_bytes(&n->dedupe));
    db_bind_int(st, 13, n->stream);
    db_bind_text(st, 14, n->reason);
    db_bind_text(st, 15, n->rule);
    db_bind_text(st, 16, n->source);
    db_bind_num(st, 17, n->confidence);
    db_bind_num(st, 18, n->inclusion);
    db_bind_num(st, 19, n->priority);
    db_bind_int(st, 20, n->wanted < 1 ? 1 : n->wanted);
    db_bind_count(st, 21, n->stream == REVIEW_KNOWN ? n->known_pass : -1);
    db_bind_num(st, 22, env_now(store_env(s)));
}

static bool insert(struct store *s, const struct review_new *n, int64_t *ret_id, struct err *e)
{
    static const char sql[] =
        "INSERT INTO review_item (feature, variant, run, batch, unit_variant, item, epoch, output, "
        "name, body, text, dedupe, stream, reason, rule, source, confidence, inclusion, priority, "
        "wanted, known_pass, created_at, state, decided) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
        "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, 0, 0) RETURNING id";
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e))
        return false;
    bind_new(s, a, st, n);
    if (!db_step(st, &row, e))
        return false;
    *ret_id = db_int(st, 0);
    db_reset(st);
    return true;
}

bool review_add(struct store *s, const struct review_new *n, int64_t max_open,
                enum review_added *ret, int64_t *ret_id, struct err *e)
{
    int64_t open = 0;
    if (!find_dedupe(s, &n->dedupe, ret_id, e))
        return false;
    if (*ret_id) {
        *ret = REVIEW_ADD_THERE;
        return readd(s, *ret_id, n, e);
    }
    if (max_open && n->stream != REVIEW_KNOWN && !count_open(s, &open, e))
        return false;
    if (max_open && open >= max_open) {
        *ret = REVIEW_ADD_FULL;
        return true;
    }
    *ret = REVIEW_ADD_NEW;
    return insert(s, n, ret_id, e);
}

/* ---- reading ---- */

/* $1 is the time: locks that have expired do not count. */
#define COLUMNS                                                                                    \
    "i.id, i.feature, i.variant, i.run, i.batch, i.unit_variant, i.item, i.epoch, i.output, "      \
    "i.name, i.stream, i.reason, i.rule, i.source, i.confidence, i.inclusion, i.priority, "        \
    "i.wanted, i.decided, i.known_pass, i.state, i.state_why, i.final, i.final_pass, "             \
    "i.created_at, i.done_at, "                                                                    \
    "(SELECT count(*) FROM review_lock l WHERE l.item = i.id AND l.expires > $1)"

static int64_t or_zero(int64_t v) { return v < 0 ? 0 : v; }

static void read_row(struct db_stmt *st, struct arena *a, struct review_item *it)
{
    *it = (struct review_item){
        .id = db_int(st, 0),
        .feature = db_text_copy(st, 1, a),
        .variant = db_text_copy(st, 2, a),
        .run = or_zero(db_count(st, 3)),
        .batch = or_zero(db_count(st, 4)),
        .unit_variant = or_zero(db_count(st, 5)),
        .item = or_zero(db_count(st, 6)),
        .epoch = (int)or_zero(db_count(st, 7)),
        .output = or_zero(db_count(st, 8)),
        .name = db_text_copy(st, 9, a),
        .stream = (enum review_stream)db_int(st, 10),
        .reason = db_text_copy(st, 11, a),
        .rule = db_text_copy(st, 12, a),
        .source = db_text_copy(st, 13, a),
        .confidence = db_num(st, 14),
        .inclusion = db_num(st, 15),
        .priority = db_num(st, 16),
        .wanted = (int)db_int(st, 17),
        .decided = (int)db_int(st, 18),
        .known_pass = (int)db_count(st, 19),
        .state = (enum review_state)db_int(st, 20),
        .state_why = db_text_copy(st, 21, a),
        .final = or_zero(db_count(st, 22)),
        .final_pass = (int)db_count(st, 23),
        .created_at = db_num(st, 24),
        .done_at = db_num(st, 25),
        .locks = (int)db_int(st, 26),
    };
    if (it->state == REVIEW_PENDING && it->stream != REVIEW_KNOWN && it->locks > 0 &&
        it->decided + it->locks >= it->wanted)
        it->state = REVIEW_LOCKED;
}

bool review_parse_id(const char *text, int64_t *ret, struct err *e)
{
    long long n;
    const char *digits = text[0] == 'R' || text[0] == 'r' ? text + 1 : text;
    if (!str_long(str_c(digits), &n) || n < 1)
        return err_set(e, ERR_USAGE, "\"%s\" where a review item such as R7 was expected", text);
    *ret = n;
    return true;
}

bool review_get(struct store *s, struct arena *a, int64_t id, struct review_item *ret,
                struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT " COLUMNS " FROM review_item i WHERE i.id = $2", &st, e))
        return false;
    db_bind_num(st, 1, env_now(store_env(s)));
    db_bind_int(st, 2, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row) {
        err_set(e, ERR_NOT_FOUND, "there is no review item R%lld", (long long)id);
        return err_hint(e, "`plimsoll review stats` says what is in the queue.");
    }
    read_row(st, a, ret);
    db_reset(st);
    return true;
}

static struct str member_text(struct arena *a, yyjson_val *obj, const char *key)
{
    yyjson_val *v = json_get(obj, key);
    if (!v || yyjson_is_null(v))
        return (struct str){0};
    return json_text(a, v);
}

/* The texts of an item that did not come from a run. */
static bool own_texts(struct store *s, struct arena *a, int64_t id, struct str *ret_body,
                      struct str *ret_output, struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT body, text FROM review_item WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_NOT_FOUND, "there is no review item R%lld", (long long)id);
    struct str body = db_text_copy(st, 0, a), text = db_text_copy(st, 1, a);
    db_reset(st);
    return store_unpack(s, a, body, ret_body, e) && store_unpack(s, a, text, ret_output, e);
}

bool review_text(struct store *s, struct arena *a, const struct review_item *it,
                 struct review_text *ret, struct err *e)
{
    struct item_row item;
    struct output_row output;
    struct str body = {0};
    yyjson_val *v;
    *ret = (struct review_text){0};
    if (!own_texts(s, a, it->id, &body, &ret->output, e))
        return false;
    if (str_null(body) && it->item) {
        if (!item_get(s, a, it->item, &item, e))
            return false;
        body = item.body;
    }
    if (str_null(ret->output) && it->output) {
        if (!output_get(s, a, it->output, &output, e))
            return false;
        ret->output = output.text;
    }
    ret->seen = arena_str(a, str_c(hash_content(ret->output).hex));
    if (str_null(body))
        return true;
    if (!json_parse_lax(a, body, "review item", 1, &v, e))
        return false;
    ret->input = member_text(a, v, "input");
    ret->expected = member_text(a, v, "expected");
    ret->context = member_text(a, v, "context");
    ret->tags = member_text(a, v, "tags");
    return true;
}

bool review_list(struct store *s, struct arena *a, const struct review_filter *f,
                 struct review_item **ret, size_t *ret_n, struct err *e)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM review_item i WHERE i.id > $2 AND ($3 IS NULL OR i.feature = $3) "
        "AND ($4 IS NULL OR i.variant = $4) AND ($5 IS NULL OR i.state = $5) "
        "AND ($6 IS NULL OR i.stream = $6) ORDER BY i.id LIMIT $7";
    struct db_stmt *st;
    bool row, ok;
    VEC(struct review_item) v = {0};
    if (!store_sql(s, sql, &st, e))
        return false;
    int state = f->state == REVIEW_LOCKED ? REVIEW_PENDING : f->state;
    db_bind_num(st, 1, env_now(store_env(s)));
    db_bind_int(st, 2, f->after);
    db_bind_c(st, 3, f->feature);
    db_bind_c(st, 4, f->variant);
    db_bind_count(st, 5, state);
    db_bind_count(st, 6, f->stream);
    db_bind_int(st, 7, f->limit ? (int64_t)f->limit : 1000);
    while ((ok = db_step(st, &row, e)) && row) {
        struct review_item it;
        read_row(st, a, &it);
        if (f->state != REVIEW_LOCKED || it.state == REVIEW_LOCKED)
            vec_push(&v, it);
    }
    *ret = ARENA_ARRAY(a, v.n, struct review_item);
    if (v.n)
        memcpy(*ret, v.v, v.n * sizeof **ret);
    *ret_n = v.n;
    vec_free(&v);
    return ok;
}

bool review_count(struct store *s, const char *feature, struct review_counts *ret, struct err *e)
{
    static const char sql[] =
        "SELECT i.state, i.stream, i.wanted - i.decided <= (SELECT count(*) FROM review_lock l "
        "WHERE l.item = i.id AND l.expires > $1) AS taken, count(*), min(i.created_at) "
        "FROM review_item i WHERE i.stream <> 4 AND ($2 IS NULL OR i.feature = $2) "
        "GROUP BY 1, 2, 3";
    struct db_stmt *st;
    bool row, ok;
    *ret = (struct review_counts){.oldest = (double)NAN};
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_num(st, 1, env_now(store_env(s)));
    db_bind_c(st, 2, feature);
    while ((ok = db_step(st, &row, e)) && row) {
        int64_t state = db_int(st, 0), n = db_int(st, 3);
        if (state == REVIEW_PENDING && db_int(st, 2))
            state = REVIEW_LOCKED;
        ret->state[state] += n;
        if (state == REVIEW_PENDING || state == REVIEW_LOCKED || state == REVIEW_DISPUTED) {
            ret->stream[db_int(st, 1)] += n;
            ret->oldest = fmin(ret->oldest, db_num(st, 4));
        }
    }
    return ok;
}

/* ---- dealing ---- */

static bool forget_expired(struct store *s, double now, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "DELETE FROM review_lock WHERE expires <= $1", &st, e))
        return false;
    db_bind_num(st, 1, now);
    return db_run(st, e);
}

static bool lock(struct store *s, int64_t item, const char *reviewer, double now, double seconds,
                 struct err *e)
{
    static const char sql[] = "INSERT INTO review_lock (item, reviewer, taken_at, expires) "
                              "VALUES ($1, $2, $3, $4) ON CONFLICT (item, reviewer) DO UPDATE "
                              "SET taken_at = excluded.taken_at, expires = excluded.expires";
    struct db_stmt *st;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, item);
    db_bind_c(st, 2, reviewer);
    db_bind_num(st, 3, now);
    db_bind_num(st, 4, now + (seconds > 0 ? seconds : 600));
    return db_run(st, e);
}

/* Runs a query for one item: $1 now, $2 reviewer, $3 feature, $4 the one item asked for. */
static bool pick(struct store *s, struct arena *a, const char *sql, const struct review_deal *d,
                 double now, struct review_item *ret, bool *ret_found, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_num(st, 1, now);
    db_bind_c(st, 2, d->reviewer);
    db_bind_c(st, 3, d->feature);
    db_bind_count(st, 4, d->only ? d->only : -1);
    if (!db_step(st, ret_found, e))
        return false;
    if (*ret_found) {
        read_row(st, a, ret);
        db_reset(st);
    }
    return true;
}

#define WANTED                                                                                     \
    " AND ($3 IS NULL OR i.feature = $3) AND ($4 IS NULL OR i.id = $4)"                            \
    " AND NOT EXISTS (SELECT 1 FROM review_standing v WHERE v.item = i.id AND v.reviewer = $2)"    \
    " AND NOT EXISTS (SELECT 1 FROM review_lock m WHERE m.item = i.id AND m.reviewer = $2)"
#define FREE  " AND i.decided + (SELECT count(*) FROM review_lock l WHERE l.item = i.id) < i.wanted"
#define ALONE " AND NOT EXISTS (SELECT 1 FROM review_lock l WHERE l.item = i.id)"
#define FIRST " ORDER BY i.priority DESC, i.id LIMIT 1"

static const char sql_resume[] =
    "SELECT " COLUMNS " FROM review_lock m JOIN review_item i ON i.id = m.item "
    "WHERE m.reviewer = $2 AND ($3 IS NULL OR i.feature = $3) AND ($4 IS NULL OR i.id = $4) "
    "ORDER BY m.taken_at, i.priority DESC, i.id LIMIT 1";
static const char sql_known[] =
    "SELECT " COLUMNS " FROM review_item i WHERE i.state = 0 AND i.stream = 4" WANTED FIRST;
static const char sql_open[] =
    "SELECT " COLUMNS " FROM review_item i WHERE i.state = 0 AND i.stream <> 4" WANTED FREE FIRST;
static const char sql_disputed[] =
    "SELECT " COLUMNS " FROM review_item i WHERE i.state = 5" WANTED ALONE FIRST;
static const char sql_skipped[] =
    "SELECT " COLUMNS " FROM review_item i WHERE i.state = 3" WANTED ALONE FIRST;

/* Whether this deal is a seeded item: by the number of verdicts the reviewer has given, so that
 * it does not depend on how often they ask. */
static bool turn_for_known(struct store *s, const struct review_deal *d, bool *ret, struct err *e)
{
    struct db_stmt *st;
    bool row;
    *ret = false;
    if (!(d->known_share > 0))
        return true;
    if (!store_sql(s, "SELECT count(*) FROM review_standing WHERE reviewer = $1", &st, e))
        return false;
    db_bind_c(st, 1, d->reviewer);
    if (!db_step(st, &row, e))
        return false;
    uint64_t n = (uint64_t)db_int(st, 0);
    db_reset(st);
    uint64_t draw = hash64(d->reviewer, strlen(d->reviewer), d->seed ^ (n * 0x9e3779b97f4a7c15U));
    *ret = (double)(draw >> 11) * 0x1p-53 < d->known_share;
    return true;
}

static bool choose(struct store *s, struct arena *a, const struct review_deal *d, double now,
                   struct review_item *ret, bool *ret_found, struct err *e)
{
    bool known;
    *ret_found = false;
    if (d->resume && (!pick(s, a, sql_resume, d, now, ret, ret_found, e) || *ret_found))
        return *ret_found;
    if (d->disputed)
        return pick(s, a, sql_disputed, d, now, ret, ret_found, e);
    if (d->skipped)
        return pick(s, a, sql_skipped, d, now, ret, ret_found, e);
    if (!turn_for_known(s, d, &known, e))
        return false;
    if (known && (!pick(s, a, sql_known, d, now, ret, ret_found, e) || *ret_found))
        return *ret_found;
    return pick(s, a, sql_open, d, now, ret, ret_found, e);
}

bool review_next(struct store *s, struct arena *a, const struct review_deal *d,
                 struct review_item *ret, bool *ret_found, struct err *e)
{
    double now = env_now(store_env(s));
    if (!store_begin(s, e))
        return false;
    bool ok = forget_expired(s, now, e) && choose(s, a, d, now, ret, ret_found, e) &&
              (!*ret_found || lock(s, ret->id, d->reviewer, now, d->lock_s, e));
    if (ok && store_commit(s, e)) {
        if (*ret_found)
            ret->locks = ret->locks ? ret->locks : 1;
        return true;
    }
    store_rollback(s);
    return false;
}

bool review_extend(struct store *s, int64_t item, const char *reviewer, double seconds,
                   bool *ret_held, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct review_item it;
    struct db_stmt *st;
    double now = env_now(store_env(s));
    bool row = false;
    *ret_held = false;
    if (!store_begin(s, e))
        return false;
    bool ok = forget_expired(s, now, e) &&
              store_sql(s, "SELECT 1 FROM review_lock WHERE item = $1 AND reviewer = $2", &st, e);
    if (ok) {
        db_bind_int(st, 1, item);
        db_bind_c(st, 2, reviewer);
        ok = db_step(st, &row, e);
        if (ok && row)
            db_reset(st);
    }
    ok = ok && review_get(s, a, item, &it, e);
    *ret_held = ok && (row || it.decided + it.locks < it.wanted);
    ok = ok && (!*ret_held || lock(s, item, reviewer, now, seconds, e));
    if (ok && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

bool review_release(struct store *s, int64_t item, const char *reviewer, struct err *e)
{
    static const char sql[] =
        "DELETE FROM review_lock WHERE reviewer = $1 AND ($2 IS NULL OR item = $2)";
    struct db_stmt *st;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_c(st, 1, reviewer);
    db_bind_count(st, 2, item ? item : -1);
    return db_run(st, e);
}
