#pragma once

#include "model/provider.h"
#include "net/http.h"
#include "text/jsonw.h"

/* What providers of remote models have in common: URLs, keys, parameters, error replies. */

/* base_url (the spec's, else `otherwise`) with `path` behind it, in front of a query if it has
 * one. */
void wire_url(const struct model *m, const char *otherwise, const char *path, struct buf *out);

/* Content-Type, the key in the header `header` behind `prefix` ("Bearer "), the spec's
 * options.headers and options.ca_file. No key is fine for a base_url of one's own, an error with a
 * hint else. */
MUST_CHECK bool wire_headers(const struct model *m, const char *header, const char *prefix,
                             struct http_request *req, struct err *e);

/* The members of the JSON object `extra` (or null string) into the open object. */
void wire_extra(struct jw *w, struct str extra);

/* temperature, top_p, and max_tokens by the name that the API has for it (NULL: left out). */
void wire_sampling(struct jw *w, const struct call_params *p, const char *max_tokens);
/* The stop strings as a list called `key`, if there are any. */
void wire_stop(struct jw *w, const struct call_params *p, const char *key);
/* A list called `key` of {"role", "content"}: turns without tools. */
void wire_messages(struct jw *w, const struct call *c, const char *key);

/* Parses a reply body. False when r is filled with an error: a good status with a body that is no
 * JSON object, or a bad status with a body that is not JSON at all. */
MUST_CHECK bool wire_parse(int status, struct str body, struct arena *a, yyjson_val **ret,
                           struct reply *r);
bool wire_good(int status); /* 2xx */

/* An error reply for an HTTP status that is not 2xx: "http 429: message (type)". */
void wire_error(struct reply *r, struct arena *a, int status, struct str message, struct str type);

/* Member of an object; NULL when absent or null. */
yyjson_val *wire_member(yyjson_val *obj, const char *key);

/* A count of tokens, or -1. */
int64_t wire_tokens(yyjson_val *usage, const char *key);

/* exp of the mean of sum over n log-probabilities; NaN for n = 0. */
double wire_confidence(double sum, size_t n);

/* A growing text that lives as long as the arena. */
struct buf *wire_buf(struct arena *a);
