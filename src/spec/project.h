#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "base/hash.h"
#include "spec/expr.h"
#include "spec/report.h"
#include "spec/requirement.h"
#include "text/node.h"

/*
 * plimsoll.yaml, typed and validated. Everything lives in the arena given to project_load; paths
 * are resolved against the file that names them, so they can be opened as they stand. Sub-trees
 * that other modules own (params, context, guardrails, grader options, routing, review) stay
 * trees; their ${NAME}s are already substituted.
 *
 * A string ending in ".yaml" where a mapping is expected is read as that file. An unknown key is
 * an error that names the nearest known one. Variables whose name says secret (…KEY, …TOKEN,
 * …SECRET, …PASSWORD) are refused everywhere but in `store`: keys are named with key_env and read
 * by the provider, so that they never get into a tree that is hashed, stored or shown.
 */

enum task {
    TASK_CLASSIFICATION,
    TASK_EXTRACTION,
    TASK_SUMMARIZATION,
    TASK_QA,
    TASK_GENERATION,
    TASK_AGENT,
};
const char *task_name(enum task t); /* "classification" */

/* USD per million tokens. */
struct model_price {
    bool known;    /* the spec says; else ask the price book */
    double input, output, cached; /* cached defaults to input */
};

struct model_limits {
    int concurrency;  /* requests in flight; 0: the program's default */
    double rpm, tpm;  /* requests and tokens a minute; 0: none */
};

struct model_spec {
    const char *alias;    /* its key under models:, or an inline model's text: "builtin:linear" */
    const char *provider; /* "openai", "anthropic", …, "exec", "replay" or "builtin" */
    /* What the provider calls it: a model's name; "linear" of builtin:linear; the path of a
     * replay (resolved); the command of an exec. */
    const char *name;
    const char *base_url; /* NULL: the provider's default */
    const char *key_env;  /* the variable that holds the key; NULL: the provider's default */
    struct model_price price;
    struct model_limits limits;
    double timeout_s;     /* of one call; NaN: the program's default */
    const struct node *options; /* the provider's own `options:` mapping, or NULL */
    const struct node *node;    /* where it is written, for error positions */
    struct digest key;    /* provider, name, base_url and options: what decides the answers. Not
                             price, limits, key_env, timeout */
};

struct variant_spec {
    const char *name;
    const char *description;        /* or NULL */
    const struct model_spec *model; /* never NULL */
    const char *prompt;             /* path of the template, resolved, or NULL */
    const struct node *params, *context, *guardrails, *agent; /* mappings, or NULL */
    const struct node *node;        /* the variant's mapping */
    /* Content key: the model's key, params, context, guardrails, agent and the prompt file's
     * bytes. Two variants with one key give the same requests. A replay's or program's own bytes
     * are not in it: that is the provider's part. */
    struct digest key;
};

struct grader_spec {
    const char *name;               /* its key under graders: */
    const char *type;
    double weight;                  /* in the score; default 1, >= 0 */
    double threshold;               /* pass means score >= threshold; NaN: as the type says */
    const struct model_spec *model; /* of `model:`, resolved; NULL if there is none */
    const struct node *node;        /* the mapping {type: …, …}: for grader_open */
    /* Content key: the mapping, the model's key and the bytes of the files named directly in it
     * (rubric: rubrics/x.yaml, schema: x.json, …). */
    struct digest key;
};

struct gate_spec {
    bool present;                   /* the feature has a gate: */
    const char *baseline;           /* a variant's name, "shipped", or NULL */
    double confidence;              /* default 0.95 */
    struct requirement *require;
    size_t n_require;
};

struct feature {
    const char *name;
    const char *description;        /* or NULL */
    enum task task;
    const char *golden;             /* path, resolved; NULL if the feature has none yet */
    const struct node *golden_node; /* where the path is written, for messages */
    const char **slices;            /* tags to report by; n_slices, NULL-terminated */
    size_t n_slices;
    const char **labels;            /* golden.labels: those allowed; n_labels, NULL-terminated */
    size_t n_labels;
    int epochs;                     /* repeats of each example; default 1 */
    double volume;                  /* expected calls a month, or NaN */
    struct variant_spec *variants;
    size_t n_variants;
    struct grader_spec *graders;
    size_t n_graders;
    const char **grader_names;      /* the same order, NULL-terminated: for expr and requirement */
    struct expr *success;           /* never NULL; default: all graders pass */
    struct gate_spec gate;
    const struct node *suites, *routing, *review, *agent; /* or NULL */
    const struct node *node;
};

struct project {
    const char *name;
    const char *path;               /* of the project file */
    /* Path (resolved) or postgresql:// URL; PLIMSOLL_STORE wins. May hold a password: never print
     * it, see project_store_label. */
    const char *store;
    struct model_spec *models;      /* those under models:, in order */
    size_t n_models;
    struct feature *features;
    size_t n_features;
    const struct node *routing, *review, *monitor; /* or NULL */
    const struct node *node;
};

/* Reads and validates. On failure *e is the first problem. */
MUST_CHECK bool project_load(struct arena *a, const struct env *env, const char *path,
                             struct project **ret, struct err *e);

/* The same, going on after a problem: *report (may be empty) lists them all. True when *ret is
 * set: the file could be read as far as a project tree, however many problems it has; *ret is
 * fit for use only when the report is empty. */
MUST_CHECK bool project_load_all(struct arena *a, const struct env *env, const char *path,
                                 struct project **ret, struct spec_report *report, struct err *e);

/* From text, touching no files: includes are refused, prompt bytes stay out of the keys. */
MUST_CHECK bool project_parse(struct arena *a, const struct env *env, struct str text,
                              const char *path, struct project **ret, struct spec_report *report,
                              struct err *e);

/* The feature called `name`; with NULL the only one there is. The error lists or names the
 * nearest. */
MUST_CHECK bool project_feature(const struct project *p, const char *name,
                                const struct feature **ret, struct err *e);
MUST_CHECK bool feature_variant(const struct feature *f, const char *name,
                                const struct variant_spec **ret, struct err *e);
/* Position in f->graders, or -1. */
ptrdiff_t feature_grader(const struct feature *f, const char *name);

/* A model as `model:` may say it: an alias of the project, an inline "provider:name", or a
 * mapping. `p` may be NULL (no aliases). */
MUST_CHECK bool model_resolve(struct arena *a, const struct project *p, const struct node *n,
                              const struct model_spec **ret, struct err *e);
/* The same from text, as on a command line. */
MUST_CHECK bool model_resolve_text(struct arena *a, const struct project *p, const char *text,
                                   const struct model_spec **ret, struct err *e);

/* Where a mapping is expected inside a sub-tree: `n` itself when it is one, or, when it is a
 * string ending in ".yaml" or ".json", the mapping in that file (beside the naming file), with
 * ${NAME} substituted. `what` is for the message: "rubric". */
MUST_CHECK bool spec_mapping(struct arena *a, const struct env *env, const struct node *n,
                             const char *what, const struct node **ret, struct err *e);

/* The file `n` (a scalar) names, beside the file it is written in. */
const char *spec_path(struct arena *a, const struct node *n);

/* The store's address without user and password: for messages and pages. */
const char *project_store_label(struct arena *a, const char *store);
