/*
 * `repetition`: an output that runs on: the same line or word sequence over and over, or longer
 * than `max` characters (default 20,000). Passes when the longest run of a repeated piece covers
 * less than `share` of it (default 0.5). Under 200 characters nothing is a run.
 */
#include <math.h>

#include "base/utf8.h"
#include "grade/option.h"
#include "text/tokens.h"

enum { LEAST = 200, LONGEST_PERIOD = 60 };

struct repetition {
    double share;
    long long max;
};

static bool repetition_open(struct grader *g, const struct node *options, struct arena *a,
                            struct err *e)
{
    struct repetition *s = ARENA_NEW(a, struct repetition);
    g->state = s;
    s->share = 0.5;
    s->max = 20000;
    if (!node_get_num(options, "share", &s->share, e) ||
        !node_get_int(options, "max", 1, 100000000, &s->max, e))
        return false;
    return (s->share > 0 && s->share <= 1) ||
           node_err(e, node_get(options, "share"),
                    "share: %g where a number from 0 to 1 was expected", s->share);
}

/* Words in the longest stretch in which each word equals the one `period` before it. */
static size_t longest_run(const struct tokens *t, size_t *ret_period)
{
    size_t best = 0;
    for (size_t period = 1; period <= LONGEST_PERIOD && period < t->n; period++) {
        size_t run = 0;
        for (size_t i = period; i < t->n; i++) {
            run = t->v[i].hash == t->v[i - period].hash ? run + 1 : 0;
            if (run >= 2 * period && run + period > best) {
                best = run + period;
                *ret_period = period;
            }
        }
    }
    return best;
}

/* One character over and over has no words to compare. */
static size_t longest_char_run(struct str s)
{
    size_t best = 0, run = 0;
    for (size_t i = 1; i < s.n; i++) {
        run = s.p[i] == s.p[i - 1] ? run + 1 : 0;
        best = run > best ? run : best;
    }
    return best;
}

static bool repetition_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                             struct grade_out *out, struct err *e)
{
    const struct repetition *s = g->state;
    size_t chars = utf8_length(in->output), period = 1;
    (void)e;
    if ((long long)chars > s->max) {
        graded_bool(out, false, a, "%zu characters, more than %lld", chars, s->max);
        return true;
    }
    if (chars < LEAST) {
        graded_bool(out, true, a, "%zu characters: too short to run on", chars);
        return true;
    }
    struct tokens t = words_of(a, in->output, WORDS_UNICODE);
    double words = t.n ? (double)longest_run(&t, &period) / (double)t.n : 0;
    double same = (double)longest_char_run(in->output) / (double)in->output.n;
    double share = words > same ? words : same;
    if (share >= s->share && words >= same)
        graded_bool(out, false, a, "%.0f%% of it is %zu word%s over and over", share * 100, period,
                    period == 1 ? "" : "s");
    else if (share >= s->share)
        graded_bool(out, false, a, "%.0f%% of it is one character over and over", share * 100);
    else
        graded_bool(out, true, a, "at most %.0f%% of it repeats", share * 100);
    out->score = 1 - share;
    return true;
}

static const char *const keys[] = {"share", "max", NULL};

extern const struct grader_ops grader_repetition;
const struct grader_ops grader_repetition = {
    .name = "repetition",
    .summary = "the output does not run on: no piece over and over, not unbounded",
    .keys = keys,
    .open = repetition_open,
    .grade = repetition_grade,
    .threshold = (double)NAN,
};
