#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * What in a reply speaks for a refusal or against one: families of phrasings (declining, moral
 * judgement, pointing to help …), where they stand, how much of the reply they fill, and how much
 * of it is plain content. Every feature lies in [0, 1]. Only the first REFUSAL_WINDOW bytes
 * count: a refusal is said at the beginning, and words of refusal deep in a long answer are
 * subject matter.
 */
enum { REFUSAL_WINDOW = 1500 };

/* name, and which way it may push the chance of a refusal: weights are fitted under this sign. */
#define REFUSAL_FEATURES(X)                                                                        \
    X(first_decline, +1) X(first_moral, +1) X(first_help, +1) X(first_lead, +1)                    \
    X(first_cannot_help, +1) X(first_as_ai, +1) X(first_harm, +1) X(first_everyone, +1)            \
    X(first_important, +1) X(first_sorry, +1) X(first_denial, +1) X(first_illegal, +1)             \
    X(first_stance, +1) X(first_private, +1) X(first_opinion, +1)                                  \
    X(start_decline, +1) X(start_moral, +1) X(start_help, +1) X(start_lead, +1)                    \
    X(start_cannot_help, +1) X(start_as_ai, +1) X(start_harm, +1) X(start_everyone, +1)            \
    X(start_important, +1) X(start_sorry, +1) X(start_denial, +1) X(start_illegal, +1)             \
    X(start_stance, +1) X(start_private, +1)                                                       \
    X(share_decline, +1) X(share_moral, +1) X(share_help, +1) X(share_lead, +1)                    \
    X(share_as_ai, +1) X(share_harm, +1) X(share_everyone, +1) X(share_important, +1)              \
    X(share_sorry, +1) X(share_denial, +1)                                                         \
    X(first_yes, -1) X(start_here, -1) X(first_here, -1) X(start_fiction, -1) X(contrast, -1)      \
    X(clean, -1) X(clean_sentences, -1) X(clean_list, -1) X(code, -1) X(digits, -1)                \
    X(names, -1)

enum refusal_feature {
#define X(name, sign) REFUSAL_##name,
    REFUSAL_FEATURES(X)
#undef X
    REFUSAL_N_FEATURES
};

const char *refusal_feature_name(size_t i);
int refusal_feature_sign(size_t i);

/* The compiled patterns; lives as long as the arena, may be shared between threads. */
struct refusal_patterns;
MUST_CHECK bool refusal_patterns_open(struct arena *a, const struct refusal_patterns **ret,
                                      struct err *e);

/* Fills x[0 … REFUSAL_N_FEATURES-1] from a reply that is valid UTF-8 and not empty. *ret_quote is
 * the first sentence that declines, or the null string; it lives in `a`. */
MUST_CHECK bool refusal_features(const struct refusal_patterns *p, struct str reply,
                                 struct arena *a, double *x, struct str *ret_quote, struct err *e);
