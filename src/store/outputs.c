/* What models answered, and the cache of answers; see outputs.h. */
#include "store/outputs.h"

#include <math.h>

#include "store/handle.h"
#include "store/texts.h"

enum { INLINE_MAX = 500 }; /* longer outputs are payloads: shared and compressed */

void output_init(struct output_row *o)
{
    *o = (struct output_row){
        .latency_ms = NAN,
        .ttft_ms = NAN,
        .queued_ms = NAN,
        .retry_wait_ms = NAN,
        .cost_usd = NAN,
        .confidence = NAN,
        .tokens_input = -1,
        .tokens_output = -1,
        .tokens_cached = -1,
    };
}

static void bind_ref(struct db_stmt *st, int pos, int64_t id)
{
    if (id == 0)
        db_bind_null(st, pos);
    else
        db_bind_int(st, pos, id);
}

bool output_find(struct store *s, const struct store_key *key, int64_t *ret, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "SELECT id FROM output WHERE key = $1", &st, e))
        return false;
    db_bind_blob(st, 1, store_key_bytes(key));
    return db_one_id(st, ret, e);
}

bool output_forget_key(struct store *s, const struct store_key *key, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "UPDATE output SET key = NULL WHERE key = $1", &st, e))
        return false;
    db_bind_blob(st, 1, store_key_bytes(key));
    return db_run(st, e);
}

/* Ids of what the row refers to; written before the row itself. */
struct refs {
    int64_t text, model, finish;
};

static bool put_refs(struct store *s, const struct output_row *o, struct refs *r, struct err *e)
{
    *r = (struct refs){0};
    return (o->text.n <= INLINE_MAX || store_payload_put(s, o->text, 0, &r->text, e)) &&
           store_phrase_id(s, o->model, &r->model, e) &&
           store_phrase_id(s, o->finish_reason, &r->finish, e);
}

static bool insert(struct store *s, const struct output_row *o, const struct refs *r,
                   struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "INSERT INTO output (id, key, status, text, text_payload, request, record, "
                   "model, finish_reason, error_kind, error, latency_ms, ttft_ms, queued_ms, "
                   "retry_wait_ms, cost_usd, confidence, tokens_input, tokens_output, "
                   "tokens_cached, attempts, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                   "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
                   &st, e))
        return false;
    db_bind_int(st, 1, o->id);
    db_bind_blob(st, 2, o->has_key ? store_key_bytes(&o->key) : (struct str){0});
    db_bind_int(st, 3, o->status);
    db_bind_blob(st, 4, r->text ? (struct str){0} : o->text);
    bind_ref(st, 5, r->text);
    bind_ref(st, 6, o->request);
    db_bind_blob(st, 7, store_pack(s, s->scratch, o->record));
    bind_ref(st, 8, r->model);
    bind_ref(st, 9, r->finish);
    db_bind_text(st, 10, o->error_kind);
    db_bind_text(st, 11, o->error);
    db_bind_num(st, 12, o->latency_ms);
    db_bind_num(st, 13, o->ttft_ms);
    db_bind_num(st, 14, o->queued_ms);
    db_bind_num(st, 15, o->retry_wait_ms);
    db_bind_num(st, 16, o->cost_usd);
    db_bind_num(st, 17, o->confidence);
    db_bind_count(st, 18, o->tokens_input);
    db_bind_count(st, 19, o->tokens_output);
    db_bind_count(st, 20, o->tokens_cached);
    db_bind_int(st, 21, o->attempts);
    db_bind_num(st, 22, o->created_at);
    return db_run(st, e);
}

bool output_put(struct store *s, struct output_row *o, struct err *e)
{
    struct refs refs;
    if (o->status == OUTPUT_ERROR)
        o->has_key = false;
    if (o->has_key) {
        if (!output_find(s, &o->key, &o->id, e))
            return false;
        if (o->id)
            return true;
    }
    return put_refs(s, o, &refs, e) && store_next_id(s, STORE_OUTPUT, &o->id, e) &&
           insert(s, o, &refs, e);
}

static void read_plain(struct db_stmt *st, struct arena *a, struct output_row *o)
{
    struct str key = db_text(st, 0);
    o->has_key = key.n == sizeof o->key.b;
    for (size_t i = 0; o->has_key && i < key.n; i++)
        o->key.b[i] = (unsigned char)key.p[i];
    o->status = (enum output_status)db_int(st, 1);
    o->text = db_text_copy(st, 2, a);
    o->request = db_int(st, 4);
    o->error_kind = db_text_copy(st, 8, a);
    o->error = db_text_copy(st, 9, a);
    o->latency_ms = db_num(st, 10);
    o->ttft_ms = db_num(st, 11);
    o->queued_ms = db_num(st, 12);
    o->retry_wait_ms = db_num(st, 13);
    o->cost_usd = db_num(st, 14);
    o->confidence = db_num(st, 15);
    o->tokens_input = db_count(st, 16);
    o->tokens_output = db_count(st, 17);
    o->tokens_cached = db_count(st, 18);
    o->attempts = (int)db_int(st, 19);
    o->created_at = db_num(st, 20);
}

bool output_get(struct store *s, struct arena *a, int64_t id, struct output_row *ret,
                struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s,
                   "SELECT key, status, text, text_payload, request, record, model, "
                   "finish_reason, error_kind, error, latency_ms, ttft_ms, queued_ms, "
                   "retry_wait_ms, cost_usd, confidence, tokens_input, tokens_output, "
                   "tokens_cached, attempts, created_at FROM output WHERE id = $1",
                   &st, e))
        return false;
    db_bind_int(st, 1, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_NOT_FOUND, "there is no output %lld in the store", (long long)id);
    output_init(ret);
    ret->id = id;
    read_plain(st, a, ret);
    int64_t payload = db_int(st, 3), model = db_int(st, 6), finish = db_int(st, 7);
    struct str record;
    bool ok = store_unpack(s, a, db_text(st, 5), &record, e);
    if (ok && !str_null(record))
        ret->record = arena_str(a, record);
    db_reset(st);
    return ok && store_phrase(s, model, &ret->model, e) &&
           store_phrase(s, finish, &ret->finish_reason, e) &&
           (payload == 0 || store_payload_get(s, a, payload, &ret->text, e));
}
