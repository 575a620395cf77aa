#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* All the problems of a spec; at most 200 are kept. The zero value with `a` set is empty. */
struct spec_report {
    struct arena *a;
    struct err *v;
    size_t n;
};

enum { SPEC_REPORT_MAX = 200 };

/* Appends a copy of *e. */
void spec_report_add(struct spec_report *r, const struct err *e);

/* Orders by file (`root` first, then as files first come up), line and column, and drops
 * repetitions. */
void spec_report_sort(struct spec_report *r, const char *root);
