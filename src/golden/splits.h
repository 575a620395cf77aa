#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "golden/golden.h"

/*
 * Dividing a set into train, test and anchor. Examples that belong together stay together:
 * those with one cluster, and those with one input (so that no test input is trained on).
 * Anchors that exist stay anchors: they keep the weeks comparable.
 *
 * Stratified: groups are ordered by stratum (the label, or the tags named), shuffled within, and
 * the splits are laid over that order at even distances, so each stratum and the whole get their
 * share to within one group. The same seed gives the same split of the same set on any machine,
 * whatever the order of its lines.
 */
struct split_options {
    double train, anchor;     /* shares in [0, 1]; the rest is test */
    const char *const *by;    /* tags to stratify by; NULL or empty: the expected label */
    uint64_t seed;
};

/* The new split of each row into ret (g->n of them, enum split). */
MUST_CHECK bool splits_assign(struct arena *a, const struct golden *g,
                              const struct split_options *o, uint8_t **ret, struct err *e);
