#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "text/node.h"

/*
 * A rubric: criteria that a judge (a model or a person) scores one by one.
 *
 *     name: polite
 *     description: is the reply one we would put our name under
 *     criteria:
 *       - name: tone
 *         description: The reply addresses the customer respectfully.
 *         scale: ordinal              # binary (default), ordinal or categorical
 *         levels:                     # ordinal: worst first
 *           - {value: 1, anchor: Insults or mocks the customer., example: "…"}
 *           - {value: 2, anchor: Curt; no greeting or thanks.}
 *           - {value: 3, anchor: Polite throughout.}
 *         pass: 3                     # ordinal: this value or a higher one; categorical: a list
 *         weight: 2                   # default 1
 *         must_pass: true             # the item fails when this criterion does
 */
enum scale { SCALE_BINARY, SCALE_ORDINAL, SCALE_CATEGORICAL };
const char *scale_name(enum scale s);

struct level {
    const char *value;   /* as the judge is to write it: "3", "off-topic"; binary: "yes", "no" */
    const char *anchor;  /* what an output at this level is like; NULL if the rubric has none */
    const char *example; /* or NULL */
    double score;        /* in [0,1]: ordinal levels evenly spaced, categorical pass 1 else 0 */
    bool pass;
};

struct criterion {
    const char *name, *description;
    enum scale scale;
    struct level *levels;
    size_t n_levels;
    double weight; /* >= 0 */
    bool must_pass;
    const struct node *node;
};

struct rubric {
    const char *name, *description; /* description may be NULL */
    const char *path;
    struct criterion *criteria;
    size_t n;
};

enum { RUBRIC_MAX_CRITERIA = 32, RUBRIC_MAX_LEVELS = 32 };

MUST_CHECK bool rubric_read(struct arena *a, const char *path, struct rubric **ret, struct err *e);
/* From a tree: a mapping as above, or a plain text, which is one binary criterion. */
MUST_CHECK bool rubric_parse(struct arena *a, const struct node *n, struct rubric **ret,
                             struct err *e);

/* The level the judge's word names: ASCII case and surrounding blanks do not matter, everything
 * else does (a look-alike or an invisible character makes it no level). NULL if none. */
const struct level *criterion_level(const struct criterion *c, struct str word);

/* What makes a rubric hard to apply, as sentences with positions. */
struct rubric_finding {
    const struct node *at;
    const char *criterion;
    const char *text, *hint;
};
size_t rubric_lint(struct arena *a, const struct rubric *r, struct rubric_finding **ret);
