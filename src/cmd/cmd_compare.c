/* plimsoll compare: did this change make it better or worse? */
#include <math.h>

#include "base/table.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/matrix.h"
#include "cmd/project_opt.h"
#include "cmd/side.h"
#include "decide/answer.h"

static const struct opt_def opts[] = {
    PROJECT_OPT,
    {0, "feature", OPT_STRING, "NAME", "the feature whose variants or runs are meant"},
    {'m', "margin", OPT_NUM, "M", "differences within ±M do not matter (0.02: two points)"},
    {0, "cluster", OPT_STRING, "KEY", "items with the same KEY are not independent"},
    {0, "slice", OPT_LIST, "KEY", "compare within each value of the tag KEY too; may be repeated"},
    {0, "confidence", OPT_NUM, "C", "of the intervals, two-sided (0.95)"},
    {0, "matrix", OPT_STRING, "FILE", "compare every pair of systems of an item × system CSV"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

static const char *const *slice_keys(struct cmd *c)
{
    size_t n = 0;
    while (opt_list(c, "slice", n))
        n++;
    const char **keys = ARENA_ARRAY(c->a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        keys[i] = opt_list(c, "slice", i);
    return keys;
}

/* --- for people --- */

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
        row(t, c->a, arena_strf(c->a, "%.*s", STR_ARG(cmp->graders[i].name)).p, &cmp->graders[i].r,
            cmp->graders[i].p_adjusted, false);
    for (size_t i = 0; i < cmp->n_slices; i++)
        row(t, c->a,
            arena_strf(c->a, "%s %.*s", cmp->slices[i].key, STR_ARG(cmp->slices[i].name)).p,
            &cmp->slices[i].r, cmp->slices[i].p_adjusted, share);
    table_print(t, stdout);
}

/* At most this many ids in the terminal; --json has them all. */
enum { MAX_IDS = 30 };

static void print_ids(struct cmd *c, const char *what, enum table_style style, const struct str *id,
                      size_t n)
{
    if (!n)
        return;
    table_styled(stdout, c->env, style, what);
    printf(" %zu:", n);
    for (size_t i = 0; i < n && i < MAX_IDS; i++) {
        struct str shown = utf8_printable(c->a, id[i]);
        printf("%s %.*s", i ? "," : "", STR_ARG(shown));
    }
    if (n > MAX_IDS)
        printf(", and %zu more (--json lists them all)", n - MAX_IDS);
    putchar('\n');
}

static void print_all(struct cmd *c, const struct comparison *cmp)
{
    static const enum table_style style[] = {TABLE_GOOD, TABLE_BAD, TABLE_PLAIN, TABLE_WARN};
    print_table(c, cmp);
    putchar('\n');
    if (!cmp->a->scores_only) {
        printf("passed under both %zu, failed under both %zu\n", cmp->pass_both, cmp->fail_both);
        print_ids(c, "gained", TABLE_GOOD, cmp->gained, cmp->n_gained);
        print_ids(c, "lost", TABLE_BAD, cmp->lost, cmp->n_lost);
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

static int cmd_compare(struct cmd *c)
{
    struct compare_opts o = {.confidence = opt_num(c, "confidence", 0.95),
                             .margin = opt_num(c, "margin", (double)NAN),
                             .seed = c->env->seed};
    if (!(o.confidence > 0.5) || !(o.confidence < 1))
        return cmd_usage(c, "--confidence must be between 0.5 and 1, found %g", o.confidence);
    if (o.margin < 0)
        return cmd_usage(c, "--margin must not be below 0, found %g", o.margin);
    if (opt_given(c, "matrix"))
        return cmd_matrix(c, opt_str(c, "matrix"), &o);
    if (c->argc != 2)
        return cmd_usage(c, "compare wants two sides, found %d", c->argc);
    struct side_opts so = {.evidence = {.slices = slice_keys(c), .cluster = opt_str(c, "cluster")},
                           .feature = opt_str(c, "feature")};
    struct evidence *a, *b;
    struct comparison cmp;
    if (!sides_load(c, c->argv[0], c->argv[1], &so, &a, &b, &c->err) ||
        !compare_run(c->a, a, b, &o, &cmp, &c->err))
        return cmd_fail(c);
    if (c->json) {
        CLEANUP(buf_release) struct buf out;
        struct jw w;
        buf_init(&out, BUF_MAX_FILE);
        jw_init(&w, &out, true);
        answer_compare_json(&cmp, &w);
        if (!buf_ok(&out, "the answer", &c->err))
            return cmd_fail(c);
        puts(buf_cstr(&out));
    } else {
        print_all(c, &cmp);
    }
    return answer_compare_status(&cmp);
}

const struct cmd_def def_compare = {
    .name = "compare",
    .synopsis = "A B [--margin M] [--cluster KEY] [--slice KEY]…",
    .summary = "did this change make it better or worse: paired, item by item",
    .help =
        "A and B are files, variants, runs (r7) or a variant of a run (r7:small-v3). Items are\n"
        "matched by id. Rows of a file have `id` and `pass` or `score`, and may have `epoch`,\n"
        "`error`, `graders` and tags.\n\n"
        "Exit status: 0 B is better, or no difference that matters (needs --margin); 1 B is\n"
        "worse; 3 not enough evidence to say.",
    .examples = "plimsoll compare small-v2 small-v3\n"
                "plimsoll compare before.jsonl after.jsonl --margin 0.02 --slice lang\n"
                "plimsoll compare r6:small r7:small --json\n"
                "plimsoll compare --matrix results.csv",
    .opts = opts,
    .min_args = 0,
    .max_args = 2,
    .run = cmd_compare,
};
