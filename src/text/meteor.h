#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * METEOR with its exact and stem stages (Lavie & Agarwal, "METEOR: An Automatic Metric for MT
 * Evaluation with High Levels of Correlation with Human Judgments", 2007; alpha 0.9, beta 3,
 * gamma 0.5), aligned as nltk.translate.meteor_score does. The WordNet stage is left out, so
 * scores are at most as high as NLTK's. Words are lower case, cut at white space and punctuation.
 */
double meteor_sentence(struct arena *a, struct str candidate, const struct str *references,
                       size_t n_references);

/* The same on words that are cut already (compared as they are, so lower-case them). */
double meteor_words(struct arena *a, const struct str *candidate, size_t n_candidate,
                    const struct str *reference, size_t n_reference);
