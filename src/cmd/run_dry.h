#pragma once

#include "cmd/cmd.h"
#include "run/plan.h"

/* `run --dry-run`: prints what the plan would ask for and cost. The store at `where` need not
 * exist. Returns the exit status. */
int run_dry(struct cmd *c, const struct plan *p, const char *where);
