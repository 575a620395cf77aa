/*
 * The event loop under all outgoing HTTP; see http.h. Owns the curl handles, the epoll set and
 * the clocks of a transfer. Knows nothing of models: no retries, no rate limits, no JSON.
 *
 * Two multi handles: plain http:// is HTTP/1.1, where a connection carries one request, so it
 * may have as many connections as there are transfers. https:// usually turns out to be HTTP/2,
 * where libcurl before 8 opens a connection for every transfer above the stream limit, so it
 * starts with few connections and gets more only when a reply shows that it is HTTP/1.1.
 */
#include "net/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <linux/net_tstamp.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { MAX_EVENTS = 16, TLS_CONNECTIONS = 8, PEEK_SIZE = 65536 };

/* What an epoll event belongs to: its data.ptr points at one of these. */
enum source_kind { SOURCE_CURL, SOURCE_WATCH, SOURCE_WAKE };

struct source {
    enum source_kind kind;
    int fd;
    bool gone; /* freed only after the batch of events that may still name it */
    struct source *next;
};

struct http_watch {
    struct source source; /* first: an event's pointer is either */
    void (*ready)(void *arg);
    void *arg;
};

struct curl_socket {
    struct source source;
    CURLM *multi;
};

struct lane {
    struct http *owner;
    CURLM *multi;
    double deadline; /* of libcurl's timer, monotonic seconds; INFINITY: none */
};

struct http {
    struct lane plain, tls;
    int epoll, wake, concurrency;
    double event_time;    /* when what is being handled arrived, wall seconds */
    struct source wake_source;
    struct source *graves;
    struct http_transfer *idle, *active;
    size_t n_active;
    char peek[PEEK_SIZE];
};

struct http_transfer {
    struct http *owner;
    struct lane *lane;
    CURL *easy;
    struct http_transfer *prev, *next; /* in `active`, or next in `idle` */
    const struct http_handlers *handlers;
    void *arg;
    struct curl_slist *headers;
    struct buf url, request, reply;
    double sent, first, last; /* wall seconds; NaN: not yet */
    int status;
    bool stopped, own_ca; /* own_ca: not the system's certificates */
    char error[CURL_ERROR_SIZE];
};

/* --- requests --- */

void http_request_init(struct http_request *r)
{
    *r = (struct http_request){0};
    buf_init(&r->url, 8192);
    buf_init(&r->body, BUF_MAX_BODY);
    buf_init(&r->ca_file, 4096);
}

void http_request_release(struct http_request *r)
{
    curl_slist_free_all(r->headers);
    r->headers = NULL;
    buf_release(&r->url);
    buf_release(&r->body);
    buf_release(&r->ca_file);
}

void http_request_clear(struct http_request *r)
{
    curl_slist_free_all(r->headers);
    r->headers = NULL;
    buf_clear(&r->url);
    buf_clear(&r->body);
    buf_clear(&r->ca_file);
    r->get = false;
}

bool http_request_header(struct http_request *r, const char *name, const char *value,
                         struct err *e)
{
    if (strpbrk(value, "\r\n"))
        return err_set(e, ERR_INPUT, "the header %s has a line break in it", name);
    struct buf line;
    buf_init(&line, 65536);
    buf_add_c(&line, name);
    buf_add_c(&line, ": ");
    buf_add_c(&line, value);
    bool ok = buf_ok(&line, "a header", e);
    if (ok)
        r->headers = curl_slist_append(r->headers, buf_cstr(&line));
    buf_release(&line);
    return ok;
}

/* --- libcurl's callbacks --- */

/* NaN when either is; a wall clock set back between the two gives 0, not less. */
static double span_ms(double from, double to)
{
    double ms = (to - from) * 1000;
    return ms < 0 ? 0 : ms;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
    (void)easy;
    struct lane *lane = arg;
    struct http *h = lane->owner;
    struct curl_socket *s = socket_arg;
    if (what == CURL_POLL_REMOVE) {
        if (s) {
            epoll_ctl(h->epoll, EPOLL_CTL_DEL, fd, NULL);
            s->source.gone = true;
            s->source.next = h->graves;
            h->graves = &s->source;
            curl_multi_assign(lane->multi, fd, NULL);
        }
        return 0;
    }
    int op = EPOLL_CTL_MOD;
    if (!s) {
        s = mem_calloc(1, sizeof *s);
        s->source = (struct source){.kind = SOURCE_CURL, .fd = fd};
        s->multi = lane->multi;
        curl_multi_assign(lane->multi, fd, s);
        op = EPOLL_CTL_ADD;
    }
    struct epoll_event ev = {.data = {.ptr = s}};
    if (what & CURL_POLL_IN)
        ev.events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        ev.events |= EPOLLOUT;
    epoll_ctl(h->epoll, op, fd, &ev);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *arg)
{
    (void)multi;
    struct lane *lane = arg;
    lane->deadline = timeout_ms < 0 ? (double)INFINITY : clock_mono() + (double)timeout_ms / 1000;
    return 0;
}

