/* Talks of graders with their models; see asking.h. */
#include "run/asking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "run/grading.h"
#include "run/request.h"

struct talk {
    struct asking *of;
    size_t grader;
    struct grader_talk t;
    struct reply *replies;   /* of the round under way, n_calls of them */
    size_t waiting;          /* replies of the round that are still out */
    int seq;
    bool cut;                /* a call was skipped: the talk cannot end well */
};

/* A call on its way; freed with the arena. */
struct asked {
    struct talk *talk;
    size_t at;               /* in the round */
    struct asked_call call;
};

struct asking {
    struct asker *asker;
    struct unit *unit;
    struct arena *a;
    struct grade_in in;
    struct talk *talks;
    size_t n_talks, open;
    VEC(struct asked_call) calls;
};

static void step(struct talk *t);

static void end_talk(struct talk *t, const struct grade_out *out)
{
    struct asking *g = t->of;
    struct unit *u = g->unit;
    if (out) {
        u->grades[t->grader] = *out;
        u->looked[t->grader] = true;
    }
    g->open--;
}

static void conclude(struct asking *g)
{
    grading_conclude(g->asker->plan, g->unit);
    g->asker->done(g->asker->arg, g->unit);
}

/* Takes an answer, keeps it for the record, and gives it to the talk as a reply. */
static void take(struct asked *c)
{
    struct talk *t = c->talk;
    struct asking *g = t->of;
    struct reply *r = &t->replies[c->at];
    request_from_row(&c->call.out, r);
    if (r->status == REPLY_ERROR && isnan(r->cost_usd))
        r->cost_usd = 0; /* a call that failed and tells no cost was not billed */
    g->unit->grading_cost_usd += r->cost_usd;
    vec_push(&g->calls, c->call);
    t->waiting--;
}

static void on_reply(void *arg, const struct call *call, const struct reply *rep)
{
    struct asked *c = arg;
    struct talk *t = c->talk;
    struct asking *g = t->of;
    struct asker *k = g->asker;
    (void)call;
    if (rep->status == REPLY_SKIPPED) {
        t->cut = true;
        t->waiting--;
    } else {
        k->called++;
        request_to_row(rep, env_now(k->plan->env), &(struct unit_extras){0}, g->a, &c->call.out);
        take(c);
    }
    if (t->waiting == 0)
        step(t);
    if (g->open == 0)
        conclude(g);
}

/* The answer from the store, if it has one. */
static bool from_store(struct asker *k, struct asked *c, struct arena *a)
{
    int64_t id = 0;
    if (k->fresh || k->failed)
        return false;
    if (!output_find(k->store, &c->call.out.key, &id, &k->err) ||
        (id && !output_get(k->store, a, id, &c->call.out, &k->err))) {
        k->failed = true;
        return false;
    }
    c->call.stored = id != 0;
    k->cached += id != 0;
    return id != 0;
}

static bool make_call(struct talk *t, size_t i)
{
    struct asking *g = t->of;
    struct asked *c = ARENA_NEW(g->a, struct asked);
    *c = (struct asked){.talk = t, .at = i, .call = {.grader = t->grader, .seq = t->seq++}};
    output_init(&c->call.out);
    c->call.out.has_key = true;
    if (!request_describe(&t->t.calls[i], g->a, &c->call.request, &c->call.out.key,
                          &g->asker->err)) {
        g->asker->failed = true;
        return false;
    }
    if (from_store(g->asker, c, g->a))
        take(c);
    else
        engine_submit(g->asker->engine, &t->t.calls[i], on_reply, c);
    return true;
}

/* Goes on with a talk until it waits for a reply or ends. */
static void step(struct talk *t)
{
    struct asking *g = t->of;
    const struct grader *grader = g->asker->plan->graders[t->grader].grader;
    while (t->waiting == 0) {
        struct grade_out out;
        if (t->cut || g->asker->failed) {
            end_talk(t, NULL);
            return;
        }
        if (!grader_ask(grader, &g->in, &t->t, g->a, &out)) {
            end_talk(t, &out);
            return;
        }
        size_t n = t->t.n_calls;
        t->replies = ARENA_ARRAY(g->a, n, struct reply);
        t->waiting = n;
        for (size_t i = 0; i < n; i++)
            if (!make_call(t, i)) {
                t->waiting -= n - i;
                t->cut = true;
                break;
            }
        t->t.replies = t->replies;
        t->t.n_replies = n;
        t->t.round++;
    }
}

/* The grades so far live in an arena that is about to go. */
static void copy_grades(struct asking *g)
{
    struct unit *u = g->unit;
    size_t n = g->asker->plan->n_graders;
    struct grade_out *grades = ARENA_ARRAY(g->a, n, struct grade_out);
    bool *looked = ARENA_ARRAY(g->a, n, bool);
    for (size_t i = 0; i < n; i++) {
        grades[i] = u->grades[i];
        looked[i] = u->looked[i];
        if (!str_null(grades[i].reason))
            grades[i].reason = arena_str(g->a, grades[i].reason);
        if (!str_null(grades[i].details))
            grades[i].details = arena_str(g->a, grades[i].details);
    }
    u->grades = grades;
    u->looked = looked;
}

void asking_begin(struct asker *k, struct unit *u)
{
    struct asking *g = mem_calloc(1, sizeof *g);
    g->asker = k;
    g->unit = u;
    g->a = arena_new();
    u->asking = g;
    copy_grades(g);
    grading_input(u, g->a, &g->in);
    g->talks = ARENA_ARRAY(g->a, k->plan->n_graders, struct talk);
    for (size_t i = 0; i < k->plan->n_graders; i++)
        if (k->plan->graders[i].grader->ops->ask)
            g->talks[g->n_talks++] = (struct talk){.of = g, .grader = i};
    g->open = g->n_talks;
    for (size_t i = 0; i < g->n_talks; i++)
        step(&g->talks[i]);
    if (g->open == 0)
        conclude(g);
}

struct asked_call *asking_call(struct asking *g, size_t i)
{
    return i < g->calls.n ? &g->calls.v[i] : NULL;
}

void asking_free(struct asking *g)
{
    if (!g)
        return;
    vec_free(&g->calls);
    arena_free(g->a);
    free(g);
}
