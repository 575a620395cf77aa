/* `plimsoll threshold FILE`: from which confidence on may outputs skip review. */
#include <math.h>

#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/project_opt.h"
#include "cmd/side.h"
#include "cmd/threshold_feature.h"
#include "decide/labels.h"
#include "text/jsonw.h"

/* --- JSON --- */

static void write_point(struct jw *w, const struct threshold_point *p)
{
    jw_obj(w);
    jw_knum(w, "threshold", p->threshold);
    jw_knum(w, "coverage", p->coverage);
    jw_kint(w, "n", (int64_t)p->n);
    jw_kint(w, "errors", (int64_t)p->errors);
    jw_knum(w, "error", p->error);
    jw_knum(w, "error_upper", p->error_upper);
    jw_knum(w, "p_value", p->p_value);
    jw_kbool(w, "tested", p->tested);
    jw_end(w);
}

static void write_answer(struct jw *w, const struct threshold_answer *r,
                         const struct threshold_options *o)
{
    jw_knum(w, "threshold", r->threshold);
    estimate_write(w, "accepted", r->accepted);
    jw_knum(w, "error_upper", r->error_upper);
    jw_kint(w, "n", (int64_t)r->n);
    jw_kc(w, "method", r->method);
    jw_kc(w, "why", r->why);
    estimate_write(w, "error", r->error);
    jw_kint(w, "n_accept", (int64_t)r->n_accept);
    jw_kint(w, "errors", (int64_t)r->errors);
    jw_kint(w, "min_accept", (int64_t)r->min_accept);
    jw_key(w, "n_needed");
    if (r->n_needed)
        jw_int(w, (int64_t)r->n_needed);
    else
        jw_null(w);
    jw_knum(w, "max_error", o->max_error);
    jw_knum(w, "confidence", o->confidence);
    jw_knum(w, "naive_threshold", threshold_naive(r, o->max_error));
    jw_key(w, "curve");
    jw_arr(w);
    for (size_t i = 0; i < r->n_points; i++)
        write_point(w, &r->points[i]);
    jw_end(w);
}

static bool print_json(struct cmd *c, const struct label_set *s, const struct threshold_answer *all,
                       const struct threshold_answer *slices, const struct threshold_options *o)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    write_answer(&w, all, o);
    jw_kint(&w, "n_errors", (int64_t)s->n_errors);
    if (s->slices) {
        jw_key(&w, "slices");
        jw_obj(&w);
        for (size_t i = 0; i < s->n_slices; i++) {
            jw_key(&w, s->slices[i]);
            jw_obj(&w);
            write_answer(&w, &slices[i], o);
            jw_end(&w);
        }
        jw_end(&w);
    }
    jw_end(&w);
    cmd_json_print(c, &b);
    return true;
}

/* --- for people --- */

static void print_curve(struct cmd *c, const struct threshold_answer *r,
                        const struct threshold_options *o)
{
    struct table *t = table_new(c->a, c->env);
    double naive = threshold_naive(r, o->max_error), shown = 0;
    table_column(t, "confidence from", TABLE_RIGHT);
    table_column(t, "accepted", TABLE_RIGHT);
    table_column(t, "labels", TABLE_RIGHT);
    table_column(t, "wrong", TABLE_RIGHT);
    table_column(t, "error", TABLE_RIGHT);
    table_column(t, arena_printf(c->a, "at most (%g%%)", 100 * o->confidence), TABLE_RIGHT);
    table_column(t, "", TABLE_LEFT);
    for (size_t i = 0; i < r->n_points; i++) {
        const struct threshold_point *p = &r->points[i];
        bool chosen = p->threshold <= r->threshold && p->threshold >= r->threshold;
        bool tempting = p->threshold <= naive && p->threshold >= naive;
        /* a line a tenth of the traffic, and the two that matter */
        if (!chosen && !tempting && i + 1 < r->n_points && p->coverage < shown + 0.0999)
            continue;
        shown = p->coverage;
        table_cellf(t, "%.4g", p->threshold);
        table_cellf(t, "%.1f%%", 100 * p->coverage);
        table_cellf(t, "%zu", p->n);
        table_cellf(t, "%zu", p->errors);
        table_cellf(t, "%.1f%%", 100 * p->error);
        table_cellf(t, "%.1f%%", 100 * p->error_upper);
        table_cell_style(t, chosen ? TABLE_GOOD : TABLE_WARN,
                         chosen     ? "the threshold"
                         : tempting ? "looks good enough, is not proven"
                                    : "");
    }
    table_print(t, stdout);
}

