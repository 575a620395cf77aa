/* Bisection and adaptive integration; see solve.h. */
#include "stats/solve.h"

#include "stats/estimate.h"

double solve_root(stat_fn *f, const void *arg, double lo, double hi)
{
    double at_lo = f(arg, lo), at_hi = f(arg, hi);
    if (isnan(at_lo) || isnan(at_hi) || (at_lo < 0) == (at_hi < 0)) {
        if (fabs(at_lo) <= 0)
            return lo;
        return fabs(at_hi) <= 0 ? hi : STAT_NAN;
    }
    for (int i = 0; i < 200; i++) {
        double mid = lo + 0.5 * (hi - lo);
        if (mid <= lo || mid >= hi)
            return mid;
        if ((f(arg, mid) < 0) == (at_lo < 0))
            lo = mid;
        else
            hi = mid;
    }
    return 0.5 * (lo + hi);
}

/* Nodes and weights of the 15-point Kronrod rule with its embedded 7-point Gauss rule on [-1, 1]
 * (Piessens et al., QUADPACK, 1983). */
static const double node[8] = {
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
    0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
    0.586087235467691130294144838258730, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245, 0};
static const double kronrod[8] = {
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
    0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
    0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714};
static const double gauss[4] = {
    0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
    0.381830050505118944950369775488975, 0.417959183673469387755102040816327};

static double rule(stat_fn *f, const void *arg, double lo, double hi, double *ret_error)
{
    double mid = 0.5 * (lo + hi), half = 0.5 * (hi - lo), centre = f(arg, mid);
    double k = centre * kronrod[7], g = centre * gauss[3];
    for (int i = 0; i < 7; i++) {
        double pair = f(arg, mid - half * node[i]) + f(arg, mid + half * node[i]);
        k += pair * kronrod[i];
        if (i % 2 == 1)
            g += pair * gauss[i / 2];
    }
    *ret_error = fabs(k - g) * half;
    return k * half;
}

static double adapt(stat_fn *f, const void *arg, double lo, double hi, double whole, double error,
                    double tolerance, int depth)
{
    /* an error below the piece's own rounding cannot be halved away */
    if (error <= fmax(tolerance, 1e-13 * fabs(whole)) || depth == 0)
        return whole;
    double mid = 0.5 * (lo + hi), error_l, error_r;
    double left = rule(f, arg, lo, mid, &error_l), right = rule(f, arg, mid, hi, &error_r);
    return adapt(f, arg, lo, mid, left, error_l, tolerance / 2, depth - 1) +
           adapt(f, arg, mid, hi, right, error_r, tolerance / 2, depth - 1);
}

double solve_integral(stat_fn *f, const void *arg, double lo, double hi, double tolerance)
{
    double error;
    if (!(hi > lo))
        return 0;
    double whole = rule(f, arg, lo, hi, &error);
    return adapt(f, arg, lo, hi, whole, error, tolerance, 20);
}
