/* Window, buckets and pauses of one model; see limiter.h. No clock, no I/O. */
#include "model/limiter.h"

#include <math.h>

enum { MAX_PAUSE_S = 120, RECENT = 20 };
/* A provider that throttles a few prompts is no reason to slow down for all; one that throttles
 * this share of the recent calls is. */
static const double throttled_share = 0.25, cut = 0.6;

/* --- buckets --- */

void bucket_init(struct bucket *b, double per_minute, double now)
{
    *b = (struct bucket){.per_minute = per_minute, .at = now};
    if (!(per_minute > 0))
        return;
    b->capacity = per_minute < 10 ? 1 : floor(per_minute / 10);
    b->rate = per_minute < 10 ? per_minute / 60 : (per_minute - b->capacity) / 60;
    b->level = b->capacity;
}

static void refill(struct bucket *b, double now)
{
    b->level = fmin(b->capacity, b->level + fmax(0, now - b->at) * b->rate);
    b->at = now;
}

double bucket_wait(struct bucket *b, double amount, double now)
{
    if (!(b->per_minute > 0))
        return 0;
    refill(b, now);
    double missing = fmin(amount, b->capacity) - b->level;
    return missing <= 1e-9 ? 0 : missing / b->rate;
}

void bucket_take(struct bucket *b, double amount, double now)
{
    if (!(b->per_minute > 0))
        return;
    refill(b, now);
    b->level -= amount;
}

void bucket_return(struct bucket *b, double amount)
{
    if (b->per_minute > 0)
        b->level = fmin(b->capacity, b->level + amount);
}

/* --- the limiter --- */

void limiter_init(struct limiter *l, int max, double rpm, double tpm, double now)
{
    *l = (struct limiter){.max = max, .window = max, .last_cut = -INFINITY,
                          .paused_until = -INFINITY};
    bucket_init(&l->requests, rpm, now);
    bucket_init(&l->tokens, tpm, now);
}

double limiter_wait(struct limiter *l, double tokens, double now)
{
    if (l->in_flight >= (int)l->window)
        return INFINITY;
    double wait = fmax(0, l->paused_until - now);
    wait = fmax(wait, bucket_wait(&l->requests, 1, now));
    return fmax(wait, bucket_wait(&l->tokens, tokens, now));
}

void limiter_start(struct limiter *l, double tokens, double now)
{
    l->in_flight++;
    bucket_take(&l->requests, 1, now);
    bucket_take(&l->tokens, tokens, now);
}

static void count_recent(struct limiter *l, bool throttled)
{
    double keep = 1 - 1 / fmax(RECENT, l->window);
    l->recent_total = l->recent_total * keep + 1;
    l->recent_throttled = l->recent_throttled * keep + (throttled ? 1 : 0);
}

void limiter_end(struct limiter *l, enum limiter_outcome o, double estimated, double actual,
                 double started, double now)
{
    l->in_flight--;
    if (o != LIMITER_OK)
        bucket_return(&l->tokens, estimated);
    else if (!isnan(actual))
        bucket_return(&l->tokens, estimated - actual);
    count_recent(l, o == LIMITER_THROTTLED);
    if (o == LIMITER_OK) {
        l->window = fmin(l->max, l->window + fmax(1, l->window / 10) / l->window);
        l->failing_since = 0;
        l->failures = 0;
        return;
    }
    if (l->failures++ == 0)
        l->failing_since = now;
    bool many = l->recent_throttled > throttled_share * fmax(l->recent_total, 5);
    if (o == LIMITER_THROTTLED && many && started > l->last_cut) {
        l->window = fmax(1, l->window * cut);
        l->last_cut = now;
    }
}

void limiter_pause(struct limiter *l, double seconds, double now)
{
    l->paused_until = fmax(l->paused_until, now + fmin(seconds, MAX_PAUSE_S));
}

void limiter_heed(struct limiter *l, const struct limit_headers *h, double tokens, double now)
{
    if (h->remaining_requests <= 0 && h->reset_requests > 0)
        limiter_pause(l, h->reset_requests, now);
    if (h->remaining_tokens < tokens && h->reset_tokens > 0)
        limiter_pause(l, h->reset_tokens, now);
}
