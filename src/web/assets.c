/* Style sheet, scripts and pictures: embedded files of web/, by name, with an ETag. */
#include <string.h>

#include "base/asset.h"
#include "base/attr.h"
#include "base/hash.h"
#include "web/handlers.h"

/* What is served; app.css is the report's style sheet and ours in one. */
static const struct {
    const char *name, *type;
    const char *paths[2];
} files[] = {
    {"app.css", "text/css; charset=utf-8", {"share/report/report.css", "web/app.css"}},
    {"mark.svg", "image/svg+xml", {"web/mark.svg", NULL}},
    {"keys.js", "text/javascript; charset=utf-8", {"web/keys.js", NULL}},
    {"threshold.js", "text/javascript; charset=utf-8", {"web/threshold.js", NULL}},
    {"review.js", "text/javascript; charset=utf-8", {"web/review.js", NULL}},
    {"walk.js", "text/javascript; charset=utf-8", {"web/walk.js", NULL}},
};

bool assets_get(struct web_call *c)
{
    struct hasher h;
    hasher_init(&h);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (!str_eq_c(c->params[0], files[i].name))
            continue;
        for (size_t k = 0; k < 2 && files[i].paths[k]; k++) {
            struct str bytes;
            if (!asset_get(files[i].paths[k], &bytes))
                BUG("no asset %s", files[i].paths[k]);
            buf_add_str(&c->res->body, bytes);
            hasher_add(&h, bytes);
        }
        const char *etag = arena_printf(c->a, "\"%s\"", hasher_end(&h).hex);
        web_response_header(c->res, "Content-Type", files[i].type);
        web_response_header(c->res, "ETag", etag);
        web_response_header(c->res, "Cache-Control", "no-cache"); /* keep, but ask each time */
        if (str_eq_c(c->req->if_none_match, etag)) {
            buf_clear(&c->res->body);
            c->res->status = 304;
        }
        return true;
    }
    return err_set(&c->err, ERR_NOT_FOUND, "there is no such file");
}
