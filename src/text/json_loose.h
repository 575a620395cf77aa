#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * JSON as models write it. The whole text first; failing that, what stands in the first code
 * fence; failing that, the first balanced {…} or […] that parses. Nothing inside the JSON is
 * repaired.
 */
MUST_CHECK bool json_parse_loose(struct arena *a, struct str text, yyjson_val **ret, struct err *e);

/* Length of the expression in brackets that begins at s.p[0], strings respected; 0 when it does not
 * end. Which bracket closes which is the parser's to say. */
size_t json_balanced(struct str s);
