#pragma once

#include "run/plan.h"
#include "run/unit.h"

/* Writes graded units into the store, one transaction a call. */
struct recorder {
    const struct plan *plan;
    struct store *store;
    int64_t run;
    int64_t *variants;       /* run_variant ids, in the order of the plan */
    /* Payloads that requests are compressed against, 0: none yet. */
    int64_t *request_base;   /* one a variant */
    int64_t *grader_base;    /* one a grader, for those that ask models */
    bool fresh;              /* new answers take the keys of old ones */
};

/* Begins a run: writes it with its variants and graders. */
MUST_CHECK bool recorder_begin(struct arena *a, const struct plan *p, struct store *s,
                               struct recorder **ret, struct err *e);

/* Goes on with run `run`: its variants and graders must be those of the plan (ERR_CONFLICT says
 * what changed). */
MUST_CHECK bool recorder_resume(struct arena *a, const struct plan *p, struct store *s,
                                int64_t run, struct recorder **ret, struct err *e);

/* Writes the units, whole or not at all. */
MUST_CHECK bool recorder_write(struct recorder *r, struct unit *const *units, size_t n,
                               struct err *e);

/* Ends the run; `why` NULL: all that was planned was done. wall_s: one a variant. */
MUST_CHECK bool recorder_end(struct recorder *r, const char *why, const double *wall_s,
                             struct err *e);
