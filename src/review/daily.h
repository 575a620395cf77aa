#pragma once

#include "review/routing.h"

/*
 * The daily reading: at least 20 outputs, half of them drawn at random from what passes unseen, the
 * others chosen to learn from, in turn the least certain, the failed, and the first of a cluster
 * nobody has reviewed. A day finds failures, only a longer time estimates them.
 */
struct daily_deal {
    int64_t audit, uncertain, failed, fresh; /* how many of each wait for today */
};

/* Chooses `want` outputs of a batch, adds those that are not in the queue, and moves all of them
 * to its front (priority DAILY_PRIORITY and more). */
#define DAILY_PRIORITY 10.0
MUST_CHECK bool daily_choose(struct arena *a, struct store *s, const struct result_set *rs,
                             const struct routing_options *o, const struct review_options *r,
                             const struct routing_batch *b, size_t want, struct daily_deal *ret,
                             struct err *e);

/* Items judged on a UTC day or in the week that ends with it. */
struct daily_count {
    int64_t read;               /* items with a label, seeded ones left out */
    int64_t audit, audit_wrong; /* of the audit stream: what a bound can be computed from */
    double upper;               /* 95% one-sided upper bound of the audit's failure rate; NaN: no
                                   audit was read */
};
struct daily_state {
    struct daily_count day, week;
    int streak;                 /* days in a row with at least `want`, up to today or yesterday */
};
/* `reviewer` NULL: all; `feature` NULL: all. */
MUST_CHECK bool daily_state_of(struct store *s, const char *feature, const char *reviewer, int want,
                               struct daily_state *ret, struct err *e);
