/* `plimsoll rubric check` and `rubric fit`; `judge list` and `judge show`. */
#include <math.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "cmd/cmd.h"
#include "cmd/show.h"
#include "judge/fit.h"
#include "judge/rubric.h"
#include "judge/rubric_write.h"
#include "text/jsonw.h"

/* ---- check
 * --------------------------------------------------------------------------------------- */

static int cmd_rubric_check(struct cmd *c)
{
    struct rubric *r;
    struct rubric_finding *f;
    if (!rubric_read(c->a, c->argv[0], &r, &c->err))
        return cmd_fail(c);
    size_t n = rubric_lint(c->a, r, &f);
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_kc(&w, "rubric", r->name);
        jw_kint(&w, "criteria", (int64_t)r->n);
        jw_key(&w, "findings");
        jw_arr(&w);
        for (size_t i = 0; i < n; i++) {
            jw_obj(&w);
            jw_kint(&w, "line", f[i].at->line);
            jw_kc(&w, "criterion", f[i].criterion);
            jw_kc(&w, "text", f[i].text);
            jw_kc(&w, "hint", f[i].hint);
            jw_end(&w);
        }
        jw_end(&w);
        cmd_json_end(c, &b, &w);
    } else {
        for (size_t i = 0; i < n; i++)
            printf("%s:%d:%d: %s: %s\n    %s\n", c->argv[0], f[i].at->line, f[i].at->col,
                   f[i].criterion, f[i].text, f[i].hint);
        printf("%s: %zu criteria, %zu finding%s\n", r->name, r->n, n, n == 1 ? "" : "s");
    }
    return n ? 1 : 0;
}

/* ---- fit
 * ----------------------------------------------------------------------------------------- */

static void fit_json(struct cmd *c, const struct fit_data *d, const struct fit *r)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_key(&w, "criteria");
    jw_obj(&w);
    for (size_t j = 0; j < d->p; j++) {
        const struct fit_criterion *k = &r->criterion[j];
        jw_key(&w, d->name[j]);
        jw_obj(&w);
        estimate_write(&w, "spearman", k->spearman);
        estimate_write(&w, "kendall_tau_b", k->tau_b);
        if (d->binary)
            estimate_write(&w, "auc", k->auc);
        jw_knum(&w, "weight", k->weight);
        jw_knum(&w, "weight_min", k->min);
        jw_knum(&w, "weight_max", k->max);
        jw_end(&w);
    }
    jw_end(&w);
    estimate_write(&w, "equal_weights", r->equal);
    estimate_write(&w, "fitted", r->fitted);
    estimate_write(&w, "gain", r->gain);
    if (d->binary) {
        estimate_write(&w, "equal_weights_auc", r->equal_auc);
        estimate_write(&w, "fitted_auc", r->fitted_auc);
    }
    jw_knum(&w, "in_sample", r->in_sample);
    jw_kint(&w, "n", (int64_t)d->n);
    jw_kint(&w, "groups", (int64_t)d->n_groups);
    jw_kint(&w, "left_out", (int64_t)d->n_left);
    jw_kint(&w, "folds", (int64_t)r->folds);
    jw_kc(&w, "advice", r->advice);
    cmd_json_end(c, &b, &w);
}

