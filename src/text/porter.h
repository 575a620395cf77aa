#pragma once

#include <stddef.h>

/*
 * The Porter stemmer with NLTK's extensions (M. Porter, "An algorithm for suffix stripping",
 * Program 14(3), 1980; the default mode of nltk.stem.porter 3.8), which is what rouge-score uses.
 * It differs from Snowball's "porter" and "english" on about one word in sixty.
 *
 * `word`: n bytes of lower-case ASCII letters and digits, stemmed in place; returns the new
 * length, which is never greater than n.
 */
size_t porter_stem(char *word, size_t n);
