/* The non-inferiority tests of the ship gate; see noninferiority.h. */
#include "stats/noninferiority.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stats/mean.h"
#include "stats/sequential.h"
#include "stats/special.h"

struct noninferiority noninferiority_paired(size_t b, size_t c, size_t n, double margin,
                                            double alpha)
{
    if (n == 0)
        return (struct noninferiority){STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, STAT_NAN, false,
                                       false};
    double z = tango_score(b, c, n, -margin), p = norm_cdf(-z);
    struct interval tango = ci_tango(b, c, n, 1 - 2 * alpha);
    struct interval bonett_price = ci_bonett_price(b, c, n, 1 - 2 * alpha);
    return (struct noninferiority){
        .diff = tango.est,
        .z = z,
        .p_value = p,
        .lower_bound = tango.low,
        .lower_bound_bonett_price = bonett_price.low,
        .noninferior = p < alpha,
        .noninferior_bonett_price = bonett_price.low > -margin,
    };
}

/* The limits by the betting confidence sequence on (d + 1)/2 when n independent units (items or
 * whole clusters) all have the difference d. */
static struct interval betting_limits(double d, size_t n, double alpha)
{
    double *y = mem_alloc((n + 1) * sizeof *y);
    struct interval r = {d, STAT_NAN, STAT_NAN};
    if (fabs(d) <= 1) {
        for (size_t i = 0; i < n; i++)
            y[i] = (d + 1) / 2;
        struct interval half = cs_betting_hedged_at(y, n, 2 * alpha, 0.5);
        r.low = 2 * half.low - 1;
        r.high = 2 * half.high - 1;
    }
    free(y);
    return r;
}

struct noninferiority_mean noninferiority_mean(const double *a, const double *b,
                                               const size_t *cluster, size_t n, double margin,
                                               double alpha)
{
    struct noninferiority_mean r = {STAT_NAN, STAT_NAN, STAT_NAN, false, cluster ? "cr1_t" : "t"};
    double *d = mem_alloc((n + 1) * sizeof *d);
    for (size_t i = 0; i < n; i++)
        d[i] = b[i] - a[i];
    struct mean_ci t = ci_mean_t(d, n, 1 - 2 * alpha);
    struct clustered_mean m = {.n_clusters = n};
    if (cluster)
        m = clustered_mean(d, cluster, n, 1 - 2 * alpha);
    r.diff = t.mean;
    if (t.degenerate) {
        struct interval limits = betting_limits(d[0], m.n_clusters, alpha);
        r.lower_bound = limits.low;
        r.upper_bound = limits.high;
        r.method = "betting";
    } else if (!cluster) {
        r.lower_bound = t.low;
        r.upper_bound = t.high;
    } else if (m.se_cr1 > 1e-12) { /* clusters that all have one mean leave only rounding */
        r.lower_bound = m.low;
        r.upper_bound = m.high;
    }
    free(d);
    r.noninferior = r.lower_bound > -margin;
    return r;
}

size_t ni_min_items(double margin, double alpha)
{
    double z = norm_quantile(1 - alpha);
    return (size_t)ceil(z * z * (1 - margin) / margin - 1e-9);
}

enum ni_verdict ni_verdict(double low, double high, double margin)
{
    if (low > 0)
        return NI_BETTER;
    if (low > -margin)
        return NI_NONINFERIOR;
    return high < 0 ? NI_WORSE : NI_INCONCLUSIVE;
}
