/* Tables of what a run found; see run_table.h. */
#include "cmd/run_table.h"

#include <math.h>

#include "base/table.h"

#define UNKNOWN "–"

static const char *end(struct arena *a, double v)
{
    return isnan(v) ? "?" : arena_printf(a, "%.1f", v * 100);
}

const char *run_table_rate(struct arena *a, const struct estimate *e)
{
    if (isnan(e->value))
        return UNKNOWN;
    return arena_printf(a, "%.1f%% (%s to %s)", e->value * 100, end(a, e->low), end(a, e->high));
}

const char *run_table_ms(struct arena *a, double ms)
{
    if (isnan(ms))
        return UNKNOWN;
    if (ms < 1)
        return "<1 ms";
    if (ms < 1000)
        return arena_printf(a, "%.0f ms", ms);
    return arena_printf(a, "%.2f s", ms / 1000);
}

const char *run_table_usd(struct arena *a, double usd)
{
    if (isnan(usd))
        return UNKNOWN;
    if (usd == 0)
        return "$0";
    return arena_printf(a, usd < 0.01 ? "$%.2g" : "$%.2f", usd);
}

void run_table_print(struct cmd *c, struct summary *const *s, size_t n)
{
    struct table *t = table_new(c->a, c->env);
    table_column(t, "variant", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "success (95%)", TABLE_LEFT);
    table_column(t, "score", TABLE_RIGHT);
    table_column(t, "errors", TABLE_RIGHT);
    table_column(t, "p50", TABLE_RIGHT);
    table_column(t, "p95", TABLE_RIGHT);
    table_column(t, "cost", TABLE_RIGHT);
    table_column(t, "per success", TABLE_RIGHT);
    for (size_t i = 0; i < n; i++) {
        table_cell(t, s[i]->name);
        table_cellf(t, s[i]->epochs > 1 ? "%zu × %d" : "%zu", s[i]->n, s[i]->epochs);
        table_cell_style(t, TABLE_BOLD, run_table_rate(c->a, &s[i]->success));
        if (isnan(s[i]->score.value))
            table_cell(t, UNKNOWN);
        else
            table_cellf(t, "%.3f", s[i]->score.value);
        if (s[i]->errors)
            table_cell_style(t, TABLE_WARN, arena_printf(c->a, "%zu", s[i]->errors));
        else
            table_cell(t, "0");
        table_cell(t, run_table_ms(c->a, s[i]->latency_ms.p50.value));
        table_cell(t, run_table_ms(c->a, s[i]->latency_ms.p95.value));
        table_cell(t, run_table_usd(c->a, s[i]->cost_usd));
        table_cell(t, run_table_usd(c->a, s[i]->cost_per_success.value));
    }
    table_print(t, stdout);
}

void run_table_graders(struct cmd *c, const struct summary *s)
{
    if (s->n_graders < 2)
        return;
    struct table *t = table_new(c->a, c->env);
    table_column(t, "grader", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "mean score (95%)", TABLE_LEFT);
    table_column(t, "errors", TABLE_RIGHT);
    for (size_t g = 0; g < s->n_graders; g++) {
        table_cell(t, s->grader_names[g]);
        table_cellf(t, "%zu", s->graders[g].n);
        table_cell(t, run_table_rate(c->a, &s->graders[g]));
        table_cellf(t, "%zu", s->grader_errors[g]);
    }
    table_print(t, stdout);
}

void run_table_slices(struct cmd *c, const struct summary *s)
{
    if (s->n_slices == 0)
        return;
    struct table *t = table_new(c->a, c->env);
    table_column(t, "slice", TABLE_LEFT);
    table_column(t, "value", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "success (95%)", TABLE_LEFT);
    for (size_t i = 0; i < s->n_slices; i++)
        for (size_t v = 0; v < s->slices[i].n; v++) {
            const struct summary_value *val = &s->slices[i].values[v];
            table_cell(t, s->slices[i].tag);
            table_cellf(t, "%.*s", STR_ARG(val->value));
            table_cellf(t, "%zu", val->success.n);
            table_cell(t, run_table_rate(c->a, &val->success));
        }
    table_print(t, stdout);
}
