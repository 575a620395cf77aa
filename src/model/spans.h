#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Where a value may stand in a text: a run of words and numbers inside a line, or a block of
 * whole lines. Each place has a shape ("99/99/9999", "A+", "9.99") and hashed features: its
 * shape, the words before and behind, the label in the line above, its place on the page, and how
 * its number ranks among the numbers of the text.
 */
enum {
    SPANS_MAX_BYTES = 64 * 1024, /* of a text; the rest is not looked at */
    SPANS_MAX_ATOMS = 10,        /* words and numbers in a run */
    SPANS_MAX_LINES = 8,         /* lines in a block */
    SPAN_FEATURE_BITS = 18,      /* features are below 1 << 18 */
};

struct atom {
    uint32_t from, end; /* bytes in the text */
    uint32_t line;
    char kind;          /* 'A' capitals, 'a' small or mixed letters, '9' number, else itself */
    uint64_t hash;      /* of the lower-case word; of the shape of a number */
};

struct text_line {
    uint32_t from, end;   /* trimmed bytes; never empty */
    uint32_t atom, n_atoms;
    uint64_t hash;        /* of its atoms */
};

/* A text cut into lines and atoms. */
struct page {
    struct str text;
    struct text_line *line;
    size_t n_lines;
    struct atom *atom;
    size_t n_atoms;
    uint32_t *alnum;      /* letters and digits before each byte, n + 1 of them */
    double *number;       /* distinct values of the numeric atoms, falling */
    size_t n_numbers;
};

struct span {
    uint32_t atom, n_atoms; /* of a run; n_atoms 0: a block of lines */
    uint32_t line, n_lines;
    uint64_t shape;
};

struct page page_of(struct arena *a, struct str text);

/* Calls each(arg, span) for every run and block of the page. */
void page_spans(const struct page *p, void (*each)(void *arg, struct span s), void *arg);

/* The text of a span; lines of a block are joined by a space. In `a` or in the page. */
struct str span_text(const struct page *p, struct span s, struct arena *a);
/* How many letters and digits it has. */
size_t span_alnum(const struct page *p, struct span s);
/* Features into out[0 … SPAN_MAX_FEATURES-1]; returns how many. */
enum { SPAN_MAX_FEATURES = 48 };
size_t span_features(const struct page *p, struct span s, uint32_t *out);

/* The number a text stands for, commas between digits and a currency sign or letters around it
 * left out; false when it is none. */
bool span_number(struct str s, double *ret);