static void print_needed(const struct threshold_answer *r)
{
    if (r->needed_at_least)
        printf("It takes at least %zu labels (%zu there are), more if errors are among them.\n",
               r->n_needed, r->n);
    else if (r->n_needed)
        printf("About %zu labels would probably be enough (%zu there are).\n", r->n_needed, r->n);
    else
        printf("More labels alone will not help: no part of the traffic looks good enough.\n");
}

static void print_answer(struct cmd *c, const struct threshold_answer *r,
                         const struct threshold_options *o)
{
    if (isnan(r->threshold)) {
        table_styled(stdout, c->env, TABLE_BAD, "no threshold");
        printf(": send everything to review\n  %s\n  ", r->why);
        print_needed(r);
    } else {
        table_styled(stdout, c->env, TABLE_GOOD,
                     arena_printf(c->a, "threshold %.6g", r->threshold));
        printf(": outputs with this confidence or more may skip review\n"
               "  accepted   %.1f%% of outputs (%.1f to %.1f)\n"
               "  error      %.1f%% of them (%zu wrong of %zu labels), at most %.2f%%\n"
               "  guarantee  with %g%% probability, over which outputs happened to be labelled,\n"
               "             at most %g%% of what is accepted is wrong\n",
               100 * r->accepted.value, 100 * r->accepted.low, 100 * r->accepted.high,
               100 * r->error.value, r->errors, r->n_accept, 100 * r->error_upper,
               100 * o->confidence, 100 * o->max_error);
    }
}

static void print_slices(struct cmd *c, const struct label_set *s,
                         const struct threshold_answer *slices)
{
    struct table *t = table_new(c->a, c->env);
    table_column(t, opt_str(c, "slice"), TABLE_LEFT);
    table_column(t, "labels", TABLE_RIGHT);
    table_column(t, "confidence from", TABLE_RIGHT);
    table_column(t, "accepted", TABLE_RIGHT);
    table_column(t, "error at most", TABLE_RIGHT);
    table_column(t, "", TABLE_LEFT);
    for (size_t i = 0; i < s->n_slices; i++) {
        const struct threshold_answer *r = &slices[i];
        table_cell(t, s->slices[i]);
        table_cellf(t, "%zu", r->n);
        if (isnan(r->threshold)) {
            table_cell_style(t, TABLE_BAD, "none");
            table_cell(t, "0%");
            table_cell(t, "");
            if (r->n_needed)
                table_cellf(t, "%s %zu labels needed", r->needed_at_least ? "at least" : "about",
                            r->n_needed);
            else
                table_cell(t, "no part looks good enough");
        } else {
            table_cellf(t, "%.6g", r->threshold);
            table_cellf(t, "%.1f%%", 100 * r->accepted.value);
            table_cellf(t, "%.2f%%", 100 * r->error_upper);
            table_cell(t, "");
        }
    }
    putchar('\n');
    table_print(t, stdout);
    puts("Each slice has its own guarantee; use either the slices' thresholds or the common one.");
}

static void print_text(struct cmd *c, const struct label_set *s, const struct threshold_answer *all,
                       const struct threshold_answer *slices, const struct threshold_options *o)
{
    print_answer(c, all, o);
    putchar('\n');
    print_curve(c, all, o);
    if (s->n_errors)
        printf("%zu rows with an error left out: there was no output to accept.\n", s->n_errors);
    if (s->slices)
        print_slices(c, s, slices);
    puts("The guarantee is for traffic like the labelled sample: keep auditing a random share of "
         "what is\naccepted, and choose anew when model, prompt or traffic change.");
}

/* --- the work --- */

static bool read_method(struct cmd *c, struct threshold_options *o)
{
    const char *name = opt_str(c, "method");
    if (!name || str_eq_c(str_c(name), "fixed-sequence"))
        o->method = SELECT_FIXED_SEQUENCE;
    else if (str_eq_c(str_c(name), "bonferroni"))
        o->method = SELECT_BONFERRONI;
    else
        return false;
    return true;
}

