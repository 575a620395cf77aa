#pragma once

#include "cmd/cmd.h"
#include "decide/compare.h"

/* Prints a comparison for people: a table of success, graders and slices, what flipped (at most
 * `most_ids` ids of each kind), notes, and the verdict as a sentence. */
void compare_print(struct cmd *c, const struct comparison *cmp, size_t most_ids);
