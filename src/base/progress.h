#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/env.h"

/*
 * Progress of long work on standard error. On a terminal: a bar with share, rate, time left,
 * cost and errors, redrawn at most ten times a second. Elsewhere: a line every five seconds.
 * Nothing is printed for work that ends within half a second, or when env->quiet.
 */
struct progress {
    const struct env *env;
    const char *label;
    size_t total, done, errors;
    double cost_usd;
    double started, drawn;
    bool shown;
};

void progress_start(struct progress *p, const struct env *env, const char *label, size_t total);
/* Sets the counts and redraws when it is time. */
void progress_update(struct progress *p, size_t done, size_t errors, double cost_usd);
void progress_end(struct progress *p); /* removes the bar */
