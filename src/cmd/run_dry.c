/* The plan of a run on the terminal or as JSON; see run_dry.h. */
#include "cmd/run_dry.h"

#include <math.h>

#include "base/table.h"
#include "cmd/run_table.h"
#include "run/estimate.h"
#include "text/jsonw.h"

static void print_json(struct cmd *c, const struct plan *p, const struct variant_estimate *v)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "feature", p->feature->name);
    jw_kc(&w, "golden_version", p->golden->version.hex);
    jw_kint(&w, "items", (int64_t)p->n_items);
    jw_kint(&w, "epochs", p->epochs);
    jw_key(&w, "variants");
    jw_arr(&w);
    for (size_t i = 0; i < p->n_variants; i++) {
        jw_obj(&w);
        jw_kc(&w, "variant", p->variants[i].spec->name);
        jw_kint(&w, "units", (int64_t)v[i].units);
        jw_kint(&w, "stored", (int64_t)v[i].stored);
        jw_kint(&w, "calls", (int64_t)v[i].calls);
        jw_knum(&w, "input_tokens", v[i].input_tokens);
        jw_knum(&w, "cost_at_most_usd", v[i].cost_at_most);
        jw_end(&w);
    }
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static void print_table(struct cmd *c, const struct plan *p, const struct variant_estimate *v)
{
    struct table *t = table_new(c->a, c->env);
    table_column(t, "variant", TABLE_LEFT);
    table_column(t, "model", TABLE_LEFT);
    table_column(t, "units", TABLE_RIGHT);
    table_column(t, "stored", TABLE_RIGHT);
    table_column(t, "calls", TABLE_RIGHT);
    table_column(t, "input tokens", TABLE_RIGHT);
    table_column(t, "cost at most", TABLE_RIGHT);
    for (size_t i = 0; i < p->n_variants; i++) {
        table_cell(t, p->variants[i].spec->name);
        table_cell(t, p->variants[i].spec->model->alias);
        table_cellf(t, "%zu", v[i].units);
        table_cellf(t, "%zu", v[i].stored);
        table_cellf(t, "%zu", v[i].calls);
        table_cellf(t, "%.0f", v[i].input_tokens);
        table_cell(t, run_table_usd(c->a, v[i].cost_at_most));
    }
    printf("%s: %zu examples of golden set %.8s, nothing was called\n\n", p->feature->name,
           p->n_items, p->golden->version.hex);
    table_print(t, stdout);
    if (p->asks)
        puts("\nGraders that ask models come on top: what they ask depends on the outputs.");
}

int run_dry(struct cmd *c, const struct plan *p, const char *where)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct variant_estimate *v;
    if (!store_open(where, 0, c->env, &s, &c->err) && c->err.code != ERR_NOT_FOUND)
        return cmd_fail(c);
    if (!run_estimate(c->a, p, s, &v, &c->err))
        return cmd_fail(c);
    if (c->json)
        print_json(c, p, v);
    else
        print_table(c, p, v);
    return 0;
}
