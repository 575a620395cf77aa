/*
 * Limits on what can be measured about an output: `length` (characters or bytes), `word_count`,
 * `latency` (and time to first token), `cost`, `finish_reason`. An output without the measurement
 * is an error, not a pass.
 */
#include <math.h>

#include "base/utf8.h"
#include "grade/option.h"
#include "text/json.h"
#include "text/tokens.h"

struct limits {
    double min, max;  /* NaN: none */
    double first_max; /* latency: of the first token */
    bool bytes;
    struct want want; /* finish_reason */
};

static bool open_range(struct limits *s, const struct node *options, const char *type,
                       struct err *e)
{
    s->min = s->max = s->first_max = NAN;
    if (!node_get_num(options, "min", &s->min, e) || !node_get_num(options, "max", &s->max, e))
        return false;
    if (isnan(s->min) && isnan(s->max))
        return err_set(e, ERR_SPEC, "%s needs \"min\", \"max\" or both", type);
    if (s->min > s->max)
        return node_err(e, node_get(options, "min"), "min: %g is over max, %g", s->min, s->max);
    return true;
}

static bool length_open(struct grader *g, const struct node *options, struct arena *a,
                        struct err *e)
{
    static const char *const units[] = {"characters", "bytes", NULL};
    struct limits *s = ARENA_NEW(a, struct limits);
    int unit = 0;
    g->state = s;
    if (!open_range(s, options, g->ops->name, e) ||
        !option_choice(options, "unit", units, &unit, e))
        return false;
    s->bytes = unit == 1;
    return true;
}

static bool words_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct limits *s = ARENA_NEW(a, struct limits);
    g->state = s;
    return open_range(s, options, g->ops->name, e);
}

static void grade_range(const struct limits *s, double v, const char *what, struct arena *a,
                        struct grade_out *out)
{
    if (v < s->min)
        graded_bool(out, false, a, "%.15g %s, fewer than %.15g", v, what, s->min);
    else if (v > s->max)
        graded_bool(out, false, a, "%.15g %s, more than %.15g", v, what, s->max);
    else
        graded_bool(out, true, a, "%.15g %s", v, what);
}

static bool length_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    const struct limits *s = g->state;
    (void)e;
    if (s->bytes)
        grade_range(s, (double)in->output.n, "bytes", a, out);
    else
        grade_range(s, (double)utf8_length(in->output), "characters", a, out);
    return true;
}

static bool words_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                        struct grade_out *out, struct err *e)
{
    (void)e;
    grade_range(g->state, (double)words_of(a, in->output, WORDS_UNICODE).n, "words", a, out);
    return true;
}

static bool get_seconds(const struct node *options, const char *key, double *ret, struct err *e)
{
    const struct node *n = node_get(options, key);
    return node_is_null(n) || node_seconds(n, ret, e) || err_wrap(e, "%s", key);
}

static bool latency_open(struct grader *g, const struct node *options, struct arena *a,
                         struct err *e)
{
    struct limits *s = ARENA_NEW(a, struct limits);
    *s = (struct limits){.min = NAN, .max = NAN, .first_max = NAN};
    g->state = s;
    if (!get_seconds(options, "max", &s->max, e) ||
        !get_seconds(options, "first_token", &s->first_max, e))
        return false;
    return !isnan(s->max) || !isnan(s->first_max) ||
           err_set(e, ERR_SPEC, "latency needs \"max\" (such as 2s) or \"first_token\"");
}

static bool latency_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                          struct grade_out *out, struct err *e)
{
    const struct limits *s = g->state;
    if (!isnan(s->max) && isnan(in->latency_ms))
        return err_set(e, ERR_GRADER, "the output was recorded without \"latency_ms\"");
    if (!isnan(s->first_max) && isnan(in->ttft_ms))
        return err_set(e, ERR_GRADER, "the output was recorded without \"ttft_ms\"");
    if (in->latency_ms > 1000 * s->max)
        graded_bool(out, false, a, "took %.0f ms, more than %.15g", in->latency_ms, 1000 * s->max);
    else if (in->ttft_ms > 1000 * s->first_max)
        graded_bool(out, false, a, "the first token took %.0f ms, more than %.15g", in->ttft_ms,
                    1000 * s->first_max);
    else
        graded_bool(out, true, a, "took %.0f ms",
                    isnan(in->latency_ms) ? in->ttft_ms : in->latency_ms);
    return true;
}