static int on_send(void *arg, char *ip, char *local_ip, int port, int local_port)
{
    (void)ip, (void)local_ip, (void)port, (void)local_port;
    struct http_transfer *t = arg;
    t->sent = clock_wall();
    t->first = t->last = NAN;
    return CURL_PREREQFUNC_OK;
}

/* A new connection: have the kernel stamp what comes in. */
static int on_connect(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    (void)arg, (void)purpose;
    int on = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &on, sizeof on);
    return CURL_SOCKOPT_OK;
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
    struct http_transfer *t = arg;
    struct str line = str_trim((struct str){p, size * n});
    t->last = t->owner->event_time;
    if (isnan(t->first))
        t->first = t->last;
    if (str_starts_c(line, "HTTP/")) {
        long status = 0;
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        t->status = (int)status;
    }
    ptrdiff_t colon = str_find_char(line, ':');
    if (colon > 0 && t->status >= 200 && t->handlers->header)
        t->handlers->header(t->arg, str_sub(line, 0, (size_t)colon),
                            str_trim(str_sub(line, (size_t)colon + 1, line.n)));
    return size * n;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct http_transfer *t = arg;
    struct str bytes = {p, size * n};
    t->last = t->owner->event_time;
    if (t->handlers->data) {
        t->stopped = !t->handlers->data(t->arg, t->status, bytes, span_ms(t->sent, t->last));
        return t->stopped ? 0 : bytes.n;
    }
    buf_add_str(&t->reply, bytes);
    return t->reply.overflow ? 0 : bytes.n;
}

/* --- client --- */

static void curl_global(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

static void lane_open(struct http *h, struct lane *lane)
{
    *lane = (struct lane){.owner = h, .multi = curl_multi_init(), .deadline = INFINITY};
    if (!lane->multi)
        BUG("libcurl cannot make a multi handle");
    curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane);
    curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane);
    curl_multi_setopt(lane->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
}

static void lane_limit(struct lane *lane, int connections)
{
    curl_multi_setopt(lane->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)connections);
    /* idle connections kept: all of them, or each burst would connect anew */
    curl_multi_setopt(lane->multi, CURLMOPT_MAXCONNECTS, (long)connections + 16);
}

void http_limits(struct http *h, int concurrency)
{
    h->concurrency = concurrency < 1 ? 1 : concurrency;
    lane_limit(&h->plain, h->concurrency);
    lane_limit(&h->tls, h->concurrency < TLS_CONNECTIONS ? h->concurrency : TLS_CONNECTIONS);
}

struct http *http_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, curl_global);
    struct http *h = mem_calloc(1, sizeof *h);
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (h->epoll < 0 || h->wake < 0)
        BUG("no descriptors left for the event loop");
    h->wake_source = (struct source){.kind = SOURCE_WAKE, .fd = h->wake};
    struct epoll_event ev = {.events = EPOLLIN, .data = {.ptr = &h->wake_source}};
    epoll_ctl(h->epoll, EPOLL_CTL_ADD, h->wake, &ev);
    lane_open(h, &h->plain);
    lane_open(h, &h->tls);
    http_limits(h, 16);
    return h;
}

static void bury(struct http *h)
{
    while (h->graves) {
        struct source *s = h->graves;
        h->graves = s->next;
        mem_freep(&s);
    }
}

static void transfer_free(struct http_transfer *t)
{
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    buf_release(&t->url);
    buf_release(&t->request);
    buf_release(&t->reply);
    mem_freep(&t);
}

void http_free(struct http *h)
{
    if (!h)
        return;
    while (h->active)
        http_cancel(h, h->active);
    while (h->idle) {
        struct http_transfer *t = h->idle;
        h->idle = t->next;
        transfer_free(t);
    }
    curl_multi_cleanup(h->plain.multi);
    curl_multi_cleanup(h->tls.multi);
    bury(h);
    close(h->wake);
    close(h->epoll);
    mem_freep(&h);
}

size_t http_in_flight(const struct http *h) { return h->n_active; }

/* --- transfers --- */

