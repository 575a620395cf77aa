#pragma once

#include "run/plan.h"
#include "run/unit.h"

/* From an item and a variant to a call, and from replies to rows of the store and back. */

/* Fills u->call and, for remote models, u->request and the key under which the answer is found
 * again: the hash of the whole request, of what identifies the model, and of the epoch. (Local
 * models are asked again; the recorder gives their answers keys.) */
MUST_CHECK bool request_make(const struct plan *p, struct unit *u, struct arena *a,
                             struct err *e);

/* The messages of a call as they are kept (JSON, in `a`), and its key. For calls that are no
 * variant's: a grader's. */
MUST_CHECK bool request_describe(const struct call *c, struct arena *a, struct str *ret_text,
                                 struct store_key *ret_key, struct err *e);

/* A reply as a row, texts copied into `a`; the key stays as it is. `x` is kept in
 * the record. Not for REPLY_SKIPPED. */
void request_to_row(const struct reply *rep, double now, const struct unit_extras *x,
                    struct arena *a, struct output_row *ret);
/* A row as the reply it was; texts are borrowed. */
void request_from_row(const struct output_row *o, struct reply *ret);
