/*
 * The call engine; see engine.h. This file owns the queues, decides who goes next (limits, budget,
 * stopping), and settles what came back (retry or reply). How a request is sent and read is
 * attempt.c; the rules of limits and waits are limiter.c and retry.c.
 */
#include "model/engine.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/vec.h"
#include "model/attempt.h"
#include "model/engine_job.h"
#include "model/redact.h"
#include "model/retry.h"
#include "net/http.h"
#include "spec/project.h"

enum {
    DEFAULT_CONCURRENCY = 16,
    DEFAULT_ATTEMPTS = 6,
    DEFAULT_MAX_TOKENS = 4096, /* what a call without max_tokens is expected to produce at most */
    BROKEN_AFTER = 10,         /* failures in a row, besides the time, that make a model broken */
    LOCAL_BATCH = 2048,
    LOCAL_BATCH_BESIDE = 128,  /* while transfers are under way and must be served */
    MIN_QUEUE = 256,
    MAX_TIMEOUTS = 2,
};
static const double default_timeout_s = 120, default_retry_s = 30, longest_nap_s = 0.5;

struct engine {
    struct engine_options o;
    struct retry_policy retry;
    struct rng rng;
    struct arena *arena;
    struct http *http;
    struct price_book *book;
    struct map accounts; /* by the spec's address */
    struct map limiters; /* by the spec's key */
    struct account *first_account;
    struct job_list local, in_flight;
    struct job *free_jobs;
    VEC(struct attempt *) idle; /* attempt objects to reuse */
    VEC(struct job *) waiting;  /* for their retry; a heap on `due` */
    size_t outstanding, queued; /* jobs not finished; of these, in an account's queue */
    int concurrency_sum;
    engine_feeder *feed;
    void *feed_arg;
    bool feed_dry, has_local;
    void (*tick)(void *arg, struct engine *e);
    void *tick_arg;
    double tick_every, next_tick;
    double held_usd; /* reserved for calls in flight */
    double lost_usd; /* for attempts that failed and may have been billed */
    struct engine_totals totals;
    volatile sig_atomic_t draining, stopping;
};

/* --- lists --- */

void job_list_push(struct job_list *l, struct job *j)
{
    j->next = NULL;
    j->prev = l->last;
    if (l->last)
        l->last->next = j;
    else
        l->first = j;
    l->last = j;
    l->n++;
}

void job_list_push_front(struct job_list *l, struct job *j)
{
    j->prev = NULL;
    j->next = l->first;
    if (l->first)
        l->first->prev = j;
    else
        l->last = j;
    l->first = j;
    l->n++;
}

static void job_list_remove(struct job_list *l, struct job *j)
{
    if (j->prev)
        j->prev->next = j->next;
    else
        l->first = j->next;
    if (j->next)
        j->next->prev = j->prev;
    else
        l->last = j->prev;
    l->n--;
}

struct job *job_list_pop(struct job_list *l)
{
    struct job *j = l->first;
    if (j)
        job_list_remove(l, j);
    return j;
}

/* The retry heap: the job due first is at 0. */
static void sift_up(struct engine *e, size_t i)
{
    struct job **v = e->waiting.v, *j = v[i];
    for (; i > 0 && v[(i - 1) / 2]->due > j->due; i = (i - 1) / 2)
        v[i] = v[(i - 1) / 2];
    v[i] = j;
}

static struct job *pop_waiting(struct engine *e)
{
    struct job **v = e->waiting.v, *top = v[0], *last = v[--e->waiting.n];
    size_t n = e->waiting.n, i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= n)
            break;
        if (child + 1 < n && v[child + 1]->due < v[child]->due)
            child++;
        if (v[child]->due >= last->due)
            break;
        v[i] = v[child];
        i = child;
    }
    if (n > 0)
        v[i] = last;
    return top;
}

/* --- making and freeing --- */

struct engine *engine_new(const struct engine_options *o)
{
    struct engine *e = mem_calloc(1, sizeof *e);
    e->o = *o;
    if (e->o.default_concurrency <= 0)
        e->o.default_concurrency = DEFAULT_CONCURRENCY;
    if (!(e->o.timeout_s > 0))
        e->o.timeout_s = default_timeout_s;
    e->retry = (struct retry_policy){
        .max_attempts = o->max_attempts > 0 ? o->max_attempts : DEFAULT_ATTEMPTS,
        .max_wait_s = o->max_retry_s > 0 ? o->max_retry_s : default_retry_s,
        .base_s = 0.5,
        .cap_s = 10,
    };
    rng_init(&e->rng, o->env ? o->env->seed : 1, 0x656e67);
    e->arena = arena_new();
    e->book = price_book_load(e->arena);
    e->tick_every = INFINITY;
    e->next_tick = INFINITY;
    return e;
}

