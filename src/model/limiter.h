#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/limit_headers.h"

/*
 * How fast one model may be called: a window of calls in flight that shrinks when the provider
 * throttles and grows again (AIMD), requests and tokens a minute as token buckets, and pauses
 * that the provider asked for. Times are monotonic seconds and come in as arguments, so that the
 * rules can be tested without waiting.
 */

/* Never more than `per_minute` in any 60 seconds: a tenth of it may go at once, the rest at an
 * even rate. per_minute 0: no limit. */
struct bucket {
    double per_minute, capacity, rate, level, at;
};

void bucket_init(struct bucket *b, double per_minute, double now);
/* Seconds until `amount` may be taken, 0 if now. More than the capacity waits for a full bucket. */
double bucket_wait(struct bucket *b, double amount, double now);
void bucket_take(struct bucket *b, double amount, double now);
/* Gives back what was taken too much (or takes what was too little, when negative). */
void bucket_return(struct bucket *b, double amount);

struct limiter {
    int max;              /* calls in flight at most, as configured */
    double window;        /* as the provider bears it now: 1 … max */
    int in_flight;
    struct bucket requests, tokens;
    double paused_until;
    /* The last replies, for the share that was throttled. */
    double recent_total, recent_throttled;
    double last_cut;      /* calls started before this do not cut the window again */
    /* The unbroken run of retryable failures: since when, and how many; 0: the last call worked. */
    double failing_since;
    uint64_t failures;
};

void limiter_init(struct limiter *l, int max, double rpm, double tpm, double now);

/* Seconds until a call of about `tokens` may start: 0 now, INFINITY when a slot must come free. */
double limiter_wait(struct limiter *l, double tokens, double now);
void limiter_start(struct limiter *l, double tokens, double now);

/* A call that started at `started` has ended; `estimated` tokens were taken for it, `actual` were
 * used (NaN: not known). */
enum limiter_outcome { LIMITER_OK, LIMITER_THROTTLED, LIMITER_FAILED };
void limiter_end(struct limiter *l, enum limiter_outcome o, double estimated, double actual,
                 double started, double now);

/* The provider asked for a pause of `seconds`. */
void limiter_pause(struct limiter *l, double seconds, double now);

/* Pauses for what the headers of any reply say is used up. */
void limiter_heed(struct limiter *l, const struct limit_headers *h, double tokens, double now);
