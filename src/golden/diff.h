#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "golden/golden.h"

/* What changed between two versions of a golden set, by id. */
enum diff_kind { DIFF_ADDED, DIFF_REMOVED, DIFF_CHANGED, DIFF_RENAMED };
const char *diff_kind_name(enum diff_kind k);

struct diff_change {
    enum diff_kind kind;
    const char *id;       /* in B; for DIFF_REMOVED in A */
    const char *old_id;   /* DIFF_RENAMED */
    size_t line_a, line_b; /* 0: not there */
    const char **fields;  /* DIFF_CHANGED: names of what differs, NULL-terminated */
    const char *before, *after; /* of the first field that differs, as text; or NULL */
};

struct golden_diff {
    struct diff_change *change; /* as in B, removed ones last, as in A */
    size_t n;
    size_t n_kind[4];
    size_t unchanged;
};

/* Renamed: the same content under an id that is only in A, then under one that is only in B. */
MUST_CHECK bool golden_compare(struct arena *a, const struct golden *x, const struct golden *y,
                               struct golden_diff *ret, struct err *e);
