#pragma once

#include "web/call.h"

/* Every handler of the route table, by the file of its noun. */
web_handler assets_get;                                         /* assets.c */
web_handler openapi_get;                                        /* openapi.c */
web_handler login_page, login_post, logout_post, activity_page; /* login.c */
web_handler overview_page, overview_api;                        /* overview.c */
web_handler runs_page, runs_api;                                /* runs.c */
web_handler run_page, run_api, rows_api;                        /* run.c */
web_handler item_page, item_api;                                /* item.c */
