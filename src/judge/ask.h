#pragma once

#include "grade/grader.h"
#include "model/params.h"
#include "model/provider.h"
#include "prompt/prompt.h"

/*
 * What the judges share in asking: the words that fence the graded text off, one call with its
 * prompt, and the call after an unreadable reply.
 */

/* Words made from what is graded, so that a repeated request is the same and nobody can write
 * them into the text beforehand. Neither stands in any of the texts. */
struct judge_words {
    struct str nonce; /* on the marker lines */
    struct str check; /* in the verdict */
};
struct judge_words judge_words(struct arena *a, const struct grade_in *in, int sample);

/* The values a judge's prompt may use: input, output, expected, context, nonce, check; the others
 * are given. Absent parts are empty, so that their sections are not shown. `more` is JSON members
 * as pairs of key and text, NULL-terminated keys. */
struct judge_value {
    const char *key;
    struct str text;
};
yyjson_val *judge_vars(struct arena *a, const struct grade_in *in, struct judge_words words,
                       const struct judge_value *more, size_t n_more);

/* Fills a call for one sample; `epoch` tells samples of one request apart. */
MUST_CHECK bool judge_call(struct arena *a, const struct grader *g, const struct prompt *p,
                           yyjson_val *vars, const struct call_params *params, int epoch,
                           struct call *ret, struct err *e);

/* The same conversation with the unreadable reply and what was wrong with it behind. */
void judge_call_again(struct arena *a, const struct call *before, struct str reply, const char *why,
                      struct call *ret);

/* False when the reply is no answer (error, refused, skipped); *e says why. */
MUST_CHECK bool judge_answered(const struct reply *r, struct err *e);

/* The prompt `name` shipped in share/judges, or the file `path` when it is not NULL. */
MUST_CHECK bool judge_prompt(struct arena *a, const char *name, const char *path,
                             struct prompt **ret, struct err *e);
