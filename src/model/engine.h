#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/env.h"
#include "base/err.h"
#include "model/provider.h"

/*
 * The call engine: takes calls, keeps each model's limits, retries what may be retried, and
 * hands every call exactly one reply. One thread does everything and runs the callbacks; local
 * models are computed on all cores in batches, and their callbacks still come on that thread in
 * the order of submission.
 *
 *     struct engine *e = engine_new(&options);
 *     engine_feed(e, next_units, plan);     submits more whenever there is room
 *     engine_run(e);                        returns when nothing is left
 *     engine_free(e);
 *
 * Calls are borrowed until their callback has returned; a callback may submit more calls. For
 * remote models the order of callbacks is that of the replies.
 */
struct engine;

struct engine_options {
    const struct env *env;
    int concurrency;          /* at most this many calls in flight over all models; 0: each
                                 model's own limit only */
    int default_concurrency;  /* for a model whose spec gives no limit; 0: 16 */
    double max_cost_usd;      /* stop before more than this is spent; 0 or NaN: no limit */
    double timeout_s;         /* one attempt; 0: 120 */
    int max_attempts;         /* 0: 6 */
    double max_retry_s;       /* a call gives up when its waits for retries would exceed this in
                                 all; 0: 30 */
    size_t queue_target;      /* engine_feed is asked while fewer calls wait; 0: twice the
                                 concurrency, at least 256 */
};

/* Runs on the engine's thread; `r` lives until it returns. */
typedef void engine_done(void *arg, const struct call *c, const struct reply *r);
/* Submits some calls (at least one) and returns true, or returns false: there are no more. It is
 * asked again after a false only once a callback has run. */
typedef bool engine_feeder(void *arg, struct engine *e);

struct engine_totals {
    uint64_t submitted, ok, refused, errors, skipped;
    uint64_t attempts, retries, throttled; /* throttled: 429, 503 and 529 answers */
    int in_flight, waiting;                /* waiting: queued or before a retry */
    int64_t tokens_input, tokens_output;
    double cost_usd;                       /* what is known to be spent, retries that were billed
                                              included; unknown costs count nothing */
    uint64_t cost_unknown;                 /* replies whose cost is not known */
    bool cost_stopped;                     /* calls were skipped because of max_cost_usd */
};

struct engine *engine_new(const struct engine_options *o);
void engine_free(struct engine *e); /* NULL is fine. Calls not finished get no callback. */

void engine_submit(struct engine *e, const struct call *c, engine_done *done, void *arg);
void engine_feed(struct engine *e, engine_feeder *feed, void *arg);

/* Called about every `every_s` seconds while engine_run works (progress, time limits). */
void engine_tick(struct engine *e, double every_s, void (*tick)(void *arg, struct engine *e),
                 void *arg);

/* Works until nothing is queued, in flight, or coming from the feeder. */
void engine_run(struct engine *e);

/* Safe in a signal handler. drain: send nothing new, finish what is in flight; calls not sent
 * are skipped. stop: abandon what is in flight too (skipped, though the provider may bill it). */
void engine_drain(struct engine *e);
void engine_stop(struct engine *e);
bool engine_draining(const struct engine *e);

void engine_totals(const struct engine *e, struct engine_totals *ret);
