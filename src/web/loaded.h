#pragma once

#include "run/results.h"
#include "run/summary.h"
#include "store/runs.h"

/*
 * Results of variants that a thread has loaded lately, with their summaries, so that paging
 * through 100,000 rows loads them once. A run that goes on or was resumed is loaded again.
 */
struct loaded;
struct loaded *loaded_new(void);
void loaded_free(struct loaded *l); /* NULL is fine */

/* The numbers of one variant that lists and trends show. */
struct headline {
    size_t n, rows, errors;
    struct estimate success, score, cost_per_success, p95_ms;
    double cost_usd;
};

/* *ret lives until the fourth load of another variant: until the end of the request at least
 * when a request loads no more than three. */
MUST_CHECK bool loaded_results(struct loaded *l, struct store *s, const struct run_row *run,
                               const struct run_variant_row *v, struct result_set **ret,
                               const struct summary **ret_summary, struct err *e);
MUST_CHECK bool loaded_headline(struct loaded *l, struct store *s, const struct run_row *run,
                                const struct run_variant_row *v, struct headline *ret,
                                struct err *e);