void engine_free(struct engine *e)
{
    if (!e)
        return;
    for (struct job *j = e->in_flight.first; j; j = j->next)
        attempt_free(j->attempt);
    for (size_t i = 0; i < e->idle.n; i++)
        attempt_free(e->idle.v[i]);
    http_free(e->http);
    vec_free(&e->idle);
    vec_free(&e->waiting);
    map_release(&e->accounts);
    map_release(&e->limiters);
    arena_free(e->arena);
    mem_freep(&e);
}

/* The limiter of the model behind the spec, made at its first call; of several limits for one
 * model the lowest holds. */
static struct limiter *limiter_of(struct engine *e, const struct call *c)
{
    const struct model_spec *spec = c->model->spec;
    int max = spec->limits.concurrency > 0 ? spec->limits.concurrency : e->o.default_concurrency;
    bool fresh;
    struct map_entry *entry = map_entry(&e->limiters, str_c(spec->key.hex), &fresh);
    if (!fresh) {
        struct limiter *l = entry->value;
        if (spec->limits.concurrency > 0 && max < l->max) {
            l->max = max;
            l->window = fmin(l->window, max);
        }
        return l;
    }
    if (spec->limits.concurrency <= 0 && c->model->ops->kind == PROVIDER_PIPE)
        max = max < pool_threads() ? max : pool_threads(); /* programs here compete for cores */
    struct limiter *l = ARENA_NEW(e->arena, struct limiter);
    limiter_init(l, max, spec->limits.rpm, spec->limits.tpm, clock_mono());
    entry->value = l;
    if (!model_is_local(c->model)) {
        e->concurrency_sum += max;
        if (!e->http)
            e->http = http_new();
        int most = e->concurrency_sum;
        http_limits(e->http, e->o.concurrency > 0 && e->o.concurrency < most ? e->o.concurrency
                                                                             : most);
    }
    return l;
}

/* The books of the call's model spec, opened at its first call. */
static struct account *account_of(struct engine *e, const struct call *c)
{
    const struct model_spec *spec = c->model->spec;
    struct account *a = map_get(&e->accounts, (struct str){(const char *)&spec, sizeof spec});
    if (a)
        return a;
    a = ARENA_NEW(e->arena, struct account);
    a->engine = e;
    a->spec = spec;
    a->secret = model_key(c->model);
    a->limiter = limiter_of(e, c);
    a->price = price_find(e->book, spec);
    a->next = e->first_account;
    e->first_account = a;
    map_put(&e->accounts, (struct str){(const char *)&a->spec, sizeof a->spec}, a);
    return a;
}

/* --- submitting and finishing --- */

static size_t call_bytes(const struct call *c)
{
    size_t n = c->params ? c->params->tools.n + c->params->json_schema.n : 0;
    for (size_t i = 0; i < c->n_messages; i++)
        n += c->messages[i].content.n + c->messages[i].tool_calls.n + 8;
    for (size_t i = 0; i < c->n_embed; i++)
        n += c->embed[i].n;
    return n;
}

void engine_submit(struct engine *e, const struct call *c, engine_done *done, void *arg)
{
    struct job *j = e->free_jobs;
    if (j)
        e->free_jobs = j->next;
    else
        j = ARENA_NEW(e->arena, struct job);
    *j = (struct job){.call = c, .done = done, .arg = arg, .account = account_of(e, c),
                      .submitted = clock_mono()};
    e->outstanding++;
    e->totals.submitted++;
    if (model_is_local(c->model)) {
        e->has_local = true;
        job_list_push(&e->local, j);
        return;
    }
    j->bytes = call_bytes(c);
    job_list_push(&j->account->queue, j);
    e->queued++;
}

