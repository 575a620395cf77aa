/* Writing lists and counts of a result; see output.h. */
#include "stats/output.h"

#include <stdint.h>

static void list(struct jw *w, const double *v, size_t n)
{
    jw_arr(w);
    for (size_t i = 0; i < n; i++)
        jw_num(w, v[i]);
    jw_end(w);
}

void out_nums(struct jw *w, const char *key, const double *v, size_t n)
{
    jw_key(w, key);
    list(w, v, n);
}

void out_table(struct jw *w, const char *key, const double *v, size_t rows, size_t cols)
{
    jw_key(w, key);
    jw_arr(w);
    for (size_t i = 0; i < rows; i++)
        list(w, v + i * cols, cols);
    jw_end(w);
}

void out_count(struct jw *w, const char *key, size_t v)
{
    jw_key(w, key);
    jw_uint(w, v);
}

void out_index(struct jw *w, const char *key, size_t v)
{
    jw_key(w, key);
    if (v == SIZE_MAX)
        jw_null(w);
    else
        jw_uint(w, v);
}
