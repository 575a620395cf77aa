#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "golden/golden.h"
#include "grade/grader.h"
#include "model/provider.h"
#include "store/outputs.h"
#include "store/units.h"

/*
 * Units of work on their way through a run: made by the feeder, answered by the engine (or found
 * in the store), graded, recorded, gone. Memory goes by the chunk: a chunk holds the units and
 * items made one after the other, and is freed when all of its units are recorded.
 */
struct chunk {
    struct arena *a;
    size_t made, open;       /* units made; those not yet recorded, plus one while it is filled */
};

struct unit_item {
    struct item item;
    struct store_key hash;   /* of the canonical content */
    struct str line;         /* as one canonical line */
    int64_t id;              /* in the store; 0: not known yet */
};

/* What is kept in an output's record besides what the provider said. Null strings: nothing. */
struct unit_extras {
    struct str assembled;                 /* what the context was made of, JSON */
    struct str guard_input, guard_output; /* guardrails that fired, JSON lists */
    bool review;                          /* one of them wants a person to look */
};

struct unit {
    struct runner *runner;
    struct chunk *chunk;
    struct unit_item *item;
    size_t variant, pos;     /* in the plan: which variant, which place of its items */
    int epoch;
    struct call call;
    struct str request;      /* the messages as sent, JSON; null for local models */
    struct unit_extras extras;
    int tries;               /* calls made because an output guardrail asked again */
    bool blocked;            /* an input guardrail fired: out is final, nothing is called */
    bool stored;             /* out was found in the store, out.id is its id */
    struct output_row out;
    struct grade_out *grades; /* one a grader; NULL while ungraded and when there is no output */
    bool *looked;            /* one a grader: it has judged, or said that it cannot */
    struct asking *asking;   /* the graders' talks with models, once begun; or NULL */
    enum outcome outcome;
    double score;
    double grading_cost_usd; /* 0: no grader asked a model; NaN: unknown */
};
