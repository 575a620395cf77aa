#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

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
enum split { SPLIT_TRAIN, SPLIT_TEST, SPLIT_ANCHOR };
const char *split_name(enum split s); /* "train" */
bool split_parse(struct str s, enum split *ret);

/* One example. Everything is borrowed from the arena given to golden_item. */
struct item {
    struct str id;
    yyjson_val *input;    /* always an object: a plain string comes as {"input": "…"} */
    yyjson_val *expected; /* any value; NULL if absent */
    yyjson_val *tags;     /* an object; NULL if absent */
    yyjson_val *context;  /* a list of strings; NULL if absent (a single string comes as a list) */
    enum split split;
    struct str source, notes; /* null strings if absent */
    struct str cluster;   /* items that belong together (one customer, one document) and are not
                             independent; null string if absent */
    double weight;        /* default 1, > 0 */
    yyjson_val *object;   /* the whole line as an object */
    size_t line;          /* line in the file, 1-based */
};

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
 * duplicate id goes to `bad` too, and its later line is left out. */
MUST_CHECK bool golden_load_lenient(struct arena *a, const char *path,
                                    void (*bad)(void *arg, const struct err *why), void *arg,
                                    struct golden **ret, struct err *e);

/* Reads item i (< n) into *ret, valued from `a`. Safe from several threads, each with its own
 * arena. Fails only when the file cannot be read any more or was changed in place. */
MUST_CHECK bool golden_item(const struct golden *g, size_t i, struct arena *a, struct item *ret,
                            struct err *e);

/* Position of the item called `id`, or -1. */
ptrdiff_t golden_find(const struct golden *g, struct str id);

/* Makes an item from a parsed line; `file` and `line` are for messages. */
MUST_CHECK bool item_from_json(struct arena *a, yyjson_val *obj, const char *file, size_t line,
                               struct item *ret, struct err *e);

/* The item as one canonical golden line without line break: fixed order of the known keys,
 * absent and default members left out, keys inside sorted. */
struct str item_to_json(struct arena *a, const struct item *it);

/* The value of tag `key` as people write it, or the null string. */
struct str item_tag(struct arena *a, const struct item *it, const char *key);

/* All texts of the input, joined by line breaks: what similarity and the baselines look at. With
 * a single text member that member itself. */
struct str item_text(struct arena *a, const struct item *it);

/* Hash of what one item contributes to the version. */
struct digest item_digest(struct arena *a, const struct item *it);
