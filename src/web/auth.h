#pragma once

#include "web/call.h"

/*
 * Users, sessions, API tokens, CSRF tokens, the login throttle and the audit log. Passwords are
 * kept as argon2id hashes, sessions and tokens as BLAKE2b hashes: what is in the store opens
 * nothing.
 */
enum {
    AUTH_MIN_PASSWORD = 10,
    AUTH_MAX_PASSWORD = 1024,
    AUTH_SESSION_S = 12 * 3600,
    AUTH_WINDOW_S = 15 * 60, /* failures older than this are forgotten */
    AUTH_MAX_NAME_FAILURES = 5,
    AUTH_MAX_PEER_FAILURES = 20,
};

/* Adds a user, or gives an existing one the new password and role and ends their sessions. */
MUST_CHECK bool auth_user_put(struct store *s, const char *name, enum web_role role,
                              struct str password, struct err *e);
MUST_CHECK bool auth_user_count(struct store *s, long long *ret, struct err *e);

/* A new API token; *ret is its only copy, in the arena. expires_at NaN: never. */
MUST_CHECK bool auth_token_add(struct store *s, struct arena *a, const char *name,
                               enum web_role role, double expires_at, const char **ret,
                               long long *ret_id, struct err *e);
/* ERR_NOT_FOUND when there is no such token. Revoking twice is fine. */
MUST_CHECK bool auth_token_revoke(struct store *s, long long id, struct err *e);

/* Who asks: by token, by session, or "local" when the site has no login. Leaves c->user with
 * ROLE_NONE when nobody is known. */
MUST_CHECK bool auth_identify(struct web_call *c);

/* Checks name and password and begins a session: sets the cookie. ERR_DENIED when they do not
 * fit; *ret_wait_s > 0 when too many attempts failed, and then nothing was checked. */
MUST_CHECK bool auth_login(struct web_call *c, const char *name, struct str password,
                           int *ret_wait_s);
MUST_CHECK bool auth_logout(struct web_call *c);

/* 32 random bytes as hex, in the arena: for keys that nobody may guess. */
const char *auth_random(struct arena *a);

/* The CSRF token of this user's session, in the arena, and whether the request carries it. */
const char *auth_csrf(const struct web_call *c);
bool auth_csrf_ok(const struct web_call *c);

/* Adds a row to the audit log; failing to write it is an error of the request. */
MUST_CHECK bool auth_audit(struct web_call *c, const char *action, int status);

struct auth_event {
    double at;
    struct str who, peer, action;
    long long status;
};
/* The newest `limit` rows, newest first. */
MUST_CHECK bool auth_audit_list(struct store *s, struct arena *a, size_t limit,
                                struct auth_event **ret, size_t *ret_n, struct err *e);
