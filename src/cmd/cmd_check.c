/* `plimsoll check`: the whole spec with all its problems, and the golden sets linted. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/table.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cmd/lint_view.h"
#include "cmd/project_opt.h"
#include "cmd/variant_check.h"
#include "grade/grader.h"
#include "model/baseline.h"

static const struct opt_def opts[] = {
    {0, "no-lint", OPT_FLAG, NULL, "only the spec, not the golden sets"},
    {'a', "all", OPT_FLAG, NULL, "show all findings, not the first three of a kind"},
    PROJECT_OPT,
    {0, NULL, OPT_FLAG, NULL, NULL},
};

/* A golden set that was looked at. */
struct linted {
    const struct feature *feature;
    struct golden *set;
    struct lint_report report;
};

struct note {
    const char *text;
};

struct checkup {
    struct cmd *c;
    struct project *p;
    struct spec_report problems;
    VEC(struct linted) sets;
    VEC(struct note) notes;
    size_t errors, warnings, lint_notes; /* of the sets */
};

static void add_note(struct checkup *k, const char *text)
{
    vec_push(&k->notes, (struct note){text});
}

/* --- looking --- */

static bool known_already(const struct checkup *k, const struct err *e)
{
    for (size_t i = 0; i < k->problems.n; i++) {
        const struct err *p = &k->problems.v[i];
        if (p->line == e->line && p->col == e->col && strcmp(p->file, e->file) == 0)
            return true;
    }
    return false;
}

static void check_graders(struct checkup *k, const struct feature *f)
{
    for (size_t i = 0; i < f->n_graders; i++) {
        struct err e = {0};
        struct grader *g;
        const struct grader_spec *s = &f->graders[i];
        if (s->type && !grader_open(k->c->a, s->name, s->node, &g, &e) && !known_already(k, &e))
            spec_report_add(&k->problems, &e);
    }
}

/* What a local model needs: the recording, or a baseline of that name. */
static void check_model(struct checkup *k, const struct model_spec *m)
{
    struct err e = {0};
    if (strcmp(m->provider, "replay") == 0 && !file_exists(m->name)) {
        node_err(&e, m->node, "there is no recording %s", m->name);
    } else if (strcmp(m->provider, "builtin") == 0 && strcmp(m->name, "echo") != 0 &&
               !baseline_find(str_c(m->name))) {
        const char *near = str_nearest(str_c(m->name), baseline_names());
        node_err(&e, m->node, "there is no builtin model \"%s\"", m->name);
        if (near)
            err_hint(&e, "Did you mean \"builtin:%s\"?", near);
    }
    if (e.code && !known_already(k, &e))
        spec_report_add(&k->problems, &e);
}

static void check_models(struct checkup *k)
{
    for (size_t i = 0; i < k->p->n_models; i++)
        check_model(k, &k->p->models[i]);
    for (size_t i = 0; i < k->p->n_features; i++)
        for (size_t j = 0; j < k->p->features[i].n_variants; j++)
            if (k->p->features[i].variants[j].model)
                check_model(k, k->p->features[i].variants[j].model);
}

static void check_golden(struct checkup *k, const struct feature *f)
{
    struct lint_options o;
    struct linted l = {.feature = f};
    struct err e = {0};
    lint_options_init(&o);
    o.slices = f->slices;
    o.labels = f->n_labels ? f->labels : NULL;
    o.classification = f->task == TASK_CLASSIFICATION;
    if (!lint_file(k->c->a, f->golden, &o, &l.set, &l.report, &e)) {
        err_at(&e, f->golden_node->file, f->golden_node->line, f->golden_node->col);
        spec_report_add(&k->problems, &e);
        return;
    }
    vec_push(&k->sets, l);
    k->errors += l.report.errors;
    k->warnings += l.report.warnings;
    k->lint_notes += l.report.notes;
}

static void check_variants(struct checkup *k, const struct feature *f)
{
    const struct golden *set = NULL;
    for (size_t i = 0; i < k->sets.n; i++)
        if (k->sets.v[i].feature == f)
            set = k->sets.v[i].set;
    for (size_t i = 0; i < f->n_variants; i++) {
        struct err e = {0};
        if (f->variants[i].model && !variant_check(k->c->a, k->c->env, &f->variants[i], set, &e) &&
            !known_already(k, &e))
            spec_report_add(&k->problems, &e);
    }
}

