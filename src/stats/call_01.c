/* Section 01, Pass rate and mean score: reads inputs, calls the function, writes its fields. */
#include "stats/input.h"
#include "stats/mean.h"
#include "stats/proportion.h"
#include "stats/registry.h"

static bool k_n_conf(yyjson_val *in, size_t *k, size_t *n, double *conf, struct err *e)
{
    return in_k_of_n(in, "k", "n", k, n, e) && in_prob_or(in, "conf", 0.95, conf, e);
}

static void write_interval(struct jw *out, struct interval r)
{
    jw_knum(out, "est", r.est);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
}

static bool call_wilson(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t k, n;
    double conf;
    if (!k_n_conf(in, &k, &n, &conf, e))
        return false;
    write_interval(out, ci_wilson(k, n, conf));
    return true;
}

static bool call_clopper_pearson(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t k, n;
    double conf;
    if (!k_n_conf(in, &k, &n, &conf, e))
        return false;
    write_interval(out, ci_clopper_pearson(k, n, conf));
    jw_knum(out, "lower_one_sided", clopper_pearson_lower(k, n, conf));
    jw_knum(out, "upper_one_sided", clopper_pearson_upper(k, n, conf));
    return true;
}

static bool call_jeffreys(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t k, n;
    double conf;
    if (!k_n_conf(in, &k, &n, &conf, e))
        return false;
    write_interval(out, ci_jeffreys(k, n, conf));
    return true;
}

static bool call_beta_posterior(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t k, n;
    double conf, prior_a, prior_b, target;
    if (!k_n_conf(in, &k, &n, &conf, e) || !in_positive_or(in, "prior_a", 1, &prior_a, e) ||
        !in_positive_or(in, "prior_b", 1, &prior_b, e) ||
        !in_range(in, "target", 0, 1, &target, e))
        return false;
    struct beta_posterior r = ci_beta_posterior(k, n, conf, prior_a, prior_b, target);
    jw_knum(out, "mean", r.mean);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    jw_knum(out, "prob_ge_target", r.prob_ge_target);
    return true;
}

