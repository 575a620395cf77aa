#pragma once

#include "base/arena.h"
#include "text/html.h"

/*
 * What changed between two texts, word by word: writes one of them with the words the other does
 * not have marked as <del> (the old text) or <ins> (the new one). Longest common subsequence up to
 * WORDDIFF_MAX words each (O(n·m)); longer texts are written without marks.
 */
enum { WORDDIFF_MAX = 1500 };
struct worddiff;
struct worddiff *worddiff_new(struct arena *a, struct str before, struct str after);
void worddiff_write_before(const struct worddiff *d, struct hw *w);
void worddiff_write_after(const struct worddiff *d, struct hw *w);
