/* Section 09, Cost, latency and trade-offs: reads inputs, calls the function, writes its fields. */
#include <math.h>
#include <stdint.h>

#include "stats/cost.h"
#include "stats/histogram.h"
#include "stats/input.h"
#include "stats/output.h"
#include "stats/pareto.h"
#include "stats/registry.h"
#include "text/json.h"

static const double most = 1e300; /* costs and durations; keeps sums finite */

static bool call_cost_per_success(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums cost, success;
    double conf;
    if (!in_nums_range(in, "cost", 1, 0, most, a, &cost, e) ||
        !in_bits(in, "success", 1, a, &success, e) ||
        !in_same_length("cost", cost.n, "success", success.n, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct cost_per_success r = cost_per_success(cost.v, success.v, cost.n, conf);
    out_count(out, "n", r.n);
    jw_knum(out, "total_cost", r.total_cost);
    out_count(out, "successes", r.successes);
    jw_knum(out, "ratio", r.ratio);
    jw_knum(out, "se_delta", r.se_delta);
    jw_knum(out, "delta_lo", r.delta_low);
    jw_knum(out, "delta_hi", r.delta_high);
    jw_knum(out, "log_lo", r.log_low);
    jw_knum(out, "log_hi", r.log_high);
    jw_knum(out, "fieller_lo", r.fieller_low);
    jw_knum(out, "fieller_hi", r.fieller_high);
    jw_knum(out, "jackknife_se", r.jackknife_se);
    jw_knum(out, "mean_of_success_costs", r.mean_of_success_costs);
    return true;
}

static bool call_cost_model(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    double attempt, p, review_rate, review, failure;
    size_t attempts;
    (void)a;
    if (!in_range(in, "cost_attempt", 0, most, &attempt, e) ||
        !in_range(in, "p_success", 0, 1, &p, e) ||
        !in_count_or(in, "max_attempts", 1, 1000000, 1, &attempts, e) ||
        !in_range_or(in, "review_rate", 0, 1, 0, &review_rate, e) ||
        !in_range_or(in, "cost_review", 0, most, 0, &review, e) ||
        !in_range_or(in, "cost_failure", 0, most, 0, &failure, e))
        return false;
    struct cost_model m = cost_model(attempt, p, attempts, review_rate, review, failure);
    jw_knum(out, "expected_attempts", m.expected_attempts);
    jw_knum(out, "p_resolved", m.p_resolved);
    jw_knum(out, "cost_per_task", m.cost_per_task);
    jw_knum(out, "cost_per_success", m.cost_per_success);
    return true;
}

static bool call_quantile_ci(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x;
    double q, conf;
    if (!in_nums(in, "x", 0, a, &x, e) || !in_prob(in, "q", &q, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct quantile_ci r = quantile_ci(x.v, x.n, q, conf);
    out_count(out, "n", r.n);
    jw_knum(out, "est", r.est);
    out_index(out, "l", r.l);
    out_index(out, "u", r.u);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    jw_knum(out, "coverage", r.coverage);
    return true;
}

static bool call_ddsketch(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    CLEANUP(ddsketch_release) struct ddsketch d = {0};
    struct nums values, q;
    double accuracy;
    if (!in_range_or(in, "relative_accuracy", 0.0001, 0.5, 0.01, &accuracy, e) ||
        !in_nums_range(in, "values", 0, 0, most, a, &values, e) ||
        !in_nums_range(in, "quantiles", 0, 0, 1, a, &q, e))
        return false;
    ddsketch_init(&d, accuracy);
    jw_knum(out, "gamma", d.gamma);
    jw_key(out, "keys");
    jw_arr(out);
    for (size_t i = 0; i < values.n; i++) {
        if (!ddsketch_add(&d, values.v[i]))
            return in_err(e, "\"values\"[%zu] cannot be counted", i);
        if (values.v[i] > 0)
            jw_int(out, ddsketch_key(&d, values.v[i]));
        else
            jw_null(out);
    }
    jw_end(out);
    double *at = ARENA_ARRAY(a, q.n, double);
    for (size_t i = 0; i < q.n; i++)
        at[i] = ddsketch_quantile(&d, q.v[i]);
    out_nums(out, "quantile_values", at, q.n);
    jw_kint(out, "count", (int64_t)d.count);
    jw_knum(out, "sum", d.sum);
    return true;
}

static void write_recorded(struct jw *out, struct hdr_histogram *h, const size_t *values,
                           size_t n, struct arena *a)
{
    bool *recorded = ARENA_ARRAY(a, n, bool);
    jw_key(out, "index");
    jw_arr(out);
    for (size_t i = 0; i < n; i++) {
        recorded[i] = hdr_histogram_record(h, (int64_t)values[i]);
        jw_int(out, hdr_histogram_index(h, (int64_t)values[i]));
    }
    jw_end(out);
    jw_key(out, "recorded");
    jw_arr(out);
    for (size_t i = 0; i < n; i++)
        jw_bool(out, recorded[i]);
    jw_end(out);
    jw_key(out, "median_equivalent");
    jw_arr(out);
    for (size_t i = 0; i < n; i++)
        jw_int(out, hdr_histogram_median_equivalent(h, (int64_t)values[i]));
    jw_end(out);
}

static bool call_hdr_histogram(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    CLEANUP(hdr_histogram_release) struct hdr_histogram h = {0};
    size_t lowest, highest, sigfigs, *values, n;
    struct nums percentiles;
    if (!in_count_or(in, "lowest", 1, SIZE_MAX, 1, &lowest, e) ||
        !in_count(in, "highest", &highest, e) ||
        !in_count_or(in, "sigfigs", 1, 5, 3, &sigfigs, e) ||
        !in_counts(in, "values", 0, SIZE_MAX, a, &values, &n, e) ||
        !in_nums_range(in, "percentiles", 0, 0, 100, a, &percentiles, e) ||
        !hdr_histogram_init(&h, (int64_t)lowest, (int64_t)highest, (int)sigfigs, e))
        return false;
    out_count(out, "counts_len", h.counts_len);
    jw_kint(out, "sub_bucket_count", h.sub_bucket_count);
    write_recorded(out, &h, values, n, a);
    jw_key(out, "percentile_values");
    jw_arr(out);
    for (size_t i = 0; i < percentiles.n; i++)
        jw_int(out, hdr_histogram_percentile(&h, percentiles.v[i]));
    jw_end(out);
    jw_knum(out, "mean", hdr_histogram_mean(&h));
    jw_kint(out, "total_count", h.total);
    return true;
}

static bool call_pareto_front(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct num_table t;
    if (!in_table(in, "points", a, &t, e))
        return false;
    if (t.cols != 3)
        return in_err(e, "\"points\": found %zu numbers a point, expected cost, latency, quality",
                      t.cols);
    if (t.rows > 100000)
        return in_err(e, "\"points\": found %zu, the limit is 100000", t.rows);
    struct tradeoff *p = ARENA_ARRAY(a, t.rows, struct tradeoff);
    bool *front = ARENA_ARRAY(a, t.rows, bool);
    for (size_t i = 0; i < t.rows; i++)
        p[i] = (struct tradeoff){t.v[3 * i], t.v[3 * i + 1], t.v[3 * i + 2]};
    pareto_front(p, t.rows, front);
    jw_key(out, "front");
    jw_arr(out);
    for (size_t i = 0; i < t.rows; i++)
        if (front[i])
            jw_int(out, (int64_t)i);
    jw_end(out);
    return true;
}

static bool read_arm(yyjson_val *in, const char *key, struct tradeoff *at, struct tradeoff *se,
                     struct err *e)
{
    yyjson_val *arm = json_get(in, key);
    if (!yyjson_is_obj(arm))
        return in_err(e, "\"%s\": found %s, expected an object with cost, latency, quality and "
                         "their standard errors", key, json_type_name(arm));
    if (!in_num(arm, "cost", &at->cost, e) || !in_num(arm, "latency", &at->latency, e) ||
        !in_num(arm, "quality", &at->quality, e) ||
        !in_range_or(arm, "cost_se", 0, most, 0, &se->cost, e) ||
        !in_range_or(arm, "latency_se", 0, most, 0, &se->latency, e) ||
        !in_range_or(arm, "quality_se", 0, most, 0, &se->quality, e))
        return err_wrap(e, "\"%s\"", key);
    return true;
}

static bool call_prob_dominates(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct tradeoff at_a, se_a, at_b, se_b;
    (void)a;
    if (!read_arm(in, "a", &at_a, &se_a, e) || !read_arm(in, "b", &at_b, &se_b, e))
        return false;
    struct prob_dominates p = prob_dominates(&at_a, &se_a, &at_b, &se_b);
    jw_knum(out, "p_cheaper", p.p_cheaper);
    jw_knum(out, "p_faster", p.p_faster);
    jw_knum(out, "p_better", p.p_better);
    jw_knum(out, "p_dominates", p.p_dominates);
    return true;
}

static void write_cascade(struct jw *out, const struct cascade_point *p, size_t n,
                          const struct cascade *c, struct arena *a)
{
    double *column = ARENA_ARRAY(a, 3 * n, double);
    for (size_t i = 0; i < n; i++) {
        column[i] = p[i].escalation_rate;
        column[n + i] = p[i].cost;
        column[2 * n + i] = p[i].accuracy;
    }
    out_nums(out, "escalation_rate", column, n);
    out_nums(out, "cost", column + n, n);
    out_nums(out, "accuracy", column + 2 * n, n);
    out_index(out, "chosen_index", c->chosen_index);
    jw_knum(out, "always_expensive_cost", c->always_expensive_cost);
    jw_knum(out, "always_expensive_accuracy", c->always_expensive_accuracy);
}

static bool call_cascade_eval(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums conf, cheap, expensive, t;
    double cost_cheap, cost_expensive, target;
    if (!in_nums(in, "conf", 1, a, &conf, e) || !in_bits(in, "cheap_correct", 1, a, &cheap, e) ||
        !in_bits(in, "expensive_correct", 1, a, &expensive, e) ||
        !in_same_length("conf", conf.n, "cheap_correct", cheap.n, e) ||
        !in_same_length("conf", conf.n, "expensive_correct", expensive.n, e) ||
        !in_range(in, "cost_cheap", 0, most, &cost_cheap, e) ||
        !in_range(in, "cost_expensive", 0, most, &cost_expensive, e) ||
        !in_nums(in, "thresholds", 1, a, &t, e) ||
        !in_range(in, "target_accuracy", 0, 1, &target, e))
        return false;
    struct cascade_point *p = ARENA_ARRAY(a, t.n, struct cascade_point);
    struct cascade c = cascade_eval(conf.v, cheap.v, expensive.v, conf.n, cost_cheap,
                                    cost_expensive, t.v, t.n, target, p);
    write_cascade(out, p, t.n, &c, a);
    return true;
}

const struct stat_row stats_09[] = {
    {"cost_per_success", 9, "cost success [conf]", "cost per successful task, all costs counted",
     call_cost_per_success},
    {"cost_model", 9,
     "cost_attempt p_success [max_attempts] [review_rate] [cost_review] [cost_failure]",
     "planned cost with retries, review and failures", call_cost_model},
    {"quantile_ci", 9, "x q [conf]", "a quantile with a distribution-free interval",
     call_quantile_ci},
    {"ddsketch", 9, "[relative_accuracy] values quantiles", "quantiles of a stream, any range",
     call_ddsketch},
    {"hdr_histogram", 9, "[lowest] highest [sigfigs] values percentiles",
     "quantiles of a stream of whole numbers", call_hdr_histogram},
    {"pareto_front", 9, "points", "choices that no other beats on cost, latency and quality",
     call_pareto_front},
    {"prob_dominates", 9, "a b", "probability that one choice beats another on all three",
     call_prob_dominates},
    {"cascade_eval", 9,
     "conf cheap_correct expensive_correct cost_cheap cost_expensive thresholds target_accuracy",
     "cheap model first, expensive one when unsure", call_cascade_eval},
    {NULL, 9, NULL, NULL, NULL},
};
