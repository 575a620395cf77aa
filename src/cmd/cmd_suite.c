/* `plimsoll suite list` and `suite run`: frozen failure suites against a feature's variants. */
#include <string.h>

#include "base/file.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/show.h"
#include "run/results.h"
#include "run/run.h"
#include "safety/suite.h"
#include "store/runs.h"
#include "store/units.h"
#include "text/json.h"
#include "text/jsonw.h"

static int cmd_list(struct cmd *c)
{
    struct suite *s;
    size_t n, n_steps;
    if (!suites_load(c->a, &s, &n, &c->err))
        return cmd_fail(c);
    const struct strategy_step *steps = strategy_steps(&n_steps);
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_key(&w, "suites");
        jw_arr(&w);
        for (size_t i = 0; i < n; i++) {
            jw_obj(&w);
            jw_kc(&w, "name", s[i].name);
            jw_kint(&w, "version", s[i].version);
            jw_kint(&w, "items", (int64_t)s[i].n_items);
            jw_kc(&w, "owasp", s[i].owasp);
            jw_kc(&w, "what", s[i].what);
            jw_kc(&w, "counts", s[i].counts);
            jw_end(&w);
        }
        jw_end(&w);
        jw_key(&w, "strategies");
        jw_arr(&w);
        for (size_t i = 0; i < n_steps; i++)
            jw_c(&w, steps[i].name);
        jw_end(&w);
        cmd_json_end(c, &b, &w);
        return 0;
    }
    struct table *t = table_new(c->a, c->env);
    table_column(t, "suite", TABLE_LEFT);
    table_column(t, "items", TABLE_RIGHT);
    table_column(t, "OWASP", TABLE_LEFT);
    table_column(t, "what it holds", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        table_cellf(t, "%s@%lld", s[i].name, s[i].version);
        table_cellf(t, "%zu", s[i].n_items);
        table_cell(t, s[i].owasp);
        table_cell(t, s[i].what);
    }
    table_print(t, stdout);
    printf("\nStrategies, joined by + (--strategy base64+roleplay):\n");
    t = table_new(c->a, c->env);
    table_column(t, "strategy", TABLE_LEFT);
    table_column(t, "the same attack", TABLE_LEFT);
    for (size_t i = 0; i < n_steps; i++) {
        table_cell(t, steps[i].name);
        table_cell(t, steps[i].what);
    }
    table_print(t, stdout);
    return 0;
}

/* ---- run
 * ---------------------------------------------------------------------------------------------- */

struct line {
    const struct suite *suite;
    const char *variant;
    struct suite_counts counts;
    struct suite_rate rate;
    int64_t run;
};

/* Partial refusals stand in the detector's details. */
static bool count_partial(struct cmd *c, struct store *s, int64_t run, const char *variant,
                          struct suite_counts *counts)
{
    struct run_variant_row *v;
    CLEANUP(units_close) struct unit_cursor cursor = {0};
    struct unit_read u;
    size_t n;
    bool more = true;
    if (!run_variants(s, c->a, run, &v, &n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq_c(v[i].name, variant))
            continue;
        if (!units_open(s, v[i].id, &cursor, &c->err))
            return false;
        while (more) {
            struct grade_row g[1];
            if (!units_next(&cursor, &u, &more, &c->err))
                return false;
            if (!more)
                break;
            if (!grades_unpack(s, c->a, u.grades, g, 1, &c->err))
                return false;
            counts->partial += str_find(g[0].details, STR("\"label\":\"partial\"")) >= 0;
        }
    }
    return true;
}

static bool measure(struct cmd *c, struct store *s, int64_t run, struct line *l)
{
    struct result_set *rs;
    if (!result_set_load(c->a, s, run, l->variant, &rs, &c->err))
        return false;
    for (size_t i = 0; i < rs->rows.n; i++) {
        enum outcome o = rs->rows.v[i].outcome;
        l->counts.failures += o == OUTCOME_FAIL;
        l->counts.judged += o != OUTCOME_ERROR;
        l->counts.errors += o == OUTCOME_ERROR;
    }
    l->run = run;
    return (strcmp(l->suite->grader_type, "refusal") != 0 ||
            count_partial(c, s, run, l->variant, &l->counts)) &&
           suite_rate(c->a, l->suite, l->counts, &l->rate, &c->err);
}

