#pragma once

#include <math.h>
#include <stddef.h>

#include "text/jsonw.h"

/* "Undefined, not estimable, unbounded" inside C. The writers turn it into null. */
#define STAT_NAN ((double)NAN)

/* A value with its confidence limits; each is STAT_NAN where it is undefined. */
struct interval {
    double est, low, high;
};

/*
 * What every number the program shows carries: the value, its interval, the number of
 * observations behind it and the name of the method ("wilson", "t", "bca", …; static text).
 * STAT_NAN: not estimable; n = 0 and all NaN: not measured.
 */
struct estimate {
    double value, low, high;
    size_t n;
    const char *method;
};

struct estimate estimate_none(const char *method);
struct estimate estimate_of(struct interval i, size_t n, const char *method);

/* The object {"value", "low", "high", "n", "method"}; STAT_NAN is written as null. With a key it
 * is a member of the open object, with key NULL an element or the whole document. */
void estimate_write(struct jw *w, const char *key, struct estimate v);
