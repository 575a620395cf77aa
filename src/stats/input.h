#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yyjson.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Strict reading of a statistic's inputs. Each call reads one key of the inputs object; on
 * failure the error is ERR_STAT and names the key, what was found and what was expected. A key
 * that is absent or null is an error unless the call has `_or` in its name: then the given value
 * stands in. Lists live in the arena and are never NULL, also when empty.
 *
 *     if (!in_k_of_n(in, "k", "n", &k, &n, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
 *         return false;
 */

/* More elements in one list or table are refused, by name of the limit. */
enum { IN_MAX_LIST = 10000000 };
/* Counts beyond this would make the exact methods slow; no golden set or log week is as large. */
#define IN_MAX_COUNT ((size_t)10000000000)

struct nums {
    double *v;
    size_t n;
};

/* rows × cols, row by row: element (r, c) is v[r * cols + c]. */
struct num_table {
    double *v;
    size_t rows, cols;
};

/* Group membership: element i belongs to group id[i]; ids are 0 … n_groups - 1 in order of first
 * appearance. */
struct groups {
    size_t *id;
    size_t n, n_groups;
};

/* ERR_STAT with the given sentence; returns false. For checks between several inputs. */
bool in_err(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Finite number. */
MUST_CHECK bool in_num(yyjson_val *in, const char *key, double *ret, struct err *e);
MUST_CHECK bool in_num_or(yyjson_val *in, const char *key, double otherwise, double *ret,
                          struct err *e);
/* Number in [lo, hi]. */
MUST_CHECK bool in_range(yyjson_val *in, const char *key, double lo, double hi, double *ret,
                         struct err *e);
MUST_CHECK bool in_range_or(yyjson_val *in, const char *key, double lo, double hi,
                            double otherwise, double *ret, struct err *e);
/* Number over 0. */
MUST_CHECK bool in_positive(yyjson_val *in, const char *key, double *ret, struct err *e);
MUST_CHECK bool in_positive_or(yyjson_val *in, const char *key, double otherwise, double *ret,
                               struct err *e);
/* Number strictly between 0 and 1: a confidence, a significance level, a power. */
MUST_CHECK bool in_prob(yyjson_val *in, const char *key, double *ret, struct err *e);
MUST_CHECK bool in_prob_or(yyjson_val *in, const char *key, double otherwise, double *ret,
                           struct err *e);

/* Whole number 0 … IN_MAX_COUNT (20.0 counts as whole), or at least `min` and at most `max`. */
MUST_CHECK bool in_count(yyjson_val *in, const char *key, size_t *ret, struct err *e);
MUST_CHECK bool in_count_between(yyjson_val *in, const char *key, size_t min, size_t max,
                                 size_t *ret, struct err *e);
MUST_CHECK bool in_count_or(yyjson_val *in, const char *key, size_t min, size_t max,
                            size_t otherwise, size_t *ret, struct err *e);
/* Two counts, the first at most the second. */
MUST_CHECK bool in_k_of_n(yyjson_val *in, const char *key_k, const char *key_n, size_t *ret_k,
                          size_t *ret_n, struct err *e);

MUST_CHECK bool in_bool_or(yyjson_val *in, const char *key, bool otherwise, bool *ret,
                           struct err *e);
/* String, NUL-terminated, as long-lived as the document. */
MUST_CHECK bool in_str(yyjson_val *in, const char *key, const char **ret, struct err *e);
/* String that is one of `names` (NULL-terminated); *ret is its index. */
MUST_CHECK bool in_choice(yyjson_val *in, const char *key, const char *const *names, size_t *ret,
                          struct err *e);

/* List of at least `min` finite numbers (true and false count as 1 and 0). */
MUST_CHECK bool in_nums(yyjson_val *in, const char *key, size_t min, struct arena *a,
                        struct nums *ret, struct err *e);
/* The same with every number in [lo, hi]. */
MUST_CHECK bool in_nums_range(yyjson_val *in, const char *key, size_t min, double lo, double hi,
                              struct arena *a, struct nums *ret, struct err *e);
/* The same where null stands for a missing value and is read as NaN. */
MUST_CHECK bool in_nums_null(yyjson_val *in, const char *key, size_t min, struct arena *a,
                             struct nums *ret, struct err *e);
/* List of 0 and 1. */
MUST_CHECK bool in_bits(yyjson_val *in, const char *key, size_t min, struct arena *a,
                        struct nums *ret, struct err *e);
/* List of whole numbers 0 … max (indices, counts). */
MUST_CHECK bool in_counts(yyjson_val *in, const char *key, size_t min, size_t max,
                          struct arena *a, size_t **ret, size_t *ret_n, struct err *e);
/* List of group labels, numbers or strings. */
MUST_CHECK bool in_groups(yyjson_val *in, const char *key, struct arena *a, struct groups *ret,
                          struct err *e);
/* Two lists that must be equally long; false with both keys and lengths in the error. */
MUST_CHECK bool in_same_length(const char *key_a, size_t n_a, const char *key_b, size_t n_b,
                               struct err *e);

/* List of equally long, non-empty lists of finite numbers; `_null`: null is read as NaN. */
MUST_CHECK bool in_table(yyjson_val *in, const char *key, struct arena *a, struct num_table *ret,
                         struct err *e);
MUST_CHECK bool in_table_null(yyjson_val *in, const char *key, struct arena *a,
                              struct num_table *ret, struct err *e);
/* List of lists of numbers that may differ in length. */
MUST_CHECK bool in_lists(yyjson_val *in, const char *key, size_t min, struct arena *a,
                         struct nums **ret, size_t *ret_n, struct err *e);
