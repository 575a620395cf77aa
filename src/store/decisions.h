#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/* Verdicts of the gate, and who shipped what on which evidence. Rows are only ever added. */
struct decision_row {
    int64_t id;
    struct str feature, variant;
    int64_t run;               /* 0: plain files */
    struct str baseline;       /* variant name, or null */
    int64_t baseline_run;      /* 0: none */
    struct str verdict;        /* "ship", "no_ship", "inconclusive" */
    bool shipped;              /* marked as shipped with this decision */
    struct str golden_version; /* or null */
    struct str evidence;       /* the gate's whole JSON answer */
    struct str decided_by;     /* or null */
    double decided_at;
    struct str program;        /* filled in by decision_put */
};

/* Writes in a transaction of its own (opens one unless one is open). Fills in the id. */
MUST_CHECK bool decision_put(struct store *s, struct decision_row *d, struct err *e);

/* The newest decision of `feature` that shipped something; *ret_found false when there is none. */
MUST_CHECK bool decision_shipped(struct store *s, struct arena *a, const char *feature,
                                 struct decision_row *ret, bool *ret_found, struct err *e);
/* The newest `limit`, newest first; feature NULL: all. */
MUST_CHECK bool decision_list(struct store *s, struct arena *a, const char *feature, size_t limit,
                              struct decision_row **ret, size_t *ret_n, struct err *e);
