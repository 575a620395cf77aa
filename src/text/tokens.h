#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Words and sentences of a text. Tokens are views into the text with offsets, so that a finding
 * can be highlighted; word tokens also carry a lower-case form and its hash. Cost is linear in
 * the text; invalid UTF-8 separates words.
 */
struct token {
    size_t from, n;    /* bytes in the text */
    struct str word;   /* lower case; in the arena, or in the text when it is already lower */
    uint64_t hash;     /* XXH3 of `word` */
};

struct tokens {
    struct token *v;
    size_t n;
};

enum words_kind {
    WORDS_ASCII,   /* [a-z0-9]+ after ASCII lower-casing, as ROUGE cuts words */
    WORDS_UNICODE, /* runs of letters, marks and digits; an apostrophe or hyphen between letters
                      and a point or comma between digits stay inside ("don't", "1,250.50") */
};

struct tokens words_of(struct arena *a, struct str text, enum words_kind kind);

/* The sentences of a text: views, trimmed, none empty, in order. A sentence ends at . ! ? … and
 * their full-width kin (with closing quotes and brackets behind), when white space and no
 * lower-case letter follows (in a text without any capital it may), not behind a known
 * abbreviation, an initial or a list number; and at a blank line. A line break followed by a list
 * mark ends one too. */
struct sentence {
    size_t from, n;
};
struct sentences {
    struct sentence *v;
    size_t n;
};
struct sentences sentences_of(struct arena *a, struct str text);

/* English function words, for content-word features ("the", "and", "of", "is" …); `word` in
 * lower case. */
bool word_is_stop(struct str word);
