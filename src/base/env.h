#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * What comes in from outside besides files: the clock, the seed, environment variables, whether
 * we talk to a terminal. Passed down explicitly, so that any run can be replayed and any test
 * can fix it. PLIMSOLL_NOW (seconds since 1970) and PLIMSOLL_SEED fix the wall clock and seed.
 */
struct env {
    uint64_t seed;          /* default 1 */
    double fixed_now;       /* seconds since 1970, or NaN: the real clock */
    bool colour;            /* standard output is a terminal that wants colour */
    bool progress;          /* standard error is a terminal: draw bars */
    int width;              /* columns of the terminal, 100 when there is none */
    bool quiet;             /* --quiet: no progress, no notes */
};

void env_init(struct env *env);

/* Value of an environment variable, or NULL. The only place that reads the environment. */
const char *env_get(const struct env *env, const char *name);

/* Wall clock, seconds since 1970. */
double env_now(const struct env *env);
