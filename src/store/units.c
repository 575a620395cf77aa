/*
 * Graded units of work; see units.h. Grades are packed into one column, one after the other:
 * a byte of flags, then what the flags announce: the score (8 bytes, little-endian double) when
 * it is not the outcome's usual one, the reason (as a phrase or as text), the details.
 */
#include "store/units.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/handle.h"
#include "store/texts.h"

enum {
    FLAG_OUTCOME = 3,   /* two bits */
    FLAG_SCORE = 4,
    FLAG_REASON = 8,    /* text: length and bytes */
    FLAG_PHRASE = 16,   /* reason by its phrase */
    FLAG_DETAILS = 32,
    SEEN_SLOTS = 4096,
    PHRASE_MAX = 200    /* longer reasons are never phrases */
};

static void put_varint(struct buf *b, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        buf_add_char(b, (char)((v & 127) | 128));
    buf_add_char(b, (char)v);
}

static void put_text(struct buf *b, struct str s)
{
    put_varint(b, s.n);
    buf_add_str(b, s);
}

static void put_double(struct buf *b, double v)
{
    uint64_t bits;
    char out[8];
    memcpy(&bits, &v, sizeof bits);
    for (int i = 0; i < 8; i++)
        out[i] = (char)(bits >> (8 * i));
    buf_add(b, out, sizeof out);
}

static double usual_score(int outcome)
{
    return outcome == STORE_PASS ? 1 : outcome == STORE_FAIL ? 0 : (double)NAN;
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

/* A reason becomes a phrase the second time it is met, so that reasons which quote the output do
 * not fill the table. */
static bool reason_phrase(struct store *s, struct str reason, int64_t *ret, struct err *e)
{
    *ret = 0;
    if (reason.n == 0 || reason.n > PHRASE_MAX)
        return true;
    if (!s->seen_reasons)
        s->seen_reasons = mem_calloc(SEEN_SLOTS, sizeof *s->seen_reasons);
    uint64_t h = hash64(reason.p, reason.n, 1), *slot = &s->seen_reasons[h % SEEN_SLOTS];
    if (*slot == h)
        return store_phrase_id(s, reason, ret, e);
    *slot = h;
    return true;
}

static bool pack_grade(struct store *s, struct buf *b, const struct grade_row *g, struct err *e)
{
    int64_t phrase;
    if (!reason_phrase(s, g->reason, &phrase, e))
        return false;
    bool scored = !same(g->score, usual_score(g->outcome));
    bool reason = !str_null(g->reason) && phrase == 0, details = !str_null(g->details);
    buf_add_char(b, (char)((g->outcome & FLAG_OUTCOME) | (scored ? FLAG_SCORE : 0) |
                           (reason ? FLAG_REASON : 0) | (phrase ? FLAG_PHRASE : 0) |
                           (details ? FLAG_DETAILS : 0)));
    if (scored)
        put_double(b, g->score);
    if (phrase)
        put_varint(b, (uint64_t)phrase);
    if (reason)
        put_text(b, g->reason);
    if (details)
        put_text(b, g->details);
    return true;
}

static bool pack(struct store *s, const struct unit_write *r, struct buf *b, struct err *e)
{
    for (size_t i = 0; i < r->n_grades; i++)
        if (!pack_grade(s, b, &r->grades[i], e))
            return false;
    return buf_ok(b, "what the graders said of one output", e);
}

bool unit_put(struct store *s, const struct unit_write *r, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct db_stmt *st;
    buf_init(&b, BUF_MAX_LINE);
    if (!pack(s, r, &b, e) ||
        !store_sql(s,
                   "INSERT INTO unit (variant, item, epoch, output, outcome, score, grades, "
                   "grading_cost_usd) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                   "ON CONFLICT (variant, item, epoch) DO UPDATE SET output = excluded.output, "
                   "outcome = excluded.outcome, score = excluded.score, "
                   "grades = excluded.grades, grading_cost_usd = excluded.grading_cost_usd",
                   &st, e))
        return false;
    db_bind_int(st, 1, r->variant);
    db_bind_int(st, 2, r->item);
    db_bind_int(st, 3, r->epoch);
    db_bind_int(st, 4, r->output);
    db_bind_int(st, 5, r->outcome);
    db_bind_num(st, 6, r->score);
    db_bind_blob(st, 7, store_pack(s, s->scratch, buf_str(&b)));
    if (r->grading_cost_usd == 0)
        db_bind_null(st, 8);
    else
        db_bind_num(st, 8, isnan(r->grading_cost_usd) ? -1 : r->grading_cost_usd);
    return db_run(st, e);
}

#define READ_SQL                                                                                   \
    "SELECT r.item, r.output, r.epoch, r.outcome, r.score, r.grades, i.name, i.tags, o.status, "   \
    "o.error_kind, o.latency_ms, o.ttft_ms, o.cost_usd, o.confidence, o.tokens_input, "            \
    "o.tokens_output, o.tokens_cached, o.model, i.cluster, i.weight, "                          \
    "r.grading_cost_usd FROM unit r "                                                              \
    "JOIN item i ON i.id = r.item JOIN output o ON o.id = r.output WHERE r.variant = $1 "

static double grading_cost(struct db_stmt *st, int col)
{
    double v = db_num(st, col);
    return isnan(v) ? 0 : v < 0 ? (double)NAN : v;
}

static void read_row(struct db_stmt *st, struct unit_read *r)
{
    *r = (struct unit_read){
        .item = db_int(st, 0),
        .output = db_int(st, 1),
        .epoch = (int)db_int(st, 2),
        .outcome = (int)db_int(st, 3),
        .score = db_num(st, 4),
        .grades = db_text(st, 5),
        .item_name = db_text(st, 6),
        .tags = db_text(st, 7),
        .status = (int)db_int(st, 8),
        .error_kind = db_text(st, 9),
        .latency_ms = db_num(st, 10),
        .ttft_ms = db_num(st, 11),
        .cost_usd = db_num(st, 12),
        .confidence = db_num(st, 13),
        .tokens_input = db_count(st, 14),
        .tokens_output = db_count(st, 15),
        .tokens_cached = db_count(st, 16),
        .model = db_int(st, 17),
        .cluster = db_text(st, 18),
        .weight = db_is_null(st, 19) ? 1 : db_num(st, 19),
        .grading_cost_usd = grading_cost(st, 20),
    };
}

bool units_open(struct store *s, int64_t variant, struct unit_cursor *ret, struct err *e)
{
    ret->st = NULL;
    if (!db_prepare(s->db, READ_SQL "ORDER BY r.item, r.epoch", &ret->st, e))
        return false;
    db_bind_int(ret->st, 1, variant);
    return true;
}

bool units_next(struct unit_cursor *c, struct unit_read *ret, bool *ret_more, struct err *e)
{
    if (!db_step(c->st, ret_more, e))
        return false;
    if (*ret_more)
        read_row(c->st, ret);
    return true;
}

void units_close(struct unit_cursor *c)
{
    db_finalize(c->st);
    c->st = NULL;
}

/* The texts of a row, so that the statement need not stay open: it would hold a snapshot, and the
 * next write of this store would be refused once another process has written. */
static void keep_texts(struct store *s, struct unit_read *r)
{
    struct str *const texts[] = {&r->grades, &r->item_name, &r->tags, &r->cluster, &r->error_kind};
    arena_reset(s->unit_texts);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!str_null(*texts[i]))
            *texts[i] = arena_str(s->unit_texts, *texts[i]);
}

