/* Tickets in the store; see ticket.h. */
#include "safety/ticket.h"

#include <math.h>
#include <string.h>

#include "base/vec.h"
#include "store/items.h"
#include "store/runs.h"
#include "store/units.h"

const char *const ticket_kinds[] = {"hallucination", "refusal", "injection", "leakage",
                                    "wrong",         "other",   NULL};
const char *const ticket_severities[] = {"critical", "high", "medium", "low", NULL};

static const char *const states[] = {"open",     "acknowledged", "fixed",
                                     "verified", "closed",       "merged"};

const char *ticket_state_name(enum ticket_state s) { return states[s]; }

static enum ticket_state state_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (str_eq_c(name, states[i]))
            return (enum ticket_state)i;
    return TICKET_OPEN;
}

static bool resolved(enum ticket_state s) { return s == TICKET_VERIFIED || s == TICKET_CLOSED; }

/* What a step writes. */
struct step {
    const char *action;
    enum ticket_state state;
    const char *owner, *example, *note, *who;
    int64_t other, affected;
};

static bool add_event(struct store *s, struct ticket *t, const struct step *step, struct err *e)
{
    static const char sql[] = "INSERT INTO ticket_event (ticket, at, who, action, state, owner, "
                              "example, other, affected, "
                              "note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    struct db_stmt *st;
    if (!store_sql(s, sql, &st, e))
        return false;
    double now = env_now(store_env(s));
    db_bind_int(st, 1, t->id);
    db_bind_num(st, 2, now);
    db_bind_c(st, 3, step->who);
    db_bind_c(st, 4, step->action);
    db_bind_c(st, 5, states[step->state]);
    if (step->owner)
        db_bind_c(st, 6, step->owner);
    else
        db_bind_text(st, 6, t->owner);
    if (step->example)
        db_bind_c(st, 7, step->example);
    else
        db_bind_text(st, 7, t->example);
    db_bind_count(st, 8, step->other ? step->other : -1);
    db_bind_int(st, 9, step->affected);
    db_bind_c(st, 10, step->note);
    t->state = step->state;
    return db_run(st, e);
}

