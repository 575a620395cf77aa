/* A comparison on the terminal; see compare_view.h. */
#include "cmd/compare_view.h"

#include <math.h>
#include <stdio.h>

#include "base/table.h"
#include "base/utf8.h"
#include "decide/answer.h"

static void row(struct table *t, struct arena *a, const char *what, const struct paired *r,
                double p, bool share)
{
    static const enum table_style style[] = {TABLE_GOOD, TABLE_BAD, TABLE_PLAIN, TABLE_DIM};
    const char *(*show)(struct arena *, struct estimate) = share ? answer_share : answer_score;
    table_cell(t, what);
    table_cellf(t, "%zu", r->n);
    table_cell(t, show(a, r->a));
    table_cell(t, show(a, r->b));
    table_cell_style(t, style[r->verdict], answer_diff(a, r->diff, share));
    table_cell(t, answer_p(a, p));
}

static void print_table(struct cmd *c, const struct comparison *cmp)
{
    struct table *t = table_new(c->a, c->env);
    bool share = !cmp->a->scores_only;
    table_column(t, "", TABLE_LEFT);
    table_column(t, "items", TABLE_RIGHT);
    /* right-aligned columns are never cut: an interval without its end would be no interval */
    table_column(t, cmp->a->name, TABLE_RIGHT);
    table_column(t, cmp->b->name, TABLE_RIGHT);
    table_column(t, "difference", TABLE_RIGHT);
    table_column(t, "p", TABLE_RIGHT);
    row(t, c->a, share ? "success" : "score", &cmp->success, cmp->success.p_value, share);
    for (size_t i = 0; i < cmp->n_graders; i++)
        if (!compare_repeats_success(cmp, i))
            row(t, c->a, arena_strf(c->a, "%.*s", STR_ARG(cmp->graders[i].name)).p,
                &cmp->graders[i].r, cmp->graders[i].p_adjusted, false);
    for (size_t i = 0; i < cmp->n_slices; i++)
        row(t, c->a,
            arena_strf(c->a, "%s %.*s", cmp->slices[i].key, STR_ARG(cmp->slices[i].name)).p,
            &cmp->slices[i].r, cmp->slices[i].p_adjusted, share);
    table_print(t, stdout);
}

static void print_ids(struct cmd *c, const char *what, enum table_style style, const struct str *id,
                      size_t n, size_t most)
{
    if (!n)
        return;
    table_styled(stdout, c->env, style, what);
    printf(" %zu:", n);
    for (size_t i = 0; i < n && i < most; i++) {
        struct str shown = utf8_printable(c->a, id[i]);
        printf("%s %.*s", i ? "," : "", STR_ARG(shown));
    }
    if (n > most)
        printf(", and %zu more (--json lists them all)", n - most);
    putchar('\n');
}

void compare_print(struct cmd *c, const struct comparison *cmp, size_t most_ids)
{
    static const enum table_style style[] = {TABLE_GOOD, TABLE_BAD, TABLE_PLAIN, TABLE_WARN};
    print_table(c, cmp);
    putchar('\n');
    if (!cmp->a->scores_only) {
        printf("passed under both %zu, failed under both %zu\n", cmp->pass_both, cmp->fail_both);
        print_ids(c, "gained", TABLE_GOOD, cmp->gained, cmp->n_gained, most_ids);
        print_ids(c, "lost", TABLE_BAD, cmp->lost, cmp->n_lost, most_ids);
    } else {
        printf("items where %s scores higher %zu, lower %zu, the same %zu\n", cmp->b->name,
               cmp->success.b_better, cmp->success.a_better, cmp->success.ties);
    }
    for (const char **note = answer_compare_notes(c->a, cmp); *note; note++)
        printf("note: %s\n", *note);
    putchar('\n');
    table_styled(stdout, c->env, style[cmp->success.verdict], answer_compare_sentence(c->a, cmp));
    printf("\n%g%% intervals; method %s%s\n", 100 * cmp->opts.confidence, cmp->success.method,
           cmp->n_graders + cmp->n_slices > 1 ? "; p of graders and slices after Holm" : "");
}
