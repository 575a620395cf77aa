/* Parallel for; see pool.h. */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"

enum { MAX_THREADS = 64 };

struct job {
    void (*fn)(void *arg, size_t i);
    void *arg;
    size_t n;
    atomic_size_t next;
};

int pool_threads(void)
{
    long long n = sysconf(_SC_NPROCESSORS_ONLN);
    const char *v = getenv("PLIMSOLL_THREADS");
    if (v && !str_long(str_c(v), &n))
        n = 1;
    return n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : (int)n;
}

static void *work(void *p)
{
    struct job *job = p;
    for (;;) {
        size_t i = atomic_fetch_add(&job->next, 1);
        if (i >= job->n)
            return NULL;
        job->fn(job->arg, i);
    }
}

void pool_for(size_t n, void (*fn)(void *arg, size_t i), void *arg)
{
    struct job job = {.fn = fn, .arg = arg, .n = n};
    pthread_t threads[MAX_THREADS];
    size_t want = (size_t)pool_threads(), started = 0;
    if (want > n)
        want = n;
    for (; started + 1 < want; started++)
        if (pthread_create(&threads[started], NULL, work, &job) != 0)
            break;
    work(&job);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
