#pragma once

#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * A subset of JSONPath (RFC 9535) that names places without searching: `$`, `.name`, `['name']`,
 * `[3]`, `[-1]`, `.*` and `[*]`. The leading `$` may be left out ("items[0].price"). No filters,
 * slices or recursive descent: a path means what it says at a glance.
 */
struct json_path;

/* Reads the path; ERR_SPEC names the column where it stops making sense. At most 64 steps. */
MUST_CHECK bool json_path_parse(struct arena *a, struct str text, const struct json_path **ret,
                                struct err *e);

/* The path as it was written. */
struct str json_path_text(const struct json_path *p);

/* Values at the path, in document order, at most `max` of them into `out`; returns how many there
 * are, which may be more than max. */
size_t json_path_find(const struct json_path *p, yyjson_val *root, yyjson_val **out, size_t max);

/* The first value at the path, or NULL. */
yyjson_val *json_path_first(const struct json_path *p, yyjson_val *root);
