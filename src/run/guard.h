#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "golden/golden.h"
#include "grade/grader.h"
#include "model/provider.h"

/*
 * Guardrails: checks on what goes to a model and on what comes back, as the product would run
 * them, so that the evaluation sees what a user would see.
 *
 *     guardrails:
 *       input:
 *         - {check: {type: contains_pii}, action: redact}
 *         - {check: {type: regex, pattern: "(?i)ignore .* instructions"}, action: block}
 *       output:
 *         - {check: {type: contains_pii}, action: redact}
 *         - {check: {type: json}, unless: pass, action: retry, tries: 2}
 *         - {check: {type: groundedness}, unless: pass, action: fallback, text: "I do not know."}
 *
 * A check is any grader that needs no model, looking at the input's text or at the output. It
 * fires when the grader passes, or with `unless: pass` when it fails; a grader that cannot tell
 * (an error) fires as well: nothing slips through a broken check. Actions:
 *
 *     block     the model is not asked, or its output is withheld: a refusal (text: what is said)
 *     redact    personal data is replaced by its kind in brackets
 *     retry     ask again, up to `tries` times; still firing: as block
 *     fallback  `text` takes the output's place
 *     review    nothing is changed; the output is marked for a person
 */
enum guard_action { GUARD_BLOCK, GUARD_REDACT, GUARD_RETRY, GUARD_FALLBACK, GUARD_REVIEW };
const char *guard_action_name(enum guard_action a);

struct guards; /* of one variant */

enum { GUARDS_MAX = 32 };

/* `n` is the variant's guardrails: mapping. Everything lives in the arena. Errors carry
 * positions. */
MUST_CHECK bool guards_open(struct arena *a, const struct node *n, struct guards **ret,
                            struct err *e);

/* What the guards did to one request or output. */
struct guarded {
    bool blocked, review, retry, changed;
    struct str text;   /* the text after them (redacted, or what is said instead) */
    struct str record; /* JSON list of {"where", "check", "action", "why"}; null: none fired */
};

/* Looks at the input's text before the call. */
void guards_input(const struct guards *g, const struct item *it, struct arena *a,
                  struct guarded *ret);
/* Looks at an output; `tries` says how often it was asked for so far. */
void guards_output(const struct guards *g, const struct item *it, struct str output, int tries,
                   struct arena *a, struct guarded *ret);

/* The same text with personal data replaced: "[email]". */
struct str guards_redact(struct arena *a, struct str text);
