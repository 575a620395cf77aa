/* Findings about a golden set, for people and as JSON. */
#include "cmd/lint_view.h"

#include <math.h>
#include <stdio.h>

#include "base/table.h"
#include "base/utf8.h"

static const char *plural(size_t n) { return n == 1 ? "" : "s"; }

const char *lint_view_totals(struct arena *a, size_t errors, size_t warnings, size_t notes)
{
    const char *s = arena_printf(a, "%zu error%s, %zu warning%s", errors, plural(errors), warnings,
                                 plural(warnings));
    return notes ? arena_printf(a, "%s, %zu note%s", s, notes, plural(notes)) : s;
}

/* --- for people --- */

static void print_head(struct cmd *c, const struct golden *g)
{
    struct str path = utf8_printable(c->a, str_c(g->path));
    printf("%.*s: %zu example%s (", STR_ARG(path), g->n, plural(g->n));
    static const enum split order[] = {SPLIT_TEST, SPLIT_TRAIN, SPLIT_ANCHOR};
    bool first = true;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (g->n_split[order[i]] == 0 && order[i] != SPLIT_TEST)
            continue;
        printf("%s%zu %s", first ? "" : ", ", g->n_split[order[i]], split_name(order[i]));
        first = false;
    }
    printf("), version %.12s\n", g->version.hex);
}

static void print_finding(struct cmd *c, const struct golden *g, const struct lint_finding *f)
{
    static const enum table_style styles[] = {TABLE_DIM, TABLE_WARN, TABLE_BAD};
    enum lint_severity severity = lint_check_severity(f->check);
    struct str path = utf8_printable(c->a, str_c(g->path));
    fputs("  ", stdout);
    if (f->line)
        printf("%.*s:%zu:%zu: ", STR_ARG(path), f->line, f->col ? f->col : 1);
    table_styled(stdout, c->env, styles[severity], lint_severity_name(severity));
    printf(": %s: %s", lint_check_name(f->check), f->message);
    if (!isnan(f->similarity) && f->similarity < 1)
        printf(" (%.2f alike)", f->similarity);
    if (f->id) {
        struct str id = utf8_printable(c->a, str_c(f->id));
        printf(" [%.*s", STR_ARG(id));
        if (f->other_id) {
            struct str other = utf8_printable(c->a, str_c(f->other_id));
            printf(", %.*s", STR_ARG(other));
        }
        putchar(']');
    }
    putchar('\n');
}

static void print_labels(struct cmd *c, const struct golden *g, const struct lint_report *r)
{
    enum { MOST = 20 };
    struct table *t = table_new(c->a, c->env);
    bool train = g->n_split[SPLIT_TRAIN] > 0;
    size_t test = g->n_split[SPLIT_TEST] + g->n_split[SPLIT_ANCHOR];
    table_column(t, "label", TABLE_LEFT);
    table_column(t, "test", TABLE_RIGHT);
    table_column(t, "share", TABLE_RIGHT);
    if (train)
        table_column(t, "train", TABLE_RIGHT);
    for (size_t i = 0; i < r->n_label && i < MOST; i++) {
        const struct lint_label *l = &r->label[i];
        size_t n = l->n[SPLIT_TEST] + l->n[SPLIT_ANCHOR];
        table_cell(t, l->label);
        table_cellf(t, "%zu", n);
        table_cellf(t, "%.1f%%", test ? 100 * (double)n / (double)test : 0);
        if (train)
            table_cellf(t, "%zu", l->n[SPLIT_TRAIN]);
    }
    putchar('\n');
    table_print(t, stdout);
    if (r->n_label_all > MOST)
        printf("and %zu more labels\n", r->n_label_all - MOST);
}

