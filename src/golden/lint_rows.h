#pragma once

#include <stdint.h>

#include "golden/lint.h"
#include "golden/similar.h"

/*
 * The facts lint needs of each row, gathered in one pass on all cores; for use inside golden/.
 * Equal hashes mean equal values.
 */
enum row_flag {
    ROW_NO_EXPECTED = 1,
    ROW_CONTAINER = 2,     /* expected is a list or an object: no label */
    ROW_EMPTY = 4,
    ROW_UNKNOWN_KEY = 8,
    ROW_GARBLED = 16,
    ROW_LABEL_UNKNOWN = 32, /* not in options->labels */
    ROW_BAD = 64,           /* could not be read again */
};

struct lint_rows {
    size_t n;
    uint64_t *input;     /* input and context, white space collapsed, Unicode NFC */
    uint64_t *expected;  /* 0: none */
    uint64_t *slice;     /* n_slices × n; 0: no such tag */
    size_t n_slices;
    uint32_t *bands;     /* n × SIMILAR_BANDS; NULL when not wanted */
    uint8_t *flags;
};

/* Everything is in `a`-deferred memory. `o` and `g` must outlive the call only. */
void lint_rows_gather(struct arena *a, const struct golden *g, const struct lint_options *o,
                      struct lint_rows *ret);

/* Message parts for a row with ROW_EMPTY, ROW_UNKNOWN_KEY or ROW_GARBLED; NULL if there is none. */
const char *lint_empty_fields(struct arena *a, const struct item *it);
const char *lint_unknown_key(struct arena *a, const struct item *it);
const char *lint_garbled(struct arena *a, const struct item *it);
