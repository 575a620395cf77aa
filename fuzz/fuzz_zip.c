/* ZIP archives: opened, and every member read. */
#include <stdint.h>

#include "import/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct err e;
    struct zip z;
    struct str content;
    if (!zip_open(a, (struct str){(const char *)data, size}, "fuzz.eval", &z, &e))
        return 0;
    for (size_t i = 0; i < z.n && i < 8; i++)
        if (z.members[i].size < 1 << 20 && !zip_read(a, &z, &z.members[i], &content, &e))
            continue;
    return 0;
}
