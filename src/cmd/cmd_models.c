/* `plimsoll models FILE…|FEATURE`: variants of recorded outputs by quality, cost and latency. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/table.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/models_feature.h"
#include "cmd/models_json.h"
#include "cmd/project_opt.h"
#include "cmd/side.h"
#include "decide/answer.h"
#include "report/chart.h"

/* --- for people --- */

/* Three significant digits, and no more than an interval needs. */
static const char *number(struct arena *a, double v, const char *unit)
{
    if (isnan(v))
        return "?";
    if (v > -1e-12 && v < 1e-12)
        return arena_printf(a, "0%s", unit);
    double size = fabs(v);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    if (size > 0 && size < 0.1)
        digits = 2 - (int)floor(log10(size));
    return arena_printf(a, "%.*f%s", digits, v, unit);
}

/* "$0.0021 (0.0019 to 0.0024)"; an end that data does not bound is "?". */
static const char *amount(struct arena *a, struct estimate e, const char *before)
{
    if (isnan(e.value))
        return "–";
    return arena_printf(a, "%s%s (%s to %s)", before, number(a, e.value, ""), number(a, e.low, ""),
                        number(a, e.high, ""));
}

static void print_budget_cell(struct table *t, enum budget_verdict v)
{
    static const char *const words[] = {"", "keeps it", "breaks it", "undecided"};
    static const enum table_style styles[] = {TABLE_PLAIN, TABLE_GOOD, TABLE_BAD, TABLE_WARN};
    table_cell_style(t, styles[v], words[v]);
}

static void print_table(struct cmd *c, const struct models_answer *r,
                        const struct models_options *o)
{
    struct table *t = table_new(c->a, c->env);
    bool budget = model_budget_given(&o->budget), volume = !isnan(o->volume);
    /* numbers are right-aligned: such columns are never cut */
    table_column(t, "variant", TABLE_LEFT);
    table_column(t, "outputs", TABLE_RIGHT);
    table_column(t, "success", TABLE_RIGHT);
    if (r->has_cost)
        table_column(t, "cost per success", TABLE_RIGHT);
    if (volume && r->has_cost)
        table_column(t, "a month", TABLE_RIGHT);
    table_column(t, "front", TABLE_RIGHT);
    if (budget)
        table_column(t, "budget", TABLE_RIGHT);
    for (size_t i = 0; i < r->n; i++) {
        const struct model_summary *m = &r->variants[i];
        table_cell_style(t, m->on_front ? TABLE_BOLD : TABLE_PLAIN, m->name);
        if (m->n_errors)
            table_cellf(t, "%zu, %zu error%s", m->n, m->n_errors, m->n_errors == 1 ? "" : "s");
        else
            table_cellf(t, "%zu", m->n);
        table_cell(t, answer_share(c->a, m->success));
        if (r->has_cost)
            table_cell(t, amount(c->a, m->cost_per_success, "$"));
        if (volume && r->has_cost)
            table_cell(t, amount(c->a, m->monthly, "$"));
        table_cellf(t, "%s%.0f%%", m->on_front ? "yes, " : "", 100 * m->p_front);
        if (budget)
            print_budget_cell(t, m->budget);
    }
    table_print(t, stdout);
}

static void print_latency(struct cmd *c, const struct models_answer *r)
{
    struct table *t = table_new(c->a, c->env);
    table_column(t, "latency, ms", TABLE_LEFT);
    table_column(t, "p50", TABLE_RIGHT);
    table_column(t, "p95", TABLE_RIGHT);
    table_column(t, "p99", TABLE_RIGHT);
    for (size_t i = 0; i < r->n; i++) {
        table_cell(t, r->variants[i].name);
        table_cell(t, amount(c->a, r->variants[i].p50, ""));
        table_cell(t, amount(c->a, r->variants[i].p95, ""));
        table_cell(t, amount(c->a, r->variants[i].p99, ""));
    }
    putchar('\n');
    table_print(t, stdout);
}

/* A name from a file, fit for a terminal. */
static const char *shown(struct cmd *c, const char *name)
{
    return utf8_printable(c->a, str_c(name)).p;
}

static void print_missing(struct cmd *c, const struct models_answer *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct model_summary *m = &r->variants[i];
        if (r->has_cost && m->cost_missing)
            printf("note: %s lacks cost_usd in %zu of %zu outputs: its cost is not known and "
                   "counts as the worst\n",
                   shown(c, m->name), m->cost_missing, m->n);
        if (r->has_latency && m->latency_missing)
            printf("note: %s lacks latency_ms in %zu of %zu outputs\n", shown(c, m->name),
                   m->latency_missing, m->n);
    }
    if (!r->has_cost || !r->has_latency)
        printf("note: no output carries %s%s%s; the front is over what was measured\n",
               r->has_cost ? "" : "cost_usd", !r->has_cost && !r->has_latency ? " or " : "",
               r->has_latency ? "" : "latency_ms");
}

