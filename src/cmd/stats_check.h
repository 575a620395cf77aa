#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cmd/cmd.h"

/* Runs every reference value in a folder through the table of statistics: one JSON file a case,
 * {"function", "inputs", "expected", "source"}; INDEX.csv (columns file and rel_tol), when there
 * is one, gives the tolerances. Numbers agree when |got - want| <= rel_tol · max(|want|, 1e-3) +
 * 1e-12; whole numbers, booleans, nulls and lengths of lists exactly. Prints a line for each case
 * that differs, with the path of the first field that does, and a closing line with the counts
 * (with --json: one document). Error: the folder cannot be read or holds no case. */
MUST_CHECK bool stats_check(struct cmd *c, const char *dir, size_t *ret_failed);
