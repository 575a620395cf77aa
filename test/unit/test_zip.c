/* ZIP reading: stored, deflate and zstd members, and archives that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "import/zip.h"

static void le(struct buf *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_add_char(b, (char)(v >> (8 * i)));
}

/* One member by hand; `claim` is the size the lists state. */
static void archive(struct buf *b, unsigned method, struct str packed, struct str content,
                    uint32_t claim)
{
    unsigned crc = (unsigned)crc32(0, (const unsigned char *)content.p, (unsigned)content.n);
    struct str name = STR("header.json");
    le(b, 0x04034b50, 4), le(b, 20, 2), le(b, 0, 2), le(b, method, 2), le(b, 0, 4), le(b, crc, 4);
    le(b, packed.n, 4), le(b, claim, 4), le(b, name.n, 2), le(b, 0, 2);
    buf_add_str(b, name);
    buf_add_str(b, packed);
    size_t central = b->n;
    le(b, 0x02014b50, 4), le(b, 20, 2), le(b, 20, 2), le(b, 0, 2), le(b, method, 2), le(b, 0, 4);
    le(b, crc, 4), le(b, packed.n, 4), le(b, claim, 4), le(b, name.n, 2), le(b, 0, 2), le(b, 0, 2);
    le(b, 0, 2), le(b, 0, 2), le(b, 0, 4), le(b, 0, 4);
    buf_add_str(b, name);
    size_t end = b->n;
    le(b, 0x06054b50, 4), le(b, 0, 4), le(b, 1, 2), le(b, 1, 2), le(b, end - central, 4);
    le(b, central, 4), le(b, 0, 2);
}

static bool read_back(struct str bytes, struct str want, struct err *e)
{
    struct arena *a = arena_new();
    struct zip z;
    struct str got;
    bool ok = zip_open(a, bytes, "x.eval", &z, e) && zip_find(&z, "header.json") &&
              zip_read(a, &z, zip_find(&z, "header.json"), &got, e) && str_eq(got, want);
    arena_free(a);
    return ok;
}

static void members_of_each_method(void **state)
{
    (void)state;
    struct err e = {0};
    struct str text = STR("{\"status\": \"success\", \"status2\": \"success\", \"x\": 1}");
    char packed[512];
    struct buf b;
    buf_init(&b, 4096);
    archive(&b, 0, text, text, (uint32_t)text.n);
    assert_true(read_back(buf_str(&b), text, &e));

    z_stream s = {0};
    assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    unsigned char in[512];
    memcpy(in, text.p, text.n);
    s.next_in = in;
    s.avail_in = (unsigned)text.n;
    s.next_out = (unsigned char *)packed;
    s.avail_out = sizeof packed;
    assert_int_equal(deflate(&s, Z_FINISH), Z_STREAM_END);
    struct str deflated = {packed, s.total_out};
    deflateEnd(&s);
    buf_clear(&b);
    archive(&b, 8, deflated, text, (uint32_t)text.n);
    assert_true(read_back(buf_str(&b), text, &e));

    size_t n = ZSTD_compress(packed, sizeof packed, text.p, text.n, 3);
    buf_clear(&b);
    archive(&b, 93, (struct str){packed, n}, text, (uint32_t)text.n);
    assert_true(read_back(buf_str(&b), text, &e));

    buf_clear(&b);
    archive(&b, 12, text, text, (uint32_t)text.n);
    assert_false(read_back(buf_str(&b), text, &e));
    assert_non_null(strstr(e.msg, "method 12"));
    buf_release(&b);
}

static void lies_are_refused(void **state)
{
    (void)state;
    struct err e = {0};
    struct str text = STR("hello");
    struct buf b;
    buf_init(&b, 4096);
    assert_false(read_back(STR("PK"), text, &e));
    archive(&b, 0, text, text, 4000000000u);
    assert_false(read_back(buf_str(&b), text, &e));
    buf_clear(&b);
    archive(&b, 8, text, text, 900000000u);
    assert_false(read_back(buf_str(&b), text, &e));
    assert_non_null(strstr(e.msg, "than deflate can hold"));
    buf_clear(&b);
    archive(&b, 0, text, STR("hullo"), 5);
    assert_false(read_back(buf_str(&b), text, &e));
    assert_non_null(strstr(e.msg, "checksum"));
    /* every prefix of a good archive */
    buf_clear(&b);
    archive(&b, 0, text, text, 5);
    for (size_t n = 0; n < b.n; n++)
        assert_false(read_back(str_sub(buf_str(&b), 0, n), text, &e));
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_each_method),
        cmocka_unit_test(lies_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
