/* The daily reading; see daily.h. */
#include "review/daily.h"

#include <math.h>
#include <string.h>

#include "stats/proportion.h"
#include "store/items.h"

/* ---- choosing ---- */

struct chooser {
    struct arena *a;
    struct store *s;
    const struct result_set *rs;
    const struct review_options *r;
    const struct routing_batch *b;
    struct routed_output *all;
    size_t n;
    bool *taken;     /* by output */
    struct map read; /* clusters that somebody reviewed */
    double rank;     /* priority of the next item */
};

/* The queue's item of an output; *ret 0: there is none. */
static bool find(struct chooser *c, const struct store_key *key, int64_t *ret, bool *ret_open,
                 struct err *e)
{
    static const char sql[] = "SELECT id, state = 0 FROM review_item WHERE dedupe = $1";
    struct db_stmt *st;
    bool row;
    *ret = 0;
    *ret_open = true;
    if (!store_sql(c->s, sql, &st, e))
        return false;
    db_bind_blob(st, 1, store_key_bytes(key));
    if (!db_step(st, &row, e))
        return false;
    if (row) {
        *ret = db_int(st, 0);
        *ret_open = db_int(st, 1) != 0;
        db_reset(st);
    }
    return true;
}

static bool to_front(struct chooser *c, int64_t id, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(c->s, "UPDATE review_item SET priority = $2 WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, id);
    db_bind_num(st, 2, c->rank);
    c->rank -= 0.001;
    return db_run(st, e);
}

static struct str cluster_of(const struct chooser *c, size_t i)
{
    const struct result_item *it = &c->rs->items.v[c->rs->rows.v[c->all[i].row].item];
    return str_null(it->cluster) ? it->id : it->cluster;
}

/* Output i comes to the front, into the queue first when it is not there. */
static bool take(struct chooser *c, size_t i, const char *reason, bool *ret_done, struct err *e)
{
    const struct result_row *row = &c->rs->rows.v[c->all[i].row];
    enum review_added how;
    int64_t id;
    bool open;
    c->taken[i] = true;
    *ret_done = false;
    if (!find(c, &c->all[i].key, &id, &open, e))
        return false;
    if (id && !open)
        return true;
    struct review_new n = {
        .feature = c->b->feature,
        .variant = c->b->variant,
        .name = c->rs->items.v[row->item].id,
        .reason = str_c(reason),
        .source = STR("today"),
        .run = c->b->run,
        .unit_variant = c->b->run_variant,
        .output = row->output,
        .epoch = row->epoch,
        .dedupe = c->all[i].key,
        .stream = REVIEW_PICKED,
        .confidence = c->all[i].confidence,
        .inclusion = (double)NAN,
        .wanted = c->r->reviewers,
    };
    if (!id && (!item_find(c->s, c->b->run_variant, n.name, &n.item, e) ||
                !review_add(c->s, &n, 0, &how, &id, e)))
        return false;
    map_put(&c->read, cluster_of(c, i), c);
    *ret_done = true;
    return to_front(c, id, e);
}

enum { UNCERTAIN, FAILED, FRESH, N_WAYS };

/* The best output that is left for a way, or -1. */
static ptrdiff_t best(struct chooser *c, int way)
{
    ptrdiff_t at = -1;
    for (size_t i = 0; i < c->n; i++) {
        const struct routed_output *r = &c->all[i];
        double conf = isnan(r->confidence) ? -1 : r->confidence;
        if (c->taken[i] || (way == FAILED && c->rs->rows.v[r->row].outcome == OUTCOME_PASS) ||
            (way == FRESH && map_has(&c->read, cluster_of(c, i))))
            continue;
        bool better = at < 0;
        if (!better && way == UNCERTAIN) {
            double other = isnan(c->all[at].confidence) ? -1 : c->all[at].confidence;
            better = conf < other;
        } else if (!better) {
            better = r->draw < c->all[at].draw;
        }
        if (better)
            at = (ptrdiff_t)i;
    }
    return at;
}

static bool choose_ways(struct chooser *c, size_t want, struct daily_deal *ret, struct err *e)
{
    static const char *const why[N_WAYS] = {"among the least certain", "failed its graders",
                                            "the first of its kind"};
    int64_t *count[N_WAYS] = {&ret->uncertain, &ret->failed, &ret->fresh};
    bool dry[N_WAYS] = {false};
    size_t got = 0;
    for (int way = 0; got < want && !(dry[0] && dry[1] && dry[2]); way = (way + 1) % N_WAYS) {
        ptrdiff_t i = dry[way] ? -1 : best(c, way);
        bool done;
        if (i < 0) {
            dry[way] = true;
            continue;
        }
        if (!take(c, (size_t)i, why[way], &done, e))
            return false;
        *count[way] += done;
        got += done;
    }
    return true;
}

/* Open audits of the batch come first; they are marked as taken whether or not there is room. */
static bool choose_audit(struct chooser *c, size_t want, int64_t *ret, struct err *e)
{
    static const char sql[] = "SELECT id FROM review_item WHERE batch = $1 AND stream = 1 AND "
                              "state = 0 ORDER BY priority DESC, id LIMIT $2";
    struct db_stmt *st;
    bool row, ok;
    VEC(int64_t) ids = {0};
    if (!store_sql(c->s, sql, &st, e))
        return false;
    db_bind_int(st, 1, c->b->id);
    db_bind_int(st, 2, (int64_t)want);
    while ((ok = db_step(st, &row, e)) && row)
        vec_push(&ids, db_int(st, 0));
    for (size_t i = 0; ok && i < ids.n; i++)
        ok = to_front(c, ids.v[i], e);
    *ret = (int64_t)ids.n;
    vec_free(&ids);
    return ok;
}

/* Marks audits as not for the other half, and the clusters that have been reviewed. */
static bool mark_known(struct chooser *c, struct err *e)
{
    static const char sql[] = "SELECT stream = 1, state FROM review_item WHERE dedupe = $1";
    struct db_stmt *st;
    bool row;
    for (size_t i = 0; i < c->n; i++) {
        if (!store_sql(c->s, sql, &st, e))
            return false;
        db_bind_blob(st, 1, store_key_bytes(&c->all[i].key));
        if (!db_step(st, &row, e))
            return false;
        if (!row)
            continue;
        bool audit = db_int(st, 0) != 0, open = db_int(st, 1) == REVIEW_PENDING;
        db_reset(st);
        c->taken[i] = audit || !open;
        if (!open)
            map_put(&c->read, cluster_of(c, i), c);
    }
    return true;
}

static bool open_audits(struct store *s, int64_t batch, size_t *ret, struct err *e)
{
    static const char sql[] =
        "SELECT count(*) FROM review_item WHERE batch = $1 AND stream = 1 AND state = 0";
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, batch);
    if (!db_step(st, &row, e))
        return false;
    *ret = (size_t)db_int(st, 0);
    db_reset(st);
    return true;
}

