#pragma once

#include "model/engine.h"
#include "model/limiter.h"
#include "model/price.h"

/* What the parts of the engine share: engine.c (queues, scheduling, settling) and local.c (the
 * batches computed here). Nobody else includes this. */
struct attempt;

/* A call on its way. In one list at a time: an account's queue, the local queue, the retry heap,
 * or in flight. */
struct job {
    const struct call *call;
    engine_done *done;
    void *arg;
    struct account *account;
    struct job *next, *prev;
    struct attempt *attempt;  /* in flight */
    double submitted, started, due; /* monotonic seconds */
    double wire_ms, retry_wait_s;   /* over all attempts */
    double tokens, hold_usd;        /* estimates taken for the attempt in flight */
    size_t bytes;                   /* of the messages */
    int attempts, timeouts;
    bool maybe_billed;        /* an attempt that failed may have cost something */
};

struct job_list {
    struct job *first, *last;
    size_t n;
};

/* Everything that calls to one model spec share. Specs of the same model (another price, another
 * name in the project) have accounts of their own and the limiter in common. */
struct account {
    struct engine *engine;
    const struct model_spec *spec;
    struct account *next;
    struct limiter *limiter;
    struct price price;
    struct job_list queue;
    double mean_output;       /* tokens a reply has, smoothed */
    struct str broken;        /* why every further call fails at once, or the null string */
    const char *secret;       /* to be kept out of messages; or NULL */
};

void job_list_push(struct job_list *l, struct job *j);       /* at the end */
void job_list_push_front(struct job_list *l, struct job *j);
struct job *job_list_pop(struct job_list *l);                /* NULL when empty */

/* Hands the reply to the caller and forgets the job. */
void engine_finish(struct engine *e, struct job *j, struct reply *r);

/* Computes up to `most` jobs from the queue on all cores and finishes them in order. True if there
 * were any. */
bool local_run(struct engine *e, struct job_list *queue, size_t most);
