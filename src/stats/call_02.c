/* Section 02, Baseline against candidate on the same golden set: reads inputs, calls the
 * function, writes its fields. */
#include "stats/bayes.h"
#include "stats/bootstrap.h"
#include "stats/input.h"
#include "stats/multiplicity.h"
#include "stats/noninferiority.h"
#include "stats/output.h"
#include "stats/paired.h"
#include "stats/power.h"
#include "stats/registry.h"

/* Limits that keep a call to about a second. */
enum {
    MAX_BAYES = 1000000,    /* pairs of a posterior integral */
    MAX_POWER = 1000000,    /* items of an exact enumeration */
    MAX_FLIPS = 10000,      /* differences that are flipped at random */
    MAX_EPOCHS = 1000000,
};
static const size_t max_draws = 500000000; /* of a bootstrap: resamples times items */

/* The four cells, each at most `max`. */
static bool in_paired(yyjson_val *in, size_t max, struct paired_table *ret, struct err *e)
{
    return in_count_between(in, "a", 0, max, &ret->a, e) &&
           in_count_between(in, "b", 0, max, &ret->b, e) &&
           in_count_between(in, "c", 0, max, &ret->c, e) &&
           in_count_between(in, "d", 0, max, &ret->d, e);
}

/* Two equally long lists. */
static bool in_two_lists(yyjson_val *in, const char *key_x, const char *key_y, struct arena *a,
                         struct nums *x, struct nums *y, struct err *e)
{
    return in_nums(in, key_x, 1, a, x, e) && in_nums(in, key_y, 1, a, y, e) &&
           in_same_length(key_x, x->n, key_y, y->n, e);
}

static void write_limits(struct jw *out, const char *lo, const char *hi, struct interval r)
{
    jw_knum(out, lo, r.low);
    jw_knum(out, hi, r.high);
}

static bool call_mcnemar(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t b, c;
    if (!in_count(in, "b", &b, e) || !in_count(in, "c", &c, e))
        return false;
    struct mcnemar r = mcnemar(b, c);
    jw_knum(out, "p_exact", r.p_exact);
    jw_knum(out, "p_midp", r.p_midp);
    jw_knum(out, "chi2", r.chi2);
    jw_knum(out, "p_asymptotic", r.p_asymptotic);
    jw_knum(out, "chi2_cc", r.chi2_cc);
    jw_knum(out, "p_asymptotic_cc", r.p_asymptotic_cc);
    return true;
}

