/*
 * Build tool: puts files into the program as they are. Writes, into the folder given first,
 * assets.S (.incbin in .rodata, with a stack note), assets_table.c (a table sorted by path) and
 * assets.h. Paths are kept as given: "share/prices.json".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static FILE *create(const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: embed DIR FILE...\n");
        return 1;
    }
    char **files = argv + 2;
    int n = argc - 2;
    qsort(files, (size_t)n, sizeof *files, by_name);
    FILE *h = create(argv[1], "assets.h"), *c = create(argv[1], "assets_table.c"),
         *s = create(argv[1], "assets.S");
    fputs("#pragma once\n#include <stddef.h>\n"
          "struct asset_row { const char *path; const unsigned char *data; size_t size; };\n"
          "extern const struct asset_row asset_rows[];\nextern const size_t asset_row_count;\n", h);
    fputs("#include \"assets.h\"\n", c);
    fputs(".section .rodata\n", s);
    for (int i = 0; i < n; i++) {
        struct stat st;
        if (stat(files[i], &st) != 0) {
            perror(files[i]);
            return 1;
        }
        fprintf(s, ".balign 16\n.global asset_%d\nasset_%d: .incbin \"%s\"\n.byte 0\n", i, i, files[i]);
        fprintf(c, "extern const unsigned char asset_%d[];\n", i);
    }
    fputs(".section .note.GNU-stack,\"\",@progbits\n", s);
    fputs("const struct asset_row asset_rows[] = {\n", c);
    for (int i = 0; i < n; i++) {
        struct stat st;
        stat(files[i], &st);
        fprintf(c, "    {\"%s\", asset_%d, %lld},\n", files[i], i, (long long)st.st_size);
    }
    fprintf(c, "    {0, 0, 0}\n};\nconst size_t asset_row_count = %d;\n", n);
    return fclose(h) | fclose(c) | fclose(s) ? 1 : 0;
}
