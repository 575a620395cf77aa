/*
 * web_handle: every rule that holds for all requests is here (limits, Host, routes, who may,
 * CSRF, headers, the audit log), so that no handler can forget one. See web.h.
 */
#include "web/web.h"

#include <sodium.h>
#include <string.h>

#include "base/attr.h"
#include "web/auth.h"
#include "web/loaded.h"
#include "web/page.h"
#include "web/worker.h"

bool web_site_init(struct web_site *site, struct arena *a, struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, ERR_IO, "libsodium cannot start: no source of randomness");
    randombytes_buf(site->secret, sizeof site->secret);
    site->password_lock = ARENA_NEW(a, pthread_mutex_t);
    if (pthread_mutex_init(site->password_lock, NULL) != 0)
        return err_set(e, ERR_IO, "cannot make a lock");
    return true;
}

bool web_new(const struct web_site *site, struct web **ret, struct err *e)
{
    struct store *s;
    if (!store_open(site->store, DB_CREATE, site->env, &s, e))
        return false;
    struct arena *a = arena_new();
    struct web *w = mem_calloc(1, sizeof *w);
    *w = (struct web){.site = site, .s = s, .request = a, .loaded = loaded_new()};
    *ret = w;
    return true;
}

void web_free(struct web *w)
{
    if (!w)
        return;
    loaded_free(w->loaded);
    store_close(w->s);
    arena_free(w->request);
    free(w);
}

/* --- answers that no handler makes --- */

static void answer_error(struct web_call *c, int status, const struct err *e)
{
    struct jw w;
    c->res->status = status;
    buf_clear(&c->res->body);
    if (!c->route || !(c->route->flags & WEB_API)) {
        page_error(c, status, e);
        return;
    }
    web_json(c, &w);
    jw_obj(&w);
    jw_key(&w, "error");
    jw_obj(&w);
    jw_kc(&w, "code", err_name(e->code));
    jw_kc(&w, "message", e->msg);
    if (e->hint[0])
        jw_kc(&w, "hint", e->hint);
    jw_end(&w);
    jw_end(&w);
}

static bool refuse(struct web_call *c, int status, enum err_code code, const char *why)
{
    struct err e = {0};
    err_set(&e, code, "%s", why);
    answer_error(c, status, &e);
    return false;
}

/* --- the rules, in order --- */

/* Scripts and styles only from /assets, no frames, no sniffing, nothing kept by proxies. */
static void safe_headers(struct web_response *res)
{
    web_response_header(res, "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
                        "data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
                        "frame-ancestors 'none'");
    web_response_header(res, "X-Content-Type-Options", "nosniff");
    web_response_header(res, "X-Frame-Options", "DENY");
    web_response_header(res, "Referrer-Policy", "same-origin");
    web_response_header(res, "Cross-Origin-Opener-Policy", "same-origin");
    web_response_header(res, "Cross-Origin-Resource-Policy", "same-origin");
    web_response_header(res, "Cache-Control", "no-store");
    web_response_header(res, "Content-Type", "text/html; charset=utf-8");
}

/* The name in "name:port" or "[::1]:port". */
static struct str host_name(struct str host)
{
    if (host.n && host.p[0] == '[') {
        ptrdiff_t end = str_find_char(host, ']');
        return end < 0 ? (struct str){0} : str_sub(host, 0, (size_t)end + 1);
    }
    ptrdiff_t colon = str_find_char(host, ':');
    return colon < 0 ? host : str_sub(host, 0, (size_t)colon);
}

/* A page of somebody else's that a browser was tricked into asking us for (DNS rebinding) names
 * a host that is not ours. */
static bool host_known(const struct web_site *site, struct str host)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]"};
    struct str name = host_name(host);
    for (size_t i = 0; i < ARRAY_LEN(loopback); i++)
        if (str_ieq(name, str_c(loopback[i])))
            return true;
    for (size_t i = 0; site->hosts && site->hosts[i]; i++)
        if (str_ieq(name, str_c(site->hosts[i])))
            return true;
    return false;
}

static bool parse_target(struct web_call *c)
{
    struct str rest = c->req->target, path, query = {0};
    ptrdiff_t q = str_find_char(rest, '?');
    if (rest.n > WEB_MAX_TARGET)
        return refuse(c, 414, ERR_LIMIT, "the address is longer than 8192 bytes");
    path = q < 0 ? rest : str_sub(rest, 0, (size_t)q);
    if (q >= 0)
        query = str_sub(rest, (size_t)q + 1, SIZE_MAX);
    if (!path.n || path.p[0] != '/' || !web_decode(c->a, path, false, &c->path) ||
        !web_fields_parse(c->a, query, &c->query))
        return refuse(c, 400, ERR_INPUT, "the address cannot be read");
    c->path = path; /* matched as sent: an encoded slash stays inside its segment */
    return true;
}