static void count_reply(struct engine *e, struct account *a, const struct reply *r)
{
    struct engine_totals *t = &e->totals;
    t->ok += r->status == REPLY_OK;
    t->refused += r->status == REPLY_REFUSED;
    t->errors += r->status == REPLY_ERROR;
    t->skipped += r->status == REPLY_SKIPPED;
    if (r->tokens_input > 0)
        t->tokens_input += r->tokens_input;
    if (r->tokens_output > 0) {
        t->tokens_output += r->tokens_output;
        double x = (double)r->tokens_output;
        a->mean_output = a->mean_output > 0 ? 0.95 * a->mean_output + 0.05 * x : x;
    }
    if (!isnan(r->cost_usd))
        t->cost_usd += r->cost_usd;
    else if (r->status == REPLY_OK || r->status == REPLY_REFUSED)
        t->cost_unknown++;
}

void engine_finish(struct engine *e, struct job *j, struct reply *r)
{
    double total_ms = (clock_mono() - j->submitted) * 1000;
    if (isnan(r->cost_usd))
        r->cost_usd = price_cost(&j->account->price, r);
    if (!model_is_local(j->call->model)) {
        r->attempts = j->attempts;
        r->retry_wait_ms = j->retry_wait_s * 1000;
        r->queued_ms = fmax(0, total_ms - r->retry_wait_ms - j->wire_ms);
    }
    count_reply(e, j->account, r);
    j->done(j->arg, j->call, r);
    j->next = e->free_jobs;
    e->free_jobs = j;
    e->outstanding--;
    e->feed_dry = false;
}

static void finish_skipped(struct engine *e, struct job *j, const char *why)
{
    struct reply r;
    reply_init(&r);
    r.status = REPLY_SKIPPED;
    r.err_code = e->draining ? ERR_INTERRUPTED : ERR_LIMIT;
    r.error = str_c(why);
    engine_finish(e, j, &r);
}

static void finish_error(struct engine *e, struct job *j, enum err_code code, struct str why)
{
    struct reply r;
    reply_init(&r);
    r.status = REPLY_ERROR;
    r.err_code = code;
    r.error = why;
    engine_finish(e, j, &r);
}

/* --- settling --- */

/* A model that has only failed for as long as one call may wait for retries is broken: all that
 * waits for it fails at once, with the reason. */
static void check_broken(struct engine *e, struct account *a, const struct reply *r, double now)
{
    const struct limiter *l = a->limiter;
    if (!str_null(a->broken) || l->failures < BROKEN_AFTER ||
        now - l->failing_since < e->retry.max_wait_s)
        return;
    a->broken = arena_strf(e->arena, "%.*s; the last %llu requests in %.0f s all failed",
                           STR_ARG(r->error), (unsigned long long)l->failures,
                           now - l->failing_since);
    for (size_t i = 0; i < e->waiting.n; i++) {
        if (e->waiting.v[i]->account == a)
            e->waiting.v[i]->due = now;
        sift_up(e, i);
    }
}

/* How the reply went, for the limiter. */
static void close_books(struct engine *e, struct job *j, const struct attempt_result *r, double now)
{
    struct account *a = j->account;
    enum limiter_outcome o = r->verdict == ATTEMPT_THROTTLED ? LIMITER_THROTTLED
                             : r->verdict == ATTEMPT_FAILED  ? LIMITER_FAILED
                                                             : LIMITER_OK;
    double used = NAN;
    if (r->reply.tokens_input >= 0 && r->reply.tokens_output >= 0)
        used = (double)(r->reply.tokens_input + r->reply.tokens_output);
    limiter_end(a->limiter, o, j->tokens, used, j->started, now);
    limiter_heed(a->limiter, &r->limits, j->tokens, now);
    e->held_usd -= j->hold_usd;
    if (r->maybe_billed)
        e->lost_usd += j->hold_usd;
    e->totals.throttled += r->verdict == ATTEMPT_THROTTLED;
    e->totals.in_flight--;
    if (o == LIMITER_OK)
        a->broken = (struct str){0};
    if (!isnan(r->reply.latency_ms))
        j->wire_ms += r->reply.latency_ms;
}

static void explain_failure(struct job *j, struct attempt *at, struct reply *r)
{
    struct arena *a = attempt_arena(at);
    r->error = redact(a, r->error, j->account->secret);
    if (j->attempts > 1)
        r->error = arena_strf(a, "%.*s; gave up after %d attempts and %.1f s of waiting",
                              STR_ARG(r->error), j->attempts, j->retry_wait_s);
}