static void print_slices(struct cmd *c, const struct lint_report *r)
{
    struct table *t = table_new(c->a, c->env);
    table_column(t, "slice", TABLE_LEFT);
    table_column(t, "test", TABLE_RIGHT);
    table_column(t, "train", TABLE_RIGHT);
    for (size_t i = 0; i < r->n_slice; i++) {
        const struct lint_slice *s = &r->slice[i];
        table_cellf(t, "%s = %s", s->tag, s->value);
        table_cellf(t, "%zu", s->n[SPLIT_TEST] + s->n[SPLIT_ANCHOR]);
        table_cellf(t, "%zu", s->n[SPLIT_TRAIN]);
    }
    putchar('\n');
    table_print(t, stdout);
}

void lint_view_print(struct cmd *c, const struct golden *g, const struct lint_report *r,
                     size_t most, bool tables)
{
    size_t shown[LINT_N_CHECKS] = {0};
    print_head(c, g);
    for (size_t i = 0; i < r->n; i++) {
        enum lint_check check = r->finding[i].check;
        if (most && shown[check] == most)
            continue;
        print_finding(c, g, &r->finding[i]);
        shown[check]++;
        bool last = i + 1 == r->n || r->finding[i + 1].check != check || shown[check] == most;
        if (last && r->count[check] > shown[check])
            printf("  … and %zu more of %s\n", r->count[check] - shown[check],
                   lint_check_name(check));
    }
    if (tables && r->n_label)
        print_labels(c, g, r);
    if (tables && r->n_slice)
        print_slices(c, r);
}

/* --- as JSON --- */

static void write_splits(struct jw *w, const size_t n[3])
{
    for (int s = 0; s < 3; s++)
        jw_kint(w, split_name((enum split)s), (int64_t)n[s]);
}

static void write_finding(struct jw *w, const struct lint_finding *f)
{
    jw_obj(w);
    jw_kc(w, "check", lint_check_name(f->check));
    jw_kc(w, "severity", lint_severity_name(lint_check_severity(f->check)));
    if (f->line)
        jw_kint(w, "line", (int64_t)f->line);
    if (f->col)
        jw_kint(w, "column", (int64_t)f->col);
    if (f->id)
        jw_kc(w, "id", f->id);
    if (f->other_line)
        jw_kint(w, "other_line", (int64_t)f->other_line);
    if (f->other_id)
        jw_kc(w, "other_id", f->other_id);
    if (!isnan(f->similarity))
        jw_knum(w, "similarity", round(f->similarity * 1e6) / 1e6);
    jw_kc(w, "message", f->message);
    jw_end(w);
}

static void write_findings(struct jw *w, const struct lint_report *r)
{
    jw_key(w, "counts");
    jw_obj(w);
    for (int check = 0; check < LINT_N_CHECKS; check++)
        if (r->count[check])
            jw_kint(w, lint_check_name((enum lint_check)check), (int64_t)r->count[check]);
    jw_end(w);
    jw_key(w, "findings");
    jw_arr(w);
    for (size_t i = 0; i < r->n; i++)
        write_finding(w, &r->finding[i]);
    jw_end(w);
}

void lint_view_json(struct jw *w, const struct golden *g, const struct lint_report *r)
{
    jw_obj(w);
    jw_kc(w, "path", g->path);
    jw_kc(w, "version", g->version.hex);
    jw_kint(w, "n", (int64_t)g->n);
    jw_key(w, "splits");
    jw_obj(w);
    write_splits(w, g->n_split);
    jw_end(w);
    jw_kint(w, "errors", (int64_t)r->errors);
    jw_kint(w, "warnings", (int64_t)r->warnings);
    jw_kint(w, "notes", (int64_t)r->notes);
    write_findings(w, r);
    jw_key(w, "labels");
    jw_arr(w);
    for (size_t i = 0; i < r->n_label; i++) {
        jw_obj(w);
        jw_kc(w, "label", r->label[i].label);
        write_splits(w, r->label[i].n);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "slices");
    jw_arr(w);
    for (size_t i = 0; i < r->n_slice; i++) {
        jw_obj(w);
        jw_kc(w, "tag", r->slice[i].tag);
        jw_kc(w, "value", r->slice[i].value);
        write_splits(w, r->slice[i].n);
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}
