#pragma once

#include "text/regex.h"
#include "text/schema.h"
#include "text/schema_format.h"

/*
 * The compiled form of one (sub)schema, shared by schema.c, which makes it, and schema_check.c,
 * which runs it. Absent keywords are NULL, NaN or 0 counts.
 */
enum schema_type {
    TYPE_NULL = 1,
    TYPE_BOOLEAN = 2,
    TYPE_INTEGER = 4,
    TYPE_NUMBER = 8,
    TYPE_STRING = 16,
    TYPE_ARRAY = 32,
    TYPE_OBJECT = 64,
};

struct schema_list {
    const struct schema_node **v;
    size_t n;
};

struct schema_member {
    struct str name;
    const struct schema_node *node; /* properties, dependentSchemas */
    const struct regex *re;         /* patternProperties */
    struct str *needs;              /* dependentRequired */
    size_t n_needs;
};

struct schema_members {
    struct schema_member *v;
    size_t n;
};

struct schema_node {
    yyjson_val *v; /* the schema's JSON */
    enum { NODE_RULES, NODE_ALWAYS, NODE_NEVER } sort;
    unsigned types;                 /* 0: any */
    yyjson_val *one_value, *values; /* const, enum */

    double minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
    double min_length, max_length, min_items, max_items, min_members, max_members;
    double min_contains, max_contains;
    const struct regex *pattern;
    enum schema_format format;

    struct schema_list prefix; /* prefixItems, or draft 7's list of items */
    const struct schema_node *items, *contains, *unevaluated_items;
    bool unique;

    struct schema_members properties, patterns, needs, dependent;
    const struct schema_node *additional, *names, *unevaluated_members;
    struct str *required;
    size_t n_required;

    struct schema_list all_of, any_of, one_of;
    const struct schema_node *not_, *if_, *then_, *else_;
    const struct schema_node *ref;
    const struct schema_node *dynamic_ref; /* where $dynamicRef leads without a dynamic scope … */
    struct str dynamic_name;               /* … and the anchor to look for in it; or null */
    size_t resource;                       /* which $id resource it belongs to */
};

struct schema {
    const struct schema_node *root;
    bool formats, tracks; /* tracks: some unevaluated… keyword needs to know what was evaluated */
    /* What each resource's $dynamicAnchor names mean: sorted pairs (resource, name). */
    struct schema_dynamic {
        size_t resource;
        struct str name;
        const struct schema_node *node;
    } * dynamic;
    size_t n_dynamic;
};