bool daily_choose(struct arena *a, struct store *s, const struct result_set *rs,
                  const struct routing_options *o, const struct review_options *r,
                  const struct routing_batch *b, size_t want, struct daily_deal *ret, struct err *e)
{
    struct chooser c = {.a = a, .s = s, .rs = rs, .r = r, .b = b, .rank = DAILY_PRIORITY + 1};
    struct routing_options as = *o;
    size_t have, half = (want + 1) / 2;
    int64_t added;
    *ret = (struct daily_deal){0};
    as.confidence = arena_strndup(a, b->source.p, b->source.n);
    if (!open_audits(s, b->id, &have, e) ||
        (have < half && !routing_lengthen(a, s, rs, &as, r, b, half - have, &added, e)) ||
        !routing_look(a, s, rs, b->fingerprint, &as, b->seed, &c.all, &c.n, e))
        return false;
    c.taken = ARENA_ARRAY(a, c.n, bool);
    bool ok = store_begin(s, e) && choose_audit(&c, half, &ret->audit, e) && mark_known(&c, e) &&
              choose_ways(&c, want - (size_t)ret->audit, ret, e) && store_commit(s, e);
    if (!ok)
        store_rollback(s);
    map_release(&c.read);
    return ok;
}

/* ---- the habit ---- */

/* Standing labels between two times; items once however many judged them. */
static bool count_between(struct store *s, const char *feature, const char *reviewer, double from,
                          double to, struct daily_count *ret, struct err *e)
{
    static const char sql[] =
        "SELECT count(*), count(*) FILTER (WHERE stream = 1), "
        "count(*) FILTER (WHERE stream = 1 AND least_pass = 0) FROM (SELECT i.stream AS stream, "
        "min(v.pass) AS least_pass FROM review_verdict v "
        "JOIN review_standing w ON w.verdict = v.id JOIN review_item i ON i.id = v.item "
        "WHERE v.kind = 0 AND i.stream <> 4 AND v.at >= $1 AND v.at < $2 "
        "AND ($3 IS NULL OR i.feature = $3) AND ($4 IS NULL OR v.reviewer = $4) "
        "GROUP BY i.id, i.stream) AS seen";
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_num(st, 1, from);
    db_bind_num(st, 2, to);
    db_bind_c(st, 3, feature);
    db_bind_c(st, 4, reviewer);
    if (!db_step(st, &row, e))
        return false;
    *ret = (struct daily_count){.read = db_int(st, 0),
                                .audit = db_int(st, 1),
                                .audit_wrong = db_int(st, 2)};
    db_reset(st);
    ret->upper = ret->audit
                     ? clopper_pearson_upper((size_t)ret->audit_wrong, (size_t)ret->audit, 0.95)
                     : (double)NAN;
    return true;
}

bool daily_state_of(struct store *s, const char *feature, const char *reviewer, int want,
                    struct daily_state *ret, struct err *e)
{
    enum { DAY = 86400, MOST = 3650 };
    double today = floor(env_now(store_env(s)) / DAY) * DAY;
    struct daily_count c;
    *ret = (struct daily_state){0};
    if (!count_between(s, feature, reviewer, today, today + DAY, &ret->day, e) ||
        !count_between(s, feature, reviewer, today - 6 * DAY, today + DAY, &ret->week, e))
        return false;
    ret->streak = ret->day.read >= want;
    for (int i = 1; i < MOST; i++) {
        if (!count_between(s, feature, reviewer, today - i * DAY, today - (i - 1) * DAY, &c, e))
            return false;
        if (c.read < want)
            break;
        ret->streak++;
    }
    return true;
}
