/* `plimsoll judge calibrate` and `judge plan`: a judge against people. */
#include <math.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/show.h"
#include "judge/calibration.h"
#include "spec/project.h"
#include "store/calibrations.h"
#include "text/jsonw.h"

struct request {
    struct judged *labelled, *rest; /* rest: NULL without --unlabelled */
    const char *positive;
    double conf;
    enum drawn drawn;
};

/* The label that means a pass when nobody says: one of the usual words, else none. */
static struct str usual_positive(const struct judged *j)
{
    static const char *const words[] = {"pass",      "correct", "yes", "good", "true", "faithful",
                                        "supported", "comply",  "A",   "1",    NULL};
    for (size_t w = 0; words[w]; w++)
        for (size_t i = 0; i < j->labels.n; i++)
            if (str_ieq(j->labels.entries[i].key, str_c(words[w])))
                return j->labels.entries[i].key;
    return j->labels.n ? j->labels.entries[0].key : STR("");
}

static bool read_request(struct cmd *c, struct request *r)
{
    const char *rest = opt_str(c, "unlabelled"), *drawn = opt_str(c, "drawn");
    const char *judge = opt_str(c, "judge"), *human = opt_str(c, "human");
    *r = (struct request){.conf = opt_num(c, "confidence", 0.95)};
    if (r->conf <= 0 || r->conf >= 1)
        return err_set(&c->err, ERR_USAGE,
                       "--confidence %g where a number between 0 and 1 was expected", r->conf);
    if (drawn && !str_eq_c(str_c(drawn), "random") && !str_eq_c(str_c(drawn), "by-human") &&
        !str_eq_c(str_c(drawn), "by-judge"))
        return err_set(&c->err, ERR_USAGE,
                       "--drawn %s where random, by-judge or by-human was expected", drawn);
    r->drawn = drawn && str_eq_c(str_c(drawn), "by-human") ? DRAWN_BY_HUMAN : DRAWN_AT_RANDOM;
    if (!judged_read(c->a, c->argv[0], judge ? judge : "judge", human ? human : "human",
                     &r->labelled, &c->err) ||
        (rest && !judged_read(c->a, rest, judge ? judge : "judge", NULL, &r->rest, &c->err)))
        return false;
    struct judged *sets[] = {r->labelled, r->rest};
    return judged_settle(sets, 2, &c->err);
}

/* Labels become pass/fail for the rates; their agreement is that of the labels themselves. */
static bool run(struct cmd *c, struct request *r, struct calibration *cal)
{
    struct judged *sets[] = {r->labelled, r->rest};
    struct calibration labels = {0};
    bool were_labels = r->labelled->kind == VERDICTS_LABELS;
    r->positive = opt_str(c, "positive");
    if (were_labels) {
        calibrate_agreement(r->labelled, r->conf, c->a, &labels);
        struct str p = r->positive ? str_c(r->positive) : usual_positive(r->labelled);
        r->positive = arena_strndup(c->a, p.p, p.n);
        if (!judged_binary(sets, 2, p, &c->err))
            return false;
    }
    calibrate(r->labelled, r->rest, r->drawn, r->conf, c->a, cal);
    if (were_labels) {
        cal->kappa = labels.kappa;
        cal->ac1 = labels.ac1;
    }
    return true;
}

