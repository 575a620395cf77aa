/* Users, sessions, tokens, CSRF, throttle and audit log; see auth.h. */
#include "web/auth.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

#include "base/attr.h"

const char *web_role_name(enum web_role r)
{
    static const char *const names[] = {"none", "viewer", "reviewer", "admin"};
    return names[r];
}

bool web_role_parse(struct str s, enum web_role *ret)
{
    for (int r = ROLE_VIEWER; r <= ROLE_ADMIN; r++) {
        if (str_eq_c(s, web_role_name((enum web_role)r))) {
            *ret = (enum web_role)r;
            return true;
        }
    }
    return false;
}

/* Keyed BLAKE2b of a text as hex; `key` NULL: without one. */
static const char *hash_hex(struct arena *a, struct str text, const unsigned char *key)
{
    unsigned char digest[32];
    char *hex = arena_alloc(a, sizeof digest * 2 + 1);
    crypto_generichash(digest, sizeof digest, (const unsigned char *)(text.p ? text.p : ""), text.n,
                       key, key ? 32 : 0);
    return sodium_bin2hex(hex, sizeof digest * 2 + 1, digest, sizeof digest);
}

const char *auth_random(struct arena *a)
{
    unsigned char bytes[32];
    char *hex = arena_alloc(a, sizeof bytes * 2 + 1);
    randombytes_buf(bytes, sizeof bytes);
    return sodium_bin2hex(hex, sizeof bytes * 2 + 1, bytes, sizeof bytes);
}

static double now(struct store *s) { return env_now(store_env(s)); }

/* --- users --- */

static bool name_ok(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == 127)
            return false;
    return n > 0 && n <= 64;
}