static bool choose_slices(struct cmd *c, const struct label_set *s,
                          const struct threshold_options *o, struct threshold_answer *slices)
{
    struct label *part = ARENA_ARRAY(c->a, s->n, struct label);
    for (size_t i = 0; i < s->n_slices; i++) {
        size_t n = 0;
        for (size_t j = 0; j < s->n; j++)
            if (s->slice[j] == i)
                part[n++] = s->labels[j];
        if (!threshold_choose(c->a, part, n, o, &slices[i], &c->err))
            return err_wrap(&c->err, "%s", s->slices[i]);
    }
    return true;
}

static int cmd_threshold(struct cmd *c)
{
    struct threshold_options o = {.max_error = opt_num(c, "max-error", 0.05),
                                  .confidence = opt_num(c, "confidence", 0.95),
                                  .min_accept = (size_t)opt_int(c, "min-accept", 0)};
    struct threshold_answer all;
    struct label_set s;
    struct threshold_source from = {0};
    if (!read_method(c, &o))
        return cmd_usage(c, "--method is fixed-sequence or bonferroni, found \"%s\"",
                         opt_str(c, "method"));
    if (opt_int(c, "min-accept", 0) < 0)
        return cmd_usage(c, "--min-accept must not be below 0");
    bool file = side_is_file(c->argv[0]);
    if (!(file ? labels_read(c->a, c->argv[0], opt_str(c, "slice"), &s, &c->err)
               : threshold_feature_labels(c, &from, &s)) ||
        !threshold_choose(c->a, s.labels, s.n, &o, &all, &c->err))
        return cmd_fail(c);
    struct threshold_answer *slices = ARENA_ARRAY(c->a, s.n_slices, struct threshold_answer);
    if (!choose_slices(c, &s, &o, slices) ||
        (!file && !threshold_feature_store(c, &from, &all, &o)))
        return cmd_fail(c);
    if (!c->json)
        print_text(c, &s, &all, slices, &o);
    else if (!print_json(c, &s, &all, slices, &o))
        return cmd_fail(c);
    return isnan(all.threshold) ? 3 : 0;
}

static const struct opt_def opts[] = {
    {'e', "max-error", OPT_NUM, "E", "largest tolerated error among accepted outputs (0.05)"},
    {0, "confidence", OPT_NUM, "C", "probability that the promise holds (0.95)"},
    {0, "slice", OPT_STRING, "KEY", "a threshold for each value of the tag KEY as well"},
    {0, "method", OPT_STRING, "M", "fixed-sequence (default) or bonferroni (stricter)"},
    {'v', "variant", OPT_STRING, "NAME", "of FEATURE: the variant (default: the only one)"},
    {'r', "run", OPT_STRING, "RUN", "of FEATURE: the run (default: the newest)"},
    {0, "labels", OPT_STRING, "FROM", "of FEATURE: review or golden (default: review if any)"},
    PROJECT_OPT,
    {0, "min-accept", OPT_INT, "N", "test no threshold that accepts fewer labels than N"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_threshold;
const struct cmd_def def_threshold = {
    .name = "threshold",
    .synopsis = "FILE|FEATURE --max-error E --confidence C",
    .summary = "from which confidence on outputs may skip review",
    .help =
        "FILE has a row an output: `confidence` (0 to 1), `correct` (0/1, true/false) and, when\n"
        "the labelled outputs were not drawn evenly, `weight` (1 / probability of being drawn).\n"
        "JSONL or CSV. Labels must be a sample of all traffic, not only of what people reviewed.\n"
        "With the name of a feature the labels are people's verdicts on its routed and audited\n"
        "outputs, or, when there are none, the outcomes on its golden set; the threshold is\n"
        "stored with the model, prompt and golden set it was fitted on, for `review route`.\n"
        "Exit status 3 when no threshold can be promised: everything goes to review.",
    .examples = "plimsoll threshold labels.jsonl --max-error 0.05 --confidence 0.95\n"
                "plimsoll threshold labels.csv --max-error 0.1 --slice lang --json",
    .opts = opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_threshold,
};
