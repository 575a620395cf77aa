/* `plimsoll golden split`: divides a set into train, test and anchor. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/table.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "golden/golden.h"
#include "golden/rows.h"
#include "golden/splits.h"
#include "text/jsonw.h"

static const struct opt_def opts[] = {
    {0, "train", OPT_NUM, "SHARE", "share of the examples to train on (default: 0.5)"},
    {0, "anchor", OPT_NUM, "SHARE", "share to keep forever, so that weeks compare (default: 0)"},
    {'b', "by", OPT_LIST, "TAG",
     "keep the mix of this tag's values; repeatable (default: the label)"},
    {0, "seed", OPT_INT, "N", "another division of the same set (default: 1)"},
    {'o', "output", OPT_STRING, "FILE", "where to write (default: the set itself)"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

static bool read_options(struct cmd *c, struct split_options *o)
{
    size_t n = 0;
    while (opt_list(c, "by", n))
        n++;
    const char **by = ARENA_ARRAY(c->a, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        by[i] = opt_list(c, "by", i);
    long long seed = opt_int(c, "seed", (long long)c->env->seed);
    *o = (struct split_options){.train = opt_num(c, "train", 0.5),
                                .anchor = opt_num(c, "anchor", 0),
                                .by = by,
                                .seed = (uint64_t)seed};
    return true;
}

static bool write_set(struct cmd *c, const struct golden *g, const uint8_t *split, const char *path)
{
    CLEANUP(file_writer_close) struct file_writer out = {0};
    CLEANUP(buf_release) struct buf b = {0};
    CLEANUP(arena_freep) struct arena *scratch = arena_new();
    buf_init(&b, BUF_MAX_FILE);
    if (!file_writer_open(&out, path, &c->err))
        return false;
    for (size_t i = 0; i < g->n; i++) {
        struct item it;
        arena_reset(scratch);
        if (!golden_item(g, i, scratch, &it, &c->err))
            return false;
        it.split = (enum split)split[i];
        buf_clear(&b);
        item_write(&b, &it);
        buf_add_char(&b, '\n');
        file_writer_add(&out, buf_str(&b));
    }
    return file_writer_commit(&out, &c->err);
}

static void print_numbers(struct cmd *c, const char *path, const struct golden *g,
                          const uint8_t *split, uint64_t seed)
{
    size_t n[3] = {0}, moved = 0;
    for (size_t i = 0; i < g->n; i++) {
        n[split[i]]++;
        moved += split[i] != g->row[i].split;
    }
    if (!c->json) {
        fprintf(strcmp(path, "-") == 0 ? stderr : stdout,
                "%.*s: %zu train, %zu test, %zu anchor (seed %llu; %zu moved)\n",
                STR_ARG(utf8_printable(c->a, str_c(path))), n[SPLIT_TRAIN], n[SPLIT_TEST],
                n[SPLIT_ANCHOR], (unsigned long long)seed, moved);
        return;
    }
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "path", path);
    jw_kint(&w, "n", (int64_t)g->n);
    for (int s = 0; s < 3; s++)
        jw_kint(&w, split_name((enum split)s), (int64_t)n[s]);
    jw_kint(&w, "moved", (int64_t)moved);
    jw_key(&w, "seed");
    jw_uint(&w, seed);
    cmd_json_end(c, &b, &w);
}

static int cmd_golden_split(struct cmd *c)
{
    struct split_options o;
    struct golden *g;
    uint8_t *split;
    const char *path = opt_str(c, "output") ? opt_str(c, "output") : c->argv[0];
    if (strcmp(path, "-") == 0 && c->json)
        return cmd_usage(c, "--json needs a file to write to: standard output cannot hold both");
    if (!opt_given(c, "output") &&
        (str_ends_c(str_c(path), ".csv") || str_ends_c(str_c(path), ".tsv")))
        return cmd_usage(c, "%s is a table; say with -o FILE.jsonl where the set goes", path);
    if (!read_options(c, &o) || !golden_load(c->a, c->argv[0], &g, &c->err) ||
        (g->n == 0 && !rows_none(c->argv[0], "`id`, `input` and `expected`", &c->err)) ||
        !splits_assign(c->a, g, &o, &split, &c->err) || !write_set(c, g, split, path))
        return cmd_fail(c);
    print_numbers(c, path, g, split, o.seed);
    return 0;
}

extern const struct cmd_def def_golden_split;
const struct cmd_def def_golden_split = {
    .name = "golden split",
    .synopsis = "SET [--train SHARE] [--anchor SHARE] [--by TAG]…",
    .summary = "divide a golden set into train, test and anchor",
    .help = "Keeps the mix of labels (or of the tags named with --by) in every part, and keeps "
            "examples with the same input or the same cluster together, so that nothing that is "
            "tested was trained on. Anchors stay anchors. The same seed always gives the same "
            "division; the file is replaced whole or not at all.",
    .examples =
        "plimsoll golden split golden/triage.jsonl --train 0.4\n"
        "plimsoll golden split all.jsonl --train 0.6 --anchor 0.1 --by lang -o golden/all.jsonl",
    .opts = opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_golden_split,
};
