#pragma once

#include <stddef.h>

/*
 * Does one number track another: a quality score and users' satisfaction. x and y are equally
 * long, without NaN. Results are STAT_NAN where they are undefined: a constant list has no
 * correlation, |r| = 1 and n <= 3 have no interval.
 */

/* Pearson's r, Fisher-z interval tanh(atanh r ± z/√(n-3)), t-test with n - 2 degrees of freedom.
 * With a 0/1 list it is the point-biserial correlation. R cor.test. */
struct correlation {
    size_t n;
    double r, low, high, p_value;
};
struct correlation pearson(const double *x, const double *y, size_t n, double conf);
/* r alone, in one pass over the data twice. */
double pearson_r(const double *x, const double *y, size_t n);

/* Spearman's rho (Pearson's r of the mid-ranks); interval tanh(atanh rho ± z √((1+rho²/2)/(n-3))),
 * Bonett & Wright, Psychometrika 65, 2000. p_value is of the t-approximation with n - 2 degrees
 * of freedom. */
struct correlation spearman(const double *x, const double *y, size_t n, double conf);

/* Kendall's tau-b in O(n log n) (Knight, JASA 61, 1966); z with the variance corrected for ties,
 * as R cor.test(exact = FALSE); interval tanh(atanh tau ± z √(.437/(n-4))) (Fieller, Hartley &
 * Pearson 1957, derived for tau-a), undefined for n <= 4. */
struct kendall {
    size_t n;
    double tau_b, z, p_value, low, high;
};
struct kendall kendall_tau_b(const double *x, const double *y, size_t n, double conf);

/* Do two scores x and z that were measured on the same n items correlate equally with y?
 * Williams 1959, Steiger, Psychological Bulletin 87, 1980; df = n - 3. The three correlations must
 * be possible together, otherwise t is STAT_NAN. */
struct williams {
    double t, df, p_value;
};
struct williams williams_test(size_t n, double r_xy, double r_zy, double r_xz);

/* Area under the ROC curve P(s₁ > s₀) + P(s₁ = s₀)/2, y 0 or 1; standard error of DeLong, DeLong
 * & Clarke-Pearson (Biometrics 44, 1988) by mid-ranks in O(n log n) (Sun & Xu, IEEE Signal
 * Processing Letters 21, 2014); Wald interval clipped to [0, 1]. One class only: all STAT_NAN; a
 * single item in a class: no standard error. */
struct auc {
    double auc, se, low, high;
};
struct auc auc_delong(const double *score, const double *y, size_t n, double conf);
