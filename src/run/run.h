#pragma once

#include "run/decider.h"
#include "run/plan.h"
#include "store/store.h"

/*
 * Carries out a plan: makes the calls that are still to be made, grades, records. A unit counts as
 * done once its row is committed: whenever the process is killed, nothing that was reported done
 * is lost, and what is missing is done by the next run.
 */
struct run_totals {
    size_t planned;        /* units */
    size_t done;           /* recorded by this process or, when resumed, before */
    size_t resumed;        /* of these, recorded before */
    size_t cached;         /* answers taken from the store */
    size_t called;         /* calls that were made */
    size_t judge_cached, judge_called; /* the same for graders that ask models */
    size_t guarded;        /* requests and outputs on which a guardrail fired now */
    size_t errors;         /* units without an answer */
    double cost_usd;       /* spent now */
    const char *ended_why; /* NULL: everything was done; "interrupted", "max_cost", "decided" */
    int64_t run;           /* id in the store */
    const struct decider_line *decided; /* until_decided: one a variant and requirement */
    size_t n_decided;
    struct str first_error; /* of the units without an answer; in the arena */
};

/* Results go to `s`, in a new run or, with resume > 0, in that run: units that have an answer and
 * all their grades are left alone. Fails when the store does; what a call or a grader could not
 * do is in the rows. */
MUST_CHECK bool run_execute(struct arena *a, const struct plan *p, struct store *s, int64_t resume,
                            struct run_totals *ret, struct err *e);

/* The newest run of `feature`, to be gone on with, and the options it was started with: they take
 * the place of those in `o` that do not concern the way it goes on (concurrency, max_cost_usd).
 * ERR_NOT_FOUND when there is none. */
MUST_CHECK bool run_find_resumable(struct arena *a, struct store *s, const char *feature,
                                   struct run_options *o, int64_t *ret, struct err *e);

/* Safe in a signal handler: the first call lets calls in flight finish, the second abandons them.
 * Without effect when no run is under way. */
void run_interrupt(void);
