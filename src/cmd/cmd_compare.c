/* plimsoll compare: did this change make it better or worse? */
#include <math.h>

#include "cmd/cmd.h"
#include "cmd/compare_view.h"
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

/* At most this many ids in the terminal; --json has them all. */
enum { MAX_IDS = 30 };

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
        CLEANUP(buf_release) struct buf out = {0};
        struct jw w;
        buf_init(&out, BUF_MAX_FILE);
        jw_init(&w, &out, true);
        answer_compare_json(&cmp, &w);
        cmd_json_print(c, &out);
    } else {
        compare_print(c, &cmp, MAX_IDS);
    }
    return answer_compare_status(&cmp);
}

const struct cmd_def def_compare = {
    .name = "compare",
    .synopsis = "A B [--margin M] [--cluster KEY] [--slice KEY]…",
    .summary = "did this change make it better or worse, item by item",
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
