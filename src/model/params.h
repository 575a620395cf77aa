#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "text/node.h"

/* How to generate: a variant's `params:`, read and checked once. Unset: NaN, -1, null, false.
 * JSON members are texts of one JSON value. */
struct call_params {
    double temperature, top_p;
    long long max_tokens, seed, top_logprobs;
    const struct str *stop;
    size_t n_stop;
    bool stream, logprobs;
    struct str reasoning_effort;
    struct str json_schema;     /* the output must follow this JSON Schema */
    bool json_object;           /* the output must be some JSON object */
    struct str tools;           /* list of {"name", "description", "parameters": SCHEMA} */
    struct str tool_choice;     /* "auto", "none", "required" or a tool's name */
    struct str extra;           /* object: members added to the request body as they are */
};

void call_params_init(struct call_params *p);

/* Reads the `params:` of a variant with a remote model (a mapping, or NULL for none). Schemas and
 * tools may be in files, named relative to the spec. Errors carry the position. */
MUST_CHECK bool call_params_read(struct arena *a, const struct node *params,
                                 struct call_params *ret, struct err *e);
