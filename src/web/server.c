/* Sockets to web_handle and back; see server.h. */
#include "web/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

#include "base/attr.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"

enum { THREADS = 4 };

struct web_server {
    const struct web_site *site;
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;
    pthread_key_t key;      /* of the thread's struct web */
    VEC(struct web *) webs; /* all of them, under the lock */
};

/* What is kept of a request until its body is complete. */
struct pending {
    char *target;
    struct buf body;
    bool too_large, seen;
};

/* --- a thread's own struct web --- */

static struct web *this_thread(struct web_server *s)
{
    struct web *w = pthread_getspecific(s->key);
    struct err e = {0};
    if (w)
        return w;
    if (!web_new(s->site, &w, &e)) {
        log_warn("%s", e.msg);
        return NULL;
    }
    pthread_setspecific(s->key, w);
    pthread_mutex_lock(&s->lock);
    vec_push(&s->webs, w);
    pthread_mutex_unlock(&s->lock);
    return w;
}

/* --- requests --- */

static struct str header(struct MHD_Connection *conn, const char *name)
{
    return str_c(MHD_lookup_connection_value(conn, MHD_HEADER_KIND, name));
}

static const char *peer(struct MHD_Connection *conn, char *buf, size_t size)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *sa = info ? info->client_addr : NULL;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    buf[0] = '\0';
    if (sa && sa->sa_family == AF_INET) {
        memcpy(&v4, sa, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, buf, (socklen_t)size);
    } else if (sa && sa->sa_family == AF_INET6) {
        memcpy(&v6, sa, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, buf, (socklen_t)size);
    }
    return buf;
}

static enum MHD_Result send_response(struct MHD_Connection *conn, struct web_response *res)
{
    struct str body = buf_str(&res->body);
    struct MHD_Response *r =
        MHD_create_response_from_buffer_with_free_callback(body.n, res->body.p, free);
    if (!r)
        return MHD_NO;
    res->body.p = NULL; /* the response frees it */
    res->body.n = res->body.cap = 0;
    for (size_t i = 0; i < res->n_headers; i++)
        MHD_add_response_header(r, res->headers[i].name, res->headers[i].value);
    enum MHD_Result ok = MHD_queue_response(conn, (unsigned)res->status, r);
    MHD_destroy_response(r);
    return ok;
}

static enum MHD_Result answer(struct web_server *s, struct MHD_Connection *conn, const char *method,
                              struct pending *p)
{
    char address[64];
    struct web_response res;
    struct web *w = this_thread(s);
    struct web_request req = {
        .method = str_c(method),
        .target = str_c(p->target),
        .host = header(conn, "Host"),
        .cookie = header(conn, "Cookie"),
        .authorization = header(conn, "Authorization"),
        .origin = header(conn, "Origin"),
        .content_type = header(conn, "Content-Type"),
        .if_none_match = header(conn, "If-None-Match"),
        .csrf = header(conn, "X-CSRF-Token"),
        .fetch_site = header(conn, "Sec-Fetch-Site"),
        .accept = header(conn, "Accept"),
        .peer = str_c(peer(conn, address, sizeof address)),
        .body = buf_str(&p->body),
        .too_large = p->too_large,
    };
    if (!w)
        return MHD_NO;
    web_response_init(&res);
    web_handle(w, &req, &res);
    enum MHD_Result ok = send_response(conn, &res);
    web_response_release(&res);
    return ok;
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *conn)
{
    (void)cls, (void)conn;
    struct pending *p = mem_calloc(1, sizeof *p);
    p->target = mem_strdup(target);
    buf_init(&p->body, WEB_MAX_BODY);
    return p;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *conn, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **con_cls)
{
    struct pending *p = *con_cls;
    (void)url, (void)version;
    if (!p)
        return MHD_NO;
    if (!p->seen) { /* the headers are there, the body is not */
        p->seen = true;
        return MHD_YES;
    }
    if (*upload_size) {
        if (!p->too_large)
            buf_add(&p->body, upload, *upload_size);
        if (p->body.overflow && !p->too_large) {
            p->too_large = true; /* read on and drop, so that the answer arrives */
            buf_release(&p->body);
            buf_init(&p->body, WEB_MAX_BODY);
        }
        *upload_size = 0;
        return MHD_YES;
    }
    return answer(cls, conn, method, p);
}

static void on_done(void *cls, struct MHD_Connection *conn, void **con_cls,
                    enum MHD_RequestTerminationCode why)
{
    struct pending *p = *con_cls;
    (void)cls, (void)conn, (void)why;
    if (!p)
        return;
    free(p->target);
    buf_release(&p->body);
    free(p);
    *con_cls = NULL;
}

static size_t keep_escapes(void *cls, struct MHD_Connection *conn, char *s)
{
    (void)cls, (void)conn;
    return strlen(s); /* web_handle decodes */
}

/* --- start and stop --- */

bool web_is_loopback(const char *address)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (strcmp(address, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, address, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, address, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool socket_address(const char *address, int port, struct sockaddr_storage *ret,
                           struct err *e)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    const char *text = strcmp(address, "localhost") == 0 ? "127.0.0.1" : address;
    memset(ret, 0, sizeof *ret);
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        memcpy(ret, &v4, sizeof v4);
    else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
        memcpy(ret, &v6, sizeof v6);
    else
        return err_set(e, ERR_USAGE, "\"%s\" is no IP address to listen on", address);
    return true;
}

bool web_server_start(const struct web_site *site, const char *address, int port,
                      struct web_server **ret, int *ret_port, struct err *e)
{
    struct sockaddr_storage sa;
    if (!socket_address(address, port, &sa, e))
        return false;
    struct web_server *s = mem_calloc(1, sizeof *s);
    s->site = site;
    pthread_mutex_init(&s->lock, NULL);
    pthread_key_create(&s->key, NULL);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | (sa.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    s->daemon = MHD_start_daemon(
        flags, (uint16_t)port, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, &sa,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)WEB_IDLE_S, MHD_OPTION_CONNECTION_LIMIT, (unsigned)WEB_MAX_CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)WEB_MAX_PER_PEER,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(64 * 1024), MHD_OPTION_URI_LOG_CALLBACK,
        on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escapes, NULL, MHD_OPTION_END);
    if (!s->daemon) {
        err_errno(e, ERR_NET, "cannot listen on %s port %d", address, port);
        web_server_stop(s);
        return false;
    }
    *ret_port = (int)MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    *ret = s;
    return true;
}

void web_server_stop(struct web_server *s)
{
    if (!s)
        return;
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    for (size_t i = 0; i < s->webs.n; i++)
        web_free(s->webs.v[i]);
    vec_free(&s->webs);
    pthread_key_delete(s->key);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