static void fit_text(struct cmd *c, const struct fit_data *d, const struct fit *r)
{
    printf("%zu rated items in %zu groups, %zu criteria, %zu folds", d->n, d->n_groups, d->p,
           r->folds);
    if (d->n_left)
        printf("; %zu rows lack the target or a criterion and are left out", d->n_left);
    printf("\n\n");
    struct table *t = table_new(c->a, c->env);
    table_column(t, "Spearman with satisfaction", TABLE_LEFT);
    table_column(t, "value", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_LEFT);
    table_column(t, "tau-b", TABLE_RIGHT);
    if (d->binary)
        table_column(t, "AUC", TABLE_RIGHT);
    table_column(t, "weight", TABLE_RIGHT);
    table_column(t, "over folds", TABLE_LEFT);
    for (size_t j = 0; j < d->p; j++) {
        const struct fit_criterion *k = &r->criterion[j];
        char v[24], range[48];
        table_cell(t, d->name[j]);
        table_cell(t, show_value(k->spearman.value, false, v, sizeof v));
        table_cell(t, show_interval(k->spearman, false, range, sizeof range));
        table_cell(t, show_value(k->tau_b.value, false, v, sizeof v));
        if (d->binary)
            table_cell(t, show_value(k->auc.value, false, v, sizeof v));
        table_cellf(t, "%.3f", k->weight);
        table_cellf(t, "%.2f – %.2f", k->min, k->max);
    }
    table_print(t, stdout);
    printf("\n");
    t = table_new(c->a, c->env);
    table_column(t, "whole score, out of fold", TABLE_LEFT);
    table_column(t, "value", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "method", TABLE_LEFT);
    show_estimate(t, "equal weights", r->equal, false);
    show_estimate(t, "fitted weights", r->fitted, false);
    show_estimate(t, "gain", r->gain, false);
    if (d->binary) {
        show_estimate(t, "equal weights, AUC", r->equal_auc, false);
        show_estimate(t, "fitted weights, AUC", r->fitted_auc, false);
    }
    table_print(t, stdout);
    printf("\n%c%s.\n", r->advice[0] - 'a' + 'A', r->advice + 1);
}

static bool write_back(struct cmd *c, const struct fit_data *d, const struct fit *r)
{
    const char *path = opt_str(c, "write");
    struct rubric *rubric;
    struct str text, out;
    if (!path)
        return true;
    if (!file_read(c->a, path, BUF_MAX_BODY, &text, &c->err) ||
        !rubric_read(c->a, path, &rubric, &c->err))
        return false;
    double *w = ARENA_ARRAY(c->a, rubric->n, double);
    for (size_t i = 0; i < rubric->n; i++) {
        w[i] = STAT_NAN;
        for (size_t j = 0; j < d->p; j++) {
            const char *dot = strrchr(d->name[j], '.');
            if (strcmp(dot ? dot + 1 : d->name[j], rubric->criteria[i].name) == 0)
                w[i] = r->criterion[j].weight;
        }
        if (isnan(w[i]))
            return err_set(&c->err, ERR_INPUT, "criterion %s of %s is not among the fitted ones",
                           rubric->criteria[i].name, path);
    }
    if (!rubric_with_weights(c->a, rubric, text, w, &out, &c->err) ||
        !file_write(path, out, &c->err))
        return false;
    fprintf(stderr, "weights written to %s\n", path);
    return true;
}

static int cmd_rubric_fit(struct cmd *c)
{
    struct fit_data d;
    struct fit r;
    const char *target = opt_str(c, "target"), *list = opt_str(c, "criteria");
    const char *names[65];
    double conf = opt_num(c, "confidence", 0.95);
    size_t n = 0;
    if (!target)
        return cmd_usage(c, "rubric fit wants --target KEY, the column of users' satisfaction");
    if (conf <= 0 || conf >= 1)
        return cmd_usage(c, "--confidence lies between 0 and 1");
    struct str rest = str_c(list), part;
    while (list && n < 64 && str_split(&rest, ',', &part))
        names[n++] = arena_strndup(c->a, str_trim(part).p, str_trim(part).n);
    names[n] = NULL;
    if (!fit_read(c->a, c->argv[0], target, list ? names : NULL, opt_str(c, "group"), &d, &c->err))
        return cmd_fail(c);
    if (!fit_weights(c->a, &d, conf, c->env->seed, &r, &c->err)) {
        (void)cmd_fail(c);
        return c->err.code == ERR_STAT ? 3 : 2;
    }
    if (c->json)
        fit_json(c, &d, &r);
    else
        fit_text(c, &d, &r);
    return write_back(c, &d, &r) ? 0 : cmd_fail(c);
}

