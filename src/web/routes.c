/* What is at which address, who may, and what the OpenAPI document says of it. */
#include "web/handlers.h"

#define PAGE(path, handler, role)                                                                  \
    {                                                                                              \
        "GET", path, role, 0, handler, NULL, NULL, NULL                                            \
    }
#define API(path, handler, name, params, summary)                                                  \
    {                                                                                              \
        "GET", "/api/v1/" path, ROLE_VIEWER, WEB_API, handler, name, summary, params               \
    }

const struct web_route web_routes[] = {
    {"GET", "/assets/{file}", ROLE_NONE, WEB_PUBLIC, assets_get, NULL, NULL, NULL},
    {"GET", "/login", ROLE_NONE, WEB_PUBLIC, login_page, NULL, NULL, NULL},
    {"POST", "/login", ROLE_NONE, WEB_PUBLIC, login_post, NULL, NULL, NULL},
    {"POST", "/logout", ROLE_VIEWER, 0, logout_post, NULL, NULL, NULL},
    PAGE("/", overview_page, ROLE_VIEWER),
    PAGE("/runs", runs_page, ROLE_VIEWER),
    PAGE("/runs/{run}", run_page, ROLE_VIEWER),
    PAGE("/runs/{run}/items/{item}", item_page, ROLE_VIEWER),
    PAGE("/activity", activity_page, ROLE_ADMIN),

    {"GET", "/api/openapi.json", ROLE_VIEWER, WEB_API, openapi_get, "openapi", "this document",
     NULL},
    API("overview", overview_api, "overview", NULL, "each feature's newest numbers and trends"),
    API("runs", runs_api, "listRuns", "feature limit:integer", "runs, newest first"),
    API("runs/{run}", run_api, "getRun", NULL, "one run: its variants with all their numbers"),
    API("runs/{run}/rows", rows_api, "listRows",
        "variant outcome tag value q sort page:integer limit:integer",
        "results of a run, filtered, sorted and by page"),
    API("runs/{run}/items/{item}", item_api, "getItem", NULL,
        "one item of a run: request, output, grades of each variant and epoch"),

    {0},
};