bool unit_get(struct store *s, int64_t variant, int64_t item, int epoch, struct unit_read *ret,
              bool *ret_found, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, READ_SQL "AND r.item = $2 AND r.epoch = $3", &st, e))
        return false;
    db_bind_int(st, 1, variant);
    db_bind_int(st, 2, item);
    db_bind_int(st, 3, epoch);
    if (!db_step(st, ret_found, e))
        return false;
    if (*ret_found) {
        read_row(st, ret);
        keep_texts(s, ret);
        db_reset(st);
    }
    return true;
}

bool units_count(struct store *s, int64_t variant, int64_t *ret_rows, int64_t *ret_errors,
                 struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s,
                   "SELECT count(*), count(*) FILTER (WHERE o.status = 2) FROM unit r "
                   "JOIN output o ON o.id = r.output WHERE r.variant = $1",
                   &st, e))
        return false;
    db_bind_int(st, 1, variant);
    if (!db_step(st, &row, e))
        return false;
    *ret_rows = db_int(st, 0);
    *ret_errors = db_int(st, 1);
    db_reset(st);
    return true;
}

bool unit_call_put(struct store *s, const struct unit_write *u, int grader, int seq,
                   int64_t output, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "INSERT INTO unit_call (variant, item, epoch, grader, seq, output) "
                   "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (variant, item, epoch, grader, "
                   "seq) DO UPDATE SET output = excluded.output",
                   &st, e))
        return false;
    db_bind_int(st, 1, u->variant);
    db_bind_int(st, 2, u->item);
    db_bind_int(st, 3, u->epoch);
    db_bind_int(st, 4, grader);
    db_bind_int(st, 5, seq);
    db_bind_int(st, 6, output);
    return db_run(st, e);
}

