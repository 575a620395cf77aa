/* Intervals that allow for early stopping; see early.h. */
#include "decide/early.h"

#include <math.h>

#include "stats/moments.h"
#include "stats/sequential.h"

static bool within(const double *x, size_t n, double lo, double hi)
{
    for (size_t i = 0; i < n; i++)
        if (!(x[i] >= lo && x[i] <= hi))
            return false;
    return true;
}

static bool is_binary(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(x[i] >= 0 && x[i] <= 0) && !(x[i] >= 1 && x[i] <= 1))
            return false;
    return true;
}

/* As run/decider.c, which stops runs: the cut of the bets, and a uniform prior over rates. */
static const double trunc_bet = 0.5, prior = 1;

/* How many 0/1 values it takes until the mixture sequence excludes `limit`; n when it never does.
 */
static size_t decided_rate(const double *x, size_t n, double alpha, double limit)
{
    size_t k = 0;
    for (size_t t = 1; t <= n && limit > 0 && limit < 1; t++) {
        k += x[t - 1] > 0.5;
        if (bernoulli_mixture_log_e(k, t, prior, prior, limit) >= -log(alpha))
            return t;
    }
    return n;
}

/* The same for the betting sequence of numbers d in [-1, 1]. */
static size_t decided_bets(const double *d, size_t n, double alpha, double limit)
{
    struct ni_process above, below;
    if (!(limit > -1 && limit < 1))
        return n;
    ni_process_init(&above, -limit, alpha, trunc_bet);
    ni_process_init(&below, limit, alpha, trunc_bet);
    for (size_t t = 0; t < n; t++) {
        bool high = ni_process_add(&above, d[t]), low = ni_process_add(&below, -d[t]);
        if (high || low)
            return t + 1;
    }
    return n;
}

/* Mean of d in [-1, 1] by bets on (d + 1)/2. Each side of the hedged sequence spends half of its
 * level. */
static struct estimate bets(struct arena *scratch, const double *d, size_t n, double alpha,
                            double limit)
{
    double *y = ARENA_ARRAY(scratch, n, double);
    if (n == 0 || !within(d, n, -1, 1)) {
        struct interval none = {stat_mean(d, n), STAT_NAN, STAT_NAN};
        return estimate_of(none, n, "none");
    }
    n = decided_bets(d, n, alpha, limit);
    for (size_t i = 0; i < n; i++)
        y[i] = (d[i] + 1) / 2;
    struct interval i = cs_betting_hedged_at(y, n, 2 * alpha, trunc_bet);
    return (struct estimate){stat_mean(d, n), 2 * i.low - 1, 2 * i.high - 1, n, "betting"};
}

struct estimate early_mean(struct arena *scratch, const double *x, size_t n, double alpha,
                           double limit)
{
    if (n && is_binary(x, n)) {
        n = decided_rate(x, n, alpha, limit);
        size_t k = (size_t)(stat_sum(x, n) + 0.5);
        return estimate_of(cs_bernoulli_mixture(k, n, alpha, prior, prior), n, "bernoulli_mixture");
    }
    double *d = ARENA_ARRAY(scratch, n, double);
    for (size_t i = 0; i < n; i++)
        d[i] = 2 * x[i] - 1;
    struct estimate e = bets(scratch, d, n, alpha, 2 * limit - 1);
    e.value = (e.value + 1) / 2;
    e.low = (e.low + 1) / 2;
    e.high = (e.high + 1) / 2;
    return e;
}

struct estimate early_difference(struct arena *scratch, const double *a, const double *b, size_t n,
                                 double alpha, double limit)
{
    double *d = ARENA_ARRAY(scratch, n, double);
    for (size_t i = 0; i < n; i++)
        d[i] = b[i] - a[i];
    return bets(scratch, d, n, alpha, limit);
}

double early_p_value(const double *a, const double *b, size_t n)
{
    struct mcnemar_process p;
    if (n == 0 || !is_binary(a, n) || !is_binary(b, n))
        return STAT_NAN;
    mcnemar_process_init(&p, 1, 1, 0.05);
    for (size_t i = 0; i < n; i++)
        if (a[i] < b[i] || a[i] > b[i])
            mcnemar_process_add(&p, a[i] < b[i]);
    return mcnemar_process_p(&p);
}
