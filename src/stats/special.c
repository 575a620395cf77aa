/* Distribution functions: normal, beta, t, binomial. See special.h for accuracy and sources. */
#include "stats/special.h"

#include <float.h>
#include <math.h>

#include "stats/estimate.h"

static const double half_log_2pi = 0.91893853320467274178;

double norm_cdf(double z) { return 0.5 * erfc(-z / sqrt(2)); }

double chi2_1_sf(double x) { return x <= 0 ? 1 : erfc(sqrt(x / 2)); }

static double ratio(const double *num, const double *den, double r)
{
    double n = num[7], d = den[7];
    for (int i = 6; i >= 0; i--) {
        n = n * r + num[i];
        d = d * r + den[i];
    }
    return n / d;
}

double norm_quantile(double p)
{
    static const double a[8] = {
        3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
        1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
        3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {
        1.0,                      4.2313330701600911252e+1, 6.8718700749205790830e+2,
        5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
        2.8729085735721942674e+4, 5.2264952788528545610e+3};
    static const double c[8] = {
        1.42343711074968357734e0, 4.63033784615654529590e0,  5.76949722146069140550e0,
        3.64784832476320460504e0, 1.27045825245236838258e0,  2.41780725177450611770e-1,
        2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {
        1.0,                       2.05319162663775882187e0,  1.67638483018380384940e0,
        6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
        5.47593808499534494600e-4, 1.05075007164441684324e-9};
    static const double e[8] = {
        6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {
        1.0,                       5.99832206555887937690e-1, 1.36929880922735805310e-1,
        1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
        1.42151175831644588870e-7, 2.04426310338993978564e-15};
    if (!(p >= 0 && p <= 1))
        return STAT_NAN;
    double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return q * ratio(a, b, 0.180625 - q * q);
    double tail = q < 0 ? p : 1 - p;
    if (tail <= 0)
        return q < 0 ? -(double)INFINITY : (double)INFINITY;
    double r = sqrt(-log(tail));
    double z = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
    return q < 0 ? -z : z;
}

double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

/* ln Γ(n+1) - [(n+½) ln n - n + ½ ln 2π], the error of Stirling's formula. */
static double stirling_error(double n)
{
    if (n < 16)
        return n > 0 ? log_gamma(n + 1) - (n + 0.5) * log(n) + n - half_log_2pi : 0;
    double r = 1 / (n * n);
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - r / 1188) * r) * r) * r) / n;
}

/* x ln(x/m) + m - x without cancellation when x is near m. */
static double deviance(double x, double m)
{
    double d = x - m;
    if (fabs(d) < 0.1 * (x + m)) {
        double v = d / (x + m), sum = d * v, term = 2 * x * v, v2 = v * v;
        for (int j = 1; j < 1000; j++) {
            term *= v2;
            double next = sum + term / (2 * j + 1);
            if (fabs(next - sum) <= 1e-17 * fabs(sum))
                return next;
            sum = next;
        }
        return sum;
    }
    return x * log(x / m) + m - x;
}

/* ln of Γ(n+1)/(Γ(k+1)Γ(n-k+1)) p^k q^(n-k) for real 0 < k < n (Loader 2000). */
static double log_binom_real(double k, double n, double p, double q)
{
    double m = n - k;
    double lc = stirling_error(n) - stirling_error(k) - stirling_error(m) - deviance(k, n * p) -
                deviance(m, n * q);
    return lc + 0.5 * (log(n) - log(k) - log(m)) - half_log_2pi;
}

double log_beta(double a, double b)
{
    if (!(a > 0 && b > 0))
        return STAT_NAN;
    double lo = a < b ? a : b, hi = a < b ? b : a, sum = a + b;
    if (hi < 16)
        return log_gamma(lo) + log_gamma(hi) - log_gamma(sum);
    double corrections = stirling_error(hi) - stirling_error(sum);
    if (lo < 16)
        return log_gamma(lo) + (hi - 0.5) * log1p(-lo / sum) - lo * log(sum) + lo + corrections;
    return half_log_2pi + stirling_error(lo) + corrections + (lo - 0.5) * log(lo / sum) +
           (hi - 0.5) * log1p(-lo / sum) - 0.5 * log(sum);
}

double log_choose(double n, double k)
{
    if (!(k >= 0 && k <= n))
        return STAT_NAN;
    return k > 0 && k < n ? -log(n + 1) - log_beta(k + 1, n - k + 1) : 0;
}

/* The continued fraction of DiDonato & Morris (ACM TOMS 18, 1992), which has the denominators in
 * terms of a - (a+b)x so that nothing cancels when x is near 1; by the modified Lentz method.
 * I_x(a, b) is this times x^a y^b / B(a, b). Converges fast for x < (a+1)/(a+b+2). */
static double beta_fraction(double x, double y, double a, double b)
{
    double lambda = a > b ? (a + b) * y - b : a - (a + b) * x;
    double c = a * (lambda + 1) / (a + 1), f = c, d = 0;
    for (int i = 1; i < 200000; i++) {
        double n = i, a2 = a + 2 * n;
        double t = n * (b - n) * x / (a2 - 1);
        double alpha = (a + n - 1) * (a + b + n - 1) * x / (a2 - 1) * t;
        double beta = n + t + (a + n) * (lambda + 1 + n * (1 + y)) / (a2 + 1);
        d = 1 / (beta + alpha * d);
        c = beta + alpha / c;
        double step = c * d;
        f *= step;
        if (fabs(step - 1) < 1e-15)
            break;
    }
    return 1 / f;
}

