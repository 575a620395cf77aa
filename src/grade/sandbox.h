#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/child.h"

/*
 * Confining a grader program: it may read files and run programs, but write nowhere except a
 * private /tmp, see no other process and, unless `network`, reach no network. Bubblewrap does that
 * with namespaces where the system allows it; elsewhere Landlock (no writing) with seccomp (no
 * sockets but local ones, no ptrace, mounts or namespaces). Either way there are limits on open
 * files, file sizes and core dumps.
 */
enum sandbox_kind { SANDBOX_NONE, SANDBOX_BUBBLEWRAP, SANDBOX_LANDLOCK };
const char *sandbox_name(enum sandbox_kind k); /* "none", "bubblewrap", "landlock+seccomp" */

/* The best one that works here, tried out once a process. */
enum sandbox_kind sandbox_best(void);

/* Changes `o` (argv, confine) so that the child will be confined by `kind`. What it needs lives in
 * the arena. False: it cannot be set up here. */
MUST_CHECK bool sandbox_apply(struct arena *a, enum sandbox_kind kind, bool network,
                              struct child_options *o, struct err *e);
