#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"

/*
 * Streaming writer for HTML, for the SVG inside it, and for XML files (JUnit): correct by
 * construction. Text and attribute values are escaped here and nowhere else, elements are closed
 * in the order they were opened, invalid UTF-8 and control characters become U+FFFD.
 *
 *     hw_init(&w, &b, HW_HTML);
 *     hw_open(&w, "p"); hw_attr(&w, "class", "note"); hw_text(&w, untrusted); hw_close(&w);
 *
 * Markup as such goes in only as a string literal (hw_raw) or as a file that was embedded at
 * build time (hw_asset). A URL attribute (href, src, action, formaction, poster) must be
 * relative, a fragment, http(s), mailto or a data:image; any other scheme is written as "#".
 * Event handlers (on…), style attributes and names that are no plain names are a BUG: pages run
 * under a content security policy that refuses both.
 */
enum hw_mode { HW_HTML, HW_XML };

enum { HW_MAX_DEPTH = 128 };

struct hw {
    struct buf *b;
    enum hw_mode mode;
    bool in_tag; /* inside "<p …": attributes may follow */
    int depth;
    const char *open[HW_MAX_DEPTH]; /* names of the open elements; literals of the caller */
};

/* HW_XML starts with the XML declaration, HW_HTML with nothing (see hw_doctype). */
void hw_init(struct hw *w, struct buf *b, enum hw_mode mode);
void hw_doctype(struct hw *w); /* "<!doctype html>" */

void hw_open(struct hw *w, const char *name); /* a static string: kept until hw_close */
void hw_close(struct hw *w);                  /* the innermost; an empty XML element is <x/> */
void hw_close_to(struct hw *w, int depth);    /* closes until w->depth is `depth` */

/* Attributes of the element just opened. */
void hw_attr(struct hw *w, const char *name, const char *value); /* NULL: not written */
void hw_attr_str(struct hw *w, const char *name, struct str value);
void hw_attrf(struct hw *w, const char *name, const char *fmt, ...) PRINTF(3, 4);
void hw_attr_num(struct hw *w, const char *name, double v); /* at most 2 decimals, for SVG */
void hw_flag(struct hw *w, const char *name); /* an attribute without a value: `open`, `hidden` */

void hw_text(struct hw *w, struct str s);
void hw_c(struct hw *w, const char *s); /* NULL writes nothing */
void hw_textf(struct hw *w, const char *fmt, ...) PRINTF(2, 3);

/* A whole element with a class (NULL: none) and text. */
void hw_elem(struct hw *w, const char *name, const char *cls, const char *text);
void hw_elemf(struct hw *w, const char *name, const char *cls, const char *fmt, ...) PRINTF(4, 5);

/* Opens an element with a class. */
void hw_open_class(struct hw *w, const char *name, const char *cls);

/* Markup from a string literal; anything else does not compile. */
#define hw_raw(w, literal) hw_raw_literal((w), "" literal, sizeof(literal) - 1)
void hw_raw_literal(struct hw *w, const char *p, size_t n);

/* The bytes of an embedded file, as they are: style sheets and scripts of ours. BUG if there is
 * no such file. */
void hw_asset(struct hw *w, const char *path);