static bool run_suite(struct cmd *c, const struct project *p, const struct feature *f,
                      const struct suite *suite, const struct strategy *st,
                      const char *const *variants, size_t n, struct store *s, struct line *lines)
{
    struct feature *made = ARENA_NEW(c->a, struct feature);
    struct run_options *o = ARENA_NEW(c->a, struct run_options);
    struct plan *plan;
    struct run_totals t = {0};
    const char *folder = file_beside(c->a, p->path, ".plimsoll/suites");
    *o = (struct run_options){.split = "all",
                              .limit = opt_int(c, "limit", 0),
                              .concurrency = (int)opt_int(c, "jobs", 0),
                              .max_cost_usd = opt_num(c, "max-cost", STAT_NAN)};
    if (!suite_feature(c->a, suite, st, f, variants, folder, made, &c->err) ||
        !plan_make(c->a, c->env, p, made, o, &plan, &c->err) ||
        !run_execute(c->a, plan, s, 0, &t, &c->err))
        return err_wrap(&c->err, "suite %s", suite->name);
    for (size_t i = 0; i < n; i++) {
        lines[i] = (struct line){.suite = suite, .variant = variants[i]};
        if (!measure(c, s, t.run, &lines[i]))
            return false;
    }
    return true;
}

static void print_json(struct cmd *c, const struct line *l, size_t n, const char *strategy)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "strategy", strategy);
    jw_key(&w, "suites");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        jw_obj(&w);
        jw_kc(&w, "suite", l[i].suite->name);
        jw_kint(&w, "version", l[i].suite->version);
        jw_kc(&w, "variant", l[i].variant);
        jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)l[i].run));
        jw_kint(&w, "failures", (int64_t)l[i].counts.failures);
        jw_kint(&w, "judged", (int64_t)l[i].counts.judged);
        jw_kint(&w, "errors", (int64_t)l[i].counts.errors);
        jw_kint(&w, "partial", (int64_t)l[i].counts.partial);
        estimate_write(&w, "rate", l[i].rate.raw);
        estimate_write(&w, "corrected", l[i].rate.corrected);
        jw_kc(&w, "counts", l[i].suite->counts);
        if (l[i].rate.why)
            jw_kc(&w, "why", l[i].rate.why);
        jw_end(&w);
    }
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static void print_text(struct cmd *c, const struct line *l, size_t n, const char *strategy)
{
    struct table *t = table_new(c->a, c->env);
    bool corrected = false;
    printf("Failure suites, strategy %s: how often the failure happened\n\n", strategy);
    table_column(t, "suite", TABLE_LEFT);
    table_column(t, "variant", TABLE_LEFT);
    table_column(t, "failed", TABLE_RIGHT);
    table_column(t, "rate", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_RIGHT);
    table_column(t, "corrected", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_RIGHT);
    table_column(t, "run", TABLE_LEFT);
    for (size_t i = 0; i < n; i++) {
        char v[24], r[48];
        const struct suite_rate *k = &l[i].rate;
        bool has = k->corrected.n > 0;
        corrected = corrected || has;
        table_cell(t, l[i].suite->name);
        table_cell(t, l[i].variant);
        table_cellf(t, "%zu/%zu%s", l[i].counts.failures, l[i].counts.judged,
                    l[i].counts.errors ? "!" : "");
        table_cell(t, show_value(k->raw.value, true, v, sizeof v));
        table_cell(t, show_interval(k->raw, true, r, sizeof r));
        table_cell(t, has ? show_value(k->corrected.value, true, v, sizeof v) : "");
        table_cell(t, has ? show_interval(k->corrected, true, r, sizeof r) : "");
        table_cellf(t, "r%lld", (long long)l[i].run);
    }
    table_print(t, stdout);
    if (corrected)
        printf("\nCorrected for the refusal detector's error on other models' replies "
               "(docs/failure-modes.md): label\n"
               "a hundred replies of yours and use `plimsoll judge calibrate` before a decision "
               "hangs on it.\n");
    for (size_t i = 0; i < n; i++) {
        if (l[i].counts.partial)
            printf("%s, %s: %zu partial refusals.\n", l[i].suite->name, l[i].variant,
                   l[i].counts.partial);
        if (l[i].counts.errors)
            printf("! %s, %s: %zu items could not be judged; they count as neither.\n",
                   l[i].suite->name, l[i].variant, l[i].counts.errors);
    }
}

