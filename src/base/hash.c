/* Hashes: XXH3 inside the process, BLAKE2b for what is stored. */
#define XXH_INLINE_ALL
#include "base/hash.h"

#include <sodium.h>
#include <string.h>
#include <xxhash.h>

uint64_t hash64(const void *p, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(n ? p : "", n, seed);
}

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hasher), "hasher too small");

static crypto_generichash_state *state_of(struct hasher *h)
{
    return (crypto_generichash_state *)(void *)h->state;
}

void hasher_init(struct hasher *h) { crypto_generichash_init(state_of(h), NULL, 0, 16); }

void hasher_add(struct hasher *h, struct str part)
{
    uint64_t n = part.n;
    unsigned char len[8];
    for (int i = 0; i < 8; i++)
        len[i] = (unsigned char)(n >> (8 * i));
    crypto_generichash_update(state_of(h), len, sizeof len);
    if (part.n)
        crypto_generichash_update(state_of(h), (const unsigned char *)part.p, part.n);
}

void hasher_add_c(struct hasher *h, const char *part) { hasher_add(h, str_c(part)); }

void hasher_add_int(struct hasher *h, long long v)
{
    hasher_add(h, (struct str){(const char *)&v, sizeof v});
}

struct digest hasher_end(struct hasher *h)
{
    unsigned char out[16];
    struct digest d;
    crypto_generichash_final(state_of(h), out, sizeof out);
    sodium_bin2hex(d.hex, sizeof d.hex, out, sizeof out);
    return d;
}

struct digest hash_content(struct str s)
{
    struct hasher h;
    hasher_init(&h);
    hasher_add(&h, s);
    return hasher_end(&h);
}

void digest_bytes(const struct digest *d, unsigned char out[16])
{
    if (sodium_hex2bin(out, 16, d->hex, 32, NULL, NULL, NULL) != 0)
        BUG("not a digest: %s", d->hex);
}
