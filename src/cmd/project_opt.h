#pragma once

#include "cmd/cmd.h"
#include "spec/project.h"

/* The row for the option table of every verb that works on a project. */
#define PROJECT_OPT \
    {'f', "file", OPT_STRING, "FILE", "the project file (default: plimsoll.yaml)"}

/* What -f says, or "plimsoll.yaml". */
const char *project_opt_path(const struct cmd *c);

/* Loads the project for as long as c->a lives; on failure c->err says why (then cmd_fail). */
MUST_CHECK bool project_opt_load(struct cmd *c, struct project **ret);

/* Where the store is, for verbs that only look into it: PLIMSOLL_STORE, else what the project
 * says. With the variable set there need be no project. */
MUST_CHECK bool project_opt_store(struct cmd *c, const char **ret);