static void note_missing(struct checkup *k, const struct feature *f)
{
    struct arena *a = k->c->a;
    if (!f->golden)
        add_note(k, arena_printf(a, "feature %s has no golden set yet", f->name));
    if (f->n_variants == 0)
        add_note(
            k, arena_printf(a, "feature %s has no variant yet: there is nothing to run", f->name));
    if (f->n_graders == 0)
        add_note(k,
                 arena_printf(a, "feature %s has no grader yet: nothing can be measured", f->name));
    if (!f->gate.present)
        add_note(k, arena_printf(a, "feature %s has no gate yet: nothing says when it may ship",
                                 f->name));
}

static void note_keys(struct checkup *k)
{
    for (size_t i = 0; i < k->p->n_models; i++) {
        const struct model_spec *m = &k->p->models[i];
        if (m->key_env && !env_get(k->c->env, m->key_env))
            add_note(k, arena_printf(k->c->a, "model %s: %s is not set in this environment",
                                     m->alias, m->key_env));
    }
}

static void look(struct checkup *k)
{
    note_keys(k);
    check_models(k);
    for (size_t i = 0; i < k->p->n_features; i++) {
        const struct feature *f = &k->p->features[i];
        note_missing(k, f);
        check_graders(k, f);
        if (f->golden && !opt_flag(k->c, "no-lint"))
            check_golden(k, f);
        check_variants(k, f);
    }
}

/* --- showing --- */

static void print_names(const char *what, const char *const *names)
{
    printf("  %-9s ", what);
    for (size_t i = 0; names[i]; i++)
        printf("%s%s", i ? ", " : "", names[i]);
    putchar('\n');
}

static void print_feature(struct checkup *k, const struct feature *f)
{
    struct arena *a = k->c->a;
    const char **variants = ARENA_ARRAY(a, f->n_variants + 1, const char *);
    const char **graders = ARENA_ARRAY(a, f->n_graders + 1, const char *);
    for (size_t i = 0; i < f->n_variants; i++)
        variants[i] = arena_printf(a, "%s (%s)", f->variants[i].name,
                                   f->variants[i].model ? f->variants[i].model->alias : "?");
    for (size_t i = 0; i < f->n_graders; i++)
        graders[i] = arena_printf(a, "%s (%s)", f->graders[i].name,
                                  f->graders[i].type ? f->graders[i].type : "?");
    printf("\nfeature %s (%s)\n", f->name, task_name(f->task));
    if (f->n_variants)
        print_names("variants", variants);
    if (f->n_graders) {
        print_names("graders", graders);
        printf("  %-9s %.*s\n", "success", STR_ARG(expr_text(a, f->success)));
    }
    for (size_t i = 0; i < f->gate.n_require; i++)
        printf("  %-9s %s\n", i ? "" : "gate", f->gate.require[i].text);
}

static void print_all(struct checkup *k)
{
    struct cmd *c = k->c;
    printf("%s: %s, %zu feature%s, %zu model%s\n", k->p->path, k->p->name, k->p->n_features,
           k->p->n_features == 1 ? "" : "s", k->p->n_models, k->p->n_models == 1 ? "" : "s");
    for (size_t i = 0; i < k->problems.n; i++)
        err_print(stdout, &k->problems.v[i]);
    for (size_t i = 0; i < k->p->n_features; i++) {
        print_feature(k, &k->p->features[i]);
        for (size_t j = 0; j < k->sets.n; j++)
            if (k->sets.v[j].feature == &k->p->features[i])
                lint_view_print(c, k->sets.v[j].set, &k->sets.v[j].report,
                                opt_flag(c, "all") ? 0 : 3, false);
    }
    if (k->notes.n)
        putchar('\n');
    for (size_t i = 0; i < k->notes.n; i++)
        printf("note: %s\n", k->notes.v[i].text);
    printf("\n%zu problem%s in the spec", k->problems.n, k->problems.n == 1 ? "" : "s");
    if (k->sets.n)
        printf("; golden sets: %s", lint_view_totals(c->a, k->errors, k->warnings, k->lint_notes));
    putchar('\n');
}

