#pragma once

#include <stdbool.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * A document tree with source positions, the same for YAML and JSON: what the spec, rubrics and
 * grader options are read from. Scalars keep their text; the reader of a key decides what type
 * it wants and says so when the text does not fit. Everything lives in the arena.
 */
enum node_kind { NODE_NULL, NODE_SCALAR, NODE_SEQ, NODE_MAP };

struct node {
    enum node_kind kind;
    bool quoted;       /* a scalar in quotes: a string whatever it looks like */
    int line, col;
    const char *file;
    struct str text;   /* NODE_SCALAR */
    size_t n;          /* children of a sequence or mapping */
    struct node **item; /* the children; for a mapping, the values */
    struct node **key;  /* NODE_MAP: the keys, scalars */
};

/* One YAML document, or JSON when `file` ends in ".json". Refused with a position: duplicate
 * keys, aliases beyond 100,000 nodes, depth over 64, several documents, unquoted {{…}}. An empty
 * document is NODE_NULL. */
MUST_CHECK bool node_parse(struct arena *a, struct str text, const char *file, struct node **ret,
                           struct err *e);
MUST_CHECK bool node_read(struct arena *a, const char *path, struct node **ret, struct err *e);

/* A parsed JSON value as a tree; every node gets the position of the whole. */
struct node *node_from_json(struct arena *a, yyjson_val *v, const char *file, int line);

/* The tree as JSON text: plain scalars that read as numbers, true, false or null become those. */
struct str node_to_json(struct arena *a, const struct node *n);

/* Member of a mapping, or NULL (also when n is NULL or no mapping). */
const struct node *node_get(const struct node *n, const char *key);
bool node_is_null(const struct node *n); /* NULL, NODE_NULL, or a plain `null`, `~` */

/* Typed reading. The error names what was found and expected, with the position. */
MUST_CHECK bool node_str(const struct node *n, const char **ret, struct err *e);
MUST_CHECK bool node_num(const struct node *n, double *ret, struct err *e);
MUST_CHECK bool node_int(const struct node *n, long long lo, long long hi, long long *ret,
                         struct err *e);
MUST_CHECK bool node_bool(const struct node *n, bool *ret, struct err *e);
/* "250ms", "2s", "1.5m", "1h", or a bare number of seconds. */
MUST_CHECK bool node_seconds(const struct node *n, double *ret, struct err *e);

/* The same for an optional member: leaves *ret alone when `key` is absent or null. */
MUST_CHECK bool node_get_str(const struct node *map, const char *key, const char **ret,
                             struct err *e);
MUST_CHECK bool node_get_num(const struct node *map, const char *key, double *ret, struct err *e);
MUST_CHECK bool node_get_int(const struct node *map, const char *key, long long lo, long long hi,
                             long long *ret, struct err *e);
MUST_CHECK bool node_get_bool(const struct node *map, const char *key, bool *ret, struct err *e);

/* Every key of the mapping must be in `known` (NULL-terminated); the error names the nearest. */
MUST_CHECK bool node_check_keys(const struct node *map, const char *const *known, struct err *e);
MUST_CHECK bool node_want(const struct node *n, enum node_kind kind, const char *what,
                          struct err *e);

const char *node_kind_name(const struct node *n); /* "a mapping", "a list", … */

/* Sets an ERR_SPEC error at the node's position; returns false. */
bool node_err(struct err *e, const struct node *n, const char *fmt, ...) PRINTF(3, 4);
