/*
 * The run itself: feeds the engine with units, takes its replies, and hands finished units on to
 * grading and the recorder in batches. Everything here happens on one thread; grading spreads
 * over the cores by itself.
 */
#include "run/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/progress.h"
#include "base/vec.h"
#include "model/engine.h"
#include "run/asking.h"
#include "run/grading.h"
#include "run/recorder.h"
#include "run/request.h"
#include "store/items.h"
#include "store/runs.h"
#include "text/json.h"
#include "text/jsonw.h"

enum { BATCH = 4000, BATCH_WATCHED = 32, BATCH_BYTES = 8 << 20, CHUNK_UNITS = 128 };
static const double flush_every_s = 0.2;

struct span {
    double first, last; /* monotonic seconds; NaN: nothing yet */
};

struct runner {
    const struct plan *plan;
    struct store *store;
    struct recorder *recorder;
    struct engine *engine;
    struct arena *a;             /* lives as long as the run */
    /* where the feeder is: item-major, so that all variants advance together */
    size_t pos, variant;
    int epoch;
    struct chunk *chunk;
    struct unit_item *item;
    VEC(struct unit *) finished; /* answered, or judged by models: to be graded and recorded */
    struct asker asker;          /* for graders that ask models */
    struct decider *decider;     /* NULL: everything planned is done */
    size_t finished_bytes;       /* about what they hold */
    double last_flush;
    struct span *spans;          /* one a variant: when it had work */
    struct progress progress;
    struct run_totals totals;
    double recorded_usd;         /* what local models say their outputs once cost */
    struct err err;
    bool failed, flushing, resumed;
};

/* The engine of the run under way, for the signal handler. */
static struct engine *volatile running;
static volatile int interrupts;

void run_interrupt(void)
{
    struct engine *e = running;
    interrupts = interrupts + 1;
    if (!e)
        return;
    if (interrupts == 1)
        engine_drain(e);
    else
        engine_stop(e);
}

static void fail(struct runner *r)
{
    if (!r->failed)
        engine_stop(r->engine);
    r->failed = true;
}

/* --- chunks --- */

static void chunk_drop(struct chunk *c)
{
    if (--c->open > 0)
        return;
    arena_free(c->a);
    free(c);
}

static struct chunk *chunk_for_next(struct runner *r)
{
    if (r->chunk && r->chunk->made < CHUNK_UNITS)
        return r->chunk;
    if (r->chunk)
        chunk_drop(r->chunk);
    r->chunk = mem_calloc(1, sizeof *r->chunk);
    r->chunk->a = arena_new();
    r->chunk->open = 1;
    return r->chunk;
}

/* --- recording --- */

/* What this run has paid: a replay's costs were paid long ago. */
static double spent(const struct runner *r)
{
    struct engine_totals t;
    engine_totals(r->engine, &t);
    return t.cost_usd > r->recorded_usd ? t.cost_usd - r->recorded_usd : 0;
}

static void show_progress(struct runner *r)
{
    progress_update(&r->progress, r->totals.done, r->totals.errors, spent(r));
}

static void note_error(struct runner *r, const struct unit *u)
{
    r->totals.errors++;
    if (str_null(r->totals.first_error))
        r->totals.first_error = arena_strf(r->a, "%s, example \"%.*s\": %.*s",
                                           r->plan->variants[u->variant].spec->name,
                                           STR_ARG(u->item->item.id), STR_ARG(u->out.error));
}

/* Enough is known: what is queued is not sent any more. */
static void look_at(struct runner *r, size_t variant, size_t pos, enum outcome o)
{
    if (!r->decider)
        return;
    decider_see(r->decider, variant, pos, o);
    if (decider_done(r->decider))
        engine_drain(r->engine);
}

