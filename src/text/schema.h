#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * JSON Schema, drafts 7 and 2020-12, with $id, $anchor, $ref, $dynamicRef and the unevaluated…
 * keywords. The `$schema` member chooses the draft. References are resolved among the schema
 * itself, the documents given along, and the two meta-schemas, which are built in: nothing is ever
 * fetched. A schema that makes no sense is an error when it is compiled; what the words of JSON
 * Schema leave to the implementation is decided thus: unknown keywords and formats are ignored,
 * contentEncoding and contentMediaType are annotations, `pattern` is PCRE with ECMA's classes.
 */
struct schema;

struct schema_document {
    const char *uri;
    yyjson_val *v;
};

struct schema_options {
    bool draft7;  /* the draft of schemas without $schema; default 2020-12 */
    bool formats; /* `format` is checked rather than only an annotation */
    const struct schema_document *documents;
    size_t n_documents;
};

/* Compiles; `doc` and the documents must outlive the schema, which lives as long as the arena.
 * Thread-safe to use afterwards. */
MUST_CHECK bool schema_compile(struct arena *a, yyjson_val *doc, const struct schema_options *o,
                               const struct schema **ret, struct err *e);

enum { SCHEMA_MAX_ERRORS = 10 };

struct schema_error {
    struct str at; /* JSON pointer into the instance, "" for the whole */
    const char *keyword;
    struct str message;
};

struct schema_result {
    bool valid;
    size_t n_errors; /* of those kept, in the order found */
    struct schema_error error[SCHEMA_MAX_ERRORS];
};

/* Validates. False with ERR_LIMIT when the schema refers to itself without end on this instance or
 * needs more than 20 million steps: neither valid nor invalid. */
MUST_CHECK bool schema_check(const struct schema *s, yyjson_val *instance, struct arena *a,
                             struct schema_result *ret, struct err *e);
