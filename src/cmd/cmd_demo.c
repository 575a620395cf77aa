/* plimsoll demo: the main job, end to end, on real data shipped with the program. It writes a
 * project folder and then does in it what `run`, `compare`, `gate` and `report` do, by the same
 * functions. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/compare_view.h"
#include "cmd/gate_side.h"
#include "cmd/gate_view.h"
#include "cmd/report_page.h"
#include "cmd/run_table.h"
#include "cmd/side.h"
#include "decide/answer.h"
#include "run/run.h"
#include "run/summary.h"
#include "text/csv.h"

static const struct opt_def opts[] = {
    {'o', "output", OPT_STRING, "DIR", "where the project folder goes (default: plimsoll-demo)"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

/* What one step leaves for the next. */
struct demo {
    struct cmd *c;
    const char *dir;
    struct project *project;
    const struct feature *feature;
    struct store *store;
    size_t n_test, n_train;
};

static void heading(const struct demo *d, int number, const char *text)
{
    printf("\n");
    table_styled(stdout, d->c->env, TABLE_BOLD, arena_printf(d->c->a, "%d. %s", number, text));
    printf("\n\n");
}

/* --- the project folder --- */

/* One embedded CSV (text, category) as golden lines. */
static bool add_lines(struct demo *d, struct buf *b, const char *asset, const char *split,
                      size_t *ret_n, struct err *e)
{
    CLEANUP(csv_release) struct csv_reader csv = {0};
    struct str content;
    const struct csv_field *field;
    size_t n;
    bool more, header = true;
    if (!asset_get(asset, &content))
        BUG("%s is not embedded", asset);
    FILE *f = fmemopen(arena_strndup(d->c->a, content.p, content.n), content.n, "r");
    if (!f)
        return err_errno(e, ERR_IO, "cannot read %s", asset);
    csv_init(&csv, f, asset, ',', BUF_MAX_LINE);
    bool fine;
    *ret_n = 0;
    while ((fine = csv_next(&csv, &field, &n, &more, e)) && more) {
        char id[32];
        struct jw w;
        if (header) {
            header = false;
            continue;
        }
        snprintf(id, sizeof id, "%s-%05zu", split, ++*ret_n);
        jw_init(&w, b, false);
        jw_obj(&w);
        jw_kc(&w, "id", id);
        jw_kstr(&w, "input", field[0].text);
        jw_kstr(&w, "expected", field[1].text);
        jw_kc(&w, "split", split);
        jw_end(&w);
        buf_add_char(b, '\n');
    }
    fclose(f);
    return fine;
}

static const char *in(const struct demo *d, const char *name)
{
    return arena_printf(d->c->a, "%s/%s", d->dir, name);
}

static bool write_asset(struct demo *d, const char *asset, const char *name, struct err *e)
{
    struct str content;
    if (!asset_get(asset, &content))
        BUG("%s is not embedded", asset);
    return file_write(in(d, name), content, e);
}

static bool write_project(struct demo *d, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    buf_init(&b, BUF_MAX_BODY);
    if (file_exists(d->dir) && !file_exists(in(d, "golden/banking77.jsonl"))) {
        err_set(e, ERR_CONFLICT, "%s is already there and was not made by plimsoll demo", d->dir);
        return err_hint(e, "Choose another folder with -o DIR.");
    }
    return file_mkdirs(in(d, "golden"), e) &&
           add_lines(d, &b, "share/demo/banking77/train.csv", "train", &d->n_train, e) &&
           add_lines(d, &b, "share/demo/banking77/test_a.csv", "test", &d->n_test, e) &&
           buf_ok(&b, "the golden set", e) &&
           file_write(in(d, "golden/banking77.jsonl"), buf_str(&b), e) &&
           write_asset(d, "share/demo/banking77/README.md", "golden/README.md", e) &&
           write_asset(d, "share/demo/plimsoll.yaml", "plimsoll.yaml", e);
}

/* --- the steps: what the verbs do --- */

struct outcome_of_run {
    struct summary **summary;
    size_t n;
};

static bool run(struct demo *d, struct outcome_of_run *ret, struct err *e)
{
    struct cmd *c = d->c;
    struct run_options o = {.split = "test", .max_cost_usd = (double)NAN};
    struct plan *p;
    struct run_totals t = {0};
    if (!plan_make(c->a, c->env, d->project, d->feature, &o, &p, e) ||
        !run_execute(c->a, p, d->store, 0, &t, e))
        return false;
    ret->n = p->n_variants;
    ret->summary = ARENA_ARRAY(c->a, ret->n, struct summary *);
    for (size_t i = 0; i < ret->n; i++) {
        struct result_set *rs;
        if (!result_set_load(c->a, d->store, t.run, p->variants[i].spec->name, &rs, e))
            return false;
        ret->summary[i] = summary_make(c->a, rs, d->feature->slices);
    }
    return true;
}

static bool compare(struct demo *d, const char *a, const char *b, struct comparison *ret,
                    struct err *e)
{
    struct side_opts so = {.feature = d->feature->name};
    struct compare_opts o = {.confidence = 0.95, .margin = (double)NAN, .seed = d->c->env->seed};
    struct evidence *ea, *eb;
    return side_from_store(d->c, d->store, d->feature, a, &so, &ea, e) &&
           side_from_store(d->c, d->store, d->feature, b, &so, &eb, e) &&
           compare_run(d->c->a, ea, eb, &o, ret, e);
}

