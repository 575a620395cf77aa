#pragma once

#include "cmd/cmd.h"
#include "decide/evidence.h"

struct feature;
struct project;
struct store;

/*
 * One side of a comparison or gate as people write it: a file, one variant of a file that holds
 * several ("out.jsonl:small"), "-", a variant's name (its newest
 * run), a run with one variant ("r7", "last"), or a variant of a run ("r7:small-v3").
 */
struct side_opts {
    struct evidence_opts evidence; /* no slices: those of the feature */
    const char *feature;           /* NULL: the only one of the project */
};

/* Whether `text` is meant as a file: it exists as one, or is written like one. */
bool side_is_file(const char *text);

MUST_CHECK bool side_load(struct cmd *c, const char *text, const struct side_opts *o,
                          struct evidence **ret, struct err *e);

/* Two sides. When both have the same name they are called by their paths, or with their runs. */
MUST_CHECK bool sides_load(struct cmd *c, const char *a, const char *b, const struct side_opts *o,
                           struct evidence **ret_a, struct evidence **ret_b, struct err *e);

/* The project's store, which must be there; and a side from it that is not a file. */
MUST_CHECK bool side_open_store(struct cmd *c, const struct project *p, struct store **ret,
                                struct err *e);
MUST_CHECK bool side_from_store(struct cmd *c, struct store *s, const struct feature *f,
                                const char *text, const struct side_opts *o, struct evidence **ret,
                                struct err *e);

/* The project and its feature called `text`, which is no file; the error names both. */
MUST_CHECK bool side_feature(struct cmd *c, const char *text, struct project **ret_p,
                             const struct feature **ret, struct err *e);
