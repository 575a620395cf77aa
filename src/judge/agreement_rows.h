#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "stats/agreement.h"
#include "stats/estimate.h"

/*
 * Ratings of the same items by several people or judges, from a plain file: a row a rating (`id`,
 * `rater`, `value`, optional `criterion`) or a row an item with a column for each rater.
 */
struct rating_set {
    const char *criterion;            /* or NULL */
    struct map units, raters, labels; /* labels: texts, when values are not numbers */
    VEC(double) v;                    /* unit, rater, value triples */
    bool numeric;
};

struct rating_sets {
    VEC(struct rating_set *) sets; /* one a criterion, in order of appearance */
};

/* `raters` names the columns (NULL-terminated), or is NULL for a row a rating. A rater who rates
 * a unit twice is an error with its position. */
MUST_CHECK bool ratings_read(struct arena *a, const char *path, const char *const *raters,
                             struct rating_sets **ret, struct err *e);

struct agreement {
    struct estimate raw;      /* share of pairs of raters that give the same value */
    struct estimate kappa;    /* Cohen for two raters, Fleiss for more */
    struct estimate weighted; /* quadratic weights, two raters and numbers */
    struct estimate nominal, ordinal, interval; /* Krippendorff's alpha */
    struct estimate ac1;
    size_t n_units, n_raters, n_ratings, n_categories;
};

/* Bootstrap intervals use `resamples` seeded draws of units. */
void agreement_of(struct arena *a, const struct rating_set *s, double conf, size_t resamples,
                  uint64_t seed, struct agreement *ret);
