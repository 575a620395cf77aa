/* `plimsoll import FORMAT FILE -o DIR`: other tools' files into a project folder. */
#include "cmd/cmd.h"
#include "import/import.h"
#include "text/jsonw.h"

static int list_formats(struct cmd *c)
{
    for (const struct importer_ops *const *f = importer_all(); *f; f++)
        printf("  %-20s %s\n", (*f)->name, (*f)->summary);
    (void)c;
    return 0;
}

static void print_json(struct cmd *c, struct import *im, const char *dir)
{
    static const char *const names[] = {"came", "approximated", "left"};
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "dir", dir);
    jw_kint(&w, "golden", (int64_t)im->n_golden);
    jw_kint(&w, "variants", (int64_t)im->variants.n);
    for (int note = 0; note < 3; note++) {
        jw_key(&w, names[note]);
        jw_arr(&w);
        for (size_t i = 0; i < im->lines.n; i++) {
            if ((int)im->lines.v[i].note != note)
                continue;
            jw_obj(&w);
            jw_kstr(&w, "text", im->lines.v[i].text);
            jw_kint(&w, "times", (int64_t)im->lines.v[i].count);
            jw_end(&w);
        }
        jw_end(&w);
    }
    cmd_json_end(c, &b, &w);
}

static int cmd_import(struct cmd *c)
{
    if (opt_flag(c, "list"))
        return list_formats(c);
    if (c->argc != 2)
        return cmd_usage(c, "import wants a format and a file");
    const char *dir = opt_str(c, "output");
    const struct importer_ops *ops = importer_find(str_c(c->argv[0]));
    if (!ops) {
        const char *names[32];
        size_t n = 0;
        for (const struct importer_ops *const *f = importer_all(); *f; f++)
            names[n++] = (*f)->name;
        names[n] = NULL;
        const char *near = str_nearest(str_c(c->argv[0]), names);
        return cmd_usage(c, "no importer for \"%s\"%s%s%s; `plimsoll import --list` names them",
                         c->argv[0], near ? ", did you mean " : "", near ? near : "",
                         near ? "?" : "");
    }
    if (!dir)
        return cmd_usage(c, "import wants the folder to write, -o DIR");
    struct import *im = import_new(c->a, c->argv[1]);
    im->samples = opt_str(c, "samples");
    if (!ops->run(im, c->argv[1], &c->err) || !import_write(im, dir, &c->err))
        return cmd_fail(c);
    if (c->json) {
        print_json(c, im, dir);
        return 0;
    }
    printf("%.*s\nWritten to %s (the report too: import-report.md). Next: plimsoll check -C %s\n",
           STR_ARG(import_report(im)), dir, dir);
    return 0;
}

static const struct opt_def opts[] = {
    {'o', "output", OPT_STRING, "DIR", "the folder to write; it must not hold a project yet"},
    {0, "samples", OPT_STRING, "FILE", "openai-evals: the samples of a registry YAML"},
    {0, "list", OPT_FLAG, NULL, "list the formats"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_import;
const struct cmd_def def_import = {
    .name = "import",
    .synopsis = "FORMAT FILE -o DIR",
    .summary = "other tools' files into a project folder",
    .help = "Every import ends with a report: what came, what was approximated, what was left and "
            "why.\n"
            "Nothing is dropped silently, and nothing is fetched.",
    .examples = "plimsoll import --list\n"
                "plimsoll import promptfoo promptfooconfig.yaml -o triage\n"
                "plimsoll import inspect logs/2025-05-12_popularity.eval -o popularity",
    .opts = opts,
    .max_args = 2,
    .run = cmd_import,
};
