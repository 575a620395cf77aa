/* RICE as a distribution, shrinkage, reference classes; see planning.h. */
#include "stats/planning.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/moments.h"
#include "stats/special.h"

static bool check_range(struct range90 r, const char *what, struct err *e)
{
    if (!(r.low > 0 && isfinite(r.high)))
        return err_set(e, ERR_STAT, "%s of %g to %g, expected bounds over 0", what, r.low, r.high);
    return r.low <= r.high ||
           err_set(e, ERR_STAT, "%s of %g to %g, expected the lower bound first", what, r.low,
                   r.high);
}

bool rice_lognormal(struct range90 reach, struct range90 impact, struct range90 effort,
                    double confidence, double gamma, struct rice *ret, struct err *e)
{
    if (!check_range(reach, "a reach", e) || !check_range(impact, "an impact", e) ||
        !check_range(effort, "an effort", e))
        return false;
    if (!(confidence > 0 && confidence <= 1))
        return err_set(e, ERR_STAT, "a confidence of %g, expected more than 0 and at most 1",
                       confidence);
    struct range90 part[3] = {reach, impact, effort};
    double mu = gamma * log(confidence), var = 0, z = norm_quantile(0.95);
    for (int i = 0; i < 3; i++) {
        double middle = (log(part[i].low) + log(part[i].high)) / 2;
        double sd = (log(part[i].high) - log(part[i].low)) / (2 * z);
        mu += i < 2 ? middle : -middle;
        var += sd * sd;
    }
    double sd = sqrt(var);
    *ret = (struct rice){mu, sd, exp(mu), exp(mu + var / 2), exp(mu + norm_quantile(0.1) * sd),
                         exp(mu + norm_quantile(0.9) * sd)};
    return true;
}

/* P(X > 0), X ~ N(mean, sd²); ½ for a certain 0. */
static double p_positive(double mean, double sd)
{
    if (sd > 0)
        return norm_cdf(mean / sd);
    return mean > 0 ? 1 : mean < 0 ? 0 : 0.5;
}

double rice_prob_better(double log_mean_a, double log_sd_a, double log_mean_b, double log_sd_b)
{
    return p_positive(log_mean_a - log_mean_b, hypot(log_sd_a, log_sd_b));
}

struct shrunk shrink_normal(double estimate, double se, double prior_mean, double prior_sd)
{
    double tau2 = prior_sd * prior_sd, total = tau2 + se * se;
    double weight = total > 0 ? tau2 / total : 1; /* both certain: they must agree */
    double mean = prior_mean + weight * (estimate - prior_mean), sd = sqrt(weight) * se;
    return (struct shrunk){weight, mean, sd, p_positive(mean, sd)};
}

bool reference_class(const double *actual_over_estimate, size_t n, double estimate, double p,
                     struct reference_class *ret, struct err *e)
{
    if (n < 3)
        return err_set(e, ERR_STAT, "%zu past features, expected at least 3 to learn a bias from",
                       n);
    CLEANUP(mem_freep) double *sorted = mem_calloc(n, sizeof *sorted);
    CLEANUP(mem_freep) double *logs = mem_calloc(n, sizeof *logs);
    for (size_t i = 0; i < n; i++) {
        if (!(actual_over_estimate[i] > 0 && isfinite(actual_over_estimate[i])))
            return err_set(e, ERR_STAT, "ratio %zu is %g, expected actual / estimate over 0", i,
                           actual_over_estimate[i]);
        logs[i] = log(actual_over_estimate[i]);
    }
    memcpy(sorted, actual_over_estimate, n * sizeof *sorted);
    stat_sort(sorted, n);
    double uplift = stat_quantile_sorted(sorted, n, p);
    double mean = stat_mean(logs, n), sd = sqrt(stat_var(logs, n)), m = (double)n;
    *ret = (struct reference_class){
        .uplift_empirical = uplift,
        .corrected_empirical = estimate * uplift,
        .log_mean = mean,
        .log_sd = sd,
        .corrected_lognormal_predictive =
            estimate * exp(mean + t_quantile(p, m - 1) * sd * sqrt(1 + 1 / m)),
        .median_bias = stat_quantile_sorted(sorted, n, 0.5),
    };
    return true;
}
