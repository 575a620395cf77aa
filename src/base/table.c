/* Terminal tables; see table.h. */
#include "base/table.h"

#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"

enum { MAX_COLUMNS = 32 };

struct cell {
    struct str text;
    enum table_style style;
};

struct table {
    struct arena *a;
    const struct env *env;
    int n_columns;
    const char *heading[MAX_COLUMNS];
    enum table_align align[MAX_COLUMNS];
    VEC(struct cell) cells;
};

static void free_cells(void *p)
{
    struct table *t = p;
    vec_free(&t->cells);
}

struct table *table_new(struct arena *a, const struct env *env)
{
    struct table *t = ARENA_NEW(a, struct table);
    t->a = a;
    t->env = env;
    arena_defer(a, free_cells, t);
    return t;
}

void table_column(struct table *t, const char *heading, enum table_align align)
{
    if (t->n_columns == MAX_COLUMNS)
        BUG("more than %d columns", MAX_COLUMNS);
    t->heading[t->n_columns] = heading;
    t->align[t->n_columns++] = align;
}

void table_cell_style(struct table *t, enum table_style style, const char *text)
{
    struct cell c = {utf8_printable(t->a, str_c(text ? text : "")), style};
    vec_push(&t->cells, c);
}

void table_cell(struct table *t, const char *text) { table_cell_style(t, TABLE_PLAIN, text); }

void table_cellf(struct table *t, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    table_cell(t, text);
}

static const char *const style_codes[] = {
    [TABLE_PLAIN] = "",     [TABLE_GOOD] = "\033[32m", [TABLE_BAD] = "\033[31m",
    [TABLE_WARN] = "\033[33m", [TABLE_DIM] = "\033[2m", [TABLE_BOLD] = "\033[1m",
};

void table_styled(FILE *f, const struct env *env, enum table_style style, const char *text)
{
    bool on = env->colour && style != TABLE_PLAIN;
    fprintf(f, "%s%s%s", on ? style_codes[style] : "", text, on ? "\033[0m" : "");
}

static void put_cell(const struct table *t, FILE *f, struct cell c, int width, bool right,
                     bool last)
{
    int w = utf8_width(c.text);
    struct str text = c.text;
    bool cut = w > width;
    if (cut) {
        text = utf8_cut(text, width - 1);
        w = utf8_width(text) + 1;
    }
    bool on = t->env->colour && c.style != TABLE_PLAIN;
    if (right)
        fprintf(f, "%*s", width - w, "");
    fprintf(f, "%s%.*s%s%s", on ? style_codes[c.style] : "", STR_ARG(text), cut ? "…" : "",
            on ? "\033[0m" : "");
    if (!right && !last)
        fprintf(f, "%*s", width - w, "");
}

/* Takes from the widest left-aligned column until the row fits. */
static void fit(const struct table *t, int *width)
{
    int total = 2 * (t->n_columns - 1);
    for (int i = 0; i < t->n_columns; i++)
        total += width[i];
    while (total > t->env->width) {
        int widest = -1;
        for (int i = 0; i < t->n_columns; i++)
            if (t->align[i] == TABLE_LEFT && (widest < 0 || width[i] > width[widest]))
                widest = i;
        if (widest < 0 || width[widest] <= 8)
            return;
        width[widest]--;
        total--;
    }
}

void table_print(struct table *t, FILE *f)
{
    int width[MAX_COLUMNS] = {0}, n = t->n_columns;
    for (int i = 0; i < n; i++)
        width[i] = utf8_width(str_c(t->heading[i]));
    for (size_t i = 0; i < t->cells.n; i++) {
        int w = utf8_width(t->cells.v[i].text), *max = &width[i % (size_t)n];
        *max = w > *max ? w : *max;
    }
    fit(t, width);
    for (int i = 0; i < n; i++) {
        struct cell c = {str_c(t->heading[i]), TABLE_BOLD};
        put_cell(t, f, c, width[i], t->align[i] == TABLE_RIGHT, i == n - 1);
        fputs(i == n - 1 ? "\n" : "  ", f);
    }
    for (size_t i = 0; i < t->cells.n; i++) {
        int col = (int)(i % (size_t)n);
        put_cell(t, f, t->cells.v[i], width[col], t->align[col] == TABLE_RIGHT, col == n - 1);
        fputs(col == n - 1 ? "\n" : "  ", f);
    }
}
