/* What is at which address, who may, and what the OpenAPI document says of it. */
#include "web/handlers.h"

#define PAGE(path, handler, role)                                                                  \
    {                                                                                              \
        "GET", path, role, 0, handler, NULL, NULL, NULL                                            \
    }
#define FORM(path, handler, role)                                                                  \
    {                                                                                              \
        "POST", path, role, 0, handler, NULL, NULL, NULL                                           \
    }
#define API(path, handler, name, params, summary)                                                  \
    {                                                                                              \
        "GET", "/api/v1/" path, ROLE_VIEWER, WEB_API, handler, name, summary, params               \
    }

#define ACT(path, handler, name, summary)                                                          \
    {                                                                                              \
        "POST", "/api/v1/" path, ROLE_REVIEWER, WEB_API, handler, name, summary, NULL              \
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
    PAGE("/compare", compare_page, ROLE_VIEWER),
    PAGE("/tickets", tickets_page, ROLE_VIEWER),
    PAGE("/tickets/{ticket}", ticket_page, ROLE_VIEWER),
    FORM("/tickets/{ticket}/{action}", ticket_post, ROLE_REVIEWER),
    PAGE("/threshold", threshold_page, ROLE_VIEWER),
    PAGE("/golden", golden_page, ROLE_VIEWER),
    PAGE("/judges", judges_page, ROLE_VIEWER),
    PAGE("/review", review_page, ROLE_VIEWER),
    FORM("/review/{action}", review_post, ROLE_REVIEWER),
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
    API("compare", compare_api, "compare", "a b",
        "two variants, each RUN:VARIANT, compared item by item"),
    API("threshold", threshold_api, "threshold", "run variant max_error:number confidence:number",
        "from which confidence on outputs may skip review"),
    API("golden", golden_api, "listGolden", NULL, "golden sets: version, size, splits"),
    API("judges", judges_api, "listJudges", NULL, "graders that judge, with what they gave"),
    API("review", review_api, "reviewCounts", NULL, "how much waits in the review queue"),
    ACT("review/{action}", review_label_api, "review",
        "label, skip, or undo (item, pass, score, comment, corrected, seen, key)"),
    API("tickets", tickets_api, "listTickets", NULL, "tickets and the time to their resolution"),
    API("tickets/{ticket}", ticket_api, "getTicket", NULL, "one ticket"),
    ACT("tickets/{ticket}/{action}", ticket_act_api, "actOnTicket",
        "one step: assign (owner), acknowledge, fix (example), close (note), reopen (note)"),

    {0},
};
