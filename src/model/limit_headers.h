#pragma once

#include <stdbool.h>

#include "base/str.h"

/* What reply headers say about limits. NaN: not said. */
struct limit_headers {
    double retry_after;                  /* seconds */
    double remaining_requests, reset_requests; /* left, and seconds until there are more */
    double remaining_tokens, reset_tokens;
    bool do_not_retry;                   /* x-should-retry: false */
};

void limit_headers_init(struct limit_headers *h);
/* Takes one header; `wall` is the time in seconds since 1970, for dates. Knows Retry-After
 * (seconds or date), retry-after-ms, x-ratelimit-* of OpenAI and anthropic-ratelimit-*. */
void limit_headers_add(struct limit_headers *h, struct str name, struct str value, double wall);
