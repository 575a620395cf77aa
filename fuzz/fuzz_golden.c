/* Golden sets from any bytes, as JSONL or (first byte "," or ";") as CSV: loading and linting
 * end, every complaint has a position, what was kept can be read again, and writing a line and
 * reading it back changes nothing. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "golden/golden.h"
#include "golden/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void bad_line(void *arg, const struct err *why)
{
    (void)arg;
    if (why->code == ERR_NONE || why->line < 1 || why->col < 1)
        BUG("a complaint without a position: %s", why->msg);
}

static void check_item(struct arena *a, const struct item *it)
{
    struct buf b, c;
    struct item again;
    struct err e = {0};
    buf_init(&b, BUF_MAX_FILE);
    buf_init(&c, BUF_MAX_FILE);
    item_write(&b, it);
    if (!item_parse(a, buf_str(&b), "again", 1, &again, &e))
        BUG("a written line does not read: %s", e.msg);
    item_write(&c, &again);
    if (!str_eq(buf_str(&b), buf_str(&c)))
        BUG("written twice: %s and %s", buf_cstr(&b), buf_cstr(&c));
    if (strcmp(item_digest(it).hex, item_digest(&again).hex) != 0)
        BUG("another digest after reading back");
    buf_release(&b);
    buf_release(&c);
}

static void check_file(const char *path)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct err e = {0};
    struct golden *g;
    struct lint_report r;
    struct lint_options o;
    if (!golden_load_lenient(a, path, bad_line, NULL, &g, &e)) {
        if (e.line < 1)
            BUG("an error without a position: %s", e.msg);
        return;
    }
    for (size_t i = 0; i < g->n; i++) {
        struct item it;
        if (!golden_item(g, i, a, &it, &e))
            BUG("item %zu cannot be read: %s", i, e.msg);
        if (golden_find(g, it.id) != (ptrdiff_t)i)
            BUG("item %zu is not found by its id", i);
        check_item(a, &it);
    }
    lint_options_init(&o);
    if (!lint_file(a, path, &o, &g, &r, &e))
        BUG("cannot be linted: %s", e.msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool csv = size > 0 && (data[0] == ',' || data[0] == ';');
    char path[64] = "/tmp/plimsoll-fuzz-XXXXXX.jsonl";
    if (csv)
        memcpy(path, "/tmp/plimsoll-fuzz-XXXXXX.csv", sizeof "/tmp/plimsoll-fuzz-XXXXXX.csv");
    int fd = mkstemps(path, csv ? 4 : 6);
    if (fd < 0)
        return 0;
    size_t skip = csv ? 1 : 0;
    if (write(fd, data + skip, size - skip) == (ssize_t)(size - skip))
        check_file(path);
    close(fd);
    unlink(path);
    return 0;
}
