/* The retry policy; see retry.h. */
#include "model/retry.h"

#include <math.h>

double retry_wait(const struct retry_policy *p, int attempts, double waited, double asked,
                  struct rng *rng)
{
    if (attempts >= p->max_attempts)
        return -1;
    double most = fmin(p->cap_s, p->base_s * pow(2, attempts - 1));
    double wait = most * rng_uniform(rng);
    if (asked >= 0)
        wait = asked * (1 + 0.1 * rng_uniform(rng)) + 0.02 * rng_uniform(rng);
    return waited + wait > p->max_wait_s ? -1 : wait;
}
