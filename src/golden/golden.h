#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "golden/item.h"

/*
 * A golden set: examples with what is expected of them. A set may have millions of lines, so
 * only an index of 32 bytes a line stays in memory; golden_item reads and parses one line when
 * it is asked for (about a microsecond). The file stays open: a set that is replaced while in
 * use keeps its old content, one that is edited in place is noticed and refused.
 *
 * JSONL is the format; CSV and TSV with a header are read as well (columns id, input or
 * input.NAME, expected, tags.NAME or tag:NAME, split, context, source, weight, notes, cluster;
 * any other column becomes a member of input).
 */
/* In the order of the file. */
struct golden_row {
    uint64_t offset, id_hash;
    uint32_t len, check, line;
    uint8_t split;
};

struct golden {
    const char *path;
    size_t n;
    struct golden_row *row;
    /* Hash of the canonical content: the same whatever the order of lines and keys, white space,
     * spelled-out defaults, CSV or JSONL. Notes do not count, everything else does. */
    struct digest version;
    size_t n_split[3];
    struct golden_private *priv;
};

/* Limits of one set. */
enum { GOLDEN_MAX_LINES = 50000000 };

/* Loads the set at `path` ("-": standard input). The first line that is no golden line is the
 * error, with file:line:col; a duplicate id is one as well. Closed and freed with the arena. */
MUST_CHECK bool golden_load(struct arena *a, const char *path, struct golden **ret,
                            struct err *e);

/* The same for tools that want to see every bad line: each is given to `bad`, and left out. A
 * duplicate id (code ERR_CONFLICT) goes to `bad` too, and its later line is left out. Broken CSV
 * quoting still fails: what follows cannot be told apart. */
MUST_CHECK bool golden_load_lenient(struct arena *a, const char *path,
                                    void (*bad)(void *arg, const struct err *why), void *arg,
                                    struct golden **ret, struct err *e);

/* Reads item i (< n) into *ret, valued from `a`. Safe from several threads, each with its own
 * arena. Fails only when the file cannot be read any more or was changed in place. */
MUST_CHECK bool golden_item(const struct golden *g, size_t i, struct arena *a, struct item *ret,
                            struct err *e);

/* Position of the item called `id`, or -1. */
ptrdiff_t golden_find(const struct golden *g, struct str id);
