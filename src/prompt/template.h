#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Mustache templates for prompts: variables {{x}} and {{a.b}}, sections {{#x}}…{{/x}}, inverted
 * sections {{^x}}…{{/x}}, comments, partials {{>file}}, other delimiters {{=<% %>=}}. Besides:
 * {{json x}} (the value as JSON) and {{truncate N x}} (the first N characters, "…" behind if some
 * are missing), also {{truncate N json x}}. Nothing is escaped: a prompt is not HTML.
 *
 * A variable that is not there is an error when it is rendered, with its position; a section over
 * one is simply not shown, and null renders as nothing. Values are never read as templates.
 */
struct template;

/* Where {{>name}} comes from: sets the text and the path for messages. NULL: the file `name`, or
 * `name.md`, beside the template. */
typedef bool template_loader(void *arg, struct arena *a, const char *from, struct str name,
                             struct str *ret_text, const char **ret_path, struct err *e);

struct template_options {
    const char *path;   /* of the template, for messages and partials */
    int line;           /* of its first line; 0: 1 */
    template_loader *load;
    void *load_arg;
    bool escape_html;   /* {{x}} escapes & < > " and only {{{x}}} does not */
};

/* Limits of one template. */
enum {
    TEMPLATE_MAX_BYTES = 4 << 20,
    TEMPLATE_MAX_DEPTH = 64,
    TEMPLATE_MAX_PARTIALS = 1000,
    TEMPLATE_MAX_STEPS = 10000000, /* tree nodes visited in one rendering */
};

/* Parses; the text must live as long as the arena. Errors have file:line:col. */
MUST_CHECK bool template_parse(struct arena *a, struct str text, const struct template_options *o,
                               struct template **ret, struct err *e);

/* A variable the template reads, partials included. Inside a section a name may come from the
 * section's value instead of the top. */
struct template_variable {
    struct str name;       /* "customer.name" */
    const char *file;
    int line, col;
    bool required;         /* printed outside any section: rendering fails without it */
};

/* All of them in order of appearance, each name once (required if any of its uses is). */
const struct template_variable *template_variables(const struct template *t, size_t *ret_n);

/* Fills the template from the object `vars`. Error ERR_INPUT for a missing variable, ERR_LIMIT
 * for more than `max` bytes or nesting too deep. */
MUST_CHECK bool template_render(const struct template *t, yyjson_val *vars, struct arena *a,
                                size_t max, struct str *ret, struct err *e);
