/* The SSE reader: whatever the bytes and however they are cut, the events are the same. The first
 * byte says how long the pieces are. */
#include <stdint.h>
#include <string.h>

#include "net/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_event(void *arg, struct str event, struct str data)
{
    struct buf *b = arg;
    buf_printf(b, "%zu:%zu:", event.n, data.n);
    buf_add_str(b, event);
    buf_add_str(b, data);
}

static bool read_all(const char *p, size_t n, size_t piece, struct buf *out)
{
    struct sse s;
    bool ok = true;
    sse_init(&s, 1 << 12, on_event, out);
    for (size_t i = 0; i < n && ok; i += piece)
        ok = sse_feed(&s, p + i, piece < n - i ? piece : n - i, NULL);
    sse_release(&s);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(buf_release) struct buf whole, cut;
    buf_init(&whole, 1 << 24);
    buf_init(&cut, 1 << 24);
    if (size < 2)
        return 0;
    const char *p = (const char *)data + 1;
    bool a = read_all(p, size - 1, size, &whole), b = read_all(p, size - 1, 1 + data[0] % 16u, &cut);
    /* A line that only just fits may be refused when it comes in pieces; then events are missing. */
    if (a && b && !str_eq(buf_str(&whole), buf_str(&cut)))
        BUG("cutting the stream changes its events");
    return 0;
}
