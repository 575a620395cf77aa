#pragma once

#include "cmd/cmd.h"
#include "store/runs.h"

/* Prints one item of a run: what was asked, what came back, what the graders said, for each of
 * the n variants and each epoch. Returns the exit status. */
int show_item(struct cmd *c, struct store *s, int64_t run, const struct run_variant_row *v,
              size_t n, const char *item);
