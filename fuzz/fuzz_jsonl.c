/* Rows of any bytes, as JSONL and as CSV, with the typed readers on the usual keys. */
#include <stdint.h>
#include <stdio.h>

#include "golden/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(FILE *f, const char *name)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    CLEANUP(rows_close) struct rows rows;
    struct err e = {0};
    struct row row;
    bool more = true;
    rewind(f);
    if (!rows_open_file(&rows, f, name, &e))
        return;
    while (rows_next(&rows, a, &row, &more, &e) && more) {
        struct err why = {0};
        struct str text;
        double number;
        int truth;
        if (row_num(&row, "confidence", &number, &why) && row_bool(&row, "pass", &truth, &why) &&
            row_text(&row, a, "id", &text, &why))
            (void)row_tag(&row, "lang");
        if (why.code != ERR_NONE && (why.line < 1 || why.col < 1))
            BUG("an error without a position: %s", why.msg);
        (void)row_missing(&row, "correct", &why);
        arena_reset(a);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FILE *f = tmpfile();
    if (!f)
        return 0;
    fwrite(data, 1, size, f);
    read_all(f, "fuzz.jsonl");
    read_all(f, "fuzz.csv");
    read_all(f, "fuzz");
    fclose(f);
    return 0;
}
