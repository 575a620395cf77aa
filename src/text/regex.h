#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Regular expressions: PCRE2 with JIT, UTF and Unicode classes on, and limits on matching steps,
 * depth and memory, so that no pattern and no text can hold a thread. A compiled pattern may be
 * shared between threads.
 */
struct regex;

/* REGEX_ECMA: \d, \w and \s as in JavaScript (ASCII but for white space), `$` only at the very
 * end. */
enum {
    REGEX_ICASE = 1,
    REGEX_MULTILINE = 2,
    REGEX_DOTALL = 4,
    REGEX_ANCHORED = 8,
    REGEX_ECMA = 16,
};

/* Compiles; an error says where the pattern stops making sense. Lives as long as the arena. */
MUST_CHECK bool regex_compile(struct arena *a, struct str pattern, unsigned flags,
                              const struct regex **ret, struct err *e);

/* Number of capturing groups, and the number of the named one (0: none of that name). */
size_t regex_groups(const struct regex *re);
size_t regex_group_named(const struct regex *re, const char *name);

/* First match at or after byte `from` of the valid UTF-8 `text`. On a match *ret_hit is true and
 * groups[0 … n_groups-1] are filled (group 0 is the whole match; unset groups are null strings);
 * groups may be NULL. False with ERR_LIMIT when a limit was hit: neither a match nor none. */
MUST_CHECK bool regex_match(const struct regex *re, struct str text, size_t from,
                            struct str *groups, size_t n_groups, bool *ret_hit, struct err *e);
