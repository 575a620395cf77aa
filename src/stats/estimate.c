/* Estimates: making and writing them; see estimate.h. */
#include "stats/estimate.h"

struct estimate estimate_none(const char *method)
{
    return (struct estimate){STAT_NAN, STAT_NAN, STAT_NAN, 0, method};
}

struct estimate estimate_of(struct interval i, size_t n, const char *method)
{
    return (struct estimate){i.est, i.low, i.high, n, method};
}

void estimate_write(struct jw *w, const char *key, struct estimate v)
{
    if (key)
        jw_key(w, key);
    jw_obj(w);
    jw_knum(w, "value", v.value);
    jw_knum(w, "low", v.low);
    jw_knum(w, "high", v.high);
    jw_kint(w, "n", (int64_t)v.n);
    jw_kc(w, "method", v.method);
    jw_end(w);
}