static void write_problem(struct jw *w, const struct err *e)
{
    jw_obj(w);
    jw_kc(w, "code", err_name(e->code));
    if (e->file[0])
        jw_kc(w, "file", e->file);
    if (e->line) {
        jw_kint(w, "line", e->line);
        jw_kint(w, "column", e->col);
    }
    jw_kc(w, "message", e->msg);
    if (e->hint[0])
        jw_kc(w, "hint", e->hint);
    jw_end(w);
}

static void write_feature(struct checkup *k, struct jw *w, const struct feature *f)
{
    jw_obj(w);
    jw_kc(w, "feature", f->name);
    jw_kc(w, "task", task_name(f->task));
    jw_key(w, "variants");
    jw_arr(w);
    for (size_t i = 0; i < f->n_variants; i++) {
        jw_obj(w);
        jw_kc(w, "variant", f->variants[i].name);
        jw_kc(w, "model", f->variants[i].model ? f->variants[i].model->alias : NULL);
        jw_kc(w, "key", f->variants[i].key.hex);
        jw_end(w);
    }
    jw_end(w);
    jw_key(w, "graders");
    jw_arr(w);
    for (size_t i = 0; i < f->n_graders; i++) {
        jw_obj(w);
        jw_kc(w, "grader", f->graders[i].name);
        jw_kc(w, "type", f->graders[i].type);
        jw_knum(w, "weight", f->graders[i].weight);
        jw_kc(w, "key", f->graders[i].key.hex);
        jw_end(w);
    }
    jw_end(w);
    jw_kstr(w, "success", expr_text(k->c->a, f->success));
    jw_key(w, "require");
    jw_arr(w);
    for (size_t i = 0; i < f->gate.n_require; i++)
        jw_c(w, f->gate.require[i].text);
    jw_end(w);
    jw_key(w, "golden");
    bool found = false;
    for (size_t i = 0; i < k->sets.n && !found; i++) {
        found = k->sets.v[i].feature == f;
        if (found)
            lint_view_json(w, k->sets.v[i].set, &k->sets.v[i].report);
    }
    if (!found)
        jw_null(w);
    jw_end(w);
}

static void print_json(struct cmd *c, struct checkup *k)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    cmd_json_begin(&b, &w);
    jw_kc(&w, "file", k->p->path);
    jw_kc(&w, "project", k->p->name);
    jw_kbool(&w, "valid", k->problems.n == 0);
    jw_key(&w, "problems");
    jw_arr(&w);
    for (size_t i = 0; i < k->problems.n; i++)
        write_problem(&w, &k->problems.v[i]);
    jw_end(&w);
    jw_key(&w, "notes");
    jw_arr(&w);
    for (size_t i = 0; i < k->notes.n; i++)
        jw_c(&w, k->notes.v[i].text);
    jw_end(&w);
    jw_key(&w, "features");
    jw_arr(&w);
    for (size_t i = 0; i < k->p->n_features; i++)
        write_feature(k, &w, &k->p->features[i]);
    jw_end(&w);
    cmd_json_end(c, &b, &w);
}

static int cmd_check(struct cmd *c)
{
    struct checkup k = {.c = c};
    if (!project_load_all(c->a, c->env, project_opt_path(c), &k.p, &k.problems, &c->err))
        return cmd_fail(c);
    look(&k);
    spec_report_sort(&k.problems, k.p->path);
    if (c->json)
        print_json(c, &k);
    else
        print_all(&k);
    int status = k.problems.n ? 2 : k.errors + k.warnings ? 1 : 0;
    vec_free(&k.sets);
    vec_free(&k.notes);
    return status;
}

extern const struct cmd_def def_check;
const struct cmd_def def_check = {
    .name = "check",
    .synopsis = "[-f FILE]",
    .summary = "validate the project file and lint its golden sets",
    .help =
        "Lists every problem it can find, each with file, line and column. Exit status 0: fine; "
        "1: the spec is valid and the golden sets have findings; 2: the spec has problems. "
        "Nothing is run and no model is called.",
    .examples = "plimsoll check\n"
                "plimsoll check -f staging.yaml --no-lint\n"
                "plimsoll check --json | jq '.problems[] | .file + \":\" + (.line|tostring)'",
    .opts = opts,
    .min_args = 0,
    .max_args = 0,
    .run = cmd_check,
};
