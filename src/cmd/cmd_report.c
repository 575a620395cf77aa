/* plimsoll report: the page to look at or to publish. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/gate_side.h"
#include "cmd/project_opt.h"
#include "cmd/report_page.h"
#include "cmd/side.h"
#include "report/page.h"

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'o', "output", OPT_STRING, "FILE", "where the page goes (- for standard output)"},
    {'v', "variant", OPT_STRING, "NAME", "the variant the page is about (default: the best)"},
    {'b', "baseline", OPT_STRING, "NAME",
     "what it is compared with (default: the gate's baseline)"},
    {0, "public", OPT_FLAG, NULL, "leave out the texts and ids of examples"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

bool report_page_make(struct cmd *c, struct store *s, const struct project *p,
                      const struct feature *f, const struct report_opts *o, struct buf *b)
{
    struct report r;
    struct gate_case *gc;
    if (!report_gather(c->a, s, p, f, o, &r, &c->err))
        return false;
    if (f->gate.present && f->gate.n_require) {
        if (!gate_case_project(c, s, p, f, r.variants[r.candidate].name, o->baseline, &gc))
            return false;
        gate_decide(c->a, &gc->gate, gc->require, gc->n_require);
        r.gate = gc->gate;
        r.has_gate = true;
    }
    report_write_page(c->a, &r, b);
    return buf_ok(b, "the report", &c->err);
}

static int cmd_report(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    CLEANUP(buf_release) struct buf b = {0};
    struct project *p;
    const struct feature *f;
    const char *out = opt_str(c, "output");
    struct report_opts o = {.candidate = opt_str(c, "variant"),
                            .baseline = opt_str(c, "baseline"),
                            .public_page = opt_flag(c, "public"),
                            .confidence = 0.95,
                            .seed = c->env->seed,
                            .now = env_now(c->env)};
    buf_init(&b, BUF_MAX_BODY);
    if (!out)
        return cmd_usage(c, "report wants -o FILE.html");
    if (!project_opt_load(c, &p) || !project_feature(p, c->argc ? c->argv[0] : NULL, &f, &c->err) ||
        !side_open_store(c, p, &s, &c->err) || !report_page_make(c, s, p, f, &o, &b) ||
        !file_write(out, buf_str(&b), &c->err))
        return cmd_fail(c);
    if (strcmp(out, "-") != 0)
        log_note("wrote %s, %zu KB, self-contained", out, (b.n + 1023) / 1024);
    return 0;
}

const struct cmd_def def_report;
const struct cmd_def def_report = {
    .name = "report",
    .synopsis = "[FEATURE] -o FILE.html [--public]",
    .summary = "one HTML page: verdict, comparison, slices, cost, evidence",
    .help =
        "The newest run of each variant goes in. The page needs no network and no script, follows\n"
        "the reader's light or dark setting, and prints.",
    .examples = "plimsoll report triage -o report.html\n"
                "plimsoll report triage -v small-v3 -b small-v2 -o report.html\n"
                "plimsoll report triage --public -o case-study.html",
    .opts = opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_report,
};
