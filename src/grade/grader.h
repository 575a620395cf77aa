#pragma once

#include <stdbool.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "text/node.h"

/*
 * A grader looks at one output and says pass, fail or error, with a score in [0,1] and a reason.
 * To add one: (1) write src/grade/<name>.c with its `const struct grader_ops grader_<name>`;
 * (2) put it in the array in grader.c; (3) add it to test/unit/test_graders.c; (4) describe it
 * in docs/graders.md. The contract test runs over every row of the array.
 *
 * An error means the grader could not judge (bad expected value, regex limit, subprocess died,
 * judge unreadable): it counts neither as a pass nor as a failure of the model.
 */
enum outcome { OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_ERROR };

/* "pass", "fail", "error" */
const char *outcome_name(enum outcome o);

/* What a grader sees of one output. Values are borrowed; absent ones are NULL / null string /
 * NaN. */
struct grade_in {
    struct str id;
    struct str output;        /* the model's text; valid UTF-8 */
    yyjson_val *input;        /* always an object */
    yyjson_val *expected;     /* any JSON value */
    yyjson_val *context;      /* list of source passages: strings, or objects with a "text" */
    yyjson_val *tags;         /* object */
    yyjson_val *record;       /* the whole recorded-output object: finish_reason, tool_calls,
                                 logprobs, refusal … */
    double latency_ms, ttft_ms, cost_usd, confidence;
    double tokens_input, tokens_output;
    int epoch;
};

struct grade_out {
    enum outcome outcome;
    double score;             /* [0,1]; NaN when outcome is error */
    struct str reason;        /* one sentence; quotes of outputs cut short */
    struct str details;       /* JSON object text, or null string */
};

struct grader;
struct json_path;
struct call;
struct reply;
struct model;

/*
 * The talk of a grader with its model about one output, in rounds: ask() says what to call, the
 * run makes the calls (cached like any other) and asks again with the replies.
 */
struct grader_talk {
    struct call *calls;          /* set by ask(), in its arena: what to call now … */
    size_t n_calls;              /* … or 0: `out` is final */
    const struct reply *replies; /* to the calls of the round before, in their order */
    size_t n_replies;
    int round;                   /* 0: nothing was asked yet */
    void *state;                 /* the grader's own, kept from round to round */
};

struct grader_ops {
    const char *name;     /* "regex": the `type:` in the spec */
    const char *summary;  /* one line, for `plimsoll explain` and docs */
    /* Keys this type takes besides the common ones (type, weight, threshold, not, id, on,
     * against); NULL-terminated. Unknown keys are refused before open is called. */
    const char *const *keys;
    /* Reads the options (a mapping, or NULL for none) into g->state, allocated from a. NULL: no
     * options. */
    bool (*open)(struct grader *g, const struct node *options, struct arena *a, struct err *e);
    /* Judges one output. Must be thread-safe for a shared g: per-call memory comes from `a`.
     * Fills out and returns true; returns false with *e for "could not judge" (outcome error).
     * A pass/fail decision may be left to the caller: see graded(). */
    bool (*grade)(const struct grader *g, const struct grade_in *in, struct arena *a,
                  struct grade_out *out, struct err *e);
    /* For graders that ask a model (g->model), instead of grade: sets talk->calls, or none and
     * fills out as grade does. Called once a round, all with the same `a`; thread-safe for a
     * shared g. Unreadable replies are "could not judge". */
    bool (*ask)(const struct grader *g, const struct grade_in *in, struct grader_talk *talk,
                struct arena *a, struct grade_out *out, struct err *e);
    /* Releases what the arena does not own; NULL: nothing. */
    void (*close)(struct grader *g);
    bool lower_is_better; /* for graders whose raw score is a distance; documentation only */
    /* The threshold when the spec gives none. 0 stands for the usual 0.5; NaN: pass or fail is
     * what grade() put into out->outcome. */
    double threshold;
};

struct grader {
    const struct grader_ops *ops;
    void *state;
    const char *name;     /* the name it has in the spec; default ops->name */
    double weight;        /* default 1 */
    double threshold;     /* pass means score >= threshold; NaN: as the grader says */
    bool negate;          /* not: pass and fail change places, score becomes 1 - score */
    struct model *model;  /* for ask(): set by whoever opened the grader; else NULL */
    const struct json_path *on;      /* a place in the output, read as JSON; NULL: all of it */
    const struct json_path *against; /* a place in the expected value; NULL: all of it */
};

/* The table; NULL when there is no such type (grader_names for "did you mean"). */
const struct grader_ops *grader_find(struct str type);
const char *const *grader_names(void); /* NULL-terminated */

/* Opens a grader from its spec mapping {type: …, …}. `not-<type>` and `not: true` negate.
 * Errors carry the node's position. The grader lives as long as the arena and is closed by it. */
MUST_CHECK bool grader_open(struct arena *a, const char *name, const struct node *spec,
                            struct grader **ret, struct err *e);

/* Opens from "TYPE" or "TYPE:{json options}" as given on a command line. */
MUST_CHECK bool grader_open_text(struct arena *a, const char *text, struct grader **ret,
                                 struct err *e);

/* Grades; never fails: what the grader could not judge becomes OUTCOME_ERROR with the reason.
 * Applies threshold and negation. */
void grader_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                  struct grade_out *out);

/* One round of a grader that asks a model: true when the calls in `talk` are to be made before
 * the next round, false when `out` is final. Never fails, as grader_grade. */
bool grader_ask(const struct grader *g, const struct grade_in *in, struct grader_talk *talk,
                struct arena *a, struct grade_out *out);

/* Helpers for implementations: fill `out` from a score (pass decided by the threshold) or from a
 * yes/no, with a formatted reason. */
void graded(struct grade_out *out, double score, struct arena *a, const char *fmt, ...)
    PRINTF(4, 5);
void graded_bool(struct grade_out *out, bool pass, struct arena *a, const char *fmt, ...)
    PRINTF(4, 5);

/* Reads the row `obj` (id, input, output, expected, context, tags, latency_ms, …) as in the
 * plain-file verbs into `in`. An input that is not an object becomes {"input": …}. */
MUST_CHECK bool grade_in_from_json(struct arena *a, yyjson_val *obj, struct grade_in *in,
                                   struct err *e);
