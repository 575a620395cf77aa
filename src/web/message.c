/* Requests and responses as plain values; see message.h. */
#include "web/message.h"

#include <strings.h>

#include "base/attr.h"

void web_response_init(struct web_response *r)
{
    *r = (struct web_response){.status = 200};
    buf_init(&r->body, BUF_MAX_BODY);
}

void web_response_release(struct web_response *r) { buf_release(&r->body); }

void web_response_header(struct web_response *r, const char *name, const char *value)
{
    for (size_t i = 0; i < r->n_headers; i++) {
        if (strcasecmp(r->headers[i].name, name) == 0) {
            r->headers[i].value = value;
            return;
        }
    }
    if (r->n_headers == WEB_MAX_HEADERS)
        BUG("more than %d headers", WEB_MAX_HEADERS);
    r->headers[r->n_headers++] = (struct web_header){name, value};
}

const char *web_response_get(const struct web_response *r, const char *name)
{
    for (size_t i = 0; i < r->n_headers; i++)
        if (strcasecmp(r->headers[i].name, name) == 0)
            return r->headers[i].value;
    return NULL;
}

const char *web_status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {200, "OK"},
        {201, "Created"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {421, "Misdirected Request"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "Error";
}
