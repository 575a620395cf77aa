/* `plimsoll grader eval`: how far a grader agrees with people. */
#include "cmd/grade_rows.h"

#include <math.h>
#include <string.h>

#include "base/table.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "grade/evaluate.h"

struct collecting {
    struct cmd *c;
    const char *positive; /* the human label that counts as 1, or NULL */
    VEC(struct judged) rows;
    size_t errors, numbers, labels;
    bool ended;
};

static bool is_positive(const char *list, struct str label)
{
    struct str rest = str_c(list), one;
    while (str_split(&rest, '|', &one))
        if (str_ieq(str_trim(one), label))
            return true;
    return false;
}

/* What people said: a number, true or false, a text that is one of these, or a label. */
static bool read_human(struct collecting *k, const struct graded_row *row, struct judged *j,
                       struct err *e)
{
    static const char *const yes[] = {"1", "true", "yes", "pass", "good"};
    static const char *const no[] = {"0", "false", "no", "fail", "bad"};
    yyjson_val *v = json_get(row->v, "human");
    struct str text = str_trim(json_str(v));
    if (!v || yyjson_is_null(v) || (yyjson_is_str(v) && text.n == 0))
        return row_err(e, row->row, NULL, "the row has no \"human\"");
    j->human = NAN;
    if (k->positive && (yyjson_is_str(v) || yyjson_is_num(v) || yyjson_is_bool(v))) {
        j->human = is_positive(k->positive, str_trim(json_display(k->c->a, v)));
        return true;
    }
    if (yyjson_is_bool(v))
        j->human = yyjson_get_bool(v) ? 1 : 0;
    else if (yyjson_is_num(v))
        j->human = yyjson_get_num(v);
    else if (!yyjson_is_str(v))
        return row_err(e, row->row, NULL, "\"human\" is %s where a number or a label was expected",
                       json_type_name(v));
    else if (str_double(text, &j->human))
        return true;
    for (size_t i = 0; text.n && i < ARRAY_LEN(yes); i++) {
        if (str_ieq(text, str_c(yes[i])))
            j->human = 1;
        if (str_ieq(text, str_c(no[i])))
            j->human = 0;
    }
    if (isnan(j->human))
        j->human_label = arena_str(k->c->a, text);
    return true;
}

/* The label that a grader gives: details.label (refusal) or details.predicted (label). */
static struct str predicted_label(struct arena *a, const struct grade_out *out)
{
    yyjson_val *d;
    if (str_null(out->details) || !json_parse_lax(a, out->details, NULL, 1, &d, NULL))
        return (struct str){0};
    struct str label = json_get_str(d, "label");
    return str_null(label) ? json_get_str(d, "predicted") : label;
}

static bool collect(void *arg, const struct graded_row *row, struct err *e)
{
    struct collecting *k = arg;
    struct judged j = {.score = row->out.score, .pass = row->out.outcome == OUTCOME_PASS};
    if (!read_human(k, row, &j, e))
        return false;
    k->numbers += str_null(j.human_label);
    k->labels += !str_null(j.human_label);
    if (k->numbers && k->labels)
        return row_err(e, row->row, NULL, "\"human\" is %s here and %s before",
                       str_null(j.human_label) ? "a number" : "a label",
                       str_null(j.human_label) ? "a label" : "a number");
    if (row->out.outcome == OUTCOME_ERROR) {
        k->errors++;
        return true;
    }
    j.length = (double)utf8_length(row->in.output);
    if (!str_null(j.human_label)) {
        CLEANUP(arena_freep) struct arena *scratch = arena_new();
        j.label = arena_str(k->c->a, predicted_label(scratch, &row->out));
        if (j.label.n == 0) {
            row_err(e, row->row, NULL,
                    "\"human\" is the label \"%.*s\", but this grader gives no "
                    "label",
                    STR_ARG(j.human_label));
            return err_hint(e, "Say which label counts as good: --positive \"%.*s\".",
                            STR_ARG(j.human_label));
        }
    }
    vec_push(&k->rows, j);
    return true;
}

static void print_json(struct cmd *c, const struct grader *g, const struct evaluation *v)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "grader", g->name);
    evaluation_write(&w, v);
    cmd_json_end(c, &b, &w);
}

static void row_estimate(struct table *t, const char *name, struct estimate x, const char *means)
{
    table_cell(t, name);
    if (isnan(x.value))
        table_cell(t, "-");
    else
        table_cellf(t, "%.3f", x.value);
    if (isnan(x.low) || isnan(x.high))
        table_cell(t, "-");
    else
        table_cellf(t, "%.3f to %.3f", x.low, x.high);
    table_cell(t, means);
}

