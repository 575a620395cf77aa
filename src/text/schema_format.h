#pragma once

#include <stdbool.h>

#include "base/str.h"

/* The formats of JSON Schema that are checked; the others (iri, idn-…, uri-template, duration) are
 * annotations. */
enum schema_format {
    FORMAT_NONE,
    FORMAT_DATE,
    FORMAT_TIME,
    FORMAT_DATE_TIME,
    FORMAT_EMAIL,
    FORMAT_HOSTNAME,
    FORMAT_IPV4,
    FORMAT_IPV6,
    FORMAT_URI,
    FORMAT_URI_REFERENCE,
    FORMAT_UUID,
    FORMAT_REGEX,
    FORMAT_JSON_POINTER,
    FORMAT_RELATIVE_JSON_POINTER,
};

enum schema_format schema_format_named(struct str name); /* FORMAT_NONE when unknown */
const char *schema_format_name(enum schema_format f);
bool schema_format_ok(enum schema_format f, struct str s);
