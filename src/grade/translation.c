/*
 * Scores of machine translation against one or more references: `bleu`, `gleu`, `chrf`, `meteor`.
 * Each is the sentence-level score on [0,1]; a corpus score is not the mean of these.
 */
#include "grade/option.h"
#include "text/bleu.h"
#include "text/meteor.h"

struct translation {
    struct want want;
    bool lowercase;
    long long words; /* chrf: order of the word n-grams, 2 for chrF++ */
};

static bool translation_open(struct grader *g, const struct node *options, struct arena *a,
                             struct err *e)
{
    struct translation *s = ARENA_NEW(a, struct translation);
    g->state = s;
    return want_open(&s->want, options, a, e) &&
           node_get_bool(options, "lowercase", &s->lowercase, e) &&
           node_get_int(options, "words", 0, 4, &s->words, e);
}

static bool bleu_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    const struct translation *s = g->state;
    struct str_list refs;
    struct details d;
    if (!want_texts(&s->want, in, a, &refs, e))
        return false;
    struct bleu b = bleu_sentence(a, in->output, refs.v, refs.n, s->lowercase);
    graded(out, b.score, a, "BLEU %.2f (of 100)", 100 * b.score);
    details_begin(&d);
    jw_knum(&d.w, "brevity_penalty", b.brevity_penalty);
    jw_key(&d.w, "precision");
    jw_arr(&d.w);
    for (size_t i = 0; i < ARRAY_LEN(b.precision); i++)
        jw_num(&d.w, b.precision[i]);
    jw_end(&d.w);
    jw_kint(&d.w, "length", (int64_t)b.length);
    jw_kint(&d.w, "reference_length", (int64_t)b.reference_length);
    details_end(&d, a, out);
    return true;
}

static bool gleu_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    const struct translation *s = g->state;
    struct str_list refs;
    if (!want_texts(&s->want, in, a, &refs, e))
        return false;
    double score = gleu_sentence(a, in->output, refs.v, refs.n, s->lowercase);
    graded(out, score, a, "GLEU %.3f", score);
    return true;
}

static bool chrf_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    const struct translation *s = g->state;
    struct str_list refs;
    if (!want_texts(&s->want, in, a, &refs, e))
        return false;
    double score = chrf_sentence(a, in->output, refs.v, refs.n, (int)s->words, s->lowercase);
    graded(out, score, a, "chrF %.2f (of 100)", 100 * score);
    return true;
}

static bool meteor_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    const struct translation *s = g->state;
    struct str_list refs;
    if (!want_texts(&s->want, in, a, &refs, e))
        return false;
    double score = meteor_sentence(a, in->output, refs.v, refs.n);
    graded(out, score, a, "METEOR (exact and stem) %.3f", score);
    return true;
}

static const char *const cased_keys[] = {"value", "values", "lowercase", NULL};
static const char *const chrf_keys[] = {"value", "values", "lowercase", "words", NULL};
static const char *const meteor_keys[] = {"value", "values", NULL};

extern const struct grader_ops grader_bleu, grader_gleu, grader_chrf, grader_meteor;
const struct grader_ops grader_bleu = {
    .name = "bleu",
    .summary = "sentence BLEU against references, as sacrebleu (13a) computes it",
    .keys = cased_keys,
    .open = translation_open,
    .grade = bleu_grade,
};
const struct grader_ops grader_gleu = {
    .name = "gleu",
    .summary = "Google's sentence BLEU: the smaller of n-gram precision and recall",
    .keys = cased_keys,
    .open = translation_open,
    .grade = gleu_grade,
};
const struct grader_ops grader_chrf = {
    .name = "chrf",
    .summary = "character n-gram F-score, as sacrebleu computes it (words: 2 for chrF++)",
    .keys = chrf_keys,
    .open = translation_open,
    .grade = chrf_grade,
};
const struct grader_ops grader_meteor = {
    .name = "meteor",
    .summary = "METEOR with exact and stem matches (no WordNet)",
    .keys = meteor_keys,
    .open = translation_open,
    .grade = meteor_grade,
};
