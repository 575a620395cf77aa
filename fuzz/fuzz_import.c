/* promptfoo configurations and results, Inspect logs and sample rows: whatever an importer reads,
 * from a file made of the bytes. The first byte chooses the importer. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "import/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const endings[] = {".yaml", ".json", ".jsonl", ".jsonl", ".jsonl",
                                          ".json", ".json", ".json",  ".csv"};
    size_t n = 0;
    while (importer_all()[n])
        n++;
    if (size == 0 || size > 1 << 16)
        return 0;
    size_t which = data[0] % n;
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct err e = {0};
    char *path = arena_printf(a, "/tmp/plimsoll-fuzz-%d%s", (int)getpid(),
                              endings[which % ARRAY_LEN(endings)]);
    if (!file_write(path, (struct str){(const char *)data + 1, size - 1}, &e))
        return 0;
    struct import *im = import_new(a, path);
    if (importer_all()[which]->run(im, path, &e))
        (void)import_report(im);
    unlink(path);
    return 0;
}
