/*
 * Similarity by edits: `levenshtein` (1 - distance / longer length) and `jaro_winkler` (for
 * names). Of several expected texts the most similar counts.
 */
#include <math.h>

#include "grade/option.h"
#include "text/edit.h"
#include "text/values.h"

struct similarity {
    struct want want;
    bool normalise;
    long long max_distance; /* -1: the threshold decides */
};

static bool similarity_open(struct grader *g, const struct node *options, struct arena *a,
                            struct err *e)
{
    struct similarity *s = ARENA_NEW(a, struct similarity);
    s->max_distance = -1;
    g->state = s;
    if (!want_open(&s->want, options, a, e) ||
        !node_get_bool(options, "normalise", &s->normalise, e) ||
        !node_get_int(options, "max_distance", 0, 1000000, &s->max_distance, e))
        return false;
    if (s->max_distance >= 0) {
        if (node_get(options, "threshold"))
            return node_err(e, node_get(options, "max_distance"),
                            "both \"max_distance\" and \"threshold\" are given");
        g->threshold = (double)NAN; /* this grader decides */
    }
    return true;
}

static struct str prepared(const struct similarity *s, struct str t, struct arena *a)
{
    return s->normalise ? text_normal(a, t, true) : t;
}

static bool levenshtein_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                              struct grade_out *out, struct err *e)
{
    const struct similarity *s = g->state;
    struct str_list want;
    struct details d;
    double best = -1, ratio;
    size_t least = 0, n;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    struct str got = prepared(s, in->output, a);
    for (size_t i = 0; i < want.n; i++) {
        if (!levenshtein_ratio(a, prepared(s, want.v[i], a), got, &n, &ratio, e))
            return false;
        least = i == 0 || n < least ? n : least;
        best = ratio > best ? ratio : best;
    }
    graded(out, best, a, "%zu edit%s away, similarity %.3f", least, least == 1 ? "" : "s", best);
    if (s->max_distance >= 0)
        out->outcome = least <= (size_t)s->max_distance ? OUTCOME_PASS : OUTCOME_FAIL;
    details_begin(&d);
    jw_kint(&d.w, "distance", (int64_t)least);
    jw_knum(&d.w, "similarity", best);
    details_end(&d, a, out);
    return true;
}

static bool jaro_winkler_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                               struct grade_out *out, struct err *e)
{
    const struct similarity *s = g->state;
    struct str_list want;
    double best = -1, score;
    if (!want_texts(&s->want, in, a, &want, e))
        return false;
    struct str got = prepared(s, in->output, a);
    for (size_t i = 0; i < want.n; i++) {
        if (!jaro_winkler(a, prepared(s, want.v[i], a), got, &score, e))
            return false;
        best = score > best ? score : best;
    }
    graded(out, best, a, "Jaro-Winkler similarity %.3f", best);
    return true;
}

static const char *const levenshtein_keys[] = {"value", "values", "normalise", "max_distance",
                                               NULL};
static const char *const jaro_keys[] = {"value", "values", "normalise", NULL};

extern const struct grader_ops grader_levenshtein, grader_jaro_winkler;
const struct grader_ops grader_levenshtein = {
    .name = "levenshtein",
    .summary = "similarity by edit distance; max_distance for a limit in characters",
    .keys = levenshtein_keys,
    .open = similarity_open,
    .grade = levenshtein_grade,
    .threshold = 0.8,
    .lower_is_better = true,
};
const struct grader_ops grader_jaro_winkler = {
    .name = "jaro_winkler",
    .summary = "Jaro-Winkler similarity, for names",
    .keys = jaro_keys,
    .open = similarity_open,
    .grade = jaro_winkler_grade,
    .threshold = 0.9,
};
