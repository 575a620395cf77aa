/* plimsoll gate: may this ship? */
#include <string.h>

#include "base/file.h"
#include "cmd/cmd.h"
#include "cmd/gate_side.h"
#include "cmd/gate_view.h"
#include "cmd/project_opt.h"
#include "decide/answer.h"
#include "report/gate_files.h"

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_STRING, "NAME", "the variant to decide on, or a run's (r7:NAME)"},
    {'r', "require", OPT_LIST, "REQ", "a requirement, instead of the project's; may be repeated"},
    {'b', "baseline", OPT_STRING, "B", "a file, variant or run to compare with, or `shipped`"},
    {0, "confidence", OPT_NUM, "C", "one-sided, of each requirement (0.95, or the project's)"},
    {0, "cluster", OPT_STRING, "KEY", "items with the same KEY are not independent"},
    {0, "ship", OPT_FLAG, NULL, "record the variant as shipped, if the verdict is ship"},
    {0, "by", OPT_STRING, "NAME", "who ships (default: the user's name)"},
    {0, "junit", OPT_STRING, "FILE", "write JUnit XML too (- for standard output)"},
    {0, "markdown", OPT_STRING, "FILE", "write Markdown for a pull request too"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

static bool write_file(const char *path, const struct buf *b, struct err *e)
{
    return buf_ok(b, "the report", e) && file_write(path, buf_str(b), e);
}

static bool write_files(struct cmd *c, const struct gate *g)
{
    CLEANUP(buf_release) struct buf junit = {0}, markdown = {0};
    buf_init(&junit, BUF_MAX_BODY);
    buf_init(&markdown, BUF_MAX_BODY);
    const char *junit_path = opt_str(c, "junit"), *markdown_path = opt_str(c, "markdown");
    if (junit_path) {
        gate_write_junit(g, &junit);
        if (!write_file(junit_path, &junit, &c->err))
            return false;
    }
    if (markdown_path) {
        gate_write_markdown(c->a, g, &markdown);
        if (!write_file(markdown_path, &markdown, &c->err))
            return false;
    }
    return true;
}

static bool print_json(struct cmd *c, const struct gate *g)
{
    CLEANUP(buf_release) struct buf out = {0};
    struct jw w;
    buf_init(&out, BUF_MAX_FILE);
    jw_init(&w, &out, true);
    answer_gate_json(g, &w);
    cmd_json_print(c, &out);
    return true;
}

static int cmd_gate(struct cmd *c)
{
    struct gate_case *gc;
    const char *junit = opt_str(c, "junit"), *markdown = opt_str(c, "markdown");
    bool taken = (junit && !strcmp(junit, "-")) || (markdown && !strcmp(markdown, "-"));
    if (taken && c->json)
        return cmd_usage(c, "--json and another format cannot both go to standard output");
    if (!gate_case_load(c, &gc))
        return cmd_fail(c);
    gate_decide(c->a, &gc->gate, gc->require, gc->n_require);
    if (opt_flag(c, "ship") && !gate_case_ship(c, gc))
        return cmd_fail(c);
    if (!write_files(c, &gc->gate))
        return cmd_fail(c);
    if (c->json) {
        if (!print_json(c, &gc->gate))
            return cmd_fail(c);
    } else if (!taken) {
        gate_print(c, &gc->gate);
    }
    return gate_exit_status(&gc->gate);
}

const struct cmd_def def_gate = {
    .name = "gate",
    .synopsis = "[FEATURE] -v VARIANT [--ship] | --require REQ… FILE [--baseline B]",
    .summary = "may it ship? each requirement on its confidence bound",
    .help =
        "In a project the requirements are those of the feature's `gate:`; on a plain file they\n"
        "are given with --require. A requirement passes only when its confidence bound does,\n"
        "and only if it still does with every error counted against the variant. What was not\n"
        "measured never passes.\n\n"
        "Exit status: 0 ship, 1 do not ship (a requirement is proven not to hold), 3 not\n"
        "enough evidence.",
    .examples =
        "plimsoll gate triage -v small-v3\n"
        "plimsoll gate triage -v small-v3 --ship --markdown pr.md\n"
        "plimsoll gate --require \"success_rate >= 0.9\" outputs.jsonl\n"
        "plimsoll gate -r \"success_rate not_worse_than baseline by 0.02\" new.jsonl -b old.jsonl",
    .opts = opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_gate,
};