/* A recorded unit goes on to the graders that ask models, or is done. */
static void pass_on(struct runner *r, struct unit *u)
{
    if (r->plan->asks && !u->asking && u->out.status != OUTPUT_ERROR && !r->failed) {
        asking_begin(&r->asker, u);
        return;
    }
    if (!r->failed) {
        r->totals.done++;
        if (u->out.status == OUTPUT_ERROR)
            note_error(r, u);
        look_at(r, u->variant, u->pos, u->outcome);
    }
    asking_free(u->asking);
    chunk_drop(u->chunk);
}

/* Grades and records what is finished. After a failure of the store units are only dropped. */
static void flush(struct runner *r)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    VEC(struct unit *) batch = {r->finished.v, r->finished.n, r->finished.cap};
    memset(&r->finished, 0, sizeof r->finished); /* pass_on may finish units anew */
    r->finished_bytes = 0;
    if (r->asker.failed && !r->failed) {
        r->err = r->asker.err;
        fail(r);
    }
    if (batch.n && !r->failed) {
        grading_run(r->plan, batch.v, batch.n, a);
        if (!recorder_write(r->recorder, batch.v, batch.n, &r->err))
            fail(r);
    }
    r->last_flush = clock_mono();
    r->flushing = true;
    for (size_t i = 0; i < batch.n; i++)
        pass_on(r, batch.v[i]);
    r->flushing = false;
    vec_free(&batch);
    show_progress(r);
}

static void finish_unit(struct runner *r, struct unit *u)
{
    vec_push(&r->finished, u);
    r->finished_bytes += u->item->line.n + u->request.n + u->out.text.n;
    if (r->flushing)
        return;
    size_t batch = r->decider ? BATCH_WATCHED : BATCH;
    if (r->finished.n >= batch || r->finished_bytes > BATCH_BYTES ||
        clock_mono() - r->last_flush > flush_every_s)
        flush(r);
}

/* --- replies --- */

/* The output's guardrails on a reply; true when the model is to be asked again. */
static bool guard(struct runner *r, struct unit *u, struct reply *rep)
{
    const struct guards *g = r->plan->variants[u->variant].guards;
    struct guarded seen;
    if (!g || rep->status != REPLY_OK)
        return false;
    guards_output(g, &u->item->item, rep->output, ++u->tries, u->chunk->a, &seen);
    r->totals.guarded += !str_null(seen.record);
    u->extras.guard_output = seen.record;
    u->extras.review = u->extras.review || seen.review;
    if (seen.retry)
        return true;
    if (seen.blocked) {
        rep->status = REPLY_REFUSED;
        rep->finish_reason = STR("guardrail");
    }
    if (seen.blocked || seen.changed)
        rep->output = seen.text;
    return false;
}

static void on_reply(void *arg, const struct call *c, const struct reply *rep)
{
    struct unit *u = arg;
    struct runner *r = u->runner;
    r->spans[u->variant].last = clock_mono();
    if (rep->status == REPLY_SKIPPED) {
        chunk_drop(u->chunk);
        return;
    }
    r->totals.called++;
    if (model_is_local(c->model) && !isnan(rep->cost_usd))
        r->recorded_usd += rep->cost_usd;
    struct reply shown = *rep;
    if (guard(r, u, &shown)) {
        engine_submit(r->engine, &u->call, on_reply, u);
        return;
    }
    request_to_row(&shown, env_now(r->plan->env), &u->extras, u->chunk->a, &u->out);
    finish_unit(r, u);
}

static void on_judged(void *arg, struct unit *u) { finish_unit(arg, u); }

/* --- feeding --- */

static struct unit_item *next_item(struct runner *r, struct chunk *c)
{
    struct unit_item *ui = ARENA_NEW(c->a, struct unit_item);
    if (!golden_item(r->plan->golden, r->plan->items[r->pos], c->a, &ui->item, &r->err)) {
        fail(r);
        return NULL;
    }
    struct digest d;
    ui->line = item_line(c->a, &ui->item, &d);
    ui->hash = store_key(&d);
    return ui;
}

/* The next unit in order, or NULL at the end or after a failure. Units of one item share its
 * chunk. */
