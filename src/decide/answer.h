#pragma once

#include "decide/compare.h"
#include "decide/gate.h"
#include "text/jsonw.h"

/* The answers of compare and gate: as JSON that others script against (formats.md), and as
 * sentences for people. */

/* {"a", "b", "n", "success", "graders", "slices", "flips", "verdict", "n_needed", …} */
void answer_compare_json(const struct comparison *c, struct jw *w);
/* {"feature", "variant", "baseline", "verdict", "requirements", …} */
void answer_gate_json(const struct gate *g, struct jw *w);

/* 0 better or no difference, 1 worse, 3 inconclusive. */
int answer_compare_status(const struct comparison *c);

/* "v3 is better than v2: +3.1 points (95% interval +1.2 to +5.0) on 500 items". */
const char *answer_compare_sentence(struct arena *a, const struct comparison *c);
/* "not enough evidence: 2 of 5 requirements are undecided; about 430 items would settle them". */
const char *answer_gate_sentence(struct arena *a, const struct gate *g);
/* What else the reader must know before trusting it: errors, ids without a partner, a set that
 * was not run whole. Each a sentence without full stop; NULL-terminated. */
const char **answer_compare_notes(struct arena *a, const struct comparison *c);
const char **answer_gate_notes(struct arena *a, const struct gate *g);

/* "92.0% (89.1 to 94.3)", "0.812 (0.79 to 0.83)", "not measured"; shares as percentages. */
const char *answer_share(struct arena *a, struct estimate e);
const char *answer_score(struct arena *a, struct estimate e);
/* "+3.1 points (+1.2 to +5.0)"; for scores "+0.031 (…)". */
const char *answer_diff(struct arena *a, struct estimate e, bool share);
/* "0.0312", "< 0.0001", "–" */
const char *answer_p(struct arena *a, double p);
