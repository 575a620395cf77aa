#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/*
 * Tickets: a failure of the product, its owner, and its way to a proven fix.
 *
 *     open → acknowledged → fixed → verified
 *
 * `fixed` names a regression example of the golden set; only a run in which that example passes
 * makes it `verified`, and a later run in which it fails reopens the ticket. Closing without an
 * example needs a reason (`closed`). A merged ticket lives on in another one.
 */
enum ticket_state {
    TICKET_OPEN,
    TICKET_ACKNOWLEDGED,
    TICKET_FIXED,
    TICKET_VERIFIED,
    TICKET_CLOSED,
    TICKET_MERGED,
};
const char *ticket_state_name(enum ticket_state s);
/* hallucination, refusal, injection, leakage, wrong, other; NULL-terminated */
extern const char *const ticket_kinds[];
/* critical, high, medium, low: severity 1 … 4; NULL-terminated */
extern const char *const ticket_severities[];

struct ticket {
    int64_t id;
    struct str kind, title, feature, dedupe, item, variant, evidence, source;
    int severity; /* 1 critical … 4 low */
    int64_t run;  /* 0: not seen in a run */
    double opened_at;
    /* from the events */
    enum ticket_state state;
    struct str owner, example;
    int64_t affected, merged_into;
    double acknowledged_at, fixed_at; /* NaN: not yet; of the way since the last reopening */
    double resolved_at;               /* when it became verified or closed; NaN: not resolved */
    int reopened;                     /* how often */
};

struct ticket_event {
    int64_t id;
    double at;
    struct str who, action, state, owner, example, note;
    int64_t other, affected;
};

/* Opens one. With a dedupe key that a ticket has already, that ticket gets a `seen` event (and is
 * reopened if it was resolved) instead: *ret_new tells, t->id is its id. */
MUST_CHECK bool ticket_open(struct store *s, struct ticket *t, const char *who, bool *ret_new,
                            struct err *e);

/* "T7" or "7". ERR_NOT_FOUND when there is no such ticket. Texts live in the arena. */
MUST_CHECK bool ticket_get(struct store *s, struct arena *a, const char *id, struct ticket *ret,
                           struct err *e);
MUST_CHECK bool ticket_list(struct store *s, struct arena *a, struct ticket **ret, size_t *ret_n,
                            struct err *e);
MUST_CHECK bool ticket_events(struct store *s, struct arena *a, int64_t id,
                              struct ticket_event **ret, size_t *ret_n, struct err *e);

/* One step on the way; refused with a sentence when the state does not allow it. */
MUST_CHECK bool ticket_assign(struct store *s, struct ticket *t, const char *owner, const char *who,
                              struct err *e);
MUST_CHECK bool ticket_acknowledge(struct store *s, struct ticket *t, const char *who,
                                   struct err *e);
/* With `example` NULL the ticket is closed, and `note` must say why. */
MUST_CHECK bool ticket_fix(struct store *s, struct ticket *t, const char *example, const char *note,
                           const char *who, struct err *e);
MUST_CHECK bool ticket_reopen(struct store *s, struct ticket *t, const char *note, const char *who,
                              struct err *e);
MUST_CHECK bool ticket_merge(struct store *s, struct ticket *t, const struct ticket *into,
                             const char *who, struct err *e);

/*
 * Looks at the regression examples of fixed and verified tickets in a variant of a run: passing
 * makes a fixed ticket verified, failing reopens either. Examples the run does not have, errors,
 * and runs that started before the fix change nothing. Tickets that moved go to the callback.
 */
struct run_row;
MUST_CHECK bool tickets_verify(struct store *s, struct arena *a, const struct run_row *run,
                               int64_t variant, void (*moved)(void *arg, const struct ticket *t),
                               void *arg, struct err *e);