static struct unit *next_unit(struct runner *r)
{
    const struct plan *p = r->plan;
    if (r->failed || r->pos == p->n_items)
        return NULL;
    bool first = r->variant == 0 && r->epoch == 1;
    struct chunk *c = first ? chunk_for_next(r) : r->chunk;
    if (first && !(r->item = next_item(r, c)))
        return NULL;
    struct unit *u = ARENA_NEW(c->a, struct unit);
    *u = (struct unit){.runner = r, .chunk = c, .item = r->item, .variant = r->variant,
                       .pos = r->pos, .epoch = r->epoch, .score = NAN};
    output_init(&u->out);
    c->made++;
    c->open++;
    if (++r->variant == p->n_variants) {
        r->variant = 0;
        if (++r->epoch > p->epochs) {
            r->epoch = 1;
            r->pos++;
        }
    }
    return u;
}

/* Recorded before in this run, and finished: answered, every grader having looked. A grader that
 * got no verdict from its model is asked to try again. */
static bool done_before(struct runner *r, struct unit *u, bool *ret)
{
    const size_t n = r->plan->n_graders;
    struct unit_read row;
    struct grade_row *g = ARENA_ARRAY(u->chunk->a, n, struct grade_row);
    *ret = false;
    if (!u->item->id && !item_by_hash(r->store, &u->item->hash, &u->item->id, &r->err))
        return false;
    if (!u->item->id)
        return true;
    if (!unit_get(r->store, r->recorder->variants[u->variant], u->item->id, u->epoch, &row, ret,
                  &r->err))
        return false;
    if (!*ret)
        return true;
    *ret = row.status != OUTPUT_ERROR;
    u->outcome = (enum outcome)row.outcome;
    if (!grades_unpack(r->store, NULL, row.grades, g, n, &r->err))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret = *ret && g[i].outcome != STORE_UNGRADED &&
               !(g[i].outcome == STORE_ERROR && r->plan->graders[i].grader->ops->ask);
    return true;
}

/* An answer that the store has already. Local models are as fast as looking them up. */
static bool from_store(struct runner *r, struct unit *u)
{
    int64_t id = 0;
    if (u->runner->recorder->fresh || !u->out.has_key || model_is_local(u->call.model))
        return true;
    if (!output_find(r->store, &u->out.key, &id, &r->err))
        return false;
    if (id == 0)
        return true;
    if (!output_get(r->store, u->chunk->a, id, &u->out, &r->err))
        return false;
    u->stored = true;
    r->totals.cached++;
    return true;
}

/* Prepares units until one needs a call, and submits that. */
static bool feed(void *arg, struct engine *engine)
{
    struct runner *r = arg;
    struct unit *u;
    while ((u = next_unit(r))) {
        bool done = false;
        if (r->decider && decider_variant_done(r->decider, u->variant)) {
            chunk_drop(u->chunk);
            continue;
        }
        if ((r->resumed && !done_before(r, u, &done)) ||
            (!done && (!request_make(r->plan, u, u->chunk->a, &r->err) || !from_store(r, u)))) {
            fail(r);
            chunk_drop(u->chunk);
            return false;
        }
        if (done) {
            r->totals.done++;
            r->totals.resumed++;
            look_at(r, u->variant, u->pos, u->outcome);
            chunk_drop(u->chunk);
        } else if (u->stored || u->blocked) {
            r->totals.guarded += u->blocked && !u->stored;
            finish_unit(r, u);
        } else {
            struct span *s = &r->spans[u->variant];
            if (isnan(s->first))
                s->first = clock_mono();
            engine_submit(engine, &u->call, on_reply, u);
            return true;
        }
        if (engine_draining(engine))
            return false;
    }
    return false;
}

static void tick(void *arg, struct engine *engine)
{
    struct runner *r = arg;
    (void)engine;
    if (r->finished.n && clock_mono() - r->last_flush > flush_every_s)
        flush(r);
    show_progress(r);
}

