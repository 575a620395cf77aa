#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "text/tokens.h"

/*
 * How far the words of an output are backed by its sources, without a model: content words and
 * word pairs that the sources do not have, numbers and names that are not there, negations that
 * the nearest source sentence does not share, quotations that are not literal, citations of
 * passages that do not exist. Words are compared by stem (English), numbers by value ("1.2
 * million" is 1,200,000; "three" is 3).
 */
enum {
    GROUNDING_MAX_SOURCE = 4 << 20, /* bytes of all passages together that are read */
    GROUNDING_MAX_OUTPUT = 1 << 18, /* bytes of the output that are looked at */
};

/* Every feature lies in [0, 1]; more of it speaks against being grounded. */
#define GROUNDING_FEATURES(X)                                                                      \
    X(novelty)         /* content words that are in no source */                                  \
    X(worst_novelty)   /* the same of the worst sentence */                                       \
    X(bigram_novelty)  /* pairs of words */                                                       \
    X(trigram_novelty)                                                                             \
    X(unsupported)     /* sentences more than half new */                                         \
    X(gap)             /* content words that the best source sentence lacks, mean of sentences */ \
    X(worst_gap)                                                                                   \
    X(number_share)    /* numbers that are in no source */                                        \
    X(number_any)                                                                                  \
    X(unit_any)        /* "40%" or "$40" where the sources have a bare or other 40 */             \
    X(name_share)      /* capitalised words inside sentences that are in no source */             \
    X(name_any)                                                                                    \
    X(negation)        /* sentences that negate where the best source sentence does not, or do  \
                          not where it does */                                                     \
    X(quote_any)       /* a quotation that is not literally in a source */                        \
    X(citation_any)    /* a citation of a passage that does not exist */                          \
    X(first_person)    /* sentences with "I", "my", "we" */                                       \
    X(question)        /* sentences that ask */

enum grounding_feature {
#define X(name) GROUNDING_##name,
    GROUNDING_FEATURES(X)
#undef X
    GROUNDING_N_FEATURES
};

const char *grounding_feature_name(size_t i);

/* One source passage; `id` may be the null string. */
struct passage {
    struct str id, text;
};

enum finding_kind { FOUND_NOVEL, FOUND_NUMBER, FOUND_UNIT, FOUND_NAME, FOUND_NEGATION, FOUND_QUOTE,
                    FOUND_CITATION };

/* "new words", "number", … */
const char *finding_name(enum finding_kind kind);

/* A place in the output that no source backs. */
struct finding {
    enum finding_kind kind;
    size_t from, n; /* bytes in the output */
};

struct grounding {
    double x[GROUNDING_N_FEATURES];
    size_t n_words, n_numbers, n_names, n_quotes, n_citations, n_sentences; /* looked at */
    struct finding *findings;  /* in order of `from` within each kind */
    size_t n_findings;
    struct sentence *sentences; /* of the output, all of them */
    size_t n_all_sentences;
};

/* False when there is nothing to judge: the output has no word, or the passages have none. The
 * result lives in `a`. */
bool grounding_of(struct arena *a, struct str output, const struct passage *passages, size_t n,
                  struct grounding *ret);

/*
 * Agreement of an output with other outputs to the same input (self-consistency over epochs): the
 * mean over its content words of the share of the others that have the word (by stem, numbers by
 * value), in [0, 1]. NaN without others or without words. After the unigram form of Manakul, Liusie
 * & Gales, "SelfCheckGPT", EMNLP 2023.
 */
double self_consistency(struct arena *a, struct str output, const struct str *others, size_t n);
