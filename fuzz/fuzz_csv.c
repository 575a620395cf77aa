/* The CSV reader on any bytes: it ends, every field is a view into the record with a position,
 * and what the writer makes of the fields reads back (but for the guard against formulas). */
#include <stdint.h>
#include <stdio.h>

#include "text/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct csv_field *field, size_t n)
{
    CLEANUP(buf_release) struct buf b;
    struct csv_writer w;
    buf_init(&b, BUF_MAX_BODY);
    csv_writer_init(&w, &b);
    csv_cell_c(&w, "first"); /* so that a lone empty cell is no empty line */
    for (size_t i = 0; i < n; i++)
        csv_cell(&w, field[i].text);
    csv_end(&w);
    FILE *f = fmemopen(b.p, b.n, "r");
    CLEANUP(csv_release) struct csv_reader r;
    struct err e = {0};
    const struct csv_field *again;
    size_t n_again;
    bool more;
    csv_init(&r, f, "again.csv", ',', BUF_MAX_BODY);
    if (!csv_next(&r, &again, &n_again, &more, &e))
        BUG("the writer's record does not read: %s", e.msg);
    if (!more || n_again != n + 1)
        BUG("the writer's record has %zu fields, expected %zu", n_again, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!str_eq(again[i + 1].text, field[i].text) && !str_starts_c(again[i + 1].text, "'"))
            BUG("field %zu does not read back", i);
    fclose(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FILE *f = tmpfile();
    if (!f)
        return 0;
    fwrite(data, 1, size, f);
    rewind(f);
    CLEANUP(csv_release) struct csv_reader r;
    struct err e = {0};
    const struct csv_field *field;
    size_t n;
    bool more = true;
    csv_init(&r, f, "fuzz.csv", 0, 4096);
    while (csv_next(&r, &field, &n, &more, &e) && more) {
        for (size_t i = 0; i < n; i++)
            if (field[i].line < 1 || field[i].col < 1)
                BUG("a field without a position");
        if (n < CSV_MAX_FIELDS)
            check_round_trip(field, n);
    }
    if (e.code != ERR_NONE && e.line < 1)
        BUG("an error without a position: %s", e.msg);
    fclose(f);
    return 0;
}