static void print_cascade(struct cmd *c, const struct cascade_answer *k)
{
    static const char *const verdicts[] = {"better than", "not worse than", "worse than",
                                           "not shown to be as good as"};
    printf("\ncascade: %s first, %s ", k->cheap, k->expensive);
    if (!(k->threshold > 0))
        printf("never\n");
    else if (isinf(k->threshold))
        printf("always: no threshold reaches its success\n");
    else
        printf("when the confidence is under %.6g\n", k->threshold);
    printf("  chosen on %zu items, verified on %zu others\n"
           "  escalated  %s\n"
           "  success    %s, always %s: %s\n"
           "  difference %s: %s always %s\n",
           k->n_choose, k->n_verify, answer_share(c->a, k->escalated),
           answer_share(c->a, k->success), k->expensive, answer_share(c->a, k->success_expensive),
           answer_diff(c->a, k->diff, true), verdicts[k->verdict], k->expensive);
    if (!isnan(k->cost_per_task.value))
        printf("  cost       %s a task, always %s: %s\n", amount(c->a, k->cost_per_task, "$"),
               k->expensive, amount(c->a, k->cost_expensive, "$"));
    if (!isnan(k->saving))
        printf("  saving     %.0f%%\n", 100 * k->saving);
    if (!isnan(k->p95.value))
        printf("  p95        %s ms\n", amount(c->a, k->p95, ""));
}

static void print_text(struct cmd *c, const struct models_answer *r, const struct cascade_answer *k,
                       const struct models_options *o)
{
    print_table(c, r, o);
    if (r->has_latency)
        print_latency(c, r);
    printf("\nfront: no other variant is at least as good on all of success, cost per success "
           "and p95, and\nbetter on one; the share is in how many of %zu redraws of the items that "
           "held\n",
           r->resamples);
    print_missing(c, r);
    if (model_budget_given(&o->budget)) {
        putchar('\n');
        if (r->cheapest_that_meets)
            table_styled(stdout, c->env, TABLE_GOOD,
                         arena_printf(c->a, "%s is the cheapest that keeps the budget",
                                      shown(c, r->cheapest_that_meets->name)));
        else
            table_styled(stdout, c->env, TABLE_BAD, "no variant is shown to keep the budget");
        putchar('\n');
    }
    if (k)
        print_cascade(c, k);
}

/* --- picture --- */

static bool write_picture(struct cmd *c, const struct models_answer *r, const char *path)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct chart_point *points = ARENA_ARRAY(c->a, r->n, struct chart_point);
    size_t n = 0;
    if (!r->has_cost && !r->has_latency)
        return err_set(&c->err, ERR_INPUT,
                       "nothing to draw: no output carries cost_usd or "
                       "latency_ms");
    for (size_t i = 0; i < r->n; i++) {
        const struct model_summary *m = &r->variants[i];
        struct estimate x = r->has_cost ? m->cost_per_success : m->p95;
        if (isnan(x.value) || isnan(m->success.value))
            continue; /* no place on the axes; the table says why */
        points[n++] = (struct chart_point){m->name, x, m->success, m->on_front};
    }
    buf_init(&b, BUF_MAX_BODY);
    chart_scatter_file(&b, "Success against cost",
                       r->has_cost ? "USD per success" : "p95 latency, ms", "success rate", points,
                       n);
    return buf_ok(&b, path, &c->err) && file_write(path, buf_str(&b), &c->err);
}

/* --- the work --- */

/* 0 fine, 1 no variant can keep the budget, 3 none is shown to. */
static int status(const struct models_answer *r, const struct models_options *o)
{
    bool all_broken = true;
    if (!model_budget_given(&o->budget) || r->cheapest_that_meets)
        return 0;
    for (size_t i = 0; i < r->n; i++)
        all_broken = all_broken && r->variants[i].budget == BUDGET_BROKEN;
    return all_broken ? 1 : 3;
}

/* "CHEAP,EXPENSIVE" */
static bool run_cascade(struct cmd *c, const struct model_set *s, const struct models_options *o,
                        struct cascade_answer *k)
{
    struct cascade_options co = {
        .conf = o->conf, .margin = opt_num(c, "margin", 0.02), .seed = o->seed};
    const char *names = opt_str(c, "cascade"), *comma = strchr(names, ',');
    if (!comma || comma == names || !comma[1])
        return err_set(&c->err, ERR_USAGE, "--cascade wants CHEAP,EXPENSIVE, found \"%s\"", names);
    return cascade_choose(c->a, s, arena_strndup(c->a, names, (size_t)(comma - names)), comma + 1,
                          &co, k, &c->err);
}

