#pragma once

#include <stddef.h>

/*
 * How many items (in all) would settle a question, if what was seen so far is the truth: the
 * number that gives a verdict with power 0.8. NaN when that takes more than NEEDED_MAX, or cannot
 * be told. `alpha` is one-sided.
 */
#define NEEDED_MAX   1e7
#define NEEDED_POWER 0.8

/* A share seen as p against the limit t: the larger of the normal approximation
 * ((z_{1-α} √(t(1-t)) + z_{pow} √(p(1-p))) / (p - t))² (Chow, Shao & Wang 2008, §4.1.2) and the
 * least n at which the exact bound of n p successes clears t; times the design effect. */
double needed_share(double p, double t, double alpha, double deff);

/* A number whose bound from n items lies `reach` away and whose limit lies `gap` away: n (reach/gap
 * · (z_{1-α} + z_{pow}) / z_{1-α})², because bounds close in with √n. */
double needed_scaled(size_t n, double reach, double gap, double alpha);

/* Two significant digits, rounded up: these numbers are no more exact than that. */
double needed_about(double n);
