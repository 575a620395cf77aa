#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "golden/golden.h"
#include "spec/project.h"

/* What a variant with a remote model would stumble over in a run, found without calling it:
 * parameters that are wrong or that its API does not have, a prompt file that does not parse, a
 * variable that an example of `set` (NULL: not looked at) does not have. Looks at the first 5,000
 * examples. The error is the first problem, with its position. */
MUST_CHECK bool variant_check(struct arena *a, const struct env *env,
                              const struct variant_spec *v, const struct golden *set,
                              struct err *e);
