/* `plimsoll run`: plan, call, grade, store, and say what came of it. */
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/run_dry.h"
#include "cmd/run_table.h"
#include "run/run.h"
#include "run/summary.h"
#include "text/jsonw.h"

static void on_interrupt(int sig)
{
    (void)sig;
    run_interrupt();
}

/* Ctrl-C once: finish what is in flight; twice: stop now. */
static void catch_interrupts(void)
{
    struct sigaction sa = {.sa_handler = on_interrupt};
    sigemptyset(&sa.sa_mask);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
}

static bool read_options(struct cmd *c, struct run_options *o)
{
    size_t n = 0;
    const char **variants;
    while (opt_list(c, "variant", n))
        n++;
    variants = ARENA_ARRAY(c->a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        variants[i] = opt_list(c, "variant", i);
    *o = (struct run_options){
        .variants = variants,
        .n_variants = n,
        .split = opt_str(c, "split") ? opt_str(c, "split") : "test",
        .limit = opt_int(c, "limit", 0),
        .epochs = (int)opt_int(c, "epochs", 0),
        .concurrency = (int)opt_int(c, "jobs", 0),
        .max_cost_usd = opt_num(c, "max-cost", (double)NAN),
        .fresh = opt_flag(c, "fresh"),
        .until_decided = opt_flag(c, "until-decided"),
    };
    if (opt_given(c, "limit") && o->limit < 1)
        return err_set(&c->err, ERR_USAGE, "-n wants 1 or more");
    if (opt_given(c, "epochs") && (o->epochs < 1 || o->epochs > 1000))
        return err_set(&c->err, ERR_USAGE, "--epochs wants 1 to 1000");
    if (opt_given(c, "jobs") && (o->concurrency < 1 || o->concurrency > 100000))
        return err_set(&c->err, ERR_USAGE, "-j wants 1 to 100000");
    if (opt_given(c, "max-cost") && !(o->max_cost_usd > 0))
        return err_set(&c->err, ERR_USAGE, "--max-cost wants more than 0 dollars");
    return true;
}

/* With --resume the run says how it was started; options that say otherwise are refused. */
static bool resume_options(struct cmd *c, const struct project *p, const struct feature *f,
                           struct run_options *o, int64_t *ret_run)
{
    CLEANUP(store_closep) struct store *s = NULL;
    static const char *const fixed[] = {"variant", "limit",         "epochs", "split",
                                        "fresh",   "until-decided", NULL};
    *ret_run = 0;
    if (!opt_flag(c, "resume"))
        return true;
    for (size_t i = 0; fixed[i]; i++)
        if (opt_given(c, fixed[i])) {
            err_set(&c->err, ERR_USAGE, "--%s and --resume: a run goes on as it was started",
                    fixed[i]);
            return err_hint(&c->err, "Leave --%s away, or start a new run without --resume.",
                            fixed[i]);
        }
    return store_open(p->store, 0, c->env, &s, &c->err) &&
           run_find_resumable(c->a, s, f->name, o, ret_run, &c->err);
}

/* What of the plan outlives it: golden sets and models of millions of lines are let go before the
 * results are read. */
struct ran {
    const struct feature *feature;
    const struct variant_spec **variants;
    struct summary **summary; /* one a variant */
    size_t n;
    const char *golden_version;
    size_t n_items;
    bool asks;
    struct run_totals totals;
};

static void note_plan(struct cmd *c, const struct plan *p, struct ran *r)
{
    *r = (struct ran){.feature = p->feature,
                      .n = p->n_variants,
                      .n_items = p->n_items,
                      .golden_version = arena_strdup(c->a, p->golden->version.hex),
                      .asks = p->asks};
    r->variants = ARENA_ARRAY(c->a, p->n_variants, const struct variant_spec *);
    for (size_t i = 0; i < p->n_variants; i++)
        r->variants[i] = p->variants[i].spec;
}

static bool summarize(struct cmd *c, struct store *s, struct ran *r)
{
    r->summary = ARENA_ARRAY(c->a, r->n, struct summary *);
    for (size_t i = 0; i < r->n; i++) {
        CLEANUP(arena_freep) struct arena *rows = arena_new();
        struct result_set *rs;
        if (!result_set_load(rows, s, r->totals.run, r->variants[i]->name, &rs, &c->err))
            return false;
        r->summary[i] = summary_make(c->a, rs, r->feature->slices);
    }
    return true;
}

static const char *answer_name(enum decided d)
{
    return d == DECIDED_PASS ? "pass" : d == DECIDED_FAIL ? "fail" : NULL;
}

static void write_decided(struct jw *w, const struct ran *r)
{
    const struct run_totals *t = &r->totals;
    jw_kint(w, "saved", (int64_t)(t->planned - t->done));
    jw_key(w, "decided");
    jw_arr(w);
    for (size_t i = 0; i < t->n_decided; i++) {
        const struct decider_line *d = &t->decided[i];
        jw_obj(w);
        jw_kc(w, "variant", r->variants[d->variant]->name);
        jw_kc(w, "requirement", d->req->text);
        jw_kc(w, "answer", answer_name(d->answer));
        jw_kint(w, "n", (int64_t)d->n);
        jw_knum(w, "low", d->low);
        jw_knum(w, "high", d->high);
        jw_knum(w, "e_pass", d->e_pass);
        jw_knum(w, "e_fail", d->e_fail);
        jw_end(w);
    }
    jw_end(w);
}

static void print_decided(struct cmd *c, const struct ran *r)
{
    const struct run_totals *t = &r->totals;
    struct table *tab = table_new(c->a, c->env);
    table_column(tab, "variant", TABLE_LEFT);
    table_column(tab, "requirement", TABLE_LEFT);
    table_column(tab, "decided", TABLE_LEFT);
    table_column(tab, "after", TABLE_RIGHT);
    table_column(tab, "on", TABLE_LEFT);
    for (size_t i = 0; i < t->n_decided; i++) {
        const struct decider_line *d = &t->decided[i];
        table_cell(tab, r->variants[d->variant]->name);
        table_cell(tab, d->req->text);
        table_cell(tab, d->answer == DECIDED_NOT_YET ? "not yet" : answer_name(d->answer));
        table_cellf(tab, "%zu", d->n);
        if (isnan(d->e_pass))
            table_cellf(tab, "confidence sequence %.1f to %.1f %%", d->low * 100, d->high * 100);
        else
            table_cellf(tab, "e-values %.3g for, %.3g against", d->e_pass, d->e_fail);
    }
    putchar('\n');
    table_print(tab, stdout);
    printf("%zu of %zu calls saved\n", t->planned - t->done, t->planned);
}

static void print_json(struct cmd *c, const struct ran *r)
{
    const struct run_totals *t = &r->totals;
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "run", arena_printf(c->a, "r%lld", (long long)t->run));
    jw_kc(&w, "feature", r->feature->name);
    jw_kc(&w, "golden_version", r->golden_version);
    jw_kc(&w, "ended_why", t->ended_why);
    jw_kint(&w, "planned", (int64_t)t->planned);
    jw_kint(&w, "done", (int64_t)t->done);
    jw_kint(&w, "cached", (int64_t)t->cached);
    jw_kint(&w, "called", (int64_t)t->called);
    if (r->asks) {
        jw_kint(&w, "judge_cached", (int64_t)t->judge_cached);
        jw_kint(&w, "judge_called", (int64_t)t->judge_called);
    }
    jw_knum(&w, "spent_usd", t->cost_usd);
    if (t->n_decided)
        write_decided(&w, r);
    jw_key(&w, "variants");
    jw_arr(&w);
    for (size_t i = 0; i < r->n; i++)
        summary_write(&w, r->summary[i]);
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static void say_what_is_missing(const struct ran *r)
{
    const struct run_totals *t = &r->totals;
    for (size_t i = 0; i < r->n; i++) {
        const struct summary *s = r->summary[i];
        for (size_t g = 0; g < s->n_graders; g++)
            if (s->grader_errors[g])
                log_warn("grader %s could not judge %zu of %zu outputs of %s: `plimsoll show "
                         "r%lld ITEM` says why",
                         s->grader_names[g], s->grader_errors[g], s->rows - s->failed_calls,
                         s->name, (long long)t->run);
    }
    if (t->errors)
        log_warn("%zu of %zu calls gave no answer, the first: %.*s", t->errors, t->planned,
                 STR_ARG(t->first_error));
    if (t->guarded)
        log_note("guardrails fired %zu times; `plimsoll export outputs` has them by output",
                 t->guarded);
    if (t->ended_why && strcmp(t->ended_why, "max_cost") == 0)
        log_warn("stopped by --max-cost with %zu of %zu done; `plimsoll run --resume` goes on",
                 t->done, t->planned);
    else if (t->ended_why && strcmp(t->ended_why, "interrupted") == 0)
        log_warn("stopped with %zu of %zu done; `plimsoll run --resume` goes on", t->done,
                 t->planned);
}

/* 0 when everything planned has an answer or was decided early; 4 when the run was cut short or
 * nothing was answered at all. */
static int status(const struct run_totals *t)
{
    bool cut = t->ended_why && strcmp(t->ended_why, "decided") != 0;
    return cut || (t->done > 0 && t->errors == t->done) ? 4 : 0;
}

static void print_text(struct cmd *c, const struct ran *r)
{
    const struct run_totals *t = &r->totals;
    const char *cached = "";
    if (t->cached)
        cached = arena_printf(c->a, ", %zu of %zu answers from the store", t->cached, t->planned);
    printf("run r%lld: %s, golden set %.8s, %zu examples%s\n\n", (long long)t->run,
           r->feature->name, r->golden_version, r->n_items, cached);
    run_table_print(c, r->summary, r->n);
    if (t->n_decided)
        print_decided(c, r);
}

static bool make_plan(struct cmd *c, struct arena *a, struct run_options *o,
                      const struct project **ret_project, struct plan **ret, int64_t *ret_resume)
{
    struct project *project;
    const struct feature *f;
    if (!read_options(c, o) || !project_opt_load(c, &project) ||
        !project_feature(project, c->argc ? c->argv[0] : NULL, &f, &c->err) ||
        !resume_options(c, project, f, o, ret_resume) ||
        !plan_make(a, c->env, project, f, o, ret, &c->err))
        return false;
    *ret_project = project;
    return true;
}

/* Plans and runs. The plan goes at the end, with what it holds of large files. */
static bool execute(struct cmd *c, struct store **ret_store, struct ran *r)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct run_options o;
    const struct project *project;
    struct plan *p;
    int64_t resume;
    if (!make_plan(c, a, &o, &project, &p, &resume) ||
        !store_open(project->store, DB_CREATE, c->env, ret_store, &c->err))
        return false;
    note_plan(c, p, r);
    catch_interrupts();
    return run_execute(c->a, p, *ret_store, resume, &r->totals, &c->err);
}

