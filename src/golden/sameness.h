#pragma once

#include <stdint.h>

#include "golden/item.h"

/*
 * When two examples ask the same: texts are compared after Unicode NFC with white space trimmed
 * and runs of it as one space, objects whatever the order of their keys. Equal hashes mean "the
 * same" (64 bits: among a million examples a false match has a chance of one in 37 million).
 * Never 0.
 */
/* Of an expected answer; a list of texts is a set of labels, whatever its order. */
uint64_t same_value_hash(struct arena *a, yyjson_val *v);
/* Input and context together. */
uint64_t same_input_hash(struct arena *a, const struct item *it);
