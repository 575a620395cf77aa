/* `plimsoll export`: what the store holds, for other tools. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "run/export.h"
#include "store/runs.h"

static int unknown(struct cmd *c)
{
    static const char *const names[] = {"outputs", "results", "golden", NULL};
    const char *near = str_nearest(str_c(c->argv[0]), names);
    err_set(&c->err, ERR_USAGE, "there is nothing called \"%s\" to export", c->argv[0]);
    if (near)
        err_hint(&c->err, "Did you mean %s?", near);
    else
        err_hint(&c->err, "It is outputs, results or golden.");
    return cmd_fail(c);
}

static int cmd_export(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    const char *where;
    enum export_what what;
    int64_t run;
    if (strcmp(c->argv[0], "outputs") == 0)
        what = EXPORT_OUTPUTS;
    else if (strcmp(c->argv[0], "results") == 0)
        what = EXPORT_RESULTS;
    else if (strcmp(c->argv[0], "golden") == 0)
        what = EXPORT_GOLDEN;
    else
        return unknown(c);
    if (!project_opt_store(c, &where) || !store_open(where, 0, c->env, &s, &c->err) ||
        !run_resolve(s, c->argc > 1 ? c->argv[1] : "last", opt_str(c, "feature"), &run,
                     &c->err) ||
        !export_run(s, run, opt_str(c, "variant"), what, opt_flag(c, "csv"), stdout, &c->err))
        return cmd_fail(c);
    return 0;
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_STRING, "NAME", "only this variant"},
    {0, "feature", OPT_STRING, "NAME", "the newest run of this feature, when no RUN is given"},
    {0, "csv", OPT_FLAG, NULL, "CSV with a header instead of JSONL"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_export;
const struct cmd_def def_export = {
    .name = "export",
    .synopsis = "outputs|results|golden [RUN] [-v VARIANT] [--csv]",
    .summary = "what a run holds, as JSONL or CSV on standard output",
    .help = "outputs   recorded output lines, which `replay:` reads again\n"
            "results   outcome, score and graders of each unit, as `compare` and `gate` read them\n"
            "golden    the examples as they were when they ran\n\n"
            "RUN is written like r7; without it, the newest run.",
    .examples = "plimsoll export outputs r7 -v small-v3 > outputs/small-v3.jsonl\n"
                "plimsoll export results --csv > results.csv",
    .opts = opts,
    .min_args = 1,
    .max_args = 2,
    .run = cmd_export,
};