static bool find_route(struct web_call *c)
{
    bool head = str_eq_c(c->req->method, "HEAD");
    const char *allow = NULL;
    for (const struct web_route *r = web_routes; r->method; r++) {
        struct str params[WEB_MAX_PARAMS] = {{0}};
        if (!web_route_match(c->a, r->pattern, c->path, params))
            continue;
        if (str_eq_c(c->req->method, r->method) || (head && strcmp(r->method, "GET") == 0)) {
            c->route = r;
            memcpy(c->params, params, sizeof params);
            return true;
        }
        allow = allow && strcmp(allow, r->method) != 0 ? "GET, POST" : r->method;
    }
    static const struct web_route api = {.flags = WEB_API};
    if (str_starts_c(c->path, "/api/"))
        c->route = &api; /* errors as JSON */
    if (!allow)
        return refuse(c, 404, ERR_NOT_FOUND, "there is nothing at this address");
    web_response_header(c->res, "Allow", allow);
    return refuse(c, 405, ERR_USAGE, "this address does not take that method");
}

static bool may(struct web_call *c)
{
    if (!auth_identify(c)) {
        answer_error(c, 500, &c->err);
        return false;
    }
    if (c->route->flags & WEB_PUBLIC || c->user.role >= c->route->role)
        return true;
    if (c->user.role != ROLE_NONE)
        return refuse(c, 403, ERR_DENIED,
                      arena_printf(c->a, "this needs the role %s", web_role_name(c->route->role)));
    if (c->route->flags & WEB_API) {
        web_response_header(c->res, "WWW-Authenticate", "Bearer");
        return refuse(c, 401, ERR_DENIED, "this needs an API token or a login");
    }
    const char *pairs[] = {"next", arena_strndup(c->a, c->req->target.p, c->req->target.n), NULL};
    web_redirect(c, web_url(c->a, "/login", str_eq_c(c->req->method, "POST") ? pairs + 2 : pairs));
    return false;
}

/* The body of a POST and proof that one of our own pages (or a token's owner) sent it. */
static bool check_post(struct web_call *c)
{
    const struct web_request *r = c->req;
    if (!str_eq_c(r->method, "POST"))
        return true;
    if (r->too_large || r->body.n > WEB_MAX_BODY)
        return refuse(c, 413, ERR_LIMIT, "the body is larger than 1 MiB");
    bool form = str_starts_c(r->content_type, "application/x-www-form-urlencoded");
    if (!form && !str_starts_c(r->content_type, "application/json"))
        return refuse(c, 415, ERR_INPUT, "the body is neither a form nor JSON");
    if (form && !web_fields_parse(c->a, r->body, &c->form))
        return refuse(c, 400, ERR_INPUT, "the form cannot be read");
    if (c->user.token)
        return true;
    struct str origin = r->origin;
    if (str_starts_c(origin, "http://"))
        origin = str_sub(origin, 7, SIZE_MAX);
    else if (str_starts_c(origin, "https://"))
        origin = str_sub(origin, 8, SIZE_MAX);
    if ((!str_null(r->origin) && !str_ieq(origin, r->host)) ||
        (!str_null(r->fetch_site) && !str_eq_c(r->fetch_site, "same-origin") &&
         !str_eq_c(r->fetch_site, "none")))
        return refuse(c, 403, ERR_DENIED, "the request comes from another site's page");
    if (!auth_csrf_ok(c))
        return refuse(c, 403, ERR_DENIED,
                      "the form is out of date: go back, load the page again and repeat it");
    return true;
}

static bool admitted(struct web_call *c)
{
    if (!host_known(c->site, c->req->host))
        return refuse(c, 421, ERR_DENIED, "this server does not answer to that host name");
    return parse_target(c) && find_route(c) && may(c) && check_post(c);
}

/* Changes, refusals and failures leave a row; reading does not. */
static void audit(struct web_call *c)
{
    bool post = str_eq_c(c->req->method, "POST");
    if (!post && c->res->status != 403)
        return;
    struct str path = str_sub(c->path, 0, 200);
    struct err before = c->err;
    store_settle(c->s);
    if (!auth_audit(c, arena_printf(c->a, "%s %.*s", post ? "POST" : "GET", STR_ARG(path)),
                    c->res->status)) {
        struct err e = c->err;
        answer_error(c, 500, &e);
    }
    c->err = before;
}

void web_handle(struct web *w, const struct web_request *req, struct web_response *res)
{
    arena_reset(w->request);
    store_settle(w->s);
    struct web_call c = {
        .web = w, .site = w->site, .req = req, .res = res, .a = w->request, .s = w->s};
    safe_headers(res);
    if (admitted(&c) && !c.route->handler(&c)) {
        struct err e = c.err;
        if (res->status < 400)
            res->status = err_http_status(e.code);
        answer_error(&c, res->status, &e);
    }
    audit(&c);
}
