#pragma once

#include <stddef.h>

/*
 * Distribution functions, to about 1e-13 relative where the argument allows it. All are pure and
 * thread-safe (lgamma_r). Arguments outside the domain give STAT_NAN. A quantile at 0 or 1 is the
 * end of the support.
 */

/* Standard normal. Quantile: algorithm AS 241 (Wichura, Applied Statistics 37, 1988). */
double norm_cdf(double z);
double norm_quantile(double p);

double log_gamma(double x);            /* ln Γ(x), x > 0 */
double log_beta(double a, double b);   /* ln B(a, b), without cancellation for large a, b */
double log_choose(double n, double k); /* ln C(n, k) */

/* Regularised incomplete beta I_x(a, b), a, b > 0: continued fraction of DiDonato & Morris (1992)
 * on the side of the mean where it converges, with I_x(a, b) = 1 - I_{1-x}(b, a). The second form
 * takes y = 1 - x as well, for x so near to 1 that the difference would be lost. */
double beta_cdf(double x, double a, double b);
double beta_cdf_xy(double x, double y, double a, double b);
double beta_pdf(double x, double a, double b);
/* Newton's method inside a bracket, bisecting when a step leaves it. */
double beta_quantile(double p, double a, double b);

/* Student t with df > 0 degrees of freedom; df = INFINITY is the normal. */
double t_cdf(double t, double df);
double t_two_sided(double t, double df); /* P(|T| >= |t|) */
double t_quantile(double p, double df);

/* Binomial(n, p). The probability function is Loader's saddle-point form (2000). */
double binom_pmf(size_t k, size_t n, double p);
double binom_cdf(size_t k, size_t n, double p); /* P(X <= k) */
size_t binom_quantile(double q, size_t n, double p); /* least k with P(X <= k) >= q */

double chi2_1_sf(double x); /* P(X >= x), chi-squared with one degree of freedom */
