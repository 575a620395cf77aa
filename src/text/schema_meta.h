#pragma once

#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"

/* The meta-schemas of draft 7 (number 0) and 2020-12 (number 1), written out here as one schema
 * each, so that a reference to them needs no network. */
enum { SCHEMA_N_META = 2 };

const char *schema_meta_uri(size_t number);
MUST_CHECK bool schema_meta(struct arena *a, size_t number, yyjson_val **ret, struct err *e);
