/* Sample sizes and exact power; see power.h. */
#include "stats/power.h"

#include "stats/paired.h"
#include "stats/special.h"

static const double max_items = 1e15;

static struct sample_size rounded(double n)
{
    if (!(n >= 0 && n <= max_items))
        return (struct sample_size){STAT_NAN, 0};
    return (struct sample_size){n, (size_t)ceil(n)};
}

static double square(double x) { return x * x; }

struct sample_size sample_size_noninferiority_paired(double p_discordant, double true_diff,
                                                     double margin, double alpha, double power)
{
    double z = norm_quantile(1 - alpha) + norm_quantile(power);
    if (true_diff <= -margin)
        return rounded(STAT_NAN);
    return rounded(square(z / (margin + true_diff)) * (p_discordant - square(true_diff)));
}

struct sample_size sample_size_mcnemar(double p_discordant, double diff, double alpha,
                                       double power)
{
    double z = norm_quantile(1 - alpha / 2) * sqrt(p_discordant) +
               norm_quantile(power) * sqrt(p_discordant - square(diff));
    return rounded(square(z / diff));
}

static double paired_variance(struct paired_mean_design d)
{
    return d.omega2 + d.sigma2_a / (double)d.k_a + d.sigma2_b / (double)d.k_b;
}

struct sample_size sample_size_paired_mean(struct paired_mean_design d, double delta)
{
    double z = norm_quantile(1 - d.alpha / 2) + norm_quantile(d.power);
    return rounded(square(z / delta) * paired_variance(d));
}

double mde_paired_mean(struct paired_mean_design d, size_t n)
{
    double z = norm_quantile(1 - d.alpha / 2) + norm_quantile(d.power);
    return n ? z * sqrt(paired_variance(d) / (double)n) : STAT_NAN;
}

struct sample_size sample_size_two_prop(double p1, double p2, double alpha, double power)
{
    double both = p1 + p2;
    double z = norm_quantile(1 - alpha / 2) * sqrt(both * (1 - both / 2)) +
               norm_quantile(power) * sqrt(p1 * (1 - p1) + p2 * (1 - p2));
    return rounded(square(z / (p1 - p2)));
}

/* The discordant counts worth looking at: outside them lies less than 1e-13 of the probability. */
struct discordant {
    size_t from, to; /* inclusive */
};

static struct discordant likely_discordant(size_t n, double psi)
{
    double centre = (double)n * psi, spread = 8 * sqrt(centre * (1 - psi)) + 30;
    double to = fmin((double)n, ceil(centre + spread));
    return (struct discordant){(size_t)fmax(0, floor(centre - spread)), (size_t)to};
}

/* P(X <= k or X >= t - k), X ~ Bin(t, r), for k < t/2. */
static double both_tails(size_t k, size_t t, double r)
{
    return binom_cdf(k, t, r) + binom_cdf(k, t, 1 - r);
}

struct mcnemar_power power_mcnemar(size_t n, double p_improve, double p_regress, double alpha)
{
    struct mcnemar_power r = {0, 0};
    double psi = fmin(1, p_improve + p_regress), share = psi > 0 ? p_improve / psi : 0.5;
    struct discordant range = likely_discordant(n, psi);
    /* k with p <= alpha are 0 … crit - 1; crit never falls as t grows */
    size_t crit_exact = 0, crit_midp = 0;
    for (size_t t = range.from; t <= range.to; t++) {
        while (2 * crit_exact < t && mcnemar(crit_exact, t - crit_exact).p_exact <= alpha)
            crit_exact++;
        while (2 * crit_midp < t && mcnemar(crit_midp, t - crit_midp).p_midp <= alpha)
            crit_midp++;
        double weight = binom_pmf(t, n, psi);
        if (crit_exact > 0)
            r.exact += weight * both_tails(crit_exact - 1, t, share);
        if (crit_midp > 0)
            r.midp += weight * both_tails(crit_midp - 1, t, share);
    }
    return r;
}

double power_noninferiority_paired(size_t n, double p_discordant, double true_diff, double margin,
                                   double alpha)
{
    double power = 0, share = p_discordant > 0 ? 0.5 + true_diff / (2 * p_discordant) : 0.5;
    double z = norm_quantile(1 - alpha);
    struct discordant range = likely_discordant(n, p_discordant);
    share = fmax(0, fmin(1, share));
    for (size_t t = range.from; t <= range.to; t++) {
        /* the least number of improvements among t discordant pairs that passes */
        size_t lo = 0, hi = t + 1;
        while (lo < hi) {
            size_t c = lo + (hi - lo) / 2;
            if (tango_score(t - c, c, n, -margin) > z)
                hi = c;
            else
                lo = c + 1;
        }
        if (lo <= t)
            power += binom_pmf(t, n, p_discordant) *
                     (lo > 0 ? binom_cdf(t - lo, t, 1 - share) : 1);
    }
    return fmin(1, power);
}

struct items_needed ni_items_needed(double p_discordant, double true_diff, double margin,
                                    double alpha, double power)
{
    struct sample_size guess = sample_size_noninferiority_paired(p_discordant, true_diff, margin,
                                                                 alpha, power);
    struct items_needed r = {guess.n, STAT_NAN, false};
    if (guess.n == 0 || guess.n > POWER_EXACT_MAX)
        return r;
    /* Between steps of the test's threshold, some 1.5/margin sizes apart, the power falls by up
     * to `ripple`: while the gap is wider than that, a jump cannot overshoot. */
    size_t tooth = (size_t)fmin(ceil(2 / margin), (double)guess.n + 10), run = 0, first = 0;
    for (size_t n = guess.n / 2 + 1; n <= 2 * (size_t)POWER_EXACT_MAX; n++) {
        double p = power_noninferiority_paired(n, p_discordant, true_diff, margin, alpha);
        double gap = power - p, ripple = 0.4 / sqrt((double)n * p_discordant);
        if (gap > 0) {
            n += gap > 2 * ripple ? (size_t)((double)n * (gap - ripple)) : 0;
            run = 0;
            continue;
        }
        if (run++ == 0) {
            first = n;
            r.power_at_n = p;
        }
        if (run > tooth) {
            r.n = first;
            r.exact = true;
            return r;
        }
    }
    r.power_at_n = STAT_NAN;
    return r;
}

double detectable_drop(size_t n, double p_discordant, double alpha, double power)
{
    double lo = 0, hi = 1 - 1e-6;
    if (power_noninferiority_paired(n, p_discordant, 0, hi, alpha) < power)
        return STAT_NAN;
    while (hi - lo > 1e-7) {
        double mid = 0.5 * (lo + hi);
        if (power_noninferiority_paired(n, p_discordant, 0, mid, alpha) >= power)
            hi = mid;
        else
            lo = mid;
    }
    return hi;
}
