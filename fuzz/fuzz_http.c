/* Requests from outside into web_handle: method, target, headers and body from the input, split
 * at line breaks. Must never crash, and every answer carries its headers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "web/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct env env;
static struct web_site site;
static struct web *web;
static struct arena *arena; /* of the site */

static void end(void)
{
    web_free(web);
    arena_free(arena);
}

static void begin(void)
{
    static char path[] = "/tmp/plimsoll-fuzz-http-XXXXXX";
    struct err e = {0};
    env_init(&env);
    env.fixed_now = 1764000000;
    int fd = mkstemp(path);
    if (fd < 0)
        abort();
    close(fd);
    site = (struct web_site){.env = &env, .project_file = "/nonexistent.yaml", .store = path};
    arena = arena_new();
    if (!web_site_init(&site, arena, &e) || !web_new(&site, &web, &e))
        abort();
    memset(site.secret, 7, sizeof site.secret);
    unlink(path); /* the open store goes on without its name */
    atexit(end);
}

static struct str line(struct str *rest)
{
    struct str part = {0};
    str_split(rest, '\n', &part);
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct web_request r = {.host = STR("localhost"), .peer = STR("127.0.0.1")};
    struct web_response res;
    struct str rest = {(const char *)data, size}, host;
    if (!web)
        begin();
    r.method = line(&rest);
    r.target = line(&rest);
    host = line(&rest);
    if (host.n)
        r.host = host;
    r.cookie = line(&rest);
    r.authorization = line(&rest);
    if (!r.authorization.n)
        r.authorization = (struct str){0};
    r.content_type = line(&rest);
    r.csrf = line(&rest);
    r.body = rest;
    web_response_init(&res);
    web_handle(web, &r, &res);
    if (res.status < 200 || res.status > 599 || !web_response_get(&res, "Content-Security-Policy"))
        BUG("status %d, or no headers", res.status);
    web_response_release(&res);
    return 0;
}