static void settle(void *arg, struct attempt *at, const struct attempt_result *result)
{
    struct job *j = arg;
    struct engine *e = j->account->engine;
    struct reply r = result->reply;
    double now = clock_mono(), wait = -1;
    job_list_remove(&e->in_flight, j);
    j->attempt = NULL;
    close_books(e, j, result, now);
    j->timeouts += result->timed_out;
    j->maybe_billed |= result->maybe_billed;
    if (result->verdict != ATTEMPT_FINAL && !e->draining && j->timeouts < MAX_TIMEOUTS &&
        str_null(j->account->broken))
        wait = retry_wait(&e->retry, j->attempts, j->retry_wait_s, result->limits.retry_after,
                          &e->rng);
    if (wait >= 0) {
        e->totals.retries++;
        j->retry_wait_s += wait;
        j->due = now + wait;
        vec_push(&e->waiting, j);
        sift_up(e, e->waiting.n - 1);
    }
    if (result->verdict != ATTEMPT_FINAL) {
        r.error = redact(attempt_arena(at), r.error, j->account->secret);
        check_broken(e, j->account, &r, now);
    }
    if (wait < 0) {
        if (!str_null(r.error))
            explain_failure(j, at, &r);
        /* what a provider turns away it does not bill */
        if (r.status == REPLY_ERROR && !j->maybe_billed && isnan(r.cost_usd) && r.tokens_input < 0)
            r.cost_usd = 0;
        engine_finish(e, j, &r);
    }
    vec_push(&e->idle, at);
}

/* --- scheduling --- */

static double expected_tokens(const struct job *j)
{
    double output = j->account->mean_output > 0 ? j->account->mean_output : 256;
    if (j->call->params && j->call->params->max_tokens > 0)
        output = fmin(output, (double)j->call->params->max_tokens);
    return (double)j->bytes / 4 + (j->call->embed ? 0 : output);
}

static bool has_budget(const struct engine *e) { return e->o.max_cost_usd > 0; }

enum room { ROOM_YES, ROOM_LATER, ROOM_NEVER };

/* Is there money for the job? Later: when calls in flight turn out cheaper than reserved. */
static enum room budget_room(struct engine *e, struct job *j)
{
    if (!has_budget(e))
        return ROOM_YES;
    long long most = j->call->params && j->call->params->max_tokens > 0
                         ? j->call->params->max_tokens : DEFAULT_MAX_TOKENS;
    j->hold_usd = price_upper(&j->account->price, j->bytes, j->call->embed ? 0 : most);
    double spent = e->totals.cost_usd + e->lost_usd + e->held_usd;
    if (spent + j->hold_usd <= e->o.max_cost_usd)
        return ROOM_YES;
    return e->totals.in_flight > 0 ? ROOM_LATER : ROOM_NEVER;
}

/* Sends the job, or finishes it when there is nothing to send. */
static void start(struct engine *e, struct job *j, double now)
{
    struct err err = {0};
    double of_model = j->call->model->spec->timeout_s;
    double timeout_s = j->call->timeout_s > 0 ? j->call->timeout_s
                       : of_model > 0         ? of_model
                                              : e->o.timeout_s;
    struct attempt *at = e->idle.n > 0 ? e->idle.v[--e->idle.n] : attempt_new(e->http);
    if (!attempt_start(at, j->call, timeout_s, settle, j, &err)) {
        finish_error(e, j, err.code, redact(attempt_arena(at), str_c(err.msg), j->account->secret));
        vec_push(&e->idle, at);
        return;
    }
    j->attempt = at;
    j->attempts++;
    j->started = now;
    limiter_start(j->account->limiter, j->tokens, now);
    e->held_usd += j->hold_usd;
    e->totals.attempts++;
    e->totals.in_flight++;
    job_list_push(&e->in_flight, j);
}

/* Starts what may start for one model; returns the seconds until more may (INFINITY: when
 * something comes back). */