static bool call_mean_t(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x;
    double conf;
    if (!in_nums(in, "x", 1, a, &x, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct mean_ci r = ci_mean_t(x.v, x.n, conf);
    jw_kint(out, "n", (int64_t)r.n);
    jw_knum(out, "mean", r.mean);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_epochs_summary(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums *item;
    size_t n, total = 0;
    double conf;
    if (!in_lists(in, "scores", 1, a, &item, &n, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    size_t *runs = ARENA_ARRAY(a, n, size_t);
    for (size_t i = 0; i < n; i++) {
        if (item[i].n == 0)
            return in_err(e, "\"scores\"[%zu]: found an empty list, expected at least one run", i);
        runs[i] = item[i].n;
        total += runs[i];
    }
    double *scores = ARENA_ARRAY(a, total, double), *put = scores;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < runs[i]; j++)
            *put++ = item[i].v[j];
    struct epochs_summary r = epochs_summary(scores, runs, n, conf);
    jw_kint(out, "n_items", (int64_t)r.n_items);
    jw_knum(out, "mean", r.mean);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    jw_knum(out, "var_item_means", r.var_item_means);
    jw_knum(out, "var_within_of_mean", r.var_within_of_mean);
    jw_knum(out, "var_between", r.var_between);
    jw_knum(out, "se_infinite_epochs", r.se_infinite_epochs);
    jw_knum(out, "se_pooled_naive", r.se_pooled_naive);
    jw_knum(out, "frac_noise", r.frac_noise);
    return true;
}

static bool call_pass_k(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums *task;
    size_t tasks, k;
    if (!in_lists(in, "trials", 1, a, &task, &tasks, e) ||
        !in_count_between(in, "k", 1, 1000000, &k, e))
        return false;
    size_t *n = ARENA_ARRAY(a, tasks, size_t), *c = ARENA_ARRAY(a, tasks, size_t);
    for (size_t i = 0; i < tasks; i++) {
        double trials = task[i].n == 2 ? task[i].v[0] : STAT_NAN;
        double passed = task[i].n == 2 ? task[i].v[1] : STAT_NAN;
        if (!(trials >= (double)k && trials <= 1e9 && passed >= 0 && passed <= trials) ||
            trials > floor(trials) || passed > floor(passed))
            return in_err(e, "\"trials\"[%zu]: expected [trials, passed], whole numbers with "
                             "\"k\" = %zu <= trials and passed <= trials", i, k);
        n[i] = (size_t)trials;
        c[i] = (size_t)passed;
    }
    struct pass_k r = pass_k(n, c, tasks, k);
    jw_knum(out, "pass_at_k", r.pass_at_k);
    jw_knum(out, "pass_hat_k", r.pass_hat_k);
    return true;
}

static bool clusters(yyjson_val *in, struct nums x, struct arena *a, size_t **ret, double *conf,
                     struct err *e)
{
    struct groups g;
    if (!in_groups(in, "cluster", a, &g, e) || !in_same_length("x", x.n, "cluster", g.n, e) ||
        !in_prob_or(in, "conf", 0.95, conf, e))
        return false;
    *ret = g.id;
    return true;
}

static bool call_clustered_mean(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x;
    size_t *cluster;
    double conf;
    if (!in_nums(in, "x", 1, a, &x, e) || !clusters(in, x, a, &cluster, &conf, e))
        return false;
    struct clustered_mean r = clustered_mean(x.v, cluster, x.n, conf);
    jw_kint(out, "n", (int64_t)r.n);
    jw_kint(out, "n_clusters", (int64_t)r.n_clusters);
    jw_knum(out, "mean", r.mean);
    jw_knum(out, "se_naive", r.se_naive);
    jw_knum(out, "se_cr0", r.se_cr0);
    jw_knum(out, "se_cr1", r.se_cr1);
    jw_knum(out, "se_miller", r.se_miller);
    jw_knum(out, "deff", r.deff);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_proportion_clustered(yyjson_val *in, struct jw *out, struct arena *a,
                                      struct err *e)
{
    struct nums x;
    size_t *cluster;
    double conf;
    if (!in_bits(in, "x", 1, a, &x, e) || !clusters(in, x, a, &cluster, &conf, e))
        return false;
    struct clustered_rate r = ci_proportion_clustered(x.v, cluster, x.n, conf);
    jw_knum(out, "p", r.p);
    jw_knum(out, "se", r.se);
    jw_knum(out, "n_eff", r.n_eff);
    jw_knum(out, "n_eff_adj", r.n_eff_adj);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_zero_failures(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    double rate, conf;
    if (!in_prob(in, "max_failure_rate", &rate, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct zero_failures r = n_zero_failures(rate, conf);
    jw_kint(out, "n", (int64_t)r.n);
    jw_knum(out, "upper_bound_at_n", r.upper_bound);
    return true;
}

const struct stat_row stats_01[] = {
    {"ci_wilson", 1, "k n [conf]", "pass rate with Wilson's interval: the one to show",
     call_wilson},
    {"ci_clopper_pearson", 1, "k n [conf]",
     "pass rate with the exact interval and one-sided bounds: the one to gate on",
     call_clopper_pearson},
    {"ci_jeffreys", 1, "k n [conf]", "pass rate with the Jeffreys interval", call_jeffreys},
    {"ci_beta_posterior", 1, "k n [conf] [prior_a] [prior_b] target",
     "posterior of a pass rate and the probability that it reaches a target",
     call_beta_posterior},
    {"ci_mean_t", 1, "x [conf]", "mean score with Student's interval", call_mean_t},
    {"epochs_summary", 1, "scores [conf]",
     "several runs of each item: mean, and whether more runs or more items would help",
     call_epochs_summary},
    {"pass_k", 1, "trials k", "pass@k and pass^k of repeated tasks", call_pass_k},
    {"clustered_mean", 1, "x cluster [conf]",
     "mean of items that share a source, with cluster-robust errors", call_clustered_mean},
    {"ci_proportion_clustered", 1, "x cluster [conf]",
     "pass rate of items that share a source (Korn and Graubard)", call_proportion_clustered},
    {"n_zero_failures", 1, "max_failure_rate [conf]",
     "how many items without a failure prove a failure rate", call_zero_failures},
    {NULL, 1, NULL, NULL, NULL},
};
