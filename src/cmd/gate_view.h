#pragma once

#include "cmd/cmd.h"
#include "decide/gate.h"

/* Prints a decided gate for people: each requirement with what was observed and why it passes,
 * fails or stays open, the notes, and the verdict as a sentence. */
void gate_print(struct cmd *c, const struct gate *g);
