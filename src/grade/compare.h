#pragma once

#include "grade/grader.h"
#include "text/values.h"

/*
 * Comparing one extracted value with the expected one, by kind: what `fields`, `slots` and
 * `json_diff` mean by "the same".
 */
enum value_kind {
    VALUE_AUTO,   /* text for texts, number for numbers, JSON equality for the rest */
    VALUE_EXACT,  /* as written */
    VALUE_TEXT,   /* without regard to case, white space and width; punctuation counts */
    VALUE_WORDS,  /* as text, punctuation does not count */
    VALUE_NUMBER, /* "1,234.50" is 1234.5 */
    VALUE_MONEY,  /* as number, currency signs and codes ignored, to half a cent */
    VALUE_DATE,   /* "25 Mar 2018" is 2018-03-25 */
    VALUE_FUZZY,  /* as text, a similarity of at least `similarity` */
    VALUE_JSON,   /* equal as JSON values */
};

struct value_rule {
    enum value_kind kind;
    double tolerance;  /* NUMBER, MONEY: absolute */
    double similarity; /* FUZZY: Levenshtein ratio, default 0.85 */
    enum date_order date_order;
    enum decimal_sign decimal;
};

/* Reads a rule from a kind's name or {type, tolerance, similarity, date_order, decimal}, starting
 * from *ret as the defaults. */
MUST_CHECK bool value_rule_read(const struct node *n, struct value_rule *ret, struct err *e);
struct value_rule value_rule_default(void);

/* Are they the same? Error when the expected value itself does not read as the kind says. */
MUST_CHECK bool value_same(const struct value_rule *r, yyjson_val *expected, yyjson_val *got,
                           struct arena *a, bool *ret, struct err *e);

/* Nothing to find: absent, null, or a text of white space. */
bool value_empty(yyjson_val *v);
