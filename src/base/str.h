#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* A view of bytes somebody else owns; not NUL-terminated unless its maker says so. The zero
 * value (p NULL, n 0) is the empty string; `str_null` tells it from "". */
struct str {
    const char *p;
    size_t n;
};

#define STR(lit) ((struct str){"" lit, sizeof(lit) - 1})
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

struct str str_c(const char *s); /* NULL gives the null string */
bool str_null(struct str s);
bool str_eq(struct str a, struct str b);
bool str_eq_c(struct str a, const char *b);
bool str_ieq(struct str a, struct str b);         /* ASCII case */
int str_cmp(struct str a, struct str b);          /* bytewise, as memcmp */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_starts_c(struct str s, const char *prefix);
bool str_ends_c(struct str s, const char *suffix);

/* Offset of `needle` in `s`, or -1. An empty needle is found at 0. */
ptrdiff_t str_find(struct str s, struct str needle);
ptrdiff_t str_find_char(struct str s, char c);

struct str str_trim(struct str s);                /* ASCII white space at both ends */
struct str str_sub(struct str s, size_t from, size_t n); /* clamped to s */

/* Takes the part of *rest before the next `sep` into *ret_part and moves *rest behind it.
 * False when *rest is used up; "a,,b" gives "a", "", "b". */
bool str_split(struct str *rest, char sep, struct str *ret_part);

/* Whole-string numbers: trailing garbage, overflow and (for str_double) inf/nan are refused. */
MUST_CHECK bool str_double(struct str s, double *ret);
MUST_CHECK bool str_long(struct str s, long long *ret);

/* Damerau-Levenshtein distance of two short strings (at most 63 bytes each are looked at);
 * for "did you mean". */
int str_distance(struct str a, struct str b);

/* The name in `names` (NULL-terminated) nearest to `s`, or NULL when none is near. */
const char *str_nearest(struct str s, const char *const *names);
