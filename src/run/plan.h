#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/env.h"
#include "golden/golden.h"
#include "grade/grader.h"
#include "model/provider.h"
#include "prompt/assembly.h"
#include "prompt/prompt.h"
#include "run/guard.h"
#include "spec/project.h"
#include "store/store.h"

/*
 * What a run is to do: which items, which variants with their opened models, which graders, how
 * many epochs. Making a plan reads the spec's files and trains the baselines; it calls nothing
 * and writes nothing.
 */
struct run_options {
    const char *const *variants; /* names; n_variants 0: all of the feature */
    size_t n_variants;
    const char *split;           /* "test" (test and anchor items), "train", "anchor", "all" */
    long long limit;             /* at most this many items, a random sample; 0: all */
    int epochs;                  /* 0: as the feature says */
    int concurrency;             /* 0: each model's own limit */
    double max_cost_usd;         /* NaN: no limit */
    bool fresh, until_decided;
};

struct plan_variant {
    const struct variant_spec *spec;
    struct model *model;
    struct call_params params;
    struct digest fingerprint;   /* of everything that decides the answers, files included */
    struct prompt *prompt;       /* NULL: the input's text is the request */
    struct assembly *context;    /* NULL: the prompt alone */
    struct guards *guards;       /* NULL: none */
    struct str params_json;      /* null when there are none */
    bool has_keys;               /* answers can be found again: not a replay of standard input */
};

struct plan_grader {
    const struct grader_spec *spec;
    struct grader *grader;
};

struct plan {
    const struct env *env;
    const struct project *project;
    const struct feature *feature;
    const struct run_options *options;
    struct golden *golden;
    size_t *items;               /* positions in the golden set, in the order they run */
    size_t n_items;
    int epochs;
    struct plan_variant *variants;
    size_t n_variants;
    struct plan_grader *graders;
    size_t n_graders;
    bool asks;                   /* a grader asks a model */
};

/* Everything lives in `a`. Errors name the spec's position where there is one. */
MUST_CHECK bool plan_make(struct arena *a, const struct env *env, const struct project *p,
                          const struct feature *f, const struct run_options *o,
                          struct plan **ret, struct err *e);

/* Units of work in all: items times epochs times variants. */
size_t plan_units(const struct plan *p);