static bool read_outputs(struct cmd *c, struct model_set *s)
{
    if (c->argc == 1 && !side_is_file(c->argv[0]))
        return models_feature_read(c, s);
    if (opt_given(c, "run"))
        return err_set(&c->err, ERR_USAGE, "--run goes with a FEATURE, not with files");
    for (int i = 0; i < c->argc; i++)
        if (!model_set_read(s, c->argv[i], &c->err))
            return false;
    return true;
}

static int answer(struct cmd *c, struct model_set *s, const struct models_options *o)
{
    struct models_answer r;
    struct cascade_answer k;
    const char *svg = opt_str(c, "svg");
    bool cascade = opt_given(c, "cascade");
    if (!read_outputs(c, s))
        return cmd_fail(c);
    if (!models_compare(c->a, s, o, &r, &c->err) || (cascade && !run_cascade(c, s, o, &k)) ||
        (svg && !write_picture(c, &r, svg)))
        return cmd_fail(c);
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        buf_init(&b, BUF_MAX_BODY);
        jw_init(&w, &b, true);
        models_write_json(&w, &r, cascade ? &k : NULL, o);
        cmd_json_print(c, &b);
    } else {
        print_text(c, &r, cascade ? &k : NULL, o);
    }
    return status(&r, o);
}

static int cmd_models(struct cmd *c)
{
    struct models_options o = {.conf = opt_num(c, "confidence", 0.95),
                               .volume = opt_num(c, "volume", (double)NAN),
                               .resamples = (size_t)opt_int(c, "resamples", 0),
                               .seed = c->env->seed,
                               .budget = {opt_num(c, "max-cost-per-success", (double)NAN),
                                          opt_num(c, "max-p95", (double)NAN),
                                          opt_num(c, "min-success", (double)NAN)}};
    if (!(o.conf > 0 && o.conf < 1))
        return cmd_usage(c, "--confidence must lie between 0 and 1, found %g", o.conf);
    if (opt_given(c, "resamples") && (opt_int(c, "resamples", 0) < 100 || o.resamples > 1000000))
        return cmd_usage(c, "--resamples must lie between 100 and 1000000");
    if (o.volume < 0)
        return cmd_usage(c, "--volume must not be below 0, found %g", o.volume);
    CLEANUP(model_set_release) struct model_set s = {0};
    model_set_init(&s, c->a);
    return answer(c, &s, &o);
}

static const struct opt_def opts[] = {
    {0, "volume", OPT_NUM, "N", "tasks a month: adds the cost of a month"},
    {0, "cascade", OPT_STRING, "CHEAP,EXPENSIVE", "evaluate escalating what CHEAP is unsure of"},
    {'m', "margin", OPT_NUM, "M", "success the cascade may lose (0.02: two points)"},
    {0, "max-cost-per-success", OPT_NUM, "USD", "budget: dollars a success may cost"},
    {0, "max-p95", OPT_NUM, "MS", "budget: 95% of answers within MS milliseconds"},
    {0, "min-success", OPT_NUM, "S", "budget: least success rate"},
    {0, "svg", OPT_STRING, "FILE", "write the picture: success against cost, with intervals"},
    {0, "confidence", OPT_NUM, "C", "of the intervals, two-sided (0.95)"},
    {'r', "run", OPT_STRING, "RUN", "of FEATURE: the run (default: the newest)"},
    PROJECT_OPT,
    {0, "resamples", OPT_INT, "N", "redraws of the items for P(on front) (2000)"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_models;
const struct cmd_def def_models = {
    .name = "models",
    .synopsis = "FILE…|FEATURE [--volume N] [--cascade CHEAP,EXPENSIVE]",
    .summary = "variants by success, cost per success and latency",
    .help =
        "Each FILE has a row an output: `id`, `pass`, and `variant` (default: the file's name),\n"
        "`cost_usd`, `latency_ms`, `confidence`, `epoch`, `error`. JSONL or CSV. With the\n"
        "name of a feature: every variant of its newest run (--run: of that one). A budget is\n"
        "kept or broken by the whole interval, not by its middle. Exit status with a budget: 0\n"
        "when a variant keeps it, 1 when all break it, 3 when that is undecided.",
    .examples = "plimsoll models small.jsonl large.jsonl --volume 1000000\n"
                "plimsoll models outputs.csv --cascade small,large --svg front.svg\n"
                "plimsoll models outputs.csv --min-success 0.9 --max-p95 2000 --json",
    .opts = opts,
    .min_args = 1,
    .max_args = -1,
    .run = cmd_models,
};
