#pragma once

#include "text/node.h"

/* Building document trees in memory: what a CSV row or a default says is put into the same shape
 * as an inline mapping, so that one piece of code reads both. Everything lives in the arena. */
struct node *tree_map(struct arena *a, const struct node *like);
struct node *tree_seq(struct arena *a, const struct node *like);
struct node *tree_text(struct arena *a, const struct node *like, struct str text);
void tree_put(struct arena *a, struct node *map, struct str key, const struct node *value);
void tree_push(struct arena *a, struct node *seq, const struct node *item);
/* Members of `over` replace those of `under`; NULLs are empty. */
struct node *tree_merge(struct arena *a, const struct node *under, const struct node *over);

/* Replaces {{ name }} by the member of `vars` called so. A placeholder that is none of them, or
 * has a filter, stays and *ret_left (may be NULL) is set to its first such text. */
struct str tree_render(struct arena *a, struct str text, const struct node *vars,
                       struct str *ret_left);
/* The same for every scalar of a tree. */
struct node *tree_render_all(struct arena *a, const struct node *n, const struct node *vars,
                             struct str *ret_left);
