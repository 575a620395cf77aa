#pragma once

#include "model/engine.h"
#include "run/plan.h"
#include "run/unit.h"

/*
 * The second stage of grading: graders that ask a model talk with it, in rounds, through the same
 * engine and the same store of answers as the variants. A unit comes here when its output is
 * recorded and its other graders have looked; it goes back when all talks have ended.
 */

/* Serves one run. */
struct asker {
    const struct plan *plan;
    struct store *store;
    struct engine *engine;
    bool fresh;              /* ask again even where the store has an answer */
    void (*done)(void *arg, struct unit *u); /* all talks of the unit have ended */
    void *arg;
    size_t called, cached;
    struct err err;          /* of the store, when `failed` */
    bool failed;
};

/* One call of a grader, to be recorded with the unit. */
struct asked_call {
    size_t grader;
    int seq;                 /* counts the grader's calls about this unit */
    bool stored;             /* out was found in the store or is recorded by now */
    struct str request;
    struct output_row out;
};

/* Starts the talks about a unit, whose other grades are copied. `done` may be called before this
 * returns. A talk that is cut short (skipped calls) leaves its grader not having looked. */
void asking_begin(struct asker *k, struct unit *u);

/* The i-th answered call, or NULL. */
struct asked_call *asking_call(struct asking *g, size_t i);

/* Frees the talks of a unit that is recorded; NULL is fine. */
void asking_free(struct asking *g);
