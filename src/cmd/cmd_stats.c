/* `plimsoll stats`: any statistic from JSON, the list of them, and the check of ours against a
 * folder of reference values. */
#include "base/file.h"
#include "base/table.h"
#include "cmd/cmd.h"
#include "cmd/stats_check.h"
#include "stats/registry.h"
#include "text/json.h"
#include "text/jsonw.h"

static const size_t max_input = (size_t)512 << 20;

static void write_row(struct jw *w, const struct stat_row *r)
{
    jw_obj(w);
    jw_kc(w, "name", r->name);
    jw_kint(w, "section", r->section);
    jw_kc(w, "inputs", r->inputs);
    jw_kc(w, "summary", r->summary);
    jw_end(w);
}

/* All rows as a list, or the one. */
static void list_json(struct cmd *c, const struct stat_row *one)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    const struct stat_row *r;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, true);
    if (one) {
        write_row(&w, one);
    } else {
        jw_arr(&w);
        for (size_t i = 0; (r = stat_at(i)) != NULL; i++)
            write_row(&w, r);
        jw_end(&w);
    }
    cmd_json_print(c, &b);
}

static int list_one(struct cmd *c, const char *name)
{
    const struct stat_row *r;
    if (!stat_find(name, c->a, &r, &c->err))
        return cmd_fail(c);
    if (c->json)
        list_json(c, r);
    else
        printf("%s: %s\ninputs: %s\n", r->name, r->summary, r->inputs);
    return 0;
}

static int list_all(struct cmd *c)
{
    const struct stat_row *r;
    if (c->json) {
        list_json(c, NULL);
        return 0;
    }
    struct table *t = table_new(c->a, c->env);
    table_column(t, "name", TABLE_LEFT);
    table_column(t, "what it answers", TABLE_LEFT);
    for (size_t i = 0; (r = stat_at(i)) != NULL; i++) {
        table_cell_style(t, TABLE_BOLD, r->name);
        table_cell(t, r->summary);
    }
    table_print(t, stdout);
    return 0;
}

static int compute(struct cmd *c, const char *name, const char *path)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    const struct stat_row *row;
    struct str text;
    yyjson_val *doc;
    const char *shown = path[0] == '-' && !path[1] ? "standard input" : path;
    buf_init(&b, BUF_MAX_FILE);
    jw_init(&w, &b, true);
    /* the name first: a wrong one is said at once, without waiting for input */
    if (!stat_find(name, c->a, &row, &c->err) ||
        !file_read(c->a, path, max_input, &text, &c->err) ||
        !json_parse(c->a, text, shown, 1, &doc, &c->err) ||
        !stat_call(row, doc, &w, c->a, &c->err) || !buf_ok(&b, "the result", &c->err))
        return cmd_fail(c);
    cmd_json_print(c, &b);
    return 0;
}

static int cmd_stats(struct cmd *c)
{
    size_t failed;
    const char *dir = opt_str(c, "check");
    if (c->argc > 0 && dir)
        return cmd_usage(c, "--check takes no NAME, found \"%s\"", c->argv[0]);
    if (opt_flag(c, "list"))
        return c->argc > 0 ? list_one(c, c->argv[0]) : list_all(c);
    if (dir)
        return !stats_check(c, dir, &failed) ? cmd_fail(c) : failed ? 1 : 0;
    if (c->argc == 0)
        return cmd_usage(c, "expected the name of a statistic, --list or --check DIR");
    return compute(c, c->argv[0], c->argc > 1 ? c->argv[1] : "-");
}

static const struct opt_def stats_opts[] = {
    {'l', "list", OPT_FLAG, NULL, "list the statistics, or with NAME the inputs of one"},
    {0, "check", OPT_STRING, "DIR", "check every reference value (JSON file) in DIR"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_stats;
const struct cmd_def def_stats = {
    .name = "stats",
    .synopsis = "NAME [FILE] | --list [NAME] | --check DIR",
    .summary = "any statistic from JSON on standard input",
    .help = "Reads the inputs as one JSON object, bare or as {\"inputs\": {…}}, from FILE or "
            "standard input,\nand prints the result object. null in a result means: undefined, "
            "not estimable, unbounded.\nInputs in brackets are optional. docs/statistics.md says "
            "which method is for which decision.",
    .examples = "echo '{\"k\": 87, \"n\": 100}' | plimsoll stats ci_wilson\n"
                "plimsoll stats --list noninferiority_paired\n"
                "plimsoll stats --check test/fixture/stats",
    .opts = stats_opts,
    .max_args = 2,
    .run = cmd_stats,
};
