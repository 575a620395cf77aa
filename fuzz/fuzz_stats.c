/* The table of statistics on any JSON: a call ends soon, and either is refused with a sentence or
 * gives a result that is itself valid JSON (so no NaN or infinity is printed). A document with a
 * known "function" goes to that one, any other object to each in turn. */
#include <stdint.h>

#include "stats/registry.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void call(const struct stat_row *row, yyjson_val *doc, struct arena *a)
{
    CLEANUP(buf_release) struct buf b;
    struct jw w;
    struct err e = {0};
    yyjson_val *result;
    buf_init(&b, BUF_MAX_FILE);
    jw_init(&w, &b, false);
    if (!stat_call(row, doc, &w, a, &e)) {
        if (e.code != ERR_STAT || !e.msg[0])
            BUG("%s: an error without a reason", row->name);
    } else if (!json_parse(a, buf_str(&b), row->name, 1, &result, &e)) {
        BUG("%s: the result is not JSON: %s", row->name, e.msg);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct str text = {(const char *)data, size};
    struct err e = {0};
    yyjson_val *doc;
    const struct stat_row *row;
    if (size > 65536 || !json_parse(a, text, "fuzz.json", 1, &doc, &e))
        return 0;
    const char *name = yyjson_get_str(json_get(doc, "function"));
    if (name && stat_find(name, a, &row, &e)) {
        call(row, json_get(doc, "inputs"), a);
        return 0;
    }
    for (size_t i = 0; (row = stat_at(i)) != NULL; i++)
        call(row, doc, a);
    return 0;
}
