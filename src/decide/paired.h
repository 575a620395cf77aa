#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "stats/estimate.h"

/*
 * The paired comparison of one number per item under two variants: which is better, by how much,
 * how sure, and how many items would settle it. The unit is the item (epochs were averaged
 * before), or the cluster of items where there are clusters.
 */
enum verdict { VERDICT_BETTER, VERDICT_WORSE, VERDICT_NO_DIFFERENCE, VERDICT_INCONCLUSIVE };
const char *verdict_name(enum verdict v); /* "better", "no_difference", … */

struct paired_opts {
    double confidence;  /* two-sided, of the intervals and of better/worse; usually 0.95 */
    double margin;      /* differences within ±margin do not matter; NaN: none was given */
    bool stopped_early; /* the number of items depended on the results */
    bool display_only;  /* skip the resampling methods: slices and long tables */
    uint64_t seed;      /* of the resampling methods */
};

/* Clusters of the items: of[i] < n says which one item i belongs to. */
struct paired_clusters {
    const size_t *of;
    size_t n;
};

struct paired {
    size_t n;                        /* pairs */
    struct estimate a, b, diff;      /* diff = b - a, from the pairs */
    double p_value;                  /* two-sided, of no difference; NaN: not estimable */
    const char *method;              /* of p_value and diff together; static text */
    size_t b_better, a_better, ties; /* items */
    enum verdict verdict;
    /* Items in all (not more) that would give a verdict with power 0.8 if what was seen is the
     * truth; NaN: the verdict is there, or no number of items below 10 million would. */
    double n_needed;
    const char *note; /* why something is not estimable, or NULL; static text */
};

/*
 * a[i] and b[i] belong to item i. `clusters` may be NULL. Methods (docs/compare.md):
 *   all values 0 or 1, no clusters: exact McNemar with mid-p (Fagerland, Lydersen & Laake 2013),
 *       interval of Tango (1998);
 *   other numbers: Student's t on the differences; where they are so skewed that n < 25 G1²
 *       (Cochran 1977, §2.15) and n >= 30, the BCa bootstrap with a sign-flip test;
 *   clusters: CR1 cluster-robust t on the differences; fewer than 5 clusters give no interval.
 *   runs that stopped early: betting confidence sequence on the differences, and for 0/1 values a
 *       p-value that is valid at any stop; scores outside [0, 1] and clusters have neither.
 *   No variance at all: Tango's interval on the items (or clusters) as wins, losses and ties.
 * Better and worse need the interval and the test to agree. No difference needs a margin: the
 * interval of two one-sided tests (confidence 2c - 1) lies within ±margin.
 */
struct paired paired_compare(struct arena *scratch, const double *a, const double *b, size_t n,
                             const struct paired_clusters *clusters, const struct paired_opts *o);

/* Whether differences are so skewed that t should not be trusted with their mean: n < 25 G1², G1
 * the moment skewness (Cochran, Sampling Techniques, 1977, §2.15), and n >= 30 so that the
 * bootstrap has something to draw from. */
bool paired_is_skewed(const double *d, size_t n);
