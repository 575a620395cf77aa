#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * N-gram scores of machine translation, on [0,1].
 *
 * BLEU: sacrebleu's sentence_bleu (13a tokens as mteval-v13a cuts them, "exp" smoothing,
 * effective order, closest reference length; Post, "A Call for Clarity in Reporting BLEU Scores",
 * 2018), divided by 100. GLEU: Wu et al., "Google's Neural Machine Translation System", 2016, as
 * nltk.translate.gleu_score over the same tokens. chrF: sacrebleu's sentence_chrf (character
 * n-grams of orders 1-6 without white space, beta 2; with words 2: chrF++; Popović 2015, 2017),
 * divided by 100.
 */
struct bleu {
    double score, brevity_penalty;
    double precision[4]; /* [0,1], smoothed */
    size_t length, reference_length;
};

struct bleu bleu_sentence(struct arena *a, struct str candidate, const struct str *references,
                          size_t n_references, bool lowercase);

double gleu_sentence(struct arena *a, struct str candidate, const struct str *references,
                     size_t n_references, bool lowercase);

double chrf_sentence(struct arena *a, struct str candidate, const struct str *references,
                     size_t n_references, int word_order, bool lowercase);

/* The 13a tokens of a text joined by single spaces. */
struct str tokens_13a(struct arena *a, struct str text);

/* White space as Python's str.split() sees it: words of a text, as views. */
struct str_words {
    struct str *v;
    size_t n;
};
struct str_words split_white(struct arena *a, struct str text);
