#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/*
 * Is a text well-formed markup? Neither builds a tree nor follows references.
 *
 * XML: one root element, tags balanced and nested, attributes quoted and unique, entities known or
 * numeric, no "--" in comments, characters allowed (XML 1.0). DTDs are refused: a model has no
 * business writing one.
 * HTML: tags balanced as a browser would need no guess to nest them; void elements (br, img …)
 * and unquoted attributes are fine, closing tags that HTML makes optional (p, li, td …) may be
 * missing. *ret_tags is the number of tags seen.
 *
 * On failure the error has the line and column in the text.
 */
MUST_CHECK bool xml_check(struct str text, struct err *e);
MUST_CHECK bool html_check(struct str text, size_t *ret_tags, struct err *e);

/* What a Markdown text is made of, and what is broken in it. */
struct markdown {
    size_t headings, lists, items, tables, code_blocks, links, images, quotes, html, bold;
    bool open_fence; /* a code fence that is never closed */
};
struct markdown markdown_scan(struct str text);
