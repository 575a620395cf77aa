#pragma once

#include "store/outputs.h"
#include "store/runs.h"
#include "web/call.h"

/* Reading of runs that several pages share. */

/* The run that `text` ("r7", "last") names, with its variants; see c->err on failure. */
MUST_CHECK bool view_run(struct web_call *c, struct str text, struct run_row *ret,
                         struct run_variant_row **ret_v, size_t *ret_n);
