/* `plimsoll runs`: what ran. */
#include <math.h>

#include "base/clock.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "store/runs.h"
#include "store/units.h"
#include "text/jsonw.h"

/* A run with the counts of its rows. */
struct listed {
    struct run_row run;
    struct run_variant_row *variants;
    size_t n;
    int64_t *done, *errors; /* one a variant */
};

static bool load(struct cmd *c, struct store *s, struct listed *l)
{
    if (!run_variants(s, c->a, l->run.id, &l->variants, &l->n, &c->err))
        return false;
    l->done = ARENA_ARRAY(c->a, l->n, int64_t);
    l->errors = ARENA_ARRAY(c->a, l->n, int64_t);
    for (size_t i = 0; i < l->n; i++)
        if (!units_count(s, l->variants[i].id, &l->done[i], &l->errors[i], &c->err))
            return false;
    return true;
}

static const char *state(const struct listed *l)
{
    if (isnan(l->run.ended_at))
        return "unfinished";
    return str_null(l->run.ended_why) ? "done" : l->run.ended_why.p;
}

static const char *when(struct arena *a, double t)
{
    char text[32];
    return isnan(t) ? NULL : arena_strdup(a, clock_iso(t, text, sizeof text));
}

static void print_json(struct cmd *c, const struct listed *l, size_t n)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_key(&w, "runs");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)l[i].run.id));
        jw_kstr(&w, "feature", l[i].run.feature);
        jw_kc(&w, "state", state(&l[i]));
        jw_kc(&w, "started_at", when(c->a, l[i].run.started_at));
        jw_kc(&w, "ended_at", when(c->a, l[i].run.ended_at));
        jw_kstr(&w, "golden_version", l[i].run.golden_version);
        jw_key(&w, "variants");
        jw_arr(&w);
        for (size_t v = 0; v < l[i].n; v++) {
            jw_obj(&w);
            jw_kstr(&w, "variant", l[i].variants[v].name);
            jw_kint(&w, "planned", l[i].variants[v].planned);
            jw_kint(&w, "done", l[i].done[v]);
            jw_kint(&w, "errors", l[i].errors[v]);
            jw_end(&w);
        }
        jw_end(&w);
        jw_end(&w);
    }
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static void print_table(struct cmd *c, const struct listed *l, size_t n)
{
    struct table *t = table_new(c->a, c->env);
    table_column(t, "run", TABLE_LEFT);
    table_column(t, "feature", TABLE_LEFT);
    table_column(t, "started", TABLE_LEFT);
    table_column(t, "variants", TABLE_LEFT);
    table_column(t, "golden", TABLE_LEFT);
    table_column(t, "done", TABLE_RIGHT);
    table_column(t, "errors", TABLE_RIGHT);
    table_column(t, "state", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        const char *names = "";
        int64_t planned = 0, done = 0, errors = 0;
        for (size_t v = 0; v < l[i].n; v++) {
            names = arena_printf(c->a, "%s%s%s", names, v ? ", " : "", l[i].variants[v].name.p);
            planned += l[i].variants[v].planned;
            done += l[i].done[v];
            errors += l[i].errors[v];
        }
        table_cellf(t, "r%lld", (long long)l[i].run.id);
        table_cell(t, l[i].run.feature.p);
        table_cell(t, when(c->a, l[i].run.started_at));
        table_cell(t, names);
        table_cellf(t, "%.8s", l[i].run.golden_version.p);
        table_cellf(t, "%lld/%lld", (long long)done, (long long)planned);
        table_cellf(t, "%lld", (long long)errors);
        table_cell(t, state(&l[i]));
    }
    table_print(t, stdout);
}

static int cmd_runs(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    const char *where;
    struct run_row *runs = NULL;
    size_t n = 0;
    long long limit = opt_int(c, "limit", 20);
    if (limit < 1 || limit > 100000)
        return cmd_usage(c, "-n wants 1 to 100000");
    if (!project_opt_store(c, &where))
        return cmd_fail(c);
    if (!store_open(where, 0, c->env, &s, &c->err) && c->err.code != ERR_NOT_FOUND)
        return cmd_fail(c);
    if (s && !run_list(s, c->a, c->argc ? c->argv[0] : NULL, (size_t)limit, &runs, &n, &c->err))
        return cmd_fail(c);
    struct listed *l = ARENA_ARRAY(c->a, n, struct listed);
    for (size_t i = 0; i < n; i++) {
        l[i].run = runs[i];
        if (!load(c, s, &l[i]))
            return cmd_fail(c);
    }
    if (c->json)
        print_json(c, l, n);
    else if (n)
        print_table(c, l, n);
    else
        puts("no runs yet: `plimsoll run` makes one");
    return 0;
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'n', "limit", OPT_INT, "N", "the newest N (default: 20)"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_runs;
const struct cmd_def def_runs = {
    .name = "runs",
    .synopsis = "[FEATURE] [-n N]",
    .summary = "what ran, newest first",
    .examples = "plimsoll runs\nplimsoll runs triage --json",
    .opts = opts,
    .max_args = 1,
    .run = cmd_runs,
};
