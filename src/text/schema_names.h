#pragma once

#include "base/map.h"
#include "text/schema.h"

/*
 * What the schemas of one compilation are called: every $id, $anchor and $dynamicAnchor of the
 * documents, found before anything is compiled, and the resolution of references against them.
 */
struct schema_place {
    yyjson_val *v;   /* the subschema */
    struct str base; /* the URI that references in it are relative to */
    size_t resource; /* number of the resource it belongs to */
    bool draft7;
};

struct schema_dynamic_anchor {
    struct str name;
    size_t resource;
    yyjson_val *v;
};

struct schema_names {
    struct arena *a;
    struct map uris;   /* "uri" or "uri#anchor" -> struct schema_place */
    struct map places; /* address of a subschema's value -> struct schema_place */
    struct schema_dynamic_anchor *dynamic;
    size_t n_dynamic, cap_dynamic, n_resources, n_values;
};

void schema_names_init(struct schema_names *n, struct arena *a);
void schema_names_release(struct schema_names *n);

/* Takes up a document under `uri` ("" for the schema itself, which may name itself). */
MUST_CHECK bool schema_names_add(struct schema_names *n, yyjson_val *doc, struct str uri,
                                 bool draft7, struct err *e);

/* The place that a subschema found by its value has. */
const struct schema_place *schema_names_place(const struct schema_names *n, yyjson_val *v);

/* What `reference` in a schema at `from` refers to. */
MUST_CHECK bool schema_names_resolve(const struct schema_names *n, const struct schema_place *from,
                                     struct str reference, struct schema_place *ret, struct err *e);

/* How the member `key` of a schema holds subschemas. */
enum schema_holds { HOLDS_NONE, HOLDS_ONE, HOLDS_LIST, HOLDS_MEMBERS, HOLDS_ONE_OR_LIST };
enum schema_holds schema_keyword_holds(struct str key);
