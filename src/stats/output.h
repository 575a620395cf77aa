#pragma once

#include <stddef.h>

#include "text/jsonw.h"

/* Lists and optional counts in a statistic's result. STAT_NAN is written as null. */

void out_nums(struct jw *w, const char *key, const double *v, size_t n);
/* Row by row, each a list. */
void out_table(struct jw *w, const char *key, const double *v, size_t rows, size_t cols);
void out_count(struct jw *w, const char *key, size_t v);
/* SIZE_MAX, which stands for "none", is written as null. */
void out_index(struct jw *w, const char *key, size_t v);
