/* Section 08, Trend and change: reads inputs, calls the function, writes its fields. */
#include <math.h>
#include <stdint.h>

#include "stats/estimate.h"
#include "stats/input.h"
#include "stats/output.h"
#include "stats/registry.h"
#include "stats/trend.h"
#include "text/json.h"

static bool call_two_prop_diff(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    size_t k1, n1, k2, n2;
    double conf;
    (void)a;
    if (!in_k_of_n(in, "k1", "n1", &k1, &n1, e) || !in_k_of_n(in, "k2", "n2", &k2, &n2, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    if (n1 > IN_MAX_LIST || n2 > IN_MAX_LIST)
        return in_err(e, "\"n1\" and \"n2\" are limited to %d", IN_MAX_LIST);
    struct two_prop_diff r = two_prop_diff(k1, n1, k2, n2, conf);
    jw_knum(out, "diff", r.diff);
    jw_knum(out, "newcombe_lo", r.newcombe_low);
    jw_knum(out, "newcombe_hi", r.newcombe_high);
    jw_knum(out, "agresti_caffo_lo", r.agresti_caffo_low);
    jw_knum(out, "agresti_caffo_hi", r.agresti_caffo_high);
    jw_knum(out, "p_pooled_z", r.p_pooled_z);
    jw_knum(out, "p_fisher", r.p_fisher);
    return true;
}

/* "k" and "n", one pair a week. */
static bool read_weeks(yyjson_val *in, struct arena *a, size_t min, size_t **k, size_t **n,
                       size_t *weeks, struct err *e)
{
    size_t n_k;
    if (!in_counts(in, "k", min, SIZE_MAX, a, k, &n_k, e) ||
        !in_counts(in, "n", min, SIZE_MAX, a, n, weeks, e) ||
        !in_same_length("k", n_k, "n", *weeks, e))
        return false;
    for (size_t i = 0; i < *weeks; i++)
        if ((*k)[i] > (*n)[i] || (*n)[i] == 0)
            return in_err(e, "week %zu: found %zu of %zu, expected k <= n and n over 0", i,
                          (*k)[i], (*n)[i]);
    return true;
}

static bool call_trend_test(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    size_t *k, *n, weeks;
    struct nums score;
    if (!read_weeks(in, a, 2, &k, &n, &weeks, e))
        return false;
    if (json_get(in, "score") && !yyjson_is_null(json_get(in, "score"))) {
        if (!in_nums(in, "score", 2, a, &score, e) ||
            !in_same_length("k", weeks, "score", score.n, e))
            return false;
    } else {
        score = (struct nums){ARENA_ARRAY(a, weeks, double), weeks};
        for (size_t i = 0; i < weeks; i++)
            score.v[i] = (double)i + 1;
    }
    struct trend_test t = trend_test(k, n, score.v, weeks);
    jw_knum(out, "chi2", t.chi2);
    jw_knum(out, "p_value", t.p_value);
    jw_knum(out, "slope", t.slope);
    return true;
}

static bool call_cusum_tabular(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums z;
    double k, h;
    if (!in_nums(in, "z", 0, a, &z, e) || !in_range_or(in, "k", 0, 1e6, 0.5, &k, e) ||
        !in_positive_or(in, "h", 5, &h, e))
        return false;
    struct cusum c = cusum_start(k, h);
    double *plus = ARENA_ARRAY(a, z.n, double), *minus = ARENA_ARRAY(a, z.n, double);
    for (size_t i = 0; i < z.n; i++) {
        cusum_tabular(&c, z.v[i]);
        plus[i] = c.c_plus;
        minus[i] = c.c_minus;
    }
    out_nums(out, "c_plus", plus, z.n);
    out_nums(out, "c_minus", minus, z.n);
    out_index(out, "alarm_index", c.alarm_index);
    return true;
}

static bool call_cusum_arl_siegmund(yyjson_val *in, struct jw *out, struct arena *a,
                                    struct err *e)
{
    double mu, k, h;
    (void)a;
    if (!in_num_or(in, "mu", 0, &mu, e) || !in_range_or(in, "k", 0, 1e6, 0.5, &k, e) ||
        !in_positive_or(in, "h", 5, &h, e))
        return false;
    struct cusum_arl r = cusum_arl_siegmund(mu, k, h);
    jw_knum(out, "arl_upper", r.upper);
    jw_knum(out, "arl_lower", r.lower);
    jw_knum(out, "arl_two_sided", r.two_sided);
    return true;
}

static bool call_bernoulli_cusum(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x;
    double p0, p1, h;
    if (!in_bits(in, "x", 0, a, &x, e) || !in_prob(in, "p0", &p0, e) ||
        !in_prob(in, "p1", &p1, e) || !in_positive(in, "h", &h, e))
        return false;
    if (!(p1 > p0))
        return in_err(e, "\"p1\": found %g, expected more than \"p0\", which is %g", p1, p0);
    struct bernoulli_cusum c = bernoulli_cusum_start(p0, p1, h);
    double *s = ARENA_ARRAY(a, x.n, double);
    for (size_t i = 0; i < x.n; i++) {
        bernoulli_cusum(&c, x.v[i] > 0.5);
        s[i] = c.s;
    }
    out_nums(out, "s", s, x.n);
    out_index(out, "alarm_index", c.alarm_index);
    return true;
}

static bool call_changepoint_binomial(yyjson_val *in, struct jw *out, struct arena *a,
                                      struct err *e)
{
    size_t *k, *n, weeks;
    if (!read_weeks(in, a, 2, &k, &n, &weeks, e))
        return false;
    double *lr = ARENA_ARRAY(a, weeks, double);
    struct changepoint c = changepoint_binomial(k, n, weeks, lr);
    out_nums(out, "lr", lr, weeks - 1);
    out_count(out, "tau", c.tau);
    jw_knum(out, "max_lr", c.max_lr);
    jw_knum(out, "rate_before", c.rate_before);
    jw_knum(out, "rate_after", c.rate_after);
    return true;
}

static bool call_e_detector(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    static const char *const kinds[] = {"sr", "cusum", NULL};
    struct nums x, lambda;
    struct e_detector d;
    double m0, alpha;
    size_t kind;
    if (!in_nums_range(in, "x", 0, 0, 1, a, &x, e) || !in_prob(in, "m0", &m0, e) ||
        !in_prob(in, "alpha", &alpha, e) || !in_nums(in, "lambda", 1, a, &lambda, e) ||
        !in_choice(in, "kind", kinds, &kind, e) ||
        !e_detector_start(&d, kind ? E_DETECTOR_CUSUM : E_DETECTOR_SR, m0, alpha, lambda.v,
                          lambda.n, e))
        return false;
    double *m = ARENA_ARRAY(a, x.n, double);
    for (size_t i = 0; i < x.n; i++) {
        e_detector(&d, x.v[i]);
        m[i] = d.m;
    }
    out_nums(out, "m", m, x.n);
    out_index(out, "alarm_index", d.alarm_index);
    return true;
}

static bool call_poststratify(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums weight, *scores;
    struct poststratified r;
    size_t strata;
    if (!in_nums_range(in, "weight", 1, 0, 1e300, a, &weight, e) ||
        !in_lists(in, "scores", 1, a, &scores, &strata, e) ||
        !in_same_length("weight", weight.n, "scores", strata, e))
        return false;
    const double **v = ARENA_ARRAY(a, strata, const double *);
    size_t *n = ARENA_ARRAY(a, strata, size_t);
    for (size_t h = 0; h < strata; h++) {
        v[h] = scores[h].v;
        n[h] = scores[h].n;
    }
    if (!poststratify(weight.v, v, n, strata, &r, e))
        return false;
    jw_knum(out, "mean", r.mean);
    jw_knum(out, "se", r.se);
    jw_knum(out, "unweighted_mean", r.unweighted_mean);
    return true;
}

static bool read_link(yyjson_val *link, size_t i, struct arena *a, struct nums *prev,
                      struct nums *curr, struct err *e)
{
    if (!yyjson_is_obj(link))
        return in_err(e, "\"links\"[%zu]: found %s, expected an object with \"prev\" and \"curr\"",
                      i, json_type_name(link));
    if (!in_nums(link, "prev", 1, a, prev, e) || !in_nums(link, "curr", 1, a, curr, e) ||
        !in_same_length("prev", prev->n, "curr", curr->n, e))
        return err_wrap(e, "\"links\"[%zu]", i);
    return true;
}

static bool call_anchor_link(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct anchor_link l = {0};
    struct nums prev, curr;
    yyjson_val *links = json_get(in, "links"), *link;
    size_t i, n;
    if (!in_num(in, "base_level", &l.level, e) ||
        !in_range(in, "base_se", 0, 1e300, &l.level_se, e))
        return false;
    if (!yyjson_is_arr(links))
        return in_err(e, "\"links\": found %s, expected a list", json_type_name(links));
    n = yyjson_arr_size(links);
    double *delta = ARENA_ARRAY(a, n, double), *delta_se = ARENA_ARRAY(a, n, double);
    double *level = ARENA_ARRAY(a, n + 1, double), *level_se = ARENA_ARRAY(a, n + 1, double);
    level[0] = l.level;
    level_se[0] = l.level_se;
    yyjson_arr_foreach(links, i, n, link) {
        if (!read_link(link, i, a, &prev, &curr, e))
            return false;
        l = anchor_link(l.level, l.level_se, prev.v, curr.v, prev.n);
        delta[i] = l.delta;
        delta_se[i] = l.delta_se;
        level[i + 1] = l.level;
        level_se[i + 1] = l.level_se;
    }
    out_nums(out, "delta", delta, n);
    out_nums(out, "delta_se", delta_se, n);
    out_nums(out, "level", level, n + 1);
    out_nums(out, "level_se", level_se, n + 1);
    return true;
}

const struct stat_row stats_08[] = {
    {"two_prop_diff", 8, "k1 n1 k2 n2 [conf]", "difference of two rates on disjoint items",
     call_two_prop_diff},
    {"trend_test", 8, "k n [score]", "does a rate rise or fall over weeks", call_trend_test},
    {"cusum_tabular", 8, "z [k] [h]", "alarm on standardised weekly scores", call_cusum_tabular},
    {"cusum_arl_siegmund", 8, "[mu] [k] [h]", "observations between false alarms of a CUSUM",
     call_cusum_arl_siegmund},
    {"bernoulli_cusum", 8, "x p0 p1 h", "alarm on single failures", call_bernoulli_cusum},
    {"changepoint_binomial", 8, "k n", "the week after which a rate changed",
     call_changepoint_binomial},
    {"e_detector", 8, "x m0 alpha lambda kind", "alarm on a dropping mean, valid at any time",
     call_e_detector},
    {"poststratify", 8, "weight scores", "mean reweighted to fixed category shares",
     call_poststratify},
    {"anchor_link", 8, "base_level base_se links", "a level kept comparable across set versions",
     call_anchor_link},
    {NULL, 8, NULL, NULL, NULL},
};
