#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/*
 * Runs: one start of `plimsoll run` for one feature, with the evidence of what it ran on. A run
 * has variants and graders; its results are in store/units.h. People write a run as "r7".
 */
struct run_row {
    int64_t id;
    struct str feature;
    double started_at;         /* seconds since 1970 */
    double ended_at;           /* NaN: not finished, or killed */
    struct str ended_why;      /* null: all that was planned was done; "interrupted", "max_cost",
                                  "decided" */
    struct str golden_version, golden_path;
    struct str success;        /* the expression */
    uint64_t seed;
    struct str price_date;     /* of the built-in price book; null: no price was looked up */
    struct str program, libraries, unicode;
    struct str options;        /* JSON object: limit, split, epochs, … */
};

struct run_variant_row {
    int64_t id, run;
    struct str name, model, fingerprint;
    struct str prompt, prompt_hash, params; /* null when there are none */
    int64_t planned;           /* units of work: items times epochs */
    int epochs;
    double wall_s;             /* NaN: never finished a part */
};

struct run_grader_row {
    struct str name, type, hash;
    double weight, threshold;  /* threshold NaN: as the grader says */
};

/* "r7" or "7" -> 7; "last" is the newest run (of `feature`, NULL: any). ERR_NOT_FOUND names the
 * runs there are. */
MUST_CHECK bool run_resolve(struct store *s, const char *text, const char *feature, int64_t *ret,
                            struct err *e);

/* Writing; inside a transaction. Ids are filled in. */
MUST_CHECK bool run_put(struct store *s, struct run_row *r, struct err *e);
MUST_CHECK bool run_variant_put(struct store *s, struct run_variant_row *v, struct err *e);
MUST_CHECK bool run_graders_put(struct store *s, int64_t run, const struct run_grader_row *g,
                                size_t n, struct err *e);
MUST_CHECK bool run_end(struct store *s, int64_t run, double now, const char *why, struct err *e);
/* Marks a run as going on again (resumed). */
MUST_CHECK bool run_reopen(struct store *s, int64_t run, struct err *e);
/* Adds seconds to a variant's wall clock. */
MUST_CHECK bool run_variant_add_wall(struct store *s, int64_t variant, double seconds,
                                     struct err *e);

/* Reading; texts live in the arena. A run that does not exist is ERR_NOT_FOUND. */
MUST_CHECK bool run_get(struct store *s, struct arena *a, int64_t id, struct run_row *ret,
                        struct err *e);
MUST_CHECK bool run_variants(struct store *s, struct arena *a, int64_t run,
                             struct run_variant_row **ret, size_t *ret_n, struct err *e);
MUST_CHECK bool run_graders(struct store *s, struct arena *a, int64_t run,
                            struct run_grader_row **ret, size_t *ret_n, struct err *e);
/* The newest `limit` runs, newest first; feature NULL: all. */
MUST_CHECK bool run_list(struct store *s, struct arena *a, const char *feature, size_t limit,
                         struct run_row **ret, size_t *ret_n, struct err *e);
/* The newest run of `feature` that has results of a variant of that name, finished or not;
 * *ret 0 when there is none. */
MUST_CHECK bool run_newest_with(struct store *s, const char *feature, const char *variant,
                                int64_t *ret, struct err *e);
/* The newest run of `feature` (NULL: of any); *ret 0 when there is none. */
MUST_CHECK bool run_newest(struct store *s, const char *feature, int64_t *ret, struct err *e);
