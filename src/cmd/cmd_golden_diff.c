/* `plimsoll golden diff`: what changed between two versions of a set. */
#include <stdio.h>

#include "base/table.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "golden/diff.h"
#include "text/jsonw.h"

static const struct opt_def opts[] = {
    {'a', "all", OPT_FLAG, NULL, "show all changes, not the first twenty of a kind"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

enum { SHOWN = 20 };

static void print_change(struct cmd *c, const struct diff_change *d)
{
    static const char signs[] = {'+', '-', '~', '>'};
    static const enum table_style styles[] = {TABLE_GOOD, TABLE_BAD, TABLE_WARN, TABLE_DIM};
    char sign[2] = {signs[d->kind], '\0'};
    struct str id = utf8_printable(c->a, str_c(d->id));
    fputs("  ", stdout);
    table_styled(stdout, c->env, styles[d->kind], sign);
    printf(" %.*s", STR_ARG(id));
    if (d->kind == DIFF_RENAMED)
        printf(" (was %.*s)", STR_ARG(utf8_printable(c->a, str_c(d->old_id))));
    for (size_t i = 0; d->fields && d->fields[i]; i++)
        printf("%s%s", i ? ", " : "  ", d->fields[i]);
    if (d->before)
        printf(": %s -> %s", d->before, d->after);
    putchar('\n');
}

static void print_diff(struct cmd *c, const struct golden *x, const struct golden *y,
                       const struct golden_diff *d)
{
    size_t shown[4] = {0};
    printf("%.12s (%zu) -> %.12s (%zu): ", x->version.hex, x->n, y->version.hex, y->n);
    printf("%zu added, %zu removed, %zu changed, ", d->n_kind[DIFF_ADDED], d->n_kind[DIFF_REMOVED],
           d->n_kind[DIFF_CHANGED]);
    if (d->n_kind[DIFF_RENAMED])
        printf("%zu renamed, ", d->n_kind[DIFF_RENAMED]);
    printf("%zu unchanged\n", d->unchanged);
    for (size_t i = 0; i < d->n; i++) {
        enum diff_kind k = d->change[i].kind;
        if (opt_flag(c, "all") || shown[k] < SHOWN)
            print_change(c, &d->change[i]);
        shown[k]++;
    }
    for (int k = 0; k < 4; k++)
        if (!opt_flag(c, "all") && shown[k] > SHOWN)
            printf("  … and %zu more %s (--all shows them)\n", shown[k] - SHOWN,
                   diff_kind_name((enum diff_kind)k));
}

static void write_set(struct jw *w, const char *key, const struct golden *g)
{
    jw_key(w, key);
    jw_obj(w);
    jw_kc(w, "path", g->path);
    jw_kc(w, "version", g->version.hex);
    jw_kint(w, "n", (int64_t)g->n);
    jw_end(w);
}

static void write_change(struct jw *w, const struct diff_change *d)
{
    if (d->kind == DIFF_ADDED || d->kind == DIFF_REMOVED) {
        jw_c(w, d->id);
        return;
    }
    jw_obj(w);
    jw_kc(w, "id", d->id);
    if (d->old_id)
        jw_kc(w, "was", d->old_id);
    if (d->fields) {
        jw_key(w, "fields");
        jw_arr(w);
        for (size_t i = 0; d->fields[i]; i++)
            jw_c(w, d->fields[i]);
        jw_end(w);
    }
    if (d->before) {
        jw_kc(w, "before", d->before);
        jw_kc(w, "after", d->after);
    }
    jw_end(w);
}

static void print_json(struct cmd *c, const struct golden *x, const struct golden *y,
                       const struct golden_diff *d)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    write_set(&w, "a", x);
    write_set(&w, "b", y);
    jw_kbool(&w, "same", d->n == 0);
    jw_kint(&w, "unchanged", (int64_t)d->unchanged);
    for (int k = 0; k < 4; k++) {
        jw_key(&w, diff_kind_name((enum diff_kind)k));
        jw_arr(&w);
        for (size_t i = 0; i < d->n; i++)
            if ((int)d->change[i].kind == k)
                write_change(&w, &d->change[i]);
        jw_end(&w);
    }
    cmd_json_end(c, &b, &w);
}

static int cmd_golden_diff(struct cmd *c)
{
    struct golden *x, *y;
    struct golden_diff d;
    if (!golden_load(c->a, c->argv[0], &x, &c->err) ||
        !golden_load(c->a, c->argv[1], &y, &c->err) || !golden_compare(c->a, x, y, &d, &c->err))
        return cmd_fail(c);
    if (c->json)
        print_json(c, x, y, &d);
    else
        print_diff(c, x, y, &d);
    return d.n ? 1 : 0;
}

extern const struct cmd_def def_golden_diff;
const struct cmd_def def_golden_diff = {
    .name = "golden diff",
    .synopsis = "A B",
    .summary = "what changed between two versions of a golden set",
    .help = "Compares example by example, by id; the order of lines and of keys is no change. Exit "
            "status 0 when they hold the same examples, 1 when they differ.",
    .examples = "plimsoll golden diff golden/triage.old.jsonl golden/triage.jsonl\n"
                "git show HEAD:golden/triage.jsonl | plimsoll golden diff - golden/triage.jsonl",
    .opts = opts,
    .min_args = 2,
    .max_args = 2,
    .run = cmd_golden_diff,
};