/* ln of x^a y^b / B(a, b), y = 1 - x. */
static double log_beta_kernel(double x, double y, double a, double b)
{
    return log_binom_real(a, a + b, x, y) + log(a) + log(b) - log(a + b);
}

double beta_cdf_xy(double x, double y, double a, double b)
{
    if (!(a > 0 && b > 0) || isnan(x) || isnan(y))
        return STAT_NAN;
    if (x <= 0)
        return 0;
    if (y <= 0)
        return 1;
    double kernel = log_beta_kernel(x, y, a, b);
    if (x < (a + 1) / (a + b + 2))
        return exp(kernel) * beta_fraction(x, y, a, b);
    return 1 - exp(kernel) * beta_fraction(y, x, b, a);
}

double beta_cdf(double x, double a, double b) { return beta_cdf_xy(x, 1 - x, a, b); }

double beta_pdf(double x, double a, double b)
{
    if (!(a > 0 && b > 0) || isnan(x))
        return STAT_NAN;
    if (x < 0 || x > 1)
        return 0;
    if (x > 0 && x < 1)
        return exp(log_beta_kernel(x, 1 - x, a, b) - log(x) - log1p(-x));
    double shape = x > 0 ? b : a;
    return shape > 1 ? 0 : shape < 1 ? (double)INFINITY : (x > 0 ? a : b);
}

double beta_quantile(double p, double a, double b)
{
    if (!(a > 0 && b > 0) || !(p >= 0 && p <= 1))
        return STAT_NAN;
    if (p <= 0 || p >= 1)
        return p <= 0 ? 0 : 1;
    double lo = 0, hi = 1, x = a / (a + b);
    for (int i = 0; i < 400; i++) {
        double f = beta_cdf(x, a, b) - p;
        if (f > 0)
            hi = x;
        else
            lo = x;
        double next = x - f / beta_pdf(x, a, b);
        if (!(next > lo && next < hi)) {
            /* far from the root on a log scale: halve the exponent rather than the value */
            if (lo < hi / 16)
                next = lo > 0 ? sqrt(lo * hi) : hi / 1024;
            else
                next = 0.5 * (lo + hi);
        }
        if (fabs(next - x) <= 0.5 * DBL_EPSILON * next)
            return next;
        x = next;
    }
    return x;
}

/* Splits 1 into df/(df+t²) and t²/(df+t²). */
double t_two_sided(double t, double df)
{
    if (!(df > 0) || isnan(t))
        return STAT_NAN;
    if (isinf(t))
        return 0;
    if (df > 1e15)
        return erfc(fabs(t) / sqrt(2));
    double sum = df + t * t;
    if (isinf(sum))
        return 0;
    return beta_cdf_xy(df / sum, t * t / sum, df / 2, 0.5);
}

double t_cdf(double t, double df)
{
    double tail = 0.5 * t_two_sided(t, df);
    return t > 0 ? 1 - tail : tail;
}

double t_quantile(double p, double df)
{
    if (!(df > 0) || !(p >= 0 && p <= 1))
        return STAT_NAN;
    if (df > 1e15 || p <= 0 || p >= 1)
        return norm_quantile(p);
    double tail = p < 0.5 ? p : 1 - p, t;
    if (tail < 0.0005) {
        double x = beta_quantile(2 * tail, df / 2, 0.5);
        t = sqrt(df) * sqrt((1 - x) / x);
        /* with many degrees of freedom 1 - x has lost digits; one Newton step restores them */
        x = df / (df + t * t);
        double y = t * t / (df + t * t);
        t += (beta_cdf_xy(x, y, df / 2, 0.5) - 2 * tail) * t /
             (2 * exp(log_beta_kernel(x, y, df / 2, 0.5)));
    } else {
        double y = beta_quantile(1 - 2 * tail, 0.5, df / 2);
        t = sqrt(df) * sqrt(y / (1 - y));
    }
    return p < 0.5 ? -t : t;
}

double binom_pmf(size_t k, size_t n, double p)
{
    double kk = (double)k, nn = (double)n, q = 1 - p;
    if (!(p >= 0 && p <= 1))
        return STAT_NAN;
    if (k > n)
        return 0;
    if (p <= 0 || q <= 0)
        return (p <= 0 ? k == 0 : k == n) ? 1 : 0;
    if (k == 0)
        return exp(nn * log1p(-p));
    if (k == n)
        return exp(nn * log(p));
    return exp(log_binom_real(kk, nn, p, q));
}

double binom_cdf(size_t k, size_t n, double p)
{
    if (!(p >= 0 && p <= 1))
        return STAT_NAN;
    if (k >= n)
        return 1;
    return beta_cdf_xy(1 - p, p, (double)(n - k), (double)k + 1);
}

size_t binom_quantile(double q, size_t n, double p)
{
    /* the slack lets a q that is exactly a step of the cdf find that step */
    double want = q * (1 - 64 * DBL_EPSILON);
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (binom_cdf(mid, n, p) >= want)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}