static struct http_transfer *transfer_new(struct http *h)
{
    struct http_transfer *t = mem_calloc(1, sizeof *t);
    t->owner = h;
    t->easy = curl_easy_init();
    if (!t->easy)
        BUG("libcurl cannot make a handle");
    buf_init(&t->url, 8192);
    buf_init(&t->request, BUF_MAX_BODY);
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_send);
    curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_SOCKOPTFUNCTION, on_connect);
    curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "plimsoll/" PLIMSOLL_VERSION);
    return t;
}

static void set_request(struct http_transfer *t, const struct http_request *r)
{
    buf_clear(&t->url);
    buf_add_str(&t->url, buf_str(&r->url));
    buf_clear(&t->request);
    buf_add_str(&t->request, buf_str(&r->body));
    buf_release(&t->reply);
    buf_init(&t->reply, r->max_reply ? r->max_reply : BUF_MAX_BODY);
    curl_slist_free_all(t->headers);
    t->headers = NULL;
    for (const struct curl_slist *l = r->headers; l; l = l->next)
        t->headers = curl_slist_append(t->headers, l->data);
    curl_easy_setopt(t->easy, CURLOPT_URL, buf_cstr(&t->url));
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
    if (t->own_ca || r->ca_file.n > 0) {
        char *usual = NULL;
        curl_easy_getinfo(t->easy, CURLINFO_CAINFO, &usual);
        t->own_ca = r->ca_file.n > 0;
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, t->own_ca ? buf_cstr(&r->ca_file) : usual);
    }
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)(r->timeout_s * 1000));
    if (r->get) {
        curl_easy_setopt(t->easy, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->request.n);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, buf_cstr(&t->request));
    }
}

struct http_transfer *http_start(struct http *h, const struct http_request *r,
                                 const struct http_handlers *handlers, void *arg)
{
    struct http_transfer *t = h->idle;
    if (t)
        h->idle = t->next;
    else
        t = transfer_new(h);
    t->handlers = handlers;
    t->arg = arg;
    t->sent = t->first = t->last = NAN;
    t->status = 0;
    t->stopped = false;
    t->error[0] = '\0';
    set_request(t, r);
    t->prev = NULL;
    t->next = h->active;
    if (h->active)
        h->active->prev = t;
    h->active = t;
    h->n_active++;
    t->lane = str_starts_c(buf_str(&t->url), "https:") ? &h->tls : &h->plain;
    /* Over TLS wait for the first connection to say whether it carries many transfers; over plain
     * HTTP it never does, and waiting would cost a round trip. */
    curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT, t->lane == &h->tls ? 1L : 0L);
    curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION,
                     (long)(t->lane == &h->tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    curl_multi_add_handle(t->lane->multi, t->easy);
    return t;
}

/* Takes the transfer off the active list; its handle has left the multi handle. */
static void retire(struct http *h, struct http_transfer *t)
{
    if (t->prev)
        t->prev->next = t->next;
    else
        h->active = t->next;
    if (t->next)
        t->next->prev = t->prev;
    h->n_active--;
    t->next = h->idle;
    h->idle = t;
}

void http_cancel(struct http *h, struct http_transfer *t)
{
    curl_multi_remove_handle(t->lane->multi, t->easy);
    retire(h, t);
}

/* An HTTP/1.1 reply over TLS: this host needs a connection for each transfer. */
static void note_version(struct http *h, struct http_transfer *t)
{
    long version = 0;
    if (t->lane == &h->tls &&
        curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version) == CURLE_OK &&
        (version == CURL_HTTP_VERSION_1_1 || version == CURL_HTTP_VERSION_1_0))
        lane_limit(&h->tls, h->concurrency);
}

static bool is_hopeless(CURLcode code)
{
    return code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ||
           code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
}

static void finish(struct http *h, struct http_transfer *t, CURLcode code)
{
    struct http_reply r = {
        .ok = code == CURLE_OK,
        .status = t->status,
        .body = buf_str(&t->reply),
        .timed_out = code == CURLE_OPERATION_TIMEDOUT && !isnan(t->sent),
        .stopped = t->stopped || t->reply.overflow,
        .began = !isnan(t->sent),
        .hopeless = is_hopeless(code),
        .latency_ms = span_ms(t->sent, t->last),
        .ttfb_ms = span_ms(t->sent, t->first),
    };
    char why[CURL_ERROR_SIZE];
    if (t->reply.overflow)
        r.error = "the reply is larger than allowed";
    else if (code != CURLE_OK) {
        const char *text = t->error[0] ? t->error : curl_easy_strerror(code);
        snprintf(why, sizeof why, "%s", text);
        if (why[0] >= 'A' && why[0] <= 'Z' && !(why[1] >= 'A' && why[1] <= 'Z'))
            why[0] = (char)(why[0] - 'A' + 'a');
        r.error = why;
    }
    if (r.ok)
        note_version(h, t);
    const struct http_handlers *handlers = t->handlers;
    void *arg = t->arg;
    /* The reply's bytes stay in `t`, which done() may not reuse: it is retired afterwards. */
    curl_multi_remove_handle(t->lane->multi, t->easy);
    handlers->done(arg, &r);
    retire(h, t);
}

