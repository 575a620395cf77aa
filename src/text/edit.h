#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Edit distances, on characters (code points). Texts of more than 100,000 characters are refused
 * (ERR_LIMIT).
 */

/* Levenshtein distance: insertions, deletions and substitutions cost 1. Bit-parallel (Myers, "A
 * fast bit-vector algorithm for approximate string matching", 1999; Hyyrö's form, 2003), in
 * O(nx * ny / 64). */
MUST_CHECK bool levenshtein(struct arena *a, struct str x, struct str y, size_t *ret,
                            struct err *e);

/* 1 - distance / length of the longer text; 1 when both are empty. */
MUST_CHECK bool levenshtein_ratio(struct arena *a, struct str x, struct str y, size_t *ret_distance,
                                  double *ret, struct err *e);

/* Jaro-Winkler similarity (Winkler 1990): prefix weight 0.1, at most 4 characters of prefix, and
 * only above a Jaro similarity of 0.7. For names: refused over 10,000 characters. */
MUST_CHECK bool jaro_winkler(struct arena *a, struct str x, struct str y, double *ret,
                             struct err *e);
