/* `plimsoll ablate`: what each part of a variant's context buys, paired against the whole. */
#include <math.h>

#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/show.h"
#include "decide/ablation.h"
#include "decide/paired.h"
#include "run/results.h"
#include "run/run.h"
#include "run/summary.h"
#include "text/jsonw.h"

/* One line of the table: a variant against the whole, item by item. */
struct line {
    const char *label, *variant;
    struct paired success, tokens, cost_usd, latency_ms;
    size_t errors;
};

typedef double value_fn(const struct result_row *r);

static double tokens_of(const struct result_row *r)
{
    return r->tokens_input < 0 ? STAT_NAN : (double)r->tokens_input;
}

static double cost_of(const struct result_row *r) { return r->cost_usd; }
static double latency_of(const struct result_row *r) { return r->latency_ms; }

/* Means over the epochs of each item; NaN where nothing is known. */
static double *item_means(struct arena *a, const struct result_set *rs, value_fn *value)
{
    double *sum = ARENA_ARRAY(a, rs->items.n, double), *n = ARENA_ARRAY(a, rs->items.n, double);
    for (size_t i = 0; i < rs->rows.n; i++) {
        double v = value(&rs->rows.v[i]);
        if (isnan(v))
            continue;
        sum[rs->rows.v[i].item] += v;
        n[rs->rows.v[i].item]++;
    }
    for (size_t i = 0; i < rs->items.n; i++)
        sum[i] = n[i] > 0 ? sum[i] / n[i] : STAT_NAN;
    return sum;
}

/* Pairs the items that both sets have a value of. */
static struct paired pair(struct cmd *c, const struct result_set *whole, const double *x,
                          struct result_set *part, const double *y)
{
    double *a = ARENA_ARRAY(c->a, whole->items.n, double),
           *b = ARENA_ARRAY(c->a, whole->items.n, double);
    size_t n = 0;
    for (size_t i = 0; i < whole->items.n; i++) {
        ptrdiff_t k = result_set_find(part, whole->items.v[i].id);
        if (k < 0 || isnan(x[i]) || isnan(y[k]))
            continue;
        a[n] = x[i];
        b[n++] = y[k];
    }
    struct paired_opts o = {.confidence = 0.95, .margin = STAT_NAN, .seed = c->env->seed};
    return n ? paired_compare(c->a, a, b, n, NULL, &o)
             : (struct paired){
                   .diff = estimate_none("t"), .b = estimate_none("t"), .p_value = STAT_NAN};
}

static double *successes(struct arena *a, const struct result_set *rs)
{
    double *x = ARENA_ARRAY(a, rs->items.n, double);
    summary_item_success(rs, x);
    return x;
}

static size_t errors_of(const struct result_set *rs)
{
    size_t n = 0;
    for (size_t i = 0; i < rs->rows.n; i++)
        n += rs->rows.v[i].outcome == OUTCOME_ERROR;
    return n;
}

static bool compare_all(struct cmd *c, struct store *s, int64_t run, const struct ablation *ab,
                        struct line *lines)
{
    struct result_set *whole = NULL;
    for (size_t i = 0; i < ab->feature.n_variants; i++) {
        struct result_set *rs;
        struct line *l = &lines[i];
        if (!result_set_load(c->a, s, run, ab->feature.variants[i].name, &rs, &c->err))
            return false;
        whole = whole ? whole : rs;
        l->label = ab->label[i];
        l->variant = ab->feature.variants[i].name;
        l->errors = errors_of(rs);
        l->success = pair(c, whole, successes(c->a, whole), rs, successes(c->a, rs));
        l->tokens =
            pair(c, whole, item_means(c->a, whole, tokens_of), rs, item_means(c->a, rs, tokens_of));
        l->cost_usd =
            pair(c, whole, item_means(c->a, whole, cost_of), rs, item_means(c->a, rs, cost_of));
        l->latency_ms = pair(c, whole, item_means(c->a, whole, latency_of), rs,
                             item_means(c->a, rs, latency_of));
    }
    return true;
}

static void write_pair(struct jw *w, const char *key, const struct paired *p)
{
    jw_key(w, key);
    jw_obj(w);
    estimate_write(w, "value", p->b);
    estimate_write(w, "diff", p->diff);
    jw_knum(w, "p_value", p->p_value);
    jw_end(w);
}

static void print_json(struct cmd *c, const struct line *l, size_t n, int64_t run, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "run", arena_printf(a, "r%lld", (long long)run));
    jw_key(&w, "variants");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        jw_kc(&w, "variant", l[i].variant);
        jw_kc(&w, "label", l[i].label);
        jw_kint(&w, "n", (int64_t)l[i].success.n);
        jw_kint(&w, "errors", (int64_t)l[i].errors);
        write_pair(&w, "success", &l[i].success);
        write_pair(&w, "tokens_input", &l[i].tokens);
        write_pair(&w, "cost_usd", &l[i].cost_usd);
        write_pair(&w, "latency_ms", &l[i].latency_ms);
        jw_end(&w);
    }
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static const char *signed_value(struct arena *a, double v, const char *unit, double scale)
{
    return isnan(v) ? "–" : arena_printf(a, "%+.1f%s", v * scale, unit);
}

