#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "base/map.h"
#include "spec/report.h"
#include "text/node.h"

/*
 * What the readers of the spec share: the files it is made of, ${NAME} substitution, includes,
 * and a list of problems that grows while reading goes on. For use inside spec/ only.
 *
 * The tree_get_… functions read an optional member as node_get_… do, but note a problem instead
 * of failing: *ret stays as it was.
 */
struct tree {
    struct arena *a;
    const struct env *env;
    bool no_files;          /* refuse includes and read no other file */
    struct map files;       /* file -> the file that includes it (const char *), root: itself */
    struct spec_report problems;
};

enum { TREE_MAX_FILES = 1000 };

void tree_init(struct tree *t, struct arena *a, const struct env *env);
void tree_release(struct tree *t); /* the problems stay: they are in the arena */

/* Notes *e (and clears it). Returns false. */
bool tree_note(struct tree *t, struct err *e);
/* Notes a problem at n's position, with a hint unless it is NULL. Returns false. */
bool tree_problem(struct tree *t, const struct node *n, const char *hint, const char *fmt, ...)
    PRINTF(4, 5);

/* The root file: substituted, `store:` may hold secrets. */
MUST_CHECK bool tree_root(struct tree *t, const char *path, struct node **ret, struct err *e);
MUST_CHECK bool tree_root_text(struct tree *t, struct str text, const char *path,
                               struct node **ret, struct err *e);

/* `n` as a mapping: itself, or the file it names. Notes a problem and returns false when it is
 * neither; a null n is the empty mapping (*ret NULL). */
bool tree_mapping(struct tree *t, const struct node *n, const char *what, const struct node **ret);
/* The mapping under `key`, or NULL: absent, null or (noted) no mapping. */
const struct node *tree_get_mapping(struct tree *t, const struct node *map, const char *key);

/* Notes each key that is not in `known`. */
void tree_check_keys(struct tree *t, const struct node *map, const char *const *known);

void tree_get_str(struct tree *t, const struct node *map, const char *key, const char **ret);
void tree_get_num(struct tree *t, const struct node *map, const char *key, double lo, double hi,
                  double *ret);
void tree_get_int(struct tree *t, const struct node *map, const char *key, int lo, int hi,
                  int *ret);
/* A path beside the file it is written in. */
void tree_get_path(struct tree *t, const struct node *map, const char *key, const char **ret);
/* A list of strings (a single string counts as a list of one): *ret is NULL-terminated. */
void tree_get_strings(struct tree *t, const struct node *map, const char *key, const char ***ret,
                      size_t *ret_n);
