/* A gate's answer on the terminal; see gate_view.h. */
#include "cmd/gate_view.h"

#include <stdio.h>

#include "base/table.h"
#include "base/utf8.h"
#include "decide/answer.h"
#include "report/gate_files.h"

static enum table_style answer_style(enum gate_answer answer)
{
    static const enum table_style style[] = {TABLE_BAD, TABLE_GOOD, TABLE_WARN};
    return style[answer];
}

static void print_line(struct cmd *c, struct table *t, const struct requirement *req,
                       const struct gate_finding *f, bool is_slice)
{
    if (is_slice)
        table_cell(t, arena_printf(c->a, "  %s %.*s", req->slice, STR_ARG(f->slice)));
    else
        table_cell(t, req->text);
    table_cell(t, gate_observed_text(c->a, req, f->observed));
    table_cell_style(t, answer_style(f->answer), gate_answer_word(f->answer));
}

void gate_print(struct cmd *c, const struct gate *g)
{
    static const enum table_style style[] = {TABLE_GOOD, TABLE_BAD, TABLE_WARN};
    struct table *t = table_new(c->a, c->env);
    table_column(t, "requirement", TABLE_LEFT);
    table_column(t, "observed", TABLE_RIGHT);
    table_column(t, "", TABLE_LEFT);
    for (size_t i = 0; i < g->n_lines; i++) {
        print_line(c, t, g->lines[i].req, &g->lines[i].all, false);
        for (size_t k = 0; k < g->lines[i].n_slices; k++)
            print_line(c, t, g->lines[i].req, &g->lines[i].slices[k], true);
    }
    table_print(t, stdout);
    putchar('\n');
    for (size_t i = 0; i < g->n_lines; i++) {
        struct str why = utf8_printable(c->a, str_c(g->lines[i].all.why));
        printf("%s: ", g->lines[i].req->text);
        table_styled(stdout, c->env, answer_style(g->lines[i].all.answer),
                     gate_answer_word(g->lines[i].all.answer));
        printf(", %.*s\n", STR_ARG(why));
    }
    for (const char **note = answer_gate_notes(c->a, g); *note; note++)
        printf("note: %s\n", *note);
    putchar('\n');
    table_styled(stdout, c->env, style[g->verdict], answer_gate_sentence(c->a, g));
    printf("\n%g%% confidence for each requirement, one-sided%s%s%s%s\n", 100 * g->opts.confidence,
           g->baseline_name ? "; baseline " : "", g->baseline_name ? g->baseline_name : "",
           g->candidate->run ? "; run " : "", g->candidate->run ? g->candidate->run : "");
    if (opt_flag(c, "ship") && !g->shipped_by)
        printf("not recorded as shipped\n");
    if (g->shipped_by)
        printf("recorded: %s shipped by %s\n", g->variant, g->shipped_by);
}
