#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "text/node.h"

/*
 * The boring baselines: what a model has to beat at its price. Each is trained on examples in
 * memory and then answers without calling anything; no I/O but the rule file that `rules` is
 * given. Same examples, options and seed: same model and same answers, whatever the thread count.
 *
 *     majority  the most frequent label
 *     linear    logistic regression on hashed word and character n-grams
 *     knn       votes of the nearest training examples by BM25
 *     rules     the first pattern that matches decides
 *     fields    extraction by given or learned patterns, one a field
 *     lead      the first sentences
 *     textrank  the most central sentences
 *
 * To add one: (1) write src/model/baseline_<name>.c with its `const struct baseline_ops
 * baseline_<name>`; (2) declare it below and put it in the array in baseline.c; (3) describe it
 * in docs/baselines.md. test/unit/test_baseline.c holds every row to the contract.
 */

struct baseline_example {
    struct str id;
    struct str text;      /* the input as one text: see baseline_text() */
    struct str label;     /* expected as text; the null string when it is no scalar */
    yyjson_val *expected; /* the same as JSON: `fields` wants an object; may be NULL */
};

struct baseline_answer {
    struct str output;    /* a label, a text, or for `fields` one JSON object */
    double confidence;    /* probability that the output is right, calibrated where the method
                             allows; NaN when the method has no opinion */
};

struct baseline;

struct baseline_ops {
    const char *name;     /* "linear": the model is written `builtin:linear` */
    const char *summary;  /* one line */
    /* Option keys, NULL-terminated; unknown ones are refused before train is called. */
    const char *const *keys;
    bool needs_examples;  /* train with n = 0 is refused before it is called */
    /* Builds m->state. Memory that must last comes from m->arena; what is not from there is
     * given back in release. Examples are only borrowed: what is kept is copied. */
    bool (*train)(struct baseline *m, const struct baseline_example *examples, size_t n,
                  const struct node *options, struct err *e);
    /* Thread-safe for a shared m. The output lives in `a` or in the model. */
    bool (*predict)(const struct baseline *m, struct str text, struct arena *a,
                    struct baseline_answer *ret, struct err *e);
    void (*release)(struct baseline *m); /* NULL: the arena owns everything */
};

struct baseline {
    const struct baseline_ops *ops;
    struct arena *arena;
    uint64_t seed;
    void *state;
};

/* The row called `name`, or NULL; all names, NULL-terminated, for "did you mean". */
const struct baseline_ops *baseline_find(struct str name);
const char *const *baseline_names(void);

/* Trains a baseline that lives as long as the arena (which also releases it). `options` is the
 * mapping of `params:`, or NULL. Errors: unknown name or option (ERR_SPEC, with position), too
 * few examples (ERR_INPUT). */
MUST_CHECK bool baseline_train(struct arena *a, struct str name,
                               const struct baseline_example *examples, size_t n,
                               const struct node *options, uint64_t seed, struct baseline **ret,
                               struct err *e);

/* Answers one input; thread-safe. The answer lives as long as `a` and the model both do. */
MUST_CHECK bool baseline_predict(const struct baseline *m, struct str text, struct arena *a,
                                 struct baseline_answer *ret, struct err *e);

/* The text a baseline reads from an input object: a string is itself; an object with one member
 * is that member; else the member `text`, if any, else all scalar members in order, one a line,
 * "name: value". Lives in `a` or in the JSON document. */
struct str baseline_text(struct arena *a, yyjson_val *input);

extern const struct baseline_ops baseline_majority;
extern const struct baseline_ops baseline_linear;
extern const struct baseline_ops baseline_knn;
extern const struct baseline_ops baseline_rules;
extern const struct baseline_ops baseline_fields;
extern const struct baseline_ops baseline_lead;
extern const struct baseline_ops baseline_textrank;
