#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct feature;
struct result_set;

/*
 * Which graders of a run say whether an output shows a failure mode (hallucination, refusal, …),
 * for requirements like `hallucination_rate <= 0.01`. A grader looks for a mode when it is named
 * like it, or when its type does. Types that estimate rather than check (an overlap with the
 * sources, a judge's opinion) are detectors: their rate decides nothing until people's labels say
 * how far it can be trusted.
 */
struct failure_mode {
    const char *name;
    bool *grader;  /* one for each grader of the run: does it count? */
    bool detector; /* at least one of them only estimates */
};

struct failure_graders {
    struct failure_mode *mode;
    size_t n;
};

/* `feature` says the types; with NULL only names are looked at, and every grader is taken for a
 * detector. In the arena. */
struct failure_graders failure_graders_find(struct arena *a, const struct result_set *rs,
                                            const struct feature *feature);
