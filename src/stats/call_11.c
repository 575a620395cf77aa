/* Section 11, Prioritisation and time to resolution: reads inputs, calls the function, writes its
 * fields. */
#include "stats/input.h"
#include "stats/output.h"
#include "stats/planning.h"
#include "stats/registry.h"
#include "stats/survival.h"

static bool read_times(yyjson_val *in, struct arena *a, struct nums *time, struct nums *event,
                       struct err *e)
{
    return in_nums_range(in, "time", 1, 0, 1e300, a, time, e) &&
           in_bits(in, "event", 1, a, event, e) &&
           in_same_length("time", time->n, "event", event->n, e);
}

static void write_rows(struct jw *out, const struct kaplan_meier *k, struct arena *a)
{
    static const char *const names[] = {"time", "n_risk", "n_event", "survival", "std_err",
                                        "lo", "hi"};
    double *column = ARENA_ARRAY(a, k->n_rows, double);
    for (size_t c = 0; c < ARRAY_LEN(names); c++) {
        for (size_t i = 0; i < k->n_rows; i++) {
            const struct survival_row *r = &k->rows[i];
            const double cell[] = {r->time, (double)r->n_risk, (double)r->n_event, r->survival,
                                   r->std_err, r->low, r->high};
            column[i] = cell[c];
        }
        out_nums(out, names[c], column, k->n_rows);
    }
}

static bool call_kaplan_meier(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums time, event;
    double conf;
    if (!read_times(in, a, &time, &event, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct kaplan_meier k = kaplan_meier(time.v, event.v, time.n, conf, a);
    write_rows(out, &k, a);
    jw_knum(out, "median", k.median);
    jw_knum(out, "median_lo", k.median_low);
    jw_knum(out, "median_hi", k.median_high);
    out_count(out, "n_censored", k.n_censored);
    jw_knum(out, "naive_median_closed_only", k.naive_median_closed_only);
    return true;
}

static bool call_rmst(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums time, event;
    double tau;
    if (!read_times(in, a, &time, &event, e) || !in_positive(in, "tau", &tau, e))
        return false;
    struct rmst r = rmst(time.v, event.v, time.n, tau);
    jw_knum(out, "rmst", r.rmst);
    jw_knum(out, "se", r.se);
    return true;
}

static bool call_logrank(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums time, event, group;
    if (!read_times(in, a, &time, &event, e) || !in_bits(in, "group", 1, a, &group, e) ||
        !in_same_length("time", time.n, "group", group.n, e))
        return false;
    struct logrank r = logrank(time.v, event.v, group.v, time.n);
    out_nums(out, "observed", r.observed, 2);
    out_nums(out, "expected", r.expected, 2);
    jw_knum(out, "chi2", r.chi2);
    jw_knum(out, "p_value", r.p_value);
    return true;
}

static bool read_range90(yyjson_val *in, const char *key, struct arena *a, struct range90 *ret,
                         struct err *e)
{
    struct nums v;
    if (!in_nums(in, key, 2, a, &v, e))
        return false;
    if (v.n != 2)
        return in_err(e, "\"%s\": found a list of %zu, expected [p5, p95]", key, v.n);
    *ret = (struct range90){v.v[0], v.v[1]};
    return true;
}

static bool call_rice_lognormal(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct range90 reach, impact, effort;
    struct rice r;
    double confidence, gamma;
    if (!read_range90(in, "reach90", a, &reach, e) ||
        !read_range90(in, "impact90", a, &impact, e) ||
        !read_range90(in, "effort90", a, &effort, e) ||
        !in_num(in, "confidence", &confidence, e) ||
        !in_range_or(in, "gamma", 0, 100, 1, &gamma, e) ||
        !rice_lognormal(reach, impact, effort, confidence, gamma, &r, e))
        return false;
    jw_knum(out, "log_mean", r.log_mean);
    jw_knum(out, "log_sd", r.log_sd);
    jw_knum(out, "median", r.median);
    jw_knum(out, "mean", r.mean);
    jw_knum(out, "p10", r.p10);
    jw_knum(out, "p90", r.p90);
    return true;
}

static bool call_rice_prob_better(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    double mean_a, sd_a, mean_b, sd_b;
    (void)a;
    if (!in_num(in, "log_mean_a", &mean_a, e) || !in_range(in, "log_sd_a", 0, 1e300, &sd_a, e) ||
        !in_num(in, "log_mean_b", &mean_b, e) || !in_range(in, "log_sd_b", 0, 1e300, &sd_b, e))
        return false;
    jw_knum(out, "prob_a_better", rice_prob_better(mean_a, sd_a, mean_b, sd_b));
    return true;
}

static bool call_shrink_normal(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    double estimate, se, prior_mean, prior_sd;
    (void)a;
    if (!in_num(in, "estimate", &estimate, e) || !in_range(in, "se", 0, 1e150, &se, e) ||
        !in_num(in, "prior_mean", &prior_mean, e) ||
        !in_range(in, "prior_sd", 0, 1e150, &prior_sd, e))
        return false;
    struct shrunk s = shrink_normal(estimate, se, prior_mean, prior_sd);
    jw_knum(out, "weight", s.weight);
    jw_knum(out, "post_mean", s.post_mean);
    jw_knum(out, "post_sd", s.post_sd);
    jw_knum(out, "prob_positive", s.prob_positive);
    return true;
}

static bool call_reference_class(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums ratio;
    struct reference_class r;
    double estimate, p;
    if (!in_nums(in, "actual_over_estimate", 0, a, &ratio, e) ||
        !in_num(in, "estimate", &estimate, e) || !in_prob(in, "p", &p, e) ||
        !reference_class(ratio.v, ratio.n, estimate, p, &r, e))
        return false;
    jw_knum(out, "uplift_empirical", r.uplift_empirical);
    jw_knum(out, "corrected_empirical", r.corrected_empirical);
    jw_knum(out, "log_mean", r.log_mean);
    jw_knum(out, "log_sd", r.log_sd);
    jw_knum(out, "corrected_lognormal_predictive", r.corrected_lognormal_predictive);
    jw_knum(out, "median_bias", r.median_bias);
    return true;
}

const struct stat_row stats_11[] = {
    {"kaplan_meier", 11, "time event [conf]", "time to resolution, open ones counted",
     call_kaplan_meier},
    {"rmst", 11, "time event tau", "mean time to resolution up to a horizon", call_rmst},
    {"logrank", 11, "time event group", "do two groups resolve equally fast", call_logrank},
    {"rice_lognormal", 11, "reach90 impact90 effort90 confidence [gamma]",
     "RICE score as a distribution", call_rice_lognormal},
    {"rice_prob_better", 11, "log_mean_a log_sd_a log_mean_b log_sd_b",
     "probability that one RICE score beats another", call_rice_prob_better},
    {"shrink_normal", 11, "estimate se prior_mean prior_sd", "a lift corrected for optimism",
     call_shrink_normal},
    {"reference_class", 11, "actual_over_estimate estimate p",
     "an estimate corrected by what past ones did", call_reference_class},
    {NULL, 11, NULL, NULL, NULL},
};
