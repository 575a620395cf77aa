#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "grade/grader.h"
#include "store/store.h"

/*
 * Results in memory: what one variant did, one row a unit of work (item, epoch), whatever they
 * come from: a run in the store or a plain file. Every total, comparison and verdict is computed
 * from such a set. Rows are in order of item and epoch; items in the order they were first seen.
 */

/* An item as far as statistics need it. */
struct result_item {
    struct str id;
    struct str cluster;    /* items of one cluster are not independent; null: on its own */
    double weight;
};

struct result_row {
    uint32_t item;         /* index into items */
    uint16_t epoch;        /* 1, 2, … */
    uint8_t outcome;       /* enum outcome, of the success expression; error: could not be told */
    bool refused : 1;      /* the provider blocked it, or the model declined through the API */
    bool failed_call : 1;  /* there is no output at all */
    double score;          /* NaN when unknown */
    double latency_ms, ttft_ms, cost_usd, confidence; /* NaN when unknown */
    double grading_cost_usd; /* of graders that ask models: 0 when none did, NaN when unknown */
    int32_t tokens_input, tokens_output, tokens_cached; /* -1 when unknown */
    int64_t output;        /* id in the store, 0: none */
};

/* One grader's word on one row. */
struct result_grade {
    double score;          /* NaN when unknown */
    uint8_t outcome;       /* enum outcome; RESULT_UNGRADED: it has not looked */
};
enum { RESULT_UNGRADED = 3 };

/* The values of one tag: of_item[i] is an index into value, or RESULT_NO_TAG. */
struct result_tag {
    const char *key;
    VEC(struct str) value;
    VEC(uint32_t) of_item;
    struct map index;
};
#define RESULT_NO_TAG UINT32_MAX

struct result_set {
    struct arena *a;           /* texts; the set is freed with it */
    const char *name;          /* the variant, or the file */
    const char *feature;       /* NULL for a file */
    int64_t run, variant;      /* ids in the store; 0 for a file */
    const char *golden_version; /* NULL for a file */
    int epochs;                /* largest epoch */
    double wall_s;             /* NaN when unknown */
    VEC(struct result_item) items;
    VEC(struct result_row) rows;
    size_t n_graders;
    const char **graders;      /* names, NULL-terminated */
    VEC(struct result_grade) grades; /* rows.n * n_graders, row by row */
    VEC(struct result_tag) tags;
    struct map item_index;     /* id -> index + 1, as far as asked for */
};

/* An empty set that is freed with the arena. `graders` (n names) are copied. */
struct result_set *result_set_new(struct arena *a, const char *name, const char *const *graders,
                                  size_t n_graders);

/* The item called `id`, added when it is new (*ret_new tells; may be NULL). Text is copied. */
uint32_t result_set_item(struct result_set *rs, struct str id, bool *ret_new);
/* Position of an item, or -1. */
ptrdiff_t result_set_find(struct result_set *rs, struct str id);
/* Sets a tag of an item; the value as people write it. Text is copied. */
void result_set_tag(struct result_set *rs, uint32_t item, const char *key, struct str value);
/* Adds a row with everything unknown, outcome error, grades RESULT_UNGRADED. Pointers into the
 * set are valid until the next call. */
struct result_row *result_set_add(struct result_set *rs, uint32_t item, int epoch);
/* The grades of row r: n_graders of them. */
struct result_grade *result_set_grades(const struct result_set *rs, size_t r);
/* Sorts rows by item and epoch; a second row of the same item and epoch is ERR_INPUT. Call once
 * after the last row. */
MUST_CHECK bool result_set_finish(struct result_set *rs, struct err *e);

/* The tag called `key`, or NULL; its value for an item, or the null string. */
const struct result_tag *result_set_find_tag(const struct result_set *rs, const char *key);
struct str result_tag_value(const struct result_tag *t, uint32_t item);

/* Loads a variant of a run from the store; only finished units have rows. ERR_NOT_FOUND names the
 * variants the run has. */
MUST_CHECK bool result_set_load(struct arena *a, struct store *s, int64_t run,
                                const char *variant, struct result_set **ret, struct err *e);
