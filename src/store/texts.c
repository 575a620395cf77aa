/* Phrases, payloads and packed texts; see texts.h. */
#include "store/texts.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/handle.h"

enum {
    LEVEL = 1,             /* of zstd: the store is written while calls are in flight */
    PACK_FROM = 512,       /* shorter texts are not worth a try */
    PACKED_RAW = 0,
    PACKED_ZSTD = 1
};

static void remember(struct store *s, int64_t id, struct str text)
{
    struct str own = arena_str(s->arena, text);
    vec_reserve(&s->phrases, (size_t)id + 1);
    while (s->phrases.n <= (size_t)id)
        s->phrases.v[s->phrases.n++] = (struct str){0};
    s->phrases.v[id] = own;
    map_put(&s->phrase_ids, own, (void *)(intptr_t)id);
}

static bool find_phrase(struct store *s, struct str text, int64_t *ret, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, "SELECT id FROM phrase WHERE text = $1", &st, e))
        return false;
    db_bind_text(st, 1, text);
    return db_one_id(st, ret, e);
}

bool store_phrase_id(struct store *s, struct str text, int64_t *ret, struct err *e)
{
    *ret = 0;
    if (str_null(text))
        return true;
    *ret = (int64_t)(intptr_t)map_get(&s->phrase_ids, text);
    if (*ret)
        return true;
    if (!find_phrase(s, text, ret, e))
        return false;
    if (*ret == 0) {
        struct db_stmt *st;
        if (!store_next_id(s, STORE_PHRASE, ret, e) ||
            !store_sql(s, "INSERT INTO phrase (id, text) VALUES ($1, $2)", &st, e))
            return false;
        db_bind_int(st, 1, *ret);
        db_bind_text(st, 2, text);
        if (!db_run(st, e))
            return false;
        remember(s, *ret, text);
        vec_push(&s->new_phrases, s->phrases.v[*ret]);
        return true;
    }
    remember(s, *ret, text);
    return true;
}

bool store_phrase(struct store *s, int64_t id, struct str *ret, struct err *e)
{
    *ret = (struct str){0};
    if (id == 0)
        return true;
    if (id > 0 && (size_t)id < s->phrases.n && !str_null(s->phrases.v[id])) {
        *ret = s->phrases.v[id];
        return true;
    }
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT text FROM phrase WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_STORE, "%s: phrase %lld is missing", store_where(s), (long long)id);
    remember(s, id, db_text(st, 0));
    db_reset(st);
    *ret = s->phrases.v[id];
    return true;
}

static ZSTD_CCtx *cctx(struct store *s)
{
    if (!s->cctx)
        s->cctx = ZSTD_createCCtx();
    if (!s->cctx)
        BUG("out of memory");
    return s->cctx;
}

static ZSTD_DCtx *dctx(struct store *s)
{
    if (!s->dctx)
        s->dctx = ZSTD_createDCtx();
    if (!s->dctx)
        BUG("out of memory");
    return s->dctx;
}

struct str store_pack(struct store *s, struct arena *a, struct str bytes)
{
    if (str_null(bytes))
        return bytes;
    size_t room = bytes.n < PACK_FROM ? 0 : ZSTD_compressBound(bytes.n);
    char *p = arena_alloc(a, 1 + (room > bytes.n ? room : bytes.n));
    if (room) {
        size_t n = ZSTD_compressCCtx(cctx(s), p + 1, room, bytes.p, bytes.n, LEVEL);
        if (!ZSTD_isError(n) && n < bytes.n - bytes.n / 8) {
            p[0] = PACKED_ZSTD;
            return (struct str){p, n + 1};
        }
    }
    p[0] = PACKED_RAW;
    memcpy(p + 1, bytes.p, bytes.n);
    return (struct str){p, bytes.n + 1};
}

static bool damaged(struct store *s, struct err *e)
{
    return err_set(e, ERR_STORE, "%s: a stored text is damaged", store_where(s));
}

/* Frames are written with their size; what claims more than a body may have is damage. */
static bool unzip(struct store *s, struct arena *a, struct str z, const ZSTD_DDict *dict,
                  struct str *ret, struct err *e)
{
    unsigned long long n = ZSTD_getFrameContentSize(z.p, z.n);
    if (n > BUF_MAX_BODY)
        return damaged(s, e);
    char *p = arena_alloc(a, (size_t)n + 1);
    size_t got = dict ? ZSTD_decompress_usingDDict(dctx(s), p, (size_t)n, z.p, z.n, dict)
                      : ZSTD_decompressDCtx(dctx(s), p, (size_t)n, z.p, z.n);
    if (ZSTD_isError(got) || got != n)
        return damaged(s, e);
    *ret = (struct str){p, got};
    return true;
}

