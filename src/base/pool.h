#pragma once

#include <stddef.h>

/*
 * Runs fn(arg, i) for i in 0 … n-1 on the machine's cores and returns when all are done. `fn`
 * must be pure in the sense that calls do not touch each other's data; results go to slot i, so
 * they do not depend on the thread count. PLIMSOLL_THREADS limits the threads (1: no threads).
 */
void pool_for(size_t n, void (*fn)(void *arg, size_t i), void *arg);

/* How many threads pool_for uses at most. */
int pool_threads(void);
