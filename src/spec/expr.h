#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Success expressions: `correct and polite >= 0.5`. They say when one output counts as a success,
 * in terms of what its graders said.
 *
 *     expr   := and { "or" and }
 *     and    := not { "and" not }
 *     not    := "not" not | "(" expr ")" | operand [ cmp operand ]
 *     cmp    := ">=" | ">" | "<=" | "<" | "==" | "!="
 *     operand := NAME | NUMBER        a number must be one side of a comparison
 *
 * A name alone is true when that grader passed; in a comparison it stands for its score. Names
 * are letters, digits, "_" and "-", beginning with a letter or "_".
 *
 * Evaluation is three-valued (Kleene's strong logic, "Introduction to Metamathematics", 1952,
 * §64): a grader that could not judge makes its term TRUTH_ERROR, and the whole is an error
 * unless the other terms decide it alone (`fail and error` is fail, `pass or error` is pass).
 */
enum truth { TRUTH_FAIL, TRUTH_PASS, TRUTH_ERROR };

/* What one grader said of one output; score is NaN and ignored when outcome is TRUTH_ERROR. */
struct expr_in {
    enum truth outcome;
    double score;
};

struct expr;

/* Whether `s` can be a grader's name. */
bool expr_is_name(struct str s);

/*
 * Parses `text`. `names` (NULL-terminated) are the graders there are: an unknown one is an error
 * that names the nearest. Positions in errors are file:line:col of the text's first byte plus
 * the offset. The expression lives in `a` and keeps no pointer to `names`.
 */
MUST_CHECK bool expr_parse(struct arena *a, struct str text, const char *const *names,
                           const char *file, int line, int col, struct expr **ret, struct err *e);

/* `a and b and …` over all the names: what "success" means when nothing is said. With no names
 * the result is an expression that is always an error. */
struct expr *expr_all(struct arena *a, const char *const *names);

/* in[i] belongs to names[i] of the parse. Pure; safe from several threads. */
enum truth expr_eval(const struct expr *x, const struct expr_in *in);

/* Whether the expression mentions names[i]. */
bool expr_uses(const struct expr *x, size_t i);

/* The expression as text with minimal parentheses, in the arena. */
struct str expr_text(struct arena *a, const struct expr *x);
