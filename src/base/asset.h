#pragma once

#include "base/str.h"

/* A file embedded at build time (from share/, sql/ or web/), by its path in the source tree,
 * e.g. "share/prices.json". False if there is none. The bytes are NUL-terminated and static. */
bool asset_get(const char *path, struct str *ret);

/* The i-th asset whose path starts with `prefix`, in order of path; false past the last. */
bool asset_list(const char *prefix, size_t i, const char **ret_path, struct str *ret);
