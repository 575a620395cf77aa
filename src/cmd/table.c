/* The command table and the program's entry: finds the verb, parses options, runs it. */
#include "cmd/table.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/options.h"
#include "text/jsonw.h"

extern const struct cmd_def def_demo;
extern const struct cmd_def def_init;
extern const struct cmd_def def_check;
extern const struct cmd_def def_run;
extern const struct cmd_def def_runs;
extern const struct cmd_def def_show;
extern const struct cmd_def def_export;
extern const struct cmd_def def_compare;
extern const struct cmd_def def_gate;
extern const struct cmd_def def_report;
extern const struct cmd_def def_golden_import;
extern const struct cmd_def def_golden_lint;
extern const struct cmd_def def_golden_split;
extern const struct cmd_def def_golden_diff;
extern const struct cmd_def def_golden_add;
extern const struct cmd_def def_golden_power;
extern const struct cmd_def def_grade;
extern const struct cmd_def def_grader_eval;
extern const struct cmd_def def_models;
extern const struct cmd_def def_threshold;
extern const struct cmd_def def_ablate;
extern const struct cmd_def def_judge_list;
extern const struct cmd_def def_judge_show;
extern const struct cmd_def def_judge_plan;
extern const struct cmd_def def_judge_calibrate;
extern const struct cmd_def def_judge_agree;
extern const struct cmd_def def_rubric_check;
extern const struct cmd_def def_rubric_fit;
extern const struct cmd_def def_review_route;
extern const struct cmd_def def_review_today;
extern const struct cmd_def def_review_next;
extern const struct cmd_def def_review_add;
extern const struct cmd_def def_review_label;
extern const struct cmd_def def_review_show;
extern const struct cmd_def def_review_stats;
extern const struct cmd_def def_review_codes;
extern const struct cmd_def def_review_export;
extern const struct cmd_def def_suite_list;
extern const struct cmd_def def_suite_run;
extern const struct cmd_def def_hallucination_plan;
extern const struct cmd_def def_hallucination_rate;
extern const struct cmd_def def_ticket_open;
extern const struct cmd_def def_ticket_list;
extern const struct cmd_def def_ticket_show;
extern const struct cmd_def def_ticket_assign;
extern const struct cmd_def def_ticket_ack;
extern const struct cmd_def def_ticket_resolve;
extern const struct cmd_def def_ticket_reopen;
extern const struct cmd_def def_ticket_merge;
extern const struct cmd_def def_ticket_verify;
extern const struct cmd_def def_ticket_from;
extern const struct cmd_def def_ticket_stats;
extern const struct cmd_def def_import;
extern const struct cmd_def def_serve;
extern const struct cmd_def def_stats;
extern const struct cmd_def def_explain;
extern const struct cmd_def def_help;
extern const struct cmd_def def_version;

/* In the order of the work, which is the order of `plimsoll help`. One line a verb, so that
 * additions merge. */
const struct cmd_def *const cmd_table[] = {
    &def_demo,
    &def_init,
    &def_check,
    &def_run,
    &def_runs,
    &def_show,
    &def_export,
    &def_compare,
    &def_gate,
    &def_report,
    &def_golden_import,
    &def_golden_lint,
    &def_golden_split,
    &def_golden_diff,
    &def_golden_add,
    &def_golden_power,
    &def_grade,
    &def_grader_eval,
    &def_models,
    &def_threshold,
    &def_ablate,
    &def_judge_list,
    &def_judge_show,
    &def_judge_plan,
    &def_judge_calibrate,
    &def_judge_agree,
    &def_rubric_check,
    &def_rubric_fit,
    &def_review_route,
    &def_review_today,
    &def_review_next,
    &def_review_add,
    &def_review_label,
    &def_review_show,
    &def_review_stats,
    &def_review_codes,
    &def_review_export,
    &def_suite_list,
    &def_suite_run,
    &def_hallucination_plan,
    &def_hallucination_rate,
    &def_ticket_open,
    &def_ticket_list,
    &def_ticket_show,
    &def_ticket_assign,
    &def_ticket_ack,
    &def_ticket_resolve,
    &def_ticket_reopen,
    &def_ticket_merge,
    &def_ticket_verify,
    &def_ticket_from,
    &def_ticket_stats,
    &def_import,
    &def_serve,
    &def_stats,
    &def_explain,
    &def_help,
    &def_version,
    NULL,
};

/* Longest match first: "golden lint" before "golden". *ret_words says how many words it took. */
static const struct cmd_def *find_verb(int argc, char **argv, int *ret_words)
{
    for (int words = 2; words >= 1; words--) {
        char name[128];
        if (argc < words)
            continue;
        snprintf(name, sizeof name, "%s%s%s", argv[0], words == 2 ? " " : "",
                 words == 2 ? argv[1] : "");
        for (const struct cmd_def *const *d = cmd_table; *d; d++) {
            if (strcmp((*d)->name, name) == 0) {
                *ret_words = words;
                return *d;
            }
        }
    }
    return NULL;
}

