/*
 * Plain main for a fuzz target: feeds it every file of a folder and prints TAP, so that the
 * corpus runs as an ordinary test. With libFuzzer this file is not linked.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* False when the file cannot be read. */
static bool feed(const char *path)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct err e = {0};
    struct str s;
    if (!file_read(a, path, BUF_MAX_BODY, &s, &e))
        return false;
    uint8_t *copy = mem_alloc(s.n); /* exact size, so that ASan sees an overrun */
    if (s.n)
        memcpy(copy, s.p, s.n);
    LLVMFuzzerTestOneInput(copy, s.n);
    free(copy);
    return true;
}

int main(int argc, char **argv)
{
    struct dirent **names;
    if (argc != 2) {
        fprintf(stderr, "usage: fuzz_x CORPUS_DIR\n");
        return 2;
    }
    int n = scandir(argv[1], &names, NULL, alphasort), count = 0, failed = 0;
    if (n < 0) {
        printf("Bail out! no corpus in %s\n", argv[1]);
        return 1;
    }
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            bool ok = feed(path);
            failed += !ok;
            printf("%sok %d - %s\n", ok ? "" : "not ", ++count, names[i]->d_name);
            fflush(stdout);
        }
        free(names[i]);
    }
    free(names);
    printf("1..%d\n", count);
    return count && !failed ? 0 : 1;
}
