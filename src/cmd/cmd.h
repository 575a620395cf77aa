#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"

/*
 * The command table. To add a verb, do these four things:
 *   1. write src/cmd/cmd_<verb>.c with its option table and `int cmd_<verb>(struct cmd *c)`;
 *   2. declare its `extern const struct cmd_def def_<verb>;` in cmd/table.c and put it in the
 *      table;
 *   3. write docs/cli.md anew: `plimsoll help --markdown` (a test compares them);
 *   4. write a transcript test/e2e/<verb>.t.
 * `-h`, the man page and shell completion all come from the same tables.
 */

enum opt_kind { OPT_FLAG, OPT_STRING, OPT_INT, OPT_NUM, OPT_LIST };

struct opt_def {
    char letter;      /* 'v', or 0 */
    const char *name; /* "variant" */
    enum opt_kind kind;
    const char *arg;  /* "NAME" in the help; NULL for OPT_FLAG */
    const char *help; /* one line */
};

struct cmd;

struct cmd_def {
    const char *name;           /* "run", or "golden lint" for a verb of two words */
    const char *synopsis;       /* "[FEATURE] [-v VARIANT]…" */
    const char *summary;        /* one line, lower case, no full stop */
    const char *help;           /* paragraphs; may be NULL */
    const char *examples;       /* one or more lines, each a command */
    const struct opt_def *opts; /* ends with a row whose name is NULL; may be NULL */
    int min_args, max_args;     /* max_args -1: any number */
    int (*run)(struct cmd *c);  /* returns the exit status */
};

/* What a command is given. Options are looked up by name; --json, --quiet and -C DIR are common
 * to all commands. */
struct cmd {
    const struct cmd_def *def;
    struct env *env;
    struct arena *a; /* lives as long as the command */
    int argc;        /* positional arguments */
    char **argv;
    bool json;
    bool lost; /* an answer was too large to print; err says so */
    struct err err; /* for the command's use; cmd_fail prints it */
    struct opt_values *values;
};

bool opt_flag(const struct cmd *c, const char *name);
const char *opt_str(const struct cmd *c, const char *name); /* NULL if absent */
long long opt_int(const struct cmd *c, const char *name, long long otherwise);
double opt_num(const struct cmd *c, const char *name, double otherwise);
bool opt_given(const struct cmd *c, const char *name);
/* The i-th value of an OPT_LIST, or NULL. */
const char *opt_list(const struct cmd *c, const char *name, size_t i);

struct buf;
struct jw;
/* A verb's --json answer: starts it as an open object; closes that and prints it; or prints what is
 * closed already. An answer that outgrew its buffer is not printed: the verb fails with a
 * sentence, whatever it returns. `b` is the caller's to release. */
void cmd_json_begin(struct buf *b, struct jw *w);
void cmd_json_end(struct cmd *c, struct buf *b, struct jw *w);
void cmd_json_print(struct cmd *c, const struct buf *b);

/* Prints c->err (as {"error": …} on standard output too when --json) and returns its status. */
int cmd_fail(struct cmd *c);
/* A usage error with the command's synopsis; returns 2. */
int cmd_usage(struct cmd *c, const char *fmt, ...) PRINTF(2, 3);

/* argv without the program name -> exit status. */
int cmd_main(int argc, char **argv);
