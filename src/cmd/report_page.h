#pragma once

#include "cmd/cmd.h"
#include "report/gather.h"

/* The report of a feature as HTML into `b`, its gate decided where there is one. On failure
 * c->err says why. */
MUST_CHECK bool report_page_make(struct cmd *c, struct store *s, const struct project *p,
                                 const struct feature *f, const struct report_opts *o,
                                 struct buf *b);
