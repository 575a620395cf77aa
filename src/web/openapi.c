/* The OpenAPI 3.1 document, written from the route table so that it cannot say anything else. */
#include <string.h>

#include "web/handlers.h"

static void parameter(struct jw *w, struct str name, const char *in, const char *type)
{
    jw_obj(w);
    jw_kstr(w, "name", name);
    jw_kc(w, "in", in);
    if (strcmp(in, "path") == 0)
        jw_kbool(w, "required", true);
    jw_key(w, "schema");
    jw_obj(w);
    jw_kc(w, "type", type);
    jw_end(w);
    jw_end(w);
}

static void parameters(struct web_call *c, struct jw *w, const struct web_route *r)
{
    struct str rest = str_c(r->pattern), part;
    jw_key(w, "parameters");
    jw_arr(w);
    while (str_split(&rest, '/', &part))
        if (part.n > 2 && part.p[0] == '{')
            parameter(w, str_sub(part, 1, part.n - 2), "path", "string");
    rest = str_c(r->params);
    while (r->params && str_split(&rest, ' ', &part)) {
        struct str name;
        bool typed = str_find_char(part, ':') >= 0;
        str_split(&part, ':', &name);
        parameter(w, name, "query", typed ? arena_strndup(c->a, part.p, part.n) : "string");
    }
    jw_end(w);
}

static void response(struct jw *w, const char *status, const char *what, const char *schema)
{
    jw_key(w, status);
    jw_obj(w);
    jw_kc(w, "description", what);
    jw_key(w, "content");
    jw_obj(w);
    jw_key(w, "application/json");
    jw_obj(w);
    jw_key(w, "schema");
    jw_obj(w);
    if (schema)
        jw_kc(w, "$ref", schema);
    else
        jw_kc(w, "type", "object");
    jw_end(w);
    jw_end(w);
    jw_end(w);
    jw_end(w);
}

static void request_body(struct jw *w)
{
    jw_key(w, "requestBody");
    jw_obj(w);
    jw_key(w, "content");
    jw_obj(w);
    jw_key(w, "application/x-www-form-urlencoded");
    jw_obj(w);
    jw_key(w, "schema");
    jw_obj(w);
    jw_kc(w, "type", "object");
    jw_end(w);
    jw_end(w);
    jw_end(w);
    jw_end(w);
}

static void operation(struct web_call *c, struct jw *w, const struct web_route *r)
{
    jw_key(w, strcmp(r->method, "POST") == 0 ? "post" : "get");
    jw_obj(w);
    jw_kc(w, "operationId", r->name);
    jw_kc(w, "summary", r->summary);
    jw_kc(w, "x-role", web_role_name(r->role));
    parameters(c, w, r);
    if (strcmp(r->method, "POST") == 0)
        request_body(w);
    jw_key(w, "responses");
    jw_obj(w);
    response(w, "200", "The answer.", NULL);
    response(w, "default", "What went wrong.", "#/components/schemas/Error");
    jw_end(w);
    jw_end(w);
}

static void components(struct jw *w)
{
    jw_key(w, "components");
    jw_raw(w,
           STR("{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
               "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"plimsoll_session\"}}"
               ",\"schemas\":{\"Error\":{\"type\":\"object\",\"required\":[\"error\"],"
               "\"properties\":{\"error\":{\"type\":\"object\",\"required\":[\"code\","
               "\"message\"],\"properties\":{\"code\":{\"type\":\"string\"},\"message\":"
               "{\"type\":\"string\"},\"hint\":{\"type\":\"string\"}}}}},"
               "\"Estimate\":{\"type\":\"object\",\"properties\":{\"value\":{\"type\":"
               "[\"number\",\"null\"]},\"low\":{\"type\":[\"number\",\"null\"]},\"high\":"
               "{\"type\":[\"number\",\"null\"]},\"n\":{\"type\":\"integer\"},\"method\":"
               "{\"type\":\"string\"}}}}}"));
}

bool openapi_get(struct web_call *c)
{
    struct jw w;
    web_json(c, &w);
    jw_obj(&w);
    jw_kc(&w, "openapi", "3.1.0");
    jw_key(&w, "info");
    jw_obj(&w);
    jw_kc(&w, "title", "plimsoll");
    jw_kc(&w, "version", PLIMSOLL_VERSION);
    jw_end(&w);
    jw_key(&w, "security");
    jw_raw(&w, STR("[{\"token\":[]},{\"session\":[]}]"));
    jw_key(&w, "paths");
    jw_obj(&w);
    for (const struct web_route *r = web_routes; r->method; r++) {
        if (!(r->flags & WEB_API))
            continue;
        jw_key(&w, r->pattern);
        jw_obj(&w);
        operation(c, &w, r);
        jw_end(&w);
    }
    jw_end(&w);
    components(&w);
    jw_end(&w);
    return web_json_end(c, &w);
}
