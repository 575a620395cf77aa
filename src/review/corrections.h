#pragma once

#include "golden/item.h"
#include "review/label.h"

/* Items whose verdict counts, with it: what flows back into golden sets, judges and thresholds. */
struct reviewed {
    struct review_item item;
    struct review_text text;
    struct review_verdict verdict;
};
/* In order of id; seeded items left out. `feature` NULL: all. */
MUST_CHECK bool reviewed_list(struct store *s, struct arena *a, const char *feature,
                              struct reviewed **ret, size_t *ret_n, struct err *e);

/*
 * The corrections among them as golden examples: what was asked, the corrected output as expected
 * answer, a tag `stream` and the item in `source` ("review R7 routed"). Ids are empty:
 * golden_append makes them.
 */
MUST_CHECK bool reviewed_examples(struct arena *a, const struct reviewed *v, size_t n,
                                  struct item **ret, size_t *ret_n, struct err *e);
