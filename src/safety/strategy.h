#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Transform strategies: the same attack in another dress. They compose, applied from left to
 * right: "base64+roleplay" encodes the text and wraps the code in a role play.
 */
struct strategy_step {
    const char *name, *what;
    struct str (*apply)(struct arena *a, struct str text);
};

enum { STRATEGY_MAX_STEPS = 6 };

struct strategy {
    const char *name; /* as given, "plain" for none */
    const struct strategy_step *step[STRATEGY_MAX_STEPS];
    size_t n;
};

const struct strategy_step *strategy_steps(size_t *ret_n);

/* Parses "base64+roleplay"; an unknown step is ERR_USAGE and names the nearest. */
MUST_CHECK bool strategy_parse(struct arena *a, const char *text, struct strategy *ret,
                               struct err *e);
struct str strategy_apply(const struct strategy *s, struct arena *a, struct str text);
