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
web_handler compare_page, compare_api;                          /* compare.c */
web_handler tickets_page, ticket_page, ticket_post;             /* tickets.c */
web_handler tickets_api, ticket_api, ticket_act_api;
web_handler threshold_page, threshold_api;                          /* threshold.c */
web_handler golden_page, golden_api;                                /* golden_page.c */
web_handler review_page, review_post, review_api, review_label_api; /* review.c */
web_handler judges_page, judges_api;                                /* judges.c */
