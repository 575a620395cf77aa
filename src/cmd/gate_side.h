#pragma once

#include "cmd/cmd.h"
#include "decide/gate.h"

/* What a gate is asked to decide: the requirements and the evidence, from a plain file or from
 * the project and its store. */
struct gate_case {
    struct gate gate;
    struct requirement *require;
    size_t n_require;
    int64_t run, baseline_run;        /* 0: plain file */
    const char *project_file, *store; /* where --ship records; NULL for a plain file */
};

/* From the command's argument and options. On failure c->err says why. */
MUST_CHECK bool gate_case_load(struct cmd *c, struct gate_case **ret);

/* The same for a feature of an open project: `variant` as in side.h, `baseline` NULL for the
 * one of the spec. */
struct feature;
struct project;
struct store;
MUST_CHECK bool gate_case_project(struct cmd *c, struct store *s, const struct project *p,
                                  const struct feature *f, const char *variant,
                                  const char *baseline, struct gate_case **ret);

/* Records the verdict and, if it is ship, that the variant was shipped, by whom, on which
 * evidence; sets gate.shipped_by. A plain file has no store to record in: ERR_USAGE. */
MUST_CHECK bool gate_case_ship(struct cmd *c, struct gate_case *gc);
