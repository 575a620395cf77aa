#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

struct row; /* golden/rows.h */

enum split { SPLIT_TRAIN, SPLIT_TEST, SPLIT_ANCHOR };
const char *split_name(enum split s); /* "train" */
bool split_parse(struct str s, enum split *ret);

/* One example of a golden set: one line of its file. Everything is borrowed from the arena that
 * the item was read into. */
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

/* The keys a golden line may have, in the order they are written; NULL-terminated. */
extern const char *const item_members[];

/*
 * Reads a golden line. `id` and `input` are required. Positions in errors are those of the value
 * that is wrong. Strict JSON: a key that stands twice is an error.
 */
MUST_CHECK bool item_parse(struct arena *a, struct str text, const char *file, size_t line,
                           struct item *ret, struct err *e);

/* The same from a row that is read already (JSONL or CSV; for CSV see golden.h). */
MUST_CHECK bool item_from_row(struct arena *a, const struct row *row, struct item *ret,
                              struct err *e);

/* The same from a parsed object; `file` and `line` are for messages. */
MUST_CHECK bool item_from_json(struct arena *a, yyjson_val *obj, const char *file, size_t line,
                               struct item *ret, struct err *e);

/* Appends the item as one canonical golden line without line break: id, input, expected, tags,
 * split, context, source, weight, notes, cluster in this order, then other keys sorted; absent
 * and default members left out, keys inside sorted, numbers in shortest form. An input of one
 * text called "input" is written as that text. */
void item_write(struct buf *b, const struct item *it);

/* Hash of what one item contributes to the version of its set: item_write without the notes. */
struct digest item_digest(const struct item *it);
/* item_write into the arena and item_digest in one pass. */
struct str item_line(struct arena *a, const struct item *it, struct digest *ret_digest);

/* The value of tag `key` as people write it, or the null string. */
struct str item_tag(struct arena *a, const struct item *it, const char *key);

/* All texts of the input, joined by line breaks: what similarity and the baselines look at. With
 * a single text member that member itself. */
struct str item_text(struct arena *a, const struct item *it);

/* `expected` as a label: text, number or truth value as people write it; the null string when it
 * is absent, a list or an object. */
struct str item_label(struct arena *a, const struct item *it);
