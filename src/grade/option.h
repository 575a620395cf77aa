#pragma once

#include "base/buf.h"
#include "grade/grader.h"
#include "text/jsonw.h"
#include "text/rouge.h"

/*
 * What most graders read alike: the value to compare with (the option `value:` or `values:`, or
 * else the item's `expected`), choices from a list of words, and quotes for their reasons.
 */

/* A short quote of outside text for a reason: printable, at most 60 columns, in quotes. */
const char *grade_quote(struct arena *a, struct str s);

/* An optional member that is one of `names` (NULL-terminated): its index into *ret, left alone
 * when absent. */
MUST_CHECK bool option_choice(const struct node *options, const char *key, const char *const *names,
                              int *ret, struct err *e);

struct str_list {
    struct str *v;
    size_t n;
};

/* An optional member that is a text or a list of texts; ret->n = 0 when absent. */
MUST_CHECK bool option_texts(const struct node *options, const char *key, struct arena *a,
                             struct str_list *ret, struct err *e);

/* What to compare with. Read `value` (or the list `values`) once at opening … */
struct want {
    struct str_list texts; /* as texts; n = 0: take the item's expected */
    yyjson_val *json;      /* the same as JSON, or NULL */
};
MUST_CHECK bool want_open(struct want *w, const struct node *options, struct arena *a,
                          struct err *e);

/* … then per item: the JSON value (error when the item has none), … */
MUST_CHECK bool want_json(const struct want *w, const struct grade_in *in, yyjson_val **ret,
                          struct err *e);
/* … or the texts: a text, number or boolean is one, a list of them several, at least one; anything
 * else is an error. */
MUST_CHECK bool want_texts(const struct want *w, const struct grade_in *in, struct arena *a,
                           struct str_list *ret, struct err *e);

/* A JSON object being written for grade_out.details. */
struct details {
    struct buf b;
    struct jw w;
};
void details_begin(struct details *d);
/* Ends the object and puts its text into out->details; releases d. */
void details_end(struct details *d, struct arena *a, struct grade_out *out);

/* details {"precision", "recall", "f1"}. */
void grade_prf_details(struct grade_out *out, struct arena *a, struct prf p);
