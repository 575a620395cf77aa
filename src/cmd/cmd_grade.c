/* `plimsoll grade`: one grader over the rows of a file. */
#include "cmd/grade_rows.h"

#include <math.h>
#include <string.h>

#include "base/table.h"
#include "base/utf8.h"
#include "text/jsonw.h"

struct printing {
    struct cmd *c;
    const struct grader *g;
    struct buf line;
    size_t n[3]; /* by outcome */
};

static void print_json(struct printing *p, const struct graded_row *row)
{
    struct jw w;
    buf_clear(&p->line);
    jw_init(&w, &p->line, false);
    jw_obj(&w);
    jw_kstr(&w, "id", row->id);
    jw_kc(&w, "outcome", outcome_name(row->out.outcome));
    jw_knum(&w, "score", row->out.score);
    jw_kstr(&w, "reason", row->out.reason);
    jw_key(&w, "details");
    jw_raw(&w, str_null(row->out.details) ? STR("{}") : row->out.details);
    jw_end(&w);
    buf_add_char(&p->line, '\n');
    fwrite(p->line.p, 1, p->line.n, stdout);
}

static void print_text(struct printing *p, const struct graded_row *row)
{
    static const enum table_style styles[] = {TABLE_GOOD, TABLE_BAD, TABLE_WARN};
    CLEANUP(arena_freep) struct arena *a = arena_new();
    const char *outcome = outcome_name(row->out.outcome);
    struct str id = utf8_cut(utf8_printable(a, row->id), 24);
    struct str why = utf8_cut(utf8_printable(a, row->out.reason), 160);
    table_styled(stdout, p->c->env, styles[row->out.outcome], outcome);
    printf("%*s", (int)(7 - strlen(outcome)), "");
    if (isnan(row->out.score))
        fputs("    -", stdout);
    else
        printf("%.3f", row->out.score);
    printf("  %.*s%*s  %.*s\n", STR_ARG(id), 24 - utf8_width(id), "", STR_ARG(why));
}

static bool print_row(void *arg, const struct graded_row *row, struct err *e)
{
    struct printing *p = arg;
    (void)e;
    p->n[row->out.outcome]++;
    if (p->c->json)
        print_json(p, row);
    else
        print_text(p, row);
    return true;
}

static int cmd_grade(struct cmd *c)
{
    struct printing p = {.c = c};
    struct grader *g;
    if (!grader_open_text(c->a, c->argv[0], &g, &c->err))
        return cmd_fail(c);
    p.g = g;
    buf_init(&p.line, 4 * BUF_MAX_LINE);
    bool ok = grade_rows(c, g, c->argv[1], print_row, &p, &c->err);
    buf_release(&p.line);
    if (ok && p.n[OUTCOME_PASS] + p.n[OUTCOME_FAIL] + p.n[OUTCOME_ERROR] == 0)
        ok = rows_none(c->argv[1], "`id`, `output`, and what the grader wants", &c->err);
    if (!ok)
        return cmd_fail(c);
    if (!c->json)
        printf("%zu rows: %zu pass, %zu fail, %zu error\n", p.n[0] + p.n[1] + p.n[2],
               p.n[OUTCOME_PASS], p.n[OUTCOME_FAIL], p.n[OUTCOME_ERROR]);
    return 0;
}

static const struct opt_def opts[] = {GRADE_ROWS_OPTS, {0}};

extern const struct cmd_def def_grade;
const struct cmd_def def_grade = {
    .name = "grade",
    .synopsis = "GRADER[:{options}] FILE",
    .summary = "grades recorded outputs: pass, fail or error, and why",
    .help = "Rows are JSONL or CSV with id, output and what the grader needs (expected, input, "
            "context …). With --json each row becomes one line {\"id\", \"outcome\", \"score\", "
            "\"reason\", \"details\"}, in the order of the file. An error means that the grader "
            "could not judge; it is neither a pass nor a failure of the model.",
    .examples = "plimsoll grade label outputs.jsonl\n"
                "plimsoll grade 'regex:{pattern: \"^[A-Z]{2}-[0-9]+$\"}' outputs.csv --json\n"
                "plimsoll grade rouge outputs.jsonl --map output=summary,expected=reference",
    .opts = opts,
    .min_args = 2,
    .max_args = 2,
    .run = cmd_grade,
};
