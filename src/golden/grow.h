#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "golden/item.h"

/*
 * How a golden set grows: examples are appended, never twice. An example is there already when
 * the set holds its input (and context) with the same expected answer; that is fine and counted.
 * It contradicts when its id stands for something else or its input expects another answer; then
 * nothing at all is appended.
 */
struct grow_result {
    size_t added;
    size_t known;      /* there already */
    const char **ids;  /* of those added, in `a`; n = added */
};

/*
 * Appends `n` items to the JSONL set at `path` (made, with its folders, if there is none). Items
 * with an empty id get one: `prefix`-0001 and on, the first that is free. The file is locked
 * while this goes on; the lines go out in one write. Contradictions are ERR_CONFLICT at the line
 * of the older example, with both ids.
 */
MUST_CHECK bool golden_append(struct arena *a, const char *path, struct item *items, size_t n,
                              const char *prefix, struct grow_result *ret, struct err *e);