static void print_json(struct cmd *c, const struct request *r, const struct calibration *cal)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    size_t shown = 0;
    cmd_json_begin(&b, &w);
    estimate_write(&w, "raw", cal->raw);
    estimate_write(&w, "corrected", cal->corrected);
    estimate_write(&w, "humans", cal->humans);
    estimate_write(&w, "sensitivity", cal->sensitivity);
    estimate_write(&w, "specificity", cal->specificity);
    estimate_write(&w, "accuracy", cal->accuracy);
    estimate_write(&w, "kappa", cal->kappa);
    estimate_write(&w, "weighted_kappa", cal->weighted_kappa);
    estimate_write(&w, "ac1", cal->ac1);
    estimate_write(&w, "spearman", cal->spearman);
    estimate_write(&w, "auc", cal->auc);
    jw_kc(&w, "method", cal->method);
    jw_kint(&w, "n_labelled", (int64_t)cal->n_labelled);
    jw_kint(&w, "n", (int64_t)cal->n);
    if (cal->why)
        jw_kc(&w, "why", cal->why);
    jw_kint(&w, "judge_errors",
            (int64_t)(r->labelled->n_no_judge + (r->rest ? r->rest->n_no_judge : 0)));
    if (r->positive)
        jw_kc(&w, "positive", r->positive);
    if (r->labelled->kind == VERDICTS_BINARY) {
        jw_key(&w, "confusion");
        jw_obj(&w);
        jw_kint(&w, "human_pass_judge_pass", (int64_t)cal->counts.n11);
        jw_kint(&w, "human_pass_judge_fail", (int64_t)cal->counts.n10);
        jw_kint(&w, "human_fail_judge_pass", (int64_t)cal->counts.n01);
        jw_kint(&w, "human_fail_judge_fail", (int64_t)cal->counts.n00);
        jw_end(&w);
    }
    if (cal->length.n) {
        jw_key(&w, "length_bias");
        jw_obj(&w);
        jw_knum(&w, "spearman", cal->length.slope);
        jw_knum(&w, "p_value", cal->length.p_value);
        jw_knum(&w, "mean_length_too_kind", cal->length.mean_over);
        jw_knum(&w, "mean_length_too_strict", cal->length.mean_under);
        jw_kint(&w, "n", (int64_t)cal->length.n);
        jw_end(&w);
    }
    jw_key(&w, "disagreements");
    jw_arr(&w);
    for (size_t i = 0; i < r->labelled->rows.n && shown < 1000; i++) {
        const struct judged_row *row = &r->labelled->rows.v[i];
        if (row->judge < row->human || row->judge > row->human) {
            jw_str(&w, row->id);
            shown++;
        }
    }
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static void print_text(struct cmd *c, const struct request *r, const struct calibration *cal)
{
    bool binary = r->labelled->kind == VERDICTS_BINARY;
    printf("Judge against people: %zu labelled rows, rates about %zu rows (%s%s%s)\n\n",
           cal->n_labelled, cal->n,
           r->positive ? "pass means \"" : verdict_kind_name(r->labelled->kind),
           r->positive ? r->positive : "", r->positive ? "\"" : "");
    struct table *t = table_new(c->a, c->env);
    table_column(t, "", TABLE_LEFT);
    table_column(t, "value", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "method", TABLE_LEFT);
    show_estimate(t, binary ? "judge says pass (raw)" : "judge's mean (raw)", cal->raw, binary);
    show_estimate(t, "what people would say (corrected)", cal->corrected, binary);
    show_estimate(t, "people on the labelled rows", cal->humans, binary);
    if (binary) {
        show_estimate(t, "sensitivity (judge passes what people pass)", cal->sensitivity, true);
        show_estimate(t, "specificity (judge fails what people fail)", cal->specificity, true);
        show_estimate(t, "accuracy", cal->accuracy, true);
    } else {
        show_estimate(t, "Spearman", cal->spearman, false);
        if (cal->auc.n)
            show_estimate(t, "AUC (score ranks what people pass)", cal->auc, false);
        show_estimate(t, "weighted kappa", cal->weighted_kappa, false);
    }
    show_estimate(t, "Cohen's kappa", cal->kappa, false);
    show_estimate(t, "Gwet's AC1", cal->ac1, false);
    table_print(t, stdout);
    if (cal->why)
        printf("\nNot corrected: %s.\n", cal->why);
    if (binary)
        printf("\n                 judge pass  judge fail\n  people pass    %10zu  %10zu\n"
               "  people fail    %10zu  %10zu\n",
               cal->counts.n11, cal->counts.n10, cal->counts.n01, cal->counts.n00);
    if (cal->length.n > 3 && cal->length.p_value < 0.05)
        printf("\nLength bias: the judge gets %s with longer outputs than people do "
               "(Spearman %.2f, p = %.3g, n = %zu).\n",
               cal->length.slope > 0 ? "kinder" : "stricter", cal->length.slope,
               cal->length.p_value, cal->length.n);
    size_t errors = r->labelled->n_no_judge + (r->rest ? r->rest->n_no_judge : 0);
    if (errors)
        printf("\n%zu row%s without a verdict of the judge: errors, left out of every rate.\n",
               errors, errors == 1 ? "" : "s");
}

