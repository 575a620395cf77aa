#pragma once

#include "base/arena.h"
#include "base/str.h"

/* Resolves a reference against a base (RFC 3986, section 5.2); what has no base is returned as it
 * is. The result has no fragment when the reference has none. */
struct str uri_resolve(struct arena *a, struct str base, struct str reference);

/* Cuts "#fragment" off; *ret_fragment is the null string when there is none. Percent escapes of
 * the fragment are decoded. */
struct str uri_split_fragment(struct arena *a, struct str uri, struct str *ret_fragment);