static void row_number(struct table *t, const char *name, double x, const char *means)
{
    table_cell(t, name);
    if (isnan(x))
        table_cell(t, "-");
    else
        table_cellf(t, "%.3f", x);
    table_cell(t, "");
    table_cell(t, means);
}

static void print_text(struct cmd *c, const struct grader *g, const struct evaluation *v)
{
    struct table *t = table_new(c->a, c->env);
    printf("%s on %zu rows", g->name, v->n);
    if (v->errors)
        printf(", %zu more could not be judged", v->errors);
    printf("\n\n");
    table_column(t, "measure", TABLE_LEFT);
    table_column(t, "value", TABLE_RIGHT);
    table_column(t, "95% interval", TABLE_LEFT);
    table_column(t, "", TABLE_LEFT);
    row_estimate(t, "AUC", v->auc, "chance that a good output scores over a bad one");
    row_estimate(t, "AUC of length", v->length_auc, "the same for length alone: the control");
    row_estimate(t, "Spearman", v->spearman, "rank correlation of score and rating");
    row_estimate(t, "kappa", v->kappa, "agreement beyond chance, at the threshold");
    row_number(t, "threshold", v->threshold, "");
    row_number(t, "precision", v->precision, v->by_label ? "macro mean" : "of passes");
    row_number(t, "recall", v->recall, v->by_label ? "macro mean" : "of what people call good");
    row_number(t, "F1", v->f1, "");
    row_number(t, "accuracy", v->accuracy, "");
    table_print(t, stdout);
    if (!v->by_label && v->tp + v->fp + v->fn + v->tn)
        printf("\n%zu pass and good, %zu pass but bad, %zu fail but good, %zu fail and bad\n",
               v->tp, v->fp, v->fn, v->tn);
    if (v->by_label && v->labels.n_other)
        printf("\n%zu predictions are none of people's labels\n", v->labels.n_other);
}

static int cmd_grader_eval(struct cmd *c)
{
    struct collecting k = {.c = c, .positive = opt_str(c, "positive")};
    struct grader *g;
    struct evaluation v = {0};
    if (!grader_open_text(c->a, c->argv[0], &g, &c->err) ||
        !grade_rows(c, g, c->argv[1], collect, &k, &c->err)) {
        vec_free(&k.rows);
        return cmd_fail(c);
    }
    if (k.rows.n + k.errors == 0) {
        vec_free(&k.rows);
        rows_none(c->argv[1], "`output`, `human`, and what the grader wants", &c->err);
        return cmd_fail(c);
    }
    v.errors = k.errors;
    v.threshold = g->threshold;
    bool ok = evaluate_grader(c->a, k.rows.v, k.rows.n, opt_num(c, "cut", NAN), 0.95, &v, &c->err);
    vec_free(&k.rows);
    if (!ok)
        return cmd_fail(c);
    if (c->json)
        print_json(c, g, &v);
    else
        print_text(c, g, &v);
    return 0;
}

static const struct opt_def opts[] = {
    GRADE_ROWS_OPTS,
    {0, "positive", OPT_STRING, "LABEL", "the human label (or several: A|B) that counts as good"},
    {0, "cut", OPT_NUM, "X", "a human rating of X or more counts as good"},
    {0},
};

extern const struct cmd_def def_grader_eval;
const struct cmd_def def_grader_eval = {
    .name = "grader eval",
    .synopsis = "GRADER[:{options}] FILE",
    .summary = "does a grader agree with people, and not just with length",
    .help =
        "Each row has `human`: 1 (good, what the grader should pass) or 0, a rating, or a "
        "label. AUC and Spearman look at the score alone; kappa, precision, recall and accuracy "
        "at pass or fail at the grader's threshold. With labels the grader's own label "
        "(details.label) is compared, and precision, recall and F1 are macro means. Rows that "
        "the grader could not judge are counted apart.",
    .examples =
        "plimsoll grader eval rouge labelled.jsonl --json\n"
        "plimsoll grader eval rouge summeval/outputs.jsonl --join summeval/docs.jsonl --key "
        "doc_id --map expected=reference,human=human.relevance --cut 4\n"
        "plimsoll grader eval groundedness begin.jsonl --map "
        "output=response,context=knowledge,human=label --positive 'Fully attributable'",
    .opts = opts,
    .min_args = 2,
    .max_args = 2,
    .run = cmd_grader_eval,
};
