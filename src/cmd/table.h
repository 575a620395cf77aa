#pragma once

#include "cmd/cmd.h"

/* All verbs, in the order of the help; ends with NULL. */
extern const struct cmd_def *const cmd_table[];

void help_overview(FILE *f, const struct env *env);
void help_verb(FILE *f, const struct cmd_def *def);
void help_man(FILE *f);        /* man page, roff */
void help_markdown(FILE *f);   /* docs/cli.md */
void help_completion(FILE *f); /* bash completion script */
