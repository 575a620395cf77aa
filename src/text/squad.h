#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "text/rouge.h"

/*
 * Answers compared as SQuAD's evaluation script does it (Rajpurkar et al., "SQuAD: 100,000+
 * Questions for Machine Comprehension of Text", 2016; evaluate-v2.0): lower case, without ASCII
 * punctuation and the articles a, an, the, white space single.
 */
struct str squad_normal(struct arena *a, struct str s);

/* Overlap of the words of two normalised answers. When either has none, F is 1 if both have none
 * and 0 otherwise (version 2.0's rule for questions without an answer). */
struct prf squad_f1(struct arena *a, struct str expected, struct str predicted);
