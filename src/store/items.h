#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* Golden examples as they were when they ran, stored once by content, so that a result can be
 * read long after the golden set has moved on. */
struct item_row {
    int64_t id;
    struct store_key hash;  /* of the canonical content */
    struct str name;        /* the example's own id */
    int split;              /* 0 train, 1 test, 2 anchor */
    struct str tags;        /* JSON object, or null */
    struct str cluster;     /* or null */
    double weight;
    struct str body;        /* the whole line as JSON */
};

/* The id of the item with this hash; *ret 0 when there is none. */
MUST_CHECK bool item_by_hash(struct store *s, const struct store_key *hash, int64_t *ret,
                             struct err *e);
/* Writes an item that item_by_hash did not find; inside a transaction. Fills in the id. */
MUST_CHECK bool item_put(struct store *s, struct item_row *item, struct err *e);
/* Texts live in the arena. ERR_NOT_FOUND when there is no such id. */
MUST_CHECK bool item_get(struct store *s, struct arena *a, int64_t id, struct item_row *ret,
                         struct err *e);
/* The items of a variant of a run by the example's own id; *ret 0 when it has none. */
MUST_CHECK bool item_find(struct store *s, int64_t variant, struct str name, int64_t *ret,
                          struct err *e);
