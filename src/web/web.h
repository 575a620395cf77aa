#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "spec/project.h"
#include "store/store.h"
#include "web/message.h"

/*
 * The web interface without its sockets: web_handle takes a request and fills a response. One
 * `struct web_site` for the process says what is served and to whom; each thread has a `struct
 * web` of its own with a store handle, an arena that is emptied before each request, and results
 * it has loaded lately.
 *
 * To add a page or an API call: write its handler in the file of its noun, declare it in
 * web/handlers.h, add a row to the table in web/routes.c. The OpenAPI document is written from
 * that table.
 */
enum web_role { ROLE_NONE, ROLE_VIEWER, ROLE_REVIEWER, ROLE_ADMIN };
const char *web_role_name(enum web_role r); /* "viewer" */
bool web_role_parse(struct str s, enum web_role *ret);

struct web_site {
    const struct env *env;
    const char *project_file; /* read again for each request that needs it */
    const char *store;        /* as store_open takes it */
    const char *const *hosts; /* what Host may say besides loopback names; NULL-terminated */
    bool login;               /* false: only loopback can connect, and whoever does is admin */
    bool secure_cookie;       /* a proxy in front speaks TLS */
    unsigned char secret[32]; /* of CSRF tokens; random for each process */
    pthread_mutex_t *password_lock; /* one argon2id at a time: each takes 64 MiB */
};

/* Fills in `secret` and the lock (in the arena); the other members are the caller's. */
MUST_CHECK bool web_site_init(struct web_site *site, struct arena *a, struct err *e);

struct web;
/* Opens the store. The site must outlive it. */
MUST_CHECK bool web_new(const struct web_site *site, struct web **ret, struct err *e);
void web_free(struct web *w); /* NULL is fine */

/* Answers. The response was initialised by the caller; its header values live until the next
 * call on this `struct web`. */
void web_handle(struct web *w, const struct web_request *req, struct web_response *res);
