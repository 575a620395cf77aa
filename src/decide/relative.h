#pragma once

#include "decide/bound.h"

/*
 * Requirements against a baseline, from the items both variants ran: candidate minus baseline
 * (for "by 10%" of a cost or latency the relative change) with one-sided bounds at both ends.
 *
 *   shares, one epoch, no clusters   Tango's score interval (the test of non-inferiority)
 *   shares and scores otherwise      t over item differences, cluster-robust where clustered,
 *                                    after one win and one loss were added to a share's items
 *                                    (Bonett & Price 2012), so that near-perfect agreement is not
 *                                    taken for certainty
 *   skewed scores (n < 25 G1²)       BCa bootstrap over items
 *   latency quantiles, costs         percentile bootstrap over items, both variants together
 *
 * With MISSING_COUNTS_AGAINST an output of the candidate without a value counts as the worst, one
 * of the baseline as the best that could have happened.
 */
struct bound bound_relative(struct arena *scratch, const struct evidence *candidate,
                            const struct evidence *baseline, struct item_list items,
                            const struct requirement *req, double alpha, enum missing_policy policy,
                            uint64_t seed);
