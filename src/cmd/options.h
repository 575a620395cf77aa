#pragma once

#include "cmd/cmd.h"

/* Reads options and positional arguments into c->values, c->argc, c->argv. "--" ends options. */
MUST_CHECK bool options_parse(struct cmd *c, int argc, char **argv);

/* The rows common to all commands (--json, --quiet, -C, --help); ends with a NULL name. */
extern const struct opt_def common_opts[];