/* ---- ready-made judges
 * ----------------------------------------------------------------------------- */

static int cmd_judge_list(struct cmd *c)
{
    const char *path;
    struct str text;
    struct table *t = table_new(c->a, c->env);
    table_column(t, "judge", TABLE_LEFT);
    table_column(t, "what it says", TABLE_LEFT);
    for (size_t i = 0; asset_list("share/judges/", i, &path, &text); i++) {
        struct node *n;
        struct rubric *r;
        if (!str_ends_c(str_c(path), ".yaml"))
            continue;
        if (!node_parse(c->a, text, path, &n, &c->err) || !rubric_parse(c->a, n, &r, &c->err))
            return cmd_fail(c);
        table_cell(t, r->name);
        table_cell(t, r->description);
    }
    table_cell(t, "faithfulness");
    table_cell(t, "lists the claims and checks each against the context (type: faithfulness)");
    table_print(t, stdout);
    printf("\n`plimsoll judge show NAME` prints its rubric, `plimsoll judge show rubric.md` its "
           "prompt:\n"
           "copy and change them.\n");
    return 0;
}

static int cmd_judge_show(struct cmd *c)
{
    static const char *const endings[] = {"", ".yaml", ".md"};
    struct str text;
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        if (asset_get(arena_printf(c->a, "share/judges/%s%s", c->argv[0], endings[i]), &text)) {
            fwrite(text.p, 1, text.n, stdout);
            return 0;
        }
    }
    return cmd_usage(c, "there is no ready-made judge \"%s\"; `plimsoll judge list` names them",
                     c->argv[0]);
}

static const struct opt_def fit_opts[] = {
    {'t', "target", OPT_STRING, "KEY", "the column of satisfaction: thumbs, 1–5, resolved or not"},
    {0, "criteria", OPT_STRING, "A,B,…", "the criterion columns (default: every other number)"},
    {'g', "group", OPT_STRING, "KEY",
     "rows that are not independent share this (user, conversation)"},
    {0, "confidence", OPT_NUM, "C", "confidence of the intervals (0.95)"},
    {'w', "write", OPT_STRING, "RUBRIC", "write the weights into this rubric file"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_rubric_check, def_rubric_fit, def_judge_list, def_judge_show;
const struct cmd_def def_rubric_check = {
    .name = "rubric check",
    .synopsis = "RUBRIC.yaml",
    .summary = "lints a rubric: vague words, overlaps, missing anchors",
    .examples = "plimsoll rubric check rubrics/polite.yaml",
    .min_args = 1,
    .max_args = 1,
    .run = cmd_rubric_check,
};
const struct cmd_def def_rubric_fit = {
    .name = "rubric fit",
    .synopsis = "FILE --target KEY",
    .summary = "does the score track satisfaction, and which weights would",
    .help = "FILE has a row an item with criterion scores and users' satisfaction. Weights are\n"
            "non-negative; what is said of the fitted score is out of fold. Exit status 3: too few "
            "rows.",
    .examples = "plimsoll rubric fit rated.jsonl --target thumbs --group user\n"
                "plimsoll rubric fit rated.csv --target stars --criteria tone,facts --write "
                "rubrics/reply.yaml",
    .opts = fit_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_rubric_fit,
};
const struct cmd_def def_judge_list = {
    .name = "judge list",
    .synopsis = "",
    .summary = "the ready-made judges",
    .examples = "plimsoll judge list",
    .run = cmd_judge_list,
};
const struct cmd_def def_judge_show = {
    .name = "judge show",
    .synopsis = "NAME",
    .summary = "a ready-made judge's rubric or prompt, to read and change",
    .examples = "plimsoll judge show tone > rubrics/tone.yaml\nplimsoll judge show rubric.md > "
                "prompts/judge.md",
    .min_args = 1,
    .max_args = 1,
    .run = cmd_judge_show,
};
