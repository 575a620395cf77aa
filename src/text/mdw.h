#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/*
 * Writing Markdown (for pull requests and notes): text from outside is escaped so that it shows
 * as it is, whatever it contains; line breaks become spaces.
 */

/* Escapes punctuation that Markdown or HTML would read, and `@` so that nobody is notified. */
void md_text(struct buf *b, struct str s);
void md_c(struct buf *b, const char *s);

/* One row of a table: the cells are escaped. `n` cells. */
void md_row(struct buf *b, const char *const *cell, size_t n);
/* The heading and the line under it. */
void md_head(struct buf *b, const char *const *cell, size_t n);
