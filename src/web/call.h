#pragma once

#include "base/vec.h"
#include "text/html.h"
#include "text/jsonw.h"
#include "web/web.h"

/* One request on its way: what handlers get and use. For the files of web/ only. */

struct web_field {
    struct str name, value; /* decoded; value NUL-terminated */
};
struct web_fields {
    struct web_field *v;
    size_t n;
};
enum { WEB_MAX_PARAMS = 4 };

/* Who asks. */
struct web_user {
    enum web_role role;
    const char *name;    /* "local" without login; NULL: nobody yet */
    const char *session; /* hash of the session, hex; NULL: none */
    bool token;          /* came with an API token: needs no CSRF token */
};

struct web_route;
struct web_call {
    struct web *web;
    const struct web_site *site;
    const struct web_request *req;
    struct web_response *res;
    struct arena *a;
    struct store *s;
    const struct web_route *route;
    struct str path;                   /* decoded, without query */
    struct str params[WEB_MAX_PARAMS]; /* the {…} of the pattern, in order; NUL-terminated */
    struct web_fields query, form;     /* form: a urlencoded body */
    struct web_user user;
    struct err err; /* set by a handler that returns false */
};

typedef bool web_handler(struct web_call *c);

enum web_flags {
    WEB_API = 1,    /* answers JSON, errors too */
    WEB_PUBLIC = 2, /* no login needed: login page, style sheets */
};

/* One row of the route table. `params` names the query parameters of an API call, separated by
 * blanks, "page:integer" with a type; NULL: none. */
struct web_route {
    const char *method, *pattern;
    enum web_role role;
    int flags;
    web_handler *handler;
    const char *name;    /* operationId of an API call */
    const char *summary; /* one line */
    const char *params;
};
/* Ends with a row whose method is NULL. */
extern const struct web_route web_routes[];

/* Matches `path` against a pattern such as "/runs/{run}"; fills params. */
bool web_route_match(struct arena *a, const char *pattern, struct str path,
                     struct str params[WEB_MAX_PARAMS]);

/* Value of a query or form field, or NULL. */
const char *web_query(const struct web_call *c, const char *name);
const char *web_form(const struct web_call *c, const char *name);
/* Query field as a number in [lo, hi]; absent gives `otherwise`, nonsense an error. */
MUST_CHECK bool web_query_int(struct web_call *c, const char *name, long long lo, long long hi,
                              long long otherwise, long long *ret);
MUST_CHECK bool web_query_num(struct web_call *c, const char *name, double lo, double hi,
                              double otherwise, double *ret);

/* Parses "a=1&b=2". False when there are too many or a %-escape is broken. */
MUST_CHECK bool web_fields_parse(struct arena *a, struct str text, struct web_fields *ret);
/* %-decodes into the arena; false: broken escape or a NUL byte. */
MUST_CHECK bool web_decode(struct arena *a, struct str text, bool plus, struct str *ret);
/* "path?name=value&…" with the values encoded; pairs end with a NULL name, NULL values are left
 * out. In the arena. */
const char *web_url(struct arena *a, const char *path, const char *const *pairs);
/* One path segment, encoded. */
const char *web_segment(struct arena *a, struct str text);

/* The project, read for this request. */
MUST_CHECK bool web_project(struct web_call *c, struct project **ret);
double web_now(const struct web_call *c);

/* Answers with 303 to a path of ours. */
void web_redirect(struct web_call *c, const char *path);

/* Starts a JSON answer; web_json_end checks it. */
void web_json(struct web_call *c, struct jw *w);
MUST_CHECK bool web_json_end(struct web_call *c, struct jw *w);
/* Time as ISO text, or null for NaN. */
void web_json_time(struct jw *w, const char *key, double t);
