#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/env.h"

/*
 * A table for the terminal: columns as wide as their content (display width, so accents and CJK
 * line up), cut with "…" to fit env->width, headings underlined in colour. Cell text may come
 * from outside: control characters and escape sequences are replaced.
 */
struct table;

enum table_align { TABLE_LEFT, TABLE_RIGHT };
enum table_style { TABLE_PLAIN, TABLE_GOOD, TABLE_BAD, TABLE_WARN, TABLE_DIM, TABLE_BOLD };

struct table *table_new(struct arena *a, const struct env *env);
void table_column(struct table *t, const char *heading, enum table_align align);
/* Adds a cell; a row is full when every column has one. Text is copied. */
void table_cell(struct table *t, const char *text);
void table_cellf(struct table *t, const char *fmt, ...) PRINTF(2, 3);
void table_cell_style(struct table *t, enum table_style style, const char *text);
void table_print(struct table *t, FILE *f);

/* One styled word outside a table: writes `text` with colour when env->colour. */
void table_styled(FILE *f, const struct env *env, enum table_style style, const char *text);