static void reap(struct http *h, struct lane *lane)
{
    int left = 0;
    CURLMsg *m;
    while ((m = curl_multi_info_read(lane->multi, &left))) {
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode code = m->data.result;
        struct http_transfer *t = NULL;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        if (t)
            finish(h, t, code);
    }
}

/* --- waiting --- */

/* When the bytes waiting on the socket came in, by the kernel's stamp; now if it gave none. */
static double arrival(struct http *h, int fd)
{
    char control[CMSG_SPACE(3 * sizeof(struct timespec))];
    struct iovec io = {.iov_base = h->peek, .iov_len = sizeof h->peek};
    struct msghdr msg = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control,
                         .msg_controllen = sizeof control};
    if (recvmsg(fd, &msg, MSG_PEEK | MSG_DONTWAIT) > 0) {
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
            if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPING)
                continue;
            struct timespec ts;
            memcpy(&ts, CMSG_DATA(c), sizeof ts);
            if (ts.tv_sec > 0)
                return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
        }
    }
    return clock_wall();
}

static void handle_event(struct http *h, const struct epoll_event *ev)
{
    struct source *s = ev->data.ptr;
    if (s->gone)
        return;
    if (s->kind == SOURCE_WAKE) {
        uint64_t n;
        if (read(s->fd, &n, sizeof n) < 0 && errno != EAGAIN)
            BUG("the wake-up descriptor cannot be read");
    } else if (s->kind == SOURCE_WATCH) {
        struct http_watch *w = (struct http_watch *)s;
        w->ready(w->arg);
    } else {
        int what = 0, running;
        if (ev->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
            what |= CURL_CSELECT_IN;
            h->event_time = arrival(h, s->fd);
        }
        if (ev->events & EPOLLOUT)
            what |= CURL_CSELECT_OUT;
        if (ev->events & EPOLLERR)
            what |= CURL_CSELECT_ERR;
        curl_multi_socket_action(((struct curl_socket *)s)->multi, s->fd, what, &running);
    }
}

static void run_timer(struct http *h, struct lane *lane)
{
    int running;
    if (clock_mono() < lane->deadline)
        return;
    lane->deadline = INFINITY;
    h->event_time = clock_wall();
    curl_multi_socket_action(lane->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

void http_wait(struct http *h, double timeout_s)
{
    run_timer(h, &h->plain);
    run_timer(h, &h->tls);
    reap(h, &h->plain);
    reap(h, &h->tls);
    double until = fmin(h->plain.deadline, h->tls.deadline) - clock_mono();
    double wait = fmax(0, fmin(timeout_s, until));
    struct epoll_event ev[MAX_EVENTS];
    int n = epoll_wait(h->epoll, ev, MAX_EVENTS, (int)ceil(fmin(wait, 3600) * 1000));
    for (int i = 0; i < n; i++)
        handle_event(h, &ev[i]);
    run_timer(h, &h->plain);
    run_timer(h, &h->tls);
    reap(h, &h->plain);
    reap(h, &h->tls);
    bury(h);
}

void http_wake(struct http *h)
{
    uint64_t one = 1;
    if (write(h->wake, &one, sizeof one) < 0)
        return; /* the counter is full: the loop is going to wake up anyway */
}

struct http_watch *http_watch_fd(struct http *h, int fd, bool for_write, void (*ready)(void *arg),
                                 void *arg)
{
    struct http_watch *w = mem_calloc(1, sizeof *w);
    w->source = (struct source){.kind = SOURCE_WATCH, .fd = fd};
    w->ready = ready;
    w->arg = arg;
    struct epoll_event ev = {.events = for_write ? EPOLLOUT : EPOLLIN, .data = {.ptr = w}};
    epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &ev);
    return w;
}

void http_unwatch(struct http *h, struct http_watch *w)
{
    epoll_ctl(h->epoll, EPOLL_CTL_DEL, w->source.fd, NULL);
    w->source.gone = true;
    w->source.next = h->graves;
    h->graves = &w->source;
}