bool store_unpack(struct store *s, struct arena *a, struct str packed, struct str *ret,
                  struct err *e)
{
    *ret = (struct str){0};
    if (str_null(packed))
        return true;
    if (packed.n == 0)
        return damaged(s, e);
    struct str rest = str_sub(packed, 1, packed.n);
    if (packed.p[0] == PACKED_ZSTD)
        return unzip(s, a, rest, NULL, ret, e);
    if (packed.p[0] != PACKED_RAW)
        return damaged(s, e);
    *ret = rest;
    return true;
}

/* Reads the payload that serves as dictionary, unless it is the one already loaded. */
static bool load_base(struct store *s, int64_t id, struct err *e)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str bytes;
    if (s->base.id == id)
        return true;
    if (!store_payload_get(s, a, id, &bytes, e))
        return false;
    ZSTD_freeCDict(s->base.cdict);
    ZSTD_freeDDict(s->base.ddict);
    s->base.cdict = ZSTD_createCDict(bytes.p, bytes.n, LEVEL);
    s->base.ddict = ZSTD_createDDict(bytes.p, bytes.n);
    if (!s->base.cdict || !s->base.ddict)
        BUG("out of memory");
    s->base.id = id;
    return true;
}

static bool find_payload(struct store *s, const struct store_key *hash, int64_t *ret,
                         struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s, 
                   "SELECT id FROM payload WHERE substr(hash, 1, 8) = substr($1, 1, 8) AND "
                   "hash = $1", &st, e))
        return false;
    db_bind_blob(st, 1, store_key_bytes(hash));
    return db_one_id(st, ret, e);
}

static bool insert_payload(struct store *s, int64_t id, const struct store_key *hash, size_t size,
                           int64_t base, struct str data, struct err *e)
{
    struct db_stmt *st;
    if (!store_sql(s,
                   "INSERT INTO payload (id, hash, size, base, data) VALUES ($1, $2, $3, $4, $5)",
                   &st, e))
        return false;
    db_bind_int(st, 1, id);
    db_bind_blob(st, 2, store_key_bytes(hash));
    db_bind_int(st, 3, (int64_t)size);
    if (base)
        db_bind_int(st, 4, base);
    else
        db_bind_null(st, 4);
    db_bind_blob(st, 5, data);
    return db_run(st, e);
}

bool store_payload_put(struct store *s, struct str bytes, int64_t base, int64_t *ret,
                       struct err *e)
{
    if (bytes.n > BUF_MAX_BODY)
        return err_set(e, ERR_LIMIT, "a text of %zu bytes is more than the store takes (%zu)",
                       bytes.n, BUF_MAX_BODY);
    struct digest d = hash_content(bytes);
    struct store_key hash = store_key(&d);
    if (!find_payload(s, &hash, ret, e))
        return false;
    if (*ret)
        return true;
    if (!store_next_id(s, STORE_PAYLOAD, ret, e) || (base && !load_base(s, base, e)))
        return false;
    size_t room = ZSTD_compressBound(bytes.n);
    char *z = mem_alloc(room);
    size_t n = base ? ZSTD_compress_usingCDict(cctx(s), z, room, bytes.p, bytes.n, s->base.cdict)
                    : ZSTD_compressCCtx(cctx(s), z, room, bytes.p, bytes.n, LEVEL);
    bool small = !ZSTD_isError(n) && n < bytes.n;
    bool ok = insert_payload(s, *ret, &hash, bytes.n, small ? base : 0,
                             small ? (struct str){z, n} : bytes, e);
    mem_freep(&z);
    return ok;
}

bool store_payload_get(struct store *s, struct arena *a, int64_t id, struct str *ret,
                       struct err *e)
{
    struct db_stmt *st;
    bool row;
    *ret = (struct str){0};
    if (!store_sql(s, "SELECT size, base, data FROM payload WHERE id = $1", &st, e))
        return false;
    db_bind_int(st, 1, id);
    if (!db_step(st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_STORE, "%s: payload %lld is missing", store_where(s),
                       (long long)id);
    size_t size = (size_t)db_int(st, 0);
    int64_t base = db_int(st, 1);
    struct str data = arena_str(a, db_text(st, 2));
    db_reset(st);
    if (base == 0 && data.n == size) {
        *ret = data;
        return true;
    }
    if (base >= id) /* a dictionary is always older than what it serves */
        return damaged(s, e);
    if (base && !load_base(s, base, e))
        return false;
    return unzip(s, a, data, base ? s->base.ddict : NULL, ret, e);
}
