/* Sample sizes for verdicts that are still open; see needed.h. */
#include "decide/needed.h"

#include <math.h>

#include "stats/proportion.h"
#include "stats/special.h"

static double in_range(double n) { return n <= NEEDED_MAX ? ceil(n - 1e-9) : STAT_NAN; }

static bool clears(double p, double t, double alpha, double m)
{
    struct interval i = clopper_pearson_real(p * m, m, 1 - 2 * alpha);
    return p > t ? i.low >= t : i.high <= t;
}

double needed_share(double p, double t, double alpha, double deff)
{
    double gap = fabs(p - t);
    if (!(gap > 0) || !(t > 0) || !(t < 1))
        return STAT_NAN;
    double z = norm_quantile(1 - alpha), power = norm_quantile(NEEDED_POWER);
    double root = (z * sqrt(t * (1 - t)) + power * sqrt(p * (1 - p))) / gap;
    double hi = 1, lo = 1;
    while (hi < 2 * NEEDED_MAX && !clears(p, t, alpha, hi)) {
        lo = hi;
        hi *= 2;
    }
    while (hi - lo > 1) {
        double mid = floor(lo + (hi - lo) / 2);
        if (clears(p, t, alpha, mid))
            hi = mid;
        else
            lo = mid;
    }
    return in_range(deff * fmax(root * root, hi));
}

double needed_scaled(size_t n, double reach, double gap, double alpha)
{
    double z = norm_quantile(1 - alpha);
    if (!(reach > 0) || !(gap > 0) || !(z > 0))
        return STAT_NAN;
    double factor = reach / gap * (z + norm_quantile(NEEDED_POWER)) / z;
    return in_range((double)n * factor * factor);
}

double needed_about(double n)
{
    double unit = pow(10, fmax(0, floor(log10(fmax(n, 1))) - 1));
    return ceil(n / unit - 1e-9) * unit;
}
