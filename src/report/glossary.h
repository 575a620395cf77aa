#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * The language of the program: every term, metric and method in two sentences, with formula, the
 * cases it is not for, and its source. The texts are share/explain/<area>.yaml, a list of
 * mappings: term, also (other names), text, formula, not_for, source, see. To add a term, add it
 * there; a test checks that names are unique and that what `see` names exists.
 */
struct term {
    const char *name;
    const char *text;
    const char *not_for;
    const char *formula;      /* NULL: none */
    const char *source;       /* NULL: a term of this program */
    const char *const *also;  /* NULL-terminated */
    const char *const *see;   /* NULL-terminated; names or other names of terms */
};

struct glossary {
    struct term *v; /* by area, then in the order of the file */
    size_t n;
};

/* Reads the embedded texts; everything lives in `a`. */
MUST_CHECK bool glossary_read(struct arena *a, struct glossary *ret, struct err *e);

/* By any of its names; case, "_", "-" and spaces do not matter, and any pNN_latency or pNN_ttft is
 * the term for p95. NULL: there is none. */
const struct term *glossary_find(const struct glossary *g, const char *name);

/* Up to `max` terms that somebody who wrote `name` may have meant, the nearest first; returns how
 * many. */
size_t glossary_suggest(const struct glossary *g, const char *name, const struct term **ret,
                        size_t max);