static int dry_run(struct cmd *c)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct run_options o;
    const struct project *project;
    struct plan *p;
    int64_t resume;
    if (!make_plan(c, a, &o, &project, &p, &resume))
        return cmd_fail(c);
    return run_dry(c, p, project->store);
}

static int cmd_run(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct ran r = {0};
    if (opt_flag(c, "dry-run"))
        return dry_run(c);
    bool ok = execute(c, &s, &r);
    if (s)
        db_slim(store_db(s));
    malloc_trim(0); /* what the plan of a large run held would stay with the heap otherwise */
    if (!ok || !summarize(c, s, &r))
        return cmd_fail(c);
    if (c->json)
        print_json(c, &r);
    else
        print_text(c, &r);
    fflush(stdout);
    say_what_is_missing(&r);
    return status(&r.totals);
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_LIST, "NAME", "only this variant (may be given several times)"},
    {'n', "limit", OPT_INT, "N", "a random sample of N examples, the same each time"},
    {0, "epochs", OPT_INT, "K", "ask each example K times"},
    {'j', "jobs", OPT_INT, "N", "at most N calls at once"},
    {0, "max-cost", OPT_NUM, "USD", "stop before more than this is spent"},
    {0, "split", OPT_STRING, "SPLIT", "test (with the anchors; the default), train, anchor, all"},
    {0, "dry-run", OPT_FLAG, NULL, "only say what would be asked for and what it may cost"},
    {0, "resume", OPT_FLAG, NULL, "go on with the newest run: do what is missing or failed"},
    {0, "until-decided", OPT_FLAG, NULL, "stop as soon as the gate's success_rate is decided"},
    {0, "fresh", OPT_FLAG, NULL, "ask again even where the store has an answer"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_run;
const struct cmd_def def_run = {
    .name = "run",
    .synopsis = "[FEATURE] [-v VARIANT]… [-n LIMIT] [--epochs K] [-j N] [--max-cost USD]",
    .summary = "run a feature's variants over its golden set, grade and record",
    .help = "Plans items × variants × epochs, makes the calls that the store has no answer for,\n"
            "grades the outputs and records everything. A run that was killed or stopped loses\n"
            "nothing that was done: start it again, or go on in the same run with --resume.\n"
            "Ctrl-C once lets calls in flight finish, twice stops at once.",
    .examples = "plimsoll run\n"
                "plimsoll run triage -v small-v3 -n 50\n"
                "plimsoll run triage --epochs 5 --max-cost 2 --json",
    .opts = opts,
    .max_args = 1,
    .run = cmd_run,
};