static bool find_grader(const struct feature *f, const char *name, const struct grader_spec **ret,
                        struct err *e)
{
    for (size_t i = 0; i < f->n_graders; i++)
        if (strcmp(f->graders[i].name, name) == 0) {
            *ret = &f->graders[i];
            return true;
        }
    err_set(e, ERR_NOT_FOUND, "%s has no grader \"%s\"", f->name, name);
    const char *near = str_nearest(str_c(name), f->grader_names);
    return near ? err_hint(e, "Did you mean %s?", near) : false;
}

/* Only pass and fail have a sensitivity, and labels drawn by the judge's verdict distort it. */
static bool can_record(struct cmd *c, const struct request *r)
{
    const char *drawn = opt_str(c, "drawn");
    if (r->labelled->kind != VERDICTS_BINARY)
        return err_set(&c->err, ERR_USAGE,
                       "--grader wants pass/fail verdicts (or --positive LABEL)");
    if (drawn && strcmp(drawn, "by-judge") == 0) {
        err_set(&c->err, ERR_USAGE,
                "rows drawn by the judge's verdict do not tell how often it errs");
        return err_hint(&c->err, "Record a sample drawn at random, or by the human verdict.");
    }
    return true;
}

static bool record_calibration(struct cmd *c, const struct request *r,
                               const struct calibration *cal)
{
    CLEANUP(store_closep) struct store *s = NULL;
    struct project *p;
    const struct feature *f;
    const struct grader_spec *g = NULL;
    const char *by = opt_str(c, "by");
    by = by ? by : env_get(c->env, "PLIMSOLL_USER");
    by = by ? by : env_get(c->env, "USER");
    if (!can_record(c, r) || !project_opt_load(c, &p) ||
        !project_feature(p, opt_str(c, "feature"), &f, &c->err) ||
        !find_grader(f, opt_str(c, "grader"), &g, &c->err) ||
        !store_open(p->store, DB_CREATE, c->env, &s, &c->err))
        return false;
    struct calibration_row row = {
        .feature = str_c(f->name),
        .grader = str_c(g->name),
        .hash = str_c(g->key.hex),
        .pass_pass = (int64_t)cal->counts.n11,
        .pass_fail = (int64_t)cal->counts.n10,
        .fail_pass = (int64_t)cal->counts.n01,
        .fail_fail = (int64_t)cal->counts.n00,
        .made_by = str_c(by),
        .made_at = env_now(c->env),
    };
    return calibration_put(s, &row, &c->err);
}

static int cmd_judge_calibrate(struct cmd *c)
{
    struct request r;
    struct calibration cal;
    if (!read_request(c, &r) || !run(c, &r, &cal) ||
        (opt_str(c, "grader") && !record_calibration(c, &r, &cal)))
        return cmd_fail(c);
    if (c->json)
        print_json(c, &r, &cal);
    else
        print_text(c, &r, &cal);
    if (opt_str(c, "grader") && !c->json)
        printf("\nRecorded for %s: a gate corrects its rate by these errors, until its definition "
               "changes.\n",
               opt_str(c, "grader"));
    return isnan(cal.corrected.value) ? 3 : 0;
}

static int cmd_judge_plan(struct cmd *c)
{
    double width = opt_num(c, "width", 0.1), conf = opt_num(c, "confidence", 0.95);
    double mu0 = opt_num(c, "human-pass-if-judge-fails", 0.2);
    double mu1 = opt_num(c, "human-pass-if-judge-passes", 0.9),
           p = opt_num(c, "judge-pass-rate", 0.8);
    long long n = opt_int(c, "items", 1000);
    if (c->argc) {
        struct request r;
        struct calibration cal;
        if (!read_request(c, &r) || !run(c, &r, &cal))
            return cmd_fail(c);
        if (r.labelled->kind != VERDICTS_BINARY)
            return cmd_usage(c, "judge plan wants pass/fail verdicts; for scores see `plimsoll "
                                "stats ppi_effective_n`");
        struct judge_eif t = judge_eif_binary(
            cal.counts, (size_t)lround(cal.raw.value * (double)cal.raw.n), cal.raw.n, conf, 0.5);
        mu0 = t.mu0;
        mu1 = t.mu1;
        p = t.p;
    }
    if (!(width > 0 && width < 1 && mu0 >= 0 && mu0 <= 1 && mu1 >= 0 && mu1 <= 1 && p >= 0 &&
          p <= 1 && conf > 0 && conf < 1) ||
        n < 1)
        return cmd_usage(
            c, "rates, --width and --confidence lie between 0 and 1, --items is at least 1");
    struct calibration_plan plan = calibration_plan(mu0, mu1, p, (size_t)n, width, conf);
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_kbool(&w, "reachable", plan.reachable);
        jw_kint(&w, "random", (int64_t)plan.random);
        jw_kint(&w, "judge_pass", (int64_t)plan.pass);
        jw_kint(&w, "judge_fail", (int64_t)plan.fail);
        jw_knum(&w, "width", width);
        jw_knum(&w, "confidence", conf);
        cmd_json_end(c, &b, &w);
    } else if (!plan.reachable) {
        printf(
            "Not reachable: with %lld judged items the interval stays wider than %g however many "
            "are labelled.\n",
            n, width);
    } else {
        printf(
            "For a %g%% interval of width %g over %lld judged items:\n"
            "  %zu labels drawn at random, or\n"
            "  %zu split by the judge's verdict: %zu of its passes and %zu of its fails.\n"
            "Never choose by the human verdict: that needs another estimator (--drawn by-human).\n",
            conf * 100, width, n, plan.random, plan.pass + plan.fail, plan.pass, plan.fail);
    }
    return plan.reachable ? 0 : 3;
}