static bool cost_open(struct grader *g, const struct node *options, struct arena *a, struct err *e)
{
    struct limits *s = ARENA_NEW(a, struct limits);
    *s = (struct limits){.min = NAN, .max = NAN, .first_max = NAN};
    g->state = s;
    if (!node_get_num(options, "max", &s->max, e))
        return false;
    return !isnan(s->max) || err_set(e, ERR_SPEC, "cost needs \"max\", in US dollars");
}

static bool cost_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                       struct grade_out *out, struct err *e)
{
    const struct limits *s = g->state;
    if (isnan(in->cost_usd))
        return err_set(e, ERR_GRADER, "the output was recorded without \"cost_usd\"");
    graded_bool(out, in->cost_usd <= s->max, a, "cost $%.6g of at most $%.6g", in->cost_usd,
                s->max);
    return true;
}

static bool finish_open(struct grader *g, const struct node *options, struct arena *a,
                        struct err *e)
{
    struct limits *s = ARENA_NEW(a, struct limits);
    g->state = s;
    return want_open(&s->want, options, a, e);
}

/* `stop` is what an answer that came to its own end has, whatever the provider calls it. */
static bool grade_finish(const struct limits *s, struct str got, struct str_list want,
                         struct arena *a, struct grade_out *out)
{
    static const char *const ended[] = {"stop", "end_turn", "stop_sequence", "eos", "complete"};
    bool same = false;
    for (size_t i = 0; i < want.n && !same; i++)
        same = str_ieq(got, want.v[i]);
    for (size_t i = 0; s->want.texts.n == 0 && i < ARRAY_LEN(ended) && !same; i++)
        same = str_ieq(got, str_c(ended[i]));
    graded_bool(out, same, a, "finished for the reason %s", grade_quote(a, got));
    return true;
}

static bool finish_grade(const struct grader *g, const struct grade_in *in, struct arena *a,
                         struct grade_out *out, struct err *e)
{
    const struct limits *s = g->state;
    struct str got = json_get_str(in->record, "finish_reason");
    if (str_null(got))
        return err_set(e, ERR_GRADER, "the output was recorded without \"finish_reason\"");
    return grade_finish(s, got, s->want.texts, a, out);
}

static const char *const length_keys[] = {"min", "max", "unit", NULL};
static const char *const words_keys[] = {"min", "max", NULL};
static const char *const latency_keys[] = {"max", "first_token", NULL};
static const char *const cost_keys[] = {"max", NULL};
static const char *const finish_keys[] = {"value", "values", NULL};

extern const struct grader_ops grader_length, grader_word_count, grader_latency, grader_cost,
    grader_finish_reason;
const struct grader_ops grader_length = {
    .name = "length",
    .summary = "the output's length in characters (or bytes) is within limits",
    .keys = length_keys,
    .open = length_open,
    .grade = length_grade,
};
const struct grader_ops grader_word_count = {
    .name = "word_count",
    .summary = "the number of words is within limits",
    .keys = words_keys,
    .open = words_open,
    .grade = words_grade,
};
const struct grader_ops grader_latency = {
    .name = "latency",
    .summary = "the answer (or its first token) came in time",
    .keys = latency_keys,
    .open = latency_open,
    .grade = latency_grade,
};
const struct grader_ops grader_cost = {
    .name = "cost",
    .summary = "the call cost at most so many dollars",
    .keys = cost_keys,
    .open = cost_open,
    .grade = cost_grade,
};
const struct grader_ops grader_finish_reason = {
    .name = "finish_reason",
    .summary = "the model stopped by itself (or for a given reason), not at a limit or filter",
    .keys = finish_keys,
    .open = finish_open,
    .grade = finish_grade,
};