static void print_text(struct cmd *c, const struct line *l, size_t n, int64_t run)
{
    char v[24];
    size_t errors = 0;
    struct table *t = table_new(c->a, c->env);
    printf("run r%lld: what each part of the context buys, item by item against all parts\n\n",
           (long long)run);
    table_column(t, "context", TABLE_LEFT);
    table_column(t, "success", TABLE_RIGHT);
    table_column(t, "change", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_RIGHT);
    table_column(t, "p", TABLE_RIGHT);
    table_column(t, "tokens in", TABLE_RIGHT);
    table_column(t, "change", TABLE_RIGHT);
    table_column(t, "$/1000", TABLE_RIGHT);
    table_column(t, "ms", TABLE_RIGHT);
    for (size_t i = 0; i < n; i++) {
        const struct paired *s = &l[i].success;
        table_cell(t, l[i].label);
        table_cell(t, show_value(s->b.value, true, v, sizeof v));
        table_cell(t, i ? signed_value(c->a, s->diff.value, " pt", 100) : "");
        table_cell(t, i && !isnan(s->diff.low) ? arena_printf(c->a, "%+.1f – %+.1f",
                                                              s->diff.low * 100, s->diff.high * 100)
                                               : "");
        table_cell(t, i && !isnan(s->p_value)
                          ? (s->p_value < 0.001 ? "<.001" : arena_printf(c->a, "%.3f", s->p_value))
                          : "");
        table_cell(t, isnan(l[i].tokens.b.value) ? "–"
                                                 : arena_printf(c->a, "%.0f", l[i].tokens.b.value));
        table_cell(t, i ? signed_value(c->a, l[i].tokens.diff.value, "", 1) : "");
        table_cell(t, isnan(l[i].cost_usd.b.value)
                          ? "–"
                          : arena_printf(c->a, "%.3f", l[i].cost_usd.b.value * 1000));
        table_cell(t, isnan(l[i].latency_ms.b.value)
                          ? "–"
                          : arena_printf(c->a, "%.0f", l[i].latency_ms.b.value));
        errors += l[i].errors;
    }
    table_print(t, stdout);
    if (errors)
        printf("\n%zu outputs are errors: they are in no pair.\n", errors);
    printf("\nA change of success whose interval holds 0 is not shown to be one: the part may go, "
           "if it costs.\n");
}

static int cmd_ablate(struct cmd *c)
{
    struct project *project;
    const struct feature *f;
    const struct variant_spec *v = NULL;
    const char *name = opt_str(c, "variant");
    long long orders = opt_int(c, "orders", 0);
    struct ablation ab;
    struct run_options o = {.split = "test",
                            .limit = opt_int(c, "limit", 0),
                            .epochs = (int)opt_int(c, "epochs", 0),
                            .concurrency = (int)opt_int(c, "jobs", 0),
                            .max_cost_usd = opt_num(c, "max-cost", STAT_NAN)};
    struct plan *p;
    CLEANUP(store_closep) struct store *s = NULL;
    struct run_totals t = {0};
    if (!name)
        return cmd_usage(c, "ablate wants -v VARIANT");
    if (orders < 0 || orders > ABLATION_MAX_ORDERS)
        return cmd_usage(c, "--orders lies between 0 and %d", ABLATION_MAX_ORDERS);
    if (!project_opt_load(c, &project) ||
        !project_feature(project, c->argc ? c->argv[0] : NULL, &f, &c->err) ||
        !feature_variant(f, name, &v, &c->err) ||
        !ablation_make(c->a, f, v, (size_t)orders, &ab, &c->err) ||
        !plan_make(c->a, c->env, project, &ab.feature, &o, &p, &c->err) ||
        !store_open(project->store, DB_CREATE, c->env, &s, &c->err) ||
        !run_execute(c->a, p, s, 0, &t, &c->err))
        return cmd_fail(c);
    struct line *lines = ARENA_ARRAY(c->a, ab.feature.n_variants, struct line);
    if (!compare_all(c, s, t.run, &ab, lines))
        return cmd_fail(c);
    if (c->json)
        print_json(c, lines, ab.feature.n_variants, t.run, c->a);
    else
        print_text(c, lines, ab.feature.n_variants, t.run);
    if (t.ended_why)
        fprintf(stderr, "note: the run was cut short (%s); what it has is compared\n", t.ended_why);
    return t.errors == t.planned ? 4 : 0;
}

static const struct opt_def opts[] = {
    {'v', "variant", OPT_STRING, "NAME", "the variant whose context is taken apart"},
    {0, "orders", OPT_INT, "N",
     "try N orders as well, in which two neighbouring parts change places"},
    {'n', "limit", OPT_INT, "N", "a random sample of N examples, the same for all"},
    {0, "epochs", OPT_INT, "K", "ask each example K times"},
    {'j', "jobs", OPT_INT, "N", "at most N calls at once"},
    {0, "max-cost", OPT_NUM, "USD", "stop before more than this is spent"},
    PROJECT_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_ablate;
const struct cmd_def def_ablate = {
    .name = "ablate",
    .synopsis = "[FEATURE] -v VARIANT",
    .summary = "what each part of a variant's context buys and costs",
    .examples =
        "plimsoll ablate triage -v small-v3\nplimsoll ablate -v small-v3 --orders 3 -n 200 --json",
    .opts = opts,
    .max_args = 1,
    .run = cmd_ablate,
};
