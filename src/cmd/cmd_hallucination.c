/* `plimsoll hallucination rate` and `plan`: a detector on all outputs, people on a few. */
#include <math.h>

#include "cmd/cmd.h"
#include "cmd/grade_rows.h"
#include "cmd/show.h"
#include "grade/grader.h"
#include "judge/calibration.h"
#include "stats/special.h"
#include "text/json.h"
#include "text/jsonw.h"

struct pool {
    struct cmd *c;
    struct judged labelled, rest;
    const char *human, *is; /* the label's column, and the label that means hallucinated */
    bool faithful;
    size_t errors; /* outputs the detector could not look at: unmeasured */
};

static void release(void *p)
{
    struct pool *pool = p;
    vec_free(&pool->labelled.rows);
    vec_free(&pool->rest.rows);
}

/* 1 hallucinated, 0 not, -1 no label. */
static bool label_of(const struct pool *p, const struct graded_row *row, int *ret, struct err *e)
{
    yyjson_val *v = json_get(row->v, p->human);
    struct row as = *row->row;
    struct str text;
    as.v = row->v;
    if (!p->is) {
        if (!row_bool(&as, p->human, ret, e))
            return err_hint(e, "Say which label means hallucinated: --is LABEL.");
    } else {
        text = v && !yyjson_is_null(v) ? json_display(p->c->a, v) : (struct str){NULL, 0};
        *ret = text.n ? str_eq_c(text, p->is) : -1;
    }
    if (*ret >= 0 && p->faithful)
        *ret = 1 - *ret;
    return true;
}

/* The detector's score is how grounded an output is: 1 - score says hallucinated. */
static bool add(void *arg, const struct graded_row *row, struct err *e)
{
    struct pool *p = arg;
    int label;
    if (!label_of(p, row, &label, e))
        return false;
    if (row->out.outcome == OUTCOME_ERROR) {
        p->errors++;
        return true;
    }
    struct judged_row r = {.judge = 1 - row->out.score, .human = STAT_NAN, .length = STAT_NAN};
    if (label >= 0)
        r.human = label;
    if (label >= 0)
        vec_push(&p->labelled.rows, r);
    else
        vec_push(&p->rest.rows, r);
    return true;
}

static struct pool *read_pool(struct cmd *c)
{
    struct grader *g;
    struct pool *p = ARENA_NEW(c->a, struct pool);
    const char *human = opt_str(c, "human"), *detector = opt_str(c, "detector");
    arena_defer(c->a, release, p);
    p->c = c;
    p->human = human ? human : "hallucinated";
    p->is = opt_str(c, "is");
    p->faithful = opt_flag(c, "faithful");
    p->labelled.kind = p->rest.kind = VERDICTS_SCORES;
    if (!grader_open_text(c->a, detector ? detector : "groundedness", &g, &c->err) ||
        !grade_rows(c, g, c->argv[0], add, p, &c->err))
        return NULL;
    if (p->labelled.rows.n < 10) {
        err_set(&c->err, ERR_STAT, "%zu outputs have a human label; at least 10 are needed",
                p->labelled.rows.n);
        err_hint(&c->err,
                 "Label a random sample in the column `hallucinated` (--human KEY names another).");
        return NULL;
    }
    return p;
}

static int cmd_rate(struct cmd *c)
{
    struct calibration cal;
    struct pool *p = read_pool(c);
    if (!p) {
        (void)cmd_fail(c);
        return c->err.code == ERR_STAT ? 3 : err_exit_status(c->err.code);
    }
    calibrate(&p->labelled, p->rest.rows.n ? &p->rest : NULL, DRAWN_AT_RANDOM, 0.95, c->a, &cal);
    cal.corrected.low = fmax(0, cal.corrected.low);
    cal.corrected.high = fmin(1, cal.corrected.high);
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        estimate_write(&w, "rate", cal.corrected);
        estimate_write(&w, "detector_only", cal.raw);
        estimate_write(&w, "labelled_only", cal.humans);
        estimate_write(&w, "auc", cal.auc);
        jw_kint(&w, "labelled", (int64_t)p->labelled.rows.n);
        jw_kint(&w, "outputs", (int64_t)(p->labelled.rows.n + p->rest.rows.n));
        jw_kint(&w, "unmeasured", (int64_t)p->errors);
        cmd_json_end(c, &b, &w);
        return 0;
    }
    struct table *t = table_new(c->a, c->env);
    table_column(t, "hallucination rate", TABLE_LEFT);
    table_column(t, "value", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_LEFT);
    table_column(t, "n", TABLE_RIGHT);
    table_column(t, "method", TABLE_LEFT);
    show_estimate(t, "people and detector (PPI++)", cal.corrected, true);
    show_estimate(t, "people alone, on the labelled sample", cal.humans, true);
    show_estimate(t, "detector alone: not a rate", cal.raw, true);
    show_estimate(t, "AUC of the detector", cal.auc, false);
    table_print(t, stdout);
    if (p->errors)
        printf("\n%zu outputs could not be looked at (no source): unmeasured, in no rate.\n",
               p->errors);
    return 0;
}

