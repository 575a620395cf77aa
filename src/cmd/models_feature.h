#pragma once

#include "cmd/cmd.h"
#include "decide/models.h"

/*
 * Adds every output of a run of the feature c->argv[0] (--run, default the newest): its outcome,
 * what the answer cost (without grading), latency and confidence. c->err says why not.
 */
MUST_CHECK bool models_feature_read(struct cmd *c, struct model_set *s);