#define COMMON_OPTS                                                                                \
    {0, "unlabelled", OPT_STRING, "FILE",                                                          \
     "rows that only the judge saw: what the rates are about"},                                    \
        {0, "judge", OPT_STRING, "KEY", "column of the judge's verdict (judge)"},                  \
        {0, "human", OPT_STRING, "KEY", "column of the human verdict (human)"},                    \
        {0, "positive", OPT_STRING, "LABEL", "the label that counts as a pass"},                   \
        {0, "drawn", OPT_STRING, "HOW",                                                            \
         "how the labelled rows were chosen: random (default), by-judge or by-human"},             \
    {                                                                                              \
        0, "confidence", OPT_NUM, "C", "confidence of the intervals (0.95)"                        \
    }

static const struct opt_def calibrate_opts[] = {
    {0, "grader", OPT_STRING, "NAME", "record it as the calibration of this grader of the project"},
    {0, "feature", OPT_STRING, "FEATURE", "whose grader (where the project has several)"},
    {0, "by", OPT_STRING, "WHO", "who measured (default: you)"},
    PROJECT_OPT,
    COMMON_OPTS,
    {0, NULL, OPT_FLAG, NULL, NULL},
};
static const struct opt_def plan_opts[] = {
    {'w', "width", OPT_NUM, "W", "full width of the interval you want (0.1)"},
    {'n', "items", OPT_INT, "N", "items the judge grades (1000)"},
    {0, "judge-pass-rate", OPT_NUM, "P", "without a pilot file: how often the judge passes (0.8)"},
    {0, "human-pass-if-judge-passes", OPT_NUM, "P", "without a pilot file (0.9)"},
    {0, "human-pass-if-judge-fails", OPT_NUM, "P", "without a pilot file (0.2)"},
    COMMON_OPTS,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_judge_calibrate, def_judge_plan;
const struct cmd_def def_judge_calibrate = {
    .name = "judge calibrate",
    .synopsis = "FILE [--unlabelled FILE2]",
    .summary = "a judge against people: its error, the rate corrected",
    .help =
        "FILE has a row an item with `judge` and `human`: 0/1, numbers or labels. The labelled "
        "rows\n"
        "must be drawn at random or by the judge's verdict; if they were balanced by the human\n"
        "verdict say --drawn by-human. With --grader, gates correct that grader's rate by the\n"
        "errors measured here, as long as its definition stays as it is. Exit status 3: the "
        "corrected rate is not estimable.",
    .examples =
        "plimsoll judge calibrate labels.jsonl --unlabelled all.jsonl\n"
        "plimsoll judge calibrate labels.jsonl --grader tone\n"
        "plimsoll judge calibrate pairs.csv --judge gpt --human majority --positive 1 --json",
    .opts = calibrate_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_judge_calibrate,
};
const struct cmd_def def_judge_plan = {
    .name = "judge plan",
    .synopsis = "[PILOT]",
    .summary = "how many human labels, of which items, are enough",
    .examples = "plimsoll judge plan pilot.jsonl --width 0.06 --items 5000\n"
                "plimsoll judge plan --judge-pass-rate 0.85 --width 0.1",
    .opts = plan_opts,
    .max_args = 1,
    .run = cmd_judge_plan,
};
