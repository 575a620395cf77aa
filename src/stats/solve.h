#pragma once

/* Root finding and integration of a function of one variable; `arg` is passed through. */
typedef double stat_fn(const void *arg, double x);

/* The x in [lo, hi] where the monotone `f` crosses zero, by bisection to the last bit (at most 200
 * steps). STAT_NAN if f has the same sign at both ends. */
double solve_root(stat_fn *f, const void *arg, double lo, double hi);

/* ∫ f over [lo, hi] by adaptive Gauss-Kronrod (7, 15) until the error is at most `tolerance`
 * (absolute) or lost in rounding; at most 20 halvings of a piece. `f` is finite inside the
 * interval; the ends are not evaluated. */
double solve_integral(stat_fn *f, const void *arg, double lo, double hi, double tolerance);
