/* `plimsoll explain`: a term, a metric or a method in two sentences, with formula and source. */
#include <string.h>

#include "base/table.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "grade/grader.h"
#include "report/glossary.h"
#include "text/jsonw.h"

static const char *const no_names[] = {NULL};
static const char *const grader_terms[] = {"grader", NULL};

/* Prints `text` behind a label, broken at spaces to fit `width`. */
static void print_wrapped(const char *label, const char *text, int width)
{
    enum { INDENT = 12 };
    struct str rest = str_c(text), word;
    int at = INDENT;
    printf("%-*s", INDENT, label);
    while (str_split(&rest, ' ', &word)) {
        int w = utf8_width(word);
        if (at > INDENT && at + 1 + w > width) {
            printf("\n%*s", INDENT, "");
            at = INDENT;
        } else if (at > INDENT) {
            putchar(' ');
            at++;
        }
        printf("%.*s", STR_ARG(word));
        at += w;
    }
    putchar('\n');
}

static const char *joined(struct arena *a, const char *const *names)
{
    const char *all = "";
    for (; *names; names++)
        all = arena_printf(a, "%s%s%s", all, *all ? ", " : "", *names);
    return all;
}

static int text_width(const struct cmd *c) { return c->env->width < 100 ? c->env->width : 100; }

/* The keys a grader's spec takes besides the ones all graders share. */
static const char *grader_options(struct arena *a, const struct grader_ops *ops)
{
    return ops->keys && *ops->keys ? joined(a, ops->keys) : "none";
}

static void print_term(struct cmd *c, const struct term *t)
{
    int width = text_width(c);
    table_styled(stdout, c->env, TABLE_BOLD, t->name);
    putchar('\n');
    print_wrapped("", t->text, width);
    if (t->formula)
        print_wrapped("formula", t->formula, width);
    if (t->not_for)
        print_wrapped("not for", t->not_for, width);
    if (t->source)
        print_wrapped("source", t->source, width);
    if (*t->also)
        print_wrapped("also", joined(c->a, t->also), width);
    if (*t->see)
        print_wrapped("see", joined(c->a, t->see), width);
}

static void write_names(struct jw *w, const char *key, const char *const *names)
{
    jw_key(w, key);
    jw_arr(w);
    for (; *names; names++)
        jw_c(w, *names);
    jw_end(w);
}

/* `ops`: the grader of that name, or NULL. */
static void write_term(struct jw *w, const struct term *t, const struct grader_ops *ops)
{
    jw_obj(w);
    jw_kc(w, "term", t->name);
    jw_kc(w, "text", t->text);
    jw_kc(w, "formula", t->formula);
    jw_kc(w, "not_for", t->not_for);
    jw_kc(w, "source", t->source);
    write_names(w, "also", t->also);
    write_names(w, "see", t->see);
    if (ops) {
        jw_kc(w, "grader", ops->summary);
        write_names(w, "options", ops->keys ? ops->keys : no_names);
    }
    jw_end(w);
}

/* One term, or with NULL all of them as a list. */
static void print_json(struct cmd *c, const struct glossary *g, const struct term *one,
                       const struct grader_ops *ops)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, true);
    if (one) {
        write_term(&w, one, ops);
    } else {
        jw_arr(&w);
        for (size_t i = 0; i < g->n; i++)
            write_term(&w, &g->v[i], grader_find(str_c(g->v[i].name)));
        jw_end(&w);
    }
    cmd_json_print(c, &b);
}

static int list_terms(struct cmd *c, const struct glossary *g)
{
    if (c->json) {
        print_json(c, g, NULL, NULL);
        return 0;
    }
    struct table *t = table_new(c->a, c->env);
    table_column(t, "term", TABLE_LEFT);
    table_column(t, "in a word", TABLE_LEFT);
    for (size_t i = 0; i < g->n; i++) {
        table_cell_style(t, TABLE_BOLD, g->v[i].name);
        table_cell(t, g->v[i].text);
    }
    table_print(t, stdout);
    return 0;
}

