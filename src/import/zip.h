#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Reads ZIP archives in memory: stored, deflate (8) and zstd (93) members, ZIP64 sizes. What an
 * archive may ask for is bounded: ZIP_MAX_MEMBERS members, BUF_MAX_FILE bytes a member after
 * decompression. Encrypted members are refused by name.
 */
enum { ZIP_MAX_MEMBERS = 1000000 };

struct zip_member {
    struct str name;
    unsigned method;
    size_t packed, size, offset; /* offset of the local header */
    unsigned crc;
    bool encrypted;
};

struct zip {
    struct str bytes;
    const char *path;
    struct zip_member *members;
    size_t n;
};

/* `bytes` must outlive the zip. */
MUST_CHECK bool zip_open(struct arena *a, struct str bytes, const char *path, struct zip *ret,
                         struct err *e);
const struct zip_member *zip_find(const struct zip *z, const char *name); /* or NULL */
/* The member's content in the arena; its CRC is checked. */
MUST_CHECK bool zip_read(struct arena *a, const struct zip *z, const struct zip_member *m,
                         struct str *ret, struct err *e);