static void read_call(struct db_stmt *st, struct arena *a, void *row)
{
    struct unit_call *c = row;
    (void)a;
    *c = (struct unit_call){(int)db_int(st, 0), (int)db_int(st, 1), db_int(st, 2)};
}

bool unit_calls(struct store *s, struct arena *a, int64_t variant, int64_t item, int epoch,
                struct unit_call **ret, size_t *ret_n, struct err *e)
{
    struct db_stmt *st;
    void *rows = NULL;
    if (!store_sql(s,
                   "SELECT grader, seq, output FROM unit_call WHERE variant = $1 AND item = $2 "
                   "AND epoch = $3 ORDER BY grader, seq",
                   &st, e))
        return false;
    db_bind_int(st, 1, variant);
    db_bind_int(st, 2, item);
    db_bind_int(st, 3, epoch);
    bool ok = db_collect(st, a, read_call, sizeof **ret, &rows, ret_n, e);
    *ret = rows;
    return ok;
}

static void read_text(struct db_stmt *st, struct arena *a, void *row)
{
    *(struct str *)row = db_text_copy(st, 0, a);
}

bool units_models(struct store *s, struct arena *a, int64_t variant, struct str **ret,
                  size_t *ret_n, struct err *e)
{
    struct db_stmt *st;
    void *rows = NULL;
    if (!store_sql(s,
                   "SELECT DISTINCT p.text FROM unit r JOIN output o ON o.id = r.output "
                   "JOIN phrase p ON p.id = o.model WHERE r.variant = $1 ORDER BY p.text",
                   &st, e))
        return false;
    db_bind_int(st, 1, variant);
    bool ok = db_collect(st, a, read_text, sizeof **ret, &rows, ret_n, e);
    *ret = rows;
    return ok;
}

static bool get_varint(struct str *rest, uint64_t *ret)
{
    *ret = 0;
    for (int shift = 0; shift < 64 && rest->n; shift += 7) {
        unsigned char c = (unsigned char)*rest->p;
        *rest = str_sub(*rest, 1, rest->n);
        *ret |= (uint64_t)(c & 127) << shift;
        if (c < 128)
            return true;
    }
    return false;
}

static bool get_text(struct str *rest, struct str *ret)
{
    uint64_t n;
    if (!get_varint(rest, &n) || n > rest->n)
        return false;
    *ret = str_sub(*rest, 0, (size_t)n);
    *rest = str_sub(*rest, (size_t)n, rest->n);
    return true;
}

static bool get_double(struct str *rest, double *ret)
{
    uint64_t bits = 0;
    if (rest->n < 8)
        return false;
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)(unsigned char)rest->p[i] << (8 * i);
    memcpy(ret, &bits, sizeof bits);
    *rest = str_sub(*rest, 8, rest->n);
    return true;
}

static bool unpack_grade(struct store *s, struct arena *a, struct str *rest, struct grade_row *g,
                         struct err *e)
{
    struct str text = {0};
    uint64_t phrase = 0;
    int flags = (unsigned char)*rest->p;
    *rest = str_sub(*rest, 1, rest->n);
    g->outcome = flags & FLAG_OUTCOME;
    g->score = usual_score(g->outcome);
    if (((flags & FLAG_SCORE) && !get_double(rest, &g->score)) ||
        ((flags & FLAG_PHRASE) && !get_varint(rest, &phrase)) ||
        ((flags & FLAG_REASON) && !get_text(rest, &g->reason)) ||
        ((flags & FLAG_DETAILS) && !get_text(rest, &g->details)))
        return err_set(e, ERR_STORE, "%s: stored grades are damaged", store_where(s));
    if (!a) {
        g->reason = g->details = (struct str){0};
        return true;
    }
    if (phrase && !store_phrase(s, (int64_t)phrase, &text, e))
        return false;
    if (phrase)
        g->reason = text;
    else if (!str_null(g->reason))
        g->reason = arena_str(a, g->reason);
    if (!str_null(g->details))
        g->details = arena_str(a, g->details);
    return true;
}

bool grades_unpack(struct store *s, struct arena *a, struct str packed, struct grade_row *g,
                   size_t n, struct err *e)
{
    CLEANUP(arena_freep) struct arena *own = NULL;
    struct str rest;
    if (!a && packed.n && packed.p[0] != 0)
        own = arena_new(); /* compressed, which only long ones are */
    for (size_t i = 0; i < n; i++)
        g[i] = (struct grade_row){.outcome = STORE_UNGRADED, .score = NAN};
    if (!store_unpack(s, a ? a : own, packed, &rest, e))
        return false;
    for (size_t i = 0; i < n && rest.n; i++)
        if (!unpack_grade(s, a, &rest, &g[i], e))
            return false;
    return true;
}
