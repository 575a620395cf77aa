#pragma once

#include "base/buf.h"
#include "report/gather.h"

/* The report as one self-contained HTML page: style and charts inside, no script, nothing loaded
 * from anywhere. Texts of items and models go through the escaping writer. */
void report_write_page(struct arena *a, const struct report *r, struct buf *b);
