#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Fast 64-bit hash for tables and features (XXH3). The same on every machine. */
uint64_t hash64(const void *p, size_t n, uint64_t seed);

/*
 * Content hash for keys and versions that outlive the process: 128-bit BLAKE2b, as 32 lower-case
 * hex digits. Parts are length-prefixed, so ("ab","c") and ("a","bc") differ.
 */
struct digest {
    char hex[33];
};
struct hasher {
    _Alignas(64) unsigned char state[384];
};
void hasher_init(struct hasher *h);
void hasher_add(struct hasher *h, struct str part);
void hasher_add_c(struct hasher *h, const char *part);
void hasher_add_int(struct hasher *h, long long v);
struct digest hasher_end(struct hasher *h);

struct digest hash_content(struct str s);

/* The 16 bytes that the hex digits stand for. */
void digest_bytes(const struct digest *d, unsigned char out[16]);
