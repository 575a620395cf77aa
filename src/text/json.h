#pragma once

#include <stdbool.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Reading JSON is yyjson's work; these few calls add what it leaves to us: error positions,
 * duplicate keys refused, ownership by arena, and typed access with a sentence when the type is
 * wrong. Values are valid as long as the arena.
 */

/* Parses one document. `file` and `line` (of the document's first byte) are for messages.
 * Duplicate keys, depth over 512, NaN/Infinity and trailing bytes are errors. */
MUST_CHECK bool json_parse(struct arena *a, struct str text, const char *file, size_t line,
                           yyjson_val **ret, struct err *e);

/* As json_parse without the search for duplicate keys: for model output and bulk rows. */
MUST_CHECK bool json_parse_lax(struct arena *a, struct str text, const char *file, size_t line,
                               yyjson_val **ret, struct err *e);

/* As json_parse_lax, with the bare NaN and Infinity that Python's json module writes. */
MUST_CHECK bool json_parse_nan(struct arena *a, struct str text, const char *file, size_t line,
                               yyjson_val **ret, struct err *e);

struct str json_str(yyjson_val *v);                        /* null string unless v is a string */
struct str json_get_str(yyjson_val *obj, const char *key); /* likewise for a member */
yyjson_val *json_get(yyjson_val *obj, const char *key); /* NULL unless obj is an object with it */
/* Number member, or `otherwise` when absent or null or not a number. */
double json_get_num(yyjson_val *obj, const char *key, double otherwise);

/* Equal as JSON values: objects whatever the order of keys, 1 == 1.0. */
bool json_equal(yyjson_val *a, yyjson_val *b);

/* Compact text of a value, in the arena. */
struct str json_text(struct arena *a, yyjson_val *v);
/* The same with object keys sorted bytewise and numbers in shortest form: for hashes. */
struct str json_canonical(struct arena *a, yyjson_val *v);

/* A scalar as people would write it (strings bare, numbers shortest), containers as JSON. */
struct str json_display(struct arena *a, yyjson_val *v);

/* yyjson's allocator on an arena: for documents that are built here and live as long as it. */
yyjson_alc json_alc(struct arena *a);

const char *json_type_name(yyjson_val *v); /* "a string", "an object", "nothing" … */
