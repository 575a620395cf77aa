/*
 * `perplexity`: how sure the model was of what it wrote, from the token log probabilities that
 * were recorded with the output: exp of their negative mean. Score: its inverse, the geometric
 * mean probability of a token. Passes up to `max`.
 */
#include <math.h>

#include "grade/option.h"
#include "text/json.h"

struct perplexity {
    double max;
};

static bool perplexity_open(struct grader *g, const struct node *options, struct arena *a,
                            struct err *e)
{
    struct perplexity *s = ARENA_NEW(a, struct perplexity);
    s->max = NAN;
    g->state = s;
    if (!node_get_num(options, "max", &s->max, e))
        return false;
    if (isnan(s->max) && !node_get(options, "threshold"))
        return err_set(e, ERR_SPEC,
                       "perplexity needs \"max\", or a \"threshold\" for the mean "
                       "probability of a token");
    return isnan(s->max) || s->max >= 1 ||
           node_err(e, node_get(options, "max"), "max: %g where 1 or more was expected", s->max);
}

/* Log probabilities as a list of numbers or of {"logprob": x}, or under "content" as OpenAI has
 * them. */
static bool sum_logprobs(yyjson_val *v, double *ret_sum, size_t *ret_n)
{
    yyjson_val *x, *content = json_get(v, "content");
    yyjson_arr_iter it = yyjson_arr_iter_with(content ? content : v);
    *ret_sum = 0;
    *ret_n = 0;
    while ((x = yyjson_arr_iter_next(&it))) {
        double p = yyjson_is_num(x) ? yyjson_get_num(x) : json_get_num(x, "logprob", NAN);
        if (!(p <= 0))
            return false;
        *ret_sum += p;
        ++*ret_n;
    }
    return *ret_n > 0;
}

static bool perplexity_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                             struct grade_out *out, struct err *e)
{
    const struct perplexity *s = g->state;
    struct details d;
    double sum;
    size_t n;
    if (!sum_logprobs(json_get(in->record, "logprobs"), &sum, &n))
        return err_set(e, ERR_GRADER, "the output was recorded without readable \"logprobs\"");
    double ppl = exp(-sum / (double)n);
    graded(out, isfinite(ppl) ? 1 / ppl : 0, a, "perplexity %.3g over %zu tokens", ppl, n);
    out->outcome = ppl <= s->max ? OUTCOME_PASS : OUTCOME_FAIL;
    details_begin(&d);
    jw_knum(&d.w, "perplexity", ppl);
    jw_kint(&d.w, "tokens", (int64_t)n);
    details_end(&d, a, out);
    return true;
}

static const char *const keys[] = {"max", NULL};

extern const struct grader_ops grader_perplexity;
const struct grader_ops grader_perplexity = {
    .name = "perplexity",
    .summary = "perplexity of the output from its recorded log probabilities is at most max",
    .keys = keys,
    .open = perplexity_open,
    .grade = perplexity_grade,
    .threshold = (double)NAN,
    .lower_is_better = true,
};
