#pragma once

#include "cmd/cmd.h"
#include "decide/compare.h"

/* `compare --matrix FILE`: every pair of systems in a CSV of items × systems, by the paired test
 * and, for contrast, by the unpaired z-test people use instead. Returns the exit status. */
int cmd_matrix(struct cmd *c, const char *path, const struct compare_opts *o);
