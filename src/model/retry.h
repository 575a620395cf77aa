#pragma once

#include "base/rng.h"

/*
 * When to try a call again. Full jitter (Marc Brooker, "Exponential Backoff And Jitter", 2015):
 * the wait before attempt k+1 is uniform in 0 … min(cap, base · 2^(k-1)), so that calls that
 * failed together do not come back together.
 */
struct retry_policy {
    int max_attempts;    /* requests for one call at most */
    double max_wait_s;   /* all waits of one call together at most */
    double base_s, cap_s;
};

/*
 * Seconds to wait after failed attempt number `attempts` (1, 2, …), of which `waited` seconds went
 * into earlier waits; negative: give up. `asked` is what the provider said (Retry-After), NaN if
 * nothing: the wait is then at least that, with up to a tenth more.
 */
double retry_wait(const struct retry_policy *p, int attempts, double waited, double asked,
                  struct rng *rng);