static int not_found(struct cmd *c, const struct glossary *g, const char *name)
{
    const struct term *near[3];
    const char *hint = "";
    size_t n = glossary_suggest(g, name, near, ARRAY_LEN(near));
    err_set(&c->err, ERR_NOT_FOUND, "there is no term \"%s\"", name);
    for (size_t i = 0; i < n; i++)
        hint = arena_printf(c->a, "%s%s\"%s\"", hint,
                            i == 0      ? ""
                            : i + 1 < n ? ", "
                                        : " or ",
                            near[i]->name);
    if (n)
        err_hint(&c->err, "Did you mean %s? `plimsoll explain --list` shows them all.", hint);
    else
        err_hint(&c->err, "`plimsoll explain --list` shows them all.");
    return cmd_fail(c);
}

/* `explain graders`: what the hints about graders promise. */
static int list_graders(struct cmd *c)
{
    CLEANUP(buf_release) struct buf b = {0};
    struct jw w;
    struct table *t = table_new(c->a, c->env);
    buf_init(&b, BUF_MAX_BODY);
    jw_init(&w, &b, true);
    jw_arr(&w);
    table_column(t, "grader", TABLE_LEFT);
    table_column(t, "passes when", TABLE_LEFT);
    for (const char *const *name = grader_names(); *name; name++) {
        const struct grader_ops *ops = grader_find(str_c(*name));
        table_cell_style(t, TABLE_BOLD, ops->name);
        table_cell(t, ops->summary);
        jw_obj(&w);
        jw_kc(&w, "grader", ops->name);
        jw_kc(&w, "summary", ops->summary);
        write_names(&w, "options", ops->keys ? ops->keys : no_names);
        jw_end(&w);
    }
    jw_end(&w);
    if (c->json)
        cmd_json_print(c, &b);
    else
        table_print(t, stdout);
    return 0;
}

static int explain_one(struct cmd *c, const struct glossary *g, const char *name)
{
    const struct term *t = glossary_find(g, name);
    const struct grader_ops *ops = grader_find(str_c(name));
    struct term bare = {.name = name, .also = no_names, .see = grader_terms};
    if (!t && !ops)
        return not_found(c, g, name);
    if (!t) { /* a grader whose one line says it all */
        bare.text = ops->summary;
        t = &bare;
    }
    if (c->json) {
        print_json(c, g, t, ops);
        return 0;
    }
    print_term(c, t);
    if (ops) {
        print_wrapped("as a grader", ops->summary, text_width(c));
        print_wrapped("options", grader_options(c->a, ops), text_width(c));
    }
    return 0;
}

static int cmd_explain(struct cmd *c)
{
    struct glossary g;
    const char *name = "";
    if (c->argc == 0 && !opt_flag(c, "list"))
        return cmd_usage(c, "expected a term, or --list");
    if (!glossary_read(c->a, &g, &c->err))
        return cmd_fail(c);
    if (opt_flag(c, "list"))
        return list_terms(c, &g);
    /* `plimsoll explain golden set` needs no quotes */
    for (int i = 0; i < c->argc; i++)
        name = arena_printf(c->a, "%s%s%s", name, i ? " " : "", c->argv[i]);
    return strcmp(name, "graders") == 0 ? list_graders(c) : explain_one(c, &g, name);
}

static const struct opt_def explain_opts[] = {
    {'l', "list", OPT_FLAG, NULL, "list the terms"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_explain;
const struct cmd_def def_explain = {
    .name = "explain",
    .synopsis = "TERM | graders | --list",
    .summary = "a term, metric or method: meaning, formula, source",
    .examples = "plimsoll explain golden set\nplimsoll explain graders\n"
                "plimsoll explain noninferiority_paired\n"
                "plimsoll explain --list",
    .opts = explain_opts,
    .max_args = -1,
    .run = cmd_explain,
};
