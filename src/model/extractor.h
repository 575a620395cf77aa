#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/spans.h"

/*
 * Learns where one field of a text stands, from texts with the value known, and finds it in
 * others: a choice among the spans of the page whose shape was seen, or none of them, by a
 * log-linear model of span features (a conditional logit, trained by AdaGrad: Duchi, Hazan &
 * Singer, JMLR 12, 2011).
 */
struct extractor;

/* What is known of the field in one text. A text whose value is given but not found in it
 * teaches nothing. */
struct field_value {
    struct str text;    /* null: the field is absent */
    bool is_number;     /* compare as numbers, whatever the thousands separators */
};

struct extraction {
    struct str text;      /* null string: absent */
    double probability;   /* of this choice among all, not yet calibrated */
};

/* Trains on pages[pick[0 … n-1]]. Returns NULL when no value was found in any page. Lives in
 * `a`. */
struct extractor *extractor_train(struct arena *a, const struct page *pages,
                                  const struct field_value *values, const size_t *pick, size_t n);

/* Thread-safe. The text lives in `a` or in the page. */
struct extraction extractor_find(const struct extractor *x, const struct page *page,
                                 struct arena *a);

/* Same value, whatever case, white space and punctuation; or as numbers. */
bool field_equal(struct field_value a, struct str b);
