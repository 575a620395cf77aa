#pragma once

#include "base/buf.h"
#include "decide/gate.h"

/* The gate's answer as files for other machines and for a pull request. */

/* JUnit XML: a test case a requirement (and a slice). Proven false is a failure, undecided an
 * error, so that a CI job shows both and counts neither as passed. */
void gate_write_junit(const struct gate *g, struct buf *b);

/* Markdown: the verdict, a table of the requirements, the notes and the evidence. */
void gate_write_markdown(struct arena *a, const struct gate *g, struct buf *b);

/* "92.0% (89.1 to 94.3, n 500)": what a finding observed, as people read it. */
const char *gate_observed_text(struct arena *a, const struct requirement *req, struct estimate e);
/* ">= 90.0%", "not worse by 2.0 points": what it is held against. */
const char *gate_limit_text(struct arena *a, const struct requirement *req);
