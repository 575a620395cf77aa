#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "decide/models.h"
#include "stats/noninferiority.h"

/*
 * A cheap variant first, an expensive one for what the cheap one is unsure of. The threshold is
 * chosen on a random half of the items both answered; the other half says what it is worth, so
 * that the figures are not flattered by the choice.
 */
struct cascade_options {
    double conf, margin; /* margin: success the cascade may lose against always-expensive */
    uint64_t seed;
};

struct cascade_answer {
    const char *cheap, *expensive;
    size_t n_choose, n_verify;
    size_t n_skipped; /* outputs of either that lack a partner, or where one is an error */
    double threshold; /* escalate under it; 0: never, INFINITY: always */
    /* On the verifying half: */
    struct estimate escalated, success, success_expensive, success_cheap;
    struct estimate diff;                          /* cascade - always expensive */
    struct estimate cost_per_task, cost_expensive; /* USD; none where costs are missing */
    double saving;       /* 1 - cost / cost of always expensive; NaN: not known */
    struct estimate p95; /* of the cascade: an escalated output takes both times */
    enum ni_verdict verdict;
};

/* The threshold is the cheapest of 40 steps of coverage, never and always, whose success on the
 * choosing half is at least that of always-expensive there. Errors: a name that is no variant,
 * the cheap one without a confidence, fewer than 20 shared items. */
MUST_CHECK bool cascade_choose(struct arena *a, const struct model_set *s, const char *cheap,
                               const char *expensive, const struct cascade_options *o,
                               struct cascade_answer *ret, struct err *e);
