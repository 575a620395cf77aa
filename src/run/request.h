#pragma once

#include "run/plan.h"
#include "run/unit.h"

/* Fills u->call (and u->request for remote models) and the key under which the answer is found
 * again: the hash of the whole request, of what identifies the model, and of the epoch. */
MUST_CHECK bool request_make(const struct plan *p, struct unit *u, struct arena *a,
                             struct err *e);
