#pragma once

#include "cmd/cmd.h"
#include "run/summary.h"

/* How a run's summaries are shown: shared by the verbs `run` and `show`. */

/* "91.2% (87.1 to 94.2)"; "–" when not estimable. In the arena. */
const char *run_table_rate(struct arena *a, const struct estimate *e);
/* "412 ms", "2.3 s" from milliseconds; "–" when unknown. */
const char *run_table_ms(struct arena *a, double ms);
/* "$0.00042"; "–" when unknown. */
const char *run_table_usd(struct arena *a, double usd);

/* One row a variant on standard output. */
void run_table_print(struct cmd *c, struct summary *const *s, size_t n);
/* What each grader said of one variant, when there are several. */
void run_table_graders(struct cmd *c, const struct summary *s);
/* The slices of one variant, if it has any. */
void run_table_slices(struct cmd *c, const struct summary *s);