/* Labels needed so that z² (var(Y - λF)/m + λ² var(F)/N) falls below (width/2)². */
static int cmd_plan(struct cmd *c)
{
    struct pool *p = read_pool(c);
    double width = opt_num(c, "width", 0.06), my = 0, mf = 0, vy = 0, vf = 0, cov = 0;
    if (!p) {
        (void)cmd_fail(c);
        return c->err.code == ERR_STAT ? 3 : err_exit_status(c->err.code);
    }
    if (!(width > 0 && width < 1))
        return cmd_usage(c, "--width lies between 0 and 1");
    size_t n = p->labelled.rows.n, all = n + p->rest.rows.n;
    for (size_t i = 0; i < n; i++) {
        my += p->labelled.rows.v[i].human / (double)n;
        mf += p->labelled.rows.v[i].judge / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double y = p->labelled.rows.v[i].human - my, f = p->labelled.rows.v[i].judge - mf;
        vy += y * y / (double)(n - 1);
        vf += f * f / (double)(n - 1);
        cov += y * f / (double)(n - 1);
    }
    double z = norm_quantile(0.975), target = pow(width / 2 / z, 2);
    double rho2 = vy > 0 && vf > 0 ? cov * cov / (vy * vf) : 0;
    double floor = rho2 * vy / (double)all, with = vy * (1 - rho2) / (target - floor);
    double people = vy / target;
    bool reachable = target > floor && with <= (double)all;
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_kbool(&w, "reachable", reachable);
        jw_knum(&w, "labels", reachable ? ceil(with) : STAT_NAN);
        jw_knum(&w, "labels_without_detector", ceil(people));
        jw_knum(&w, "width", width);
        jw_knum(&w, "correlation", sqrt(rho2));
        cmd_json_end(c, &b, &w);
    } else if (reachable) {
        printf("For a 95%% interval of width %g over %zu outputs: %.0f labels drawn at random (the "
               "detector\n"
               "correlates %.2f with people); without the detector %.0f.\n",
               width, all, ceil(with), sqrt(rho2), ceil(people));
    } else {
        printf("Not reachable with %zu outputs: even labels on all of them leave the interval "
               "wider than %g.\n",
               all, width);
    }
    return reachable ? 0 : 3;
}

/* clang-format off */
#define COMMON \
    GRADE_ROWS_OPTS, \
    {0, "is", OPT_STRING, "LABEL", "labels are texts, and this one means hallucinated"}, \
    {0, "human", OPT_STRING, "KEY", "column of the label, 1: hallucinated (hallucinated)"}, \
    {0, "faithful", OPT_FLAG, NULL, "the label says faithful: 1 is good"}, \
    {0, "detector", OPT_STRING, "GRADER", "scores how grounded an output is (groundedness)"}
/* clang-format on */

static const struct opt_def rate_opts[] = {COMMON, {0, NULL, OPT_FLAG, NULL, NULL}};
static const struct opt_def plan_opts[] = {
    COMMON,
    {'w', "width", OPT_NUM, "W", "full width of the interval you want (0.06)"},
    {0, NULL, OPT_FLAG, NULL, NULL}};

extern const struct cmd_def def_hallucination_rate, def_hallucination_plan;
const struct cmd_def def_hallucination_rate = {
    .name = "hallucination rate",
    .synopsis = "FILE",
    .summary = "the rate, from a detector on all outputs and people on some",
    .help = "FILE has a row an output with `output` and `context`, and on a random sample of them "
            "the label\n"
            "`hallucinated`. Prediction-powered inference (PPI++): the detector narrows the "
            "interval, people\n"
            "keep it right. A detector alone is not a rate. Exit status 3: fewer than 10 labels.",
    .examples = "plimsoll hallucination rate outputs.jsonl\n"
                "plimsoll hallucination rate begin.jsonl --map output=response,context=knowledge "
                "\\\n    --human label --is \"Not fully attributable\"",
    .opts = rate_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_rate,
};
const struct cmd_def def_hallucination_plan = {
    .name = "hallucination plan",
    .synopsis = "FILE --width W",
    .summary = "how many human labels the rate needs",
    .examples = "plimsoll hallucination plan outputs.jsonl --width 0.04",
    .opts = plan_opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_plan,
};
