#pragma once

#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

/*
 * A typed growing array: `VEC(int) v = {0}; vec_push(&v, 3); v.v[0]; vec_free(&v);`
 * Elements are plain values; pointers into `v.v` are invalid after the next push.
 */
#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *v;                                                                                   \
        size_t n, cap;                                                                             \
    }

#define vec_reserve(x, want)                                                                       \
    do {                                                                                           \
        size_t vec_need_ = (want);                                                                 \
        if (vec_need_ > (x)->cap) {                                                                \
            (x)->cap = vec_need_ > (x)->cap * 2 ? vec_need_ : (x)->cap * 2;                        \
            if ((x)->cap < 8)                                                                      \
                (x)->cap = 8;                                                                      \
            (x)->v = mem_realloc((x)->v, (x)->cap * sizeof *(x)->v);                               \
        }                                                                                          \
    } while (0)

#define vec_push(x, ...)                                                                           \
    do {                                                                                           \
        vec_reserve((x), (x)->n + 1);                                                              \
        (x)->v[(x)->n++] = (__VA_ARGS__);                                                          \
    } while (0)

#define vec_free(x)                                                                                \
    do {                                                                                           \
        free((x)->v);                                                                              \
        (x)->v = NULL;                                                                             \
        (x)->n = (x)->cap = 0;                                                                     \
    } while (0)
