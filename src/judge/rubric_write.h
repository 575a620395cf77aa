#pragma once

#include "judge/rubric.h"

/* The rubric file's text with new weights: only the `weight:` values change (or are put behind a
 * criterion's name), every other byte stays. weight[i] belongs to criteria[i]. */
MUST_CHECK bool rubric_with_weights(struct arena *a, const struct rubric *r, struct str text,
                                    const double *weight, struct str *ret, struct err *e);
