/* `plimsoll golden lint`: what is wrong with a golden set, before it misleads. */
#include <stdio.h>
#include <string.h>

#include "base/vec.h"
#include "cmd/lint_view.h"
#include "cmd/project_opt.h"

static const struct opt_def opts[] = {
    {'s', "slice", OPT_LIST, "TAG", "a tag to report by; repeatable"},
    {'l', "label", OPT_LIST, "LABEL", "an allowed label; repeatable"},
    {0, "train", OPT_STRING, "FILE", "another file that is training data: look for leakage"},
    {0, "similarity", OPT_NUM, "S",
     "near-duplicates from here on, 0 to 1; 0: none (default: 0.85)"},
    {0, "min-slice", OPT_INT, "N", "test examples a slice needs (default: 30)"},
    {0, "min-label", OPT_INT, "N", "test examples a label needs (default: 5)"},
    {'a', "all", OPT_FLAG, NULL, "show all findings, not the first five of a kind"},
    PROJECT_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

/* One set to look at and what the project says of it. */
struct target {
    const char *path;
    const struct feature *feature; /* or NULL */
};

struct totals {
    size_t errors, warnings, notes;
};

static const char *const *list_option(struct cmd *c, const char *name)
{
    size_t n = 0;
    while (opt_list(c, name, n))
        n++;
    const char **v = ARENA_ARRAY(c->a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        v[i] = opt_list(c, name, i);
    return n ? v : NULL;
}

static bool read_options(struct cmd *c, struct lint_options *o)
{
    lint_options_init(o);
    o->similarity = opt_num(c, "similarity", o->similarity);
    long long min_slice = opt_int(c, "min-slice", (long long)o->min_slice);
    long long min_label = opt_int(c, "min-label", (long long)o->min_label);
    if (o->similarity < 0 || o->similarity > 1)
        return err_set(&c->err, ERR_USAGE, "--similarity wants a number from 0 to 1");
    if (min_slice < 0 || min_label < 0)
        return err_set(&c->err, ERR_USAGE, "--min-slice and --min-label want numbers from 0 up");
    o->min_slice = (size_t)min_slice;
    o->min_label = (size_t)min_label;
    o->slices = list_option(c, "slice");
    o->labels = list_option(c, "label");
    const char *train = opt_str(c, "train");
    struct golden *set;
    if (train && !golden_load(c->a, train, &set, &c->err))
        return false;
    o->train = train ? set : NULL;
    return true;
}

/* The files of the command line, or every golden set of the project. */
static bool find_targets(struct cmd *c, struct target **ret, size_t *ret_n)
{
    struct project *p;
    *ret_n = 0;
    if (c->argc > 0) {
        *ret = ARENA_ARRAY(c->a, (size_t)c->argc, struct target);
        for (int i = 0; i < c->argc; i++)
            (*ret)[(*ret_n)++].path = c->argv[i];
        return true;
    }
    if (!project_opt_load(c, &p))
        return false;
    *ret = ARENA_ARRAY(c->a, p->n_features, struct target);
    for (size_t i = 0; i < p->n_features; i++)
        if (p->features[i].golden)
            (*ret)[(*ret_n)++] = (struct target){p->features[i].golden, &p->features[i]};
    return *ret_n || err_set(&c->err, ERR_USAGE, "no feature of %s has a golden set", p->path);
}

static bool lint_one(struct cmd *c, const struct target *t, struct lint_options o, struct jw *w,
                     struct totals *sum)
{
    struct golden *g;
    struct lint_report r;
    if (t->feature) {
        if (!o.slices)
            o.slices = t->feature->slices;
        if (!o.labels && t->feature->n_labels)
            o.labels = t->feature->labels;
        o.classification = t->feature->task == TASK_CLASSIFICATION;
    }
    if (!lint_file(c->a, t->path, &o, &g, &r, &c->err))
        return false;
    if (c->json)
        lint_view_json(w, g, &r);
    else
        lint_view_print(c, g, &r, opt_flag(c, "all") ? 0 : 5, true);
    sum->errors += r.errors;
    sum->warnings += r.warnings;
    sum->notes += r.notes;
    return true;
}

static int cmd_golden_lint(struct cmd *c)
{
    struct lint_options o;
    struct target *targets;
    size_t n;
    struct totals sum = {0};
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_FILE);
    jw_init(&w, &b, true);
    if (!read_options(c, &o) || !find_targets(c, &targets, &n))
        return cmd_fail(c);
    jw_obj(&w);
    jw_key(&w, "sets");
    jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
        if (i && !c->json)
            putchar('\n');
        if (!lint_one(c, &targets[i], o, &w, &sum))
            return cmd_fail(c);
    }
    jw_end(&w);
    jw_kint(&w, "errors", (int64_t)sum.errors);
    jw_kint(&w, "warnings", (int64_t)sum.warnings);
    jw_kint(&w, "notes", (int64_t)sum.notes);
    jw_end(&w);
    if (c->json)
        cmd_json_print(c, &b);
    else
        printf("\n%s\n", lint_view_totals(c->a, sum.errors, sum.warnings, sum.notes));
    return sum.errors + sum.warnings ? 1 : 0;
}

extern const struct cmd_def def_golden_lint;
const struct cmd_def def_golden_lint = {
    .name = "golden lint",
    .synopsis = "[FILE]…",
    .summary = "what is wrong with a golden set, before it misleads",
    .help = "Without FILE, every golden set of the project. Exit status 1 when there are errors or "
            "warnings; notes do not count.",
    .examples = "plimsoll golden lint\n"
                "plimsoll golden lint golden/triage.jsonl --slice lang --all\n"
                "plimsoll golden lint test.csv --train train.csv --json",
    .opts = opts,
    .min_args = 0,
    .max_args = -1,
    .run = cmd_golden_lint,
};