static bool gate(struct demo *d, const char *variant, const char *baseline, struct gate **ret)
{
    struct gate_case *gc;
    if (!gate_case_project(d->c, d->store, d->project, d->feature, variant, baseline, &gc))
        return false;
    gate_decide(d->c->a, &gc->gate, gc->require, gc->n_require);
    *ret = &gc->gate;
    return true;
}

static bool report(struct demo *d, const char *path, struct err *e)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct report_opts o = {.candidate = "linear",
                            .confidence = 0.95,
                            .seed = d->c->env->seed,
                            .now = env_now(d->c->env)};
    buf_init(&b, BUF_MAX_BODY);
    return report_page_make(d->c, d->store, d->project, d->feature, &o, &b) &&
           file_write(path, buf_str(&b), e);
}

/* --- the story --- */

static bool tell(struct demo *d)
{
    struct err *e = &d->c->err;
    struct outcome_of_run ran;
    struct comparison cmp;
    struct gate *g;
    const char *page = in(d, "report.html");
    printf(
        "A bank wants its customers' questions sorted into 77 intents. Three ways to do it, none "
        "of them\nan LLM, are trained on %zu questions and tried on %zu others: real ones, "
        "labelled by people\n(Banking77, PolyAI, CC-BY-4.0). An LLM would have to beat these at "
        "its price.\n",
        d->n_train, d->n_test);
    heading(d, 1, "How good is each?  (plimsoll run)");
    if (!run(d, &ran, e))
        return false;
    run_table_print(d->c, ran.summary, ran.n);
    printf("\nAlways answering the most frequent intent is the floor. What stands in brackets is "
           "how far each\nnumber could be off by the luck of these %zu questions.\n",
           d->n_test);
    heading(d, 2, "Is linear better than knn, or lucky?  (plimsoll compare knn linear)");
    if (!compare(d, "knn", "linear", &cmp, e))
        return false;
    compare_print(d->c, &cmp, 5);
    printf("\nBoth answered the same questions, so only those they disagree about count.\n");
    heading(d, 3, "May it ship?  (plimsoll gate -v linear)");
    if (!gate(d, "linear", NULL, &g))
        return false;
    gate_print(d->c, g);
    heading(d, 4, "And the runner-up?  (plimsoll gate -v knn --baseline linear)");
    if (!gate(d, "knn", "linear", &g))
        return false;
    printf("%s.\n", answer_gate_sentence(d->c->a, g));
    heading(d, 5, "The page for everyone else  (plimsoll report -o report.html)");
    if (!report(d, page, e))
        return false;
    printf("Open %s in a browser: verdict, comparison, what flipped, which intents are\nconfused, "
           "cost and speed, and the evidence behind each number.\n\n"
           "The folder %s is a project like any other. Next:\n"
           "  cd %s\n"
           "  plimsoll show last               the run, item by item\n"
           "  plimsoll gate -v linear --ship   records that it ships, and on which evidence\n"
           "  $EDITOR plimsoll.yaml            add your model as a variant and run again\n",
           page, d->dir, d->dir);
    return true;
}

/* The same as one JSON document. */
static bool tell_json(struct cmd *c, struct demo *d)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct err *e = &d->c->err;
    struct outcome_of_run ran;
    struct comparison cmp;
    struct gate *g;
    struct jw w;
    if (!run(d, &ran, e) || !compare(d, "knn", "linear", &cmp, e) || !gate(d, "linear", NULL, &g) ||
        !report(d, in(d, "report.html"), e))
        return false;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "project", d->dir);
    jw_kc(&w, "report", in(d, "report.html"));
    jw_key(&w, "variants");
    jw_arr(&w);
    for (size_t i = 0; i < ran.n; i++)
        summary_write(&w, ran.summary[i]);
    jw_end(&w);
    jw_key(&w, "compare");
    answer_compare_json(&cmp, &w);
    jw_key(&w, "gate");
    answer_gate_json(g, &w);
    jw_end(&w);
    cmd_json_print(c, &b);
    return true;
}

static void close_store(void *p) { store_close(p); }

static int cmd_demo(struct cmd *c)
{
    struct demo d = {.c = c, .dir = opt_str(c, "output") ? opt_str(c, "output") : "plimsoll-demo"};
    if (!write_project(&d, &c->err) ||
        !project_load(c->a, c->env, in(&d, "plimsoll.yaml"), &d.project, &c->err) ||
        !project_feature(d.project, NULL, &d.feature, &c->err) ||
        !store_open(d.project->store, DB_CREATE, c->env, &d.store, &c->err))
        return cmd_fail(c);
    arena_defer(c->a, close_store, d.store);
    return (c->json ? tell_json(c, &d) : tell(&d)) ? 0 : cmd_fail(c);
}

const struct cmd_def def_demo;
const struct cmd_def def_demo = {
    .name = "demo",
    .synopsis = "[-o DIR]",
    .summary = "the main job, end to end, on real data shipped with the program",
    .help =
        "Writes a project folder with a golden set of bank customers' questions, runs three\n"
        "baselines on it, compares them, gates one, and writes the report. Needs no network, no\n"
        "key and no settings, and takes seconds.",
    .examples = "plimsoll demo\n"
                "plimsoll demo -o /tmp/demo",
    .opts = opts,
    .min_args = 0,
    .max_args = 0,
    .run = cmd_demo,
};