static bool call_paired_prop_diff(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    struct paired_table t;
    double conf;
    if (!in_paired(in, IN_MAX_COUNT, &t, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct paired_prop_diff r = paired_prop_diff(t, conf);
    jw_kint(out, "n", (int64_t)r.n);
    jw_knum(out, "p_baseline", r.p_baseline);
    jw_knum(out, "p_candidate", r.p_candidate);
    jw_knum(out, "diff", r.diff);
    write_limits(out, "wald_lo", "wald_hi", r.wald);
    write_limits(out, "bonett_price_lo", "bonett_price_hi", r.bonett_price);
    write_limits(out, "newcombe_lo", "newcombe_hi", r.newcombe);
    write_limits(out, "tango_lo", "tango_hi", r.tango);
    return true;
}

static bool call_paired_mean_diff(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x, y;
    double conf;
    if (!in_two_lists(in, "a", "b", a, &x, &y, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct paired_mean_diff r = paired_mean_diff(x.v, y.v, x.n, conf);
    jw_kint(out, "n", (int64_t)r.n);
    jw_knum(out, "mean_a", r.mean_a);
    jw_knum(out, "mean_b", r.mean_b);
    jw_knum(out, "diff", r.diff);
    jw_knum(out, "se_paired", r.se_paired);
    jw_knum(out, "se_unpaired", r.se_unpaired);
    jw_knum(out, "corr", r.corr);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    jw_knum(out, "p_value", r.p_value);
    return true;
}

static bool call_sign_flip(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums d;
    size_t seed;
    if (!in_nums(in, "d", 1, a, &d, e) ||
        !in_count_or(in, "seed", 0, IN_MAX_COUNT, 1, &seed, e))
        return false;
    if (d.n > MAX_FLIPS)
        return in_err(e, "\"d\": found a list of %zu, the limit is %d; paired_mean_diff says the "
                         "same at this size", d.n, MAX_FLIPS);
    struct sign_flip r = sign_flip_test(d.v, d.n, seed);
    jw_knum(out, "mean_diff", r.mean_diff);
    jw_knum(out, "p_two_sided", r.p_two_sided);
    jw_knum(out, "p_greater", r.p_greater);
    return true;
}

static bool call_noninferiority(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    struct paired_table t;
    double margin, alpha;
    if (!in_paired(in, IN_MAX_COUNT, &t, e) || !in_prob(in, "margin", &margin, e) ||
        !in_range_or(in, "alpha", 1e-12, 0.499, 0.05, &alpha, e))
        return false;
    struct noninferiority r =
        noninferiority_paired(t.b, t.c, t.a + t.b + t.c + t.d, margin, alpha);
    jw_knum(out, "diff", r.diff);
    jw_knum(out, "z", r.z);
    jw_knum(out, "p_value", r.p_value);
    jw_knum(out, "lower_bound", r.lower_bound);
    jw_knum(out, "lower_bound_bonett_price", r.lower_bound_bonett_price);
    jw_kbool(out, "noninferior", r.noninferior);
    jw_kbool(out, "noninferior_bonett_price", r.noninferior_bonett_price);
    return true;
}

static bool call_bayes_paired(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    struct paired_table t;
    double margin, prior, conf;
    if (!in_paired(in, MAX_BAYES, &t, e) || !in_range(in, "margin", 0, 1, &margin, e) ||
        !in_range_or(in, "prior", 0.01, 1e6, 1, &prior, e) ||
        !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct bayes_paired r = bayes_paired(t, margin, prior, conf);
    jw_knum(out, "mean_diff", r.mean_diff);
    jw_knum(out, "prob_better", r.prob_better);
    jw_knum(out, "prob_noninferior", r.prob_noninferior);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    return true;
}

static bool call_bayes_two_beta(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t k_a, n_a, k_b, n_b;
    double margin;
    if (!in_k_of_n(in, "k_a", "n_a", &k_a, &n_a, e) ||
        !in_k_of_n(in, "k_b", "n_b", &k_b, &n_b, e) || !in_range(in, "margin", 0, 1, &margin, e))
        return false;
    if (n_a > MAX_BAYES || n_b > MAX_BAYES)
        return in_err(e, "\"n_a\" and \"n_b\": found %zu and %zu, the limit is %d", n_a, n_b,
                      MAX_BAYES);
    struct bayes_two_beta r = bayes_two_beta(k_a, n_a, k_b, n_b, margin);
    jw_knum(out, "prob_b_better", r.prob_b_better);
    jw_knum(out, "prob_b_noninferior", r.prob_b_noninferior);
    return true;
}

static bool call_bca(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    double t0, conf;
    struct nums replicates, jackknife;
    if (!in_num(in, "t0", &t0, e) || !in_nums(in, "replicates", 1, a, &replicates, e) ||
        !in_nums(in, "jackknife", 1, a, &jackknife, e) || !in_prob_or(in, "conf", 0.95, &conf, e))
        return false;
    struct bca r = bca_interval(t0, replicates.v, replicates.n, jackknife.v, jackknife.n, conf);
    jw_knum(out, "z0", r.z0);
    jw_knum(out, "accel", r.accel);
    jw_knum(out, "alpha_lo", r.alpha_low);
    jw_knum(out, "alpha_hi", r.alpha_high);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    jw_knum(out, "perc_lo", r.perc_low);
    jw_knum(out, "perc_hi", r.perc_high);
    return true;
}

/* Seed and number of resamples; resamples times items is limited. */
static bool in_resampling(yyjson_val *in, size_t n, size_t *resamples, size_t *seed, double *conf,
                          struct err *e)
{
    if (!in_count_or(in, "resamples", 100, 1000000, 10000, resamples, e) ||
        !in_count_or(in, "seed", 0, IN_MAX_COUNT, 1, seed, e) ||
        !in_prob_or(in, "conf", 0.95, conf, e))
        return false;
    return n <= max_draws / *resamples ||
           in_err(e, "\"resamples\": found %zu of %zu items, the limit is %zu draws", *resamples, n,
                  max_draws);
}

static void write_bootstrap(struct jw *out, struct bootstrap r)
{
    jw_knum(out, "est", r.value);
    jw_knum(out, "se", r.se);
    jw_knum(out, "lo", r.low);
    jw_knum(out, "hi", r.high);
    out_count(out, "undefined", r.undefined);
    jw_kbool(out, "degenerate", r.degenerate);
}

static bool call_bootstrap_mean(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x;
    size_t resamples, seed;
    double conf;
    if (!in_nums(in, "x", 1, a, &x, e) || !in_resampling(in, x.n, &resamples, &seed, &conf, e))
        return false;
    write_bootstrap(out, bootstrap_mean(x.v, x.n, resamples, seed, conf));
    return true;
}

static bool call_bootstrap_paired(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums x, y;
    size_t resamples, seed;
    double conf;
    if (!in_two_lists(in, "a", "b", a, &x, &y, e) ||
        !in_resampling(in, x.n, &resamples, &seed, &conf, e))
        return false;
    write_bootstrap(out, bootstrap_paired_mean(x.v, y.v, x.n, resamples, seed, conf));
    return true;
}

static bool call_bootstrap_ratio(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    struct nums num, den;
    size_t resamples, seed;
    double conf;
    if (!in_two_lists(in, "num", "den", a, &num, &den, e) ||
        !in_resampling(in, num.n, &resamples, &seed, &conf, e))
        return false;
    write_bootstrap(out, bootstrap_ratio(num.v, den.v, num.n, resamples, seed, conf));
    return true;
}

static bool call_p_adjust(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    static const char *const names[] = {"bonferroni", "holm", "bh", "by"};
    static const enum p_adjust methods[] = {P_BONFERRONI, P_HOLM, P_BH, P_BY};
    struct nums p;
    if (!in_nums_range(in, "p", 0, 0, 1, a, &p, e))
        return false;
    double *adjusted = ARENA_ARRAY(a, p.n, double);
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        p_adjust(methods[i], p.v, p.n, adjusted);
        out_nums(out, names[i], adjusted, p.n);
    }
    return true;
}

static bool alpha_power(yyjson_val *in, double *alpha, double *power, struct err *e)
{
    return in_prob_or(in, "alpha", 0.05, alpha, e) && in_prob_or(in, "power", 0.8, power, e);
}

/* A number of items; 0, which stands for "cannot be reached", is written as null. */
static void out_size(struct jw *out, const char *key, size_t n)
{
    out_index(out, key, n ? n : SIZE_MAX);
}

static void write_size(struct jw *out, struct sample_size r)
{
    jw_knum(out, "n_exact", r.n_exact);
    out_size(out, "n", r.n);
}

/* True difference and margin of a non-inferiority design. */
static bool ni_design(yyjson_val *in, double *psi, double *diff, double *margin, struct err *e)
{
    if (!in_prob(in, "p_discordant", psi, e) || !in_range_or(in, "true_diff", -1, 1, 0, diff, e) ||
        !in_prob(in, "margin", margin, e))
        return false;
    return fabs(*diff) <= *psi ||
           in_err(e, "\"true_diff\": found %g, expected at most \"p_discordant\" = %g either way",
                  *diff, *psi);
}

static bool call_size_noninferiority(yyjson_val *in, struct jw *out, struct arena *a,
                                     struct err *e)
{
    (void)a;
    double psi, diff, margin, alpha, power;
    if (!ni_design(in, &psi, &diff, &margin, e) || !alpha_power(in, &alpha, &power, e))
        return false;
    write_size(out, sample_size_noninferiority_paired(psi, diff, margin, alpha, power));
    return true;
}

static bool call_items_needed(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    double psi, diff, margin, alpha, power;
    if (!ni_design(in, &psi, &diff, &margin, e) || !alpha_power(in, &alpha, &power, e))
        return false;
    struct items_needed r = ni_items_needed(psi, diff, margin, alpha, power);
    out_size(out, "n", r.n);
    jw_knum(out, "power_at_n", r.power_at_n);
    jw_kbool(out, "exact", r.exact);
    return true;
}

static bool call_detectable_drop(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t n;
    double psi, alpha, power;
    if (!in_count_between(in, "n", 0, MAX_POWER, &n, e) || !in_prob(in, "p_discordant", &psi, e) ||
        !alpha_power(in, &alpha, &power, e))
        return false;
    jw_knum(out, "drop", detectable_drop(n, psi, alpha, power));
    return true;
}

static bool call_size_mcnemar(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    double psi, diff, alpha, power;
    if (!in_prob(in, "p_discordant", &psi, e) || !in_range(in, "diff", -1, 1, &diff, e) ||
        !alpha_power(in, &alpha, &power, e))
        return false;
    if (fabs(diff) > psi)
        return in_err(e, "\"diff\": found %g, expected at most \"p_discordant\" = %g either way",
                      diff, psi);
    write_size(out, sample_size_mcnemar(psi, diff, alpha, power));
    return true;
}

static bool paired_design(yyjson_val *in, struct paired_mean_design *d, struct err *e)
{
    return in_range(in, "omega2", 0, 1e100, &d->omega2, e) &&
           in_range(in, "sigma2_a", 0, 1e100, &d->sigma2_a, e) &&
           in_range(in, "sigma2_b", 0, 1e100, &d->sigma2_b, e) &&
           in_count_or(in, "k_a", 1, MAX_EPOCHS, 1, &d->k_a, e) &&
           in_count_or(in, "k_b", 1, MAX_EPOCHS, 1, &d->k_b, e) &&
           alpha_power(in, &d->alpha, &d->power, e);
}

static bool call_size_paired_mean(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    struct paired_mean_design d;
    double delta;
    if (!paired_design(in, &d, e) || !in_positive(in, "delta", &delta, e))
        return false;
    write_size(out, sample_size_paired_mean(d, delta));
    return true;
}

static bool call_mde_paired_mean(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    struct paired_mean_design d;
    size_t n;
    if (!paired_design(in, &d, e) || !in_count(in, "n", &n, e))
        return false;
    jw_knum(out, "mde", mde_paired_mean(d, n));
    return true;
}

static bool call_size_two_prop(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    double p1, p2, alpha, power;
    if (!in_range(in, "p1", 0, 1, &p1, e) || !in_range(in, "p2", 0, 1, &p2, e) ||
        !alpha_power(in, &alpha, &power, e))
        return false;
    write_size(out, sample_size_two_prop(p1, p2, alpha, power));
    return true;
}

static bool call_power_mcnemar(yyjson_val *in, struct jw *out, struct arena *a, struct err *e)
{
    (void)a;
    size_t n;
    double improve, regress, alpha;
    if (!in_count_between(in, "n", 0, MAX_POWER, &n, e) ||
        !in_range(in, "p_improve", 0, 1, &improve, e) ||
        !in_range(in, "p_regress", 0, 1, &regress, e) ||
        !in_prob_or(in, "alpha", 0.05, &alpha, e))
        return false;
    if (improve + regress > 1)
        return in_err(e, "\"p_improve\" and \"p_regress\": found %g and %g, expected a sum of at "
                         "most 1", improve, regress);
    struct mcnemar_power r = power_mcnemar(n, improve, regress, alpha);
    jw_knum(out, "power_exact", r.exact);
    jw_knum(out, "power_midp", r.midp);
    return true;
}

const struct stat_row stats_02[] = {
    {"noninferiority_paired", 2, "a b c d margin [alpha]",
     "the ship gate: is the candidate not worse by the margin (Tango)", call_noninferiority},
    {"mcnemar", 2, "b c", "is there a difference at all, on the pairs that disagree",
     call_mcnemar},
    {"paired_prop_diff", 2, "a b c d [conf]",
     "difference of two pass rates on the same items, four intervals", call_paired_prop_diff},
    {"paired_mean_diff", 2, "a b [conf]", "difference of two mean scores on the same items",
     call_paired_mean_diff},
    {"sign_flip_test", 2, "d [seed]", "randomisation test of paired differences",
     call_sign_flip},
    {"bayes_paired", 2, "a b c d margin [prior] [conf]",
     "probability that the candidate is better, or not worse", call_bayes_paired},
    {"bayes_two_beta", 2, "k_a n_a k_b n_b margin",
     "the same for two runs that share no items", call_bayes_two_beta},
    {"bca_interval", 2, "t0 replicates jackknife [conf]",
     "bootstrap interval from given replicates (BCa)", call_bca},
    {"bootstrap_mean", 2, "x [resamples] [seed] [conf]",
     "mean of skewed scores with a seeded bootstrap interval (BCa)", call_bootstrap_mean},
    {"bootstrap_paired_mean", 2, "a b [resamples] [seed] [conf]",
     "the same for the difference of two mean scores on the same items", call_bootstrap_paired},
    {"bootstrap_ratio", 2, "num den [resamples] [seed] [conf]",
     "the same for a ratio of sums: cost per success, means of clusters", call_bootstrap_ratio},
    {"p_adjust", 2, "p", "p-values of several tests, adjusted four ways", call_p_adjust},
    {"sample_size_noninferiority_paired", 2, "p_discordant [true_diff] margin [alpha] [power]",
     "items needed to show that nothing got worse by the margin", call_size_noninferiority},
    {"items_needed_noninferiority", 2, "p_discordant [true_diff] margin [alpha] [power]",
     "the same by the exact power of the test", call_items_needed},
    {"detectable_drop", 2, "n p_discordant [alpha] [power]",
     "the least drop that n items rule out when nothing changed", call_detectable_drop},
    {"sample_size_mcnemar", 2, "p_discordant diff [alpha] [power]",
     "items needed to see a difference of pass rates", call_size_mcnemar},
    {"sample_size_paired_mean", 2, "omega2 sigma2_a sigma2_b [k_a] [k_b] delta [alpha] [power]",
     "items needed to see a difference of mean scores", call_size_paired_mean},
    {"mde_paired_mean", 2, "n omega2 sigma2_a sigma2_b [k_a] [k_b] [alpha] [power]",
     "the least difference of mean scores that n items show", call_mde_paired_mean},
    {"sample_size_two_prop", 2, "p1 p2 [alpha] [power]",
     "items a group when the two runs share none", call_size_two_prop},
    {"power_mcnemar", 2, "n p_improve p_regress [alpha]",
     "chance that n items show a difference, by enumeration", call_power_mcnemar},
    {NULL, 2, NULL, NULL, NULL},
};