/* --- the whole --- */

static bool claim(const struct plan *p, struct store *s, struct err *e)
{
    bool taken;
    int pid;
    const char *name = p->feature->name;
    if (!store_claim(s, name, false, &taken, &pid, e))
        return false;
    if (taken)
        return true;
    log_note("process %d is running \"%s\" already; waiting for it to end", pid, name);
    if (store_claim(s, name, true, &taken, &pid, e))
        return true;
    return err_hint(e, "Answers it has got are not asked for again.");
}

static const char *why_ended(const struct runner *r, const struct engine_totals *t)
{
    if (r->decider && decider_done(r->decider) && interrupts == 0)
        return r->totals.done < r->totals.planned ? "decided" : NULL;
    if (t->cost_stopped)
        return "max_cost";
    return r->totals.done < r->totals.planned ? "interrupted" : NULL;
}

static bool busy(const struct runner *r)
{
    struct engine_totals t;
    engine_totals(r->engine, &t);
    return t.in_flight || t.waiting;
}

static void drive(struct runner *r)
{
    struct engine_options o = {.env = r->plan->env,
                               .concurrency = r->plan->options->concurrency,
                               .max_cost_usd = r->plan->options->max_cost_usd};
    r->engine = engine_new(&o);
    interrupts = 0;
    running = r->engine;
    engine_feed(r->engine, feed, r);
    engine_tick(r->engine, 0.1, tick, r);
    r->asker = (struct asker){.plan = r->plan, .store = r->store, .engine = r->engine,
                              .fresh = r->plan->options->fresh, .done = on_judged, .arg = r};
    do { /* recording the last units may start the last talks */
        engine_run(r->engine);
        flush(r);
    } while (r->finished.n || busy(r));
    running = NULL;
}

static bool finish(struct runner *r)
{
    const struct plan *p = r->plan;
    struct engine_totals t;
    double *wall = ARENA_ARRAY(r->a, p->n_variants, double);
    engine_totals(r->engine, &t);
    for (size_t i = 0; i < p->n_variants; i++)
        wall[i] = isnan(r->spans[i].first) ? 0 : r->spans[i].last - r->spans[i].first;
    r->totals.cost_usd = spent(r);
    r->totals.judge_called = r->asker.called;
    r->totals.judge_cached = r->asker.cached;
    r->totals.ended_why = why_ended(r, &t);
    if (r->decider)
        r->totals.decided = decider_lines(r->decider, &r->totals.n_decided);
    return !r->failed && recorder_end(r->recorder, r->totals.ended_why, wall, &r->err);
}

bool run_execute(struct arena *a, const struct plan *p, struct store *s, int64_t resume,
                 struct run_totals *ret, struct err *e)
{
    struct runner r = {.plan = p, .store = s, .a = a, .epoch = 1, .last_flush = clock_mono(),
                       .resumed = resume > 0};
    if (p->options->until_decided && !decider_new(a, p, s, &r.decider, e))
        return false;
    if (!claim(p, s, e))
        return false;
    if (!(resume ? recorder_resume(a, p, s, resume, &r.recorder, e)
                 : recorder_begin(a, p, s, &r.recorder, e))) {
        store_unclaim(s);
        return false;
    }
    r.totals.planned = plan_units(p);
    r.totals.run = r.recorder->run;
    r.spans = ARENA_ARRAY(a, p->n_variants, struct span);
    for (size_t i = 0; i < p->n_variants; i++)
        r.spans[i] = (struct span){NAN, NAN};
    progress_start(&r.progress, p->env, p->feature->name, r.totals.planned);
    drive(&r);
    progress_end(&r.progress);
    bool ok = finish(&r);
    engine_free(r.engine);
    if (r.chunk)
        chunk_drop(r.chunk);
    vec_free(&r.finished);
    store_unclaim(s);
    *ret = r.totals;
    if (!ok && e)
        *e = r.err;
    return ok;
}