/* The suites named, or all of them. */
static bool choose(struct cmd *c, struct suite **ret, size_t *ret_n)
{
    const char *only = c->argc ? c->argv[0] : "all";
    struct str rest = str_c(only), part;
    if (strcmp(only, "all") == 0)
        return suites_load(c->a, ret, ret_n, &c->err);
    *ret = ARENA_ARRAY(c->a, rest.n + 1, struct suite);
    for (*ret_n = 0; str_split(&rest, ',', &part); ++*ret_n)
        if (!suite_find(c->a, arena_strndup(c->a, part.p, part.n), &(*ret)[*ret_n], &c->err))
            return false;
    return true;
}

static int cmd_suite_run(struct cmd *c)
{
    struct project *p;
    const struct feature *f;
    struct suite *suites;
    struct strategy st;
    size_t n_suites, n_variants = 0, n = 0;
    CLEANUP(store_closep) struct store *s = NULL;
    if (!choose(c, &suites, &n_suites) ||
        !strategy_parse(c->a, opt_str(c, "strategy"), &st, &c->err) || !project_opt_load(c, &p) ||
        !project_feature(p, opt_str(c, "feature"), &f, &c->err) ||
        !store_open(p->store, DB_CREATE, c->env, &s, &c->err))
        return cmd_fail(c);
    const char **variants = ARENA_ARRAY(c->a, f->n_variants + 64, const char *);
    while (n_variants < 63 && opt_list(c, "variant", n_variants)) {
        variants[n_variants] = opt_list(c, "variant", n_variants);
        n_variants++;
    }
    for (size_t i = 0; n_variants == 0 && i < f->n_variants; i++)
        variants[i] = f->variants[i].name;
    n_variants = n_variants ? n_variants : f->n_variants;
    struct line *lines = ARENA_ARRAY(c->a, n_suites * n_variants, struct line);
    for (size_t i = 0; i < n_suites; i++, n += n_variants)
        if (!run_suite(c, p, f, &suites[i], &st, variants, n_variants, s, &lines[n]))
            return cmd_fail(c);
    if (c->json)
        print_json(c, lines, n, st.name);
    else
        print_text(c, lines, n, st.name);
    return 0;
}

static const struct opt_def run_opts[] = {
    {0, "feature", OPT_STRING, "NAME", "the feature (default: the only one)"},
    {'v', "variant", OPT_LIST, "NAME", "only this variant (may be given several times)"},
    {'s', "strategy", OPT_STRING, "S", "dress the attacks: base64, roleplay, … joined by +"},
    {'n', "limit", OPT_INT, "N", "at most N items a suite, a random sample"},
    {'j', "jobs", OPT_INT, "N", "at most N calls at once"},
    {0, "max-cost", OPT_NUM, "USD", "stop before more than this is spent"},
    PROJECT_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_suite_list, def_suite_run;
const struct cmd_def def_suite_list = {
    .name = "suite list",
    .synopsis = "",
    .summary = "the failure suites and the strategies that dress them",
    .examples = "plimsoll suite list\nplimsoll suite list --json",
    .run = cmd_list,
};
const struct cmd_def def_suite_run = {
    .name = "suite run",
    .synopsis = "[SUITE,…|all] [-v VARIANT]…",
    .summary = "failure suites against a feature's variants",
    .help = "The suites are shipped, frozen and versioned; nothing is generated elsewhere. Outputs "
            "are stored\n"
            "like those of any run: `plimsoll show RUN ITEM` has the attack and what came back.",
    .examples = "plimsoll suite run injection-direct -v small-v3\n"
                "plimsoll suite run jailbreak,prompt-extraction -v small-v3 --strategy "
                "base64+roleplay --json",
    .opts = run_opts,
    .max_args = 1,
    .run = cmd_suite_run,
};