static int unknown_verb(const struct env *env, const char *verb)
{
    const char *names[256];
    size_t n = 0;
    struct err e = {0};
    bool family = false;
    size_t len = strlen(verb);
    for (const struct cmd_def *const *d = cmd_table; *d; d++) {
        names[n++] = (*d)->name;
        family = family || (strncmp((*d)->name, verb, len) == 0 && (*d)->name[len] == ' ');
    }
    names[n] = NULL;
    if (family) {
        fprintf(stderr, "usage:\n");
        for (const struct cmd_def *const *d = cmd_table; *d; d++)
            if (strncmp((*d)->name, verb, len) == 0)
                fprintf(stderr, "  plimsoll %-18s %s\n", (*d)->name, (*d)->summary);
        return 2;
    }
    (void)env;
    const char *near = str_nearest(str_c(verb), names);
    err_set(&e, ERR_USAGE, "plimsoll has no verb \"%s\"", verb);
    if (near)
        err_hint(&e, "Did you mean `plimsoll %s`? `plimsoll help` lists them all.", near);
    else
        err_hint(&e, "`plimsoll help` lists them all.");
    err_print(stderr, &e);
    return 2;
}

void cmd_json_begin(struct buf *b, struct jw *w)
{
    buf_init(b, BUF_MAX_FILE);
    jw_init(w, b, true);
    jw_obj(w);
}

void cmd_json_print(struct cmd *c, const struct buf *b)
{
    if (buf_ok(b, "the answer", &c->err))
        puts(buf_cstr(b));
    else
        c->lost = true;
}

void cmd_json_end(struct cmd *c, struct buf *b, struct jw *w)
{
    jw_end(w);
    cmd_json_print(c, b);
}

int cmd_fail(struct cmd *c)
{
    err_print(stderr, &c->err);
    if (c->json) {
        CLEANUP(buf_release) struct buf b = {0};
        struct jw w;
        cmd_json_begin(&b, &w);
        jw_key(&w, "error");
        jw_obj(&w);
        jw_kc(&w, "code", err_name(c->err.code));
        jw_kc(&w, "message", c->err.msg);
        if (c->err.file[0])
            jw_kc(&w, "file", c->err.file);
        if (c->err.line) {
            jw_kint(&w, "line", c->err.line);
            jw_kint(&w, "column", c->err.col);
        }
        if (c->err.hint[0])
            jw_kc(&w, "hint", c->err.hint);
        jw_end(&w);
        cmd_json_end(c, &b, &w);
    }
    return err_exit_status(c->err.code);
}

int cmd_usage(struct cmd *c, const char *fmt, ...)
{
    char msg[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    err_set(&c->err, ERR_USAGE, "%s", msg);
    err_hint(&c->err, "usage: plimsoll %s %s — `plimsoll %s -h` has examples.", c->def->name,
             c->def->synopsis, c->def->name);
    return cmd_fail(c);
}

static int run(const struct cmd_def *def, struct env *env, int argc, char **argv)
{
    CLEANUP(arena_freep) struct arena *a = arena_new();
    struct cmd c = {.def = def, .env = env, .a = a};
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            c.json = true; /* so that errors in the options are JSON as well */
    if (!options_parse(&c, argc, argv))
        return cmd_fail(&c);
    if (opt_flag(&c, "help")) {
        help_verb(stdout, def);
        return 0;
    }
    const char *dir = opt_str(&c, "dir");
    if (dir && chdir(dir) != 0) {
        err_errno(&c.err, ERR_USAGE, "cannot work in %s", dir);
        return cmd_fail(&c);
    }
    if (c.argc < def->min_args)
        return cmd_usage(&c, "%s wants %s%d argument%s, found %d", def->name,
                         def->max_args == def->min_args ? "" : "at least ", def->min_args,
                         def->min_args == 1 ? "" : "s", c.argc);
    if (def->max_args >= 0 && c.argc > def->max_args)
        return cmd_usage(&c, "%s takes at most %d argument%s, found \"%s\" as well", def->name,
                         def->max_args, def->max_args == 1 ? "" : "s", c.argv[def->max_args]);
    int status = def->run(&c);
    if (c.lost)
        return cmd_fail(&c);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (errno == EPIPE) /* `plimsoll … | head`: the reader has what it wanted */
            return status;
        err_errno(&c.err, ERR_IO, "cannot write to standard output");
        err_print(stderr, &c.err);
        return err_exit_status(ERR_IO);
    }
    return status;
}

int cmd_main(int argc, char **argv)
{
    struct env env;
    int words = 0;
    env_init(&env);
    if (argc == 0) {
        help_overview(stderr, &env);
        return 2;
    }
    if (strcmp(argv[0], "--version") == 0)
        return run(&def_version, &env, 0, NULL);
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
        return run(&def_help, &env, 0, NULL);
    const struct cmd_def *def = find_verb(argc, argv, &words);
    if (!def)
        return unknown_verb(&env, argv[0]);
    return run(def, &env, argc - words, argv + words);
}
