/* Help, man page and shell completion, all from the command table. */
#include <ctype.h>
#include <string.h>

#include "cmd/options.h"
#include "cmd/table.h"

/* Headings of the overview: each stands before the verb it names. */
static const struct {
    const char *before, *title;
} chapters[] = {
    {"demo", "From a first look to a decision"},
    {"golden import", "Golden sets"},
    {"grade", "Graders, models and what to ship of them"},
    {"judge list", "Judges and rubrics, measured against people"},
    {"review route", "People"},
    {"suite list", "Failures"},
    {"ticket open", "Tickets"},
    {"import", "Around it"},
};

static const char *chapter_at(const struct cmd_def *def)
{
    for (size_t i = 0; i < ARRAY_LEN(chapters); i++)
        if (strcmp(chapters[i].before, def->name) == 0)
            return chapters[i].title;
    return NULL;
}

void help_overview(FILE *f, const struct env *env)
{
    bool bold = f == stdout && env->colour;
    fputs("plimsoll: is this AI feature good enough to ship, and is it still today?\n\n"
          "usage: plimsoll VERB [ARGUMENTS]      `plimsoll VERB -h` explains one\n",
          f);
    for (const struct cmd_def *const *d = cmd_table; *d; d++) {
        const char *title = chapter_at(*d);
        if (title)
            fprintf(f, "\n%s%s%s\n", bold ? "\033[1m" : "", title, bold ? "\033[0m" : "");
        fprintf(f, "  %-19s %s\n", (*d)->name, (*d)->summary);
    }
    fputs("\nNew here? `plimsoll demo` runs the main job on real data.\n"
          "Exit status: 0 fine, 1 the answer is no, 2 bad usage or input, 3 not enough evidence,\n"
          "4 something outside failed.\n",
          f);
}

static void put_options(FILE *f, const struct opt_def *t)
{
    for (; t && t->name; t++) {
        char left[64];
        int n = t->letter ? snprintf(left, sizeof left, "-%c, ", t->letter)
                          : snprintf(left, sizeof left, "    ");
        snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", t->name, t->arg ? " " : "",
                 t->arg ? t->arg : "");
        fprintf(f, "  %-28s %s\n", left, t->help);
    }
}

static void put_indented(FILE *f, const char *text, const char *indent)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        fprintf(f, "%s%.*s\n", indent, (int)n, text);
        text += n + (text[n] == '\n');
    }
}

void help_verb(FILE *f, const struct cmd_def *def)
{
    fprintf(f, "usage: plimsoll %s %s\n\n%s\n", def->name, def->synopsis, def->summary);
    if (def->help)
        fprintf(f, "\n%s\n", def->help);
    fputs("\noptions:\n", f);
    put_options(f, def->opts);
    put_options(f, common_opts);
    if (def->examples) {
        fputs("\nexamples:\n", f);
        put_indented(f, def->examples, "  ");
    }
}

static void put_roff(FILE *f, const char *s)
{
    bool line_start = true;
    for (; *s; s++) {
        if (*s == '\\' || *s == '-')
            fputc('\\', f);
        else if (line_start && (*s == '.' || *s == '\''))
            fputs("\\&", f);
        fputc(*s, f);
        line_start = *s == '\n';
    }
}

static void man_options(FILE *f, const struct opt_def *t)
{
    for (; t && t->name; t++) {
        fputs(".TP\n.B ", f);
        if (t->letter)
            fprintf(f, "\\-%c, ", t->letter);
        fprintf(f, "\\-\\-%s\n", t->name);
        if (t->arg)
            fprintf(f, ".I %s\n", t->arg);
        put_roff(f, t->help);
        fputc('\n', f);
    }
}

void help_man(FILE *f)
{
    fputs(".TH PLIMSOLL 1\n.SH NAME\nplimsoll \\- is this AI feature good enough to ship?\n"
          ".SH SYNOPSIS\n.B plimsoll\n.I VERB\n[ARGUMENTS]\n.SH VERBS\n",
          f);
    for (const struct cmd_def *const *d = cmd_table; *d; d++) {
        fprintf(f, ".SS %s ", (*d)->name);
        put_roff(f, (*d)->synopsis);
        fputc('\n', f);
        put_roff(f, (*d)->summary);
        fputs(".\n", f);
        if ((*d)->help) {
            fputs(".PP\n", f);
            put_roff(f, (*d)->help);
            fputc('\n', f);
        }
        man_options(f, (*d)->opts);
        if ((*d)->examples) {
            fputs(".PP\nExamples:\n.nf\n", f);
            put_roff(f, (*d)->examples);
            fputs("\n.fi\n", f);
        }
    }
    fputs(".SH OPTIONS COMMON TO ALL VERBS\n", f);
    man_options(f, common_opts);
    fputs(".SH EXIT STATUS\n0 fine (gate: ship); 1 the answer is no; 2 bad usage or bad input; "
          "3 not enough evidence; 4 something outside failed.\n",
          f);
}

