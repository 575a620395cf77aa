#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "decide/evidence.h"
#include "spec/requirement.h"
#include "stats/estimate.h"

/*
 * The ship gate: requirements against evidence, each decided on a confidence bound and never on
 * the number itself (docs/gate.md).
 *
 * `confidence` c is one-sided: a requirement that is not met passes by luck with probability at
 * most alpha = 1 - c. Both ends of `observed` are such bounds (together a 2c - 1 interval): the
 * near end proves that a requirement is met, the far end that it is not, and anything between is
 * "not enough evidence". All requirements, and all slices of one, must pass: that is an
 * intersection-union test, so alpha needs no correction (Berger, Technometrics 24, 1982).
 *
 * Errors: outputs nobody could judge are left out of the numbers, but a requirement passes only
 * if it still does when each of them counts against the variant (and for the baseline). So no
 * amount of errors can ship anything.
 */
enum gate_verdict { GATE_SHIP, GATE_NO_SHIP, GATE_INCONCLUSIVE };
const char *gate_verdict_name(enum gate_verdict v); /* "ship", "no_ship", "inconclusive" */

enum gate_answer { GATE_FAILS, GATE_PASSES, GATE_UNKNOWN };

/* What one requirement, or one slice of it, came to. */
struct gate_finding {
    struct str slice;         /* value of the tag; null string: the whole */
    struct estimate observed; /* of the metric, or of candidate minus baseline */
    enum gate_answer answer;
    const char *why; /* one sentence without full stop */
    double n_needed; /* items in all that would decide it; NaN: decided, or no number would */
    size_t errors;   /* outputs that could not be judged, of this slice */
};

struct gate_line {
    const struct requirement *req;
    double limit;            /* what `observed` is held against */
    struct gate_finding all; /* for `each SLICE:` the worst slice's numbers and the joint answer */
    struct gate_finding *slices;
    size_t n_slices;
};

struct gate_opts {
    double confidence; /* one-sided, in [0.5, 1) */
    uint64_t seed;     /* of the bootstrap, where a method needs one */
};

struct gate {
    const struct evidence *candidate, *baseline; /* baseline NULL: there is none */
    struct gate_opts opts;
    const char *feature, *variant, *baseline_name; /* NULL: not known */
    const char *no_baseline; /* why there is no baseline, for the answers; NULL: nobody gave one */
    const char *stale;       /* why the evidence is not about what would be shipped (the golden
                                set or the prompt changed, the run is unfinished): then nothing
                                ships; NULL: it is */
    enum gate_verdict verdict;
    struct gate_line *lines;
    size_t n_lines;
    double n_needed;        /* the most any undecided line needs; NaN */
    double decided_at;      /* seconds since 1970 */
    const char *shipped_by; /* NULL unless recorded as shipped */
};

/* Fills g->verdict, lines and n_needed from the other members, which the caller has set. A
 * requirement that cannot be measured is undecided, with the reason. Everything lives in `a`. */
void gate_decide(struct arena *a, struct gate *g, const struct requirement *req, size_t n);

/* 0 ship, 1 do not ship, 3 not enough evidence. */
int gate_exit_status(const struct gate *g);

const char *gate_answer_word(enum gate_answer answer); /* "passes", "fails", "undecided" */
