#pragma once

#include "cmd/cmd.h"
#include "review/fitted.h"
#include "review/options.h"
#include "spec/project.h"

/* What every review verb works on. */
struct review_ctx {
    struct project *p;
    const struct feature *f; /* NULL: all features */
    struct store *s;
    struct review_options o;
    const char *who;         /* --by, else USER; never empty */
};

#define REVIEW_BY_OPT                                                                              \
    {0, "by", OPT_STRING, "NAME", "the reviewer (default: $USER)"}

/* Loads project, store and `review:`. `feature` NULL: the only feature, or all of them. On failure
 * c->err says why. The store is closed with store_closep(&x->s). */
MUST_CHECK bool review_open(struct cmd *c, const char *feature, struct review_ctx *ret);

/* The run of x->f that is meant (`run` NULL: the newest with results of the variant) and its
 * variant (`variant` NULL: the only one). */
MUST_CHECK bool review_pick(struct cmd *c, struct review_ctx *x, const char *run,
                            const char *variant, struct run_row *ret_run,
                            struct run_variant_row *ret);
