/* Rows of `compare` and `gate` on plain files: read as JSONL or CSV (first byte), with slices,
 * clusters and a measure, then compared with themselves. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "decide/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const slices[] = {"lang", NULL}, *const measures[] = {"polite", NULL};
    struct evidence_opts opts = {.slices = slices, .measures = measures};
    struct compare_opts co = {.confidence = 0.95, .margin = (double)NAN, .seed = 1};
    if (size < 2)
        return 0;
    struct arena *a = arena_new();
    char *text = arena_strndup(a, (const char *)data + 1, size - 1);
    FILE *f = fmemopen(text, size - 1, "r");
    opts.cluster = data[0] & 2 ? "doc" : NULL;
    struct evidence *ev;
    struct comparison c;
    struct err e = {0};
    if (f && evidence_read_file(a, f, data[0] & 1 ? "x.csv" : "x.jsonl", &opts, &ev, &e) &&
        compare_run(a, ev, ev, &co, &c, &e) &&
        (c.success.b_better || c.success.a_better || c.n_gained || c.n_lost))
        __builtin_trap(); /* the same on both sides: nothing can have changed */
    if (f)
        fclose(f);
    arena_free(a);
    return 0;
}
