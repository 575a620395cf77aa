#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* How texts lie in the store: three ways, by how long they are and how often they come back. */

/* Phrases: short texts that come back often. The null string has id 0. Reading an id the store
 * does not have is ERR_STORE. The text lives as long as the store is open. */
MUST_CHECK bool store_phrase_id(struct store *s, struct str text, int64_t *ret, struct err *e);
MUST_CHECK bool store_phrase(struct store *s, int64_t id, struct str *ret, struct err *e);

/* Payloads: long texts, stored once by content and compressed where that pays. `base` is the id
 * of a payload that similar ones are compressed against, or 0: the first request of a variant
 * serves for the others. At most 64 MiB. */
MUST_CHECK bool store_payload_put(struct store *s, struct str bytes, int64_t base, int64_t *ret,
                                  struct err *e);
MUST_CHECK bool store_payload_get(struct store *s, struct arena *a, int64_t id, struct str *ret,
                                  struct err *e);

/* Small texts inside a row: packed with one byte in front that says how, compressed from 512
 * bytes on where that pays. The null string packs to itself. In the arena;
 * unpacked, either in the arena or a part of `packed`. */
struct str store_pack(struct store *s, struct arena *a, struct str bytes);
MUST_CHECK bool store_unpack(struct store *s, struct arena *a, struct str packed, struct str *ret,
                             struct err *e);
