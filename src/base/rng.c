/* Seeded random numbers; see rng.h. */
#include "base/rng.h"

#include <math.h>

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void rng_init(struct rng *r, uint64_t seed, uint64_t stream)
{
    uint64_t x = stream;
    x = seed ^ splitmix(&x);
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix(&x);
}

static uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

double rng_uniform(struct rng *r) { return (double)(rng_next(r) >> 11) * 0x1p-53; }

uint64_t rng_below(struct rng *r, uint64_t n)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;
    do
        x = rng_next(r);
    while (x >= limit);
    return x % n;
}

double rng_normal(struct rng *r)
{
    double u, v, q;
    do {
        u = 2 * rng_uniform(r) - 1;
        v = 2 * rng_uniform(r) - 1;
        q = u * u + v * v;
    } while (q >= 1 || q == 0);
    return u * sqrt(-2 * log(q) / q);
}

void rng_shuffle(struct rng *r, size_t *index, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)rng_below(r, i), t = index[i - 1];
        index[i - 1] = index[j];
        index[j] = t;
    }
}

void rng_lanes_init(struct rng_lanes *r, uint64_t seed, uint64_t stream)
{
    for (int lane = 0; lane < RNG_LANES; lane++) {
        struct rng one;
        rng_init(&one, seed, stream * RNG_LANES + (uint64_t)lane);
        for (int i = 0; i < 4; i++)
            r->s[i][lane] = one.s[i];
    }
}

/* rng_next in every lane. The products by 5 and 9 are written as shifts, for which the baseline
 * instruction set has vector forms. */
void rng_lanes_fill(struct rng_lanes *r, uint64_t *out, size_t n)
{
    struct rng_lanes a = *r;
    for (size_t i = 0; i < n; i += RNG_LANES) {
        for (int k = 0; k < RNG_LANES; k++) {
            uint64_t x = a.s[1][k], five = (x << 2) + x, turned = (five << 7) | (five >> 57);
            out[i + (size_t)k] = (turned << 3) + turned;
            a.s[2][k] ^= a.s[0][k];
            a.s[3][k] ^= a.s[1][k];
            a.s[1][k] ^= a.s[2][k];
            a.s[0][k] ^= a.s[3][k];
            a.s[2][k] ^= x << 17;
            a.s[3][k] = (a.s[3][k] << 45) | (a.s[3][k] >> 19);
        }
    }
    *r = a;
}