bool auth_user_put(struct store *s, const char *name, enum web_role role, struct str password,
                   struct err *e)
{
    static const char put[] =
        "INSERT INTO web_user (name, role, password, created_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password";
    static const char end[] =
        "DELETE FROM web_session WHERE \"user\" = (SELECT id FROM web_user WHERE name = $1)";
    char hash[crypto_pwhash_STRBYTES];
    struct db_stmt *st;
    if (!name_ok(name))
        return err_set(e, ERR_USAGE, "a user's name has 1 to 64 characters and no blanks");
    if (password.n < AUTH_MIN_PASSWORD || password.n > AUTH_MAX_PASSWORD)
        return err_set(e, ERR_USAGE, "a password has %d to %d bytes, found %zu", AUTH_MIN_PASSWORD,
                       AUTH_MAX_PASSWORD, password.n);
    if (crypto_pwhash_str(hash, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return err_set(e, ERR_IO, "not enough memory to hash the password");
    if (!store_begin(s, e) || !store_sql(s, put, &st, e))
        return false;
    db_bind_c(st, 1, name);
    db_bind_c(st, 2, web_role_name(role));
    db_bind_c(st, 3, hash);
    db_bind_num(st, 4, now(s));
    bool ok = db_run(st, e) && store_sql(s, end, &st, e);
    if (ok)
        db_bind_c(st, 1, name);
    if (ok && db_run(st, e) && store_commit(s, e))
        return true;
    store_rollback(s);
    return false;
}

bool auth_user_count(struct store *s, long long *ret, struct err *e)
{
    struct db_stmt *st;
    bool row;
    if (!store_sql(s, "SELECT count(*) FROM web_user", &st, e) || !db_step(st, &row, e))
        return false;
    *ret = row ? db_int(st, 0) : 0;
    db_reset(st);
    return true;
}

/* --- tokens --- */

bool auth_token_add(struct store *s, struct arena *a, const char *name, enum web_role role,
                    double expires_at, const char **ret, long long *ret_id, struct err *e)
{
    static const char put[] = "INSERT INTO web_token (hash, name, role, created_at, expires_at) "
                              "VALUES ($1, $2, $3, $4, $5) RETURNING id";
    const char *token = arena_printf(a, "plim_%s", auth_random(a));
    struct db_stmt *st;
    bool row = false;
    if (!name_ok(name))
        return err_set(e, ERR_USAGE, "a token's name has 1 to 64 characters and no blanks");
    if (!store_begin(s, e) || !store_sql(s, put, &st, e))
        return false;
    db_bind_c(st, 1, hash_hex(a, str_c(token), NULL));
    db_bind_c(st, 2, name);
    db_bind_c(st, 3, web_role_name(role));
    db_bind_num(st, 4, now(s));
    db_bind_num(st, 5, expires_at);
    bool ok = db_step(st, &row, e);
    *ret_id = row ? db_int(st, 0) : 0;
    db_reset(st);
    if (!ok || !store_commit(s, e)) {
        store_rollback(s);
        return false;
    }
    *ret = token;
    return true;
}

bool auth_token_revoke(struct store *s, long long id, struct err *e)
{
    static const char sql[] = "UPDATE web_token SET revoked_at = coalesce(revoked_at, $2) "
                              "WHERE id = $1 RETURNING id";
    struct db_stmt *st;
    bool row = false;
    if (!store_begin(s, e) || !store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, id);
    db_bind_num(st, 2, now(s));
    bool ok = db_step(st, &row, e);
    db_reset(st);
    if (!ok || !store_commit(s, e)) {
        store_rollback(s);
        return false;
    }
    return row || err_set(e, ERR_NOT_FOUND, "there is no token %lld", id);
}

/* --- who asks --- */

static bool identify_token(struct web_call *c, struct str token)
{
    static const char sql[] = "SELECT name, role FROM web_token WHERE hash = $1 AND revoked_at IS "
                              "NULL AND (expires_at IS NULL OR expires_at > $2)";
    struct db_stmt *st;
    bool row;
    if (!store_sql(c->s, sql, &st, &c->err))
        return false;
    db_bind_c(st, 1, hash_hex(c->a, token, NULL));
    db_bind_num(st, 2, web_now(c));
    if (!db_step(st, &row, &c->err))
        return false;
    if (row && web_role_parse(db_text(st, 1), &c->user.role)) {
        c->user.name = arena_printf(c->a, "token:%.*s", STR_ARG(db_text(st, 0)));
        c->user.token = true;
    }
    db_reset(st);
    return true;
}

static bool identify_session(struct web_call *c, struct str cookie)
{
    static const char sql[] =
        "SELECT u.name, u.role FROM web_session s JOIN web_user u ON u.id = s.\"user\" "
        "WHERE s.hash = $1 AND s.expires_at > $2";
    const char *hash = hash_hex(c->a, cookie, NULL);
    struct db_stmt *st;
    bool row;
    if (!store_sql(c->s, sql, &st, &c->err))
        return false;
    db_bind_c(st, 1, hash);
    db_bind_num(st, 2, web_now(c));
    if (!db_step(st, &row, &c->err))
        return false;
    if (row && web_role_parse(db_text(st, 1), &c->user.role)) {
        c->user.name = db_text_copy(st, 0, c->a).p;
        c->user.session = hash;
    }
    db_reset(st);
    return true;
}

static struct str session_cookie(const struct web_request *req)
{
    struct str rest = req->cookie, part;
    while (str_split(&rest, ';', &part)) {
        part = str_trim(part);
        if (str_starts_c(part, "plimsoll_session="))
            return str_sub(part, sizeof "plimsoll_session=" - 1, SIZE_MAX);
    }
    return (struct str){0};
}

bool auth_identify(struct web_call *c)
{
    struct str authorization = c->req->authorization;
    struct str cookie = session_cookie(c->req);
    c->user = (struct web_user){0};
    if (!str_null(authorization)) { /* a bad token is never taken for "no token" */
        bool bearer = str_starts_c(authorization, "Bearer ");
        return !bearer || identify_token(c, str_trim(str_sub(authorization, 7, SIZE_MAX)));
    }
    if (!c->site->login) {
        c->user = (struct web_user){.role = ROLE_ADMIN, .name = "local"};
        return true;
    }
    return !cookie.n || identify_session(c, cookie);
}

/* --- login --- */

static bool failures(struct web_call *c, const char *name, int *ret_wait_s)
{
    static const char sql[] =
        "SELECT sum(name = $1), sum(peer = $2), min(at) FROM web_login_failure WHERE at > $3";
    struct db_stmt *st;
    bool row;
    if (!store_sql(c->s, sql, &st, &c->err))
        return false;
    db_bind_c(st, 1, name);
    db_bind_text(st, 2, c->req->peer.p ? c->req->peer : STR(""));
    db_bind_num(st, 3, web_now(c) - AUTH_WINDOW_S);
    if (!db_step(st, &row, &c->err))
        return false;
    if (row && (db_int(st, 0) >= AUTH_MAX_NAME_FAILURES || db_int(st, 1) >= AUTH_MAX_PEER_FAILURES))
        *ret_wait_s = (int)(db_num(st, 2) + AUTH_WINDOW_S - web_now(c)) + 1;
    db_reset(st);
    return true;
}

static bool note_failure(struct web_call *c, const char *name)
{
    static const char forget[] = "DELETE FROM web_login_failure WHERE at <= $1";
    static const char put[] = "INSERT INTO web_login_failure (at, name, peer) VALUES ($1, $2, $3)";
    struct db_stmt *st;
    struct err *e = &c->err;
    if (!store_begin(c->s, e))
        return false;
    bool ok = store_sql(c->s, forget, &st, e);
    if (ok)
        db_bind_num(st, 1, web_now(c) - AUTH_WINDOW_S);
    ok = ok && db_run(st, e) && store_sql(c->s, put, &st, e);
    if (ok) {
        db_bind_num(st, 1, web_now(c));
        db_bind_c(st, 2, name);
        db_bind_text(st, 3, c->req->peer.p ? c->req->peer : STR(""));
    }
    if (ok && db_run(st, e) && store_commit(c->s, e))
        return true;
    store_rollback(c->s);
    return false;
}

/* The user's id when the password fits, else 0. An unknown name takes as long as a known one. */
static bool check_password(struct web_call *c, const char *name, struct str password,
                           int64_t *ret_user)
{
    /* well formed, at the cost of auth_user_put; no password is known to fit it */
    static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                 "RdescudvJCsgt3ub+b1dWRWJTmaaJObGRdescudvJCs";
    struct db_stmt *st;
    bool row;
    int64_t id = 0;
    const char *hash = nobody;
    if (!store_sql(c->s, "SELECT id, password FROM web_user WHERE name = $1", &st, &c->err))
        return false;
    db_bind_c(st, 1, name);
    if (!db_step(st, &row, &c->err))
        return false;
    if (row) {
        id = db_int(st, 0);
        hash = db_text_copy(st, 1, c->a).p;
    }
    db_reset(st);
    pthread_mutex_lock(c->site->password_lock);
    bool fits = crypto_pwhash_str_verify(hash, password.p ? password.p : "", password.n) == 0;
    pthread_mutex_unlock(c->site->password_lock);
    *ret_user = fits ? id : 0;
    return true;
}

static bool begin_session(struct web_call *c, int64_t user)
{
    static const char forget[] = "DELETE FROM web_session WHERE expires_at <= $1";
    static const char put[] = "INSERT INTO web_session "
                              "(hash, \"user\", created_at, expires_at) VALUES "
                              "($1, $2, $3, $4)";
    const char *cookie = auth_random(c->a);
    struct db_stmt *st;
    struct err *e = &c->err;
    if (!store_begin(c->s, e))
        return false;
    bool ok = store_sql(c->s, forget, &st, e);
    if (ok)
        db_bind_num(st, 1, web_now(c));
    ok = ok && db_run(st, e) && store_sql(c->s, put, &st, e);
    if (ok) {
        db_bind_c(st, 1, hash_hex(c->a, str_c(cookie), NULL));
        db_bind_int(st, 2, user);
        db_bind_num(st, 3, web_now(c));
        db_bind_num(st, 4, web_now(c) + AUTH_SESSION_S);
    }
    if (!ok || !db_run(st, e) || !store_commit(c->s, e)) {
        store_rollback(c->s);
        return false;
    }
    web_response_header(
        c->res, "Set-Cookie",
        arena_printf(c->a, "plimsoll_session=%s; HttpOnly; SameSite=Strict; Path=/; Max-Age=%d%s",
                     cookie, AUTH_SESSION_S, c->site->secure_cookie ? "; Secure" : ""));
    return true;
}

bool auth_login(struct web_call *c, const char *name, struct str password, int *ret_wait_s)
{
    int64_t user = 0;
    *ret_wait_s = 0;
    if (!failures(c, name, ret_wait_s))
        return false;
    if (*ret_wait_s)
        return err_set(&c->err, ERR_DENIED, "too many failed logins");
    if (password.n > AUTH_MAX_PASSWORD)
        password.n = 0;
    if (!check_password(c, name, password, &user))
        return false;
    if (user)
        return begin_session(c, user);
    return note_failure(c, name) && err_set(&c->err, ERR_DENIED, "name or password is wrong");
}

bool auth_logout(struct web_call *c)
{
    struct db_stmt *st;
    web_response_header(c->res, "Set-Cookie",
                        "plimsoll_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    if (!c->user.session)
        return true;
    if (!store_begin(c->s, &c->err))
        return false;
    bool ok = store_sql(c->s, "DELETE FROM web_session WHERE hash = $1", &st, &c->err);
    if (ok)
        db_bind_c(st, 1, c->user.session);
    if (ok && db_run(st, &c->err) && store_commit(c->s, &c->err))
        return true;
    store_rollback(c->s);
    return false;
}

/* --- CSRF --- */

const char *auth_csrf(const struct web_call *c)
{
    const char *of = c->user.session ? c->user.session : c->user.name ? c->user.name : "login";
    return hash_hex(c->a, str_c(of), c->site->secret);
}

bool auth_csrf_ok(const struct web_call *c)
{
    const char *want = auth_csrf(c), *form = web_form(c, "csrf");
    struct str got = c->req->csrf.n ? c->req->csrf : str_c(form);
    return got.n == strlen(want) && sodium_memcmp(got.p, want, got.n) == 0;
}

/* --- audit log --- */

bool auth_audit(struct web_call *c, const char *action, int status)
{
    static const char sql[] =
        "INSERT INTO web_audit (at, who, peer, action, status) VALUES ($1, $2, $3, $4, $5)";
    struct db_stmt *st;
    struct err *e = &c->err;
    if (!store_begin(c->s, e))
        return false;
    bool ok = store_sql(c->s, sql, &st, e);
    if (ok) {
        db_bind_num(st, 1, web_now(c));
        db_bind_c(st, 2, c->user.name);
        db_bind_text(st, 3, c->req->peer);
        db_bind_c(st, 4, action);
        db_bind_int(st, 5, status);
    }
    if (ok && db_run(st, e) && store_commit(c->s, e))
        return true;
    store_rollback(c->s);
    return false;
}

bool auth_audit_list(struct store *s, struct arena *a, size_t limit, struct auth_event **ret,
                     size_t *ret_n, struct err *e)
{
    static const char sql[] =
        "SELECT at, who, peer, action, status FROM web_audit ORDER BY id DESC LIMIT $1";
    struct db_stmt *st;
    bool row;
    size_t n = 0;
    *ret = ARENA_ARRAY(a, limit, struct auth_event);
    if (!store_sql(s, sql, &st, e))
        return false;
    db_bind_int(st, 1, (int64_t)limit);
    for (;;) {
        if (!db_step(st, &row, e))
            return false;
        if (!row || n == limit)
            break;
        (*ret)[n++] = (struct auth_event){.at = db_num(st, 0),
                                          .who = db_text_copy(st, 1, a),
                                          .peer = db_text_copy(st, 2, a),
                                          .action = db_text_copy(st, 3, a),
                                          .status = db_int(st, 4)};
    }
    db_reset(st);
    *ret_n = n;
    return true;
}
