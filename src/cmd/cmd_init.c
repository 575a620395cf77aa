/* `plimsoll init`: a working project to start from, out of share/templates/. */
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "text/jsonw.h"

static const struct opt_def opts[] = {
    {'t', "template", OPT_STRING, "NAME", "which one (default: triage); --list shows them"},
    {0, "list", OPT_FLAG, NULL, "list the templates"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

static const char prefix[] = "share/templates/";

struct template_file {
    const char *name; /* inside the project */
    struct str content;
};

typedef VEC(struct template_file) file_vec;
typedef VEC(const char *) name_vec;

/* The folders under share/templates/, NULL-terminated. */
static const char *const *template_names(struct arena *a)
{
    name_vec names = {0};
    const char *path;
    struct str content;
    for (size_t i = 0; asset_list(prefix, i, &path, &content); i++) {
        const char *name = path + strlen(prefix), *slash = strchr(name, '/');
        struct str s = {name, slash ? (size_t)(slash - name) : 0};
        if (s.n && (names.n == 0 || !str_eq_c(s, names.v[names.n - 1])))
            vec_push(&names, arena_strndup(a, s.p, s.n));
    }
    const char **out = ARENA_ARRAY(a, names.n + 1, const char *);
    if (names.n)
        memcpy(out, names.v, names.n * sizeof *out);
    vec_free(&names);
    return out;
}

static bool find_files(struct cmd *c, const char *name, file_vec *files)
{
    const char *path, *dir = arena_printf(c->a, "%s%s/", prefix, name);
    struct str content;
    for (size_t i = 0; asset_list(dir, i, &path, &content); i++)
        vec_push(files, (struct template_file){path + strlen(dir), content});
    if (files->n)
        return true;
    const char *const *names = template_names(c->a);
    const char *near = str_nearest(str_c(name), names);
    err_set(&c->err, ERR_USAGE, "there is no template \"%s\"", name);
    return near ? err_hint(&c->err, "Did you mean \"%s\"?", near)
                : err_hint(&c->err, "`plimsoll init --list` lists them.");
}

/* The first sentence of the README: "# Triage: which team does a message go to?" */
static struct str summary(const char *name)
{
    char path[256];
    struct str text, line;
    snprintf(path, sizeof path, "%s%s/README.md", prefix, name);
    if (!asset_get(path, &text) || !str_split(&text, '\n', &line))
        return STR("");
    while (line.n && (line.p[0] == '#' || line.p[0] == ' '))
        line = str_sub(line, 1, line.n);
    return line;
}

static int list(struct cmd *c)
{
    const char *const *names = template_names(c->a);
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_LINE);
    jw_init(&w, &b, true);
    jw_arr(&w);
    for (; *names; names++) {
        struct str s = summary(*names);
        if (!c->json)
            printf("%-10s  %.*s\n", *names, STR_ARG(s));
        jw_obj(&w);
        jw_kc(&w, "template", *names);
        jw_kstr(&w, "summary", s);
        jw_end(&w);
    }
    jw_end(&w);
    if (c->json)
        cmd_json_print(c, &b);
    return 0;
}

/* Nothing is written unless everything can be. */
static bool check_free(struct cmd *c, const char *dir, const file_vec *files)
{
    for (size_t i = 0; i < files->n; i++) {
        const char *path = arena_printf(c->a, "%s/%s", dir, files->v[i].name);
        if (!file_exists(path))
            continue;
        err_set(&c->err, ERR_CONFLICT, "%s exists already; nothing was written", path);
        return err_hint(&c->err, "Name a new folder: `plimsoll init FOLDER`.");
    }
    return true;
}

static bool write_files(struct cmd *c, const char *dir, const file_vec *files)
{
    for (size_t i = 0; i < files->n; i++) {
        char *path = arena_printf(c->a, "%s/%s", dir, files->v[i].name);
        char *folder = arena_strdup(c->a, path);
        *strrchr(folder, '/') = '\0';
        if (!file_mkdirs(folder, &c->err) || !file_write(path, files->v[i].content, &c->err))
            return false;
    }
    /* results are no source; one that is there is left as it is */
    char *ignore = arena_printf(c->a, "%s/.gitignore", dir);
    return file_exists(ignore) || file_write(ignore, STR(".plimsoll/\n"), &c->err);
}

static void print_result(struct cmd *c, const char *dir, const char *name, const file_vec *files)
{
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_kc(&w, "dir", dir);
        jw_kc(&w, "template", name);
        jw_key(&w, "files");
        jw_arr(&w);
        for (size_t i = 0; i < files->n; i++)
            jw_c(&w, files->v[i].name);
        jw_end(&w);
        cmd_json_end(c, &b, &w);
        return;
    }
    struct str shown = utf8_printable(c->a, str_c(dir));
    printf("%.*s: the template %s\n", STR_ARG(shown), name);
    for (size_t i = 0; i < files->n; i++)
        printf("  %s\n", files->v[i].name);
    printf("\nIt runs as it is, without a network:\n\n");
    if (strcmp(dir, ".") != 0)
        printf("    cd %.*s\n", STR_ARG(shown));
    printf("    plimsoll check\n    plimsoll run\n\nREADME.md says what to look at next.\n");
}

static int cmd_init(struct cmd *c)
{
    const char *dir = c->argc > 0 ? c->argv[0] : ".";
    const char *name = opt_str(c, "template") ? opt_str(c, "template") : "triage";
    file_vec files = {0};
    if (opt_flag(c, "list"))
        return list(c);
    bool ok =
        find_files(c, name, &files) && check_free(c, dir, &files) && write_files(c, dir, &files);
    if (ok)
        print_result(c, dir, name, &files);
    vec_free(&files);
    return ok ? 0 : cmd_fail(c);
}

extern const struct cmd_def def_init;
const struct cmd_def def_init = {
    .name = "init",
    .synopsis = "[DIR] [--template NAME]",
    .summary = "a working project to start from",
    .help = "Writes a project that runs at once and without a network: a golden set, prompts, "
            "outputs to grade and a gate. Files that exist are never overwritten.",
    .examples = "plimsoll init\n"
                "plimsoll init invoices --template extract\n"
                "plimsoll init --list",
    .opts = opts,
    .min_args = 0,
    .max_args = 1,
    .run = cmd_init,
};
