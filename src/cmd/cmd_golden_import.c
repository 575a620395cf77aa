/* `plimsoll golden import`: a table of examples becomes a golden set. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "golden/import.h"
#include "text/jsonw.h"

static const struct opt_def opts[] = {
    {'m', "map", OPT_LIST, "TARGET=COLUMN",
     "which column becomes what; repeatable, or separated by commas"},
    {'o', "output", OPT_STRING, "FILE", "where to write (default: standard output)"},
    {0, "split", OPT_STRING, "SPLIT", "put all examples into train, test or anchor"},
    {0, "id-prefix", OPT_STRING, "PREFIX", "for rows without an id (default: g: g-0001, …)"},
    {0, "source", OPT_STRING, "TEXT", "where the examples come from, kept in each"},
    {'n', "limit", OPT_INT, "N", "at most N rows"},
    {0, "force", OPT_FLAG, NULL, "replace FILE if it exists"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

static bool read_columns(struct cmd *c, struct import_options *o)
{
    size_t max = 1;
    for (size_t i = 0; opt_list(c, "map", i); i++)
        for (const char *p = opt_list(c, "map", i); *p; p++)
            max += *p == ',';
    struct column *columns = ARENA_ARRAY(c->a, max + 64, struct column);
    for (size_t i = 0; opt_list(c, "map", i) && i < 64; i++) {
        struct str part, rest = str_c(opt_list(c, "map", i));
        while (str_split(&rest, ',', &part)) {
            struct column *col = &columns[o->n_columns];
            if (!column_parse(str_trim(part), col, &c->err))
                return false;
            for (size_t j = 0; j < o->n_columns; j++)
                if (str_eq(columns[j].target, col->target))
                    return err_set(&c->err, ERR_USAGE, "\"%.*s\" is mapped twice",
                                   STR_ARG(col->target));
            o->n_columns++;
        }
    }
    o->columns = o->n_columns ? columns : NULL;
    return true;
}

static bool read_options(struct cmd *c, struct import_options *o)
{
    *o = (struct import_options){.id_prefix = opt_str(c, "id-prefix"),
                                 .source = opt_str(c, "source")};
    const char *split = opt_str(c, "split");
    o->set_split = split != NULL;
    if (split && !split_parse(str_c(split), &o->split))
        return err_set(&c->err, ERR_USAGE, "--split wants train, test or anchor, found \"%s\"",
                       split);
    long long limit = opt_int(c, "limit", 0);
    if (limit < 0)
        return err_set(&c->err, ERR_USAGE, "--limit wants a number from 0 up");
    o->limit = (size_t)limit;
    return read_columns(c, o);
}

static bool write_line(void *arg, struct str text, struct err *e)
{
    (void)e;
    file_writer_add(arg, text);
    file_writer_add(arg, STR("\n"));
    return true;
}

static const char *name(struct cmd *c, struct str s)
{
    struct str shown = utf8_printable(c->a, s);
    return arena_strndup(c->a, shown.p, shown.n);
}

static void print_report(struct cmd *c, const char *output, const struct import_report *r)
{
    fprintf(stderr, "%s: %zu example%s\n", output, r->n, r->n == 1 ? "" : "s");
    for (size_t i = 0; i < r->n_columns; i++)
        fprintf(stderr, "  %-12s from %s\n", name(c, r->columns[i].target),
                name(c, r->columns[i].source));
    if (r->made_ids)
        fprintf(stderr, "  %-12s made from the row number\n", "id");
    for (size_t i = 0; r->unused[i]; i++)
        fprintf(stderr, "  not used: %s (--map tags.%s=%s keeps it)\n",
                name(c, str_c(r->unused[i])), name(c, str_c(r->unused[i])),
                name(c, str_c(r->unused[i])));
}

static void print_json(struct cmd *c, const char *output, const struct import_report *r)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "path", output);
    jw_kint(&w, "n", (int64_t)r->n);
    jw_kint(&w, "made_ids", (int64_t)r->made_ids);
    jw_key(&w, "map");
    jw_obj(&w);
    for (size_t i = 0; i < r->n_columns; i++) {
        jw_key_str(&w, r->columns[i].target);
        jw_str(&w, r->columns[i].source);
    }
    jw_end(&w);
    jw_key(&w, "unused");
    jw_arr(&w);
    for (size_t i = 0; r->unused[i]; i++)
        jw_c(&w, r->unused[i]);
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static int cmd_golden_import(struct cmd *c)
{
    struct import_options o;
    struct import_report r;
    const char *output = opt_str(c, "output") ? opt_str(c, "output") : "-";
    bool to_stdout = strcmp(output, "-") == 0;
    CLEANUP(file_writer_close) struct file_writer out = {0};
    if (!read_options(c, &o))
        return cmd_fail(c);
    if (to_stdout && c->json)
        return cmd_usage(c, "--json needs -o FILE: standard output cannot hold both");
    if (!to_stdout && file_exists(output) && !opt_flag(c, "force")) {
        err_set(&c->err, ERR_CONFLICT, "%s exists already", output);
        err_hint(&c->err, "`plimsoll golden add` adds to a set; --force replaces it.");
        return cmd_fail(c);
    }
    if (!file_writer_open(&out, output, &c->err) ||
        !import_rows(c->a, c->argv[0], &o, write_line, &out, &r, &c->err) ||
        !file_writer_commit(&out, &c->err))
        return cmd_fail(c);
    if (c->json)
        print_json(c, output, &r);
    else if (!c->env->quiet)
        print_report(c, to_stdout ? "standard output" : output, &r);
    return 0;
}

extern const struct cmd_def def_golden_import;
const struct cmd_def def_golden_import = {
    .name = "golden import",
    .synopsis = "FILE [-o GOLDEN.jsonl] [--map TARGET=COLUMN,…]",
    .summary = "make a golden set from CSV, TSV or JSONL",
    .help = "Without --map the columns are guessed from their names (text, question, prompt … "
            "become the input; label, category, answer … the expected value) and the guess is "
            "shown. Targets are id, input, input.NAME, expected, expected.NAME, tags.NAME, split, "
            "context, source, weight, notes and cluster. A COLUMN may be a dotted path into a JSON "
            "line.",
    .examples =
        "plimsoll golden import intents.csv -o golden/intents.jsonl\n"
        "plimsoll golden import faq.csv --map input=question,expected=answer,tags.lang=language\n"
        "plimsoll golden import log.jsonl --map input=request.text --split anchor -n 100",
    .opts = opts,
    .min_args = 1,
    .max_args = 1,
    .run = cmd_golden_import,
};
