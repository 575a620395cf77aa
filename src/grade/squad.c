/*
 * Short answers: `exact` (equal after SQuAD normalisation) and `token_f1` (overlap of the words
 * that are left). Several expected answers: the best counts.
 */
#include "text/squad.h"

#include "grade/option.h"

struct squad {
    struct want want;
};

static bool squad_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct squad *s = ARENA_NEW(a, struct squad);
    g->state = s;
    return want_open(&s->want, options, a, e);
}

static bool exact_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    const struct squad *s = g->state;
    struct str_list want;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    struct str got = squad_normal(a, in->output);
    bool same = false;
    for (size_t i = 0; i < want.n && !same; i++)
        same = str_eq(got, squad_normal(a, want.v[i]));
    graded_bool(out, same, a, "the answer is %s, expected %s%s", grade_quote(a, got),
                want.n > 1 ? "one of several, such as " : "", grade_quote(a, want.v[0]));
    return true;
}

static bool token_f1_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                           struct grade_out *out, struct err *e)
{
    const struct squad *s = g->state;
    struct str_list want;
    struct prf best = {-1, -1, -1};
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    for (size_t i = 0; i < want.n; i++) {
        struct prf p = squad_f1(a, want.v[i], in->output);
        if (p.f > best.f)
            best = p;
    }
    graded(out, best.f, a, "token F1 %.3f", best.f);
    grade_prf_details(out, a, best);
    return true;
}

static const char *const keys[] = {"value", "values", NULL};

extern const struct grader_ops grader_exact, grader_token_f1;
const struct grader_ops grader_exact = {
    .name = "exact",
    .summary = "the answer is an expected one after SQuAD normalisation",
    .keys = keys,
    .open = squad_open,
    .grade = exact_grade,
};
const struct grader_ops grader_token_f1 = {
    .name = "token_f1",
    .summary = "F1 of the words shared with the expected answer, as SQuAD counts them",
    .keys = keys,
    .open = squad_open,
    .grade = token_f1_grade,
};