static double dispatch_account(struct engine *e, struct account *a)
{
    double now = clock_mono();
    while (a->queue.first) {
        struct job *j = a->queue.first;
        if (e->draining || e->totals.cost_stopped || !str_null(a->broken)) {
            job_list_remove(&a->queue, j);
            e->queued--;
            if (e->draining)
                finish_skipped(e, j, "the run was stopped");
            else if (e->totals.cost_stopped)
                finish_skipped(e, j, "the spending limit is reached");
            else
                finish_error(e, j, ERR_PROVIDER, a->broken);
            continue;
        }
        if (e->o.concurrency > 0 && e->totals.in_flight >= e->o.concurrency)
            return INFINITY;
        j->tokens = expected_tokens(j);
        double wait = limiter_wait(a->limiter, j->tokens, now);
        if (wait > 0)
            return wait;
        if (has_budget(e) && !a->price.known) {
            job_list_remove(&a->queue, j);
            e->queued--;
            finish_error(e, j, ERR_SPEC, STR("a spending limit is set, but the price of this model "
                                             "is not known: give it a `price:`"));
            continue;
        }
        enum room room = budget_room(e, j);
        if (room == ROOM_LATER)
            return INFINITY;
        if (room == ROOM_NEVER) {
            e->totals.cost_stopped = true;
            continue;
        }
        job_list_remove(&a->queue, j);
        e->queued--;
        start(e, j, now);
    }
    return INFINITY;
}

static double dispatch(struct engine *e)
{
    double wait = INFINITY, now = clock_mono();
    while (e->waiting.n > 0 && (e->waiting.v[0]->due <= now || e->draining)) {
        struct job *j = pop_waiting(e);
        job_list_push_front(&j->account->queue, j);
        e->queued++;
    }
    for (struct account *a = e->first_account; a; a = a->next)
        wait = fmin(wait, dispatch_account(e, a));
    if (e->waiting.n > 0)
        wait = fmin(wait, e->waiting.v[0]->due - now);
    return wait;
}

static size_t queue_target(const struct engine *e)
{
    if (e->o.queue_target > 0)
        return e->o.queue_target;
    size_t twice = 2 * (size_t)e->concurrency_sum;
    return twice > MIN_QUEUE ? twice : MIN_QUEUE;
}

static void ask_feeder(struct engine *e)
{
    size_t target = queue_target(e);
    if (e->has_local && target < LOCAL_BATCH)
        target = LOCAL_BATCH;
    while (e->feed && !e->feed_dry && !e->draining && e->queued + e->local.n < target)
        e->feed_dry = !e->feed(e->feed_arg, e);
}

static void abandon(struct engine *e)
{
    struct job *j;
    while ((j = job_list_pop(&e->in_flight))) {
        attempt_cancel(j->attempt);
        vec_push(&e->idle, j->attempt);
        e->totals.in_flight--;
        e->held_usd -= j->hold_usd;
        e->lost_usd += j->hold_usd;
        finish_skipped(e, j, "the run was stopped while the call was under way");
    }
}

static void run_tick(struct engine *e)
{
    double now = clock_mono();
    if (now < e->next_tick)
        return;
    e->next_tick = now + e->tick_every;
    e->tick(e->tick_arg, e);
}

void engine_run(struct engine *e)
{
    for (;;) {
        if (e->stopping)
            abandon(e);
        ask_feeder(e);
        if (e->draining)
            while (e->local.first)
                finish_skipped(e, job_list_pop(&e->local), "the run was stopped");
        bool busy = local_run(e, &e->local, e->totals.in_flight ? LOCAL_BATCH_BESIDE : LOCAL_BATCH);
        double wait = dispatch(e);
        run_tick(e);
        if (e->outstanding == 0 && (!e->feed || e->feed_dry || e->draining))
            return;
        if (e->local.first || busy)
            wait = 0;
        if (e->http)
            http_wait(e->http, fmin(wait, longest_nap_s));
    }
}

void engine_feed(struct engine *e, engine_feeder *feed, void *arg)
{
    e->feed = feed;
    e->feed_arg = arg;
    e->feed_dry = false;
}

void engine_tick(struct engine *e, double every_s, void (*tick)(void *arg, struct engine *e),
                 void *arg)
{
    e->tick = tick;
    e->tick_arg = arg;
    e->tick_every = every_s;
    e->next_tick = clock_mono() + every_s;
}

void engine_drain(struct engine *e)
{
    e->draining = 1;
    if (e->http)
        http_wake(e->http);
}

void engine_stop(struct engine *e)
{
    e->draining = 1;
    e->stopping = 1;
    if (e->http)
        http_wake(e->http);
}

bool engine_draining(const struct engine *e) { return e->draining; }

void engine_totals(const struct engine *e, struct engine_totals *ret)
{
    *ret = e->totals;
    ret->waiting = (int)(e->queued + e->waiting.n + e->local.n);
}
