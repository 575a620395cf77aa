#pragma once

#include "decide/bound.h"
#include "stats/judge_correction.h"

/*
 * The rate people would have given, from the verdicts of a judge that was measured against them:
 * Rogan & Gladen's estimate with Lang & Reiczigel's interval (stats/judge_correction.h), which
 * carries the uncertainty of the calibration. Sensitivity and specificity are taken to carry over
 * to what is judged here, which pass rates would not. `s` holds 0 and 1 of the judged rows,
 * `measured` what people and the judge said of the calibration's items. Clustered rows count as
 * as many as they are worth.
 */
struct bound bound_corrected(const struct sample *s, struct judge_counts measured, double alpha);

/* Of `judged` rows the bound speaks, and `others` have no verdict: moves both ends to where they
 * would be if each of those had been `against`. */
struct bound bound_with_missing(struct bound b, size_t judged, size_t others, double against);
