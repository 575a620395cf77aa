/*
 * `rouge`: overlap with a reference summary, equal to the rouge-score package. `variant` is
 * rouge1 … rouge9, rougeL or rougeLsum (sentences are lines), `measure` is f, precision or recall;
 * of several references the best counts.
 */
#include "text/rouge.h"

#include "grade/option.h"

static const char *const variant_names[] = {"rouge1", "rouge2", "rouge3",    "rouge4",
                                            "rouge5", "rouge6", "rouge7",    "rouge8",
                                            "rouge9", "rougeL", "rougeLsum", NULL};
enum { VARIANT_L = 9, VARIANT_LSUM };
static const char *const measure_names[] = {"f", "precision", "recall", NULL};
enum { MEASURE_F, MEASURE_PRECISION, MEASURE_RECALL };

struct rouge_grader {
    struct want want;
    struct rouge_options o;
    int variant, measure;
};

static bool rouge_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct rouge_grader *s = ARENA_NEW(a, struct rouge_grader);
    s->variant = VARIANT_L;
    g->state = s;
    if (!want_open(&s->want, options, a, e) ||
        !option_choice(options, "variant", variant_names, &s->variant, e) ||
        !option_choice(options, "measure", measure_names, &s->measure, e) ||
        !node_get_bool(options, "stem", &s->o.stem, e))
        return false;
    s->o.kind = s->variant == VARIANT_L      ? ROUGE_L
                : s->variant == VARIANT_LSUM ? ROUGE_LSUM
                                             : ROUGE_N;
    s->o.n = s->variant + 1;
    return true;
}

static double measured(const struct rouge_grader *s, struct prf p)
{
    return s->measure == MEASURE_PRECISION ? p.precision
           : s->measure == MEASURE_RECALL  ? p.recall
                                           : p.f;
}

static bool rouge_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    const struct rouge_grader *s = g->state;
    struct str_list refs;
    struct prf best = {-1, -1, -1}, p;
    if (!want_texts(&s->want, in, a, &refs, e))
        return false;
    for (size_t i = 0; i < refs.n; i++) {
        if (!rouge(&s->o, refs.v[i], in->output, a, &p, e))
            return false;
        if (measured(s, p) > measured(s, best))
            best = p;
    }
    graded(out, measured(s, best), a, "%s %s %.3f", variant_names[s->variant],
           measure_names[s->measure], measured(s, best));
    grade_prf_details(out, a, best);
    return true;
}

static const char *const keys[] = {"value", "values", "variant", "measure", "stem", NULL};

extern const struct grader_ops grader_rouge;
const struct grader_ops grader_rouge = {
    .name = "rouge",
    .summary = "overlap with a reference summary: ROUGE-1 … 9, L, Lsum",
    .keys = keys,
    .open = rouge_open,
    .grade = rouge_grade,
};