/* A step in a transaction of its own. */
static bool take(struct store *s, struct ticket *t, const struct step *step, struct err *e)
{
    if (!store_begin(s, e))
        return false;
    if (add_event(s, t, step, e) && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

static bool insert(struct store *s, struct ticket *t, struct err *e)
{
    static const char sql[] =
        "INSERT INTO ticket (kind, severity, title, feature, dedupe, item, run, variant, evidence, "
        "source, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e))
        return false;
    t->opened_at = env_now(store_env(s));
    db_bind_text(st, 1, t->kind);
    db_bind_int(st, 2, t->severity);
    db_bind_text(st, 3, t->title);
    db_bind_text(st, 4, t->feature);
    db_bind_text(st, 5, t->dedupe);
    db_bind_text(st, 6, t->item);
    db_bind_count(st, 7, t->run ? t->run : -1);
    db_bind_text(st, 8, t->variant);
    db_bind_text(st, 9, t->evidence);
    db_bind_text(st, 10, t->source);
    db_bind_num(st, 11, t->opened_at);
    if (!db_step(st, &row, e))
        return false;
    t->id = db_int(st, 0);
    db_reset(st);
    return true;
}

static bool find_dedupe(struct store *s, struct str key, int64_t *ret, struct err *e)
{
    struct db_stmt *st;
    bool row;
    *ret = 0;
    if (str_null(key))
        return true;
    if (!store_sql(s, "SELECT id FROM ticket WHERE dedupe = $1", &st, e))
        return false;
    db_bind_text(st, 1, key);
    if (!db_step(st, &row, e))
        return false;
    if (row)
        *ret = db_int(st, 0);
    db_reset(st);
    return true;
}

/* The failure was seen again: counted, and the ticket reopened if it was thought resolved. */
static bool seen_again(struct store *s, struct ticket *t, int64_t id, const char *who,
                       struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct ticket old;
    if (!ticket_get(s, a, arena_printf(a, "%lld", (long long)id), &old, e))
        return false;
    struct step step = {.action = resolved(old.state) ? "reopen" : "seen",
                        .state = resolved(old.state) ? TICKET_OPEN : old.state,
                        .who = who,
                        .affected = t->affected};
    t->id = id;
    return add_event(s, &old, &step, e);
}

bool ticket_open(struct store *s, struct ticket *t, const char *who, bool *ret_new, struct err *e)
{
    int64_t old;
    struct step step = {.action = "open", .state = TICKET_OPEN, .who = who};
    if (t->affected < 1)
        t->affected = 1;
    step.affected = t->affected;
    if (!store_begin(s, e))
        return false;
    bool ok = find_dedupe(s, t->dedupe, &old, e);
    if (ok && old)
        ok = seen_again(s, t, old, who, e);
    else if (ok)
        ok = insert(s, t, e) && add_event(s, t, &step, e);
    if (ok && store_commit(s, e)) {
        *ret_new = old == 0;
        return true;
    }
    store_rollback(s);
    return false;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static void apply(struct ticket *t, struct db_stmt *st, struct arena *a)
{
    double at = db_num(st, 0);
    struct str action = db_text(st, 1);
    enum ticket_state before = t->state;
    t->state = state_of(db_text(st, 2));
    t->owner = db_text_copy(st, 3, a);
    t->example = db_text_copy(st, 4, a);
    t->affected += db_int(st, 6);
    if (str_eq_c(action, "merge"))
        t->merged_into = db_int(st, 5);
    if (t->state == TICKET_ACKNOWLEDGED && isnan(t->acknowledged_at))
        t->acknowledged_at = at;
    if (t->state == TICKET_FIXED && before != TICKET_FIXED)
        t->fixed_at = at;
    if (resolved(t->state) && !resolved(before))
        t->resolved_at = at;
    if (str_eq_c(action, "reopen")) {
        t->reopened++;
        t->fixed_at = t->resolved_at = (double)NAN;
    }
}

static bool read_events(struct store *s, struct arena *a, struct ticket *t, struct err *e)
{
    static const char sql[] = "SELECT at, action, state, owner, example, other, affected "
                              "FROM ticket_event WHERE ticket = $1 ORDER BY id";
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, t->id);
    t->acknowledged_at = t->fixed_at = t->resolved_at = (double)NAN;
    for (;;) {
        if (!db_step(st, &row, e))
            return false;
        if (!row)
            return true;
        apply(t, st, a);
    }
}

static void read_row(struct db_stmt *st, struct arena *a, struct ticket *t)
{
    *t = (struct ticket){
        .id = db_int(st, 0),
        .kind = db_text_copy(st, 1, a),
        .severity = (int)db_int(st, 2),
        .title = db_text_copy(st, 3, a),
        .feature = db_text_copy(st, 4, a),
        .dedupe = db_text_copy(st, 5, a),
        .item = db_text_copy(st, 6, a),
        .run = db_int(st, 7),
        .variant = db_text_copy(st, 8, a),
        .evidence = db_text_copy(st, 9, a),
        .source = db_text_copy(st, 10, a),
        .opened_at = db_num(st, 11),
    };
}

#define COLUMNS                                                                                    \
    "id, kind, severity, title, feature, dedupe, item, run, variant, evidence, source, opened_at"

bool ticket_get(struct store *s, struct arena *a, const char *id, struct ticket *ret, struct err *e)
{
    struct db_stmt *st;
    bool row = false;
    long long n;
    const char *digits = id[0] == 'T' || id[0] == 't' ? id + 1 : id;
    if (!str_long(str_c(digits), &n))
        return err_set(e, ERR_USAGE, "\"%s\" where a ticket such as T7 was expected", id);
    if (!store_sql(s, "SELECT " COLUMNS " FROM ticket WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, n);
    if (!db_step(st, &row, e))
        return false;
    if (!row) {
        err_set(e, ERR_NOT_FOUND, "there is no ticket T%lld", n);
        return err_hint(e, "`plimsoll ticket list` shows them.");
    }
    read_row(st, a, ret);
    db_reset(st);
    return read_events(s, a, ret, e);
}

bool ticket_list(struct store *s, struct arena *a, struct ticket **ret, size_t *ret_n,
                 struct err *e)
{
    struct db_stmt *st;
    bool row, ok = true;
    VEC(struct ticket) v = {0};
    if (!store_sql(s, "SELECT " COLUMNS " FROM ticket ORDER BY id", &st, e))
        return false;
    while ((ok = db_step(st, &row, e)) && row) {
        struct ticket t;
        read_row(st, a, &t);
        vec_push(&v, t);
    }
    for (size_t i = 0; ok && i < v.n; i++)
        ok = read_events(s, a, &v.v[i], e);
    *ret = ARENA_ARRAY(a, v.n, struct ticket);
    if (v.n)
        memcpy(*ret, v.v, v.n * sizeof **ret);
    *ret_n = v.n;
    vec_free(&v);
    return ok;
}

bool ticket_events(struct store *s, struct arena *a, int64_t id, struct ticket_event **ret,
                   size_t *ret_n, struct err *e)
{
    static const char sql[] =
        "SELECT id, at, who, action, state, owner, example, note, other, affected "
        "FROM ticket_event WHERE ticket = $1 ORDER BY id";
    struct db_stmt *st;
    bool row, ok;
    VEC(struct ticket_event) v = {0};
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, id);
    while ((ok = db_step(st, &row, e)) && row) {
        struct ticket_event ev = {
            .id = db_int(st, 0),
            .at = db_num(st, 1),
            .who = db_text_copy(st, 2, a),
            .action = db_text_copy(st, 3, a),
            .state = db_text_copy(st, 4, a),
            .owner = db_text_copy(st, 5, a),
            .example = db_text_copy(st, 6, a),
            .note = db_text_copy(st, 7, a),
            .other = db_int(st, 8),
            .affected = db_int(st, 9),
        };
        vec_push(&v, ev);
    }
    *ret = ARENA_ARRAY(a, v.n, struct ticket_event);
    if (v.n)
        memcpy(*ret, v.v, v.n * sizeof **ret);
    *ret_n = v.n;
    vec_free(&v);
    return ok;
}

/* ---- steps --------------------------------------------------------------------------------------
 */

static bool refuse(struct err *e, const struct ticket *t, const char *what, const char *hint)
{
    err_set(e, ERR_CONFLICT, "T%lld is %s: it cannot be %s", (long long)t->id, states[t->state],
            what);
    return err_hint(e, "%s", hint);
}

static bool alive(const struct ticket *t, const char *what, struct err *e)
{
    if (t->state == TICKET_MERGED)
        return refuse(e, t, what, "Work on the ticket it was merged into.");
    return !resolved(t->state) || refuse(e, t, what, "Reopen it first: plimsoll ticket reopen ID.");
}

bool ticket_assign(struct store *s, struct ticket *t, const char *owner, const char *who,
                   struct err *e)
{
    struct step step = {.action = "assign", .state = t->state, .owner = owner, .who = who};
    return alive(t, "assigned", e) && take(s, t, &step, e);
}

bool ticket_acknowledge(struct store *s, struct ticket *t, const char *who, struct err *e)
{
    struct step step = {.action = "acknowledge", .state = TICKET_ACKNOWLEDGED, .who = who};
    if (!alive(t, "acknowledged", e))
        return false;
    if (t->state != TICKET_OPEN)
        return refuse(e, t, "acknowledged", "Only an open ticket waits for that.");
    return take(s, t, &step, e);
}

bool ticket_fix(struct store *s, struct ticket *t, const char *example, const char *note,
                const char *who, struct err *e)
{
    struct step step = {.action = example ? "fix" : "close",
                        .state = example ? TICKET_FIXED : TICKET_CLOSED,
                        .example = example,
                        .note = note,
                        .who = who};
    if (!alive(t, "fixed", e))
        return false;
    if (!example && (!note || !note[0])) {
        err_set(e, ERR_USAGE, "T%lld: no regression example and no reason", (long long)t->id);
        return err_hint(
            e, "Name the golden example that proves the fix (--example ID), or say why there is "
               "none (--reason TEXT).");
    }
    return take(s, t, &step, e);
}

bool ticket_reopen(struct store *s, struct ticket *t, const char *note, const char *who,
                   struct err *e)
{
    struct step step = {.action = "reopen", .state = TICKET_OPEN, .note = note, .who = who};
    if (t->state != TICKET_FIXED && !resolved(t->state))
        return refuse(e, t, "reopened", "It is not resolved.");
    return take(s, t, &step, e);
}

bool ticket_merge(struct store *s, struct ticket *t, const struct ticket *into, const char *who,
                  struct err *e)
{
    struct step step = {.action = "merge", .state = TICKET_MERGED, .who = who, .other = into->id};
    struct step count = {.action = "seen",
                         .state = into->state,
                         .who = who,
                         .affected = t->affected,
                         .other = t->id};
    struct ticket other = *into;
    if (!alive(t, "merged", e))
        return false;
    if (into->id == t->id || into->state == TICKET_MERGED)
        return refuse(e, into, "merged into", "Name the ticket that stays.");
    if (!store_begin(s, e))
        return false;
    if (add_event(s, t, &step, e) && add_event(s, &other, &count, e) && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

/* ---- verification by runs
 * ------------------------------------------------------------------------ */

/* Worst outcome of the example over the epochs of the variant; -1: not there. */
static bool outcome_of(struct store *s, int64_t variant, struct str example, int *ret,
                       struct err *e)
{
    int64_t item;
    *ret = -1;
    if (!item_find(s, variant, example, &item, e))
        return false;
    for (int epoch = 1; item; epoch++) {
        struct unit_read u;
        bool found;
        if (!unit_get(s, variant, item, epoch, &u, &found, e))
            return false;
        if (!found)
            break;
        if (u.outcome == STORE_FAIL || (*ret < 0) ||
            (*ret == STORE_PASS && u.outcome == STORE_ERROR))
            *ret = u.outcome;
        if (*ret == STORE_FAIL)
            break;
    }
    return true;
}

bool tickets_verify(struct store *s, struct arena *a, const struct run_row *run, int64_t variant,
                    void (*moved)(void *arg, const struct ticket *t), void *arg, struct err *e)
{
    struct ticket *t;
    size_t n;
    if (!ticket_list(s, a, &t, &n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        int outcome;
        bool watched = t[i].state == TICKET_FIXED || t[i].state == TICKET_VERIFIED;
        if (!watched || str_null(t[i].example) ||
            (!str_null(t[i].feature) && !str_eq(t[i].feature, run->feature)) ||
            run->started_at < t[i].fixed_at)
            continue;
        if (!outcome_of(s, variant, t[i].example, &outcome, e))
            return false;
        struct step step = {.who = "run", .note = arena_printf(a, "run r%lld", (long long)run->id)};
        if (outcome == STORE_PASS && t[i].state == TICKET_FIXED) {
            step.action = "verify";
            step.state = TICKET_VERIFIED;
        } else if (outcome == STORE_FAIL) {
            step.action = "reopen";
            step.state = TICKET_OPEN;
        } else {
            continue;
        }
        if (!take(s, &t[i], &step, e))
            return false;
        moved(arg, &t[i]);
    }
    return true;
}
