#pragma once

#include "import/import.h"

/* The parts of the promptfoo importer that see each other. Shapes after promptfoo 0.123.1. */

/* One `assert` entry as a check of the `checks` grader (JSON object into w), with {{vars}} filled
 * in. False when it has no counterpart; the report then says why. */
bool promptfoo_check(struct import *im, const struct node *assertion, const struct node *vars,
                     const struct node *templates, struct jw *w);

/* A CSV row with promptfoo's special columns as a test mapping {vars, assert, metadata, …}. */
MUST_CHECK bool promptfoo_csv(struct import *im, const char *path, struct node *ret_tests,
                              struct err *e);

/* A provider string or mapping as a model of the project; its alias, or NULL when there is no
 * counterpart (the report says so). *ret_params gets its config as JSON text. */
const char *promptfoo_provider(struct import *im, const struct node *provider,
                               const char **ret_label, struct str *ret_params);
