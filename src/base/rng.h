#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * xoshiro256** 1.0 (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM
 * TOMS 47(4), 2021), seeded by splitmix64. Same seed and stream: same numbers on any machine.
 * Streams let threads draw independently without the result depending on the thread count.
 */
struct rng {
    uint64_t s[4];
};

void rng_init(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *r);
double rng_uniform(struct rng *r);              /* [0, 1), 53 bits */
uint64_t rng_below(struct rng *r, uint64_t n);  /* 0 … n-1, unbiased; n > 0 */
double rng_normal(struct rng *r);               /* standard normal (Marsaglia polar) */
void rng_shuffle(struct rng *r, size_t *index, size_t n); /* Fisher-Yates */

/* Several generators of the same kind side by side, for loops that need numbers by the million:
 * their steps do not wait for each other. `n` is a multiple of RNG_LANES. */
enum { RNG_LANES = 4 };
struct rng_lanes {
    uint64_t s[4][RNG_LANES];
};
void rng_lanes_init(struct rng_lanes *r, uint64_t seed, uint64_t stream);
void rng_lanes_fill(struct rng_lanes *r, uint64_t *out, size_t n);
