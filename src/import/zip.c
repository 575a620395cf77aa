/* ZIP reading; see zip.h. Layout after PKWARE's APPNOTE 6.3.10. */
#include "import/zip.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"

enum { END_SIZE = 22, CENTRAL_SIZE = 46, LOCAL_SIZE = 30 };

static bool bad(struct err *e, const char *path, const char *what)
{
    err_set(e, ERR_INPUT, "%s is not a ZIP archive that can be read: %s", path, what);
    return err_hint(e, "Copy the file again, or export it anew from the tool that wrote it.");
}

static uint64_t le(const struct str b, size_t at, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++)
        v |= (uint64_t)(unsigned char)b.p[at + (size_t)i] << (8 * i);
    return v;
}

static bool find_end(struct str b, size_t *ret)
{
    if (b.n < END_SIZE)
        return false;
    size_t lowest = b.n > 65557 ? b.n - 65557 : 0;
    for (size_t at = b.n - END_SIZE + 1; at-- > lowest;) {
        if (le(b, at, 4) == 0x06054b50) {
            *ret = at;
            return true;
        }
    }
    return false;
}

/* ZIP64: sizes that do not fit stand in an extra field, in this order. */
static void read_zip64(struct str b, size_t at, size_t n, struct zip_member *m)
{
    while (n >= 4) {
        size_t id = le(b, at, 2), len = le(b, at + 2, 2), p = at + 4;
        if (len > n - 4)
            return;
        size_t end = p + len;
        if (id == 1) {
            size_t *fields[] = {&m->size, &m->packed, &m->offset};
            for (size_t i = 0; i < 3; i++) {
                if (*fields[i] == 0xffffffffu && p + 8 <= end) {
                    *fields[i] = le(b, p, 8);
                    p += 8;
                }
            }
        }
        at = end;
        n -= 4 + len;
    }
}

static bool read_central(struct zip *z, size_t at, size_t *ret_next, struct zip_member *m,
                         struct err *e)
{
    struct str b = z->bytes;
    if (at > b.n || b.n - at < CENTRAL_SIZE || le(b, at, 4) != 0x02014b50)
        return bad(e, z->path, "its list of members is broken");
    size_t name = le(b, at + 28, 2), extra = le(b, at + 30, 2), comment = le(b, at + 32, 2);
    size_t total = CENTRAL_SIZE + name + extra + comment;
    if (b.n - at < total)
        return bad(e, z->path, "its list of members is cut off");
    *m = (struct zip_member){
        .name = {b.p + at + CENTRAL_SIZE, name},
        .method = (unsigned)le(b, at + 10, 2),
        .packed = le(b, at + 20, 4),
        .size = le(b, at + 24, 4),
        .offset = le(b, at + 42, 4),
        .crc = (unsigned)le(b, at + 16, 4),
        .encrypted = le(b, at + 8, 2) & 1,
    };
    read_zip64(b, at + CENTRAL_SIZE + name, extra, m);
    *ret_next = at + total;
    return true;
}

bool zip_open(struct arena *a, struct str bytes, const char *path, struct zip *ret, struct err *e)
{
    size_t end;
    struct zip z = {.bytes = bytes, .path = path};
    if (!find_end(bytes, &end))
        return bad(e, path, "no end record");
    size_t n = le(bytes, end + 10, 2), at = le(bytes, end + 16, 4);
    if (end >= 20 && le(bytes, end - 20, 4) == 0x07064b50) {
        size_t z64 = le(bytes, end - 12, 8);
        if (z64 <= bytes.n && bytes.n - z64 >= 56 && le(bytes, z64, 4) == 0x06064b50) {
            n = le(bytes, z64 + 32, 8);
            at = le(bytes, z64 + 48, 8);
        }
    }
    if (n > ZIP_MAX_MEMBERS || n > bytes.n / CENTRAL_SIZE)
        return bad(e, path, "it claims more members than it can hold");
    z.members = ARENA_ARRAY(a, n, struct zip_member);
    for (; z.n < n; z.n++)
        if (!read_central(&z, at, &at, &z.members[z.n], e))
            return false;
    *ret = z;
    return true;
}

const struct zip_member *zip_find(const struct zip *z, const char *name)
{
    for (size_t i = 0; i < z->n; i++)
        if (str_eq_c(z->members[i].name, name))
            return &z->members[i];
    return NULL;
}

static bool inflate_member(struct str in, char *out, size_t size)
{
    z_stream s = {0};
    if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
        return false;
    union {
        const char *in;
        unsigned char *out;
    } u = {.in = in.p};
    s.next_in = u.out;
    s.avail_in = (unsigned)in.n;
    s.next_out = (unsigned char *)out;
    s.avail_out = (unsigned)size;
    int rc = inflate(&s, Z_FINISH);
    bool ok = rc == Z_STREAM_END && s.total_out == size;
    inflateEnd(&s);
    return ok;
}

static bool member_error(struct err *e, const struct zip *z, const struct zip_member *m,
                         const char *what)
{
    return err_set(e, ERR_INPUT, "%s: member %.*s %s", z->path, STR_ARG(m->name), what);
}

bool zip_read(struct arena *a, const struct zip *z, const struct zip_member *m, struct str *ret,
              struct err *e)
{
    struct str b = z->bytes;
    if (m->encrypted)
        return member_error(e, z, m, "is encrypted");
    if (m->size > BUF_MAX_FILE)
        return member_error(e, z, m, "is larger than 1 GiB");
    if (m->offset > b.n || b.n - m->offset < LOCAL_SIZE || le(b, m->offset, 4) != 0x04034b50)
        return member_error(e, z, m, "has no header where the list says");
    size_t data = m->offset + LOCAL_SIZE + le(b, m->offset + 26, 2) + le(b, m->offset + 28, 2);
    if (data > b.n || b.n - data < m->packed)
        return member_error(e, z, m, "is cut off");
    struct str in = {b.p + data, m->packed};
    /* Deflate and zstd cannot shrink below about 1:1032 and 1:50,000 of sane data; a claim far
     * beyond the packed size is a bomb, refused before memory is taken for it. */
    if (m->method == 8 && m->size / 1100 > m->packed)
        return member_error(e, z, m, "claims to unpack to more than deflate can hold");
    char *out = arena_alloc(a, m->size + 1);
    bool ok;
    switch (m->method) {
    case 0: ok = m->packed == m->size; break;
    case 8: ok = inflate_member(in, out, m->size); break;
    case 93: ok = ZSTD_decompress(out, m->size, in.p, in.n) == m->size; break;
    default:
        err_set(e, ERR_INPUT, "%s: member %.*s uses compression method %u, which is not known",
                z->path, STR_ARG(m->name), m->method);
        return err_hint(e, "Known are stored, deflate and zstd.");
    }
    if (ok && m->method == 0 && m->size)
        memcpy(out, in.p, m->size);
    if (!ok || crc32(0, (const unsigned char *)out, (unsigned)m->size) != m->crc)
        return member_error(e, z, m, "does not unpack to what its checksum says");
    *ret = (struct str){out, m->size};
    return true;
}