static void md_options(FILE *f, const struct opt_def *t)
{
    for (; t && t->name; t++) {
        fputs("- `", f);
        if (t->letter)
            fprintf(f, "-%c`, `", t->letter);
        fprintf(f, "--%s%s%s`: %s\n", t->name, t->arg ? " " : "", t->arg ? t->arg : "", t->help);
    }
}

void help_markdown(FILE *f)
{
    fputs(
        "# The verbs\n\nWritten by `plimsoll help --markdown`. Exit statuses: 0 fine (gate: ship); "
        "1 the answer is\nno; 2 bad usage or bad input; 3 not enough evidence; 4 something outside "
        "failed.\n\nEvery verb takes:\n\n",
        f);
    md_options(f, common_opts);
    for (const struct cmd_def *const *d = cmd_table; *d; d++) {
        const char *title = chapter_at(*d);
        if (title)
            fprintf(f, "\n## %s\n", title);
        fprintf(f, "\n### plimsoll %s\n\n    plimsoll %s %s\n\n%c%s.\n", (*d)->name, (*d)->name,
                (*d)->synopsis, toupper((unsigned char)(*d)->summary[0]), (*d)->summary + 1);
        if ((*d)->help)
            fprintf(f, "\n%s\n", (*d)->help);
        if ((*d)->opts && (*d)->opts->name)
            fputc('\n', f);
        md_options(f, (*d)->opts);
        if ((*d)->examples) {
            fputs("\nExamples:\n\n", f);
            put_indented(f, (*d)->examples, "    ");
        }
    }
}

void help_completion(FILE *f)
{
    fputs("# bash completion for plimsoll\n_plimsoll() {\n"
          "  local cur=${COMP_WORDS[COMP_CWORD]} words\n"
          "  case \"${COMP_WORDS[*]:1:COMP_CWORD-1}\" in\n",
          f);
    for (int two = 1; two >= 0; two--) {
        for (const struct cmd_def *const *d = cmd_table; *d; d++) {
            if ((strchr((*d)->name, ' ') != NULL) != two)
                continue;
            fprintf(f, "  '%s'*) words='", (*d)->name);
            for (const struct opt_def *t = (*d)->opts; t && t->name; t++)
                fprintf(f, "--%s ", t->name);
            fputs("--json --quiet --dir --help' ;;\n", f);
        }
    }
    fputs("  *) words='", f);
    for (const struct cmd_def *const *d = cmd_table; *d; d++)
        fprintf(f, "%s ", (*d)->name);
    fputs("' ;;\n  esac\n"
          "  if [[ $cur == -* || -n $words && $COMP_CWORD -le 2 ]]; then\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n  fi\n"
          "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n}\n"
          "complete -o filenames -F _plimsoll plimsoll\n",
          f);
}

static int cmd_help(struct cmd *c)
{
    if (opt_flag(c, "man"))
        help_man(stdout);
    else if (opt_flag(c, "markdown"))
        help_markdown(stdout);
    else if (opt_flag(c, "completion"))
        help_completion(stdout);
    else if (c->argc == 0)
        help_overview(stdout, c->env);
    else {
        const char *name =
            c->argc == 2 ? arena_printf(c->a, "%s %s", c->argv[0], c->argv[1]) : c->argv[0];
        for (const struct cmd_def *const *d = cmd_table; *d; d++) {
            if (strcmp((*d)->name, name) == 0) {
                help_verb(stdout, *d);
                return 0;
            }
        }
        return cmd_usage(c, "there is no verb \"%s\"", name);
    }
    return 0;
}

static const struct opt_def help_opts[] = {
    {0, "man", OPT_FLAG, NULL, "print the man page (roff)"},
    {0, "markdown", OPT_FLAG, NULL, "print docs/cli.md"},
    {0, "completion", OPT_FLAG, NULL, "print the bash completion script"},
    {0, NULL, OPT_FLAG, NULL, NULL},
};

extern const struct cmd_def def_help;
const struct cmd_def def_help = {
    .name = "help",
    .synopsis = "[VERB]",
    .summary = "what the verbs do",
    .examples = "plimsoll help gate\nplimsoll help --man | man -l -\n"
                "plimsoll help --completion > ~/.local/share/bash-completion/completions/plimsoll",
    .opts = help_opts,
    .max_args = 2,
    .run = cmd_help,
};
