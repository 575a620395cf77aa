#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

/*
 * What comes in and what goes out, without a socket: the server fills a request and sends a
 * response, tests and the fuzzer do the same in memory.
 */

/* All texts are as the client sent them; the null string where it sent none. */
struct web_request {
    struct str method;
    struct str target; /* path and query, still percent-encoded */
    struct str host, cookie, authorization, origin, content_type, if_none_match;
    struct str csrf;       /* X-CSRF-Token */
    struct str fetch_site; /* Sec-Fetch-Site */
    struct str accept;
    struct str peer; /* the client's address, for throttling and the audit log */
    struct str body;
    bool too_large; /* the body was cut at WEB_MAX_BODY */
};

/* Limits of a request. */
enum {
    WEB_MAX_TARGET = 8192,
    WEB_MAX_BODY = 1 << 20,
    WEB_MAX_FIELDS = 256,
};

struct web_header {
    const char *name, *value;
};
enum { WEB_MAX_HEADERS = 20 };

struct web_response {
    int status;
    struct web_header headers[WEB_MAX_HEADERS];
    size_t n_headers;
    struct buf body;
};

void web_response_init(struct web_response *r);
void web_response_release(struct web_response *r);
/* Sets a header, replacing one of that name; both strings must live as long as the response. */
void web_response_header(struct web_response *r, const char *name, const char *value);
/* Value of a header, or NULL. */
const char *web_response_get(const struct web_response *r, const char *name);

const char *web_status_text(int status); /* "Not Found" */
