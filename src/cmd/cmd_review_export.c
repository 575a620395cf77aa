/* `plimsoll review export`: verdicts as JSONL, for other verbs and for training. */
#include <math.h>

#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/review_opt.h"
#include "review/corrections.h"
#include "store/units.h"
#include "text/jsonw.h"

/* What the grader --judge said about the item's output: 0, 1, or -1 when it did not. */
static bool judge_said(struct cmd *c, struct store *s, const struct reviewed *r, int *ret)
{
    const char *name = opt_str(c, "judge");
    struct run_grader_row *g;
    struct unit_read u;
    size_t n;
    bool found = false;
    *ret = -1;
    if (!name || !r->item.item)
        return true;
    if (!run_graders(s, c->a, r->item.run, &g, &n, &c->err) ||
        !unit_get(s, r->item.unit_variant, r->item.item, r->item.epoch, &u, &found, &c->err))
        return false;
    if (!found)
        return true;
    struct grade_row *grades = ARENA_ARRAY(c->a, n, struct grade_row);
    if (!grades_unpack(s, NULL, u.grades, grades, n, &c->err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq_c(g[i].name, name) && grades[i].outcome <= STORE_FAIL)
            *ret = grades[i].outcome == STORE_PASS;
    return true;
}

static void write_label(struct jw *w, const struct reviewed *r, int judge)
{
    jw_obj(w);
    jw_kstr(w, "id", r->item.name);
    jw_kint(w, "item", r->item.id);
    jw_kstr(w, "feature", r->item.feature);
    jw_kstr(w, "variant", r->item.variant);
    jw_kc(w, "stream", review_stream_name(r->item.stream));
    jw_kint(w, "human", r->verdict.pass);
    jw_kint(w, "correct", r->verdict.pass);
    if (judge >= 0)
        jw_kint(w, "judge", judge);
    if (!isnan(r->item.confidence))
        jw_knum(w, "confidence", r->item.confidence);
    if (!isnan(r->item.inclusion))
        jw_knum(w, "weight", 1 / r->item.inclusion);
    if (!isnan(r->verdict.score))
        jw_knum(w, "score", r->verdict.score);
    jw_kstr(w, "output", r->text.output);
    if (!str_null(r->verdict.corrected))
        jw_kstr(w, "corrected", r->verdict.corrected);
    if (!str_null(r->verdict.codes)) {
        jw_key(w, "codes");
        jw_raw(w, r->verdict.codes);
    }
    if (!str_null(r->verdict.comment))
        jw_kstr(w, "comment", r->verdict.comment);
    jw_kstr(w, "reviewer", r->verdict.reviewer);
    jw_knum(w, "at", r->verdict.at);
    jw_end(w);
}

static void write_pair(struct jw *w, const struct reviewed *r)
{
    jw_obj(w);
    jw_kstr(w, "id", r->item.name);
    jw_key(w, "prompt");
    jw_raw(w, r->text.input);
    jw_kstr(w, "chosen", r->verdict.corrected);
    jw_kstr(w, "rejected", r->text.output);
    jw_end(w);
}

static bool wanted(struct cmd *c, const struct reviewed *r, int judge)
{
    const char *variant = opt_str(c, "variant");
    if (variant && !str_eq_c(r->item.variant, variant))
        return false;
    if (opt_flag(c, "dpo"))
        return !str_null(r->verdict.corrected) && !str_null(r->text.input);
    if (opt_flag(c, "threshold"))
        return !isnan(r->item.confidence) && !isnan(r->item.inclusion);
    return !opt_str(c, "judge") || judge >= 0;
}

static int cmd_export(struct cmd *c)
{
    CLEANUP(store_closep) struct store *s = NULL;
    CLEANUP(buf_release) struct buf b = {0};
    struct review_ctx x;
    struct reviewed *v;
    size_t n;
    int judge;
    buf_init(&b, BUF_MAX_BODY);
    bool ok = review_open(c, c->argc ? c->argv[0] : NULL, &x);
    s = x.s;
    if (!ok || !reviewed_list(s, c->a, x.f ? x.f->name : NULL, &v, &n, &c->err))
        return cmd_fail(c);
    for (size_t i = 0; i < n; i++) {
        struct jw w;
        if (!judge_said(c, s, &v[i], &judge))
            return cmd_fail(c);
        if (!wanted(c, &v[i], judge))
            continue;
        buf_clear(&b);
        jw_init(&w, &b, false);
        if (opt_flag(c, "dpo"))
            write_pair(&w, &v[i]);
        else
            write_label(&w, &v[i], judge);
        if (!buf_ok(&b, "a label", &c->err))
            return cmd_fail(c);
        cmd_json_print(c, &b);
    }
    return 0;
}

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {'v', "variant", OPT_STRING, "NAME", "only verdicts on this variant"},
    {0, "judge", OPT_STRING, "GRADER", "with that grader's word, for `judge calibrate`"},
    {0, "threshold", OPT_FLAG, NULL, "only what `threshold` can use: confidence and weight"},
    {0, "dpo", OPT_FLAG, NULL, "corrections as preference pairs: prompt, chosen, rejected"},
    REVIEW_BY_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_review_export;
const struct cmd_def def_review_export = {
    .name = "review export",
    .synopsis = "[FEATURE] [--judge GRADER | --threshold | --dpo]",
    .summary = "verdicts as JSONL: labels, or preference pairs",
    .help = "A line an item whose verdict counts: id, human and correct (0/1), confidence, weight\n"
            "(1 / inclusion probability; absent for items that were picked or added by hand).",
    .examples = "plimsoll review export --judge polite | plimsoll judge calibrate -\n"
                "plimsoll review export --threshold | plimsoll threshold -\n"
                "plimsoll review export --dpo > pairs.jsonl",
    .opts = opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_export,
};
