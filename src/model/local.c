/* Local models: batches of calls computed on all cores, finished in the order of submission, so
 * that what callbacks see does not depend on the threads. */
#include <math.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/pool.h"
#include "model/engine_job.h"

enum { CHUNK = 32 };

struct batch {
    struct job **jobs;
    struct reply *replies;
    struct arena **arenas; /* one a chunk */
    size_t n;
};

static void answer_chunk(void *arg, size_t chunk)
{
    struct batch *b = arg;
    size_t end = (chunk + 1) * CHUNK < b->n ? (chunk + 1) * CHUNK : b->n;
    for (size_t i = chunk * CHUNK; i < end; i++) {
        const struct call *c = b->jobs[i]->call;
        reply_init(&b->replies[i]);
        c->model->ops->answer(c->model, c, b->arenas[chunk], &b->replies[i]);
    }
}

bool local_run(struct engine *e, struct job_list *queue, size_t most)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    size_t n = queue->n < most ? queue->n : most, n_chunks = (n + CHUNK - 1) / CHUNK;
    if (n == 0)
        return false;
    struct batch b = {.jobs = ARENA_ARRAY(a, n, struct job *),
                      .replies = ARENA_ARRAY(a, n, struct reply),
                      .arenas = ARENA_ARRAY(a, n_chunks, struct arena *),
                      .n = n};
    for (size_t i = 0; i < n; i++)
        b.jobs[i] = job_list_pop(queue);
    for (size_t i = 0; i < n_chunks; i++)
        b.arenas[i] = arena_new();
    pool_for(n_chunks, answer_chunk, &b);
    for (size_t i = 0; i < n; i++)
        engine_finish(e, b.jobs[i], &b.replies[i]);
    for (size_t i = 0; i < n_chunks; i++)
        arena_free(b.arenas[i]);
    return true;
}
